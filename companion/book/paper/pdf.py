"""The book as one PDF, printed by Chromium: numbered pages, contents with page numbers, outline, tags.

Chromium does not know on which page an anchor will stand. So the book is printed, the pages of the anchors are read
from the PDF, written where the text names them, and the book is printed again; a page that moves by that is an error.
"""

from __future__ import annotations

import copy
import io
import json
import shutil
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Page, Request, sync_playwright
from pypdf import PdfReader, PdfWriter
from pypdf.generic import BooleanObject, DictionaryObject, NameObject, StreamObject, TextStringObject
from pypdf.xmp import XmpInformation

from companion.book.paper import checked_access, fonts, manuscript, universal_access
from companion.book.paper.manuscript import COVER, Chapter, Manuscript, PaperError, Part
from companion.errors import InputError, Problem
from companion.store import write_aside

STYLES = [Path(__file__).with_name(name) for name in ("pdf.css", "self-tests.css", "programs.css")]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
PART = "part-"
PASSES = 3
FORMULAS = ("katex/katex.min.css", "katex-math.css", "inline/attributes.css")
"""The style sheets of a page with formulas, below the site's ``_static``; the others are bundled for the screen."""
NO_BREAK = "\N{NO-BREAK SPACE}"
PATIENCE = 300_000
"""Milliseconds that Chromium may take to lay out the book on a machine that does other work too."""

FLOATS = Path(__file__).with_name("floats.js")
SHEET = (162, 251)
"""Width and height in millimetres that the style sheet leaves for text on a page."""
PIXELS = 96 / 25.4
FILL = """({numbers, blanks}) => {
  for (const place of document.querySelectorAll("[data-page]")) {
    place.textContent = numbers[place.dataset.page] ?? "000";
  }
  for (const leaf of document.querySelectorAll("[data-before]")) {
    leaf.hidden = !blanks.includes(leaf.dataset.before);
  }
}"""
NAMED = "() => [...document.querySelectorAll('[data-page]')].map(place => place.dataset.page)"
READY = """async () => {
  await document.fonts.ready;
  await Promise.all([...document.images].map(image => image.decode()));
}"""


def write(text: Manuscript, path: Path) -> int:
    """Print the book into a file and give the number of its pages.

    Raises
    ------
    InputError
        There is no Chromium on this machine.
    PaperError
        The page numbers do not settle, or the book asks for something that is not in the site.
    """
    browser = chromium()
    source = path.with_suffix(".html")
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(html(text, source.parent), encoding="utf-8")
    try:
        content = print_settled(source, browser)
    finally:
        source.unlink()
    finished, pages = finish(content, text)
    write_aside(path, finished)
    return pages


def chromium() -> str:
    """Give the program that prints.

    Raises
    ------
    InputError
        There is none.
    """
    found = next((place for name in BROWSERS if (place := shutil.which(name))), None)
    if found is None:
        raise InputError(
            Problem(
                file="make pdf",
                message="Chromium sets the pages, and it is not on this machine.",
                remedy="Install it (on Debian and Ubuntu: apt-get install chromium), or read the EPUB (make epub).",
            )
        )
    return found


