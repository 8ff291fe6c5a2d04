"""What a plan counts is what the replications hold, and its power is that of a formula where there is one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped
import tiny_plans
from scipy.stats import norm

from companion.analysis import claims
from companion.store import Store
from companion.truth import planned, replications
from companion.truth.plan import TOGETHER
from companion.truth.replications import EFFECTS, Part, Population


def part(lower: np.ndarray, upper: np.ndarray, converged: np.ndarray | None = None) -> Part:
    sure = np.ones(len(lower), dtype=bool) if converged is None else converged
    return Part(np.full(len(lower), 60), sure, sure, (lower + upper) / 2, lower, upper)


def at(effect: str, low: float, high: float, n: int = 1) -> Part:
    lower, upper = np.full((n, len(EFFECTS)), -1.0), np.full((n, len(EFFECTS)), 1.0)
    lower[:, EFFECTS.index(effect)], upper[:, EFFECTS.index(effect)] = low, high
    return part(lower, upper)


@pytest.mark.slow
def test_a_claim_is_found_where_the_written_rule_finds_it(tmp_path: Path) -> None:
    plan = tiny_plans.planned(tmp_path, claims=["R1", "R2", "R3", "R4", "R5"]).plan
    rng = np.random.default_rng(3)
    middle = rng.normal(size=(25, len(EFFECTS))) + rng.choice([-2, 2], size=(25, 1))
    for name, sign in {"psr_like": 2, "pk_via_psr_like": -2, "psr_reply": 2, "pk_via_psr_reply": -2}.items():
        middle[:, EFFECTS.index(name)] = sign * np.abs(middle[:, EFFECTS.index(name)])
    counted = planned.found(part(middle - 0.5, middle + 0.5), plan, shipped.claims())
    for row in range(25):
        intervals = pd.DataFrame(
            {"est": middle[row], "ci_lower": middle[row] - 0.5, "ci_upper": middle[row] + 0.5}, index=list(EFFECTS)
        )
        by_rule = claims.verdicts(intervals, shipped.claims())
        assert {claim: bool(counted[claim][row]) for claim in plan.claims} == {
            claim: by_rule[claim] == "found" for claim in plan.claims
        }
    assert 0 < counted["R5"].sum() < 25


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sign", "low", "high", "found"),
    [
        ("+", -9.0, 0.09, True),
        ("+", -9.0, 0.11, False),
        ("-", -0.09, 9.0, True),
        ("-", -0.11, 9.0, False),
        ("both", -0.09, 0.09, True),
        ("both", -0.11, 0.09, False),
        ("both", np.nan, np.nan, False),
    ],
)
def test_no_larger_is_found_where_the_interval_excludes_the_limit(
    tmp_path: Path, sign: str, low: float, high: float, found: bool
) -> None:
    stake = {"effect": "serial", "at": "like", "sign": sign, "limit": 0.1}
    plan = tiny_plans.planned(tmp_path, claims=[], no_larger={"small": stake}).plan
    assert planned.found(at("serial_like", low, high), plan, shipped.claims())["small"].tolist() == [found]


def test_all_together_are_found_only_where_each_is(tmp_path: Path) -> None:
    plan = tiny_plans.planned(tmp_path, claims=["R4"], no_larger={"small": tiny_small()}).plan
    found = planned.found(at("serial_reply_minus_like", 0.2, 0.3), plan, shipped.claims())
    assert (found["R4"][0], found["small"][0], found[TOGETHER][0]) == (True, False, False)


def tiny_small() -> dict[str, object]:
    return {"effect": "serial", "at": "like", "sign": "+", "limit": 0.1}


def test_a_replication_without_an_interval_counts_as_one_that_found_nothing(tmp_path: Path) -> None:
    [design] = (loaded := tiny_plans.planned(tmp_path, claims=["R4"])).designs
    some = at("serial_reply_minus_like", 0.2, 0.3, n=4)
    some.lower[:2], some.upper[:2] = np.nan, np.nan
    rows = planned.rates(some, np.zeros(len(EFFECTS)), design, loaded.plan, shipped.claims())
    assert [row["rate"] for row in rows if row["claim"] == "R4"] == [0.5]
    assert [row["error"] for row in rows if row["claim"] == "R4"] == [0.25]


def test_fits_that_failed_are_counted_with_their_error() -> None:
    lower = np.zeros((4, len(EFFECTS)))
    run = planned.run_of(part(lower, lower, np.array([True, True, True, False])))
    assert (run["unconverged"], run["unconverged_error"]) == (0.25, pytest.approx((0.25 * 0.75 / 4) ** 0.5))


def test_bias_coverage_and_width_are_those_of_the_replications() -> None:
    some = at("serial_like", 0.0, 2.0, n=4)
    place = EFFECTS.index("serial_like")
    some.est[:, place] = [1.0, 2.0, 3.0, 6.0]
    some.upper[:, place] = [2.0, 4.0, 6.0, 8.0]
    values = np.full(len(EFFECTS), 2.5)
    [row] = planned.precisions(some, values, ["serial_like"], 10**9)
    assert (row["bias"], row["coverage"], row["width"]) == (0.5, 0.75, 5.0)
    assert row["bias_error"] == pytest.approx(np.std([1, 2, 3, 6], ddof=1) / 2)
    assert row["width_error"] == pytest.approx(np.std([2, 4, 6, 8], ddof=1) / 2)


def test_the_error_of_the_population_value_is_part_of_that_of_the_bias() -> None:
    some = at("serial_like", 0.0, 2.0, n=4)
    some.est[:, EFFECTS.index("serial_like")] = [1.0, 2.0, 3.0, 6.0]
    # Estimates from 60 people each, a population value from 240: its variance is a quarter of one estimate's.
    [row] = planned.precisions(some, np.zeros(len(EFFECTS)), ["serial_like"], 240)
    assert row["bias_error"] == pytest.approx(np.std([1, 2, 3, 6], ddof=1) * (1 / 4 + 1 / 4) ** 0.5)


@pytest.mark.parametrize(
    ("truth", "true"),
    [("truth.yml", ["R1", "R2", "R3", "R4", "R5"]), ("truth-no-reversal.yml", ["R1"])],
)
def test_what_is_found_of_a_claim_that_does_not_hold_is_a_false_find(
    tmp_path: Path, truth: str, true: list[str]
) -> None:
    every = ["R1", "R2", "R3", "R4", "R5"]
    loaded = tiny_plans.planned(tmp_path, claims=every, truths={"it": {"file": str(shipped.DATA / truth)}})
    held = planned.holds(loaded.designs[0], np.zeros(len(EFFECTS)), loaded.plan, shipped.claims())
    assert [claim for claim in every if held[claim]] == true


@pytest.mark.slow
def test_power_for_a_difference_of_means_is_that_of_the_normal_formula(tmp_path: Path) -> None:
    n, limit, replicated = 60, 0.1, 200
    stake = {"effect": "psr", "at": "none", "sign": "+", "limit": limit}
    loaded = tiny_plans.planned(
        tmp_path, claims=[], no_larger={"small": stake}, samples={"s": {"cells": n}}, replications=replicated
    )
    [design], kept = loaded.designs, Store(tmp_path / "store")
    for _ in replications.run(replications.jobs_of(loaded), kept):
        pass
    [row] = planned.outcome(loaded, shipped.claims(), kept).power.query("claim == 'small'").to_dict("records")

    # The same truth by cell means alone: no model, no fit.
    everybody = replications.responses(design, np.repeat(np.arange(6), 20_000), np.random.default_rng(7))
    by_cell = everybody.groupby(["valence", "interaction"], observed=True)["psr"]
    difference = by_cell.mean()["negative", "none"] - by_cell.mean()["positive", "none"]
    error = float(np.sqrt(by_cell.var().mean() * 2 / n))
    expected = norm.cdf((limit - difference) / error - norm.ppf(0.975))
    assert 0.3 < expected < 0.95
    assert row["rate"] == pytest.approx(expected, abs=3.5 * np.sqrt(expected * (1 - expected) / replicated))


@pytest.mark.slow
def test_population_values_are_those_of_a_large_survey_by_cell_means(tmp_path: Path) -> None:
    [design] = tiny_plans.planned(tmp_path).designs
    values = replications.computed(Population(design, 60_000))
    everybody = replications.responses(design, np.repeat(np.arange(6), 10_000), np.random.default_rng(8))
    means = everybody.groupby(["valence", "interaction"], observed=True)["psr"].mean()
    difference = means["negative", "like"] - means["positive", "like"]
    assert values[EFFECTS.index("psr_like")] == pytest.approx(difference, abs=0.07)


@pytest.mark.slow
def test_every_replication_is_written_down_and_a_few_with_their_numbers(tmp_path: Path) -> None:
    loaded = tiny_plans.planned(tmp_path, claims=["R1", "R2"], samples={"some": {"cells": 40}}, replications=6)
    kept = Store(tmp_path / "kept")
    list(replications.run(replications.jobs_of(loaded), kept))
    outcome = planned.outcome(loaded, shipped.claims(), kept)
    everything = replications.results(loaded.designs[0], 6, kept)
    for claim, hits in planned.found(everything, loaded.plan, shipped.claims()).items():
        [text] = outcome.found.loc[outcome.found["claim"] == claim, "found"]
        assert [character == "1" for character in text] == hits.tolist()
        assert not hits.any() or hits.argmax() in set(outcome.spots["replication"])
    last = outcome.spots.iloc[-1]
    assert last["upper"] == everything.upper[last["replication"], EFFECTS.index(last["effect"])]
