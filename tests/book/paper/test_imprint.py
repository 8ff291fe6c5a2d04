"""What the book says of itself: on the page behind its cover, and in the PDF for those who catalogue it."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader, PdfWriter

from companion.book.paper import pdf
from companion.book.paper.manuscript import Manuscript, imprint

HERE = Path(".")
TEXT = Manuscript("One", "Somebody", "en", "Somebody, 2026", ("1", "2026-01-02"), "", True, (), HERE, HERE, "")
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"


def test_the_line_on_rights_says_once_who_holds_them() -> None:
    rights = next(line for line in imprint(TEXT).split("<p>") if "©" in line)
    assert "© Somebody, 2026. " in rights
    assert rights.count("Somebody") == 1


@pytest.fixture(scope="module")
def finished() -> PdfReader:
    writer, written = PdfWriter(), io.BytesIO()
    writer.add_blank_page(100, 100)
    writer.write(written)
    content, _ = pdf.finish(written.getvalue(), TEXT)
    return PdfReader(io.BytesIO(content))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("title", {"One"}),
        ("creator", {"Somebody"}),
        ("language", {"en"}),
        ("description", {"A reproducible companion; simulated survey"}),
        ("rights", {"© Somebody, 2026"}),
    ],
)
def test_the_xmp_metadata_say_what_the_book_is(finished: PdfReader, name: str, said: set[str]) -> None:
    stream = finished.trailer["/Root"]["/Metadata"]
    assert (stream["/Type"], stream["/Subtype"]) == ("/Metadata", "/XML")
    packet = ElementTree.fromstring(stream.get_data())
    elements = packet.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")
    assert {item.text for element in elements for item in element.iter(f"{RDF}li")} == said


def test_the_xmp_metadata_carry_the_time_of_the_edition(finished: PdfReader) -> None:
    assert finished.xmp_metadata is not None
    made = finished.xmp_metadata.xmp_create_date
    assert made is not None
    assert (made.year, made.month, made.day) == (2026, 1, 2)


def test_its_title_is_shown_and_its_language_is_marked(finished: PdfReader) -> None:
    root = finished.root_object
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
