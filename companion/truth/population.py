"""A truth: the values that it implies, and clean draws from it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Literal, TypeAlias, get_args

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from companion import misfit
from companion.analysis import estimands
from companion.misfit import Place
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.survey.design import DESIGN, Design
from companion.survey.questionnaire import Questionnaire
from companion.truth.misbehaviour import Misbehaviour

Array: TypeAlias = NDArray[np.float64]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Count: TypeAlias = Annotated[int, Field(ge=0)]
PerCell: TypeAlias = tuple[Count, Count, Count, Count, Count, Count]

Latent: TypeAlias = Literal["psr", "pkc", "pk", "pa"]
Paths: TypeAlias = dict[Latent, dict[str, float]]
"""Latent variable -> what it depends on, each with its effect."""

TRAITS = ("following", "involvement")
CELLS = DESIGN.cells
"""A truth is written down for the whole design."""

DUMMIES = DESIGN.predictors
LOWEST, HIGHEST = 1, 7
"""Ends of the points in which a truth is written, whatever scale the answers are given on (see `rounded`)."""
Ends: TypeAlias = Mapping[str, tuple[int, int]]
"""Item -> lowest and highest answer, for items that are answered on another scale than that of the truth's points."""
IN_POINTS: Ends = MappingProxyType({})
"""Every item is answered in the points of the truth."""


class TrueItem(Checked):
    """An answer is base + loading * latent + normal error with this sd, in points from 1 to 7 (see `rounded`)."""

    base: float
    loading: float = Field(gt=0)
    sd: float = Field(gt=0)


class TrueInvolvement(Checked):
    """A normal variable in points of the truth, rounded to the answers of its scale."""

    base: float
    sd: float = Field(gt=0)


class TrueBackground(Checked):
    """How people are spread over the background answers: shares by code."""

    age: dict[int, Share]
    gender: dict[str, Share]
    instagram: dict[int, Share]
    following: dict[int, Share]
    involvement: TrueInvolvement

    @field_validator("age", "gender", "instagram", "following")
    @classmethod
    def _adds_up(cls, shares: dict[Any, Share]) -> dict[Any, Share]:
        if abs(sum(shares.values()) - 1) > 1e-9:
            raise misfit.fault(f"These shares add up to {sum(shares.values()):g}, not to 1")
        return shares


class TruePerceivedValence(Checked):
    """Mean perceived valence by condition, and the spread around it."""

    positive: float
    negative: float
    sd: float = Field(gt=0)


class TrueChecks(Checked):
    """What people say they saw."""

    perceived_valence: TruePerceivedValence
    perceived_interaction: Share


class Planted(Checked):
    """The mess of a real export, in numbers of people; tuples are per cell, in the order of `CELLS`."""

    previews: Count
    tests: Count
    copies: Count
    no_consent: Count
    under_18: Count
    over_30: Count
    age_missing: Count
    not_follower: Count
    outside_age_and_not_follower: Count
    attention_failed: Count
    never_assigned: Count
    left_at_post: PerCell
    left_after_first_page: PerCell
    second_answers: PerCell
    fast_pages: PerCell
    fast_in_all: PerCell
    fast_both: PerCell
    missing_item: PerCell
    straight_liners: PerCell


