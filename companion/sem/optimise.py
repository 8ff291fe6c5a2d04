"""Finding the minimum: Newton's method for one sample, a limited-memory quasi-Newton method for many at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from .likelihood import Likelihood
from .matrices import Array, Layout
from .moments import Moments

TOLERANCE = 1e-8
FINISHED = 1e-11
"""A single fit goes on until it is this close; it converged at `TOLERANCE`."""
STEPS = 200
HALVINGS = 40
SINGULAR = 1e-8
SHORTEST = 1e-9
MEMORY = 12
"""Steps that the quasi-Newton method remembers."""


class Bounds(NamedTuple):
    """What a search judges its steps by; a tuple, so that compiled code can be handed it.

    Parameters
    ----------
    descent
        Share of the descent that the slope promises which a step has to give.
    flat
        How much F may rise, by its size, where the gradient says that a step is good: the rounding error of F.
    curvature
        Smallest curvature, by the square of the change of the gradient, at which a step is remembered.
    narrowest, widest
        Units of a draw, by those of the full sample, beyond which they are not followed.
    """

    descent: float = 1e-4
    flat: float = 1e-11
    curvature: float = 1e-14
    narrowest: float = 0.3
    widest: float = 3.0


BOUNDS = Bounds()


@dataclass(frozen=True)
class Minimum:
    """Where an optimiser stopped.

    Parameters
    ----------
    theta
        Parameter vector.
    gradient
        Largest absolute gradient of F, each parameter in units of `scale`.
    scale
        Unit of each parameter: the inverse root of its expected information per case, so that the units of the data
        do not matter.
    """

    theta: Array
    gradient: float
    scale: Array

    @property
    def converged(self) -> bool:
        """Whether the gradient is zero to `TOLERANCE`."""
        return bool(self.gradient <= TOLERANCE)  # NaN is not


def minimise(likelihood: Likelihood, start: Array) -> Minimum:
    """Minimise F for the sample by Fisher scoring, then Newton's method once it is close.

    Parameters
    ----------
    likelihood
        Model and data.
    start
        Where to begin, shape (free,).
    """
    theta = start.copy()
    value, slope = _at(likelihood, theta)
    gradient, near = np.inf, False
    for _ in range(STEPS):
        if not near:
            information = likelihood.information(theta)
            scale = _scale(information)
            with np.errstate(all="ignore"):
                information *= scale * scale[:, None]
            if not np.isfinite(information).all():
                return Minimum(theta, np.inf, scale)
        gradient = float(np.max(np.abs(slope * scale), initial=0.0))
        near = gradient < 0.1
        if gradient <= FINISHED:
            break
        step = scale * _direction(likelihood, theta, information, slope * scale, scale, near)
        length = 1.0
        for _ in range(HALVINGS):
            trial = theta + length * step
            new_value, new_slope = _at(likelihood, trial)
            descent = new_value <= value + BOUNDS.descent * length * (slope @ step)
            # At the rounding error of F only the gradient can tell progress. One sample goes on to `FINISHED`,
            # nearer to the minimum than many have to come, so its F may rise less than theirs (`BOUNDS.flat`).
            flat = new_value <= value + 1e-12 * max(1.0, abs(value)) and np.max(np.abs(new_slope * scale)) < gradient
            if (descent or flat) and likelihood.admissible(trial):
                break
            length /= 2
        else:
            break
        theta, value, slope = trial, new_value, new_slope
    # The units of a run that leads to infinity shrink on its way, so they are taken anew before it is called finished.
    scale = _scale(likelihood.information(theta))
    return Minimum(theta, float(np.max(np.abs(slope * scale), initial=0.0)), scale)


def _scale(information: Array) -> Array:
    with np.errstate(all="ignore"):
        scale: Array = 1 / np.sqrt(np.diagonal(information))
    return scale


def _at(likelihood: Likelihood, theta: Array) -> tuple[float, Array]:
    with np.errstate(all="ignore"):
        value, slope = likelihood.evaluate(theta[None])
    return (float(value[0]) if np.isfinite(value[0]) else np.inf), slope[0]


def _direction(
    likelihood: Likelihood, theta: Array, information: Array, slope: Array, scale: Array, near: bool
) -> Array:
    """Solve for the step in units of `scale`: by the exact Hessian where the end is `near`, else by the expected
    information.
    """
    if near:
        information = likelihood.hessian(theta) * scale * scale[:, None]
    values, vectors = np.linalg.eigh(information)
    # Where the Hessian curves down, |value| leads away from the saddle: Dauphin et al. (2014), saddle-free Newton.
    size = np.maximum(np.abs(values), SINGULAR * np.abs(values).max(initial=0.0))
    direction: Array = -vectors @ ((vectors.T @ slope) / size)
    return direction


@dataclass(frozen=True)
class Minima:
    """Where many optimisations stopped: parameters (batch, free) and largest absolute scaled gradients (batch,)."""

    theta: Array
    gradient: Array


def minimise_many(
    likelihood: Likelihood, start: Array, inverse: Array, scale: Array, samples: Sequence[Moments]
) -> Minima:
    """Minimise F for many samples at once, each from the solution of the full sample.

    The limited-memory BFGS method with one shared initial matrix: the inverse Hessian of the full sample, so that the
    first step is the infinitesimal jackknife. After that step the matrix is put in each draw's own units, the residual
    standard deviations of its variables. A step that does not descend is halved.
    Nocedal, J. & Wright, S. J. (2006), *Numerical Optimization*, algorithm 7.4.

    Parameters
    ----------
    likelihood
        The model.
    start
        The solution of the full sample, shape (free,).
    inverse
        Its inverse Hessian, shape (free, free).
    scale
        Unit of each parameter, see `Minimum`.
    samples
        Moments of the samples, for each group.
    """
    batch = len(samples[0].weight)
    likelihood = likelihood.of([[block] for block in samples])
    found = Minima(np.tile(start, (batch, 1)), np.full(batch, np.inf))
    H = inverse / scale / scale[:, None]
    active = np.arange(batch)
    theta = found.theta.copy()
    value, slope = likelihood.evaluate(theta)
    slope *= scale
    size = np.abs(slope).max(axis=1)
    step, length, units = -slope @ H, np.ones(batch), np.ones_like(slope)
    memory: list[tuple[Array, Array, Array]] = []
    for turn in range(STEPS):
        tried = length[:, None] * step
        trial = theta + tried * scale
        with np.errstate(all="ignore"):
            new_value, new_slope = likelihood.evaluate(trial)
            new_slope *= scale
        new_size = np.abs(new_slope).max(axis=1)
        good = new_value <= value + BOUNDS.descent * _dots(tried, slope)
        good |= (new_value <= value + BOUNDS.flat * np.maximum(1.0, np.abs(value))) & (new_size < size)
        good &= np.isfinite(new_size)
        if not good.all():
            tried[~good] = 0.0
            new_value, new_size = np.where(good, new_value, value), np.where(good, new_size, size)
            trial[~good], new_slope[~good] = theta[~good], slope[~good]
        change = new_slope - slope
        curvature = _dots(tried, change)
        useful = good & (curvature > BOUNDS.curvature * _dots(change, change))
        theta, value, slope, size = trial, new_value, new_slope, new_size
        length = np.where(good, 1.0, length / 2)
        memory = [*memory[1 - MEMORY :], (tried, change, useful / np.where(useful, curvature, 1.0))]

        if turn == 0:
            units = _units(likelihood.layout, theta, start)
        done = (good & (size <= TOLERANCE)) | (length < SHORTEST)
        if done.any():
            found.theta[active[done]], found.gradient[active[done]] = theta[done], size[done]
            keep = ~done
            if not keep.any():
                return found
            active, theta, value, slope, size = active[keep], theta[keep], value[keep], slope[keep], size[keep]
            step, length, good, units = step[keep], length[keep], good[keep], units[keep]
            likelihood = likelihood.of([[block.take(keep) for block in blocks] for blocks in likelihood.sample])
            memory = [(a[keep], b[keep], c[keep]) for a, b, c in memory]
        step = np.where(good[:, None], _two_loops(slope, memory, H, units), step)
    found.theta[active], found.gradient[active] = theta, size
    return found


def _units(layout: Layout, theta: Array, start: Array) -> Array:
    """Give the unit of each parameter in each draw, relative to the full sample: a loading of y on f goes with sd(y) /
    sd(f), a variance with its own size, and so on, the sds being those of residuals.
    """
    which = np.flatnonzero(layout.exponents.any(axis=0))
    ratio = np.clip(theta[:, which] / start[which], BOUNDS.narrowest, BOUNDS.widest)
    units: Array = np.exp(np.log(ratio) @ layout.exponents[:, which].T)
    return units


def _dots(left: Array, right: Array) -> Array:
    products: Array = np.einsum("bi,bi->b", left, right)
    return products


def _two_loops(slope: Array, memory: Sequence[tuple[Array, Array, Array]], H: Array, units: Array) -> Array:
    q = slope.copy()
    alphas: list[Array] = []
    # A draw that runs away overflows here; its next step then leads nowhere, and it counts as not converged.
    with np.errstate(over="ignore", invalid="ignore"):
        for move, change, rho in reversed(memory):
            alphas.append(rho * _dots(move, q))
            q -= alphas[-1][:, None] * change
        r = ((q * units) @ H) * units
        for (move, change, rho), alpha in zip(memory, reversed(alphas), strict=True):
            r += (alpha - rho * _dots(change, r))[:, None] * move
    return -r
