"""The sheet with the assignment: the same in the browser and on paper, for every name, and enough to work by."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache

import numpy as np
import other_questionnaires
import pytest
import shipped
import typst
from bs4 import BeautifulSoup
from PIL import Image
from pypdf import PdfReader

from companion.survey import exclusions
from companion.survey.questionnaire import Questionnaire
from companion.truth.classes import handout, page, printed, sheet
from companion.truth.classes.page import Part
from companion.truth.classes.students import Student
from companion.words import words

SAY = words("en")
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
NAMES = ("Zoë Ångström", "Łukasz Αθηνά Жанна", "<b>Bo</b> #let x $y$ _z_ \\", LONG)
DOTS = 72
MARGIN = round(20 / 25.4 * DOTS)
"""Dots at the left and right of a page that the style sheet keeps free, less a little for italics that lean out."""
BREAKS = re.compile(r"#show regex\(.*\n")


@cache
def parts() -> list[Part]:
    return sheet.parts(shipped.asked(), shipped.plan(), SAY)


@cache
def on_paper(name: str) -> PdfReader:
    return PdfReader(io.BytesIO(printed.written(name, parts(), SAY)))


def letters(text: str) -> str:
    """Give a text without the places where its lines break."""
    return re.sub(r"[\s\u200b]+", "", text)


def read(paper: PdfReader) -> str:
    return "\n".join(one.extract_text() for one in paper.pages)


def in_margins(title: str, template: str) -> int:
    """Count the dots that are not white at the left and right of all pages."""
    told = {"title": title, "simulated": "", "parts": [asdict(part) for part in parts()]}
    compiler = typst.Compiler(font_paths=[str(printed.FONTS)], ignore_system_fonts=True)
    inputs = {"parts": json.dumps(told)}
    drawn = compiler.compile(template.encode(), format="png", ppi=DOTS, sys_inputs=inputs)
    pages = [np.asarray(Image.open(io.BytesIO(one)).convert("L")) for one in drawn]
    return sum(int((one[:, :MARGIN] < 250).sum() + (one[:, -MARGIN:] < 250).sum()) for one in pages)


def rules(questionnaire: Questionnaire) -> Sequence[tuple[str, ...]]:
    return sheet.rules(questionnaire, shipped.plan(), SAY).rows


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_paper_and_screen_say_the_same(name: str) -> None:
    soup = BeautifulSoup(page.written(name, parts(), SAY), "html.parser")
    texts = [found.get_text() for found in soup.select("h1, h2, p, th, td")]
    paper = letters(read(on_paper(name)))
    assert [text for text in texts if letters(text) not in paper] == []
    known = {*(letters(word) for text in texts for word in text.split()), "1", "2"}
    if name != LONG:
        assert [word for word in read(on_paper(name)).split() if word not in known] == []


def test_a_question_that_is_not_on_paper_is_seen() -> None:
    (first, *_), *others = parts()[0].rows, *parts()[1:]
    assert letters(first[1]) not in letters(read(PdfReader(io.BytesIO(printed.written("A", others, SAY)))))


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_nothing_stands_in_the_margins(name: str) -> None:
    assert in_margins(name, printed.TEMPLATE.read_text(encoding="utf-8")) == 0


def test_a_long_name_that_may_not_break_is_seen_in_the_margin() -> None:
    unbroken, count = BREAKS.subn("", printed.TEMPLATE.read_text(encoding="utf-8"))
    assert count == 1
    assert in_margins(LONG, unbroken) > 0


def test_the_paper_is_tagged_for_readers_who_hear_it() -> None:
    paper = on_paper("Zoë Ångström")
    catalogue = paper.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en"
    assert "/StructTreeRoot" in catalogue
    assert paper.metadata is not None
    assert paper.metadata.title == "Zoë Ångström"


def test_the_typefaces_travel_with_the_paper() -> None:
    fonts = [font.get_object() for one in on_paper(NAMES[1]).pages for font in one["/Resources"]["/Font"].values()]
    described = [font["/DescendantFonts"][0].get_object()["/FontDescriptor"] for font in fonts]
    assert described
    assert all({"/FontFile2", "/FontFile3"} & set(one) for one in described)


def test_the_paper_says_neither_when_nor_where_it_was_made() -> None:
    paper = on_paper("Zoë Ångström")
    assert paper.metadata is not None
    assert paper.metadata.creation_date is None
    assert printed.written("Zoë", parts(), SAY) == printed.written("Zoë", parts(), SAY)


@pytest.mark.parametrize(
    ("student", "called"),
    [
        (Student("s1", "Łukasz"), "Łukasz"),
        (Student("s1", "王伟"), "s1"),
        (Student("王", "王"), Student("王", "").folder),
    ],
)
def test_a_name_that_cannot_be_printed_gives_way_to_the_id(student: Student, called: str) -> None:
    made = handout.files(
        student, f"{','.join(shipped.asked().columns.values())}\n".encode(), shipped.asked(), shipped.plan(), SAY
    )
    assert f"Assignment for {called}\n" in PdfReader(io.BytesIO(made[handout.PRINTED])).pages[0].extract_text()
    assert f"<h1>Assignment for {student.name}</h1>" in made[handout.SHEET].decode()


def test_each_rule_of_the_plan_is_told_with_the_column_that_shows_it() -> None:
    told = rules(shipped.asked())
    assert len(told) == len(exclusions.RULES)
    shown = " ".join(how for _, _, how in told)
    columns = {"Status", "ResponseId", "Q1", "Q2", "Q3", "Q8_1", "valentie", "ExternalReference", "Finished"}
    assert {column for column in columns if not re.search(rf"\b{column}\b", shown)} == set()


def test_a_rule_without_its_question_is_not_told() -> None:
    changed = other_questionnaires.said()
    del changed["screening"]["attention"]
    changed["pages"] = {}
    told = " ".join(" ".join(row) for row in rules(Questionnaire.model_validate(changed)))
    assert "attention" not in told
    assert "pages" not in told
    assert "rules 1 to 8 do not hit" in told


@pytest.mark.parametrize(("lowest", "highest", "turned"), [(1, 5, "6"), (0, 10, "10")])
def test_reversed_items_are_turned_on_their_own_scale(lowest: int, highest: int, turned: str) -> None:
    asked = other_questionnaires.asked(lowest, highest)
    assert f"({turned} minus the answer)" in sheet.items(asked, shipped.plan(), SAY).lines[0]


def test_only_items_of_the_model_are_told() -> None:
    names = {row[0].partition(" ")[0] for row in sheet.items(shipped.asked(), shipped.plan(), SAY).rows}
    assert names == set(shipped.asked().items_of(("psr", "pk", "pa")))