class Truth(Checked):
    """Where a simulated survey comes from.

    Effects are in within-cell standard deviations: every latent variable has a within-cell variance of 1, and what its
    paths leave unexplained is a normal disturbance.
    """

    title: str
    seed: int = Field(ge=0)
    per_cell: int = Field(gt=0)
    paths: Paths
    items: dict[str, TrueItem]
    background: TrueBackground
    checks: TrueChecks
    planted: Planted
    misbehaviour: Misbehaviour = Misbehaviour()

    @field_validator("paths")
    @classmethod
    def _is_a_recursive_model(cls, paths: Paths) -> Paths:
        misfit.faults(_faults_of_paths(paths))
        return paths

    @field_validator("items")
    @classmethod
    def _belong_to_a_latent_variable(cls, items: dict[str, TrueItem]) -> dict[str, TrueItem]:
        strangers = [item for item in items if item.rstrip("0123456789") not in get_args(Latent)]
        misfit.faults(((item,), "This item belongs to no latent variable") for item in strangers)
        return items

    @field_validator("planted")
    @classmethod
    def _has_room_for_straight_liners(cls, planted: Planted, info: ValidationInfo) -> Planted:
        if max(planted.straight_liners) > info.data.get("per_cell", math.inf):
            misfit.faults([(("straight_liners",), "These are more than there are people in a cell")])
        return planted

    @field_validator("misbehaviour")
    @classmethod
    def _has_room_for_the_careless(cls, misbehaviour: Misbehaviour, info: ValidationInfo) -> Misbehaviour:
        if not {"per_cell", "planted"} <= info.data.keys():
            return misbehaviour
        per_cell, planted = info.data["per_cell"], info.data["planted"]
        if max(planted.straight_liners) + round(misbehaviour.careless * per_cell) > per_cell:
            message = "With the straight-liners, these are more than there are people in a cell"
            misfit.faults([(("careless",), message)])
        return misbehaviour

    @property
    def careless(self) -> float:
        """Planted share of analysed people who tick one box all the way down."""
        lines = self.planted.straight_liners
        return sum(lines) / (self.per_cell * len(lines))

    @cached_property
    def disturbances(self) -> dict[str, float]:
        """Variance of each latent variable's disturbance, such that its variance within a cell is 1."""
        return dict(zip(self.paths, 1 - self._explained[1], strict=True))

    @cached_property
    def within(self) -> pd.DataFrame:
        """Correlations of traits and latent variables within a cell."""
        names = [*TRAITS, *self.paths]
        return pd.DataFrame(self._explained[0], index=names, columns=names)

    @cached_property
    def _explained(self) -> tuple[Array, Array]:
        return explained(self.paths)

    @cached_property
    def latent_means(self) -> pd.DataFrame:
        """Mean of each latent variable in each cell, in within-cell standard deviations."""
        design = dummies([valence for valence, _ in CELLS], [interaction for _, interaction in CELLS])
        means: dict[str, Array] = {name: design[name].to_numpy() for name in DUMMIES}
        for latent, effects in self.paths.items():
            terms = [effect * means[name] for name, effect in effects.items() if name not in TRAITS]
            means[latent] = np.sum(terms, axis=0) if terms else np.zeros(len(CELLS))
        index = pd.MultiIndex.from_tuples(CELLS, names=["valence", "interaction"])
        return pd.DataFrame({latent: means[latent] for latent in self.paths}, index=index)


def explained(paths: Paths) -> tuple[Array, Array]:
    """Give the covariances of traits and latent variables within a cell, and the explained share of each latent one."""
    names = [*TRAITS, *paths]
    covariance = np.eye(len(names))
    shares = []
    for row, effects in enumerate(paths.values(), start=len(TRAITS)):
        weights = np.array([effects.get(name, 0.0) for name in names[:row]])
        shared = covariance[:row, :row] @ weights
        covariance[row, :row] = covariance[:row, row] = shared
        shares.append(weights @ shared)
    return covariance, np.array(shares)


def _faults_of_paths(paths: Paths) -> Iterator[tuple[Place, str]]:
    known: set[str] = {*DUMMIES, *TRAITS}
    for latent, effects in paths.items():
        for unknown in sorted(effects.keys() - known):
            yield (latent, unknown), f"Nothing above it is called {unknown}"
        known.add(latent)
    if len(paths) != len(get_args(Latent)):
        yield (), "psr, pkc, pk and pa are all needed"
    for latent, share in zip(paths, explained(paths)[1], strict=True):
        if share >= 1:
            yield (latent,), f"The paths to {latent} explain more than all of its variance"


def load_truth(path: str | Path) -> Truth:
    """Read a truth.

    Raises
    ------
    InputError
        If the file does not fit; with the line of each fault.
    """
    return checked_yaml.load(path, Truth)


def dummies(valence: object, interaction: object) -> pd.DataFrame:
    """Code the design: negative against positive comments, like and reply against no reaction, and their products.

    Parameters
    ----------
    valence, interaction
        One level per person.

    Returns
    -------
    pandas.DataFrame
        Columns of `DUMMIES`, 0 or 1.
    """
    neg = (np.asarray(valence) == "negative").astype(float)
    shown = {name: (np.asarray(interaction) == name).astype(float) for name in DESIGN.reactions}
    return pd.DataFrame({"neg": neg, **shown, **{f"neg:{name}": neg * dummy for name, dummy in shown.items()}})


