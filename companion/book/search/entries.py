"""What readers look for on a finished page: sections, terms, figures, tables, functions and works.

Sphinx's own index knows pages and words. Readers look for less than a page and for more than a word: a section, what a
term means, the figure that shows something.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PreformattedString

Kind = Literal["page", "section", "exercises", "term", "figure", "table", "file", "function", "work", "number"]

HEADING = re.compile(r"h[1-6]")
INLINE = frozenset(["a", "abbr", "b", "cite", "code", "em", "i", "kbd", "s", "span", "strong", "sub", "sup"])
"""Elements that stand inside a line: the words on their two sides may be parts of one."""

ELEMENTS_PASSED_OVER = frozenset(
    ["script", "style", "svg", "pre", "table", "figure", "nav", "form", "button", "noscript"]
)
CLASSES_PASSED_OVER = frozenset(
    (
        "headerlink",
        "tabcap",
        "result-menu",
        "result-source",
        "cell_input",
        "above-input",
        "katex-mathml",
        "citation-list",
        "glossary",
        "py",
        "pagenotes",
        "takealong",
        "sim",
        "explorer",
        "living-map",
        "paths",
        "answer",
        "toctree-wrapper",
    )
)
"""What is no sentence of a section, or an entry of its own: code, tables, captions, terms, lists at a page's foot, and
answers of which most are wrong."""

OWN = frozenset({"tabcap", "result-source"})
"""Captions of tables, and links to files."""

WORK = re.compile(r"(?P<who>.+?\((?:\d{4}[a-z]?|n\.d\.|in press)[^)]*\))\. (?P<title>.+?[.?!])(?: |$)")
"""The authors with the year, and the title, of a work in a list of references."""


@dataclass(frozen=True)
class Entry:
    """Something that a search can find.

    Parameters
    ----------
    kind
        What it is.
    anchor
        Its place on the page; empty for the page itself.
    title
        What it is called.
    within
        The headings between the page's title and it.
    text
        What it says.
    words
        Words by which it is found too, and which are not shown.
    """

    kind: Kind
    anchor: str
    title: str
    within: tuple[str, ...] = ()
    text: str = ""
    words: str = ""


@dataclass(frozen=True)
class SearchedPage:
    """A page of the book with what can be found on it.

    Parameters
    ----------
    title
        Its heading.
    part
        The part of the book that it stands in; empty for one that stands in none.
    entries
        The page itself first.
    """

    title: str
    part: str
    entries: tuple[Entry, ...]


def searched(page: BeautifulSoup) -> SearchedPage | None:
    """Give what can be found on a page; nothing on one that no chapter stands behind, such as a page of code.

    Parameters
    ----------
    page
        The page as it stands in the site.
    """
    article = page.find("article")
    chapter = article.find("section", id=True, recursive=False) if isinstance(article, Tag) else None
    heading = _heading(chapter) if isinstance(chapter, Tag) else None
    if not isinstance(chapter, Tag) or heading is None:
        return None
    title = text_of(heading)
    entries = [*_sections(chapter, title, ()), *_terms(chapter), *_functions(chapter), *_works(chapter)]
    return SearchedPage(title, _part(page), tuple(entries))


def _part(page: BeautifulSoup) -> str:
    """The part of the book, from the contents beside the page."""
    current = page.select_one("nav.bd-links li.current")
    chapters = current.find_parent("ul") if current else None
    caption = chapters.find_previous_sibling(class_="caption") if chapters else None
    return text_of(caption) if caption else ""


def _heading(section: Tag) -> Tag | None:
    found = section.find(HEADING, recursive=False)
    return found if isinstance(found, Tag) else None


def _sections(section: Tag, title: str, within: tuple[str, ...]) -> Iterator[Entry]:
    """Give a section, what is drawn in it, and the sections inside it; the outermost is the page itself."""
    inside = (*within, title) if within else (title,)
    whole = len(inside) == 1
    text = text_of(section, but_for_heading=True)
    if whole or text:
        anchor = "" if whole else str(section["id"])
        kind: Kind = "page" if whole else "exercises" if section.find(class_="exercise", recursive=False) else "section"
        yield Entry(kind, anchor, title, inside[1:-1], text)
    for element in _own(section):
        if element.name == "section":
            heading = _heading(element)
            if heading is not None:
                yield from _sections(element, text_of(heading), inside)
        elif "result-source" in element.get_attribute_list("class"):
            yield from _files(element, "" if whole else str(section["id"]), inside[1:])
        elif (drawn := _drawn(element, inside[1:])) is not None:
            yield drawn


def _own(section: Tag) -> Iterator[Tag]:
    """The sections right inside one, and its figures, captions of tables and files to download, in their order."""
    for child in section.find_all(True, recursive=False):
        is_section = child.name == "section" and child.has_attr("id")
        if is_section or child.name == "figure" or OWN.intersection(child.get_attribute_list("class")):
            yield child
        elif "cell_output" in child.get_attribute_list("class"):
            yield from (found for found in _own(child) if "result-source" not in found.get_attribute_list("class"))
        else:
            yield from _own(child)


def _files(links: Tag, anchor: str, within: tuple[str, ...]) -> Iterator[Entry]:
    """The files that stand to be downloaded after a paragraph which says what they hold."""
    said = links.find_previous_sibling("p")
    for link in links.select("a[download]"):
        yield Entry("file", anchor, text_of(link), within, text_of(said) if isinstance(said, Tag) else "")


def _drawn(element: Tag, within: tuple[str, ...]) -> Entry | None:
    """A numbered figure or table."""
    number, caption = element.select_one(".caption-number"), element.select_one(".caption-text")
    if number is None or caption is None or not element.has_attr("id"):
        return None
    kind: Kind = "figure" if element.name == "figure" else "table"
    table = element.find_next("table") if kind == "table" else None
    heads = " ".join(text_of(head) for head in table.select("tbody th, tbody [lang]")) if isinstance(table, Tag) else ""
    return Entry(kind, str(element["id"]), text_of(number), within, text_of(caption), heads)


def _terms(chapter: Tag) -> Iterator[Entry]:
    """Terms that mean the same stand in one entry, under the anchor of the first."""
    for definition in chapter.select("dl.glossary > dd"):
        terms: list[Tag] = []
        before = definition.find_previous_sibling(["dt", "dd"])
        while isinstance(before, Tag) and before.name == "dt":
            terms.insert(0, before)
            before = before.find_previous_sibling(["dt", "dd"])
        yield Entry("term", str(terms[0]["id"]), ", ".join(map(text_of, terms)), (), text_of(definition))


def _functions(chapter: Tag) -> Iterator[Entry]:
    """Functions by their names alone: what all of them say would weigh more than the glossary."""
    for name in chapter.select("dl.py > dt[id]"):
        yield Entry("function", str(name["id"]), str(name["id"]))


def _works(chapter: Tag) -> Iterator[Entry]:
    """The works of the list of all references; in a chapter's own list works lead back to where they are cited."""
    if chapter.select_one(".citation > .label a"):
        return
    for work in chapter.select(".citation[id]"):
        listed = work.find("p")
        if isinstance(listed, Tag) and (found := WORK.match(text_of(listed))):
            yield Entry("work", str(work["id"]), found["who"], (), found["title"])


