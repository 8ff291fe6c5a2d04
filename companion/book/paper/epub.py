"""The book as one EPUB 3: a file a chapter, formulas as MathML, figures as plain SVG, no scripts.

Made from the pages of the site like the PDF, so the three cannot differ. Sphinx's own EPUB builder would read every
chapter again, and write dates, scripts' leftovers and colours that only a browser knows.

ebooklib would write package and contents for us, with the time of the build and an identifier by chance in them, so
that no two builds would give the same bytes; what it would save are the hundred lines that write them here.
"""

from __future__ import annotations

import copy
import io
import re
import uuid
import zipfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from bs4 import Tag

from companion.book.paper import manuscript
from companion.book.paper.manuscript import COVER, Chapter, Manuscript, PaperError
from companion.store import write_aside

STYLES = [Path(__file__).with_name(name) for name in ("epub.css", "self-tests.css", "programs.css")]
FOLDER = "book"
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://creativecommons.org/licenses/by/4.0/")

COLOUR = re.compile(r"var\(--[a-z0-9-]+, ?(#[0-9a-f]{3,6})\)")
TOKENS = re.compile(r"<style>svg\{--.*?</style>", re.DOTALL)
"""The style element in which a figure keeps its colours for light, dark and print."""
EMPTY = re.compile(r"<path(?![^>]*\sd=)")
"""The glyph of a space, which matplotlib writes without an outline."""
SPELLING = {"viewbox": "viewBox", "preserveaspectratio": "preserveAspectRatio"}
"""Attributes that HTML spells in small letters and XML does not."""

