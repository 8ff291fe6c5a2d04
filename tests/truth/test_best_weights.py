"""The weights with most power that a plan searches are those of closed forms, and no weights of a grid have more."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped
import tiny_plans
from scipy.integrate import quad
from scipy.stats import norm

from companion import sem
from companion.errors import InputError
from companion.sem import Fit
from companion.store import Store
from companion.survey.design import DESIGN
from companion.truth import best_weights, planned, replications
from companion.truth.best_weights import Law, largest, needs
from companion.truth.plan import Planned
from companion.truth.planned import Outcome
from companion.truth.replications import EFFECTS, Population

EQUAL = {"none": 1, "like": 1, "reply": 1}
STAKE = {"effect": "psr", "at": "reply", "minus": "like", "sign": "+", "limit": 1.15}
COSTS = {"none": 2, "like": 2, "reply": 5}


def searched(folder: Path, allocations: dict[str, object], **changes: object) -> Planned:
    shares = {"weights": {"equal": EQUAL}, "search": "found", **allocations}
    changes = {"claims": ["R1", "R2", "R3", "R4"], "population": 60_000, **changes}
    path = tiny_plans.written(folder, samples={}, allocations=shares, **changes)
    return best_weights.completed(path, tiny_plans.loaded(path), shipped.claims())


def weights(read: Planned) -> list[float]:
    """Give the weights that were found, in shares of one."""
    found = read.searched.loc[0, [*DESIGN.interactions]].to_numpy(float)
    shares: list[float] = (found / found.sum()).tolist()
    return shares


def law(read: Planned) -> Law:
    fit = replications.population_fit(Population(read.designs[0], 60_000))
    assert read.plan.allocations
    return Law(fit, needs(read.plan.allocations.claim, read.plan, shipped.claims()), 0.95)


@pytest.fixture(scope="module")
def fresh_fits(tmp_path_factory: pytest.TempPathFactory) -> list[Fit]:
    """The analysis of samples with equal cells, each drawn anew."""
    [design] = tiny_plans.planned(tmp_path_factory.mktemp("plan")).designs
    cells = np.repeat(np.arange(6), 2_000)
    everybody = [replications.responses(design, cells, np.random.default_rng(seed)) for seed in range(80)]
    return [sem.fit(replications.model(design), one) for one in everybody]


def simulated(folder: Path, read: Planned) -> Outcome:
    kept = Store(folder / "store")
    list(replications.run(replications.jobs_of(read), kept))
    return planned.outcome(read, shipped.claims(), kept)


@pytest.mark.parametrize(
    ("spread", "cost"), [((1, 1, 1), (1, 1, 1)), ((1, 2, 4), (1, 1, 1)), ((1, 1, 1), (1, 4, 9)), ((3, 2, 5), (1, 7, 2))]
)
def test_means_are_known_best_with_people_as_their_spreads_by_the_roots_of_their_costs(
    spread: tuple[float, ...], cost: tuple[float, ...]
) -> None:
    """Neyman's allocation, with costs as Cochran (1977), Sampling Techniques, has it."""
    best = np.array(spread) / np.sqrt(cost)
    found = largest(lambda share: -float(np.sum(np.square(spread) / share) * (share @ cost)), 3)
    np.testing.assert_allclose(found, best / best.sum(), atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("whole", "lost"),
    [
        ({"people": 480}, (0, 0, 0, 0, 0, 0)),
        ({"budget": 1500, "costs": COSTS}, (0, 0, 0, 0, 0, 0)),
        ({"people": 480}, (0, 0.6, 0, 0, 0.2, 0)),
        ({"budget": 1500, "costs": COSTS}, (0, 0, 0.5, 0.2, 0, 0.3)),
    ],
)
def test_a_difference_of_cell_means_is_known_best_with_neymans_allocation(
    whole: dict[str, object], lost: tuple[float, ...], tmp_path: Path
) -> None:
    """The variance of a cell's mean goes with one over the share of its people who stay; nobody else tells of it."""
    read = searched(tmp_path, {**whole, "claim": "small", "dropout": list(lost)}, no_larger={"small": STAKE})
    stays = 1 - np.array(lost)
    spread = np.sqrt([1 / stays[place] + 1 / stays[place + 3] for place in (1, 2)])
    price = [COSTS[name] if "costs" in whole else 1 for name in ("like", "reply")]
    best = spread / np.sqrt(price)
    assert weights(read) == pytest.approx([0, *(best / best.sum())], abs=0.006)


