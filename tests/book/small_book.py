"""A book in a folder of its own, with a copy of the package and the data, that a test may break."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from companion.verification.recompute import COMPILED

ROOT = Path(__file__).resolve().parents[2]
TAKEN = (
    "_config.yml",
    "_static",
    "CITATION.cff",
    "companion",
    "data",
    "references.bib",
    "requirements.lock",
    "results",
)
SMALLER = {
    "companion/truth/recovery.py": ("PEOPLE = 1_000_000", "PEOPLE = 12_000"),
    "companion/analysis/robustness.py": ("SHORT_DRAWS = 1000", "SHORT_DRAWS = 20"),
    "companion/peers/cross_check.py": ("DRAWS = 5000", "DRAWS = 20"),
    "data/analysis.yml": ("draws: 10000 ", "draws: 200 "),
}
"""The same study with fewer draws, so that a build takes seconds."""

STUDY = "_build/study"
TYPEFACES = "_build/assets"

NOTEBOOK = """---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  name: python3
---
"""
"""The head of a page with cells."""

WHOLE = ("_toc.yml", "chapters", "index.md", "slides")
"""What a copy needs besides, to be the whole book."""

PATIENCE = 600
"""Seconds after which something that never happens is given up."""


class Book:
    """A book in a folder of its own, with a copy of the package and the data."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def command(self, name: str = "book", survey: Path | None = None) -> list[str]:
        command = [sys.executable, "-c", "from companion.cli import app; app()", name]
        return [*command, *(["--survey", str(survey)] if survey else [])]

    def environment(self, **given: str) -> dict[str, str]:
        return kept_environment() | {"PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1"} | given

    def build(self, survey: Path | None = None, **given: str) -> subprocess.CompletedProcess[str]:
        """Build; ``given`` adds to the environment."""
        command, environment = self.command(survey=survey), self.environment(**given)
        return subprocess.run(command, cwd=self.root, env=environment, capture_output=True, text=True, check=False)

    def page(self) -> str:
        return (self.root / "_build/html/index.html").read_text()

    def change(self, file: str, old: str, new: str) -> None:
        path = self.root / file
        text = path.read_text()
        assert text.count(old) >= 1, f"{file} does not hold {old!r}"
        path.write_text(text.replace(old, new, 1))

    def site(self) -> dict[str, bytes]:
        return files(self.root / "_build/html")


def kept_environment() -> dict[str, str]:
    """Give the environment of this process without a survey.

    Modules that are compiled are kept, also where somebody asks Python not to: each process of a build would compile
    the copied package anew.
    """
    left_out = ("COMPANION_SURVEY", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if name not in left_out}


def files(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder by its path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def kill_when(process: subprocess.Popen[Any], reached: Callable[[], bool]) -> None:
    """Let a process run until something is reached, then kill it with all its children."""
    end = time.monotonic() + PATIENCE
    while not reached():
        assert process.poll() is None, "the process ended before it could be killed"
        assert time.monotonic() < end, "the process never came so far"
        time.sleep(0.005)
    for one in [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            one.kill()
    process.communicate()


def twin(book: Book, root: Path) -> Book:
    """Copy a book with everything that it has built, for a test that may break it."""
    work = shutil.ignore_patterns("work")
    shutil.copytree(book.root, root, symlinks=True, ignore=lambda *names: {*work(*names), *written_aside(*names)})
    return Book(root)


def written_aside(folder: str, names: list[str]) -> set[str]:
    """Name what some process has not finished writing in a folder of compiled modules or of typefaces."""
    if Path(folder).name == "__pycache__":
        return {name for name in names if not name.endswith(COMPILED)}
    return {name for name in names if name.startswith(".")} if folder.endswith(TYPEFACES) else set()


def compute_study(root: Path) -> None:
    """Make a folder with the small study, computed."""
    book = copied(root)
    subprocess.run(book.command("analyse"), cwd=root, env=book.environment(), check=True, capture_output=True)


def copied(root: Path, extra: tuple[str, ...] = (), smaller: bool = True, computed: Path | None = None) -> Book:
    """Copy the book's package, data and settings, and make the study smaller where it may be.

    What was compiled comes along, and typefaces that were cut: neither is made again for files that are the same.
    ``computed`` is a folder with the small study, whose results are taken over.
    """
    for name in (*TAKEN, *extra):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, root / name, ignore=written_aside)
        else:
            shutil.copy(ROOT / name, root / name)
    if (ROOT / TYPEFACES).exists():
        shutil.copytree(ROOT / TYPEFACES, root / TYPEFACES, ignore=written_aside)
    (root / "node_modules").symlink_to(ROOT / "node_modules")
    book = Book(root)
    for file, (old, new) in SMALLER.items() if smaller else ():
        book.change(file, old, new)
    if computed is not None:
        shutil.copytree(computed / STUDY, root / STUDY)
    return book
