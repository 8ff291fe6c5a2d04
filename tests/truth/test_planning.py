"""What the chapter on the number of followers prints is what the kept tables say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import tiny_plans

from companion.truth import kept_plans, planning
from companion.truth.planning import Planning

ROOT = Path(__file__).resolve().parents[2]


@cache
def read() -> Planning:
    return planning.read(ROOT)


@pytest.mark.parametrize("name", [planning.FOLLOWERS, planning.SCALES, planning.CELLS, planning.REPLICATION])
def test_the_tables_of_its_plans_are_kept(name: str) -> None:
    assert name in kept_plans.names(ROOT)


def test_the_smallest_number_for_a_power_lies_between_sizes_with_less_and_with_more_of_it() -> None:
    rates = read().rates.set_index(["claim", "n"])["power"]
    for row in read().smallest.query("claim in ('R1', 'R2', 'R4')").itertuples():
        of_claim = rates[row.claim]
        assert of_claim[of_claim.index < row.people].max() < row.power + 0.02
        assert of_claim[of_claim.index > row.people].min() > row.power
        assert row.ci_lower < row.people < row.ci_upper


def test_widths_shrink_with_the_root_of_the_number_of_people() -> None:
    width = read().widths.set_index(["effect", "people"])["width"]
    for effect in planning.WIDTHS:
        assert width[effect, 360] / width[effect, 1200] == pytest.approx(np.sqrt(1200 / 360), rel=0.05)


def test_three_items_are_less_reliable_than_all_and_as_reliable_as_the_plan_asks() -> None:
    omega = read().omega.set_index(["scales", "construct"])["omega"]
    for construct in ("psr", "pk", "pa"):
        assert omega["as asked", construct] > omega["three items", construct]
        assert omega["three items, less reliable", construct] == pytest.approx(0.7)


def test_false_finds_are_printed_of_the_claim_that_the_sizes_are_compared_by() -> None:
    rates = planning.tables(read())["rates"]
    assert set(rates.loc[rates["truth"] == "no reversal", "claim"]) == {"R4"}


def test_power_falls_with_the_effects_of_the_comments_and_finds_without_a_reversal_are_few() -> None:
    rates = read().sensitivity.set_index(["claim", "truth"])["rate"]
    falling = ["as written down", "four fifths", "three fifths", "two fifths"]
    for claim in planning.SENSITIVITY:
        assert list(rates[claim][falling]) == sorted(rates[claim][falling], reverse=True)
    assert rates["R4", "no reversal"] < 0.06


def test_a_power_of_eight_in_ten_lies_where_the_chapter_says() -> None:
    rates = read().sensitivity.set_index(["claim", "truth"])["rate"]
    assert rates["R4", "three fifths"] < 0.8 < rates["R4", "four fifths"]
    assert rates["all together", "four fifths"] < 0.8 < rates["all together", "as written down"]


@pytest.mark.parametrize("truth", ["four fifths", "three fifths", "two fifths"])
def test_smaller_effects_are_the_share_of_the_written_ones_that_their_name_says(truth: str) -> None:
    share = {"four fifths": 0.8, "three fifths": 0.6, "two fifths": 0.4}[truth]
    plan = tiny_plans.loaded(ROOT / kept_plans.PLANS / f"{planning.REPLICATION}.yml")
    by_truth = {design.names[0]: design.truth.paths["psr"] for design in plan.designs}
    whole = by_truth["as written down"]
    for name in ("neg", "neg:like", "neg:reply"):
        assert by_truth[truth][name] == pytest.approx(share * whole[name])


def test_the_form_that_the_plan_fills_in_holds_its_kept_power() -> None:
    assert read().registered.count("| power |") + read().registered.count("| false finds |") == 25
    rate = read().sensitivity.set_index(["claim", "truth"])["rate"]["R4", "four fifths"]
    assert f"| four fifths | R4 | {f'{rate:.3f}'.removeprefix('0')} |" in read().registered
