"""Solutions that no population can have are counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.analysis import convergence

ONE = "f =~ x1 + x2 + x3"
TWO = "f =~ x1 + x2\ng =~ x3 + x4"


def answers(correlations: list[list[float]]) -> pd.DataFrame:
    """Answers with exactly these correlations."""
    wanted = np.array(correlations)
    drawn = np.random.default_rng(1).normal(size=(200, len(wanted)))
    own = np.cov(drawn - drawn.mean(axis=0), rowvar=False)
    exact = (drawn - drawn.mean(axis=0)) @ np.linalg.inv(np.linalg.cholesky(own)).T @ np.linalg.cholesky(wanted).T
    return pd.DataFrame(exact, columns=[f"x{place}" for place in range(1, len(wanted) + 1)])


def three(first: float, rest: float) -> list[list[float]]:
    """One item correlates so much with two others, and these with each other."""
    return [[1, first, first], [first, 1, rest], [first, rest, 1]]


def four(within: float, between: float) -> list[list[float]]:
    """Two items each of two factors."""
    return [[1.0 if i == j else within if i // 2 == j // 2 else between for j in range(4)] for i in range(4)]


@pytest.mark.parametrize(
    ("model", "correlations", "count"),
    [
        (ONE, three(0.7, 0.6), 0),
        (ONE, three(0.8, 0.5), 1),  # the first item's squared loading is .8 * .8 / .5, above one
        (TWO, four(0.6, 0.5), 0),
        (TWO, four(0.5, 0.6), 1),  # the factors correlate .6 / .5
    ],
)
def test_variances_below_zero_and_correlations_beyond_one_are_counted(
    model: str, correlations: list[list[float]], count: int
) -> None:
    assert convergence.impossible(sem.fit(model, answers(correlations))) == count
