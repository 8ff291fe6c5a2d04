"""A plan says what it means, or is refused with the line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import shipped
import tiny_plans

from companion.errors import InputError
from companion.survey.design import DESIGN
from companion.truth import plan, population

TRUTH = str(shipped.DATA / "truth.yml")


def changed(**changes: object) -> dict[str, object]:
    return {"truths": {"reversal": {"file": TRUTH, "changes": changes}}}


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted((shipped.DATA / "plans").glob("*.yml")), ids=lambda path: path.stem)
def test_a_plan_that_ships_can_be_read(path: Path) -> None:
    assert tiny_plans.loaded(path).designs


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "column", "said"),
    [
        ({"replicatons": 3}, "replicatons", "This key is unknown"),
        ({"claims": ["R2", "R9"]}, "claims.1", "The claims are R1, R2"),
        ({"claims": []}, "claims", "A plan needs a claim"),
        ({"samples": {"one": {"cells": 1}}}, "samples.one.cells", "at least 2"),
        ({"samples": {"five": {"cells": [9, 9, 9, 9, 9]}}}, "samples.five.cells", "at least 6"),
        ({"samples": {"all lost": {"cells": 9, "dropout": 1}}}, "samples.all lost.dropout", "less"),
        ({"scales": {"long": {"items": {"pa": 5}}}}, "scales.long.items.pa", "4 items for pa"),
        ({"truths": {"none": {"file": "absent.yml"}}}, None, "There is no such file"),
        (changed(paths={"pk": {"pa": 0.1}}), "truths.reversal.changes.paths.pk.pa", "Nothing above it is called pa"),
        (changed(items={"psr1": {"lodaing": 1}}), "truths.reversal.changes.items.psr1.lodaing", "unknown"),
        ({"no_larger": {"R3": {"effect": "serial", "at": "like", "sign": "+", "limit": 1}}}, "no_larger.R3", "there"),
        (
            {"no_larger": {"x": {"effect": "serial", "at": "dislike", "sign": "+", "limit": 1}}},
            "no_larger.x.at",
            "no such reaction",
        ),
        ({"targets": [{"power": 0.8, "claim": "R3"}]}, "targets.0.claim", "The claims of this plan are R2"),
        (
            {
                "samples": {"a": {"cells": 9}, "b": {"cells": 20, "dropout": 0.1}},
                "targets": [{"power": 0.8, "claim": "R2"}],
            },
            "targets",
            "differ in size alone",
        ),
    ],
)
def test_a_fault_is_told_with_its_key_and_line(
    tmp_path: Path, changes: dict[str, object], column: str | None, said: str
) -> None:
    path = tiny_plans.written(tmp_path, **changes)
    with pytest.raises(InputError) as raised:
        tiny_plans.loaded(path)
    problem = next(one for one in raised.value.problems if one.column == column)
    assert said in problem.message
    if column is not None:
        assert problem.row is not None
        key = next(part for part in column.split(".")[::-1] if not part.isdigit() and f"{part}:" in path.read_text())
        lines = path.read_text().splitlines()
        assert any(key in line for line in lines[problem.row - 1 : problem.row + 1]) or column.startswith("claims")


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    wrong = {"claims": ["R8", "R9"], "scales": {"long": {"items": {"pa": 5}}}} | changed(paths={"pk": {"pa": 0.1}})
    with pytest.raises(InputError) as raised:
        tiny_plans.planned(tmp_path, **wrong)
    assert len(raised.value.problems) == 4


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tiny_plans.written(tmp_path)
    path.write_text(path.read_text() + "seed: 6\n")
    with pytest.raises(InputError, match=f"row {len(path.read_text().splitlines())}.*stands twice"):
        tiny_plans.loaded(path)


def test_every_truth_meets_all_scales_samples_and_analyses(tmp_path: Path) -> None:
    planned = tiny_plans.planned(
        tmp_path, scales={"full": {}, "short": {"items": {"pa": 2}}}, samples={"a": {"cells": 9}, "b": {"cells": 12}}
    )
    assert [design.names[1:3] for design in planned.designs] == [
        ("full", "a"),
        ("full", "b"),
        ("short", "a"),
        ("short", "b"),
    ]


def test_a_change_of_a_truth_leaves_the_rest_of_it(tmp_path: Path) -> None:
    [design] = tiny_plans.planned(tmp_path, **changed(paths={"psr": {"neg:like": 0.0}})).designs
    expected = dict(shipped.truth().paths["psr"]) | {"neg:like": 0.0}
    assert design.truth.paths["psr"] == expected
    assert design.truth.paths["pa"] == shipped.truth().paths["pa"]


def test_who_drops_out_and_who_is_excluded_are_lost_one_after_the_other(tmp_path: Path) -> None:
    sample = {"cells": [10, 20, 30, 40, 50, 60], "dropout": [0, 0, 0, 0, 0, 0.5], "excluded": 0.1}
    [design] = tiny_plans.planned(tmp_path, samples={"uneven": sample}).designs
    assert design.cells == (10, 20, 30, 40, 50, 60)
    assert design.kept == pytest.approx((0.9, 0.9, 0.9, 0.9, 0.9, 0.45))


def test_the_sum_of_the_items_is_as_reliable_as_the_plan_says(tmp_path: Path) -> None:
    scales = {"items": {"pa": 3}, "reliability": {"pa": 0.6}}
    [design] = tiny_plans.planned(tmp_path, scales={"poor": scales}).designs
    nobody_differs = np.full(100_000, DESIGN.cells[0][0]), np.full(100_000, DESIGN.cells[0][1])
    people = population.draw(design.truth, population.dummies(*nobody_differs), np.random.default_rng(1))
    total = people[["pa1", "pa2", "pa3"]].sum(axis=1)
    # Reliability is the squared correlation of the sum with what it measures; its error is below .003 here.
    assert np.corrcoef(total, people["pa"])[0, 1] ** 2 == pytest.approx(0.6, abs=0.01)


LOADINGS = np.array([1.15, 1.20, 1.00, 1.05, 1.00, 1.05])
ERRORS = np.array([0.80, 0.75, 0.95, 0.90, 0.90, 0.95])
"""Of the relationship's items, as they stand in data/truth.yml."""
PSR = tuple(f"psr{number}" for number in range(1, 7))
PA = tuple(f"pa{number}" for number in range(1, 5))


