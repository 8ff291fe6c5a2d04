"""The finished pages of the site as one text: chapters in their order, without what only a screen can do.

Paper has no buttons and no files to download. Every solution stands open, and of a self-test the right answer says why.
Works are listed once, at the end, and a number leads to a chapter of notes instead of to the table of all numbers,
which would be a quarter of the book.

It reads the finished site and not what Sphinx read: cards, data tables and citations are made late, and the paper then
cannot differ from the pages. Chromium prints it, because WeasyPrint draws no MathML.
"""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml
from bs4 import BeautifulSoup, Tag
from sphinx.errors import ExtensionError
from sphinx_external_toc.parsing import parse_toc_yaml

from companion.book import addresses, citation
from companion.book.sphinx.roles import EVERY_NUMBER
from companion.formats import Language
from companion.words import Words, words

REFERENCES = "chapters/using/references"
FOR_PROGRAMS = "chapters/using/api-reference"
"""The page of what a program can call stands on the site only, as the code that it leads to."""
COVER = "_static/cover.svg"
NOT_ON_PAPER = (
    "script, style, link, button, source, details.hide, .headerlink, .toctree-wrapper, .doors, .hero-sub, .backrefs, "
    ".pagenotes, .fn-bracket, .citation > .label, .screen-only, .path-place, .walk-view, .walk-small, a[download], "
    ".sd-tab-set > input, .self-test input, .self-test > [role], .self-test .wrong .feedback"
)
ON_SCREEN_ONLY = (
    "tabindex",
    "loading",
    "fetchpriority",
    "title",
    "download",
    "data-num",
    "data-head",
    "target",
    "rel",
    "aria-controls",
    "aria-details",
    "data-sync-group",
    "data-sync-id",
    "for",
)


class PaperError(ExtensionError):
    """The pages of the site do not fit together into one book."""

    def __init__(self, message: str) -> None:
        super().__init__(message, modname="companion.book.paper")


@dataclass(frozen=True)
class Chapter:
    """One page of the site, cleaned.

    Parameters
    ----------
    docname
        Name of the page, without suffix.
    body
        Its outermost section; the first heading is the title. Links to other chapters read ``docname#id``.
    """

    docname: str
    body: Tag

    @property
    def title(self) -> str:
        """The title in plain words."""
        return " ".join(self.heading.get_text().split())

    @property
    def identifier(self) -> str:
        """The anchor of its title."""
        return str(self.body["id"])

    @property
    def heading(self) -> Tag:
        """The element of the title."""
        heading = self.body.find("h1")
        if not isinstance(heading, Tag):
            raise PaperError(f"{self.docname}: a chapter without a title")
        return heading


@dataclass(frozen=True)
class Part:
    """Chapters under one caption; the first chapter of the book has none.

    Parameters
    ----------
    title
        The caption; empty where there is none.
    chapters
        In the order of the table of contents.
    """

    title: str
    chapters: tuple[Chapter, ...]


@dataclass(frozen=True)
class Manuscript:
    """The whole text.

    Parameters
    ----------
    title, author, language, copyright
        As `_config.yml` states them.
    edition
        Number of the edition and its date, as `CITATION.cff` states them.
    reference
        How the book is cited, as HTML.
    simulated
        Whether the survey is simulated.
    parts
        In order.
    sources
        Folder of the sources.
    site
        Folder of the built site, where the figures are.
    address
        Address of the site on the web; empty where none is set.
    """

    title: str
    author: str
    language: Language
    copyright: str
    edition: tuple[str, str]
    reference: str
    simulated: bool
    parts: tuple[Part, ...]
    sources: Path
    site: Path
    address: str

    @property
    def chapters(self) -> Iterator[Chapter]:
        """All chapters, in order."""
        return (chapter for part in self.parts for chapter in part.chapters)

    @property
    def pictures(self) -> Iterator[str]:
        """The pictures that the chapters show, from the site's root."""
        return (str(image["src"]) for chapter in self.chapters for image in chapter.body.find_all("img"))

    @property
    def say(self) -> Words:
        """The words of its language."""
        return words(self.language)

    @property
    def cover(self) -> str:
        """What the cover says."""
        return self.say("paper.cover_simulated", title=self.title) if self.simulated else self.title

    @property
    def made(self) -> datetime:
        """When the sources were made (``SOURCE_DATE_EPOCH``), or the edition: the same book gives the same bytes."""
        epoch = os.environ.get("SOURCE_DATE_EPOCH")
        return datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.fromisoformat(self.edition[1])


