"""The weights of the reactions that have the most power for a claim: a search in place of a guess.

In a large survey the estimates of a model are normal around their population values, and their covariance is the
inverse of the expected information. Who sees which reaction changes it only by the covariance of the predictors, so one
fit to a very large sample gives the power of every allocation at once, and the best can be searched. It is then
simulated like the others, and the surveys have the last word.

An effect through a chain is a product of paths, and its interval lies on a side of zero about when that of each path
does: MacKinnon, D. P. et al. (2002), *Psychological Methods*, 7, 83-104. Paths are nearly normal in smaller samples
than their products are, so the law speaks of the paths.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.optimize import minimize
from scipy.special import ndtri
from scipy.stats import multivariate_normal

from companion import sem
from companion.analysis import claims
from companion.analysis.estimands import EFFECTS, Estimand
from companion.errors import InputError
from companion.sem.expected import Expected
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Claims
from companion.threads import one_thread
from companion.truth import planned, population, replications
from companion.truth.plan import TOGETHER, Plan, Planned, untestable
from companion.truth.planned_people import FEWEST, Allocations, Weights, by_reaction
from companion.truth.population import CELLS, Array
from companion.truth.replications import Population
from companion.truth.truth_file import fault

DECIMALS = 2
"""Of the weights that are found: around the best ones power is flat, and finer ones move nobody."""
SMALLEST = 1e-6
"""Share that stands for nobody while weights are looked for, since the whole model needs somebody in each cell."""
GRID = 11
"""Places on each side of the grid from whose best point the search begins."""
STEP = 1e-3
"""Part of itself by which a number is changed to see how a function does."""
POINTS = 100_000
"""At most at which the chance that several intervals lie on their sides is evaluated where it is told."""
FEWER = 5_000
"""At which it is evaluated in the search, the same ones each time: off by a thousandth, where intervals hang together
so closely that their correlations are singular.
"""
NEVER = 1e-12


@dataclass(frozen=True)
class Need:
    """What a claim needs of one interval: that it lies wholly above a limit, or below it.

    Parameters
    ----------
    name
        Name of the effect, or label of the path.
    side
        1 above, -1 below, 0 on the side on which the value itself lies.
    limit
        The limit.
    """

    name: str
    side: float
    limit: float = 0.0


def needs(claim: str, plan: Plan, stated: Claims) -> list[Need]:
    """Give what a claim of a plan needs, if it holds, by the rule of `companion.analysis.claims`.

    Parameters
    ----------
    claim
        Its name; all of them for ``all together``.
    plan, stated
        The claims.
    """
    if claim == TOGETHER:
        every = [need for one in (*plan.claims, *plan.no_larger) for need in needs(one, plan, stated)]
    elif claim in plan.no_larger:
        limit = plan.no_larger[claim]
        sides = {"+": (-1.0,), "-": (1.0,), "both": (-1.0, 1.0)}[limit.sign]
        every = [Need(limit.estimand.parameter, side, -side * limit.limit) for side in sides]
    else:
        stands_on = [one for name in claims.needed([claim], stated) for one in stated.results[name].estimands]
        every = [need for one in stands_on for need in _paths(claims.estimand(one))]
    return list(dict.fromkeys(every))


def _paths(one: Estimand) -> list[Need]:
    """Say which paths have to lie on their sides for an effect to lie on its own; a sum is no chain, and stands alone.

    Examples
    --------
    >>> [need.name for need in _paths(Estimand("serial", "reply", minus="like"))]
    ['psr_reply_minus_like', 'd', 'b']
    >>> [need.name for need in _paths(Estimand("total_pk", "like"))]
    ['total_pk_like']
    """
    formula = next(effect.formula for effect in EFFECTS if effect.name == one.effect)
    if "+" in formula:
        return [Need(one.parameter, 0.0)]
    alone = {effect.formula: effect.name for effect in EFFECTS if effect.formula.strip("{}") == effect.outcome}
    factors = formula.split("*")
    return [Need(replace(one, effect=alone[part]).parameter if part in alone else part, 0.0) for part in factors]


@dataclass(frozen=True, eq=False)
class Law:
    """The large-sample law of what a claim needs.

    Parameters
    ----------
    fit
        The analysis, fitted to a very large sample.
    needs
        What the claim needs.
    level
        Level of the intervals.
    """

    fit: sem.Fit
    needs: list[Need]
    level: float

    @cached_property
    def _expected(self) -> Expected:
        return Expected(self.fit, tuple(need.name for need in self.needs))

    @cached_property
    def _x(self) -> Array:
        """The predictors in each cell."""
        x: Array = population.dummies(*zip(*CELLS, strict=True))[list(self.fit.table.x)].to_numpy()
        return x

    @cached_property
    def _distance(self) -> tuple[Array, Array]:
        """On which side each number is wanted, and how far there it lies."""
        side, limit = (np.array([getattr(need, part) for need in self.needs]) for part in ("side", "limit"))
        beyond = self._expected.estimates - limit
        side = np.where(side == 0, np.sign(beyond), side)
        return side, side * beyond

    def margins(self, analysed: Array) -> tuple[Array, Array]:
        """Say by how many standard errors each interval is expected to clear its limit, and how these are correlated.

        Parameters
        ----------
        analysed
            People in each cell, not necessarily whole ones.
        """
        covariance = self._covariance(analysed)
        error = np.sqrt(np.diagonal(covariance))
        return self._distance[1] / error - ndtri((1 + self.level) / 2), covariance / np.outer(error, error)

    def _covariance(self, analysed: Array) -> Array:
        """Give the covariance matrix of the distances in a study with so many people in each cell."""
        share = analysed / analysed.sum()
        x = self._x - share @ self._x
        return self._sided(x.T @ (share[:, None] * x), float(analysed.sum()))

    def _sided(self, xx: Array, n: float) -> Array:
        side, _ = self._distance
        sided: Array = self._expected.covariance(xx, n) * np.outer(side, side)
        return sided

    def power(self, analysed: Array) -> float:
        """Give the chance that every interval lies on its side."""
        return _chance(*self.margins(analysed), POINTS)

    def error(self, analysed: Array) -> float:
        """Give the standard error of `power` that comes from the sample behind the fit: it estimates effects as well,
        with the errors that the people in its own cells allow, which need not be in the proportion of these.
        """
        margins, correlation = self.margins(analysed)
        rises = [
            _chance(margins + step, correlation, POINTS) - _chance(margins - step, correlation, POINTS)
            for step in STEP * np.eye(len(margins))
        ]
        slope = np.array(rises) / (2 * STEP) / np.sqrt(np.diagonal(self._covariance(analysed)))
        behind = self._sided(self.fit.x_moments[0][1][0], self.fit.likelihood.n)
        return float(np.sqrt(slope @ behind @ slope))

    def value(self, analysed: Array) -> float:
        """Give what grows with `power` and is not flat where that is nearly none or all."""
        margins, correlation = self.margins(analysed)
        if len(margins) == 1:
            return float(margins[0])
        return float(ndtri(np.clip(_chance(margins, correlation, FEWER), NEVER, 1 - NEVER)))


def _chance(margins: Array, correlation: Array, points: int) -> float:
    law = multivariate_normal(np.zeros(len(margins)), correlation, allow_singular=True, maxpts=points, seed=1)
    return float(law.cdf(margins))


def largest(value: Callable[[Array], float], parts: int) -> Array:
    """Give the shares, which add up to one, at which a function of them is largest.

    The best point of a grid, and from there the way up by the quasi-Newton method with bounds (L-BFGS-B; Byrd, R. H.,
    Lu, P., Nocedal, J. & Zhu, C., 1995, *SIAM Journal on Scientific Computing*, 16, 1190-1208).

    Parameters
    ----------
    value
        The function.
    parts
        How many shares.

    Examples
    --------
    The mean of three groups whose spreads are as 1 to 2 to 3 is known best with people in that proportion (Neyman).

    >>> spread = np.array([1.0, 2.0, 3.0])
    >>> largest(lambda share: -float(np.sum(spread**2 / share)), 3).round(3).tolist()
    [0.167, 0.333, 0.5]
    """

    def missed(cuts: Array) -> float:
        return -value(_shares(cuts))

    ends = (SMALLEST, 1 - SMALLEST)
    grid = [np.array(cuts) for cuts in product(np.linspace(*ends, GRID), repeat=parts - 1)]
    best = min(grid, key=missed)
    way = {"finite_diff_rel_step": STEP, "ftol": 1e-7}
    found = minimize(missed, best, method="L-BFGS-B", jac="3-point", bounds=[ends] * (parts - 1), options=way)
    return _shares(found.x if found.fun <= missed(best) else best)


def _shares(cuts: Array) -> Array:
    """Cut a whole: the first share of it, the second of what is left..."""
    left = np.concatenate([[1.0], np.cumprod(1 - cuts)])
    shares: Array = left * np.concatenate([cuts, [1.0]])
    return shares


@one_thread()
def completed(path: Path, read: Planned, stated: Claims) -> Planned:
    """Give a plan with the weights that it asks to be searched, and a design for them.

    They are those with most power for the claim of its allocations under its first truth, scales and analysis; under
    the others they are simulated, too. Where an allocation of the plan has the same people in the same cells, it is the
    one that was looked for, and none is added.

    Parameters
    ----------
    path
        The plan.
    read
        What stands in it.
    stated
        The claims.

    Returns
    -------
    Planned
        Its table `searched` has a row an allocation, the one that was found first: allocation, the weights of the
        reactions, expected (power by the large-sample law; empty where the claim is untestable) and error, which is
        that of the sample behind it.

    Raises
    ------
    InputError
        If the claim does not hold in that truth, or so few people take part that nothing can test it.
    """
    allocations = read.plan.allocations
    if allocations is None or allocations.search is None:
        return read
    first, claim, name = read.designs[0], allocations.claim, allocations.search
    whole = replace(first, cells=(1,) * len(CELLS))
    fit = replications.population_fit(Population(whole, read.plan.population))
    if not planned.holds(whole, replications.values_of(whole, fit), read.plan, stated)[claim]:
        message = f"{claim} does not hold in {first.names[0]!r}, the first truth, so no weights have power for it."
        raise InputError(fault(path, ("allocations", "search"), message, name))
    law = Law(fit, needs(claim, read.plan, stated), first.level)
    found = largest(lambda share: law.value(_analysed(allocations, share, first.kept)), len(DESIGN.interactions))
    every = _with(allocations, name, found)
    alike = [other for other in allocations.weights if allocations.cells(other) == every.cells(name)]
    design = replace(first, cells=every.cells(name))
    fewest = min((people for people in design.cells if people), default=0)
    if fewest < FEWEST or claim in untestable(read.plan, stated, design.shown):
        message = f"There are too few people to look for weights with power for {claim}."
        raise InputError(fault(path, ("allocations", "search"), message, name))
    kept = allocations if alike else every
    names = [alike[0] if alike else name]
    names += [other for other in kept.weights if other not in names]
    added = [] if alike else [
        replace(one, names=(*one.names[:2], name, one.names[3]), cells=design.cells)
        for one in read.designs if one.names[2] == first.names[2]
    ]  # fmt: skip
    plan = read.plan.model_copy(update={"allocations": kept})
    return Planned(plan, (*read.designs, *added), _expected(names, plan, kept, law, first.kept, stated))


def _with(allocations: Allocations, name: str, share: Array) -> Allocations:
    """Add found weights; a reaction that so few would see that it cannot be analysed is dropped, unless all are."""
    rounded = dict(zip(DESIGN.interactions, np.round(share, DECIMALS).tolist(), strict=True))
    for _ in rounded:
        more = allocations.model_copy(update={"weights": allocations.weights | {name: Weights(**rounded)}})
        seen = dict(zip(DESIGN.interactions, more.cells(name), strict=False))
        large = {reaction: weight if seen[reaction] >= FEWEST else 0.0 for reaction, weight in rounded.items()}
        if not any(large.values()):
            break
        rounded = large
    return more


def _analysed(allocations: Allocations, share: Array, kept: tuple[float, ...]) -> Array:
    """Give the people of each cell who are expected to be analysed, for shares of those who begin."""
    costs = np.ones(len(share)) if allocations.costs is None else np.array([*by_reaction(allocations.costs).values()])
    whole = allocations.people if allocations.budget is None else allocations.budget
    begin = share * (whole or 0) / (share @ costs)
    analysed: Array = np.tile(begin / len(DESIGN.valences), len(DESIGN.valences)) * kept
    return analysed


def _expected(
    names: list[str], plan: Plan, allocations: Allocations, law: Law, kept: tuple[float, ...], stated: Claims
) -> pd.DataFrame:
    rows = []
    for name in names:
        weights = by_reaction(allocations.weights[name])
        power = error = np.nan
        if allocations.claim not in untestable(plan, stated, allocations.weights[name].shown):
            share = np.maximum(np.array([*weights.values()]) / sum(weights.values()), SMALLEST)
            analysed = _analysed(allocations, share / share.sum(), kept)
            power, error = law.power(analysed), law.error(analysed)
        rows.append({"allocation": name, **weights, "expected": power, "error": error})
    return pd.DataFrame(rows)
