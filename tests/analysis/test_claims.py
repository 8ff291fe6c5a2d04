"""The written rule: a verdict follows from where the intervals lie, and from nothing else."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion.analysis import claims
from companion.survey.design import Design
from companion.survey.questionnaire import Claims, load_claims

DATA = Path(__file__).parents[2] / "data"
UP, DOWN, OPEN = (0.1, 0.5), (-0.5, -0.1), (-0.1, 0.5)
SIGNS = {"none": (DOWN, UP, DOWN), "like": (UP, DOWN, UP), "reply": (UP, DOWN, UP)}
"""Intervals of the effect on the relationship, on knowledge and on attitude, as the thesis reports them."""


@pytest.fixture(scope="module")
def stated() -> Claims:
    return load_claims(DATA / "claims.yml")


def intervals(changed: dict[str, tuple[float, float]] | None = None) -> pd.DataFrame:
    """Give intervals under which every claim is found, but for the changed ones."""
    bounds = {
        f"{effect}_{w}": SIGNS[w][place] for w in SIGNS for place, effect in enumerate(("psr", "pk_via_psr", "serial"))
    }
    bounds |= {f"serial_{contrast}": UP for contrast in ("like_minus_none", "reply_minus_none", "reply_minus_like")}
    bounds |= changed or {}
    table = pd.DataFrame.from_dict(bounds, orient="index", columns=["ci_lower", "ci_upper"])
    return table.assign(est=table.mean(axis=1))


def test_every_claim_is_found_when_every_interval_lies_where_it_should(stated: Claims) -> None:
    assert set(claims.verdicts(intervals(), stated).values()) == {"found"}


@pytest.mark.parametrize(
    ("changed", "claim", "expected"),
    [
        ({"serial_like": OPEN}, "R2", "undecided"),
        ({"psr_like": OPEN}, "R2", "undecided"),
        ({"pk_via_psr_like": OPEN}, "R2", "undecided"),
        ({"serial_like": DOWN}, "R2", "reversed"),
        ({"serial_none": UP}, "R1", "reversed"),
        ({"psr_none": UP, "pk_via_psr_none": DOWN}, "R1", "undecided"),
        ({"serial_reply_minus_like": OPEN}, "R4", "undecided"),
        ({"serial_reply_minus_like": DOWN}, "R4", "reversed"),
        ({"psr_like": OPEN}, "R5", "undecided"),
        ({"serial_reply_minus_none": OPEN}, "R5", "undecided"),
        ({"serial_reply_minus_none": DOWN}, "R5", "undecided"),
        ({"serial_reply_minus_none": DOWN, "serial_like_minus_none": DOWN}, "R5", "reversed"),
    ],
)
def test_one_interval_out_of_place_changes_the_verdict(
    stated: Claims, changed: dict[str, tuple[float, float]], claim: str, expected: str
) -> None:
    assert claims.verdicts(intervals(changed), stated)[claim] == expected


@pytest.mark.parametrize(
    ("shown", "left"),
    [(("none", "reply"), ("R2", "R4", "R5")), (("none", "like"), ("R3", "R4", "R5")), (("none", "like", "reply"), ())],
)
def test_a_claim_about_a_reaction_that_nobody_sees_cannot_be_tested(
    stated: Claims, shown: tuple[str, ...], left: tuple[str, ...]
) -> None:
    design = Design(("positive", "negative"), shown)
    assert claims.untestable(stated, design) == left
    assert {*claims.testable(stated, design).results} == {*stated.results} - {*left}


def test_a_claim_cannot_be_tested_where_one_that_it_requires_cannot(stated: Claims) -> None:
    alone = stated.results["R5"].model_copy(update={"estimands": stated.results["R1"].estimands, "requires": ("R2",)})
    changed = stated.model_copy(update={"results": {**stated.results, "R5": alone}})
    assert "R5" in claims.untestable(changed, Design(("positive", "negative"), ("none", "reply")))


def test_a_right_sign_of_the_product_is_not_enough(stated: Claims) -> None:
    both_flipped = {"psr_like": DOWN, "pk_via_psr_like": UP}
    assert claims.verdicts(intervals(both_flipped), stated)["R2"] == "undecided"


def test_an_interval_that_touches_zero_is_undecided(stated: Claims) -> None:
    assert claims.verdicts(intervals({"serial_like": (0.0, 0.5)}), stated)["R2"] == "undecided"


def test_a_stronger_effect_is_not_called_a_stronger_reversal_without_both_reversals(stated: Claims) -> None:
    verdicts = claims.verdicts(intervals({"serial_like": OPEN}), stated)
    assert verdicts["R4"] == "found"
    assert stated.results["R4"].named_if == ("R2", "R3")
    assert verdicts["R2"] != "found"


def test_the_tipping_point_is_the_smallest_correlation_that_changes_a_verdict() -> None:
    correlations = [-0.4, -0.2, 0.0, 0.2, 0.4]
    verdicts = ["undecided", "found", "found", "found", "reversed"]
    table = pd.DataFrame({"pair": "psr-pk", "correlation": correlations, "claim": "R2", "verdict": verdicts})
    assert claims.tipping_points(table)["correlation"].abs().item() == 0.4


def test_a_verdict_that_nothing_changes_has_no_tipping_point() -> None:
    table = pd.DataFrame({"pair": "psr-pk", "correlation": [-0.2, 0.0, 0.2], "claim": "R2", "verdict": "found"})
    assert np.isnan(claims.tipping_points(table)["correlation"].item())
