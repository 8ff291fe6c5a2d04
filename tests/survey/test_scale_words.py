"""What prose says of the scales, against questionnaires whose lengths are known."""

from __future__ import annotations

import copy
from typing import Any

import other_questionnaires
import pytest
import shipped
import yaml

from companion.survey import scale_words
from companion.survey.questionnaire import Questionnaire


def asked(codes: list[int], items: int) -> Questionnaire:
    """The shipped questionnaire with answers of these codes and so many items of the relationship."""
    said: dict[str, Any] = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["scales"]["agreement"] = [{"code": code, "nl": f"punt {code}", "en": f"point {code}"} for code in codes]
    said["screening"].pop("attention")
    first = next(iter(said["constructs"]["psr"]["items"].values()))
    said["constructs"]["psr"]["items"] = {
        f"psr{number}": {**copy.deepcopy(first), "column": f"own{number}"} for number in range(1, items + 1)
    }
    return Questionnaire.model_validate(said)


def test_the_shipped_questionnaire_is_told_as_the_chapters_were_written() -> None:
    told = scale_words.told(shipped.asked(), shipped.plan().model.constructs)
    assert (told["lowest"], told["highest"], told["points"]) == ("one", "seven", "seven")
    assert (told["items of psr"], told["items of pa"]) == ("six", "four")
    assert told["items of the model"] == "fifteen"
    assert (told["step from"], told["step to"]) == ("somewhat agree", "agree")
    assert told["stem"] == "Now that you have seen the post and the comments"
    assert (told["lowest tone in words"], told["highest tone in words"]) == ("very negative", "very positive")


@pytest.mark.parametrize(
    ("codes", "lowest", "highest", "points"),
    [
        (list(range(1, 6)), "one", "five", "five"),
        (list(range(11)), "zero", "ten", "eleven"),
        (list(range(101)), "zero", "100", "101"),
        ([-2, -1, 0, 1, 2], "−2", "two", "five"),
    ],
)
def test_another_scale_is_told_by_its_own_ends(codes: list[int], lowest: str, highest: str, points: str) -> None:
    told = scale_words.told(asked(codes, 3), ("psr",))
    assert (told["lowest"], told["highest"], told["points"], told["items of psr"]) == (lowest, highest, points, "three")


def test_a_step_is_between_two_answers_that_can_be_given() -> None:
    told = scale_words.told(asked(list(range(11)), 3), shipped.plan().model.constructs)
    assert (told["step from"], told["step to"]) == ("point 8", "point 9")
    assert told["items of the model"] == "twelve"


@pytest.mark.parametrize(
    ("questionnaire", "groups", "reactions"),
    [(shipped.asked(), "six", "three"), (other_questionnaires.without("like"), "four", "two")],
)
def test_the_groups_and_reactions_of_the_design_are_told(
    questionnaire: Questionnaire, groups: str, reactions: str
) -> None:
    told = scale_words.told(questionnaire, ("psr",))
    assert (told["groups"], told["reactions"]) == (groups, reactions)