@pytest.mark.slow
def test_the_law_of_a_difference_of_cell_means_is_the_normal_formula(tmp_path: Path) -> None:
    read = searched(tmp_path, {"people": 480, "claim": "small"}, no_larger={"small": STAKE})
    everybody = replications.responses(read.designs[0], np.repeat(np.arange(6), 20_000), np.random.default_rng(7))
    by_cell = everybody.groupby(["valence", "interaction"], observed=True)["psr"]
    mean, variance = by_cell.mean(), by_cell.var().mean()
    effect = {level: mean["negative", level] - mean["positive", level] for level in ("like", "reply")}
    error = float(np.sqrt(variance * 2 * (1 / 120 + 1 / 120)))
    expected = norm.cdf((STAKE["limit"] - effect["reply"] + effect["like"]) / error - norm.ppf(0.975))
    found = read.searched.iloc[0]
    assert 0.5 < expected < 0.95
    assert found["expected"] == pytest.approx(expected, abs=3.5 * found["error"])
    assert found["error"] < 0.05


@pytest.mark.slow
@pytest.mark.parametrize(("claim", "seen"), [("R1", (1, 0, 0)), ("R4", (0, 1, 1)), ("R2", (1, 1, 1))])
def test_the_error_of_the_power_is_its_spread_over_the_samples_that_could_stand_behind_it(
    claim: str, seen: tuple[int, ...], fresh_fits: list[Fit], tmp_path: Path
) -> None:
    """Their cells are equal, so for R1 a third of them tells what in the study everybody does."""
    read = tiny_plans.planned(tmp_path, claims=["R1", "R2", "R4"])
    people = np.tile(np.maximum(np.array(seen) / sum(seen), 1e-6) * 120, 2)
    laws = [Law(fit, needs(claim, read.plan, shipped.claims()), 0.95) for fit in fresh_fits]
    spread = np.std([one.power(people) for one in laws], ddof=1)
    assert np.mean([one.error(people) for one in laws[:20]]) == pytest.approx(spread, rel=0.2)


