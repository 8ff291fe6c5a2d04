"""An estimand has one name for each use, and they are made in one place."""

from __future__ import annotations

import pytest
import shipped

from companion.analysis import estimands
from companion.analysis.estimands import EFFECTS, Estimand
from companion.survey.design import DESIGN, Design
from companion.words import words

TWO = Design(("positive", "negative"), ("none", "reply"))


@pytest.mark.parametrize(
    ("one", "parameter", "key", "place"),
    [
        (Estimand("psr", "like"), "psr_like", "psr.like", "like"),
        (Estimand("pk_via_psr", "none"), "pk_via_psr_none", "pk_via_psr.none", "none"),
        (
            Estimand("serial", "reply", "like"),
            "serial_reply_minus_like",
            "serial.reply_minus_like",
            "reply - like",
        ),
    ],
)
def test_parameter_key_and_place_follow_from_effect_and_interactions(
    one: Estimand, parameter: str, key: str, place: str
) -> None:
    assert (one.parameter, one.key, one.place) == (parameter, key, place)


def test_every_effect_has_an_estimand_at_each_interaction_and_between_any_two() -> None:
    every = estimands.by_parameter(DESIGN)
    assert len(every) == len(EFFECTS) * (3 + 3)
    assert all(name == one.parameter for name, one in every.items())


def test_the_chain_decides_at_each_interaction_and_between_them() -> None:
    assert [one.parameter for one in estimands.deciding(TWO)] == [
        *("psr_none", "psr_reply", "pk_via_psr_none", "pk_via_psr_reply", "serial_none", "serial_reply"),
        "serial_reply_minus_none",
    ]


def test_a_contrast_says_what_is_taken_from_what() -> None:
    assert Estimand("total_pa", "reply", "none").words().endswith("in total, difference reply minus none")


def test_the_design_is_the_questionnaires() -> None:
    assert shipped.asked().design == DESIGN


def test_the_catalogue_names_the_levels_as_the_questionnaire_does() -> None:
    say = words("en")
    for factor in shipped.asked().factors.values():
        for level in factor.levels:
            assert say(f"design.label.{level.code}").lower() == level.en


def test_contrasts_of_three_interactions_are_those_of_the_analysis_plan() -> None:
    assert DESIGN.contrasts == (("like", "none"), ("reply", "none"), ("reply", "like"))
