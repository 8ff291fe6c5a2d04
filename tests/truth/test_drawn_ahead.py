"""The surveys that are drawn ahead are those that the table of power counts, analysed by the same rule."""

from __future__ import annotations

import pandas as pd
import pytest
import shipped

from companion.analysis import mediation
from companion.study import ROOT, TRUTHS
from companion.truth import drawn_ahead, power, recovery

ITEMS = mediation.items_of(shipped.asked(), shipped.plan())
TURNED = recovery.turned_items(shipped.asked())
CLAIMS = list(shipped.claims().results)


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return drawn_ahead.committed(ROOT)


def test_there_are_two_hundred_of_each_size_and_truth(committed: pd.DataFrame) -> None:
    counts = committed.groupby(["truth", "n"])["survey"].agg(["min", "max", "nunique"])
    assert set(counts.index) == {(truth, n) for truth in TRUTHS for n in drawn_ahead.SIZES}
    assert (counts == [1, 200, 200]).all(axis=None)


@pytest.mark.slow
def test_a_survey_is_the_same_by_its_number_alone() -> None:
    truth = {"reversal": shipped.truth("truth.yml")}
    of_both = drawn_ahead.simulate(truth, ITEMS, TURNED, shipped.claims(), [60], [1, 2])
    of_one = drawn_ahead.simulate(truth, ITEMS, TURNED, shipped.claims(), [60], [2])
    assert of_both.tail(1).to_dict("list") == of_one.to_dict("list")


def test_what_is_found_in_a_survey_is_what_the_table_of_power_counts_of_it(committed: pd.DataFrame) -> None:
    truth = shipped.truth("truth.yml")
    seed = power.seeds(truth, 180, power.SAMPLES)[6]
    counted = power.verdicts_of_one(truth, ITEMS, TURNED, shipped.claims(), 180, seed, power.DRAWS)
    row = committed.query("truth == 'reversal' and n == 180 and survey == 7").iloc[0]
    assert {claim: row[claim] == "found" for claim in CLAIMS} == {claim: counted[claim] for claim in CLAIMS}


@pytest.mark.parametrize("n", drawn_ahead.SIZES)
@pytest.mark.parametrize("claim", CLAIMS)
def test_the_share_of_two_hundred_is_near_that_of_the_table_of_power(
    committed: pd.DataFrame, claim: str, n: int
) -> None:
    counted = power.committed(ROOT).query("claim == @claim and n == @n").iloc[0]
    share = (committed.query("truth == 'reversal' and n == @n")[claim] == "found").mean()
    # They are the first 200 of the 5,000: sqrt(p q (1/200 - 1/5000)), at most .0347, is the error of their share.
    assert share == pytest.approx(counted["power"], abs=4 * 0.0347)


def test_every_estimate_lies_in_its_interval(committed: pd.DataFrame) -> None:
    for at in ("none", "like", "reply"):
        assert (committed[f"{at}_ci_lower"] <= committed[f"{at}_est"]).all()
        assert (committed[f"{at}_est"] <= committed[f"{at}_ci_upper"]).all()


@pytest.mark.parametrize("claim", ["R2", "R3", "R4", "R5"])
def test_without_a_reversal_hardly_any_is_found(committed: pd.DataFrame, claim: str) -> None:
    finds = (committed.query("truth == 'no_reversal'")[claim] == "found").sum()
    # R4 rests on one interval, which by chance lies on its side in 2.5 % of the 800 surveys; the others rest on more.
    assert finds <= 20 + 3 * (800 * 0.025 * 0.975) ** 0.5
