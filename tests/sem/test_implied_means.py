"""Implied means are lavaan's, whether or not the model has a mean structure, and those of a draw belong to its rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference"
CONDITIONS = ["neg", "like", "reply"]


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "study-shipped.csv")


@pytest.fixture(scope="module")
def text() -> str:
    return (REFERENCE / "implied-means" / "model.txt").read_text()


@pytest.fixture(scope="module")
def theirs() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "implied-means" / "means.csv")


@pytest.fixture(scope="module")
def fit(text: str, data: pd.DataFrame) -> sem.Fit:
    return sem.fit(text, data)


def test_they_are_lavaans(fit: sem.Fit, theirs: pd.DataFrame) -> None:
    ours = fit.implied_means(theirs[CONDITIONS])
    np.testing.assert_allclose(ours, theirs[list(ours)], atol=1e-7)


def test_a_mean_structure_with_free_intercepts_changes_nothing(
    text: str, data: pd.DataFrame, theirs: pd.DataFrame
) -> None:
    ours = sem.fit(f"{text}\npsr1 ~ 1", data).implied_means(theirs[CONDITIONS])
    np.testing.assert_allclose(ours, theirs[list(ours)], atol=1e-7)


def test_a_regression_predicts_as_least_squares_does(data: pd.DataFrame) -> None:
    X = np.column_stack([np.ones(len(data)), data[CONDITIONS]])
    b, *_ = np.linalg.lstsq(X, data["pa1"])
    at = data[CONDITIONS].drop_duplicates()
    ours = sem.fit("pa1 ~ neg + like + reply", data).implied_means(at)["pa1"]
    np.testing.assert_allclose(ours, b[0] + at @ b[1:], rtol=1e-9)


def test_those_of_a_draw_are_those_of_a_fit_to_its_rows(
    fit: sem.Fit, text: str, data: pd.DataFrame, theirs: pd.DataFrame
) -> None:
    rows = np.random.default_rng(4).integers(0, len(data), (2, len(data)))
    draws = fit.refit(rows).implied_means(theirs[CONDITIONS])
    for draw, indices in zip(draws, rows, strict=True):
        alone = sem.fit(text, data.iloc[indices].reset_index(drop=True)).implied_means(theirs[CONDITIONS])
        np.testing.assert_allclose(draw, alone, atol=1e-6)


def test_the_draws_means_of_x_are_those_of_its_rows_with_and_without_a_mean_structure(data: pd.DataFrame) -> None:
    rows = np.random.default_rng(6).integers(0, len(data), (2, len(data)))
    for text in ("pa1 ~ neg + like", "pa1 ~ 1 + neg + like"):
        [(mean, covariance)] = sem.fit(text, data).refit(rows).x
        drawn = data[["neg", "like"]].to_numpy()[rows]
        np.testing.assert_allclose(mean, drawn.mean(axis=1), atol=1e-12)
        np.testing.assert_allclose(covariance, [np.cov(draw.T, bias=True) for draw in drawn], atol=1e-12)


def test_a_model_of_several_groups_has_none(data: pd.DataFrame) -> None:
    several = sem.fit("psr =~ psr1 + psr2 + psr3 + psr4", data, group="neg")
    with pytest.raises(sem.ModelError, match="one group"):
        several.implied_means(data)


def test_a_point_without_an_x_is_refused_by_its_name(fit: sem.Fit, theirs: pd.DataFrame) -> None:
    with pytest.raises(sem.ModelError, match="no column 'like'"):
        fit.implied_means(theirs[["neg", "reply"]])
