"""The machinery meets what others published on the same data, and a wrong published digit is seen."""

from __future__ import annotations

import math
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.errors import InputError
from companion.evidence.tables import FOLDER
from companion.peers import known_results
from companion.peers.known_results import KNOWN, KnownResults

PUBLISHED = pd.read_csv(FOLDER / "published.csv", dtype=str)


@pytest.fixture(scope="module")
def known() -> KnownResults:
    return known_results.compare(shipped.plan())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "literature"))


def plant(folder: Path, row: int, old: str, new: str) -> None:
    path = folder / "published.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("position", range(len(PUBLISHED)), ids=PUBLISHED["analysis"] + "." + PUBLISHED["key"])
def test_the_published_number_is_met(known: KnownResults, position: int) -> None:
    row = known.comparison.iloc[position]
    assert row["agrees"], f"{row['quantity']}: published {row['printed']}, here {row['ours']:.6f}"


def test_every_known_analysis_has_published_numbers() -> None:
    assert set(PUBLISHED["analysis"]) == set(KNOWN)


@pytest.mark.slow
def test_a_number_without_chance_has_to_round_to_the_printed_digits(known: KnownResults) -> None:
    exact = known.comparison[known.comparison["draws"] == 0]
    assert (exact["tolerance"] == 0.5 * 10.0 ** -exact["decimals"]).all()
    assert len(exact) > 40


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "old", "new"), [(2, "0.4765", "0.4766"), (2, "0.4765", "0.4764"), (26, "0.2471", "0.2171")]
)
def test_a_published_number_that_is_not_met_is_seen(folder: Path, row: int, old: str, new: str) -> None:
    plant(folder, row, old, new)
    agrees = known_results.compare(shipped.plan(), folder).comparison["agrees"]
    assert list(agrees.index[~agrees]) == [row - 2]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("row", "old", "new", "column"),
    [
        (2, "tal_or,", "tal_and,", "analysis"),
        (2, ",a,", ",aa,", "key"),
        (2, "revellend", "revelle1920", "source"),
    ],
)
def test_a_name_that_nothing_has_is_told_with_its_place(
    folder: Path, row: int, old: str, new: str, column: str
) -> None:
    plant(folder, row, old, new)
    with pytest.raises(InputError) as fault:
        known_results.compare(shipped.plan(), folder)
    (problem,) = fault.value.problems
    assert (Path(problem.file).name, problem.row, problem.column) == ("published.csv", row, column)


def test_what_is_not_a_count_of_draws_is_a_fault(folder: Path) -> None:
    plant(folder, 26, ",5000,", ",many,")
    with pytest.raises(InputError, match="draws"):
        known_results.compare(shipped.plan(), folder)


@pytest.mark.parametrize(("decimals", "printed"), [(0, "129"), (3, "7517.490"), (4, "-0.0037")])
def test_decimals_are_those_that_were_printed(decimals: int, printed: str) -> None:
    row = known_results.Published(
        analysis="x", key="x", quantity="x", printed=printed, draws=None, source="x", seen="x", address="x"
    )
    assert row.decimals == decimals


@pytest.mark.slow
def test_two_bounds_may_differ_by_three_errors_of_both_bootstraps(known: KnownResults) -> None:
    """One of 10,000 draws and one of 5,000: errors of 1 and of the square root of 2, in units of ours."""
    bound = known.comparison.query("key == 'indirect_individual.ci_lower'").iloc[0]
    fit = known_results.numbers(KNOWN["garcia_mediation"], True, shipped.plan())
    error = fit["indirect_individual.ci_lower"][1]
    assert bound["tolerance"] == pytest.approx(0.5e-4 + 3 * error * math.sqrt(3))


@pytest.mark.slow
def test_only_the_bounds_of_a_bootstrap_have_a_simulation_error() -> None:
    """What has none may differ from a published number by the digits that were not printed, and no more."""
    fit = known_results.numbers(KNOWN["garcia_mediation"], True, shipped.plan())
    assert {key for key, (_, error) in fit.items() if error} == {key for key in fit if ".ci_" in key}
    assert {"chisq", "indirect_individual", "indirect_individual.se"} <= {*fit}


def test_an_example_whose_package_is_missing_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(ModuleNotFoundError, match="semopy, whose example data are read here, is not installed"):
        known_results.political_democracy()


def test_protest_is_coded_against_nobody_protesting() -> None:
    data = known_results.garcia()
    assert data.groupby("protest")[["individual", "collective"]].first().to_numpy().tolist() == [[0, 0], [1, 0], [0, 1]]


@pytest.mark.slow
def test_the_relative_indirect_effects_are_products_of_least_squares_slopes(known: KnownResults) -> None:
    data = known_results.garcia()

    def slopes(outcome: str, *predictors: str) -> np.ndarray:
        x = np.column_stack([np.ones(len(data)), data[list(predictors)]])
        return np.linalg.lstsq(x, data[outcome].to_numpy(), rcond=None)[0][1:]

    b = slopes("liking", "individual", "collective", "respappr")[2]
    ours = known.comparison.query("analysis == 'garcia_mediation'").set_index("key")["ours"]
    for name, a in zip(("individual", "collective"), slopes("respappr", "individual", "collective"), strict=True):
        assert ours[f"indirect_{name}"] == pytest.approx(a * b, rel=1e-7)
