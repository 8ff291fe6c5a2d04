"""Explained variance, residuals and notes on what is read otherwise: as lavaan gives them."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference" / "explained"
OPTIONS = {"": {}, "-groups": {"group": "school", "equal": ("loadings", "intercepts")}}


def data() -> pd.DataFrame:
    """The data of Holzinger and Swineford that ship with semopy, read without importing it."""
    spec = importlib.util.find_spec("semopy")
    assert spec is not None
    assert spec.origin is not None
    return pd.read_csv(Path(spec.origin).parent / "examples" / "holzinger_swineford39_data.csv")


def fitted(suffix: str) -> sem.Fit:
    return sem.fit((REFERENCE / "model.txt").read_text(), data(), **OPTIONS[suffix])  # type: ignore[arg-type]


def lavaan(name: str) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / f"{name}.csv", keep_default_na=False)


@pytest.fixture(params=[*OPTIONS], ids=["one-group", "two-groups"])
def suffix(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_explained_variance_is_that_of_lavaan(suffix: str) -> None:
    theirs = lavaan(f"r-square{suffix}").set_index(["group", "name"])["r2"]
    ours = fitted(suffix).r_square.set_index(["group", "name"])["r2"]
    assert set(ours.index) == set(theirs.index)
    np.testing.assert_allclose(ours, theirs.loc[ours.index], atol=1e-7)


def test_residuals_are_those_of_lavaan(suffix: str) -> None:
    def by_moment(table: pd.DataFrame) -> dict[object, float]:
        return {(row.group, row.op, frozenset({row.lhs, row.rhs})): row.residual for row in table.itertuples()}

    theirs, ours = by_moment(lavaan(f"residuals{suffix}")), by_moment(fitted(suffix).residuals)
    of_x = {moment: value for moment, value in theirs.items() if moment not in ours}
    # The moments of a fixed x are the model's own.
    assert {frozenset(moment[2]) - {""} for moment in of_x} == {frozenset({"ageyr"})}  # type: ignore[index]
    assert max(map(abs, of_x.values())) < 1e-12
    assert set(ours) <= set(theirs)
    for moment, value in ours.items():
        assert value == pytest.approx(theirs[moment], abs=1e-7), moment


def test_the_largest_residuals_come_first_whatever_their_sign(suffix: str) -> None:
    fit = fitted(suffix)
    shown = fit.misfits(10)["residual"].abs()
    assert list(shown) == sorted(fit.residuals["residual"].abs(), reverse=True)[:10]
    assert (fit.misfits(10)["residual"] < 0).any()


def test_srmr_is_the_root_mean_square_of_the_residuals() -> None:
    fit = fitted("")
    moments = len(fit.residuals) + 1  # and the variance of the fixed x, which leaves nothing over
    assert fit.measures["srmr"] == pytest.approx(np.sqrt(np.sum(fit.residuals["residual"] ** 2) / moments))


def test_a_fit_without_convergence_explains_nothing() -> None:
    constant = data().assign(x1=1.0)
    fit = sem.fit("x2 ~ x1 + x3", constant)
    assert not fit.converged
    assert fit.r_square["r2"].isna().all()
    assert fit.residuals["residual"].isna().all()


@pytest.mark.parametrize("values", ["c(1, v2)", "c(NA, v2)", "c(v2, 0.5)"])
def test_a_list_of_a_number_and_a_label_is_told_on_the_fit(values: str) -> None:
    fit = sem.fit(f"f =~ x1 + {values}*x2 + x3 + x4", data(), group="school")
    assert fit.converged
    [note] = [problem for problem in fit.problems if "lavaan" in problem]
    assert note.startswith("line 1, 'x2': c() holds a number and a label.")


@pytest.mark.parametrize("values", ["c(1, 2)", "c(a, b)", "c(NA, 1)", "v", "c(a, b)*c(0.5, 0.5)"])
def test_a_list_of_one_kind_is_not(values: str) -> None:
    fit = sem.fit(f"f =~ x1 + {values}*x2 + x3 + x4", data(), group="school")
    assert not [problem for problem in fit.problems if "lavaan" in problem]


@pytest.mark.parametrize(("suffix", "columns"), [("", ["name", "r2"]), ("-groups", ["name", "group", "r2"])])
def test_a_report_shows_both(suffix: str, columns: list[str]) -> None:
    lines = sem.report(fit := fitted(suffix)).splitlines()
    head = lines.index("R-square:")
    assert lines[head + 1].split() == columns
    worst = fit.misfits(1).iloc[0]
    below = next(place for place, line in enumerate(lines) if line.startswith("Largest standardised residuals"))
    assert lines[below + 2].split()[:3] == [worst["lhs"], worst["op"], worst["rhs"]]
    assert len(lines[below + 2 :]) == 10
