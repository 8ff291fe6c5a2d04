"""Reliability and validity agree with closed forms and with other software."""

import numpy as np
import pandas as pd
import pingouin
import pytest
from scipy import stats

from companion import sem
from companion.analysis import measurement

LEVEL = 0.95


@pytest.fixture(scope="module")
def items() -> pd.DataFrame:
    """Answers of one factor with unequal loadings."""
    random = np.random.default_rng(3)
    factor = random.normal(size=(400, 1))
    return pd.DataFrame(
        factor * [0.9, 0.7, 0.8, 0.5] + random.normal(0, 0.6, (400, 4)), columns=["x1", "x2", "x3", "x4"]
    )


def test_alpha_is_cronbachs(items: pd.DataFrame) -> None:
    expected, _ = pingouin.cronbach_alpha(items)
    assert measurement.cronbach_alpha(items.to_numpy()) == pytest.approx(expected)


def test_the_interval_of_alpha_is_feldts(items: pd.DataFrame) -> None:
    alpha, expected = pingouin.cronbach_alpha(items)
    # pingouin rounds its bounds to three decimals.
    assert measurement.feldt_interval(alpha, 400, 4, LEVEL) == pytest.approx(tuple(expected), abs=5.1e-4)


def test_omega_is_the_share_of_the_sum_that_the_factor_explains(items: pd.DataFrame) -> None:
    fit = sem.fit(measurement.omega_model("f", tuple(items)), items)
    loadings = fit.estimates.query("op == '=~'")["est"].to_numpy()
    residuals = fit.estimates.query("op == '~~' and lhs == rhs and lhs != 'f'")["est"].to_numpy()
    explained = loadings.sum() ** 2
    found = fit.estimates.query("op == ':='")["est"].item()
    assert found == pytest.approx(explained / (explained + residuals.sum()))
    # With a covariance matrix of exactly one factor, omega is the population's value.
    assert explained / (explained + residuals.sum()) == pytest.approx(2.9**2 / (2.9**2 + 4 * 0.36), abs=0.02)


def test_omega_equals_alpha_when_all_loadings_are_equal() -> None:
    random = np.random.default_rng(4)
    factor = random.normal(size=(200_000, 1))
    data = pd.DataFrame(factor + random.normal(0, 1, (200_000, 3)), columns=["x1", "x2", "x3"])
    fit = sem.fit(measurement.omega_model("f", tuple(data)), data)
    omega = fit.estimates.query("op == ':='")["est"].item()
    assert omega == pytest.approx(measurement.cronbach_alpha(data.to_numpy()), abs=2e-4)
    assert omega == pytest.approx(0.75, abs=0.005)


@pytest.mark.parametrize("correlation", [0.45, -0.45])
def test_htmt_of_a_factor_structure_is_the_size_of_the_correlation_of_its_factors(correlation: float) -> None:
    loadings = np.array([0.8, 0.8, 0.8, 0.6, 0.6])
    factors = np.array([[1, correlation], [correlation, 1]])
    which = np.array([0, 0, 0, 1, 1])
    correlations = np.outer(loadings, loadings) * factors[np.ix_(which, which)]
    np.fill_diagonal(correlations, 1)
    members = np.array([which == 0, which == 1], dtype=float)
    assert measurement.heterotrait_monotrait(correlations, members)[0, 1] == pytest.approx(0.45)


def test_the_average_variance_extracted_is_the_mean_squared_loading() -> None:
    loadings = pd.DataFrame({"scale": ["a", "a", "b"], "std_all": [0.8, 0.6, 0.9]})
    table = measurement.average_variance_extracted(loadings).set_index("scale")["ave"]
    assert table.to_dict() == pytest.approx({"a": 0.5, "b": 0.81})


def test_the_item_rest_correlation_leaves_the_item_out(items: pd.DataFrame) -> None:
    table = measurement.item_statistics(items, {"f": tuple(items)}).set_index("item")
    expected = np.corrcoef(items["x2"], items[["x1", "x3", "x4"]].sum(axis=1))[0, 1]
    assert table.loc["x2", "rest"] == pytest.approx(expected)


def test_correlations_and_their_p_values_are_pearsons(items: pd.DataFrame) -> None:
    r, p = measurement.correlate(items)
    expected = stats.pearsonr(items["x1"], items["x4"])
    assert r.loc["x1", "x4"] == pytest.approx(expected.statistic)
    assert p.loc["x1", "x4"] == pytest.approx(expected.pvalue, rel=1e-6)
