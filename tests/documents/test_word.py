"""A Word document says what the Markdown says, in Word's own styles, with the same bytes each time."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import docx
import pandas as pd
import pytest
import shipped
import tiny_plans
from bs4 import BeautifulSoup
from docx.document import Document as Word
from docx.oxml.ns import qn
from docx.table import Table
from markdown_it import MarkdownIt
from marked import marked

from companion.documents import markdown, word
from companion.documents.document import Document, Heading, Listing, Paragraph, Points, TableOfCells
from companion.report import results_section
from companion.truth import preregistration
from companion.words import words

SMALL = (
    Heading("Results", 1),
    Paragraph("*p* < .05 for **both**, `a_b` & <w:p>"),
    Points(("one", "*two*")),
    TableOfCells("Table 1. All", ("Scale", "*M*"), (("a | b", ".9"), ("c", "−.1")), "All of *it*."),
    Listing("a ~ b\nc ~ d\n"),
    Paragraph("Niemand viel af.", "nl"),
)
POWER = {
    "truth": "reversal",
    "claim": "R2",
    "holds": True,
    "rate": 0.8,
    "error": 0.01,
    "ci_lower": 0.7,
    "ci_upper": 0.9,
}


def the_section(_: Path) -> Document:
    return results_section.results(shipped.study(), marked())


def a_preregistration(folder: Path) -> Document:
    about = (shipped.asked(), shipped.plan(), shipped.claims(), pd.DataFrame({"unconverged": [0.02]}))
    return preregistration.document(tiny_plans.planned(folder), "plan.yml", *about, pd.DataFrame([POWER]), words("en"))


def the_small_one(_: Path) -> Document:
    return SMALL


DOCUMENTS = pytest.mark.parametrize("make", [the_section, a_preregistration, the_small_one])


def read(document: Document) -> Word:
    return docx.Document(io.BytesIO(word.written(document)))


def in_word(document: Document) -> Iterator[str]:
    """What Word shows: each paragraph and each cell, in their order."""
    for block in read(document).iter_inner_content():
        if isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row.cells)
        elif block.text:
            yield block.text


def in_markdown(document: Document) -> Iterator[str]:
    """What a reader of the Markdown sees, by a program that knows nothing of how it was written."""
    html = MarkdownIt("commonmark").enable("table").render(markdown.written(document))
    for element in BeautifulSoup(html, "html.parser").find_all(["h1", "h2", "h3", "p", "li", "td", "th", "pre"]):
        if not element.find("p"):
            yield element.get_text().strip()


@pytest.mark.slow
@DOCUMENTS
def test_its_words_are_those_of_the_markdown_each_paragraph_and_each_cell(make: object, tmp_path: Path) -> None:
    document = make(tmp_path)  # type: ignore[operator]
    said = list(in_word(document))
    assert said == list(in_markdown(document))
    assert len(said) > 10


def test_every_number_of_the_section_stands_in_it() -> None:
    document = the_section(Path())
    keys = re.findall("«([^»]*)»", " ".join(in_word(document)))
    assert set(keys) <= set(marked())
    assert keys == re.findall("«([^»]*)»", markdown.written(document))


@pytest.mark.slow
@DOCUMENTS
def test_the_same_text_gives_the_same_bytes_whatever_the_clock_says(
    make: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = make(tmp_path)  # type: ignore[operator]
    first = word.written(document)
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setattr("time.localtime", lambda *_: (2033, 5, 18, 3, 33, 20, 2, 138, 0))
    assert word.written(document) == first


def test_no_part_of_it_tells_when_or_by_whom_it_was_written() -> None:
    content = word.written(SMALL)
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert {entry.date_time for entry in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    about = read(SMALL).core_properties
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert (about.created, about.modified) == (word.NO_TIME, word.NO_TIME)
    assert about.title == "Results"


@pytest.mark.slow
def test_each_block_has_a_style_of_words_own_name() -> None:
    styles = [paragraph.style.name for paragraph in read(SMALL).paragraphs if paragraph.style]
    bullets = ["List Bullet"] * 2
    assert styles == ["Heading 1", "Normal", *bullets, "Caption", "Normal", "Listing", "Normal"]
    assert {paragraph.style.name for paragraph in read(the_section(Path())).paragraphs if paragraph.style} >= {
        "Heading 1",
        "Heading 2",
        "Caption",
    }


def test_what_is_marked_is_set_so_and_nothing_else_is() -> None:
    [_, paragraph, *_] = read(SMALL).paragraphs
    assert [run.text for run in paragraph.runs if run.italic] == ["p"]
    assert [run.text for run in paragraph.runs if run.bold] == ["both"]
    assert [run.text for run in paragraph.runs if run.style and run.style.name == "Code"] == ["a_b"]
    assert paragraph.text == "p < .05 for both, a_b & <w:p>"


def test_the_head_of_a_table_is_repeated_on_each_page_and_lies_between_lines() -> None:
    [table] = read(SMALL).tables
    heads = [row._tr.find(f".//{qn('w:tblHeader')}") is not None for row in table.rows]
    assert heads == [True, False, False]
    assert table.style is not None
    lines = {line.tag.rpartition("}")[2] for line in table.style.element.find(f".//{qn('w:tblBorders')}")}
    assert lines == {"top", "bottom"}
    first = table.style.element.find(f"{qn('w:tblStylePr')}")
    assert first.get(qn("w:type")) == "firstRow"


def test_a_paragraph_in_dutch_is_said_to_be_dutch_and_the_text_to_be_english() -> None:
    made = read(SMALL)
    assert {lang.get(qn("w:val")) for lang in made.element.iter(qn("w:lang"))} == {"nl-BE"}
    assert {lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))} == {"en-GB"}
    assert [block.language for block in the_section(Path()) if isinstance(block, Paragraph) and block.language] == [
        "nl"
    ]


def test_no_style_takes_its_font_from_a_theme_that_would_win_over_it() -> None:
    styles = read(SMALL).styles
    for name in ("Normal", "Heading 1", "Heading 2", "Heading 3", "Caption"):
        fonts = styles[name].element.find(f".//{qn('w:rFonts')}")
        assert not [key for key in fonts.attrib if "heme" in key]


def test_a_table_with_a_row_of_another_width_is_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        word.written((TableOfCells("", ("a", "b"), (("c",),), ""),))