CODES = dummies(*zip(*CELLS, strict=True)).to_numpy()
"""Columns of `DUMMIES` of each of `CELLS`, in their order."""


def other_ends(questionnaire: Questionnaire) -> Ends:
    """Give the ends of the scales that a questionnaire has in the place of the truth's points."""
    bounds = {item: questionnaire.bounds(questionnaire.construct_of(item)) for item in questionnaire.items}
    return {item: ends for item, ends in bounds.items() if ends != (LOWEST, HIGHEST)}


def implied(truth: Truth, ends: Ends = IN_POINTS) -> pd.DataFrame:
    """Give the structural value of every effect of negative minus positive comments.

    Rounding and careless answers are not in it: what the *analysis* would find in the population comes from fitting it
    to a large draw of `clean_responses`.

    Parameters
    ----------
    truth
        The truth.
    ends
        Of the items on other scales than the truth's.

    Returns
    -------
    pandas.DataFrame
        One row an estimand: `name` (of the defined parameter), `effect` (the names of the analysis: psr, pk_via_psr,
        serial, pa_via_psr, pa_via_pk, direct_pk, direct_pa, total_pk, total_pa), `interaction` (none, like, reply, or
        "reply - like"), `latent` (in within-cell standard deviations of the outcome), `points` (times the loading of
        the outcome's first item, the marker: points of that item before rounding) and `std` (partially standardised:
        `latent` over the outcome's standard deviation with the six cells taken together).
    """
    d, b, c = truth.paths["pk"].get("psr", 0.0), truth.paths["pa"].get("pk", 0.0), truth.paths["pa"].get("psr", 0.0)

    def slope(effects: dict[str, float], interaction: str) -> float:
        return effects.get("neg", 0.0) + effects.get(f"neg:{interaction}", 0.0)

    def at(interaction: str) -> dict[str, float]:
        psr, pk, pa = (slope(truth.paths[latent], interaction) for latent in ("psr", "pk", "pa"))
        return {
            "psr": psr,
            "pk_via_psr": psr * d,
            "serial": psr * d * b,
            "pa_via_psr": psr * c,
            "pa_via_pk": pk * b,
            "direct_pk": pk,
            "direct_pa": pa,
            "total_pk": pk + psr * d,
            "total_pa": pa + pk * b + psr * (c + d * b),
        }

    values = {interaction: at(interaction) for interaction in DESIGN.interactions}
    table = pd.DataFrame(
        {
            "name": name,
            "effect": one.effect,
            "interaction": one.place,
            "latent": values[one.at][one.effect] - (values[one.minus][one.effect] if one.minus else 0.0),
        }
        for name, one in estimands.by_parameter(DESIGN).items()
    )
    outcome = table["effect"].map({effect.name: effect.outcome for effect in estimands.EFFECTS})
    markers = {}
    for latent in ("psr", "pk", "pa"):
        lowest, highest = ends.get(first := f"{latent}1", (LOWEST, HIGHEST))
        markers[latent] = truth.items[first].loading * ((highest - lowest) / (HIGHEST - LOWEST))
    spread = np.sqrt(1 + truth.latent_means.var(ddof=0))
    return table.assign(
        points=table["latent"] * outcome.map(markers),
        std=table["latent"] / outcome.map(spread),
    )


