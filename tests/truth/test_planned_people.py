"""An allocation puts people or money where its weights say, and what does not go together is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tiny_plans

from companion.errors import InputError
from companion.survey.design import DESIGN
from companion.truth import replications
from companion.truth.planned_people import Weights, allocated

EVEN = {"none": 1, "like": 1, "reply": 1}
DROPPED = {"none": 1, "like": 0, "reply": 1}
COSTS = {"none": 2, "like": 2, "reply": 5}


def allocations(**changes: object) -> dict[str, object]:
    given = {"claim": "R2", "people": 72, "weights": {"even": EVEN, "fewer": {"none": 1, "like": 2, "reply": 2}}}
    return {"samples": {}, "allocations": {name: one for name, one in (given | changes).items() if one is not None}}


def weights(**named: object) -> dict[str, object]:
    return allocations(weights=named)


def test_weights_are_those_of_the_reactions_of_the_design() -> None:
    assert tuple(Weights.model_fields) == DESIGN.interactions


@pytest.mark.parametrize(
    ("shares", "people", "cells"),
    [
        ((1, 1, 1), 600, (100, 100, 100)),
        ((0.2, 0.4, 0.4), 600, (60, 120, 120)),
        ((0, 0.5, 0.5), 600, (0, 150, 150)),
        ((50, 0, 150), 400, (50, 0, 150)),
        ((1, 1, 1), 20, (4, 3, 3)),
        ((3, 3, 4), 22, (3, 3, 5)),
    ],
)
def test_each_tone_of_comments_has_the_shares_of_its_half(
    shares: tuple[float, ...], people: int, cells: tuple[int, ...]
) -> None:
    assert allocated(dict(zip(DESIGN.interactions, shares, strict=True)), people) == cells * 2


def test_all_people_have_a_place_and_none_is_a_pair_away_from_its_share() -> None:
    rng = np.random.default_rng(4)
    for _ in range(200):
        shares = np.round(rng.dirichlet((1, 1, 1)), 3)
        people = 2 * int(rng.integers(10, 500))
        cells = np.array(allocated(dict(zip(DESIGN.interactions, shares.tolist(), strict=True)), people))
        assert cells.sum() == people
        assert (np.abs(cells[:3] - shares / shares.sum() * people / 2) < 1).all()


def test_a_budget_is_spent_by_the_shares_of_people_and_never_overspent() -> None:
    rng = np.random.default_rng(5)
    for _ in range(200):
        shares, prices = np.round(rng.dirichlet((1, 1, 1)), 3), np.round(rng.uniform(0.5, 9, 3), 2)
        budget = float(np.round(rng.uniform(200, 9000), 2))
        named = (dict(zip(DESIGN.interactions, of.tolist(), strict=True)) for of in (shares, prices))
        cells = np.array(allocated(next(named), budget, next(named)))[:3]
        assert 2 * cells @ prices <= budget + 1e-9
        assert (np.abs(cells - shares * budget / (2 * shares @ prices)) < 1).all()


def test_a_budget_buys_fewer_people_where_it_puts_them_into_the_dearer_reaction(tmp_path: Path) -> None:
    one = weights(cheap={"none": 4, "like": 4, "reply": 1}, dear={"none": 1, "like": 1, "reply": 4})
    changes = one["allocations"] | {"people": None, "budget": 3000, "costs": COSTS}  # type: ignore[operator]
    read = tiny_plans.planned(tmp_path, **allocations(**changes))
    # 3000 / (8/9 * 2 + 1/9 * 5) = 1285.7 people, and 3000 / (2/6 * 2 + 4/6 * 5) = 750
    assert [design.people for design in read.designs] == [1286, 750]
    assert read.plan.allocations is not None
    assert [read.plan.allocations.cost(name) for name in ("cheap", "dear")] == [2998.0, 3000.0]


def test_an_allocation_sees_the_surveys_of_a_sample_with_the_same_cells(tmp_path: Path) -> None:
    [_, fewer] = tiny_plans.planned(tmp_path, **allocations(people=60, dropout=0.1)).designs
    sample = {"cells": [6, 12, 12, 6, 12, 12], "dropout": 0.1}
    [same] = tiny_plans.planned(tmp_path, samples={"fewer": sample}).designs
    assert replications.described(fewer) == replications.described(same)
    assert replications.survey(fewer, 1).equals(replications.survey(same, 1))


def test_nobody_sees_a_reaction_that_is_dropped(tmp_path: Path) -> None:
    [design] = tiny_plans.planned(tmp_path, claims=["R3"], **allocations(claim="R3", weights={"it": DROPPED})).designs
    assert design.shown.interactions == ("none", "reply")
    assert set(replications.survey(design, 0)["interaction"]) == {"none", "reply"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"samples": {}}, "samples", "either samples or allocations"),
        (allocations() | {"samples": {"a": {"cells": 9}}}, "samples", "either samples or allocations"),
        (weights(odd={"none": 1, "like": -1, "reply": 1}), "allocations.weights.odd.like", "at least 0"),
        (weights(odd={"none": 1, "reply": 1}), "allocations.weights.odd.like", "This key is missing"),
        (weights(odd=EVEN | {"love": 1}), "allocations.weights.odd.love", "This key is unknown"),
        (weights(odd=EVEN | {"like": float("inf")}), "allocations.weights.odd.like", "finite"),
        (weights(odd=dict.fromkeys(EVEN, 0)), "allocations.weights.odd", "nobody in it"),
        (weights(odd={"none": 1, "like": 100, "reply": 100}), "allocations.weights.odd.none", "leaves 0 in a cell"),
        (weights(a=EVEN, b=dict.fromkeys(EVEN, 7)), "allocations.weights.b", "same cells as in 'a'"),
        (allocations(weights={}), "allocations.weights", "at least 1"),
        (allocations(people=71), "allocations.people", "their number is even"),
        (allocations(people=None), "allocations", "either a number of people or a budget"),
        (allocations(budget=90.0, costs=COSTS), "allocations", "either a number of people or a budget"),
        (allocations(people=None, budget=90.0), "allocations.budget", "needs the costs"),
        (allocations(costs=COSTS), "allocations.costs", "costs need a budget"),
        (allocations(people=None, budget=90.0, costs=COSTS | {"like": 0}), "allocations.costs.like", "more than 0"),
        (allocations(claim=None), "allocations.claim", "The claims of this plan are R2, all together"),
        (weights(odd=DROPPED), "allocations.claim", "No allocation can test R2"),
        (allocations() | {"targets": [{"power": 0.8, "claim": "R2"}]}, "targets", "differ in size alone"),
    ],
)
def test_what_does_not_go_together_is_told_with_its_key_and_line(
    tmp_path: Path, changes: dict[str, object], column: str, said: str
) -> None:
    path = tiny_plans.written(tmp_path, **changes)
    with pytest.raises(InputError) as raised:
        tiny_plans.loaded(path)
    [problem] = raised.value.problems
    assert problem.column == column
    assert said in problem.message
    assert problem.row is not None
    # The line is that of the key, or of the nearest above it that is there.
    key = next(part for part in column.split(".")[::-1] if f"{part}:" in path.read_text())
    assert f"{key}:" in path.read_text().splitlines()[problem.row - 1]


def test_all_faults_of_allocations_are_told_at_once_with_the_others(tmp_path: Path) -> None:
    wrong = allocations(people=71, claim="R3", costs=COSTS, weights={"even": EVEN, "empty": dict.fromkeys(EVEN, 0)})
    with pytest.raises(InputError) as raised:
        tiny_plans.planned(tmp_path, scales={"long": {"items": {"pa": 5}}}, **wrong)
    assert {problem.column for problem in raised.value.problems} == {
        "allocations.claim",
        "scales.long.items.pa",
        "allocations.people",
        "allocations.costs",
        "allocations.weights.empty",
    }
