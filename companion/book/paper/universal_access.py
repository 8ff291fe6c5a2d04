"""What a PDF that anybody can use (ISO 14289-1, "PDF/UA-1") needs beyond the tags that Chromium writes.

Chromium tags the text and leaves six things out: that the foot of a page is no part of the text, what a link is
called, the body of a list's item, that a formula is one, which of the common kinds an emphasis is, and the mark that
says that all is there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from pypdf import PageObject, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from companion.book.paper import page_content
from companion.book.paper.manuscript import PaperError
from companion.book.paper.page_content import BEGUN, ENDED, PATH_ENDS, PATHS, SHOWN, Operation

KINDS = {"/Em": "/Span", "/Strong": "/Span"}
"""Kinds of elements that PDF 1.7 does not know -> the kind that it knows and that does the same."""

FORMULA = "\N{FUNCTION APPLICATION}"
"""With this sign, which nobody sees or hears, begins the description of a picture that is a formula: to Chromium both
are pictures."""

NOT_TEXT: Operation = (b"/Artifact ", b"BMC")
END: Operation = (b"", ENDED)
LEVEL = 9

MARK = (
    '<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">'
    "<pdfuaid:part>1</pdfuaid:part></rdf:Description>"
)
"""What says in the metadata that the file is one of PDF/UA-1."""


def complete(writer: PdfWriter) -> None:
    """Add to a tagged PDF what PDF/UA-1 asks for and Chromium leaves out, but for the mark itself."""
    if "/StructTreeRoot" not in writer.root_object:
        return
    root = writer.root_object["/StructTreeRoot"].get_object()
    assert isinstance(root, DictionaryObject)
    roles = {NameObject(own): NameObject(known) for own, known in KINDS.items()}
    root[NameObject("/RoleMap")] = DictionaryObject(roles)
    pages = {page.indirect_reference.idnum: page for page in writer.pages if page.indirect_reference is not None}
    words = {number: _set_apart(writer, page) for number, page in pages.items()}
    for element in list(elements(root)):
        # It may be left out (ISO 32000-1, table 323), and a book has forty thousand.
        element.pop(NameObject("/Type"), None)
        if element.get("/S") == "/LI":
            _give_a_body(writer, element)
        elif element.get("/S") == "/Link":
            _name(element, words)
        elif str(element.get("/Alt", "")).startswith(FORMULA):
            element[NameObject("/S")] = NameObject("/Formula")
            element[NameObject("/Alt")] = TextStringObject(str(element["/Alt"]).removeprefix(FORMULA))


def elements(above: DictionaryObject) -> Iterator[DictionaryObject]:
    """Give every element of the structure below another, in the order in which it is read."""
    for kid in kids(above):
        if isinstance(kid, DictionaryObject) and "/S" in kid:
            yield kid
            yield from elements(kid)


def kids(element: DictionaryObject) -> list[Any]:
    """Give what an element holds: elements, numbers of marked content, references to annotations."""
    held = resolved(element.get("/K", ArrayObject()))
    return [resolved(kid) for kid in (held if isinstance(held, ArrayObject) else [held])]


def resolved(thing: Any) -> Any:
    """Give a thing itself where it stands elsewhere in the file."""
    return thing.get_object() if isinstance(thing, IndirectObject) else thing


@dataclass
class _Words:
    """The words of each piece of marked content of a page, line by line.

    Parameters
    ----------
    lines
        Number of the content -> pairs of where a line stands and what it says.
    """

    lines: dict[int, list[tuple[float, str]]] = field(default_factory=dict)

    def add(self, number: int, height: float, said: str) -> None:
        """Add letters to a piece of content, to its last line if they stand on it."""
        lines = self.lines.setdefault(number, [])
        if lines and lines[-1][0] == height:
            said = lines.pop()[1] + said
        lines.append((height, said))


def _set_apart(writer: PdfWriter, page: PageObject) -> _Words:
    """Say of what is drawn on a page outside its text that it is no part of it, and read the text."""
    if "/Contents" not in page:
        return _Words()
    operations = page_content.operations(page)
    words = _read(page, operations)
    drawn = StreamObject()
    drawn.set_data(page_content.written(list(_apart(operations))))
    place = page.raw_get("/Contents")
    if not isinstance(place, IndirectObject):
        raise PaperError("the content of a page is in pieces")
    writer._replace_object(place, drawn.flate_encode(LEVEL))
    return words


def _apart(operations: list[Operation]) -> Iterator[Operation]:
    """Give the operations of a page, with a mark around each thing that is drawn outside marked content."""
    depth, path, place = 0, -1, 0
    while place < len(operations):
        _, operator = operation = operations[place]
        depth += (operator in BEGUN) - (operator == ENDED)
        if depth == 0 and operator == b"BT":
            end = next(later for later in range(place, len(operations)) if operations[later][1] == b"ET")
            block = operations[place : end + 1]
            if not any(operator in BEGUN and page_content.tag(operands) is not None for operands, operator in block):
                yield from (NOT_TEXT, *block, END)
                place = end + 1
                continue
        if depth == 0 and operator in PATHS:
            path = _end_of_path(operations, place)
            yield from _marked(operations[place : path + 1])
            place = path + 1
            continue
        yield from _marked([operation]) if depth == 0 and operator in SHOWN else [operation]
        place += 1


def _end_of_path(operations: list[Operation], start: int) -> int:
    return next(at for at in range(start, len(operations)) if operations[at][1] in PATH_ENDS)


def _marked(drawn: list[Operation]) -> list[Operation]:
    """Put a mark around a path or a thing that is shown; a path that only clips draws nothing."""
    return drawn if drawn[-1][1] == b"n" else [NOT_TEXT, *drawn, END]


def _read(page: PageObject, operations: list[Operation]) -> _Words:
    words, numbers, font, height = _Words(), [], "", 0.0
    fonts = resolved(resolved(page["/Resources"]).get("/Font", DictionaryObject()))
    for operands, operator in operations:
        if operator in BEGUN:
            numbers.append(page_content.tag(operands))
        elif operator == ENDED:
            numbers.pop()
        elif operator == b"Tf":
            font = page_content.name(operands)
        elif operator == b"Tm":
            height = float(operands.split()[5])
        elif operator == b"Tj" and numbers and (number := numbers[-1]) is not None:
            words.add(number, height, said(fonts[font], page_content.codes(operands)))
    return words


def said(font: DictionaryObject, codes: bytes) -> str:
    """Give the letters that a font shows for some codes."""
    if "/ToUnicode" not in font:
        return ""
    letters = _letters(font["/ToUnicode"].get_data())  # type: ignore[attr-defined]
    size = 2 if str(font["/Subtype"]) == "/Type0" else 1
    return "".join(letters.get(int.from_bytes(codes[at : at + size]), "") for at in range(0, len(codes), size))


@cache
def _letters(table: bytes) -> dict[int, str]:
    """Read which letters the codes of a font stand for.

    Examples
    --------
    >>> _letters(b"1 beginbfrange <0003> <0004> <D835DC4E> endbfrange 1 beginbfchar <0007> <00660069> endbfchar")
    {3: '𝑎', 4: '𝑏', 7: 'fi'}
    """
    found = {}
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", table, re.DOTALL):
        for low, high, first in re.findall(rb"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            letter = _decoded(first)
            for code in range(int(low, 16), int(high, 16) + 1):
                found[code] = letter[:-1] + chr(ord(letter[-1]) + code - int(low, 16))
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", table, re.DOTALL):
        for code, letters in re.findall(rb"<(\w+)>\s*<(\w+)>", block):
            found[int(code, 16)] = _decoded(letters)
    return found


def _decoded(letters: bytes) -> str:
    return bytes.fromhex(letters.decode()).decode("utf-16-be")


def _give_a_body(writer: PdfWriter, item: DictionaryObject) -> None:
    """Put what a list's item holds, but for its bullet or number, into a body."""
    held = kids(item)
    labels = [kid for kid in held if _kind(kid) == "/Lbl"]
    rest = [kid for kid in held if _kind(kid) != "/Lbl"]
    if not rest or all(_kind(kid) == "/LBody" for kid in rest):
        return
    if not all(isinstance(kid, DictionaryObject) and kid.indirect_reference is not None for kid in rest):
        raise PaperError("an item of a list holds text that stands in no element")
    body = DictionaryObject(
        {
            NameObject("/S"): NameObject("/LBody"),
            NameObject("/P"): item.indirect_reference or item,
            NameObject("/K"): ArrayObject(kid.indirect_reference for kid in rest),
        }
    )
    place = writer._add_object(body)
    for kid in rest:
        kid[NameObject("/P")] = place
    item[NameObject("/K")] = ArrayObject([*(kid.indirect_reference for kid in labels), place])


