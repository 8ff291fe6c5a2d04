"""The allocation with the most power is named with how sure that is, and a claim that cannot be tested has no power."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped
import tiny_plans
from scipy.stats import norm

from companion.store import Store
from companion.truth import most_power, planned, planned_tables, replications
from companion.truth.planned import PARTS, Outcome
from companion.truth.planned_people import Allocations
from companion.truth.replications import EFFECTS
from companion.words import words

WEIGHTS = {
    "equal": {"none": 1, "like": 1, "reply": 1},
    "half": {"none": 1, "like": 2, "reply": 2},
    "no none": {"none": 0, "like": 1, "reply": 1},
    "no like": {"none": 1, "like": 0, "reply": 1},
}
CLAIMS = ["R1", "R2", "R3", "R4", "R5"]


def simulated(folder: Path, **changes: object) -> Outcome:
    read, kept = tiny_plans.planned(folder, samples={}, **changes), Store(folder / "store")
    for _ in replications.run(replications.jobs_of(read), kept):
        pass
    return planned.outcome(read, shipped.claims(), kept)


def planted(
    n: int, hits: dict[str, int], untested: tuple[str, ...] = (), holds: bool = True
) -> list[dict[str, object]]:
    """Compare allocations of which so many of n surveys found R4."""
    given = {name: {"none": 1, "like": 1, "reply": 1 + place} for place, name in enumerate((*hits, *untested))}
    where = dict.fromkeys(("truth", "scales", "analysis"), "it")
    rows = [
        where | {"sample": name, "people": 60, "claim": "R4", "holds": holds, "rate": found / n, "replications": n}
        for name, found in hits.items()
    ]
    power = pd.DataFrame([row | {"error": 0.1, "ci_lower": 0.0, "ci_upper": 1.0} for row in rows])
    left = pd.DataFrame([where | {"sample": name, "claim": "R4"} for name in untested], columns=[*PARTS, "claim"])
    plan = Allocations.model_validate({"people": 60, "weights": given})
    return most_power.compare(power, left, plan, 0.95).to_dict("records")  # type: ignore[return-value]


def standing(rows: list[dict[str, object]]) -> list[object]:
    return [row["standing"] for row in rows]


@pytest.mark.parametrize(
    ("hits", "said"),
    [
        ({"a": 900, "b": 700}, ["most", "less"]),
        ({"a": 890, "b": 900}, ["within_error", "most"]),
        ({"a": 900, "b": 900}, ["most", "within_error"]),
        ({"a": 1000, "b": 1000, "c": 990}, ["most", "within_error", "less"]),
        ({"a": 0, "b": 0}, ["most", "within_error"]),
        # One comparison alone would tell .900 from .876, three would not: their normal quantiles are 1.64 and 2.13.
        ({"a": 900, "b": 876}, ["most", "less"]),
        ({"a": 900, "b": 876, "c": 600, "d": 600}, ["most", "within_error", "less", "less"]),
    ],
)
def test_what_lies_within_the_error_of_the_best_is_not_told_apart(hits: dict[str, int], said: list[str]) -> None:
    assert standing(planted(1000, hits)) == said


def test_the_difference_to_the_best_has_the_error_of_two_independent_shares() -> None:
    [_, row] = planted(100_000, {"a": 90_000, "b": 80_000})
    assert row["behind"] == pytest.approx(0.1)
    assert row["behind_error"] == pytest.approx(((0.9 * 0.1 + 0.8 * 0.2) / 100_000) ** 0.5, rel=1e-3)


@pytest.mark.slow
def test_those_that_are_named_hold_the_best_as_often_as_the_level_says() -> None:
    rng, n, tried = np.random.default_rng(6), 200, 400
    held = 0
    for _ in range(tried):
        drawn = rng.binomial(n, (0.80, 0.79, 0.79, 0.70))
        rows = planted(n, dict(zip("abcd", map(int, drawn), strict=True)))
        held += rows[0]["standing"] in ("most", "within_error")
    assert held / tried >= 0.95 - 3.5 * (0.95 * 0.05 / tried) ** 0.5


def test_where_the_claim_does_not_hold_there_is_no_power_to_compare() -> None:
    rows = planted(1000, {"a": 50, "b": 20}, ("c",), holds=False)
    assert standing(rows) == ["no_claim", "no_claim", "untestable"]
    assert planned_tables.most(rows, 0.95, words("en")).endswith(
        "R4 does not hold in this truth, so there is no power to compare."
    )


@pytest.mark.parametrize(
    ("hits", "untested", "said"),
    [
        ({"a": 900, "b": 700}, (), "most power for R4 with 'a'; each other"),
        ({"a": 900, "b": 890, "c": 895}, (), "with 'a', which Monte Carlo error does not tell apart from 'b', 'c'."),
        ({"a": 900}, ("b",), "only 'a' can test R4."),
    ],
)
def test_a_sentence_names_the_best_and_how_sure_that_is(
    hits: dict[str, int], untested: tuple[str, ...], said: str
) -> None:
    assert said in planned_tables.most(planted(1000, hits, untested), 0.95, words("en"))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A few surveys of each allocation."""
    shares = {"people": 144, "weights": WEIGHTS | {"no reply": {"none": 1, "like": 1, "reply": 0}}}
    return simulated(tmp_path_factory.mktemp("plan"), claims=CLAIMS, allocations=shares)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("allocation", "claims"),
    [
        ("equal", []),
        ("no none", ["R1", "R5"]),
        ("no like", ["R2", "R4", "R5"]),
        ("no reply", ["R3", "R4", "R5"]),
    ],
)
def test_a_claim_about_a_dropped_reaction_is_untestable_and_has_no_power_not_even_zero(
    found: Outcome, allocation: str, claims: list[str]
) -> None:
    untestable = found.untestable[found.untestable["sample"] == allocation]["claim"].tolist()
    assert untestable == [*claims, *(["all together"] if claims else [])]
    for table in (found.power, found.found):
        tested = table[table["sample"] == allocation]["claim"].tolist()
        assert tested == [name for name in (*CLAIMS, "all together") if name not in untestable]


