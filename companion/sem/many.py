"""One model fitted to many samples at once, as a Monte Carlo study asks: estimates and intervals, no bootstrap."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtri

from .bootstrap import proper, quantiles, start_of_draws
from .data import prepare_each
from .estimation import fit
from .fitted import Fitted
from .matrices import Array
from .moments import Cases, Moments
from .optimise import TOLERANCE, minimise
from .parameters import defined_at, defined_jacobian
from .problems import obstacles
from .search import search_of
from .syntax import parse
from .threads import one_thread

Kind = Literal["delta", "monte-carlo"]
FLAT = 1e-10
"""An information whose smallest eigenvalue, in units of its diagonal, is not above this gives no standard errors."""


@dataclass(frozen=True, eq=False, repr=False)
class Many:
    """A model fitted to many samples.

    Parameters
    ----------
    pooled
        The fit to all samples together, where each search began.
    theta
        Free parameters of each sample, shape (samples, free).
    vcov
        Their covariance matrix by the expected information, shape (samples, free, free).
    converged
        Whether a sample reached a gradient of 1e-8 and has standard errors; without it, its numbers are NaN.
    admissible
        Whether all variances and the latent covariance matrix of a sample are positive.
    x
        Means and covariances of the fixed x in each sample.
    """

    pooled: Fitted
    theta: Array
    vcov: Array
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]
    x: tuple[Array, Array]

    @property
    def names(self) -> list[str]:
        """Names of the defined parameters."""
        return [definition.name for definition in self.pooled.table.definitions]

    @property
    def estimates(self) -> Array:
        """The defined parameters of each sample, shape (samples, defined)."""
        return defined_at(self.pooled.table, self.theta, [self.x])

    def intervals(
        self, kind: Kind, streams: Sequence[np.random.Generator], draws: int, level: float = 0.95
    ) -> tuple[Array, Array]:
        """Give the bounds of an interval for every defined parameter.

        Parameters
        ----------
        kind
            ``"delta"``: estimate ± z·se, se by the delta method. ``"monte-carlo"``: percentiles of the defined
            parameters of normal draws around the estimates.
        streams
            Source of randomness of each sample; the delta method uses none.
        draws
            Normal draws a sample.
        level
            Confidence level.

        Returns
        -------
        lower, upper : Array
            Shape (samples, defined).

        Notes
        -----
        MacKinnon, D. P., Lockwood, C. M. & Williams, J. (2004), *Multivariate Behavioral Research*, 39, 99-128.
        """
        bounds = np.full((2, len(self.theta), len(self.names)), np.nan)
        with one_thread():
            for sample in np.flatnonzero(self.converged).tolist():
                if kind == "delta":
                    bounds[:, sample] = self._delta(sample, level)
                else:
                    bounds[:, sample] = self._monte_carlo(sample, streams[sample], draws, level)
        return bounds[0], bounds[1]

    def _of(self, sample: int) -> list[tuple[Array, Array]]:
        return [(self.x[0][sample][None], self.x[1][sample][None])]

    def _delta(self, sample: int, level: float) -> Array:
        table, theta, x = self.pooled.table, self.theta[sample], self._of(sample)
        jacobian = defined_jacobian(table, theta, x)
        se = np.sqrt(np.einsum("ij,jk,ik->i", jacobian, self.vcov[sample], jacobian))
        estimate = defined_at(table, theta[None], x)[0]
        bounds: Array = estimate + np.outer([-1, 1], ndtri((1 + level) / 2) * se)
        return bounds

    def _monte_carlo(self, sample: int, stream: np.random.Generator, draws: int, level: float) -> Array:
        table = self.pooled.table
        around = np.linalg.cholesky(self.vcov[sample]) @ stream.standard_normal((draws, table.free)).T
        values = defined_at(table, (self.theta[sample][:, None] + around).T, self._of(sample))
        tails = np.array([[(1 - level) / 2], [(1 + level) / 2]])
        ordered = np.sort(values, axis=0)
        bounds = quantiles(ordered, np.broadcast_to(tails, (2, len(self.names))))
        return np.where(np.isnan(ordered[-1]), np.nan, bounds)  # NaN is sorted last, and is no largest value


def fit_many(model: str, samples: Sequence[pd.DataFrame]) -> Many:
    """Fit a model to many samples by maximum likelihood, each as `fit` would with its defaults.

    Each search begins at the solution of all samples pooled, so it converges a little more often than one that begins
    without knowing anything.

    Parameters
    ----------
    model
        The model in lavaan's syntax.
    samples
        Complete data, one row a case, all with the same columns.

    Raises
    ------
    ModelError
        As in `fit`; or when the samples together cannot be fitted.

    Examples
    --------
    >>> x = np.arange(8.0)
    >>> frame = pd.DataFrame({"x": x, "y": 2 * x + [1, -1, -1, 1, 1, -1, -1, 1]})
    >>> many = fit_many("y ~ slope*x" + chr(10) + "twice := 2*slope", [frame, frame.assign(y=3 * frame["y"])])
    >>> many.estimates.ravel().round(6).tolist()
    [4.0, 12.0]
    """
    together = pd.concat(samples, ignore_index=True)
    pooled = fit(model, together)
    inverse, scale = start_of_draws(pooled)
    table = pooled.table
    cases = prepare_each(parse(model), table, samples, together)
    with one_thread():
        moments = _stacked(cases)
        found = search_of(pooled.likelihood)(pooled.theta, inverse, scale, [moments])
        vcov = np.full((len(samples), table.free, table.free), np.nan)
        for number, of in enumerate(cases):
            own = pooled.likelihood.of([[moments.take(np.array([number]))]])
            if found.gradient[number] > TOLERANCE:
                again = minimise(own, pooled.theta)
                found.theta[number], found.gradient[number] = again.theta, again.gradient
            if found.gradient[number] <= TOLERANCE and not obstacles(table, [of]):
                vcov[number] = covariance(own.information(found.theta[number]), len(of.y))
        admissible = proper(pooled, found.theta)
    converged = ~np.isnan(vcov).any(axis=(1, 2))
    x_mean = np.array([of.x.mean(axis=0) + of.centre[1] for of in cases])
    theta = np.where(converged[:, None], found.theta, np.nan)
    return Many(pooled, theta, vcov, converged, admissible & converged, (x_mean, moments.xx))


def _stacked(cases: Sequence[Cases]) -> Moments:
    """Put the moments of many samples into one batch."""
    blocks = [of.sample(len(of.y))[0] for of in cases]
    parts = ("yy", "yx", "xx", "weight")
    yy, yx, xx, weight = (np.concatenate([getattr(block, part) for block in blocks]) for part in parts)
    return Moments(yy, yx, xx, weight, blocks[0].observed)


def covariance(information: Array, n: float) -> Array:
    """Invert a sample's information, NaN where it is flat; ``n / 2`` times the second derivatives of F."""
    diagonal = np.diagonal(information)
    unit = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    scaled = information * unit * unit[:, None]
    if not np.isfinite(scaled).all() or np.linalg.eigvalsh(scaled).min() <= FLAT:
        return np.full_like(information, np.nan)
    inverse: Array = np.linalg.inv(scaled) * unit * unit[:, None] * 2 / n
    return inverse