def test_the_power_is_exact_to_what_is_told_of_it_where_the_correlations_are_singular(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Three numbers that share a factor, each to lie between two limits: given the factor they are independent."""
    loading, above, below = np.array([0.8, -0.5, 0.6]), np.array([1.2, 1.5, 1.0]), np.array([1.6, 1.2, 1.9])
    one = np.outer(loading, loading) + np.diag(1 - loading**2)
    margins, correlation = np.append(above, below), np.kron([[1, -1], [-1, 1]], one)
    monkeypatch.setattr(Law, "margins", lambda *_: (margins, correlation))

    def given(factor: float) -> float:
        ends = [norm.cdf((end - loading * factor) / np.sqrt(1 - loading**2)) for end in (above, -below)]
        return float(norm.pdf(factor) * np.prod(ends[0] - ends[1]))

    exact, _ = quad(given, -9, 9, epsabs=1e-12)
    any_fit = sem.fit("y ~ x", pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0], "y": [1.0, 3.0, 4.0, 6.0]}))
    assert Law(any_fit, [], 0.95).power(np.ones(6)) == pytest.approx(exact, abs=3e-4)


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["R2", "R4", "R5", "all together"])
def test_no_weights_of_a_grid_have_more_power(claim: str, tmp_path: Path) -> None:
    every = ["R1", "R2", "R3", "R4", "R5"]
    read = searched(tmp_path, {"budget": 1500, "costs": COSTS, "claim": claim}, claims=every)
    of_claim, cost = law(read), np.array([*COSTS.values()])

    def people(share: np.ndarray) -> np.ndarray:
        return np.tile(share * 1500 / (share @ cost) / 2, 2)

    steps = np.linspace(0.001, 0.998, 26)
    grid = [np.array([none, like, 1 - none - like]) for none, like in product(steps, steps) if none + like < 1]
    best = of_claim.power(max(map(people, grid), key=of_claim.value))
    assert of_claim.power(people(np.maximum(weights(read), 1e-6))) > best - 1e-3
    assert best > of_claim.power(people(np.full(3, 1 / 3))) + 0.01


@pytest.mark.slow
@pytest.mark.parametrize("claim", ["R2", "R4"])
def test_simulated_surveys_find_the_claim_as_often_as_the_law_says_and_more_often_than_with_equal_weights(
    claim: str, tmp_path: Path
) -> None:
    analyses = {"means": {"model": "observed", "interval": "monte-carlo", "draws": 400}}
    shares = {"people": 360, "claim": claim}
    read = searched(tmp_path, shares, claims=[claim], analyses=analyses, replications=200)
    rate = simulated(tmp_path, read).power.query(f"claim == '{claim}'").set_index("sample")[["rate", "error"]]
    expected = read.searched.set_index("allocation")
    for name in ("found", "equal"):
        error = float(np.hypot(rate.loc[name, "error"], expected.loc[name, "error"]))
        assert rate.loc[name, "rate"] == pytest.approx(expected.loc[name, "expected"], abs=3.5 * error)
    assert rate.loc["found", "rate"] > rate.loc["equal", "rate"] + 2 * np.hypot(*rate["error"])


@pytest.mark.slow
def test_the_found_weights_make_a_design_under_every_truth_and_the_claim_needs_none_of_what_they_drop(
    tmp_path: Path,
) -> None:
    truths = {name: {"file": str(shipped.DATA / f"{file}.yml")} for name, file in TRUTHS.items()}
    read = searched(tmp_path, {"people": 360, "claim": "R1"}, truths=truths)
    assert [design.names[0::2] for design in read.designs] == [
        ("holds", "equal"), ("not", "equal"), ("holds", "found"), ("not", "found"),
    ]  # fmt: skip
    assert weights(read) == [1, 0, 0]
    part = replications.part(replications.Job(read.designs[-1], range(2)))
    assert not np.isnan(part.est[:, EFFECTS.index("serial_none")]).any()


TRUTHS = {"holds": "truth", "not": "truth-no-reversal"}


@pytest.mark.slow
def test_where_an_allocation_of_the_plan_is_the_best_one_it_is_named_and_none_added(tmp_path: Path) -> None:
    half = {"equal": EQUAL, "half": {"none": 0, "like": 2, "reply": 2}}
    read = searched(tmp_path, {"people": 360, "weights": half})
    assert read.searched["allocation"].tolist() == ["half", "equal"]
    assert [design.names[2] for design in read.designs] == ["equal", "half"]


@pytest.mark.slow
def test_an_allocation_that_cannot_test_the_claim_has_no_expected_power(tmp_path: Path) -> None:
    left = {"equal": EQUAL, "no like": {"none": 1, "like": 0, "reply": 1}}
    read = searched(tmp_path, {"people": 360, "weights": left})
    assert read.searched.set_index("allocation")["expected"].isna().to_dict() == {
        "found": False,
        "equal": False,
        "no like": True,
    }


def test_a_plan_that_asks_for_no_search_stays_as_it_is(tmp_path: Path) -> None:
    path = tiny_plans.written(tmp_path)
    read = tiny_plans.loaded(path)
    assert best_weights.completed(path, read, shipped.claims()) is read


@pytest.mark.slow
@pytest.mark.parametrize(
    ("changes", "allocations", "told"),
    [
        ({"truths": {"not": {"file": str(shipped.DATA / "truth-no-reversal.yml")}}}, {},
         "R4 does not hold in 'not', the first truth, so no weights have power for it."),
        ({}, {"search": "equal"}, "An allocation of this name is there already."),
        ({}, {"claim": "all together", "people": 12, "weights": {"equal": EQUAL}},
         "There are too few people to look for weights with power for all together."),
    ],
)  # fmt: skip
def test_a_search_that_cannot_be_made_is_told_with_its_line(
    changes: dict[str, object], allocations: dict[str, object], told: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as error:
        searched(tmp_path, {"people": 360, **allocations}, **changes)
    [problem] = error.value.problems
    assert (problem.message, problem.column) == (told, "allocations.search")
    assert problem.row is not None


def test_found_weights_that_give_no_reaction_people_enough_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_weights, "largest", lambda *_: np.array([0.5, 0.5, 0]))
    with pytest.raises(InputError, match="There are too few people to look for weights with power for R1"):
        searched(tmp_path, {"people": 4, "claim": "R1", "weights": {"none": {"none": 1, "like": 0, "reply": 0}}})
