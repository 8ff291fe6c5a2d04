"""The law of a fit's numbers in other people is that of the sample itself where these are like it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.sem.expected import Expected

STUDY = Path(__file__).parents[1] / "reference"


def test_with_the_samples_own_x_the_errors_are_those_of_the_fit() -> None:
    fit = sem.fit((STUDY / "study-360/model.txt").read_text(), pd.read_csv(STUDY / "data/study-360.csv"))
    table = fit.estimates
    named = table[(table["op"] == ":=") | ((table["op"] == "~") & (table["label"] != ""))]
    names = tuple(np.where(named["op"] == ":=", named["lhs"], named["label"]))
    expected = Expected(fit, names)
    np.testing.assert_allclose(expected.estimates, named["est"], rtol=1e-12)
    error = np.sqrt(np.diagonal(expected.covariance(fit.x_moments[0][1][0], fit.likelihood.n)))
    np.testing.assert_allclose(error, named["se"], rtol=1e-8)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.8])
def test_a_difference_of_two_means_has_the_variance_of_the_textbook(share: float) -> None:
    random = np.random.default_rng(2)
    x = np.arange(400) % 2
    fit = sem.fit("y ~ difference*x", pd.DataFrame({"x": x, "y": x + random.normal(size=400)}))
    [residual] = fit.estimates.query("lhs == 'y' and op == '~~'")["est"]
    [[variance]] = Expected(fit, ("difference",)).covariance(np.array([[share * (1 - share)]]), 900)
    assert variance == pytest.approx(residual * (1 / (900 * share) + 1 / (900 * (1 - share))))
