"""What of PDF/UA-1 a program can see in a PDF, checked: its mark is for files in which nothing is found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from companion.book.paper import page_content
from companion.book.paper.page_content import BEGUN, DRAWN, ENDED
from companion.book.paper.universal_access import elements, kids, resolved

KNOWN = frozenset(
    [
        "/Document",
        "/Part",
        "/Art",
        "/Sect",
        "/Div",
        "/BlockQuote",
        "/Caption",
        "/TOC",
        "/TOCI",
        "/Index",
        "/NonStruct",
        "/Private",
        "/P",
        "/H",
        "/H1",
        "/H2",
        "/H3",
        "/H4",
        "/H5",
        "/H6",
        "/L",
        "/LI",
        "/Lbl",
        "/LBody",
        "/Table",
        "/TR",
        "/TH",
        "/TD",
        "/THead",
        "/TBody",
        "/TFoot",
        "/Span",
        "/Quote",
        "/Note",
        "/Reference",
        "/BibEntry",
        "/Code",
        "/Link",
        "/Annot",
        "/Ruby",
        "/RB",
        "/RT",
        "/RP",
        "/Warichu",
        "/WT",
        "/WP",
        "/Figure",
        "/Formula",
        "/Form",
    ]
)
"""The kinds of elements that PDF 1.7 knows (ISO 32000-1, 14.8.4)."""

WITHIN = {
    "/L": frozenset({"/L", "/LI", "/Caption"}),
    "/LI": frozenset({"/Lbl", "/LBody"}),
    "/Table": frozenset({"/TR", "/THead", "/TBody", "/TFoot", "/Caption"}),
    "/TR": frozenset({"/TH", "/TD"}),
}
"""Kind of an element -> the kinds that may stand in it."""

OUTSIDE = {
    "/LI": {"/L"},
    "/LBody": {"/LI"},
    "/TR": {"/Table", "/THead", "/TBody", "/TFoot"},
    "/TH": {"/TR"},
    "/TD": {"/TR"},
}
"""Kind of an element -> the kinds in which alone it may stand."""

Pdf = PdfReader | PdfWriter

Rule = Literal[
    "tags",  # it has a structure
    "tagged",  # and says so
    "language",  # it names its language
    "title-in-window",  # a window shows its title, not the name of the file
    "title",  # its metadata have a title
    "place",  # an element stands where its kind may stand
    "kind",  # its kind is one that PDF 1.7 knows, or mapped to one
    "picture",  # a picture or a formula is described
    "head",  # the head of a table says of what it is the head
    "heading",  # no level of heading is left out
    "cells",  # the rows of a table have the same number of cells
    "order",  # the links of a page are visited in the order of the text
    "link",  # a link is tagged as one
    "name",  # and named
    "drawn",  # what is drawn is text with a tag, or said to be no text
    "letters",  # a typeface says which letters its signs are
    "embedded",  # and is in the file
]


@dataclass(frozen=True)
class Fault:
    """A rule that a PDF breaks.

    Parameters
    ----------
    rule
        Which.
    place
        Where: a page, a kind of element, a typeface; empty where there is one place only.
    """

    rule: Rule
    place: str = ""


def faults(pdf: Pdf) -> list[Fault]:
    """Give what a program finds amiss in a PDF that should be one of PDF/UA-1."""
    root = pdf.root_object
    if "/StructTreeRoot" not in root:
        return [Fault("tags")]
    tree = root["/StructTreeRoot"].get_object()
    assert isinstance(tree, DictionaryObject)
    return [*_document(pdf), *_structure(tree), *_tables(tree), *_annotations(pdf, tree), *_content(pdf), *_fonts(pdf)]


def _document(pdf: Pdf) -> Iterator[Fault]:
    root = pdf.root_object
    if not root.get("/MarkInfo", {}).get("/Marked"):
        yield Fault("tagged")
    if not root.get("/Lang"):
        yield Fault("language")
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield Fault("title-in-window")
    if pdf.xmp_metadata is None or not pdf.xmp_metadata.dc_title:
        yield Fault("title")


def _structure(tree: DictionaryObject) -> Iterator[Fault]:
    known = KNOWN | set(tree.get("/RoleMap", {}))
    level = 0
    for above in [tree, *elements(tree)]:
        outer = str(above.get("/S", ""))
        for kid in kids(above):
            if not isinstance(kid, DictionaryObject) or "/S" not in kid:
                if outer in ("/L", "/LI"):
                    yield Fault("place", outer)
                continue
            kind = str(kid["/S"])
            if kind not in WITHIN.get(outer, {kind}) or outer not in OUTSIDE.get(kind, {outer}):
                yield Fault("place", f"{outer}{kind}")
    for element in elements(tree):
        kind = str(element["/S"])
        if kind not in known:
            yield Fault("kind", kind)
        if kind in ("/Figure", "/Formula") and not element.get("/Alt") and not element.get("/ActualText"):
            yield Fault("picture", kind)
        if kind == "/TH" and "/Scope" not in _attributes(element):
            yield Fault("head")
        if kind[:2] == "/H" and kind[2:].isdigit():
            if int(kind[2:]) > level + 1:
                yield Fault("heading", f"H{level}{kind}")
            level = int(kind[2:])


def _attributes(element: DictionaryObject) -> dict[str, Any]:
    given = resolved(element.get("/A", []))
    blocks = [resolved(block) for block in (given if isinstance(given, list) else [given])]
    return {name: value for block in blocks for name, value in block.items()}


def _tables(tree: DictionaryObject) -> Iterator[Fault]:
    for table in elements(tree):
        if str(table["/S"]) != "/Table":
            continue
        taken: set[tuple[int, int]] = set()
        for number, row in enumerate(element for element in elements(table) if str(element["/S"]) == "/TR"):
            column = 0
            for cell in kids(row):
                given = _attributes(cell)
                wide, high = int(given.get("/ColSpan", 1)), int(given.get("/RowSpan", 1))
                while (number, column) in taken:
                    column += 1
                taken |= {(number + down, column + right) for down in range(high) for right in range(wide)}
        rows, columns = {row for row, _ in taken}, {column for _, column in taken}
        if len(taken) != len(rows) * len(columns):
            yield Fault("cells")


def _annotations(pdf: Pdf, tree: DictionaryObject) -> Iterator[Fault]:
    tagged = {
        kid.raw_get("/Obj").idnum: str(element["/S"])
        for element in elements(tree)
        for kid in kids(element)
        if isinstance(kid, DictionaryObject) and kid.get("/Type") == "/OBJR"
    }
    for number, page in enumerate(pdf.pages, start=1):
        found = resolved(page.get("/Annots", []))
        if found and page.get("/Tabs") != "/S":
            yield Fault("order", str(number))
        for reference in found:
            annotation = reference.get_object()
            if annotation["/Subtype"] == "/Link" and tagged.get(reference.idnum) != "/Link":
                yield Fault("link", str(number))
            if not annotation.get("/Contents"):
                yield Fault("name", str(number))


def _content(pdf: Pdf) -> Iterator[Fault]:
    for number, page in enumerate(pdf.pages, start=1):
        open_marks: list[bool] = []
        for operands, operator in page_content.operations(page):
            if operator in BEGUN:
                open_marks.append(page_content.name(operands) == "/Artifact" or page_content.tag(operands) is not None)
            elif operator == ENDED:
                open_marks.pop()
            elif operator in DRAWN and not any(open_marks):
                yield Fault("drawn", str(number))
                break


def _fonts(pdf: Pdf) -> Iterator[Fault]:
    seen = set()
    for page in pdf.pages:
        for reference in resolved(resolved(page["/Resources"]).get("/Font", {})).values():
            font = resolved(reference)
            name = str(font.get("/BaseFont", font["/Subtype"]))
            if name in seen:
                continue
            seen.add(name)
            if "/ToUnicode" not in font:
                yield Fault("letters", name)
            if font["/Subtype"] == "/Type3":
                continue
            described = resolved(resolved(resolved(font.get("/DescendantFonts", [font]))[0]).get("/FontDescriptor", {}))
            if not any(f"/FontFile{kind}" in described for kind in ("", "2", "3")):
                yield Fault("embedded", name)