CONTAINER = (
    '<?xml version="1.0" encoding="utf-8"?>\n<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" '
    f'version="1.0"><rootfiles><rootfile full-path="{FOLDER}/package.opf" '
    'media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)


def write(text: Manuscript, path: Path) -> None:
    """Write the book into a file.

    Raises
    ------
    PaperError
        A figure asks for a colour that only the site's style sheet knows.
    """
    write_aside(path, packed(dict(files(text)), text))


def packed(contents: dict[str, str], text: Manuscript) -> bytes:
    """Give the archive; its times are that of the edition, so that the same book gives the same bytes."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as book:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name, text.made.timetuple()[:6])
            # the kind of file must stand unpacked at the beginning of the archive
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            book.writestr(entry, content.encode())
    return archive.getvalue()


def files(text: Manuscript) -> Iterator[tuple[str, str]]:
    """Give every file of the archive by its path, in their order."""
    yield "mimetype", "application/epub+zip"
    yield "META-INF/container.xml", CONTAINER
    pages, pictures = dict(_pages(text)), dict(_pictures(text))
    yield f"{FOLDER}/package.opf", _package(text, pages, pictures)
    yield f"{FOLDER}/style.css", "\n".join(style.read_text(encoding="utf-8") for style in STYLES)
    for name, content in (pages | pictures).items():
        yield f"{FOLDER}/{name}", content


def _pages(text: Manuscript) -> Iterator[tuple[str, str]]:
    cover = f'<div class="cover"><img src="{_picture(COVER)}" alt="{escape(text.cover)}"/></div>'
    yield "cover.xhtml", _page(text, text.title, cover)
    yield "imprint.xhtml", _page(text, text.title, manuscript.imprint(text))
    yield "nav.xhtml", _page(text, text.say("paper.contents"), _navigation(text))
    for number, part in enumerate(text.parts):
        if part.title:
            yield _part_file(number), _page(text, part.title, f'<h1 class="part">{escape(part.title)}</h1>')
        for chapter in part.chapters:
            yield _file(chapter.docname), _page(text, chapter.title, _chapter(chapter))


def _page(text: Manuscript, title: str, body: str) -> str:
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops" lang="{text.language}" xml:lang="{text.language}"><head>'
        f'<title>{escape(title)}</title><link rel="stylesheet" type="text/css" href="style.css"/></head>'
        f"<body>{body}</body></html>\n"
    )


def _file(docname: str) -> str:
    return f"{docname.replace('/', '-')}.xhtml"


def _part_file(number: int) -> str:
    return f"part-{number}.xhtml"


def _picture(path: str) -> str:
    return f"pictures/{Path(path).name}"


def _chapter(chapter: Chapter) -> str:
    body = copy.copy(chapter.body)
    manuscript.relink(body, lambda docname, identifier: _file(docname) + (f"#{identifier}" if identifier else ""))
    for image in body.find_all("img"):
        image["src"] = _picture(str(image["src"]))
    for formula in body.select(".katex"):
        math = formula.find("math")
        if not isinstance(math, Tag):
            raise PaperError(f"{chapter.docname}: a formula without MathML")
        formula.replace_with(math.extract())
    for drawing in body.find_all("svg"):
        drawing["xmlns"] = "http://www.w3.org/2000/svg"
        for element in [drawing, *drawing.find_all(True)]:
            for lower, right in SPELLING.items():
                if element.has_attr(lower):
                    element[right] = element[lower]
                    del element[lower]
    for code in body.select(".highlight span"):
        code.unwrap()
    return str(body)


def _pictures(text: Manuscript) -> Iterator[tuple[str, str]]:
    """Give the pictures that the chapters show, in colours that need no browser."""
    yield _picture(COVER), plain_svg((text.site / COVER).read_text(encoding="utf-8"), COVER)
    for path in dict.fromkeys(text.pictures):
        yield _picture(path), plain_svg((text.site / path).read_text(encoding="utf-8"), path)


def plain_svg(svg: str, path: str) -> str:
    """Give a figure as every reader of SVG understands it, in its colours for light paper.

    Raises
    ------
    PaperError
        It asks for a colour that stands nowhere in it.

    Examples
    --------
    >>> plain_svg('<path d="M0 0h9" style="fill: var(--like, #c2410c)"/>', "a.svg")
    '<path d="M0 0h9" style="fill: #c2410c"/>'
    """
    plain = EMPTY.sub('<path d=""', COLOUR.sub(r"\1", TOKENS.sub("", svg)))
    if "var(" in plain:
        raise PaperError(f"{path}: {plain[plain.index('var(') :][:40]!r} is a colour that only a browser knows")
    return plain


def _navigation(text: Manuscript) -> str:
    items = []
    for number, part in enumerate(text.parts):
        chapters = "".join(_item(_file(chapter.docname), chapter.title) for chapter in part.chapters)
        items.append(_item(_part_file(number), part.title, f"<ol>{chapters}</ol>") if part.title else chapters)
    first, say = _file(next(text.chapters).docname), text.say
    return (
        f'<nav epub:type="toc" id="toc"><h1>{say("paper.contents")}</h1><ol>{"".join(items)}</ol></nav>'
        f'<nav epub:type="landmarks" hidden="hidden"><h2>{say("paper.landmarks")}</h2><ol>'
        f'<li><a epub:type="cover" href="cover.xhtml">{say("paper.cover")}</a></li>'
        f'<li><a epub:type="toc" href="nav.xhtml">{say("paper.contents")}</a></li>'
        f'<li><a epub:type="bodymatter" href="{first}">{say("paper.beginning")}</a></li></ol></nav>'
    )


def _item(address: str, title: str, below: str = "") -> str:
    return f'<li><a href="{address}">{escape(title)}</a>{below}</li>'


def _package(text: Manuscript, pages: dict[str, str], pictures: dict[str, str]) -> str:
    version, date = text.edition
    identifier = uuid.uuid5(NAMESPACE, f"{text.title} {version} {date}")
    say = text.say
    about = say("paper.epub.about_simulated") if text.simulated else say("paper.epub.about")
    meta = {
        "dcterms:modified": text.made.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "schema:accessibilitySummary": say("paper.epub.summary"),
        "schema:accessibilityHazard": "none",
    }
    several = {
        "schema:accessMode": ("textual", "visual"),
        "schema:accessModeSufficient": ("textual",),
        "schema:accessibilityFeature": ("alternativeText", "MathML", "structuralNavigation", "tableOfContents"),
    }
    lines = [
        f'<dc:identifier id="identifier">urn:uuid:{identifier}</dc:identifier>',
        f"<dc:title>{escape(text.title)}</dc:title>",
        f"<dc:creator>{escape(text.author)}</dc:creator>",
        f"<dc:language>{text.language}</dc:language>",
        f"<dc:date>{date}</dc:date>",
        f"<dc:rights>{say('paper.epub.rights')}</dc:rights>",
        f"<dc:description>{about}</dc:description>",
        *(f'<meta property="{name}">{value}</meta>' for name, value in meta.items()),
        *(f'<meta property="{name}">{value}</meta>' for name, values in several.items() for value in values),
    ]
    manifest = ['<item id="style" href="style.css" media-type="text/css"/>']
    for name, content in pages.items():
        manifest.append(_entry(name, "application/xhtml+xml", _properties(name, content)))
    for name in pictures:
        properties = ["cover-image"] if name == _picture(COVER) else []
        manifest.append(_entry(name, "image/svg+xml", properties))
    spine = "".join(f'<itemref idref="{_identifier(name)}"/>' for name in pages)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        f'unique-identifier="identifier" xml:lang="{text.language}" '
        'prefix="schema: http://schema.org/"><metadata xmlns:dc="http://purl.org/dc/elements/1.1/">\n'
        f"{chr(10).join(lines)}\n</metadata>\n<manifest>\n{chr(10).join(manifest)}\n</manifest>\n"
        f"<spine>{spine}</spine>\n</package>\n"
    )


def _properties(name: str, content: str) -> list[str]:
    marks = {"nav": name == "nav.xhtml", "mathml": "<math" in content, "svg": "<svg" in content}
    return [name for name, holds in marks.items() if holds]


def _entry(name: str, kind: str, properties: list[str]) -> str:
    said = f' properties="{" ".join(properties)}"' if properties else ""
    return f'<item id="{_identifier(name)}" href="{name}" media-type="{kind}"{said}/>'


def _identifier(name: str) -> str:
    return "file-" + re.sub(r"[^A-Za-z0-9-]", "-", name)
