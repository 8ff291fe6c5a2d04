"""Many samples fitted at once give what each gives alone."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.sem.many import fit_many

MODEL = "f =~ y1 + y2 + y3\nf ~ a*x\nz ~ b*f + c*x\nab := a*b\nalone := a"


def sample(seed: int, n: int = 150) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    x = random.integers(0, 2, n).astype(float)
    f = 0.5 * x + random.normal(size=n)
    items = {f"y{i}": weight * f + random.normal(size=n) for i, weight in enumerate((1.0, 0.8, 1.2), start=1)}
    return pd.DataFrame({"x": x, **items, "z": 0.4 * f + 0.1 * x + random.normal(size=n)})


SAMPLES = [sample(seed, n) for seed, n in enumerate((150, 80, 200, 150))]


def alone(place: int) -> pd.DataFrame:
    estimates = sem.fit(MODEL, SAMPLES[place]).estimates
    return estimates[estimates["op"] == ":="]


@pytest.mark.parametrize("place", range(4))
def test_estimates_and_delta_intervals_are_those_of_a_fit_alone(place: int) -> None:
    many = fit_many(MODEL, SAMPLES)
    lower, upper = many.intervals("delta", [], 0)
    single = alone(place)
    np.testing.assert_allclose(many.estimates[place], single["est"], rtol=1e-6)
    np.testing.assert_allclose(lower[place], single["ci_lower"], rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(upper[place], single["ci_upper"], rtol=1e-6)


def test_the_covariance_of_the_parameters_is_that_of_a_fit_alone() -> None:
    np.testing.assert_allclose(fit_many(MODEL, SAMPLES).vcov[1], sem.fit(MODEL, SAMPLES[1]).vcov, rtol=1e-5, atol=1e-9)


def test_the_monte_carlo_interval_of_a_single_path_is_its_normal_interval() -> None:
    many = fit_many(MODEL, SAMPLES[:1])
    lower, upper = many.intervals("monte-carlo", [np.random.default_rng(1)], 40_000)
    single = alone(0).set_index("lhs").loc["alone"]
    # A bound's Monte Carlo error is .013 standard errors here.
    assert lower[0, 1] == pytest.approx(single["ci_lower"], abs=0.05 * single["se"])
    assert upper[0, 1] == pytest.approx(single["ci_upper"], abs=0.05 * single["se"])


def test_where_some_draws_have_no_value_there_is_no_monte_carlo_interval() -> None:
    many = fit_many(f"{MODEL}\nroot := sqrt(c)", SAMPLES[:1])
    with np.errstate(invalid="ignore"):
        lower, upper = many.intervals("monte-carlo", [np.random.default_rng(1)], 2_000)
    assert np.isnan([lower[0, 2], upper[0, 2]]).all()
    assert not np.isnan([lower[0, :2], upper[0, :2]]).any()


def test_a_sample_without_a_column_of_the_model_is_told_which() -> None:
    with pytest.raises(sem.ModelError, match="the data have no column 'z'"):
        fit_many(MODEL, [*SAMPLES, SAMPLES[0].drop(columns="z")])


def test_the_monte_carlo_interval_of_a_product_is_skewed_as_a_product_is() -> None:
    many = fit_many(MODEL, SAMPLES[:1])
    lower, upper = many.intervals("monte-carlo", [np.random.default_rng(1)], 40_000)
    estimate = many.estimates[0, 0]
    assert upper[0, 0] - estimate > estimate - lower[0, 0]


def test_a_sample_that_cannot_be_fitted_is_told_and_does_not_touch_the_others() -> None:
    many = fit_many(MODEL, [SAMPLES[0], SAMPLES[1].assign(x=1.0), SAMPLES[2]])
    assert many.converged.tolist() == [True, False, True]
    lower, _ = many.intervals("delta", [], 0)
    assert np.isnan(many.estimates[1]).all()
    assert np.isnan(lower[1]).all()
    np.testing.assert_allclose(many.estimates[0], alone(0)["est"], rtol=1e-6)
