"""The bootstrap refits every draw to its maximum and says what it could not do."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def fit() -> sem.Fit:
    return sem.fit(
        (REFERENCE / "study-360" / "model.txt").read_text(), pd.read_csv(REFERENCE / "data" / "study-360.csv")
    )


def test_a_draw_is_the_fit_to_its_rows(fit: sem.Fit) -> None:
    data = pd.read_csv(REFERENCE / "data" / "study-360.csv")
    rows = np.random.default_rng(5).integers(0, len(data), (3, len(data)))
    draws = fit.refit(rows).estimates
    for draw, indices in enumerate(rows):
        alone = sem.fit(fit.model, data.iloc[indices].reset_index(drop=True))
        np.testing.assert_allclose(draws.iloc[draw][:48], alone.theta, atol=1e-7)


def test_the_same_seed_gives_the_same_draws_and_another_does_not(fit: sem.Fit) -> None:
    first, again, other = (fit.bootstrap(20, seed).estimates for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not np.allclose(first, other)


def test_a_fit_and_its_draws_survive_pickling(fit: sem.Fit) -> None:
    boot = pickle.loads(pickle.dumps(fit.bootstrap(10, 1)))
    pd.testing.assert_frame_equal(boot.estimates, fit.bootstrap(10, 1).estimates)