def implied_moments(truth: Truth) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give means and covariances of the answers before rounding.

    Parameters
    ----------
    truth
        The truth.

    Returns
    -------
    means : pandas.DataFrame
        Mean of each item (columns) in each cell (rows), in points.
    covariance : pandas.DataFrame
        Covariance of the items within a cell, in squared points.
    """
    items = list(truth.items)
    latent = [item.rstrip("0123456789") for item in items]
    base, loading, error = (
        np.array([getattr(item, part) for item in truth.items.values()]) for part in ("base", "loading", "sd")
    )
    means = truth.latent_means[latent].set_axis(items, axis=1) * loading + base
    covariance = truth.within.loc[latent, latent].to_numpy() * np.outer(loading, loading) + np.diag(error**2)
    return means, pd.DataFrame(covariance, index=items, columns=items)


def draw(
    truth: Truth, design: pd.DataFrame, rng: np.random.Generator, following_longer: Array | None = None
) -> pd.DataFrame:
    """Draw people: traits, latent variables and answers before rounding.

    Parameters
    ----------
    truth
        The truth.
    design
        Columns of `DUMMIES`, one row a person.
    rng
        Source of randomness.
    following_longer
        By how many standard deviations each person follows longer than others do; nobody, when not given.

    Returns
    -------
    pandas.DataFrame
        Columns of `TRAITS` (standard normal), the latent variables (within-cell standard deviations) and the items
        (points).
    """
    coded = {name: design[name].to_numpy() for name in DUMMIES}
    return pd.DataFrame(_drawn(truth, coded, len(design), rng, following_longer))


def _drawn(
    truth: Truth, coded: Mapping[str, Array], n: int, rng: np.random.Generator, following_longer: Array | None = None
) -> dict[str, Array]:
    """Draw traits, latent variables and answers of n people whose cells are coded, each as an array."""
    people = {name: rng.standard_normal(n) for name in TRAITS}
    if following_longer is not None:
        people["following"] += following_longer
    for latent, effects in truth.paths.items():
        people[latent] = rng.standard_normal(n) * np.sqrt(truth.disturbances[latent])
        for name, effect in effects.items():
            people[latent] += effect * (coded[name] if name in coded else people[name])
    for name, item in truth.items.items():
        latent_value = people[name.rstrip("0123456789")]
        people[name] = item.base + item.loading * latent_value + item.sd * rng.standard_normal(n)
    return people


def rounded(answers: pd.DataFrame | pd.Series | Array, lowest: int = LOWEST, highest: int = HIGHEST) -> Array:
    """Turn normal answers into answers of a scale: the nearest one that can be given.

    A truth is written in points from 1 to 7. On another scale its ends mean the same, so its lowest answer stands at 1,
    its highest at 7 and the others between them at equal distances; a person gives the answer that is nearest. On a
    scale of k answers the thresholds are thus ``1 + 6 (j + 1/2) / (k - 1)`` for j from 0 to k - 2, and a mean far from
    the ends keeps its place as a per cent of the scale's range (POMP; Cohen, Cohen, Aiken & West, 1999).

    Parameters
    ----------
    answers
        Normal answers, in points of the truth.
    lowest, highest
        Ends of the scale, whose answers are the whole numbers between them.

    Returns
    -------
    numpy.ndarray
        Whole numbers from `lowest` to `highest`, of the same shape.

    Examples
    --------
    >>> rounded(np.array([-1.0, 2.4, 2.6, 4.0, 9.0]), 1, 5).tolist()
    [1.0, 2.0, 2.0, 3.0, 5.0]
    >>> rounded(np.array([1.0, 4.0, 5.5]), 0, 100).tolist()
    [0.0, 50.0, 75.0]
    """
    steps = highest - lowest
    places = (np.asarray(answers, dtype=float) - LOWEST) * (steps / (HIGHEST - LOWEST))
    points: Array = lowest + np.clip(np.rint(places), 0, steps)
    return points


def clean_responses(
    truth: Truth,
    n: int,
    seed: int,
    *,
    round_answers: bool = True,
    ends: Ends = IN_POINTS,
    design: Design = DESIGN,
) -> pd.DataFrame:
    """Draw people who all answer everything with care, in the scored columns of the analysis.

    Parameters
    ----------
    truth
        The truth.
    n
        People; they are dealt out over the cells of the design in turn.
    seed
        Seed of the draw.
    round_answers
        Whether answers are rounded to those of the scale, or kept as the normal variables behind them.
    ends
        Of the items on other scales than the truth's.
    design
        Whose cells there are; the truth's own when not given.

    Returns
    -------
    pandas.DataFrame
        `valence`, `interaction` (categories), `neg`, `like`, `reply`, `neg:like`, `neg:reply` and the items, reversed
        ones turned.
    """
    places = np.array([CELLS.index(cell) for cell in design.cells])
    cell = places[np.arange(n) % len(places)]
    answers = clean_answers(truth, cell, np.random.default_rng(seed), round_answers=round_answers, ends=ends)
    return labelled(in_columns(list(truth.items), cell, answers), cell)


def clean_answers(
    truth: Truth,
    cell: NDArray[np.intp],
    rng: np.random.Generator,
    *,
    round_answers: bool = True,
    ends: Ends = IN_POINTS,
) -> Array:
    """Draw the answers of people in given cells, who all answer everything with care.

    Parameters
    ----------
    truth
        The truth.
    cell
        Place in `CELLS` of each person's cell.
    rng
        Source of randomness.
    round_answers
        Whether answers are rounded.
    ends
        Of the items on other scales than the truth's.

    Returns
    -------
    Array
        Scored answers, shape (people, items), the items in the truth's order.
    """
    people = _drawn(truth, dict(zip(DUMMIES, CODES.T[:, cell], strict=True)), len(cell), rng)
    behind = np.column_stack([people[name] for name in truth.items])
    if not round_answers:
        return behind
    answers = rounded(behind)
    for place, name in enumerate(truth.items):
        if name in ends:
            answers[:, place] = rounded(behind[:, place], *ends[name])
    return answers


def in_columns(items: Sequence[str], cell: NDArray[np.intp], answers: Array) -> pd.DataFrame:
    """Put answers, shape (people, items), beside the columns of `DUMMIES` of those who gave them."""
    return pd.DataFrame(np.hstack([CODES[cell], answers]), columns=[*DUMMIES, *items])


def labelled(responses: pd.DataFrame, cell: NDArray[np.intp]) -> pd.DataFrame:
    """Put the levels of each person's cell before the columns of `in_columns`, as `clean_responses` has them."""
    valence, interaction = np.divmod(cell, len(DESIGN.interactions))
    levels = {
        "valence": pd.Categorical.from_codes(valence, pd.Index(list(DESIGN.valences))),
        "interaction": pd.Categorical.from_codes(interaction, pd.Index(list(DESIGN.interactions))),
    }
    return pd.concat([pd.DataFrame(levels), responses], axis=1)


