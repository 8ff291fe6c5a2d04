"""The commands that make the PDF and the EPUB build the book where it is out of date, and write one file each."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from small_book import Book, copied

from companion.book import paper

pytestmark = [pytest.mark.book, pytest.mark.browser]
PAGES = {
    "index.md": "# A book\n\nIts first page.\n",
    "chapters/using/every-number.md": "# Every number\n\n```{every-number}\n```\n",
    "_toc.yml": """format: jb-book
root: index
parts:
  - caption: Using this book
    chapters:
      - file: chapters/using/every-number
""",
}


@pytest.fixture(scope="module")
def book(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book that nobody has built yet."""
    made = copied(tmp_path_factory.mktemp("paper"), computed=small_study)
    for name, text in PAGES.items():
        (made.root / name).parent.mkdir(parents=True, exist_ok=True)
        (made.root / name).write_text(text)
    return made


@pytest.mark.parametrize(("kind", "start"), [("epub", b"PK"), ("pdf", b"%PDF")])
def test_the_command_writes_the_book_as_one_file(book: Book, kind: str, start: bytes) -> None:
    done = subprocess.run(book.command(kind), cwd=book.root, env=book.environment(), capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (book.root / paper.FOLDER / f"{paper.NAME}.{kind}").read_bytes().startswith(start)
    assert f"{paper.FOLDER}/{paper.NAME}.{kind}" in done.stdout
