"""The Python and R that pages of the laboratory show, run as a reader runs them: R on the files that Python left."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CODE = Path(__file__).resolve().parents[2] / "chapters/laboratory/code"
FEW = 20
"""Resamples that R draws here, in place of those that the page asks for."""
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")


def python(name: str, folder: Path) -> str:
    """Run the Python of a page in a folder, and give what it prints."""
    return _run([sys.executable, str(CODE / f"{name}.py")], folder)


def r(name: str, folder: Path) -> str:
    """Run the R of a page in a folder, with few resamples, and give what it prints."""
    text = (CODE / f"{name}.R").read_text(encoding="utf-8")
    shown = folder / f"{name}.R"
    shown.write_text(re.sub(r"\bbootstrap = \d+", f"bootstrap = {FEW}", text), encoding="utf-8")
    return _run(["Rscript", shown.name], folder)


def lavaan_rows(text: str) -> list[tuple[str, list[float]]]:
    """Give each row of lavaan's estimates that was printed: the parameter with its numbers."""
    rows = re.findall(r"^\d+ +(\w+)((?: +-?[\d.]+)+)$", text, flags=re.MULTILINE)
    return [(name, [float(one) for one in numbers.split()]) for name, numbers in rows]


def _run(command: list[str], folder: Path) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
