"""Sentences about the scales follow the questionnaire that the book is about."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped
import yaml
from small_pages import ROOT, application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.study import Study
from companion.survey.questionnaire import Questionnaire

CELL = re.compile(r"^```\{code-cell\}.*?^```$", re.DOTALL | re.MULTILINE)
ITEM = re.compile(r"\b(?:psr|pkc?|pa)\d+\b")

PAGE = """# A page

On a {asked}`points`-point scale, from {asked}`lowest` to {asked}`highest`, {asked}`items of pa` items.
"""


def of_points(points: int) -> Study:
    """The study of the shipped survey, as if its questionnaire had scales of so many points."""
    said = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["scales"]["agreement"] = [{"code": n, "nl": f"punt {n}", "en": f"point {n}"} for n in range(1, points + 1)]
    study = Study(shipped.SURVEY)
    study.questionnaire = Questionnaire.model_validate(said)
    study.analysis, study.sample = shipped.plan(), shipped.selected()
    return study


@pytest.mark.slow
@pytest.mark.parametrize(("points", "said"), [(5, "five"), (7, "seven"), (11, "eleven")])
def test_a_sentence_says_how_long_the_scale_is(points: int, said: str, tmp_path: Path) -> None:
    (pages,) = build(application(tmp_path / "pages", Subject(of_points(points), Registry([])), {"index": PAGE}))
    assert pages.complaints == []
    assert f"On a {said}-point scale, from one to {said}, four items." in pages.article().get_text()


def items_named(text: str) -> list[str]:
    """The items that the cells of a page name, though another questionnaire need not have them."""
    return [item for cell in CELL.findall(text) for item in ITEM.findall(cell)]


def test_no_cell_names_an_item_without_which_the_book_could_not_be_built() -> None:
    named = {path.name: items_named(path.read_text(encoding="utf-8")) for path in (ROOT / "chapters").rglob("*.md")}
    assert {page: items for page, items in named.items() if items} == {}


def test_an_item_in_a_cell_is_seen_and_one_in_prose_is_not() -> None:
    assert items_named('`psr4` asks.\n\n```{code-cell} ipython3\nanswers["psr6"]\n```\n') == ["psr6"]
