"""The smallest size, or effect, is where a formula has it, and says how sure it is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm

from companion.truth import smallest
from companion.truth.plan import Target

EFFECT = 0.15
NEEDED = ((norm.ppf(0.8) + norm.ppf(0.975)) / EFFECT) ** 2
"""People for a power of .8 of a z test whose estimate has the standard error 1 / root n."""


def rates(sizes: list[int], replications: int, holds: bool = True) -> pd.DataFrame:
    power = norm.cdf(EFFECT * np.sqrt(sizes) - norm.ppf(0.975))
    where = {"truth": "t", "scales": "s", "analysis": "a", "claim": "R4", "holds": holds}
    counted = np.rint(power * replications) / replications
    return pd.DataFrame({"people": sizes, "rate": counted, "replications": replications}).assign(**where)


def answer(table: pd.DataFrame) -> pd.Series:
    return smallest.smallest(table, [Target(power=0.8, claim="R4")], 0.95).iloc[0]


def test_the_answer_is_that_of_the_formula() -> None:
    assert answer(rates([150, 300, 450, 600], 1_000_000))["people"] == pytest.approx(NEEDED, rel=0.002)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_interval_holds_the_answer_of_the_formula(seed: int) -> None:
    table = rates([150, 300, 450, 600], 1000)
    drawn = np.random.default_rng(seed).binomial(1000, table["rate"]) / 1000
    found = answer(table.assign(rate=drawn))
    assert found["lower"] < NEEDED < found["upper"]
    assert found["lower"] < found["people"] < found["upper"]


def test_four_times_the_replications_halve_the_interval() -> None:
    few, many = (answer(rates([150, 300, 450, 600], n)) for n in (1000, 4000))
    assert (many["upper"] - many["lower"]) / (few["upper"] - few["lower"]) == pytest.approx(0.5, abs=0.05)


def test_an_answer_outside_of_the_sizes_says_so() -> None:
    assert answer(rates([40, 80, 120], 5000))["note"] == "outside of the sizes tried"


def test_one_size_gives_no_answer() -> None:
    found = answer(rates([300], 1000))
    assert np.isnan(found["people"])
    assert found["note"] == "one size only"


def test_rates_that_do_not_grow_give_no_answer() -> None:
    found = answer(rates([150, 300, 450], 1000).assign(rate=[0.6, 0.5, 0.4]))
    assert np.isnan(found["people"])
    assert found["note"] == "rates do not grow"


def test_rates_that_bend_otherwise_are_told() -> None:
    assert "do not follow" in answer(rates([150, 300, 450, 600], 1000).assign(rate=[0.2, 0.75, 0.76, 0.95]))["note"]


def test_three_sizes_can_bend_too_and_two_cannot() -> None:
    """The curve has a place and a steepness, so that only a third rate can lie beside it."""
    assert "do not follow" in answer(rates([150, 300, 450], 1000).assign(rate=[0.2, 0.85, 0.86]))["note"]
    assert answer(rates([150, 450], 1000).assign(rate=[0.2, 0.86]))["note"] == ""


def test_there_is_no_smallest_size_for_a_claim_that_does_not_hold() -> None:
    assert smallest.smallest(rates([150, 300], 1000, holds=False), [Target(power=0.8, claim="R4")], 0.95).empty


def of_effects(replications: int) -> pd.DataFrame:
    """Rates of a z test of effects that are shares of one which lies 3.5 standard errors from nothing."""
    shares = np.array([0.4, 0.6, 0.8, 1.0])
    power = norm.cdf(3.5 * shares - norm.ppf(0.975))
    rate = np.rint(power * replications) / replications
    return pd.DataFrame({"claim": "R4", "share": shares, "rate": rate, "replications": replications})


def test_the_smallest_effect_is_that_of_the_formula() -> None:
    [found] = smallest.smallest_effects(of_effects(1_000_000), 0.8, 0.95).to_dict("records")
    assert found["share"] == pytest.approx((norm.ppf(0.8) + norm.ppf(0.975)) / 3.5, rel=0.001)
    assert found["lower"] < found["share"] < found["upper"]
    assert found["note"] == ""


def test_an_effect_smaller_than_those_tried_says_so() -> None:
    [found] = smallest.smallest_effects(of_effects(10_000).assign(rate=[0.9, 0.95, 0.97, 0.99]), 0.8, 0.95)["note"]
    assert found.startswith("outside of the sizes tried")


def test_each_claim_has_its_own_smallest_effect() -> None:
    both = pd.concat(
        [of_effects(10_000), of_effects(10_000).assign(claim="R1", share=lambda table: 2 * table["share"])]
    )
    found = smallest.smallest_effects(both, 0.8, 0.95).set_index("claim")["share"]
    assert found["R1"] == pytest.approx(2 * found["R4"], rel=1e-4)
