"""How long a build takes after an edit, in this book and in an earlier state of it, in turns.

    python benchmarks/edits.py                                  # this book; writes benchmarks/edits.csv
    python benchmarks/edits.py --before ../earlier              # beside a clone of an earlier commit, with its .venv
    python benchmarks/edits.py --only "prose edited" --rounds 3

Each book is copied, built once, and then for each edit: edited, built (this is timed, from the start of the command to
the page in place), put back, built again. The books take turns, so that whatever else the machine does slows both; the
processor's own time is given beside that on the clock. ``--built`` measures in the folders themselves, which are built.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

HERE = Path(__file__).parent
ROOT = HERE.parent
LEFT_BEHIND = shutil.ignore_patterns("_build", ".venv", "node_modules", ".git", "__pycache__", ".*_cache")
COMMAND = "from companion.cli import app; app()"


@dataclass(frozen=True)
class Taken:
    """What a build took: seconds on the clock, and seconds of processor time, which other work does not lengthen."""

    clock: float
    processor: float


def _processor_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@dataclass(frozen=True)
class Book:
    """A copy of a book, and the interpreter that builds it."""

    name: str
    root: Path
    python: Path

    def build(self) -> Taken:
        """Build, and give what it took."""
        environment = {**os.environ, "PYTHONPATH": str(self.root), "OMP_NUM_THREADS": "1"}
        start, before = time.perf_counter(), _processor_seconds()
        subprocess.run(
            [self.python, "-c", COMMAND, "book"],
            cwd=self.root,
            env=environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )
        return Taken(time.perf_counter() - start, _processor_seconds() - before)

    def first(self, *candidates: str) -> Path:
        """Give the first of these files that this book has: files have moved since the first edition."""
        return next(path for name in candidates if (path := self.root / name).is_file())


def add_line(path: Path, line: str) -> None:
    """Add a line at the end of a file."""
    path.write_text(f"{path.read_text(encoding='utf-8').rstrip()}\n{line}\n", encoding="utf-8")


def add_to_cell(path: Path, line: str) -> None:
    """Add a line at the end of the first cell of a page."""
    text = path.read_text(encoding="utf-8")
    head, fence, rest = text.partition("```{code-cell}")
    cell, end, after = rest.partition("\n```")
    path.write_text(f"{head}{fence}{cell}\n{line}{end}{after}", encoding="utf-8")


EDITS: dict[str, tuple[tuple[str, ...], Callable[[Path, str], None], str] | None] = {
    "nothing changed": None,
    "prose edited": (("chapters/results/mediation.md",), add_line, "\nOne sentence more, {}."),
    "a cell edited": (("chapters/results/mediation.md",), add_to_cell, "edited = {}"),
    "figures edited": (("companion/figures/results.py",), add_line, "# {}"),
    "mediation edited": (("companion/analysis/mediation.py", "companion/mediation.py"), add_line, "# {}"),
    "book/site edited": (("companion/book/site/leftovers.py", "companion/book/leftovers.py"), add_line, "# {}"),
}
"""What is edited, how, and with which line."""


def timed(book: Book, edit: str, number: int) -> Taken:
    """Edit a book that is built, build it, put it back; give what the build after the edit took."""
    planned = EDITS[edit]
    if planned is None:
        return book.build()
    files, change, line = planned
    path = book.first(*files)
    before = path.read_bytes()
    change(path, line.format(number))
    taken = book.build()
    path.write_bytes(before)
    book.build()
    return taken


def in_place(name: str, root: Path) -> Book:
    """Take a book where it lies, and see that it is built."""
    book = Book(name, root, root / ".venv" / "bin" / "python")
    book.build()
    return book


def copied(name: str, root: Path, folder: Path) -> Book:
    """Copy a book, and build it once."""
    copy = folder / name
    shutil.copytree(root, copy, ignore=LEFT_BEHIND)
    (copy / "node_modules").symlink_to((root / "node_modules").resolve())
    book = Book(name, copy, root / ".venv" / "bin" / "python")
    print(f"{name}: from nothing {book.build().clock:.1f} s", flush=True)
    return book


def main() -> None:
    """Measure, print, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", type=Path, help="folder of an earlier state of the book, with its .venv")
    parser.add_argument("--only", help="one edit")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--now", type=Path, default=ROOT, help="folder of the book, if not this one")
    parser.add_argument("--built", action="store_true", help="edit and build in the folders themselves")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        roots = {name: root.resolve() for name in ("before", "now") if (root := getattr(arguments, name))}
        books = [
            in_place(name, root) if arguments.built else copied(name, root, Path(folder))
            for name, root in roots.items()
        ]
        measured: dict[str, dict[str, list[Taken]]] = {}
        for number in range(arguments.rounds):
            for edit in [arguments.only] if arguments.only else EDITS:
                for book in books:
                    taken = timed(book, edit, number + 1)
                    measured.setdefault(edit, {}).setdefault(book.name, []).append(taken)
                    print(f"{edit}, {book.name}: {taken.clock:.1f} s, {taken.processor:.1f} of work", flush=True)
    rows = [
        {
            "edit": edit,
            "book": name,
            "clock": round(statistics.median(one.clock for one in taken), 1),
            "processor": round(statistics.median(one.processor for one in taken), 1),
        }
        for edit, by_book in measured.items()
        for name, taken in by_book.items()
    ]
    table = pd.DataFrame(rows)
    print(table.to_string(index=False))
    if not arguments.only:
        table.to_csv(HERE / "edits.csv", index=False)


if __name__ == "__main__":
    main()