def test_omega_is_what_the_items_share_of_all_that_their_sum_varies() -> None:
    closed = LOADINGS.sum() ** 2 / (LOADINGS.sum() ** 2 + (ERRORS**2).sum())
    assert plan.omega(shipped.truth(), PSR) == pytest.approx(closed, abs=1e-12)


@pytest.mark.parametrize("wanted", [0.6, 0.75, 0.95])
def test_one_factor_makes_all_errors_larger_or_smaller_until_a_scale_is_as_reliable_as_wanted(wanted: float) -> None:
    truth, made = shipped.truth(), plan.as_reliable(shipped.truth(), PSR, wanted)
    # omega = c / (c + f e), so f = c (1 - omega) / (omega e)
    factor = LOADINGS.sum() ** 2 * (1 - wanted) / (wanted * (ERRORS**2).sum())
    for name, item in truth.items.items():
        assert made.items[name].sd ** 2 == pytest.approx(factor * item.sd**2, rel=1e-12)
        assert (made.items[name].base, made.items[name].loading) == (item.base, item.loading)
    assert made.model_copy(update={"items": truth.items}) == truth


@pytest.mark.parametrize("wanted", [0.6, 0.8, 0.95])
def test_the_scale_of_a_large_draw_is_as_reliable_as_wanted(wanted: float) -> None:
    truth = plan.as_reliable(shipped.truth(), PSR, wanted)
    valence, interaction = DESIGN.cells[0]
    design = population.dummies(np.full(100_000, valence), np.full(100_000, interaction))
    people = population.draw(truth, design, np.random.default_rng(1))
    # Reliability is the squared correlation of the sum with what it measures; its error is below .003 here.
    assert np.corrcoef(people[list(PSR)].sum(axis=1), people["psr"])[0, 1] ** 2 == pytest.approx(wanted, abs=0.01)


def test_a_truth_as_reliable_as_it_is_written_gives_the_same_answers() -> None:
    truth = shipped.truth()
    made = plan.as_reliable(truth, PSR, plan.omega(truth, PSR))
    drawn = [population.clean_responses(one, 1200, 2020) for one in (truth, made)]
    assert drawn[0].equals(drawn[1])


def test_a_plan_changes_the_errors_of_the_scale_that_it_names_alone(tmp_path: Path) -> None:
    [design] = tiny_plans.planned(tmp_path, scales={"poor": {"reliability": {"pa": 0.6}}}).designs
    written = shipped.truth().items
    assert {name for name, item in design.truth.items.items() if item != written[name]} == set(PA)