def with_straight_lines(
    responses: pd.DataFrame,
    share: float,
    reversed_items: frozenset[str],
    seed: int | np.random.Generator,
    ends: Ends = IN_POINTS,
) -> pd.DataFrame:
    """Let a share of people tick the same box for every item.

    Parameters
    ----------
    responses
        Scored answers, as `clean_responses` gives them.
    share
        Share of people, the same in each cell but for rounding.
    reversed_items
        Items that say the opposite of their construct: there, the same box is the mirrored score.
    seed
        Seed of the draw, or its source of randomness.
    ends
        Of the items on other scales than the truth's: there, the box in the same place.

    Returns
    -------
    pandas.DataFrame
        A copy in which these people have answered without reading.
    """
    items = [name for name in responses.columns if name[-1].isdigit()]
    cell = pd.MultiIndex.from_tuples(CELLS).get_indexer(pd.MultiIndex.from_frame(responses[["valence", "interaction"]]))
    changed = responses.copy()
    answers = responses[items].to_numpy(dtype=float, copy=True)
    tick_straight_lines(answers, items, cell, share, reversed_items, np.random.default_rng(seed), ends)
    changed[items] = answers
    return changed


def tick_straight_lines(
    answers: Array,
    items: Sequence[str],
    cell: NDArray[np.intp],
    share: float,
    reversed_items: frozenset[str],
    rng: np.random.Generator,
    ends: Ends = IN_POINTS,
) -> None:
    """Overwrite the answers of a share of people as `with_straight_lines` does.

    Parameters
    ----------
    answers
        Scored answers, shape (people, items); changed in place.
    items
        The items, in the order of the answers.
    cell
        Place in `CELLS` of each person's cell.
    share, reversed_items, ends
        As in `with_straight_lines`.
    rng
        Source of randomness.
    """
    careless = np.zeros(len(answers), dtype=bool)
    for place in range(len(CELLS)):
        members = np.flatnonzero(cell == place)
        careless[rng.permutation(members)[: round(share * len(members))]] = True
    boxes = straight_boxes(int(careless.sum()), rng)
    scales = [ends.get(item, (LOWEST, HIGHEST)) for item in items]
    ticked = {scale: rounded(boxes, *scale) for scale in set(scales)}
    by_item = zip(items, scales, strict=True)
    scored = [sum(scale) - ticked[scale] if item in reversed_items else ticked[scale] for item, scale in by_item]
    answers[careless] = np.column_stack(scored)


def straight_boxes(n: int, rng: np.random.Generator) -> Array:
    """Draw the box that each of n straight-liners ticks all the way down: one of the middle three."""
    return rng.choice([3.0, 4.0, 5.0], size=n)
