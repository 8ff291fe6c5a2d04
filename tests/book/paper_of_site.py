"""The two files that are made of the built site, in a folder of the test's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import yaml

from companion.book import paper

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from pathlib import Path
from companion.book.paper import {kind}, manuscript

root, site, path = map(Path, sys.argv[1:])
{kind}.write(manuscript.read(root, site), path)
"""


ON_SCREEN_ONLY = "chapters/using/api-reference"
"""The page of what a program can call leads to code at every step, and paper has no code."""


def parts() -> dict[str, list[str]]:
    """The chapters that stand on paper, by the title of their part."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text())
    return {
        part["caption"]: [chapter["file"] for chapter in part["chapters"] if chapter["file"] != ON_SCREEN_ONLY]
        for part in contents["parts"]
    }


def made(kind: str, site: Path, folder: Path) -> Path:
    """Make the PDF or the EPUB of the built book, in a process of its own: the tests have their browser open."""
    path = folder / f"{paper.NAME}.{kind}"
    subprocess.run([sys.executable, "-c", PROGRAM.format(kind=kind), ROOT, site, path], check=True)
    return path
