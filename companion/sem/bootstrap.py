"""The bootstrap: a model refitted to resampled rows, thousands at a time, and the intervals made from the draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from .fitted import Fitted
from .matrices import Array
from .means import implied_means, points_of
from .optimise import TOLERANCE, minimise
from .parameters import Solution, defined, standardised
from .search import search_of
from .syntax import ModelError
from .threads import one_thread

Kind = Literal["percentile", "bias-corrected"]
CHUNK = 512
CELLS = 4_000_000
"""Most resampled rows that are held at a time."""


@dataclass(frozen=True, eq=False, repr=False)
class Bootstrap:
    """Draws of a fit.

    Parameters
    ----------
    fit
        The fit that was resampled.
    theta
        Free parameters of each draw, shape (draws, free).
    gradient
        Largest absolute scaled gradient at which each draw stopped.
    admissible
        Whether all variances and the latent covariance matrix of a draw are positive.
    x
        For each group the means and covariances of the fixed x in each draw.
    y
        For each group the means of the observed y in each draw.
    """

    fit: Fitted
    theta: Array
    gradient: Array
    admissible: NDArray[np.bool_]
    x: tuple[tuple[Array, Array], ...]
    y: tuple[Array, ...]

    def __repr__(self) -> str:
        return f"<Bootstrap: {len(self.theta)} draws, {self.not_converged} not converged, of {self.fit!r}>"

    @property
    def converged(self) -> NDArray[np.bool_]:
        """Which draws reached a gradient of 1e-8; only these enter `estimates` and the intervals."""
        return self.gradient <= TOLERANCE

    @property
    def not_converged(self) -> int:
        """Number of draws that did not converge."""
        return int(np.sum(~self.converged))

    @property
    def inadmissible(self) -> int:
        """Number of converged draws with a negative variance or a latent covariance that is not positive definite.

        They are kept, as lavaan keeps them: leaving them out would bias the interval.
        """
        return int(np.sum(self.converged & ~self.admissible))

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """Converged draws by free and defined parameters, named by label or ``lhs op rhs``."""
        return self.draws("est")

    @cached_property
    def std_all(self) -> pd.DataFrame:
        """The draws of the standardised solution."""
        return self.draws("std_all")

    @cached_property
    def std_nox(self) -> pd.DataFrame:
        """The draws of the solution standardised but for the fixed x."""
        return self.draws("std_nox")

    def draws(self, solution: Solution) -> pd.DataFrame:
        """Give the converged draws of one solution, draws by parameters."""
        values, names = self._values(self.theta[self.converged], self._x(self.converged), solution)
        return pd.DataFrame(values, columns=names)

    def ci(self, level: float = 0.95, kind: Kind = "percentile", solution: Solution = "est") -> pd.DataFrame:
        """Give an interval for every free and defined parameter.

        Parameters
        ----------
        level
            Confidence level.
        kind
            ``"percentile"``, or ``"bias-corrected"`` (without acceleration).
        solution
            ``"est"``, ``"std_all"`` or ``"std_nox"``.

        Returns
        -------
        DataFrame
            By parameter: est, se (standard deviation of the draws), ci_lower, ci_upper, and the Monte Carlo standard
            error of each bound, mc_lower and mc_upper.

        Notes
        -----
        Quantiles are R's type 7. Efron, B. & Tibshirani, R. J. (1993), *An Introduction to the Bootstrap*.
        A bound's Monte Carlo error is half the distance between the quantiles one binomial standard error below
        and above it.
        """
        if kind not in ("percentile", "bias-corrected"):
            raise ValueError(f"kind is {kind!r}; it can be 'percentile' or 'bias-corrected'.")
        draws = {"est": self.estimates, "std_all": self.std_all, "std_nox": self.std_nox}[solution]
        estimate = self._estimate(solution)
        values = np.sort(draws.to_numpy(), axis=0)
        tails = np.array([(1 - level) / 2, (1 + level) / 2])[:, None]
        if kind == "bias-corrected":
            shift = ndtri(np.mean(values < estimate, axis=0))
            tails = ndtr(2 * shift + ndtri(tails))
        tails = np.broadcast_to(tails, (2, values.shape[1]))
        bounds = quantiles(values, tails)
        spread = np.sqrt(tails * (1 - tails) / len(values))
        error = (
            quantiles(values, np.minimum(tails + spread, 1)) - quantiles(values, np.maximum(tails - spread, 0))
        ) / 2
        columns = {
            "est": estimate,
            "se": values.std(axis=0, ddof=1),
            "ci_lower": bounds[0],
            "ci_upper": bounds[1],
            "mc_lower": error[0],
            "mc_upper": error[1],
        }
        return pd.DataFrame(columns, index=draws.columns)

    def simultaneous(self, names: Sequence[str], level: float = 0.95, solution: Solution = "est") -> pd.DataFrame:
        """Give intervals that hold for all named parameters at once, from the largest ``|t|`` of each draw.

        est ± c·se with c the `level` quantile over the draws of ``maxⱼ |draw − est|ⱼ / seⱼ``. Romano, J. P. & Wolf, M.
        (2005), *Econometrica*, 73, 1237-1282.
        """
        draws = {"est": self.estimates, "std_all": self.std_all, "std_nox": self.std_nox}[solution]
        estimate = pd.Series(self._estimate(solution), index=draws.columns)[list(names)]
        chosen = draws[list(names)]
        se = chosen.std(ddof=1)
        largest = ((chosen - estimate) / se).abs().max(axis=1)
        c = float(np.quantile(largest, level))
        return pd.DataFrame({"est": estimate, "se": se, "ci_lower": estimate - c * se, "ci_upper": estimate + c * se})

    def implied_means(self, at: pd.DataFrame) -> Array:
        """Give the model-implied means of y at given values of the fixed x in each converged draw.

        Parameters
        ----------
        at
            Points, one a row (see `Fit.implied_means`).

        Returns
        -------
        Array
            Shape (converged draws, points, y).
        """
        points = points_of(self.fit.model, self.fit.table, at)
        [(x_mean, _)], [y_mean] = self._x(self.converged), [means[self.converged] for means in self.y]
        return implied_means(self.fit.likelihood.layout, self.theta[self.converged], points, y_mean, x_mean)

    def refit(self, indices: NDArray[np.integer]) -> Bootstrap:
        """Refit the same model to given resamples, see `Fit.refit`."""
        return refit(self.fit, indices)

    def _x(self, which: NDArray[np.bool_]) -> list[tuple[Array, Array]]:
        return [(mean[which], covariance[which]) for mean, covariance in self.x]

    def _estimate(self, solution: Solution) -> Array:
        values, _ = self._values(self.fit.theta[None], self.fit.x_moments, solution)
        estimate: Array = values[0]
        return estimate

    def _values(self, theta: Array, x: Sequence[tuple[Array, Array]], solution: Solution) -> tuple[Array, list[str]]:
        table, layout = self.fit.table, self.fit.likelihood.layout
        values = standardised(layout, table, theta, x, solution)
        where = {row.free: i for i, row in reversed(list(enumerate(table.rows))) if row.free >= 0}
        free = values[:, [where[i] for i in range(table.free)]]
        names = table.names() + [definition.name for definition in table.definitions]
        return np.hstack([free, defined(table, values)]), names


def quantiles(sorted_values: Array, probabilities: Array) -> Array:
    """Interpolate R's type 7 quantiles of each column at that column's probabilities."""
    place = probabilities * (len(sorted_values) - 1)
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, len(sorted_values) - 1)
    columns = np.arange(sorted_values.shape[1])
    low, high = sorted_values[below, columns], sorted_values[above, columns]
    between: Array = low + (place - below) * (high - low)
    return between


def resampled_rows(groups: Sequence[NDArray[np.intp]], draws: int, seed: int) -> Iterator[NDArray[np.integer]]:
    """Give how often each row is drawn, chunk by chunk: shape (draws of the chunk, rows).

    Rows are drawn with replacement within each group, given as the positions of its rows. Each chunk has its own
    stream, spawned from the seed.
    """
    n = sum(map(len, groups))
    size = int(np.clip(CELLS // n, 16, CHUNK))
    starts = range(0, draws, size)
    for start, stream in zip(starts, np.random.SeedSequence(seed).spawn(len(starts)), strict=True):
        rng, batch = np.random.default_rng(stream), min(size, draws - start)
        counts = np.empty((batch, n), dtype=np.int32)
        for rows in groups:
            m = len(rows)
            for draw, drawn in enumerate(rng.integers(0, m, size=(batch, m))):
                counts[draw, rows] = np.bincount(drawn, minlength=m)
        yield counts


def resample(fit: Fitted, draws: int, seed: int) -> Bootstrap:
    """Refit a model to rows drawn with replacement within its groups (see `Fit.bootstrap`)."""
    _check_resampleable(fit)
    with one_thread():
        return _refitted(fit, resampled_rows([cases.rows for cases in fit.likelihood.cases], draws, seed))


def refit(fit: Fitted, indices: NDArray[np.integer]) -> Bootstrap:
    """Refit a model to given resamples (see `Fit.refit`)."""
    _check_resampleable(fit)
    n = fit.likelihood.n
    lines = np.atleast_2d(np.asarray(indices))
    if lines.min(initial=0) < 0 or lines.max(initial=0) >= n:
        raise ModelError(f"indices must lie between 0 and {n - 1}: the analysed data have {n} rows.")
    parts = np.array_split(lines, len(lines) // CHUNK + 1)
    counts = (np.stack([np.bincount(line, minlength=n) for line in part]) for part in parts if len(part))
    with one_thread():
        return _refitted(fit, counts)


def _check_resampleable(fit: Fitted) -> None:
    if fit.missing == "fiml":
        raise ModelError(
            "there is no bootstrap under full-information maximum likelihood: draws are refitted from their "
            "moments, and with missing cells there are none to share. Use missing='listwise' to bootstrap, or the "
            "standard errors of this fit."
        )
    if not fit.converged:
        raise ModelError("a model that did not converge cannot be bootstrapped: " + " ".join(fit.problems))


def start_of_draws(fit: Fitted) -> tuple[Array, Array]:
    """Give the inverse Hessian of F at the solution, and the units of the parameters."""
    unit = fit.minimum.scale
    for matrix in (fit.likelihood.hessian, fit.likelihood.information):
        scaled = matrix(fit.theta) * unit * unit[:, None]
        if np.linalg.eigvalsh(scaled).min(initial=np.inf) > 1e-8:
            return np.linalg.inv(scaled) * unit * unit[:, None], unit
    raise ModelError("the model is empirically under-identified in these data, so it cannot be bootstrapped.")


def _refitted(fit: Fitted, chunks: Iterator[NDArray[np.integer]]) -> Bootstrap:
    """Refit a model to resamples given as counts of its rows."""
    likelihood = fit.likelihood
    inverse, scale = start_of_draws(fit)
    search = search_of(likelihood)
    constant = int(fit.table.means)
    thetas, gradients, admissible = [], [], []
    x: list[list[tuple[Array, Array]]] = [[] for _ in likelihood.cases]
    y: list[list[Array]] = [[] for _ in likelihood.cases]
    for counts in chunks:
        total = counts.sum(axis=1)
        samples = [cases.resampled(counts[:, cases.rows], total) for cases in likelihood.cases]
        found = search(fit.theta, inverse, scale, samples)
        for draw in np.flatnonzero(found.gradient > TOLERANCE):
            one = minimise(likelihood.of([[block.take(np.array([draw]))] for block in samples]), fit.theta)
            found.theta[draw], found.gradient[draw] = one.theta, one.gradient
        thetas.append(found.theta)
        gradients.append(found.gradient)
        admissible.append(proper(fit, found.theta))
        for group, block in enumerate(samples):
            cases = likelihood.cases[group]
            y_mean, x_mean = cases.means_of(counts[:, cases.rows])
            xx = block.xx[:, constant:, constant:]
            if constant:
                centred = x_mean - cases.centre[1]
                xx = xx - centred[:, :, None] * centred[:, None]
            x[group].append((x_mean, xx))
            y[group].append(y_mean)
    of_x = tuple((np.concatenate([a for a, _ in g]), np.concatenate([b for _, b in g])) for g in x)
    of_y = tuple(np.concatenate(g) for g in y)
    return Bootstrap(fit, np.concatenate(thetas), np.concatenate(gradients), np.concatenate(admissible), of_x, of_y)


def proper(fit: Fitted, theta: Array) -> NDArray[np.bool_]:
    """Tell which solutions are admissible: Θ and Ψ (so the latent covariance) positive semi-definite."""
    layout = fit.likelihood.layout
    good = np.ones(len(theta), dtype=bool)
    for group in range(fit.table.groups):
        m = layout.matrices(theta, group)
        good &= np.linalg.eigvalsh(m.Psi).min(axis=1, initial=np.inf) >= -1e-12
        smallest = m.Theta.min(axis=1) if layout.diagonal else np.linalg.eigvalsh(m.Theta).min(axis=1)
        good &= smallest >= -1e-12
    return good
