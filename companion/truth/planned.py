"""What a plan gives: how often each claim is found, bias, coverage and width of each effect, all with their errors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.analysis import claims
from companion.analysis.experiment import wilson
from companion.store import Store
from companion.survey.questionnaire import Claims
from companion.truth import population, replications
from companion.truth.plan import TOGETHER, NoLarger, Plan, Planned, PlannedDesign, rests_on, untestable
from companion.truth.population import Array
from companion.truth.replications import EFFECTS, Part, Population

PARTS = ("truth", "scales", "sample", "analysis")
SMALL = 1e-9
"""A written-down effect below this is none."""


@dataclass(frozen=True)
class Outcome:
    """The tables of a plan; every design stands in the columns truth, scales, sample and analysis.

    Parameters
    ----------
    runs
        A row a design: people (who begin) analysed (mean) draws replications unconverged unconverged_error
        inadmissible inadmissible_error.
    power
        A row a design and claim: people claim holds rate error ci_lower ci_upper replications. ``rate`` is the share of
        all replications in which the claim is found: power where it holds in the truth, false finds where it does not.
        A replication that did not converge found nothing. A claim about a reaction that nobody sees in a design has no
        row: the design has no power of zero for it, but cannot test it.
    precision
        A row a design and effect of its claims: people effect population est bias bias_error coverage coverage_error
        width width_error sd, over the replications with an interval. The population value is that of the analysis,
        in the points of the scale on which it estimates.
    found
        A row a design and claim: claim found. A character a replication, 1 where the claim is found in it.
    spots
        The few replications by which a table can be checked without simulating all: the first of each design and the
        first in which each claim is found. A row a design, replication and effect of the claims: replication (from 0)
        effect est lower upper.
    untestable
        A row a design and claim that it cannot test: claim.
    """

    runs: pd.DataFrame
    power: pd.DataFrame
    precision: pd.DataFrame
    found: pd.DataFrame
    spots: pd.DataFrame
    untestable: pd.DataFrame


def outcome(planned: Planned, stated: Claims, kept: Store) -> Outcome:
    """Count and average what the replications of a plan found."""
    runs, power, precision, hits_of, spots, left = [], [], [], [], [], []
    effects = at_stake(planned.plan, stated)
    for design in planned.designs:
        part = replications.results(design, planned.plan.replications, kept)
        job = Population(design, planned.plan.population)
        values: Array = kept.find(replications.step(job), job.state)
        where = dict(zip(PARTS, design.names, strict=True)) | {"people": design.people}
        runs.append(where | {"draws": design.analysis.draws} | run_of(part))
        power += [where | row for row in rates(part, values, design, planned.plan, stated)]
        precision += [where | row for row in precisions(part, values, effects, planned.plan.population)]
        hits = found_in(design, part, planned.plan, stated)
        hits_of += [where | {"claim": claim, "found": as_text(of_claim)} for claim, of_claim in hits.items()]
        own = [name for name in effects if name in replications.effects(design)]
        spots += [where | row for number in to_look_at(hits) for row in spot(part, number, number, own)]
        left += [where | {"claim": claim} for claim in untestable(planned.plan, stated, design.shown)]
    tables = [pd.DataFrame(rows) for rows in (runs, power, precision, hits_of, spots)]
    tables.append(pd.DataFrame(left, columns=[*PARTS, "people", "claim"]))  # named, since there may be no row
    return Outcome(*tables)


def as_text(hits: NDArray[np.bool_]) -> str:
    """Write in which replications a claim is found.

    Examples
    --------
    >>> as_text(np.array([True, False]))
    '10'
    """
    return "".join("1" if hit else "0" for hit in hits)


def to_look_at(hits: Mapping[str, NDArray[np.bool_]]) -> list[int]:
    """Choose the first replication, and the first in which each claim is found.

    Examples
    --------
    >>> to_look_at({"R1": np.array([False, True, True]), "R2": np.array([False, False, False])})
    [0, 1]
    """
    return sorted({0} | {int(of_claim.argmax()) for of_claim in hits.values()})


def spot(part: Part, row: int, number: int, effects: list[str]) -> list[dict[str, object]]:
    """Give what one replication found of each named effect: replication effect est lower upper.

    Parameters
    ----------
    part, row
        Where it is.
    number
        Its number in its design.
    effects
        The effects.
    """
    return [
        {"replication": number, "effect": name}
        | {one: float(getattr(part, one)[row, EFFECTS.index(name)]) for one in ("est", "lower", "upper")}
        for name in effects
    ]


def share_error(share: float, n: int) -> float:
    """Give the Monte Carlo standard error of a share of n replications."""
    return float(np.sqrt(share * (1 - share) / n))


def run_of(part: Part) -> dict[str, float]:
    """Say how the fits of a design went."""
    n = len(part.people)
    unconverged = float(np.mean(~part.converged))
    inadmissible = float(np.mean(part.converged & ~part.admissible))
    return {
        "analysed": float(part.people.mean()),
        "replications": n,
        "unconverged": unconverged,
        "unconverged_error": share_error(unconverged, n),
        "inadmissible": inadmissible,
        "inadmissible_error": share_error(inadmissible, n),
    }


def found(part: Part, plan: Plan, stated: Claims) -> dict[str, NDArray[np.bool_]]:
    """Say in which replications each claim of a plan is found, by the rule of `companion.analysis.claims`.

    An interval that is not there lies on no side.
    """
    at = {name: place for place, name in enumerate(EFFECTS)}
    by_rule: dict[str, NDArray[np.bool_]] = {}
    for name, claim in stated.results.items():
        hits = np.ones(len(part.people), dtype=bool)
        for one in claim.estimands:
            place = at[claims.estimand(one).parameter]
            bounds = zip(part.lower[:, place], part.upper[:, place], strict=True)
            hits &= np.array([claims.on_side(low, high, one.sign) for low, high in bounds])
        for other in claim.requires:
            hits &= by_rule[other]
        by_rule[name] = hits
    by_rule |= {
        name: below(one, part.lower[:, at[one.estimand.parameter]], part.upper[:, at[one.estimand.parameter]])
        for name, one in plan.no_larger.items()
    }
    wanted = {name: by_rule[name] for name in (*plan.claims, *plan.no_larger)}
    return wanted | {TOGETHER: np.logical_and.reduce(list(wanted.values()))}


def found_in(design: PlannedDesign, part: Part, plan: Plan, stated: Claims) -> dict[str, NDArray[np.bool_]]:
    """Say as `found` does in which replications each claim is found that a design can test."""
    left = untestable(plan, stated, design.shown)
    return {claim: hits for claim, hits in found(part, plan, stated).items() if claim not in left}


def below(claim: NoLarger, lower: Array, upper: Array) -> NDArray[np.bool_]:
    """Say where an interval excludes an effect as large as the limit, on the side or sides that the claim names."""
    high, low = upper < claim.limit, lower > -claim.limit
    return {"+": high, "-": low, "both": high & low}[claim.sign]


def holds(design: PlannedDesign, values: Array, plan: Plan, stated: Claims) -> dict[str, bool]:
    """Say which claims of a plan are true where a truth holds.

    A claim of the thesis is about signs, so it is held against the written-down effects, in which none is exactly zero;
    that an effect is no larger than a limit is in the points of an analysis, and is held against its population values.

    Parameters
    ----------
    design
        The design whose truth it is.
    values
        Population value of each of `EFFECTS` in its analysis.
    plan, stated
        The claims.
    """
    written = population.implied(design.truth).set_index("name")["latent"].loc[list(EFFECTS)].to_numpy()
    written = np.where(np.abs(written) < SMALL, 0.0, written)
    by_sign = found(_without_error(written), plan, stated)
    by_size = found(_without_error(values), plan, stated)
    true = {name: bool((by_sign if name in plan.claims else by_size)[name][0]) for name in by_sign if name != TOGETHER}
    return true | {TOGETHER: all(true.values())}


def _without_error(values: Array) -> Part:
    sure = np.array([True])
    return Part(np.array([0]), sure, sure, values[None], values[None], values[None])


def rates(part: Part, values: Array, design: PlannedDesign, plan: Plan, stated: Claims) -> list[dict[str, object]]:
    """Give for each claim that a design can test how often it is found, in the columns of `Outcome.power`."""
    true, n = holds(design, values, plan, stated), len(part.people)
    rows: list[dict[str, object]] = []
    for claim, hits in found_in(design, part, plan, stated).items():
        share = float(hits.mean())
        lower, upper = wilson(int(hits.sum()), n, plan.level)
        row = {"claim": claim, "holds": true[claim], "rate": share, "error": share_error(share, n)}
        rows.append(row | {"ci_lower": lower, "ci_upper": upper, "replications": n})
    return rows


def at_stake(plan: Plan, stated: Claims) -> list[str]:
    """Give the effects on which the claims of a plan rest, in the order of `EFFECTS`."""
    names = rests_on(plan, TOGETHER, stated)
    return [name for name in EFFECTS if name in names]


def precisions(part: Part, values: Array, names: list[str], people: int) -> list[dict[str, object]]:
    """Give for each named effect how near its estimates come, and how wide its intervals are.

    Parameters
    ----------
    part
        The replications.
    values
        Population value of each of `EFFECTS`.
    names
        The effects.
    people
        Size of the sample that the population values come from: they have an error of their own, which shrinks with
        the root of this size as that of an estimate does, and is part of the bias's error.
    """
    rows: list[dict[str, object]] = []
    for name in names:
        place = EFFECTS.index(name)
        has = ~np.isnan(part.lower[:, place])
        est, lower, upper = (each[has, place] for each in (part.est, part.lower, part.upper))
        n, value = len(est), values[place]
        if n < 2:
            continue
        covered = float(np.mean((lower <= value) & (value <= upper)))
        spread = float(est.std(ddof=1))
        rows.append(
            {
                "effect": name,
                "population": float(value),
                "est": float(est.mean()),
                "bias": float(est.mean() - value),
                "bias_error": spread * float(1 / n + part.people.mean() / people) ** 0.5,
                "coverage": covered,
                "coverage_error": share_error(covered, n),
                "width": float((upper - lower).mean()),
                "width_error": float((upper - lower).std(ddof=1)) / n**0.5,
                "sd": spread,
            }
        )
    return rows
