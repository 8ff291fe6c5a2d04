"""Who takes part in a planned study: people in each cell, or an allocation of people, or of money, to the reactions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, TypeAlias

import numpy as np
from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator
from pydantic_core import PydanticKnownError

from companion.errors import Problem
from companion.survey.checked_yaml import Checked
from companion.survey.design import DESIGN, Design, in_order
from companion.truth.population import CELLS
from companion.truth.truth_file import fault

FEWEST = 2
"""People in a cell that is there."""


def _one_or_six(value: object, check: ValidatorFunctionWrapHandler) -> object:
    """Let one number stand for all cells, and tell its fault once."""
    if isinstance(value, list):
        return check(value)
    try:
        return check([value] * len(CELLS))
    except ValidationError as error:
        first = error.errors()[0]
        raise PydanticKnownError(first["type"], first.get("ctx")) from None  # type: ignore[arg-type]


InCell: TypeAlias = Annotated[int, Field(ge=FEWEST)]
Rate: TypeAlias = Annotated[float, Field(ge=0, lt=1)]
_SIX = (Field(min_length=len(CELLS), max_length=len(CELLS)), WrapValidator(_one_or_six))
People: TypeAlias = Annotated[tuple[InCell, ...], *_SIX]
Rates: TypeAlias = Annotated[tuple[Rate, ...], *_SIX]
Weight: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Money: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class PlannedSample(Checked):
    """People who begin, a cell: one number for all or six, in the order of the truth's cells; and who is lost of them.

    `dropout` leave before the outcome and `excluded` are left out by the rules: each the chance of a person, at random
    and independent of what they would have answered.
    """

    cells: People
    dropout: Rates = (0.0,) * len(CELLS)
    excluded: Rates = (0.0,) * len(CELLS)


class Weights(Checked):
    """How many people see each reaction, in proportion; a reaction with the weight zero is dropped from the study."""

    none: Weight
    like: Weight
    reply: Weight

    @property
    def shown(self) -> Design:
        """The design of the reactions that are left."""
        return shown([getattr(self, interaction) for _, interaction in CELLS])


class Costs(Checked):
    """What a person who begins costs, by the reaction that they see, in any currency."""

    none: Money
    like: Money
    reply: Money


class Allocations(Checked):
    """Ways of putting the same number of people, or the same money, into the reactions; half see each tone of comments.

    `claim` is the one by whose power they are compared, and losses are as `PlannedSample` has them. `search` is the
    name under which the weights with most power for the claim are looked for, by `companion.truth.best_weights`, and
    simulated beside the others.
    """

    claim: str = "R4"
    people: Annotated[int, Field(ge=FEWEST)] | None = None
    budget: Money | None = None
    costs: Costs | None = None
    dropout: Rates = (0.0,) * len(CELLS)
    excluded: Rates = (0.0,) * len(CELLS)
    weights: dict[str, Weights] = Field(min_length=1)
    search: Annotated[str, Field(min_length=1)] | None = None

    def cells(self, name: str) -> tuple[int, ...]:
        """Give the people in each cell of a named allocation."""
        costs = None if self.costs is None else by_reaction(self.costs)
        whole = self.people if self.budget is None else self.budget
        return allocated(by_reaction(self.weights[name]), whole or 0, costs)

    def cost(self, name: str) -> float | None:
        """Give what all people of a named allocation cost; nothing where the plan names no costs."""
        if self.costs is None:
            return None
        each = by_reaction(self.costs)
        in_cells = zip(CELLS, self.cells(name), strict=True)
        return float(sum(Fraction(str(each[interaction])) * people for (_, interaction), people in in_cells))


@dataclass(frozen=True)
class InCells:
    """People of a design.

    Parameters
    ----------
    cells
        People who begin, in each cell.
    kept
        Chance of each cell's people to be analysed.
    """

    cells: tuple[int, ...]
    kept: tuple[float, ...]


def in_cells(samples: Mapping[str, PlannedSample], allocations: Allocations | None) -> dict[str, InCells]:
    """Give the people of each sample or allocation of a plan by its name."""
    if allocations is None:
        return {name: InCells(one.cells, _kept(one)) for name, one in samples.items()}
    return {name: InCells(allocations.cells(name), _kept(allocations)) for name in allocations.weights}


def _kept(losing: PlannedSample | Allocations) -> tuple[float, ...]:
    kept = (1 - np.array(losing.dropout)) * (1 - np.array(losing.excluded))
    return tuple(float(share) for share in kept)


def shown(cells: list[float] | tuple[int, ...]) -> Design:
    """Give the design of the reactions that anybody sees, from what is in each cell.

    Examples
    --------
    >>> shown((30, 0, 30, 30, 0, 30)).interactions
    ('none', 'reply')
    """
    seen = {interaction for (_, interaction), people in zip(CELLS, cells, strict=True) if people}
    return Design(DESIGN.valences, in_order(seen))


def by_reaction(numbers: Weights | Costs) -> dict[str, float]:
    """Give weights or costs by the reaction."""
    return {interaction: getattr(numbers, interaction) for interaction in DESIGN.interactions}


def allocated(weights: Mapping[str, float], whole: float, costs: Mapping[str, float] | None = None) -> tuple[int, ...]:
    """Give the people in each cell for a number of people, or for the money that they may cost.

    Each reaction gets pairs of people, one for each tone of comments: as many whole ones as its share gives, and of
    those that are left one more where most is missing, as long as it can be paid. So nothing is overspent.

    Parameters
    ----------
    weights
        Of each reaction, in proportion.
    whole
        The number of people, or the money.
    costs
        Of a person in each reaction; without them `whole` is a number of people.

    Examples
    --------
    >>> allocated({"none": 1, "like": 2, "reply": 2}, 600)
    (60, 120, 120, 60, 120, 120)
    >>> allocated({"none": 1, "like": 0, "reply": 1}, 700, {"none": 2, "like": 2, "reply": 5})
    (50, 0, 50, 50, 0, 50)
    """
    # As fractions of the decimals that somebody wrote, so that a fifth of three hundred is sixty and not a little less.
    share = {name: _exact(weight) for name, weight in weights.items()}
    price = {name: 2 * (_exact(costs[name]) if costs else Fraction(1)) for name in weights}
    pairs = _exact(whole) / sum(share[name] * price[name] for name in weights)
    wanted = {name: pairs * share[name] for name in weights}
    taken = {name: int(of) for name, of in wanted.items()}
    left = _exact(whole) - sum(taken[name] * price[name] for name in weights)
    for name in sorted(weights, key=lambda name: taken[name] - wanted[name]):
        if wanted[name] > taken[name] and price[name] <= left:
            taken[name] += 1
            left -= price[name]
    return tuple(taken[interaction] for _, interaction in CELLS)


def _exact(number: float) -> Fraction:
    return Fraction(str(number))


def faults(path: Path, content: Mapping[str, Any], allocations: Allocations | None) -> Iterator[Problem]:
    """Say what of the people of a plan does not go together, each with its line.

    Parameters
    ----------
    path, content
        The plan and what stands in it, which says what is there, be it sound or not.
    allocations
        What is sound of its allocations.
    """
    there = content.get("allocations")
    if bool(content.get("samples")) == (there is not None):
        yield fault(path, ("samples",), "A plan needs either samples or allocations.", None)
    if allocations is None:
        return
    if allocations.search in allocations.weights:
        message = "An allocation of this name is there already."
        yield fault(path, ("allocations", "search"), message, allocations.search)
    sizes = list(_faults_of_size(path, {key for key, value in (there or {}).items() if value is not None}, allocations))
    yield from sizes
    empty = [name for name, one in allocations.weights.items() if not any(by_reaction(one).values())]
    for name in empty:
        yield fault(
            path, ("allocations", "weights", name), "This allocation has nobody in it: every weight is 0.", None
        )
    if not sizes and (allocations.people or (allocations.budget and allocations.costs)):
        yield from _faults_of_cells(path, allocations, [name for name in allocations.weights if name not in empty])


def _faults_of_size(path: Path, there: Set[str], allocations: Allocations) -> Iterator[Problem]:
    if ("people" in there) == ("budget" in there):
        yield fault(path, ("allocations",), "Allocations need either a number of people or a budget.", None)
    if allocations.people is not None and allocations.people % 2:
        message = "Half of the people see each tone of comments, so their number is even."
        yield fault(path, ("allocations", "people"), message, str(allocations.people))
    if ("budget" in there) != ("costs" in there):
        named = "budget" if "budget" in there else "costs"
        message = "A budget needs the costs of a person in each reaction, and costs need a budget."
        yield fault(path, ("allocations", named), message, None)


def _faults_of_cells(path: Path, allocations: Allocations, names: list[str]) -> Iterator[Problem]:
    same: dict[tuple[int, ...], str] = {}
    for name in names:
        cells, weights = allocations.cells(name), by_reaction(allocations.weights[name])
        for interaction, people in zip(DESIGN.interactions, cells, strict=False):
            if weights[interaction] and people < FEWEST:
                place = ("allocations", "weights", name, interaction)
                message = f"This leaves {people} in a cell, which needs {FEWEST}; a weight of 0 drops the reaction."
                yield fault(path, place, message, f"{weights[interaction]:g}")
        if cells in same:
            message = f"These are the same people in the same cells as in {same[cells]!r}."
            yield fault(path, ("allocations", "weights", name), message, None)
        same.setdefault(cells, name)