def read(root: Path, site: Path) -> Manuscript:
    """Read the pages of a built site.

    Parameters
    ----------
    root
        Folder of the sources: `_config.yml`, `_toc.yml`, `CITATION.cff`.
    site
        Folder of the built site.

    Raises
    ------
    PaperError
        A link leads to a place in the book that does not exist.
    """
    settings = yaml.safe_load((root / "_config.yml").read_text(encoding="utf-8"))
    contents = parse_toc_yaml(root / "_toc.yml").root
    captions = [("", [contents.docname])]
    for tree in contents.subtrees:
        captions.append((tree.caption or "", [str(item) for item in tree.items if item != FOR_PROGRAMS]))
    cited = yaml.safe_load((root / "CITATION.cff").read_text(encoding="utf-8"))
    names = [name for _, listed in captions for name in listed]
    # the page of every number is large, and its place is taken by the notes
    pages = {name: _page(site, name) for name in names if name != EVERY_NUMBER}
    where = addresses.read(root)
    language: Language = settings["sphinx"]["config"]["language"]
    cleaned = _clean(names, pages, contents.docname, where, words(language))
    parts = tuple(Part(caption, tuple(cleaned[name] for name in listed)) for caption, listed in captions)
    simulated = any("simulated-survey" in _classes(page.body) for page in pages.values() if page.body)
    return Manuscript(
        title=settings["title"],
        author=settings["author"],
        language=language,
        copyright=str(settings["copyright"]),
        edition=(str(cited["version"]), str(cited["date-released"])),
        reference=citation.apa(citation.entry(citation.read(root), "", where.site, simulated, language))[1],
        simulated=simulated,
        parts=parts,
        sources=root,
        site=site,
        address=where.site,
    )


def _page(site: Path, name: str) -> BeautifulSoup:
    return BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")


def _classes(element: Tag) -> list[str]:
    return [name for name in element.get_attribute_list("class") if name] if element.has_attr("class") else []


def _clean(
    names: list[str], pages: dict[str, BeautifulSoup], root: str, where: addresses.Addresses, say: Words
) -> dict[str, Chapter]:
    chapters = {
        name: Chapter(name, _article(pages[name], name) if name in pages else _notes(pages.values(), say))
        for name in names
    }
    # on the site the first chapter carries the title of the book, which stands on the cover here
    chapters[root].heading.string = say("paper.opening")
    for chapter in chapters.values():
        _absolute_links(chapter, chapters, where)
    if REFERENCES in chapters:
        _list_works_once(chapters)
    for chapter in chapters.values():
        _for_paper(chapter.body)
    if EVERY_NUMBER in chapters:
        _drop_unused_notes(chapters)
    _check_links(chapters)
    return chapters


def _article(page: BeautifulSoup, name: str) -> Tag:
    section = page.select_one("article.bd-article > section")
    if section is None:
        raise PaperError(f"{name}: a page without text")
    return section


def _absolute_links(chapter: Chapter, names: Collection[str], where: addresses.Addresses) -> None:
    """Let links read ``docname#id`` and pictures start at the site's root; links to files lead to the web or end."""
    folder = posixpath.dirname(chapter.docname)
    for image in chapter.body.find_all("img"):
        image["src"] = posixpath.normpath(posixpath.join(folder, str(image["src"])))
    for link in chapter.body.find_all("a", href=True):
        address = urlsplit(str(link["href"]))
        if address.scheme:
            continue
        path = posixpath.normpath(posixpath.join(folder, address.path)) if address.path else f"{chapter.docname}.html"
        if path.removesuffix(".html") in names:
            link["href"] = f"{path.removesuffix('.html')}#{address.fragment}"
        elif where.site:
            link["href"] = where.site + path


def _list_works_once(chapters: dict[str, Chapter]) -> None:
    """Take out the list of works at the end of each chapter, and let its citations lead to the list of the book."""
    works = {_words(work): str(work["id"]) for work in chapters[REFERENCES].body.select(".citation")}
    for chapter in chapters.values():
        if chapter.docname == REFERENCES:
            continue
        moved = {}
        for work in chapter.body.select(".citation"):
            if _words(work) not in works:
                raise PaperError(f"{chapter.docname}: the bibliography lacks {_words(work)!r}")
            moved[f"{chapter.docname}#{work['id']}"] = f"{REFERENCES}#{works[_words(work)]}"
        for link in chapter.body.find_all("a", href=True):
            link["href"] = moved.get(str(link["href"]), link["href"])
        for works_cited in chapter.body.select(".citation-list"):
            section = works_cited.find_parent("section")
            works_cited.decompose()
            if section is not None and section is not chapter.body and not _text_below_heading(section):
                section.decompose()


def _words(work: Tag) -> str:
    return " ".join(paragraph.get_text(" ", strip=True) for paragraph in work.find_all("p"))


def _text_below_heading(section: Tag) -> bool:
    return any(child.get_text(strip=True) for child in section.find_all(True, recursive=False) if child.name != "h2")