def _kind(kid: Any) -> str:
    return str(kid.get("/S", "")) if isinstance(kid, DictionaryObject) else ""


def _name(link: DictionaryObject, words: dict[int, _Words]) -> None:
    """Call each annotation of a link what the text says; a link that holds no text, by what its picture shows."""
    said, height = "", None
    pictures, places = [], []
    for kid, page in _leaves(link, None):
        if isinstance(kid, int):
            for line, letters in words[page].lines.get(kid, []) if page is not None else []:
                said += letters if line == height or said.endswith(("-", "/")) else f" {letters}"
                height = line
        elif _kind(kid):
            pictures.append(str(kid.get("/Alt", "")))
        else:
            places.append(kid["/Obj"].get_object())
    name = " ".join(said.split()) or " ".join(pictures).strip()
    for place in places:
        if not name:
            raise PaperError(f"a link without a name: {place.get('/Dest') or place.get('/A')}")
        place[NameObject("/Contents")] = TextStringObject(name)


def _leaves(element: DictionaryObject, page: int | None) -> Iterator[tuple[Any, int | None]]:
    """Give the marked content, described pictures and annotations below an element, each with its page."""
    page = element.raw_get("/Pg").idnum if "/Pg" in element else page
    if element.get("/Alt"):
        yield element, page
    for kid in kids(element):
        if isinstance(kid, int):
            yield kid, page
        elif kid.get("/Type") == "/MCR":
            yield int(kid["/MCID"]), kid.raw_get("/Pg").idnum if "/Pg" in kid else page
        elif kid.get("/Type") == "/OBJR":
            yield kid, page
        else:
            yield from _leaves(kid, page)


def mark(metadata: StreamObject) -> None:
    """Say in the metadata of a PDF that it is one of PDF/UA-1."""
    said = metadata.get_data()
    metadata.set_data(said.replace(b"</rdf:RDF>", MARK.encode() + b"</rdf:RDF>", 1))
