"""How the book and its chapters are cited: as an APA reference and as a BibTeX entry, made from `CITATION.cff`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml
from pybtex.backends.html import Backend as HtmlBackend
from pybtex.backends.plaintext import Backend as PlaintextBackend
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer

from companion.book.sphinx.citation_style import ApaStyle
from companion.formats import Language
from companion.words import words


@dataclass(frozen=True)
class Edition:
    """What is cited: one edition of the book.

    Parameters
    ----------
    authors
        Names as BibTeX writes them: "Surname, Given", or a whole name in braces.
    year, version, title
        Of the edition.
    """

    authors: tuple[str, ...]
    year: str
    version: str
    title: str


def read(root: Path) -> Edition:
    """Give the edition that `CITATION.cff` in a folder describes."""
    return _stated((root / "CITATION.cff").read_text(encoding="utf-8"))


@lru_cache(maxsize=8)  # every page asks
def _stated(text: str) -> Edition:
    stated = yaml.safe_load(text)
    return Edition(
        authors=tuple(_name(author) for author in stated["authors"]),
        year=str(stated["date-released"])[:4],
        version=str(stated["version"]),
        title=stated["title"],
    )


def _name(author: dict[str, str]) -> str:
    if "name" in author:
        return f"{{{author['name']}}}"
    surname = " ".join(author[part] for part in ("name-particle", "family-names") if part in author)
    return ", ".join(part for part in (surname, author.get("given-names", "")) if part)


def entry(edition: Edition, chapter: str, address: str, simulated: bool, language: Language = "en") -> Entry:
    """Give the bibliographic entry of a chapter; of the whole book where ``chapter`` is empty."""
    fields = {"title": f"{{{chapter or edition.title}}}"}
    if chapter:
        fields["booktitle"] = edition.title
    fields |= {"year": edition.year, "version": edition.version}
    if simulated:
        fields["note"] = words(language)("pages.citation.simulated")
    if address:
        fields["url"] = address
    persons = {"author": [Person(name) for name in edition.authors]}
    return Entry("incollection" if chapter else "book", fields, persons)


def key(edition: Edition, docname: str, chapter: str) -> str:
    """Give a key that tells the chapters of all editions apart."""
    name = docname.rsplit("/", 1)[-1] if chapter else ""
    return "-".join(part for part in ("companion", edition.version, name) if part)


def bibtex(name: str, cited: Entry) -> str:
    """Give the BibTeX entry."""
    text: str = Writer().to_string(BibliographyData({name: cited}))
    return re.sub(r"^    ", "  ", text, flags=re.MULTILINE)


def apa(cited: Entry) -> tuple[str, str]:
    """Give the reference in the style of the APA, as plain text and as HTML."""
    text: Any = _style().format_entry("", cited).text
    return text.render(PlaintextBackend()), text.render(HtmlBackend(encoding="utf-8"))


@cache  # pybtex looks through all installed packages for each style that it makes
def _style() -> ApaStyle:
    return ApaStyle()
