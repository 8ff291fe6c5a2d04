"""A page is written again exactly where something has changed that stands on it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import shipped
from docutils import nodes
from small_pages import ROOT, SETTINGS, application, build

from companion.book import addresses
from companion.book.sphinx import unchanged_pages
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

PAGES = {
    "index": "# The book?\n\nWords.\n\n```{toctree}\nfirst\nglossary\nlast\n```\n",
    "first": "(first)=\n# A first page?\n\nSome words, {term}`a word`.\n\n```{exercise}\n:label: count\nCount.\n```\n",
    "glossary": "# The words?\n\nAll of them.\n\n```{glossary}\na word\n  What it means.\n```\n",
    "last": "# The last page?\n\n{term}`A word`, and {ref}`first`.\n",
}
EVERY = {f"{page}.html" for page in PAGES}


@dataclass(frozen=True)
class Book:
    """Pages that are built again and again, as a book is: into an empty folder."""

    folder: Path

    @property
    def site(self) -> Path:
        return self.folder / "_build/html"

    @property
    def kept(self) -> Path:
        return self.folder.with_name("as_written")

    def build(self, pages: dict[str, str], **settings: Any) -> set[str]:
        """Save these pages and build; give which pages of the book were written."""
        before = self._times()
        shutil.rmtree(self.site, ignore_errors=True)
        settings |= {unchanged_pages.FOLDER: str(self.kept), "extensions": [*SETTINGS["extensions"], "sphinx_exercise"]}
        # Sphinx and its themes add to the lists and tables that they are given, and so would begin with other settings.
        theme = {"use_download_button": False, "use_fullscreen_button": False}
        settings |= {"templates_path": [], "html_theme_options": theme}
        [built] = build(application(self.folder, Subject(shipped.study(), Registry(())), pages, **settings))
        assert built.complaints == []
        return {name for name, time in self._times().items() if before.get(name) != time}

    def _times(self) -> dict[str, int]:
        site = self.kept / unchanged_pages.SITE
        return {name: (site / name).stat().st_mtime_ns for name in EVERY if (site / name).is_file()}

    def pages(self) -> dict[str, bytes]:
        """The finished pages."""
        return {path.relative_to(self.site).as_posix(): path.read_bytes() for path in self.site.rglob("*.html")}


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The pages, built once."""
    made = Book(tmp_path_factory.mktemp("unchanged") / "book")
    assert made.build(PAGES) == EVERY
    return made


CHANGES = {
    "a sentence": ("last", "first`.", "first`. A sentence more.", {"index.html", "last.html"}),
    "a sentence beside the glossary": ("glossary", "All of them.", "All the words.", {"index.html", "glossary.html"}),
    "what the glossary explains": ("glossary", "What it means.", "What it says.", EVERY),
    "a title": ("first", "# A first page?", "# A page?", EVERY),
    "an exercise that goes": ("first", "```{exercise}\n:label: count\nCount.\n```\n", "", EVERY),
    "an anchor": ("first", "Some words", "(here)=\n## Some words\n\nand more", EVERY),
}


@pytest.mark.book
@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_written_where_it_stands(book: Book, change: str) -> None:
    page, old, new, expected = CHANGES[change]
    assert old in PAGES[page]
    assert book.build({page: PAGES[page].replace(old, new)}) == expected
    warm = book.pages()
    shutil.rmtree(book.kept)
    shutil.rmtree(book.folder / "_build")
    book.build({})
    assert book.pages() == warm
    assert book.build({page: PAGES[page]}) == expected


@pytest.mark.book
def test_where_nothing_has_changed_only_the_first_page_is_written(book: Book) -> None:
    before = book.pages()
    assert book.build({}) <= {"index.html"}
    assert book.pages() == before


@pytest.mark.book
def test_a_site_with_an_address_is_written_anew_for_its_map(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    here = addresses.read(ROOT)
    monkeypatch.setattr(addresses, "read", lambda root: replace(here, site="https://example.org/"))
    assert book.build({"last": PAGES["last"] + "\nMore.\n"}) == EVERY
    monkeypatch.undo()
    book.build({"last": PAGES["last"]})


@pytest.mark.book
def test_what_is_not_known_how_to_compare_has_every_page_written(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(value: object) -> str:
        raise TypeError

    more = {"last": PAGES["last"] + "\nMore.\n"}
    book.build(PAGES)
    monkeypatch.setattr(unchanged_pages, "canonical", unknown)
    assert book.build(more) == EVERY
    monkeypatch.undo()
    assert book.build({}) == EVERY
    assert book.build({"last": PAGES["last"]}) == EVERY


class Cited(NamedTuple):
    """What an extension of Sphinx knows of a citation."""

    line: int
    key: str


class Slots:
    """What keeps a name without a table of names."""

    __slots__ = "name"

    def __init__(self, name: str) -> None:
        self.name = name


class Kept(Slots):
    """The same, by inheritance."""

    __slots__ = ()


ALIKE = {
    "sets": ({3, 1, 2}, {2, 3, 1}),
    "the line": (Cited(3, "a"), Cited(9, "a")),
    "an order of names": ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    "the order in which pages were read": ({"citations": ["a", "b"]}, {"citations": ["b", "a"]}),
    "words in a page": ({"wordcount": 3}, {"wordcount": 4}),
}
UNLIKE = {
    "what a base keeps in a slot": (Kept("a"), Kept("b")),
    "an order": (["a", "b"], ["b", "a"]),
    "another key": (Cited(3, "a"), Cited(3, "b")),
    "a text that is no number": ("1", 1),
    "an attribute of a node": (nodes.title("", "", ids=["a"]), nodes.title("", "", ids=["b"])),
    "one name more": ({"a": None}, {}),
}


@pytest.mark.parametrize("what", ALIKE)
def test_two_values_that_mean_the_same_are_the_same_text(what: str) -> None:
    one, other = ALIKE[what]
    assert unchanged_pages.canonical(one) == unchanged_pages.canonical(other)


@pytest.mark.parametrize("what", UNLIKE)
def test_two_values_that_differ_are_different_texts(what: str) -> None:
    one, other = UNLIKE[what]
    assert unchanged_pages.canonical(one) != unchanged_pages.canonical(other)


def test_what_cannot_be_compared_is_refused() -> None:
    with pytest.raises(TypeError, match="function: not known how to compare"):
        unchanged_pages.canonical({"made by": lambda: None})
