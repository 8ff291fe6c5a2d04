"""A book builds in any folder and setting; what stands in the way is said in one line, and the site stays as it was."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_book import NOTEBOOK, Book, copied

PAGE = f"{NOTEBOOK}\n# A page\n\nThe analysis rests on {{num}}`sample.analysed` respondents.\n\n"
CELL = '```{code-cell} ipython3\nprint("from a cell")\n```\n\n'
LEAST = {"LC_ALL": "C", "LANG": "C"}
SMALL = 60_000
"""Bytes that no file may exceed, where a disk is to seem full: less than the page of all numbers."""

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def book(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book in a folder with spaces and accents, built by somebody with no home and no locale."""
    book = copied(tmp_path_factory.mktemp("een map, hé én één spatie"), computed=small_study)
    (book.root / "chapters/using").mkdir(parents=True)
    (book.root / "index.md").write_text("# A book\n\nOne page follows.\n")
    (book.root / "chapters/using/every-number.md").write_text(
        f"{PAGE}{CELL}## Every number\n\n```{{every-number}}\n```\n"
    )
    (book.root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: chapters/using/every-number\n"
    )
    environment = {name: value for name, value in book.environment(**LEAST).items() if name != "HOME"}
    result = subprocess.run(book.command(), cwd=book.root, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
    return book


@contextmanager
def edited(book: Book) -> Iterator[dict[str, bytes]]:
    """Change words of the first page for a while, and see that the site stays as it was."""
    before = book.site()
    book.change("index.md", "One page", "Only one page")
    try:
        yield before
        assert book.site() == before
    finally:
        book.change("index.md", "Only one page", "One page")


def started(book: Book, *options: str) -> subprocess.Popen[str]:
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen([*book.command(), *options], cwd=book.root, env=book.environment(), **pipes)


def one_line(text: str) -> str:
    (line,) = text.strip().splitlines()
    return line


def test_it_is_built_in_a_folder_with_spaces_and_accents_without_home_and_locale(book: Book) -> None:
    assert "A book" in book.page()


def test_a_full_disk_is_told_in_one_line(book: Book) -> None:
    with edited(book):
        result = subprocess.run(
            book.command(),
            cwd=book.root,
            env=book.environment(),
            capture_output=True,
            text=True,
            check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, SMALL)),
        )
        assert result.returncode == 2, result.stderr
        assert "would be larger than this account may write" in one_line(result.stderr)


def test_a_folder_that_may_not_be_written_to_is_told_in_one_line(book: Book) -> None:
    # Whoever may do everything is held by no permission: the powers go first.
    powerless = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    assert not powerless or shutil.which("setpriv")
    with edited(book):
        folders = [path for path in (book.root / "_build").rglob("*") if path.is_dir()] + [book.root / "_build"]
        for folder in folders:
            folder.chmod(0o555)
        try:
            command = [*powerless, *book.command()]
            result = subprocess.run(
                command, cwd=book.root, env=book.environment(), capture_output=True, text=True, check=False
            )
        finally:
            for folder in reversed(folders):
                folder.chmod(0o755)
        assert result.returncode == 2, result.stderr
        assert "This account may not use it" in one_line(result.stderr)


def test_a_file_that_is_swapped_while_the_book_is_built_is_named(book: Book) -> None:
    page = book.root / "index.md"
    with edited(book):
        building = started(book)
        assert building.stdout is not None
        for line in building.stdout:
            if "step 3" in line:
                break
        before = page.read_text()
        page.write_text(before + "\nA sentence more.\n")
        _, said = building.communicate(timeout=900)
        page.write_text(before)
        assert building.returncode == 2, said
        assert one_line(said).startswith("index.md: The file was changed while it was being used.")


def test_the_second_of_two_builds_waits_and_says_so_and_finds_nothing_to_do(book: Book) -> None:
    book.change("index.md", "One page", "Still one page")
    first = started(book)
    assert first.stdout is not None
    first.stdout.readline()  # it has begun, so it holds the lock
    second, third = started(book), started(book, "--no-wait")
    refused = third.communicate(timeout=900)
    assert third.returncode == 2
    assert f"process {first.pid}" in one_line(refused[1])
    assert first.communicate(timeout=900)[1] == ""
    said, waited = second.communicate(timeout=900)
    assert (first.returncode, second.returncode) == (0, 0)
    assert f"process {first.pid}" in one_line(waited)
    assert "Nothing has changed" in said
    assert "Still one page" in book.page()
