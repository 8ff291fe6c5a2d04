"""A build that is killed leaves the old site whole, and neither it nor a damaged cache shows in the next site."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from small_book import NOTEBOOK, STUDY, Book, copied, kill_when, twin

PAGE = (
    NOTEBOOK
    + """
# A page

The analysis rests on {num}`sample.analysed` respondents.

```{code-cell} ipython3
print("from a cell")
```

## Every number

```{every-number}
```
"""
)
SITE, WORK = "_build/html", "_build/work/_build/html"

pytestmark = pytest.mark.book


@pytest.fixture(scope="module")
def built(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """A small book of one page, built once."""
    book = copied(tmp_path_factory.mktemp("interrupted"), computed=small_study)
    (book.root / "chapters/using").mkdir(parents=True)
    (book.root / "index.md").write_text("# A book\n\nOne page follows.\n")
    (book.root / "chapters/using/every-number.md").write_text(PAGE)
    (book.root / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n  - file: chapters/using/every-number\n"
    )
    rebuild(book)
    return book


@pytest.fixture(scope="module")
def clean(built: Book) -> dict[str, bytes]:
    """The site that the built book gave."""
    return built.site()


@pytest.fixture
def book(built: Book, tmp_path: Path) -> Book:
    """A copy of the built book that a test may break."""
    return twin(built, tmp_path / "book")


def rebuild(book: Book) -> None:
    result = book.build()
    assert result.returncode == 0, result.stdout + result.stderr


@contextmanager
def changed(book: Book, old: str, new: str) -> Iterator[None]:
    """Change words of the first page for a while."""
    book.change("index.md", old, new)
    try:
        yield
    finally:
        book.change("index.md", new, old)


def any_file(book: Book, pattern: str) -> Callable[[], bool]:
    return lambda: any(book.root.glob(pattern))


def started(book: Book) -> subprocess.Popen[bytes]:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(book.command(), cwd=book.root, env=book.environment(), **quiet)


def test_a_build_killed_at_every_step_leaves_the_old_site_and_then_gives_what_a_clean_one_gives(
    book: Book, clean: dict[str, bytes]
) -> None:
    steps = {
        "the study": f"{STUDY}/mediation/*.pickle",
        "the cells": f"{STUDY}/cells of */*.pickle",
        "the pages": f"{WORK}/_static/*",
    }
    shutil.rmtree(book.root / STUDY)
    with changed(book, "One page", "Only one page"):
        for step, pattern in steps.items():
            shutil.rmtree(book.root / "_build/work", ignore_errors=True)
            kill_when(started(book), any_file(book, pattern))
            assert book.site() == clean, step
        rebuild(book)
        assert book.site() != clean
    rebuild(book)
    assert book.site() == clean


def test_a_build_killed_between_taking_the_old_site_away_and_setting_the_new_one_gives_the_old_one_back(
    book: Book,
) -> None:
    site = book.site()
    (book.root / SITE).rename(book.root / f"{SITE}.old")
    with changed(book, "One page", "{num}`sample.invented` page"):
        assert book.build().returncode != 0
    assert book.site() == site


def spoil(path: Path) -> None:
    """Change one byte in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def files_below(book: Book, pattern: str) -> list[Path]:
    found = [path for path in book.root.glob(pattern) if path.is_file()]
    assert found, pattern
    return found


def spoil_all(pattern: str) -> Callable[[Book], None]:
    def damage(book: Book) -> None:
        for path in files_below(book, pattern):
            spoil(path)

    return damage


def forge_output(book: Book) -> None:
    """Let what is kept of a cell say something else than the cell did, in a file that reads as well as before."""
    for path in files_below(book, f"{STUDY}/cells of */*.pickle"):
        assert b"from a cell" in path.read_bytes()
        path.write_bytes(path.read_bytes().replace(b"from a cell", b"from a liar"))


def spoil_cache_of_cells(book: Book) -> None:
    """Leave half a cache where Sphinx looks for executed cells."""
    (book.root / "_build/executed/global.db").write_bytes(b"half")


DAMAGE: dict[str, Callable[[Book], None]] = {
    "every stored result": spoil_all(f"{STUDY}/*/*.pickle"),
    "the drawn survey": spoil_all(f"{STUDY}/surveys/*.csv"),
    "the list of executed chapters": spoil_cache_of_cells,
    "an executed chapter": forge_output,
    "the finished pages": spoil_all("_build/pages/*/*.pickle"),
}


@pytest.mark.parametrize("damaged", DAMAGE)
def test_what_is_damaged_in_the_caches_is_made_again(book: Book, clean: dict[str, bytes], damaged: str) -> None:
    DAMAGE[damaged](book)
    (book.root / "_build/site.digest").unlink(missing_ok=True)
    rebuild(book)
    assert book.site() == clean
