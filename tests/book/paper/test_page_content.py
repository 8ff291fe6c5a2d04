"""The content of a page is cut where one operation ends and the next begins, whatever its strings hold."""

from __future__ import annotations

from typing import Any

import pytest
from pypdf import PdfWriter
from pypdf.generic import ContentStream, StreamObject

from companion.book.paper import page_content
from companion.book.paper.manuscript import PaperError

CONTENTS = [
    b"q\n.24 0 0 -.24 0 841.9 cm\n/G4 gs",
    b"BT /F1 12 Tf 1 0 0 -1 6 10 Tm<0076>Tj 4.7 0 Td <00 75> Tj ET",
    b"(Tj) Tj (a \\) Tj) Tj (\\\\) Tj () Tj (line\nline) Tj",
    b"[(a)-3(b ] Tj)<0A>]TJ",
    b"/P <</MCID 3 >>BDC 0 0 9 9 re f* EMC",
    b"/Span <</ActualText (>> BDC) /MCID 4>> BDC EMC /Span<</ActualText<FEFF0041>>>BDC EMC",
    b"/Artifact<</Type/Pagination>>BDC EMC /Artifact BMC EMC",
    b"0 0 m 1 1 l h W* n\r\n-1 +2 .5 RG",
]


def of_pypdf(content: bytes) -> list[tuple[Any, bytes]]:
    stream = StreamObject()
    stream.set_data(content)
    return ContentStream(stream, None, "bytes").operations


@pytest.mark.parametrize("content", CONTENTS)
def test_it_is_cut_as_pypdf_cuts_it(content: bytes) -> None:
    found = page_content.read(content)
    assert [operator for _, operator in found] == [operator for _, operator in of_pypdf(content)]


@pytest.mark.parametrize("content", CONTENTS)
def test_what_is_written_again_means_the_same(content: bytes) -> None:
    assert of_pypdf(page_content.written(page_content.read(content))) == of_pypdf(content)


@pytest.mark.parametrize("content", CONTENTS)
def test_names_and_tags_are_those_of_pypdf(content: bytes) -> None:
    marks = [operands for operands, operator in page_content.read(content) if operator in page_content.BEGUN]
    theirs = [operands for operands, operator in of_pypdf(content) if operator in page_content.BEGUN]
    assert [page_content.name(mark) for mark in marks] == [mark[0] for mark in theirs]
    assert [page_content.tag(mark) for mark in marks] == [(*mark, {})[1].get("/MCID") for mark in theirs]


@pytest.mark.parametrize(
    "shown",
    [
        b"<0076>",
        b"<00 7>",
        b"<>",
        b"(plain)",
        b"()",
        b"(\\(\\)\\\\)",
        b"(\\n\\r\\t\\b\\f)",
        b"(\\053\\53x\\0053\\377)",
        b"(a\\\nb)",
        b"(a\\\r\nb)",
    ],
)
def test_the_codes_of_a_string_are_those_of_pypdf(shown: bytes) -> None:
    ((operands, _),) = of_pypdf(shown + b" Tj")
    assert page_content.codes(shown) == operands[0].original_bytes


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"0 0 9 9 re f )", r"no operation: \)"),
        (b"(never closed Tj", r"no operation: \("),
        (b"1 0 0 rgb", "no operation: rgb"),
        (b"BI /W 1 /H 1 ID x EI", "no operation: BI, EI, ID"),
    ],
)
def test_what_is_no_operation_is_told(content: bytes, told: str) -> None:
    with pytest.raises(PaperError, match=told):
        page_content.read(content)


@pytest.mark.parametrize("end", [b"0 0 9 9", b"/n", b"/S "])
def test_an_end_within_an_operation_is_told(end: bytes) -> None:
    with pytest.raises(PaperError, match="ends within an operation"):
        page_content.read(b"1 0 0 rg " + end)


def test_a_page_without_content_has_no_operations() -> None:
    assert page_content.operations(PdfWriter().add_blank_page(9, 9)) == []
