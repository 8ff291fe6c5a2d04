"""Surveys that are drawn and analysed ahead, so that a reader can go through two hundred by pressing a button."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pandas as pd

from companion.analysis import claims, estimands
from companion.analysis.mediation import Items
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Claims
from companion.truth import power
from companion.truth.population import Truth

TABLE = "results/surveys.csv"
SIZES = (180, 360, 600, 1200)
SURVEYS = 200
DECIMALS = 3
ENDS = ("est", "ci_lower", "ci_upper")


def effects() -> list[str]:
    """Give the parameter names of the whole chain, one a reaction, in the order of the design."""
    return [estimands.Estimand("serial", at).parameter for at in DESIGN.interactions]


def effect_columns(*ends: str) -> list[str]:
    """Give the columns of some of `ENDS`, of all when none is named, reaction by reaction.

    Examples
    --------
    >>> effect_columns("ci_lower")
    ['none_ci_lower', 'like_ci_lower', 'reply_ci_lower']
    """
    return [f"{at}_{end}" for at in DESIGN.interactions for end in ends or ENDS]


def columns(stated: Claims) -> list[str]:
    """Give the columns of the table: what was drawn, estimate and ends of each effect, the verdict on each claim."""
    return ["truth", "n", "survey", *effect_columns(), *stated.results]


def analysed(
    name: str, truth: Truth, items: Items, turned: frozenset[str], stated: Claims, n: int, surveys: Sequence[int]
) -> Iterator[tuple[str | int | float, ...]]:
    """Draw and analyse surveys of a size, each by its number from 1: the very ones that the table of power counts.

    Yields
    ------
    tuple
        A row of `columns`; estimates and ends in points of the scale, to three decimals.
    """
    seeds = power.seeds(truth, n, max(surveys))
    for survey in surveys:
        intervals = power.intervals_of_one(truth, items, turned, n, seeds[survey - 1], power.DRAWS)
        found = intervals.loc[effects(), list(ENDS)].round(DECIMALS).to_numpy().ravel()
        yield (name, n, survey, *(float(value) for value in found), *claims.verdicts(intervals, stated).values())


def simulate(
    truths: Mapping[str, Truth],
    items: Items,
    turned: frozenset[str],
    stated: Claims,
    sizes: Iterable[int] = SIZES,
    surveys: Sequence[int] = range(1, SURVEYS + 1),
) -> pd.DataFrame:
    """Draw and analyse surveys of each size from each truth.

    Parameters
    ----------
    truths
        Truths by name.
    items, turned, stated
        As `companion.truth.power.simulate` takes them.
    sizes
        Analysed respondents.
    surveys
        Numbers of the surveys of a size, from 1.

    Returns
    -------
    DataFrame
        A row a survey: `columns`.
    """
    rows = [
        row
        for n in sizes
        for name, truth in truths.items()
        for row in analysed(name, truth, items, turned, stated, n, surveys)
    ]
    return pd.DataFrame(rows, columns=columns(stated))


def committed(root: Path) -> pd.DataFrame:
    """Read the table that is committed with the book; `companion surveys` makes it."""
    return pd.read_csv(root / TABLE)
