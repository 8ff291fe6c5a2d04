"""The sheet with the assignment: the same in the browser and on paper, for every name, and enough to work by."""

from __future__ import annotations

import io
import re

import numpy as np
import pytest
import shipped
import typst
from bs4 import BeautifulSoup
from PIL import Image
from pypdf import PdfReader

from companion.survey import flow
from companion.truth.classes import page, printed, sheet
from companion.truth.classes.page import Part
from companion.words import words

SAY = words("en")
PARTS = sheet.parts(shipped.asked(), shipped.plan(), SAY)
LONG = "Wolfeschlegelsteinhausenbergerdorff" * 4
NAMES = ("Zoë Ångström", "Łukasz Αθηνά Жанна", "<b>Bo</b> #let x $y$ _z_ \\", LONG)
MARGIN = 22 / 210
"""Share of a sheet's width that its margin takes."""


def on_paper(name: str, parts: list[Part] = PARTS) -> PdfReader:
    return PdfReader(io.BytesIO(printed.written(f"Assignment for {name}", parts, SAY)))


def letters(text: str) -> str:
    """A text without the places where its lines break, and without what a typeface draws as one sign."""
    text = text.replace("ﬁ", "fi").replace("ﬂ", "fl").replace("ﬀ", "ff").replace("ﬃ", "ffi")
    return re.sub(r"[\s\u200b\u00ad-]+", "", text)


def read(paper: PdfReader) -> str:
    """The words of all pages, without their numbers, and without the heads of a table that goes on overleaf."""
    pages = [re.sub(r"\s*\d+\s*$", "", one.extract_text()) for one in paper.pages]
    heads = [letters("".join(part.heads)) for part in PARTS if part.heads]
    first, *others = map(letters, pages)
    for head in heads:
        others = [text.removeprefix(head) for text in others]
    return "".join([first, *others])


def margins(parts: list[Part]) -> list[np.ndarray]:
    """What stands in the right margin of each page, as grey values."""
    compiler = typst.Compiler(font_paths=[str(printed.FONTS)], ignore_system_fonts=True)
    told = printed.handed_over("Assignment", parts, SAY)
    made = compiler.compile(printed.TEMPLATE.read_bytes(), format="png", sys_inputs=told)
    pictures = [made] if isinstance(made, bytes) else made
    pages = [np.asarray(Image.open(io.BytesIO(one)).convert("L")) for one in pictures]
    return [one[:, -int(MARGIN * one.shape[1]) + 2 :] for one in pages]


@pytest.mark.parametrize("name", NAMES)
def test_paper_and_screen_say_the_same_in_the_same_order(name: str) -> None:
    shown = BeautifulSoup(page.written(f"Assignment for {name}", PARTS, SAY), "html.parser")
    assert shown.body is not None
    assert read(on_paper(name)) == letters(shown.body.get_text(" "))


def test_the_sheet_on_paper_is_the_same_bytes_on_each_run() -> None:
    assert printed.written("One", PARTS, SAY) == printed.written("One", PARTS, SAY)


def test_the_sheet_on_paper_can_be_heard_and_says_its_title_and_language() -> None:
    paper = on_paper("Zoë")
    root = paper.trailer["/Root"]
    assert paper.metadata is not None
    assert paper.metadata.title == "Assignment for Zoë"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"


@pytest.mark.parametrize("word", ["word", LONG, "https://example.org/" + "a" * 120])
def test_nothing_is_printed_beyond_the_margin(word: str) -> None:
    with_it = [*PARTS, Part("Long", (word,), rows=((word[:20], word),))]
    assert {int(margin.min()) for margin in margins(with_it)} == {255}


def test_what_is_too_wide_for_a_line_would_be_seen_in_the_margin() -> None:
    unbroken = "\u00a0".join("a" * 29 for _ in range(6))
    assert min(int(margin.min()) for margin in margins([Part("Long", (unbroken,))])) < 255


@pytest.mark.parametrize(("name", "can"), [("Łukasz", True), ("Αθηνά", True), ("王", False)])
def test_a_name_can_be_printed_where_a_typeface_has_its_letters(name: str, can: bool) -> None:
    assert printed.printable(name) is can


def test_the_rules_stand_in_the_order_in_which_the_package_applies_them() -> None:
    applied = list(flow.in_words(shipped.selected().flow, shipped.plan(), SAY)["words"])
    [rules] = [part for part in PARTS if part.title == SAY("classes.sheet.rules")]
    told = [reason for _, reason, _ in rules.rows]
    assert [step for step in applied if step in told] == told
