"""Which allocation of people has the most power for a claim, and which others may have as much."""

from __future__ import annotations

from typing import Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy.special import ndtri

from companion.truth.planned_people import Allocations, by_reaction
from companion.truth.population import Array
from companion.truth.smallest import FAMILY

Standing: TypeAlias = Literal["most", "within_error", "less", "untestable", "no_claim"]
FIGURES = ("rate", "error", "ci_lower", "ci_upper")


def compare(power: pd.DataFrame, untestable: pd.DataFrame, allocations: Allocations, level: float) -> pd.DataFrame:
    """Compare the allocations of a plan by the power of its claim of interest.

    Surveys of two allocations are drawn independently, so the error of the difference between two shares is the root of
    the sum of their squared errors. For this error alone, one survey with and one without a find are added to each, so
    that a share of nothing or of all is not taken for certain. An allocation stands within the error of the best if it
    lies no further behind than that error times a normal quantile, one-sided and divided by the number of comparisons.
    So those named ``most`` or ``within_error`` together hold the best one with at least the confidence `level`.

    Parameters
    ----------
    power, untestable
        As `companion.truth.planned.Outcome` has them.
    allocations
        The allocations.
    level
        The confidence.

    Returns
    -------
    DataFrame
        A row a truth, scales, analysis and allocation: the people with each reaction, people, cost (of all; empty
        without a budget), claim, untestable (the claims that the allocation cannot test), rate error ci_lower ci_upper
        of the claim of interest, behind (the best rate minus this one) behind_error, standing. The standing is
        ``no_claim`` where the claim does not hold in the truth, since a share of false finds is no power.

    Examples
    --------
    Of a thousand surveys of each allocation, 900, 890 and 700 found R4; the fourth shows nobody a like.

    >>> rates = pd.DataFrame({"sample": ["equal", "more seen", "few liked"], "rate": [0.90, 0.89, 0.70]})
    >>> rates = rates.assign(truth="as written", scales="all", analysis="latent", claim="R4", holds=True, people=600)
    >>> rates = rates.assign(error=0.01, ci_lower=rates["rate"] - 0.02, ci_upper=rates["rate"] + 0.02)
    >>> rates["replications"] = 1000
    >>> left = rates.head(1).assign(sample="no like")[[*FAMILY, "sample", "claim"]]
    >>> weights = {
    ...     "equal": {"none": 1, "like": 1, "reply": 1},
    ...     "more seen": {"none": 1, "like": 2, "reply": 2},
    ...     "few liked": {"none": 2, "like": 1, "reply": 2},
    ...     "no like": {"none": 1, "like": 0, "reply": 1},
    ... }
    >>> compared = compare(rates, left, Allocations(claim="R4", people=600, weights=weights), 0.95)
    >>> dict(zip(compared["allocation"], compared["standing"]))
    {'equal': 'most', 'more seen': 'within_error', 'few liked': 'less', 'no like': 'untestable'}
    """
    claim = allocations.claim
    every = pd.concat([power, untestable])[[*FAMILY, "sample"]].drop_duplicates(ignore_index=True)
    rates = power[power["claim"] == claim].drop(columns="people")
    rows = every.merge(rates, how="left", on=[*FAMILY, "sample"])
    parts = []
    for _, group in rows.groupby(FAMILY, sort=False):
        of_family = group.reset_index(drop=True)
        parts.append(of_family.assign(**_standing(of_family, level)))
    compared = pd.concat(parts, ignore_index=True).assign(claim=claim)
    left = untestable.groupby([*FAMILY, "sample"])["claim"].agg(", ".join).rename("untestable").reset_index()
    compared = compared.merge(left, how="left", on=[*FAMILY, "sample"]).rename(columns={"sample": "allocation"})
    people = pd.DataFrame([_people(allocations, name) for name in compared["allocation"]])
    end = ["claim", "untestable", *FIGURES, "behind", "behind_error", "standing"]
    return pd.concat([compared[[*FAMILY, "allocation"]], people, compared[end]], axis=1)


def _people(allocations: Allocations, name: str) -> dict[str, float | None]:
    cells = allocations.cells(name)
    reactions = [*by_reaction(allocations.weights[name])]
    seen = {reaction: sum(cells[place :: len(reactions)]) for place, reaction in enumerate(reactions)}
    return {**seen, "people": sum(cells), "cost": allocations.cost(name)}


def _standing(group: pd.DataFrame, level: float) -> dict[str, Array | list[Standing]]:
    """Give how far each row of a family lies behind its best, with what error, and what that says."""
    rate, n = group["rate"].to_numpy(float), group["replications"].to_numpy(float)
    tested = ~np.isnan(rate)
    if not group.loc[tested, "holds"].astype(bool).all():
        nothing = np.full(len(group), np.nan)
        said: list[Standing] = ["no_claim" if one else "untestable" for one in tested]
        return {"behind": nothing, "behind_error": nothing, "standing": said}
    best = int(np.nanargmax(rate))
    smoothed = (rate * n + 1) / (n + 2)
    squared = smoothed * (1 - smoothed) / (n + 2)
    behind = rate[best] - rate
    error = np.where(np.arange(len(rate)) == best, 0.0, np.sqrt(squared + squared[best]))
    comparisons = max(int(tested.sum()) - 1, 1)
    allowed = float(ndtri(1 - (1 - level) / comparisons)) * error
    standing: list[Standing] = [
        "untestable" if not tested[row] else "most" if row == best else "within_error" if near else "less"
        for row, near in enumerate(behind <= allowed)
    ]
    return {"behind": behind, "behind_error": np.where(tested, error, np.nan), "standing": standing}