def text_of(element: Tag, but_for_heading: bool = False) -> str:
    """Give the words of an element in one line, without those of the sections, figures and tables inside it.

    Examples
    --------
    >>> from bs4 import BeautifulSoup
    >>> page = BeautifulSoup("<p>A <em>p</em>-value.</p><p>Two.</p><table><td>3</td></table>", "html.parser")
    >>> text_of(page)
    'A p-value. Two.'
    """
    parts = _words(element, _heading(element) if but_for_heading else None)
    return " ".join("".join(parts).split())


def _words(element: Tag, left_out: Tag | None) -> Iterator[str]:
    for child in element.children:
        if isinstance(child, NavigableString):
            if not isinstance(child, PreformattedString):
                yield str(child)
        elif isinstance(child, Tag) and child is not left_out and not (_is_passed_over(child) or _tells_the_way(child)):
            space = "" if child.name in INLINE else " "
            yield space
            yield from _words(child, None)
            yield space


def _tells_the_way(element: Tag) -> bool:
    """Whether this is what opens a chapter: what a reader should know before it, which the chapter does not explain."""
    before = element.find_previous_sibling() if element.name == "p" else None
    after_title = before is not None and (before.name == "h1" or "sim" in before.get_attribute_list("class"))
    return after_title and isinstance(element.next_element, Tag) and element.next_element.name == "strong"


def _is_passed_over(element: Tag) -> bool:
    """Whether the words of an element are not those of what stands around it."""
    if element.name == "section" and element.has_attr("id") and _heading(element) is not None:
        return True
    if element.name in ELEMENTS_PASSED_OVER:
        return True
    return not CLASSES_PASSED_OVER.isdisjoint(element.get_attribute_list("class"))