def print_settled(source: Path, browser: str) -> bytes:
    """Print until the pages that the text names are those on which things stand."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--disable-gpu"])
        try:
            page = opened.new_page(viewport={"width": round(SHEET[0] * PIXELS), "height": round(SHEET[1] * PIXELS)})
            page.set_default_timeout(PATIENCE)
            lost: list[str] = []
            page.on("requestfailed", lambda request: lost.append(request.url))
            page.route("**/*", lambda route, request: route.continue_() if _local(request) else route.abort())
            page.emulate_media(media="print", color_scheme="light")
            page.goto(source.as_uri())
            page.evaluate(READY)
            page.evaluate(FLOATS.read_text(encoding="utf-8"), SHEET[1] * PIXELS)
            if lost:
                raise PaperError(f"the book asks for what is not in the site: {', '.join(lost)}")
            return settle(lambda layout: _print(page, layout), named=page.evaluate(NAMED))
        finally:
            opened.close()


@dataclass(frozen=True)
class Layout:
    """What the text must know of its own pages.

    Parameters
    ----------
    numbers
        Page by anchor.
    blanks
        Anchors of the parts before which a page stays empty, so that the part begins on a right-hand page.
    """

    numbers: Mapping[str, int] = field(default_factory=dict)
    blanks: frozenset[str] = frozenset()

    def next(self, found: Mapping[str, int]) -> Layout:
        """Give the layout that follows from the pages of a print that was made with this one."""
        parts = sorted((page, name) for name, page in found.items() if name.startswith(PART))
        blanks: list[str] = []
        shifts: list[tuple[int, int]] = []
        for count, (page, name) in enumerate(parts):
            had = len(self.blanks & {earlier for _, earlier in parts[: count + 1]})
            if (page - had + len(blanks)) % 2 == 0:
                blanks.append(name)
            shifts.append((page, len(blanks) - had))
        numbers = {
            name: page + next((shift for start, shift in reversed(shifts) if start <= page), 0)
            for name, page in found.items()
        }
        return Layout(numbers, frozenset(blanks))


def settle(print_with: Callable[[Layout], bytes], named: Collection[str]) -> bytes:
    """Print with the layout that the print before showed, until a print shows the layout that it was given.

    Parameters
    ----------
    print_with
        Layout that the text names -> a PDF.
    named
        Anchors whose pages the text names. The others need not come to rest: an anchor between two pages may be put at
        the end of the one or the head of the other from print to print, although nothing else moves.

    Raises
    ------
    PaperError
        Pages still move in the last pass.
    """
    layout, moved = Layout(), {}
    for _ in range(PASSES):
        content = print_with(layout)
        found = {name: page for name, page in pages_of_anchors(content).items() if name in named}
        following = layout.next(found)
        if following == layout:
            return content
        moved = {name: page for name, page in following.numbers.items() if layout.numbers.get(name) != page}
        layout = following
    raise PaperError(f"the page numbers of the contents do not settle: {json.dumps(moved)}")


def pages_of_anchors(content: bytes) -> dict[str, int]:
    """Give the page, counted from 1, of every anchor that a link in a PDF leads to."""
    reader = PdfReader(io.BytesIO(content))
    pages = {
        name.removeprefix("/"): reader.get_destination_page_number(destination)
        for name, destination in sorted(reader.named_destinations.items())
    }
    return {name: page + 1 for name, page in pages.items() if page is not None}


def _local(request: Request) -> bool:
    return request.url.startswith(("file:", "data:"))


def _print(page: Page, layout: Layout) -> bytes:
    page.evaluate(FILL, {"numbers": dict(layout.numbers), "blanks": sorted(layout.blanks)})
    return page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True)


def finish(content: bytes, text: Manuscript) -> tuple[bytes, int]:
    """Write into a PDF what it is and what lets anybody use it, and give it with the number of its pages."""
    printed = PdfReader(io.BytesIO(content))
    writer = PdfWriter(clone_from=printed)
    writer.pdf_header = printed.pdf_header  # tags and metadata are younger than the version that pypdf would name
    stamp = text.made.strftime("D:%Y%m%d%H%M%SZ")
    subject = text.say("paper.subject_simulated") if text.simulated else text.say("paper.subject")
    writer.metadata = None
    writer.add_metadata(
        {
            "/Title": text.title,
            "/Author": text.author,
            "/Subject": subject,
            "/CreationDate": stamp,
            "/ModDate": stamp,
        }
    )
    root = writer.root_object
    _write_xmp(writer, text, subject)
    root[NameObject("/Lang")] = TextStringObject(text.language)
    root[NameObject("/ViewerPreferences")] = DictionaryObject({NameObject("/DisplayDocTitle"): BooleanObject(True)})
    root[NameObject("/PageMode")] = NameObject("/UseOutlines")
    _space_titles(writer, text)
    universal_access.complete(writer)
    if not checked_access.faults(writer):
        universal_access.mark(_metadata(writer))
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue(), len(writer.pages)


def _write_xmp(writer: PdfWriter, text: Manuscript, subject: str) -> None:
    """Say title, author, subject, language and time once more as XMP, which libraries and search engines read."""
    xmp = XmpInformation.create()
    xmp.dc_format = "application/pdf"
    xmp.dc_title = {"x-default": text.title, text.language: text.title}
    xmp.dc_creator = [text.author]
    xmp.dc_description = {"x-default": subject, text.language: subject}
    xmp.dc_language = [text.language]
    xmp.dc_rights = {"x-default": f"© {text.copyright}"}
    xmp.xmp_create_date = xmp.xmp_modify_date = text.made
    writer.xmp_metadata = xmp
    stream = _metadata(writer)
    stream[NameObject("/Type")], stream[NameObject("/Subtype")] = NameObject("/Metadata"), NameObject("/XML")


def _metadata(writer: PdfWriter) -> StreamObject:
    stream = writer.root_object["/Metadata"].get_object()
    assert isinstance(stream, StreamObject)
    return stream


def _space_titles(writer: PdfWriter, text: Manuscript) -> None:
    """Put the spaces back into the outline that Chromium loses where a heading breaks over two lines."""
    headings = [part.title for part in text.parts]
    headings += [
        " ".join(heading.get_text().split())
        for chapter in text.chapters
        for heading in chapter.body.find_all([f"h{level}" for level in range(1, 7)])
    ]
    spaced = {"".join(heading.split()): heading for heading in headings}
    for entry in _outline(writer.get_outline_root()):
        title = str(entry["/Title"])
        entry[NameObject("/Title")] = TextStringObject(spaced.get("".join(title.split()), title))


def _outline(above: DictionaryObject) -> Iterator[DictionaryObject]:
    """Give every entry of the outline that stands below another, or below its root."""
    following = above.get("/First")
    while following is not None:
        entry = following.get_object()
        yield entry
        yield from _outline(entry)
        following = entry.get("/Next")


def html(text: Manuscript, folder: Path) -> str:
    """Give the whole book as one page, whose style sheets and pictures are found from a folder."""
    to_site = fonts.address(text.site, folder)
    document = BeautifulSoup(_frame(text, folder, to_site), "html.parser")
    assert document.body is not None
    for number, part in enumerate(text.parts):
        if part.title:
            document.body.append(_fragment(_part_opening(part, number)))
        for chapter in part.chapters:
            document.body.append(_chapter(chapter, to_site, below_part=bool(part.title)))
    return str(document)


def _fragment(html: str) -> Tag:
    return next(element for element in BeautifulSoup(html, "html.parser").contents if isinstance(element, Tag))


def anchor(docname: str, identifier: str = "") -> str:
    """Give the anchor in the whole book of an anchor in a chapter."""
    chapter = docname.replace("/", "-")
    return f"{chapter}--{identifier}" if identifier else chapter


def _frame(text: Manuscript, folder: Path, to_site: str) -> str:
    sheets = [text.sources / "_static/custom.css"]
    if any(chapter.body.select_one(".katex") for chapter in text.chapters):
        sheets += [text.site / "_static" / name for name in FORMULAS]
    own = "\n".join(style.read_text(encoding="utf-8") for style in STYLES)
    links = "".join(f'<link rel="stylesheet" href="{fonts.address(sheet, folder)}">' for sheet in sheets)
    return (
        f'<!DOCTYPE html><html lang="{text.language}" data-theme="light"><head><meta charset="utf-8">'
        f"<title>{escape(text.title)}</title>{links}<style>{fonts.rules(folder)}"
        f"{own}{_running_titles(text)}</style></head>"
        f"<body>{_cover(text, to_site)}{manuscript.imprint(text)}{_contents(text)}</body></html>"
    )


def _running_titles(text: Manuscript) -> str:
    """Give each chapter pages of its own, whose foot names it and says that the survey is simulated."""
    mark = f"//// {text.say('paper.foot')}   ·   " if text.simulated else ""
    feet = [("front", text.title)]
    feet += [(anchor(chapter.docname), chapter.title) for chapter in text.chapters]
    return "".join(
        f"@page {name} {{ @bottom-left {{ content: {json.dumps(mark + words, ensure_ascii=False)} }} }}\n"
        for name, words in feet
    )


def _cover(text: Manuscript, to_site: str) -> str:
    return f'<div class="cover"><img src="{to_site}/{COVER}" alt="{escape(text.cover)}"></div>'


def _contents(text: Manuscript) -> str:
    parts = []
    for number, part in enumerate(text.parts):
        head = _line("contents-part", f"{PART}{number}", part.title) if part.title else ""
        parts.append(head + _list_of_chapters(part))
    return f'<nav class="contents front"><h1 id="contents">{text.say("paper.contents")}</h1>{"".join(parts)}</nav>'


def _list_of_chapters(part: Part) -> str:
    return "".join(_line("contents-chapter", anchor(chapter.docname), chapter.title) for chapter in part.chapters)


def _line(name: str, target: str, words: str) -> str:
    page = f'<span class="page" data-page="{target}">000</span>'
    return f'<p class="{name}"><a href="#{target}"><span>{escape(words)}</span>{page}</a></p>'


def _part_opening(part: Part, number: int) -> str:
    name = f"{PART}{number}"
    return (
        f'<div><div class="blank" data-before="{name}" hidden></div>'
        f'<section class="part front"><h1 id="{name}">{escape(part.title)}</h1>'
        f"<div>{_list_of_chapters(part)}</div></section></div>"
    )


def _chapter(chapter: Chapter, to_site: str, below_part: bool) -> Tag:
    """Give a chapter whose anchors are its own in the whole book and whose headings stand below those of its part."""
    name = anchor(chapter.docname)
    article = _fragment(f'<article class="bd-article chapter" id="{name}" style="page: {name}"></article>')
    body = copy.copy(chapter.body)
    for element in [body, *body.find_all(id=True)]:
        element["id"] = anchor(chapter.docname, str(element["id"]))
    for figure in body.find_all("figure"):
        figure["role"] = "group"  # a figure with a caption would be tagged as a picture without a description
    for element in body.select("[aria-labelledby]"):
        element["aria-labelledby"] = anchor(chapter.docname, str(element["aria-labelledby"]))
    manuscript.relink(body, lambda docname, identifier: f"#{anchor(docname, identifier)}")
    for image in body.find_all("img"):
        image["src"] = f"{to_site}/{image['src']}"
    for formula in body.select(".katex"):
        _spell(formula)
    for cell in body.select("th, td"):
        _fill(cell)
    levels: dict[str, Any] = {f"h{level}": level for level in range(1, 6)}
    for heading in body.find_all(list(levels)):
        level = levels[heading.name]
        heading["class"] = f"level-{level}"
        heading.name = f"h{level + below_part}"
    article.append(body)
    return article


def _fill(cell: Tag) -> None:
    """Put a blank into a cell in which nothing is seen: Chromium would give it no tag, and its row a cell too few."""
    hidden = "".join(words.get_text(strip=True) for words in cell.select(".visually-hidden"))
    if cell.get_text(strip=True) == hidden and cell.select_one("img[alt]:not([alt=''])") is None:
        cell.append(NO_BREAK)


def _spell(formula: Tag) -> None:
    """Let a formula be read as it was typed: Chromium tags neither its MathML nor what is kept from readers."""
    mathml, drawn = formula.select_one(".katex-mathml"), formula.select_one(".katex-html")
    typed = formula.find("annotation")
    if mathml is None or drawn is None or typed is None:
        raise PaperError(f"a formula that says in no words what it shows: {formula}")
    formula["role"] = "img"
    formula["aria-label"] = f"{universal_access.FORMULA}{' '.join(typed.get_text().split())}"
    del drawn["aria-hidden"]
    mathml.decompose()
