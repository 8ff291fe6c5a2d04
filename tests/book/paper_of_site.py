"""The two files that are made of the built site."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from companion.book import paper

ROOT = Path(__file__).resolve().parents[2]


def made(kind: str) -> Path:
    """Make the PDF or the EPUB of the book as the command line does."""
    done = subprocess.run([Path(sys.executable).with_name("companion"), kind], cwd=ROOT, check=False)
    assert done.returncode == 0, f"no {kind} was made"
    return ROOT / paper.FOLDER / f"{paper.NAME}.{kind}"
