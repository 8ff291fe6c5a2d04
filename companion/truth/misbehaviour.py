"""What can go wrong in a survey, on demand: for teaching, and off in the survey that ships.

Each is planted in the answers or in the fieldwork of a simulated survey, on top of what its truth gives; the population
that clean answers are drawn from knows nothing of it.
"""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field

from companion.survey.checked_yaml import Checked
from companion.survey.design import DESIGN

Array: TypeAlias = NDArray[np.float64]
Rate: TypeAlias = Annotated[float, Field(ge=0, lt=1)]
Rates: TypeAlias = tuple[Rate, Rate, Rate, Rate, Rate, Rate]

CELLS = DESIGN.cells
LEAVES = "left after first page"
"""What a person is called who leaves when the first outcome is answered."""


class Misbehaviour(Checked):
    """What goes wrong, each by its size; nothing of it where nothing is said.

    Parameters
    ----------
    ceiling
        Points that are added to each answer to a construct before it is rounded: what would lie above the scale ends at
        its upper end, so that answers pile up there and are skewed.
    acquiescence
        Standard deviation, in points, of a person's tendency to agree, which is added to every answer as it is ticked,
        to items that say the opposite, too.
    careless
        Share of the people of each cell who tick every item at random, in the usual time.
    dropout
        Share of the people of each cell who leave after the first page of outcomes, in the order of the cells of the
        design: those in whom the parasocial relationship is weakest.
    confounded_moderator
        By how many standard deviations those who see a reaction follow longer than those who see none, as if the
        influencer reacted where she is followed for long, and not by lot.
    """

    ceiling: dict[Literal["psr", "pkc", "pk", "pa"], Annotated[float, Field(ge=-6, le=6)]] = Field(default_factory=dict)
    acquiescence: Annotated[float, Field(ge=0, le=3)] = 0.0
    careless: Rate = 0.0
    dropout: Rates = (0.0,) * 6
    confounded_moderator: dict[Literal["like", "reply"], Annotated[float, Field(ge=-3, le=3)]] = Field(
        default_factory=dict
    )


def following_longer(planted: Misbehaviour, interaction: pd.Series) -> Array:
    """Give by how many standard deviations each person follows longer, by the reaction that they see."""
    return np.array([planted.confounded_moderator.get(shown, 0.0) for shown in interaction], dtype=np.float64)


def leaning(
    planted: Misbehaviour, answers: pd.DataFrame, turned: frozenset[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Let answers lean towards the upper end of the scale, and people towards agreeing.

    Parameters
    ----------
    planted
        What goes wrong.
    answers
        Scored answers before rounding, in points: a row a person, a column an item.
    turned
        Items that say the opposite of their construct: whoever agrees there scores lower.
    rng
        Source of randomness.
    """
    agreeing = planted.acquiescence * rng.standard_normal(len(answers))
    return pd.DataFrame(
        {
            item: values
            + planted.ceiling.get(item.rstrip("0123456789"), 0.0)  # type: ignore[call-overload]
            + (-agreeing if item in turned else agreeing)
            for item, values in ((str(name), answers[name].to_numpy(dtype=float)) for name in answers)
        }
    )


def leaving(planted: Misbehaviour, people: pd.DataFrame, closeness: Array) -> NDArray[np.intp]:
    """Give the rows of those who leave after the first page: in each cell its share of lowest closeness.

    Parameters
    ----------
    planted
        What goes wrong.
    people
        ``kind``, ``valence`` and ``interaction``, a row a person; only those who would be analysed can leave.
    closeness
        Their parasocial relationship, in any unit.
    """
    rows = [_lowest(_in_cell(people, place), closeness, share) for place, share in enumerate(planted.dropout)]
    return np.concatenate(rows)


def ticking_at_random(planted: Misbehaviour, people: pd.DataFrame, rng: np.random.Generator) -> NDArray[np.intp]:
    """Give the rows of those who tick at random: a share of each cell, drawn among those who would be careful."""
    rows = []
    for place in range(len(CELLS)):
        inside = _in_cell(people, place)
        careful = inside[people["kind"].to_numpy()[inside] == "careful"]
        rows.append(rng.permutation(careful)[: round(planted.careless * len(inside))])
    return np.concatenate(rows)


def _in_cell(people: pd.DataFrame, place: int) -> NDArray[np.intp]:
    valence, interaction = CELLS[place]
    analysed = people["kind"].isin(["careful", "straight line"])
    return np.flatnonzero(analysed & (people["valence"] == valence) & (people["interaction"] == interaction))


def _lowest(rows: NDArray[np.intp], closeness: Array, share: float) -> NDArray[np.intp]:
    return rows[np.argsort(closeness[rows], kind="stable")[: round(share * len(rows))]]
