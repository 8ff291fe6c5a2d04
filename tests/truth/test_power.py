"""The power study counts verdicts over surveys that a truth draws."""

from __future__ import annotations

import pandas as pd
import pytest
import shipped

from companion.analysis import mediation
from companion.study import ROOT
from companion.truth import power, recovery

ITEMS = mediation.items_of(shipped.asked(), shipped.plan())
TURNED = recovery.turned_items(shipped.asked())


def simulated(truth: str, n: int, samples: int = 12) -> pd.Series:
    table = power.simulate(
        shipped.truth(f"{truth}.yml"), ITEMS, TURNED, shipped.claims(), (n,), samples=samples, draws=200
    )
    return table.set_index("claim")["power"]


@pytest.mark.slow
def test_without_a_reversal_no_reversal_is_found() -> None:
    rates = simulated("truth-no-reversal", 600)
    assert rates[["R2", "R3", "R5", "R1-R4"]].to_dict() == {"R2": 0, "R3": 0, "R5": 0, "R1-R4": 0}


@pytest.mark.slow
def test_a_large_survey_finds_what_was_planted() -> None:
    assert (simulated("truth", 6000, samples=4) == 1).all()


@pytest.mark.slow
def test_the_same_truth_gives_the_same_table() -> None:
    assert simulated("truth", 180).equals(simulated("truth", 180))


def test_the_committed_table_is_the_one_that_the_command_makes_in_shape_and_size() -> None:
    table = power.committed(ROOT)
    assert set(table["n"]) == set(power.SIZES)
    assert (table["samples"] == power.SAMPLES).all()
    assert (table["draws"] == power.DRAWS).all()


def test_power_of_all_claims_together_is_no_larger_than_that_of_each() -> None:
    for _, rows in power.committed(ROOT).groupby("n"):
        rates = rows.set_index("claim")["power"]
        assert rates["R1-R4"] <= rates[["R1", "R2", "R3", "R4"]].min()


@pytest.mark.parametrize("claim", ["R1", "R2", "R3", "R4", "R5", "R1-R4"])
def test_power_grows_with_the_survey(claim: str) -> None:
    rates = power.committed(ROOT).query("claim == @claim").sort_values("n")["power"].to_numpy()
    # Each rate has a Monte Carlo error of at most .0071.
    assert (rates[1:] - rates[:-1] > -0.02).all()
    assert rates[-1] > rates[0]
