"""What the chapter on the number of followers prints is what the kept tables say."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest
import tiny_plans

from companion.truth import kept_plans, planning, smallest
from companion.truth.planning import Planning

ROOT = Path(__file__).resolve().parents[2]


@cache
def read() -> Planning:
    return planning.read(ROOT)


@pytest.mark.parametrize("name", [planning.FOLLOWERS, planning.SCALES, planning.CELLS, planning.REPLICATION])
def test_the_tables_of_its_plans_are_kept(name: str) -> None:
    assert name in kept_plans.names(ROOT)


@pytest.mark.slow
def test_the_smallest_number_for_a_power_lies_between_sizes_with_less_and_with_more_of_it() -> None:
    rates = read().rates.set_index(["claim", "n"])["power"]
    for row in read().smallest.query("claim in ('R1', 'R2', 'R4')").itertuples():
        of_claim = rates[row.claim]
        assert of_claim[of_claim.index < row.people].max() < row.power + 0.02
        assert of_claim[of_claim.index > row.people].min() > row.power
        assert row.ci_lower < row.people < row.ci_upper


@pytest.mark.slow
def test_widths_shrink_with_the_root_of_the_number_of_people() -> None:
    width = read().widths.set_index(["effect", "people"])["width"]
    for effect in planning.WIDTHS:
        assert width[effect, 360] / width[effect, 1200] == pytest.approx(np.sqrt(1200 / 360), rel=0.05)


def test_three_items_are_less_reliable_than_all_and_as_reliable_as_the_plan_asks() -> None:
    omega = read().omega.set_index(["scales", "construct"])["omega"]
    for construct in ("psr", "pk", "pa"):
        assert omega["as asked", construct] > omega["three items", construct]
        assert omega["three items, less reliable", construct] == pytest.approx(0.7)


@pytest.mark.slow
def test_false_finds_are_printed_of_the_claim_that_the_sizes_are_compared_by() -> None:
    rates = planning.tables(read())["rates"]
    assert set(rates.loc[rates["truth"] == "no reversal", "claim"]) == {"R4"}


def test_power_falls_with_the_effects_of_the_comments_and_finds_without_a_reversal_are_few() -> None:
    rates = read().sensitivity.set_index(["claim", "truth"])["rate"]
    falling = ["as written down", "four fifths", "three fifths", "two fifths"]
    for claim in planning.SENSITIVITY:
        assert list(rates[claim][falling]) == sorted(rates[claim][falling], reverse=True)
    assert rates["R4", "no reversal"] < 0.06


SHARES = {"as written down": 1.0, "four fifths": 0.8, "three fifths": 0.6, "two fifths": 0.4}


def test_the_smallest_effects_come_from_the_truths_that_differ_in_the_size_of_the_comments_effects_alone() -> None:
    plan = tiny_plans.loaded(ROOT / kept_plans.PLANS / f"{planning.REPLICATION}.yml")
    assert planning.shares(plan) == pytest.approx(SHARES)


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["R1", "R2", "R4", "all together"])
def test_the_power_of_an_effect_that_was_left_out_lies_on_the_curve_of_the_others(claim: str) -> None:
    rates = read().replication.power
    table = rates[(rates["claim"] == claim) & rates["truth"].isin(SHARES)].assign(share=rates["truth"].map(SHARES))
    left_out = table["truth"] == "four fifths"
    [simulated] = table.loc[left_out, "rate"]
    [found] = smallest.smallest_effects(table[~left_out], simulated, 0.95).to_dict("records")
    # What the three others say of the size with that power is the size that had it, within the error of both.
    assert found["share"] == pytest.approx(0.8, abs=0.04)


def test_a_claim_has_its_power_of_eight_in_ten_between_the_truths_with_less_and_with_more() -> None:
    rates = read().replication.power.set_index(["claim", "truth"])["rate"]
    for row in read().smallest_effects.query("note == ''").itertuples():
        less, more = (
            [rates[row.claim, truth] for truth, share in SHARES.items() if keeps(share)]
            for keeps in (lambda share, at=row.share: share < at, lambda share, at=row.share: share > at)
        )
        assert max(less) < planning.WANTED < min(more)
        assert row.ci_lower < row.share < row.ci_upper


def test_points_are_the_share_of_the_population_value_and_nothing_where_a_claim_rests_on_several() -> None:
    found = read().smallest_effects.set_index("claim")
    whole = read().replication.precision.query("truth == 'as written down' and effect == 'serial_reply_minus_like'")
    assert found.loc["R4", "points"] == pytest.approx(found.loc["R4", "share"] * whole["population"].item())
    assert np.isnan(found.loc["all together", "points"])


def test_an_effect_through_the_chain_is_in_proportion_to_the_effects_of_the_comments() -> None:
    population = read().replication.precision.set_index(["effect", "truth"])["population"]
    for effect in ("serial_none", "serial_like", "serial_reply_minus_like"):
        for truth, share in SHARES.items():
            assert population[effect, truth] == pytest.approx(share * population[effect, "as written down"], abs=0.006)


@pytest.mark.slow
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
