"""The bootstrap refits every draw to its maximum and says what it could not do."""

from __future__ import annotations

import pickle
import statistics
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.sem import bootstrap, optimise

REFERENCE = Path(__file__).parents[1] / "reference"


def model() -> str:
    return (REFERENCE / "study-360" / "model.txt").read_text()


def study(n: int) -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / f"study-{n}.csv")


@pytest.fixture(scope="module")
def fit() -> sem.Fit:
    return sem.fit(model(), study(360))


@pytest.fixture(scope="module")
def boot(fit: sem.Fit) -> sem.Bootstrap:
    return fit.bootstrap(draws=2000, seed=9)


def resampled_rows(draws: int, n: int) -> np.ndarray:
    """The rows of tests/reference/resamples/fit.R: Park and Miller's generator, seeded with n."""
    state, rows = n, np.empty(draws * n, dtype=np.int64)
    for i in range(draws * n):
        state = 16807 * state % 2147483647
        rows[i] = state * n // 2147483647
    return rows.reshape(draws, n)


@pytest.mark.slow
@pytest.mark.parametrize("n", [120, 360, 1200])
def test_every_draw_is_lavaans_fit_to_the_same_rows(n: int) -> None:
    theirs = pd.read_csv(REFERENCE / "resamples" / f"draws-{n}.csv")
    assert theirs.pop("gradient").max() <= 2e-8
    boot = sem.fit(model(), study(n)).refit(resampled_rows(200, n))
    assert boot.not_converged == 0
    np.testing.assert_allclose(boot.theta, theirs, rtol=1e-6, atol=1e-6)


@pytest.mark.slow
def test_draws_of_a_few_people_that_lead_to_infinity_are_counted_and_warn_of_nothing() -> None:
    # A warning is an error in these tests, see pyproject.toml.
    few = study(120).sample(40, random_state=1).reset_index(drop=True)
    assert sem.fit(model(), few).bootstrap(draws=500, seed=1).not_converged > 0


def test_a_step_that_overflows_leads_nowhere_and_warns_of_nothing() -> None:
    huge = np.full((1, 2), 1e200)
    assert not np.isfinite(
        optimise._two_loops(huge, [(huge, huge, np.full(1, 1e200))], np.eye(2), np.ones((1, 2)))
    ).any()


def test_a_draw_is_the_fit_to_its_rows(fit: sem.Fit) -> None:
    rows = np.random.default_rng(5).integers(0, 360, (3, 360))
    draws = fit.refit(rows)
    for draw, indices in enumerate(rows):
        alone = sem.fit(fit.model, study(360).iloc[indices].reset_index(drop=True))
        np.testing.assert_allclose(draws.theta[draw], alone.theta, atol=1e-7)
        standard = alone.estimates.query("op == ':='")["std_nox"]
        np.testing.assert_allclose(draws.std_nox.iloc[draw][standard.index.size * -1 :], standard, atol=1e-7)


def test_the_draws_of_several_groups_are_the_fits_to_their_rows() -> None:
    data = study(1200).assign(cell=lambda frame: np.where(frame["neg"] == 1, "negative", "positive"))
    text = "psr =~ psr1 + psr2 + psr3\npsr ~ like + reply"
    fit = sem.fit(text, data, group="cell", equal=("loadings", "intercepts"))
    rng = np.random.default_rng(8)
    rows = np.concatenate([rng.choice(cases.rows, len(cases.rows)) for cases in fit.likelihood.cases])
    alone = sem.fit(text, data.iloc[rows], group="cell", equal=("loadings", "intercepts"))
    np.testing.assert_allclose(fit.refit(rows[None]).theta[0], alone.theta, atol=1e-7)
    draws = fit.bootstrap(50, 1)
    assert draws.not_converged == 0
    assert draws.estimates.shape == (50, fit.table.free)


def test_the_same_seed_gives_the_same_draws_and_another_does_not(fit: sem.Fit) -> None:
    first, again, other = (fit.bootstrap(20, seed).estimates for seed in (3, 3, 4))
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    assert not np.allclose(first, other)


def test_more_draws_begin_with_the_same_chunks(fit: sem.Fit) -> None:
    np.testing.assert_array_equal(fit.bootstrap(1100, 3).theta[:1024], fit.bootstrap(1030, 3).theta[:1024])


def test_a_fit_and_its_draws_survive_pickling(boot: sem.Bootstrap) -> None:
    again = pickle.loads(pickle.dumps(boot))
    pd.testing.assert_frame_equal(again.ci(), boot.ci())
    pd.testing.assert_frame_equal(again.fit.estimates, boot.fit.estimates)


