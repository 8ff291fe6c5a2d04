"""The smallest number of people, or the smallest effect, for a wanted power, from those tried, and how sure it is."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq, minimize_scalar
from scipy.special import chdtrc, log_ndtr, ndtri, xlogy

from companion.truth.plan import Target
from companion.truth.population import Array

FAMILY = ["truth", "scales", "analysis"]
STEEPNESS = (-6.0, 7.0)
"""Logarithm of the slopes that are looked at, per largest root of a number of people, or largest effect."""

REACH = (0.05, 5.0)
"""Roots of numbers of people, or effects, that are looked at, by the largest one tried."""

BEND = 0.01
"""Below this chance under the curve itself, the rates are said not to follow it."""


def smallest(power: pd.DataFrame, targets: Sequence[Target], level: float) -> pd.DataFrame:
    """Give the smallest number of people for each target, for each truth with scales and analysis.

    A probit curve in the root of the number of people is fitted to the rates by maximum likelihood: for one normal
    estimate against one bound it is exact, for claims that need several it is an approximation, and how well it fits is
    told. The interval holds each number of people whose likelihood ratio against the best is not rejected.

    Parameters
    ----------
    power
        The rates, as `companion.truth.planned.Outcome` has them; sizes of one shape, with one rate of loss.
    targets
        Power that is wanted, and for which claim.
    level
        Level of the interval.

    Returns
    -------
    DataFrame
        truth scales analysis claim power people lower upper sizes note. ``people`` begin; NaN where the rates do not
        grow over the sizes, and an open bound is infinite. ``note`` says where the answer lies outside of the sizes
        that were tried, or where the rates do not follow such a curve.
    """
    rows = []
    for target in targets:
        chosen = power[(power["claim"] == target.claim) & power["holds"]]
        for names, group in chosen.groupby(FAMILY, sort=False):
            people, trials = group["people"].to_numpy(float), group["replications"].to_numpy(float)
            hits = np.rint(group["rate"].to_numpy() * trials)
            *roots, note = crossing(people**0.5, hits, trials, target.power, level)
            found, lower, upper = (root**2 for root in roots)
            where = dict(zip(FAMILY, names, strict=True)) | {"claim": target.claim, "power": target.power}
            rows.append(where | {"people": found, "lower": lower, "upper": upper, "sizes": len(group), "note": note})
    return pd.DataFrame(rows, columns=[*FAMILY, "claim", "power", "people", "lower", "upper", "sizes", "note"])


def smallest_effects(power: pd.DataFrame, wanted: float, level: float) -> pd.DataFrame:
    """Give the smallest effect for a wanted power of each claim, in one design.

    As in `smallest`, with a curve in the size of the effect in place of the root of the number of people: the ratio of
    an estimate to its standard error is proportional to both.

    Parameters
    ----------
    power
        A row a claim and truth: claim share rate replications. ``share`` is the size of the truth's effects as a share
        of the written ones.
    wanted
        The power.
    level
        Level of the interval.

    Returns
    -------
    DataFrame
        claim share lower upper note, as `smallest` has them.
    """
    rows = []
    for claim, group in power.groupby("claim", sort=False):
        trials = group["replications"].to_numpy(float)
        hits = np.rint(group["rate"].to_numpy() * trials)
        found = crossing(group["share"].to_numpy(float), hits, trials, wanted, level)
        rows.append((claim, *found))
    return pd.DataFrame(rows, columns=["claim", "share", "lower", "upper", "note"])


def crossing(sizes: Array, hits: Array, trials: Array, power: float, level: float) -> tuple[float, float, float, str]:
    """Give where a probit curve crosses a power.

    Parameters
    ----------
    sizes
        What the curve is in: roots of numbers of people, or sizes of an effect.
    hits, trials
        How often a claim was found at each size, of how many simulated surveys.
    power
        The power.
    level
        Level of the interval.

    Returns
    -------
    tuple
        The size, the bounds of its interval, and what is doubtful about it.
    """
    nothing = (np.nan, np.nan, np.nan)
    if len(np.unique(sizes)) < 2:
        return *nothing, "one size only"
    largest = float(sizes.max())
    root, rates = sizes / largest, hits / trials
    if np.polyfit(root, rates, 1, w=trials)[0] <= 0:
        return *nothing, "rates do not grow"

    def likelihood(at: float) -> float:
        """The log likelihood of the best curve that crosses the power at this size."""

        def missed(steepness: float) -> float:
            z = ndtri(power) + np.exp(steepness) * (root - at)
            return -float(np.sum(hits * log_ndtr(z) + (trials - hits) * log_ndtr(-z)))

        return -float(minimize_scalar(missed, bounds=STEEPNESS, method="bounded", options={"xatol": 1e-7}).fun)

    grid = np.linspace(*REACH, 200)
    near = grid[int(np.argmax([likelihood(at) for at in grid]))]
    width = grid[1] - grid[0]
    bounds = (max(near - width, REACH[0]), min(near + width, REACH[1]))
    best = minimize_scalar(lambda at: -likelihood(at), bounds=bounds, method="bounded", options={"xatol": 1e-7}).x
    most = likelihood(best)
    allowed = most - ndtri((1 + level) / 2) ** 2 / 2

    def bound(end: float, when_open: float) -> float:
        if likelihood(end) >= allowed:
            return when_open
        return float(largest * brentq(lambda at: likelihood(at) - allowed, end, best))

    found = float(largest * best)
    note = []
    if not sizes.min() <= found <= sizes.max():
        note.append("outside of the sizes tried")
    freest = float(np.sum(xlogy(hits, rates) + xlogy(trials - hits, 1 - rates)))
    if len(sizes) > 2 and chdtrc(len(sizes) - 2, max(2 * (freest - most), 0.0)) < BEND:
        note.append("rates do not follow the curve")
    return found, bound(REACH[0], 0.0), bound(REACH[1], np.inf), "; ".join(note)