def _notes(pages: Any, say: Words) -> Tag:
    """Give the chapter of notes: each number once, under the anchor that sentences lead to."""
    title, introduction = say("paper.notes.title"), say("paper.notes.introduction")
    chapter = BeautifulSoup(
        f'<section id="{EVERY_NUMBER.rsplit("/", 1)[-1]}"><h1>{title}</h1><p>{introduction}</p>'
        '<ol class="notes"></ol></section>',
        "html.parser",
    )
    listed: set[str] = set()
    for page in pages:
        for note in page.select(".pagenotes li[id^='n-']"):
            row = str(note["id"]).removeprefix("n-")
            if row in listed:
                continue
            listed.add(row)
            note["id"] = row
            for also in note.select(".n-also"):
                also.decompose()
            for link in note.find_all("a"):
                if link.find("code") or link.find_parent(class_="n-work"):
                    link.unwrap()
                    continue
                before = link.previous_sibling
                if before is not None and str(before).rstrip().endswith("·"):
                    before.replace_with(str(before).rstrip().removesuffix("·").rstrip())
                link.decompose()
            chapter.ol.append(note.extract())  # type: ignore[union-attr]
    return chapter.section  # type: ignore[return-value]


def _drop_unused_notes(chapters: dict[str, Chapter]) -> None:
    """Leave out the notes of numbers that stand in what only a screen shows."""
    used = {str(link["href"]) for chapter in chapters.values() for link in chapter.body.find_all("a", href=True)}
    for note in chapters[EVERY_NUMBER].body.select(".notes > li"):
        if f"{EVERY_NUMBER}#{note['id']}" not in used:
            note.decompose()


def _for_paper(body: Tag) -> None:
    """Take out what only a screen can do, and set each table with its caption and source in one block."""
    for menu in body.select("details.result-menu"):
        for folded in menu.select("summary, .cell_input"):
            folded.decompose()
        menu.unwrap()
    for source in body.select(".result-source:has(a[download])"):
        code = source.find("code")
        source.clear()
        if isinstance(code, Tag):
            source.append(code)
        else:
            source.decompose()
    for source in body.select("figure:has(> figcaption) > .result-source"):
        source.parent.figcaption.append(source.extract())  # type: ignore[union-attr]
    for element in body.select(NOT_ON_PAPER):
        element.decompose()
    for picture in body.find_all("picture"):
        picture.unwrap()
    for link in body.find_all("a", href=True):
        if not urlsplit(str(link["href"])).scheme and "#" not in str(link["href"]):
            link.unwrap()
    for element in body.find_all(True):
        for attribute in ON_SCREEN_ONLY:
            del element[attribute]
    seen: set[str] = set()
    for element in body.find_all(id=True):  # exercises repeat theirs
        identifier = str(element["id"])
        if identifier in seen:
            del element["id"]
        seen.add(identifier)
    for empty in body.select("div.cell, div.cell_output, div.cell_input"):
        if not empty.get_text(strip=True) and empty.find(["img", "svg"]) is None:
            empty.decompose()
    for caption in body.select("p.tabcap"):
        _block_of_table(caption)


def _block_of_table(caption: Tag) -> None:
    block = BeautifulSoup('<div class="table-block"></div>', "html.parser").div
    assert block is not None
    region, source = caption.find_next_sibling(), None
    if isinstance(region, Tag) and region.find("table"):
        source = region.find_next_sibling()
        caption.wrap(block)
        block.append(region.extract())
        if isinstance(source, Tag) and "result-source" in _classes(source):
            block.append(source.extract())


def _check_links(chapters: dict[str, Chapter]) -> None:
    places = {f"{name}#" for name in chapters}
    for name, chapter in chapters.items():
        elements = [chapter.body, *chapter.body.find_all(id=True)]
        places |= {f"{name}#{element['id']}" for element in elements}
    lost = [
        f"{name}: {link['href']}"
        for name, chapter in chapters.items()
        for link in chapter.body.find_all("a", href=True)
        if not urlsplit(str(link["href"])).scheme and str(link["href"]) not in places
    ]
    if lost:
        raise PaperError(f"links that lead nowhere in the book: {'; '.join(lost)}")


def relink(body: Tag, place: Callable[[str, str], str]) -> None:
    """Rewrite the links between chapters.

    Parameters
    ----------
    body
        A chapter's body.
    place
        (docname, id) -> address; the id is empty for a chapter's beginning.
    """
    for link in body.find_all("a", href=True):
        address = str(link["href"])
        if not urlsplit(address).scheme:
            name, _, identifier = address.partition("#")
            link["href"] = place(name, identifier)


def imprint(text: Manuscript) -> str:
    """Give the page behind the cover: what this is, of which edition, under which licence."""
    say, (version, date) = text.say, text.edition
    said = [say("paper.imprint.subtitle"), escape(text.author)]
    if text.simulated:
        said.append(say("paper.imprint.simulated"))
    said.append(say("paper.imprint.paper"))
    if text.address:
        address = escape(text.address)
        said.append(say("paper.imprint.site", address=f'<a href="{address}">{address}</a>'))
    said.append(say("paper.imprint.cite", reference=text.reference))
    held = escape(text.copyright)
    said.append(say("paper.imprint.edition", version=escape(version), date=escape(date), copyright=held))
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in said)
    return f'<section class="imprint"><p class="imprint-title">{escape(text.title)}</p>{paragraphs}</section>'