def test_the_spread_of_the_draws_is_near_the_robust_standard_error(fit: sem.Fit, boot: sem.Bootstrap) -> None:
    robust = np.sqrt(np.diagonal(sem.fit(fit.model, study(360), se="robust").vcov))
    ratio = boot.estimates.std().to_numpy()[: fit.table.free] / robust
    assert ratio.min() > 0.9
    assert ratio.max() < 1.15


def test_percentile_bounds_are_rs_type_7_quantiles(boot: sem.Bootstrap) -> None:
    expected = np.quantile(boot.estimates, [0.05, 0.95], axis=0, method="linear")
    found = boot.ci(level=0.9)
    np.testing.assert_allclose(found[["ci_lower", "ci_upper"]].to_numpy().T, expected, rtol=1e-12)


def test_a_bias_corrected_interval_moves_against_the_bias(boot: sem.Bootstrap) -> None:
    name = "serial_like"
    draws, estimate = boot.estimates[name].to_numpy(), boot.ci().loc[name, "est"]
    below = np.mean(draws < estimate)
    z = -1.959963984540054 + 2 * _normal_quantile(below)
    expected = np.quantile(draws, _normal(z))
    assert boot.ci(kind="bias-corrected").loc[name, "ci_lower"] == pytest.approx(expected, rel=1e-10)
    assert below != 0.5


def _normal(z: float) -> float:
    return statistics.NormalDist().cdf(z)


def _normal_quantile(p: float) -> float:
    return statistics.NormalDist().inv_cdf(p)


@pytest.mark.slow
def test_the_monte_carlo_error_of_a_bound_is_how_much_it_varies_over_seeds(fit: sem.Fit) -> None:
    intervals = [fit.bootstrap(400, seed).ci().loc["serial_reply"] for seed in range(40)]
    table = pd.DataFrame(intervals)
    for side in ("lower", "upper"):
        assert 0.7 < table[f"mc_{side}"].mean() / table[f"ci_{side}"].std() < 1.4


def test_simultaneous_intervals_hold_all_named_parameters_in_the_stated_share_of_draws(boot: sem.Bootstrap) -> None:
    names = ["a1", "a2", "a3", "serial_like"]
    found = boot.simultaneous(names, level=0.9)
    draws = boot.estimates[names]
    inside = ((draws >= found["ci_lower"]) & (draws <= found["ci_upper"])).all(axis=1)
    assert inside.mean() == pytest.approx(0.9, abs=0.001)
    alone = boot.simultaneous(["a1"], level=0.9)
    assert found.loc["a1", "ci_upper"] > alone.loc["a1", "ci_upper"]


def test_draws_that_do_not_converge_are_counted_and_left_out(fit: sem.Fit) -> None:
    rows = np.random.default_rng(1).integers(0, 360, (4, 360))
    rows[2] = np.arange(360) % 6  # six rows for fifteen items: no maximum
    boot = fit.refit(rows)
    assert boot.not_converged == 1
    assert len(boot.estimates) == 3


def test_inadmissible_draws_are_counted_and_kept() -> None:
    data = pd.read_csv(REFERENCE / "data" / "heywood.csv")
    boot = sem.fit("first =~ v1 + v2 + v3\nsecond =~ v4 + v5 + v6", data).bootstrap(200, 1)
    assert boot.inadmissible == int(
        (boot.estimates.filter(regex="~~v|first~~first|second~~second") < 0).any(axis=1).sum()
    )
    assert boot.inadmissible > 100
    assert len(boot.estimates) == 200 - boot.not_converged


def test_there_is_no_bootstrap_under_full_information() -> None:
    data = pd.read_csv(REFERENCE / "data" / "study-missing.csv")
    fit = sem.fit("psr =~ psr1 + psr2 + psr3", data, missing="fiml")
    with pytest.raises(sem.ModelError, match="full-information"):
        fit.bootstrap(10, 1)


def test_an_unknown_kind_of_interval_is_refused(boot: sem.Bootstrap) -> None:
    with pytest.raises(ValueError, match="bias-corrected"):
        boot.ci(kind="bca")  # type: ignore[arg-type]


def test_indices_outside_the_data_are_refused(fit: sem.Fit) -> None:
    with pytest.raises(sem.ModelError, match="between 0 and 359"):
        fit.refit(np.array([[0, 360]]))


@pytest.mark.parametrize("draws", [1, 511, 512, 513, 1300])
def test_as_many_draws_are_made_as_were_asked_for_each_of_as_many_rows_as_a_group_has(draws: int) -> None:
    """Draws are made in chunks of 512, and the last chunk is what is left."""
    groups = [np.arange(0, 7), np.arange(7, 12)]
    counts = np.concatenate(list(bootstrap.resampled_rows(groups, draws, seed=3)))
    assert counts.shape == (draws, 12)
    for rows in groups:
        assert (counts[:, rows].sum(axis=1) == len(rows)).all()
