"""What is wrong with a fit is said in words, and no number comes from an unfinished one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

DATA = Path(__file__).parents[1] / "reference" / "data"
FACTORS = "psr =~ psr1 + psr2 + psr3\npk =~ pk1 + pk2 + pk3\npk ~ psr + neg + like"


def study() -> pd.DataFrame:
    return pd.read_csv(DATA / "study-360.csv").astype(float)


def exactly(covariance: np.ndarray, n: int) -> pd.DataFrame:
    """Data whose covariance matrix (divisor n) is the given one."""
    noise = np.random.default_rng(n).normal(size=(n, len(covariance)))
    noise -= noise.mean(axis=0)
    white = noise @ np.linalg.inv(np.linalg.cholesky(noise.T @ noise / n)).T
    return pd.DataFrame(white @ np.linalg.cholesky(covariance).T)


def test_a_sound_fit_has_no_problems() -> None:
    fit = sem.fit(FACTORS, study())
    assert fit.converged
    assert fit.problems == ()


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda data: data.assign(psr2=4.0), "'psr2' has no variance"),
        (lambda data: data.assign(neg=1.0), "'neg' has no variance"),
        (lambda data: data.assign(like=2 * data["neg"] - 1), "the x are collinear: neg, like"),
        (lambda data: data.assign(pk3=data["pk1"] + data["pk2"]), "collinear: pk1, pk2, pk3"),
        (lambda data: data.head(8), "n is too small"),
    ],
)
def test_data_that_stop_estimation_are_named_and_give_no_number(spoil: object, words: str) -> None:
    assert callable(spoil)
    fit = sem.fit(FACTORS, spoil(study()))
    assert not fit.converged
    assert any(words in problem for problem in fit.problems), fit.problems
    assert fit.estimates[["est", "se", "std_all", "std_nox"]].isna().all(axis=None)
    assert np.isnan(fit.measures["chisq"])
    with pytest.raises(sem.ModelError, match="cannot be bootstrapped"):
        fit.bootstrap(10, 1)


def test_a_negative_residual_variance_is_named_a_heywood_case() -> None:
    data = pd.read_csv(DATA / "heywood.csv")
    fit = sem.fit("first =~ v1 + v2 + v3\nsecond =~ v4 + v5 + v6", data)
    assert fit.converged
    assert any("Heywood" in problem and "'v1'" in problem for problem in fit.problems)


def test_a_latent_correlation_beyond_one_is_named() -> None:
    within, between = np.full((3, 3), 0.5) + 0.5 * np.eye(3), np.full((3, 3), 0.53)
    data = exactly(np.block([[within, between], [between, within]]), 80)
    fit = sem.fit("f =~ a + b + c\ng =~ d + e + h", data.set_axis(list("abcdeh"), axis=1))
    assert float(fit.estimates.query("lhs == 'f' and rhs == 'g'")["std_all"].iloc[0]) == pytest.approx(1.06)
    assert fit.problems == ("the covariance matrix of the latent variables is not positive definite.",)


def test_two_uncorrelated_factors_of_two_items_are_empirically_under_identified() -> None:
    pair, apart = [[1.0, 0.5], [0.5, 1.0]], np.zeros((2, 2))
    data = exactly(np.block([[np.array(pair), apart], [apart, np.array(pair)]]), 200).set_axis(list("abcd"), axis=1)
    fit = sem.fit("f =~ a + b\ng =~ c + d", data)
    assert fit.estimates.loc[fit.estimates["se"] != 0, "se"].isna().all()
    assert any("under-identified" in problem or "no convergence" in problem for problem in fit.problems)


def test_fewer_cases_than_parameters_is_said_but_not_fatal() -> None:
    fit = sem.fit(FACTORS, study().head(14))
    assert any(problem.startswith("n is small: 14 cases for 15") for problem in fit.problems)


def test_rows_with_missing_cells_are_dropped_and_counted() -> None:
    data = study()
    data.loc[[0, 5], "psr1"] = np.nan
    data.loc[9, "neg"] = np.nan
    assert sem.fit(FACTORS, data).dropped == 3
    full = sem.fit(FACTORS, data, missing="fiml")
    assert full.dropped == 1
    assert full.measures["ntotal"] == 359
    assert full.se == "observed"


def test_a_report_says_what_was_fitted_and_what_is_wrong() -> None:
    fit = sem.fit(FACTORS, study())
    text = sem.report(fit, fit.bootstrap(100, 1))
    for words in ("360 cases", "rmsea", "psr =~", "percentile", "0 did not converge"):
        assert words in text
    broken = sem.report(sem.fit(FACTORS, study().assign(neg=1.0)))
    assert "'neg' has no variance" in broken
    assert "rmsea" not in broken


def test_a_fit_can_be_written_as_json() -> None:
    import json

    fit = sem.fit(FACTORS, study())
    again = json.loads(json.dumps(fit.to_json()))
    assert again["measures"]["chisq"] == pytest.approx(fit.measures["chisq"])
    assert again["estimates"][1]["est"] == pytest.approx(fit.estimates["est"][1])
    assert again["estimates"][0]["z"] is None


def test_a_model_is_identified_in_a_group_however_small() -> None:
    loadings = np.kron(np.eye(2), np.array([[0.9], [0.8], [0.8], [0.8]]))
    covariance = loadings @ loadings.T + np.diag(1 - (loadings**2).sum(axis=1))
    parts = [exactly(covariance, n).assign(group=str(number)) for number, n in enumerate((2000, 40))]
    data = pd.concat(parts, ignore_index=True).rename(columns=lambda name: f"y{name}" if name != "group" else name)
    fit = sem.fit("f =~ y0 + y1 + y2 + y3\ng =~ y4 + y5 + y6 + y7", data, group="group")
    assert fit.measures["chisq"] == pytest.approx(0, abs=1e-6)
