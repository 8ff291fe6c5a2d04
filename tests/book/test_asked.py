"""Sentences about the scales follow the questionnaire that the book is about."""

from __future__ import annotations

from pathlib import Path

import pytest
import shipped
import yaml
from small_pages import application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.study import Study
from companion.survey.questionnaire import Questionnaire

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


@pytest.mark.parametrize(("points", "said"), [(5, "five"), (7, "seven"), (11, "eleven")])
def test_a_sentence_says_how_long_the_scale_is(points: int, said: str, tmp_path: Path) -> None:
    (pages,) = build(application(tmp_path / "pages", Subject(of_points(points), Registry([])), {"index": PAGE}))
    assert pages.complaints == []
    assert f"On a {said}-point scale, from one to {said}, four items." in pages.article().get_text()