@pytest.mark.slow
def test_no_effect_at_a_dropped_reaction_is_written_down(found: Outcome) -> None:
    for table in (found.precision, found.spots):
        effects = table[table["sample"] == "no like"]["effect"]
        assert len(effects) > 0
        assert not effects.str.contains("like").any()
        assert not table.isna().any().any()


@pytest.mark.slow
@pytest.mark.parametrize(("dropped", "left"), [("like", ("none", "reply")), ("none", ("like", "reply"))])
def test_without_a_reaction_the_effects_at_the_others_are_differences_of_their_cell_means(
    tmp_path: Path, dropped: str, left: tuple[str, str]
) -> None:
    share = {"claim": "R3", "people": 120, "weights": {"it": {"none": 1, "like": 1, "reply": 1} | {dropped: 0}}}
    [design] = tiny_plans.planned(tmp_path, claims=["R3"], samples={}, allocations=share).designs
    part = replications.part(replications.Job(design, range(2)))
    for number in range(2):
        means = replications.survey(design, number).groupby(["valence", "interaction"], observed=True)["psr"].mean()
        effect = {level: means["negative", level] - means["positive", level] for level in left}
        for level in left:
            assert part.est[number, EFFECTS.index(f"psr_{level}")] == pytest.approx(effect[level], abs=1e-7)
        contrast = EFFECTS.index(f"psr_{left[1]}_minus_{left[0]}")
        assert part.est[number, contrast] == pytest.approx(effect[left[1]] - effect[left[0]], abs=1e-7)
    assert np.isnan(part.est[:, EFFECTS.index(f"serial_{dropped}")]).all()


@pytest.mark.slow
def test_power_for_a_contrast_rises_as_the_normal_formula_says_when_people_move_to_what_it_compares(
    tmp_path: Path,
) -> None:
    people, limit, replicated = 480, 1.15, 200
    stake = {"effect": "psr", "at": "reply", "minus": "like", "sign": "+", "limit": limit}
    shares = {"claim": "small", "people": people, "weights": {name: WEIGHTS[name] for name in ("equal", "no none")}}
    lopsided = {"none": 0, "like": 1, "reply": 5}
    shares["weights"] = shares["weights"] | {"lopsided": lopsided}  # type: ignore[operator]
    outcome = simulated(tmp_path, claims=[], no_larger={"small": stake}, allocations=shares, replications=replicated)
    rate = outcome.power.query("claim == 'small'").set_index("sample")["rate"]

    # The same truth by cell means alone: no model, no fit.
    [design, *_] = tiny_plans.planned(tmp_path, samples={"s": {"cells": 9}}).designs
    everybody = replications.responses(design, np.repeat(np.arange(6), 20_000), np.random.default_rng(7))
    by_cell = everybody.groupby(["valence", "interaction"], observed=True)["psr"]
    mean, variance = by_cell.mean(), by_cell.var().mean()
    effect = {level: mean["negative", level] - mean["positive", level] for level in ("like", "reply")}
    expected = {}
    for name, (like, reply) in {"equal": (80, 80), "no none": (120, 120), "lopsided": (40, 200)}.items():
        error = float(np.sqrt(variance * 2 * (1 / like + 1 / reply)))
        expected[name] = float(norm.cdf((limit - effect["reply"] + effect["like"]) / error - norm.ppf(0.975)))
        spread = (expected[name] * (1 - expected[name]) / replicated) ** 0.5
        assert rate[name] == pytest.approx(expected[name], abs=3.5 * spread)
    assert 0.2 < expected["lopsided"] < expected["equal"] < expected["no none"] < 0.95
