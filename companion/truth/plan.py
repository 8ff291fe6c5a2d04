"""A plan: which surveys to simulate under which truths, how each is analysed, and which claims are at stake."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from pydantic import Field, ValidationInfo, field_validator

from companion import misfit
from companion.analysis import claims
from companion.analysis.estimands import EFFECTS, Estimand, by_parameter
from companion.analysis.mediation import Items
from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.survey.design import DESIGN, Design
from companion.survey.questionnaire import Claims, Questionnaire
from companion.truth import planned_people
from companion.truth.misbehaviour import Misbehaviour
from companion.truth.planned_people import Allocations, PlannedSample
from companion.truth.population import Ends, Truth, other_ends
from companion.truth.truth_file import PlannedTruth, every_changed, fault

Construct: TypeAlias = Literal["psr", "pk", "pa"]
TOGETHER = "all together"


class PlannedScales(Checked):
    """How many items of each construct are asked, the first ones, and how reliable their sum is.

    `reliability` is omega: the squared sum of the loadings over itself plus the error variances. McDonald, R. P.
    (1999), *Test Theory*. The errors of a construct's items are made larger or smaller in one proportion to reach it.
    """

    items: dict[Construct, Annotated[int, Field(ge=2)]] = Field(default_factory=dict)
    reliability: dict[Construct, Annotated[float, Field(gt=0, lt=1)]] = Field(default_factory=dict)


class PlannedAnalysis(Checked):
    """How a survey is analysed: the latent model or scale means, and which intervals decide.

    `draws` are those of the bootstrap, or the normal draws of the Monte Carlo method.
    """

    model: Literal["latent", "observed"]
    interval: Literal["percentile", "monte-carlo", "delta"]
    draws: Annotated[int, Field(ge=100)] = 1000


class NoLarger(Checked):
    """The claim that an effect is smaller than the smallest one of interest: its interval lies below the limit.

    With the sign ``+`` the interval has to end below the limit, with ``-`` to begin above minus the limit, with
    ``both`` to do both. `limit` is in the points of the outcome's scale.
    """

    effect: str
    at: str
    minus: str | None = None
    sign: Literal["+", "-", "both"]
    limit: float = Field(gt=0)

    @field_validator("effect")
    @classmethod
    def _is_an_effect(cls, effect: str) -> str:
        return _one_of(effect, [one.name for one in EFFECTS], "effect")

    @field_validator("at")
    @classmethod
    def _is_a_reaction(cls, at: str) -> str:
        return _one_of(at, DESIGN.interactions, "reaction")

    @field_validator("minus")
    @classmethod
    def _is_compared(cls, minus: str | None, info: ValidationInfo) -> str | None:
        others = [before for after, before in DESIGN.contrasts if after == info.data.get("at")]
        if minus is None or "at" not in info.data or minus in others:
            return minus
        pairs = ", ".join(f"{after} minus {before}" for after, before in DESIGN.contrasts)
        raise misfit.fault(f"There is no such comparison; there are {pairs}", "Name one of them.")

    @property
    def estimand(self) -> Estimand:
        """The effect, without side and limit."""
        return Estimand(self.effect, self.at, self.minus)


def _one_of(name: str, known: Sequence[str], what: str) -> str:
    if name not in known:
        raise misfit.fault(f"There is no such {what}; there are {', '.join(known)}", "Name one of them.")
    return name


class Target(Checked):
    """The power that is wanted, for one claim or for all together."""

    power: Annotated[float, Field(gt=0, lt=1)]
    claim: str


class Parts(Checked):
    """What the parts of a plan have to do with each other; each may be absent while faults are looked for."""

    claims: tuple[str, ...] = ()
    no_larger: dict[str, NoLarger] = Field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    truths: dict[str, PlannedTruth] = Field(default_factory=dict)
    scales: dict[str, PlannedScales] = Field(default_factory=dict)
    samples: dict[str, PlannedSample] = Field(default_factory=dict)
    allocations: Allocations | None = None


class Plan(Parts):
    """A plan: every truth with all scales, samples or allocations, and analyses is a design."""

    title: str
    seed: int = Field(ge=0)
    replications: int = Field(ge=2)
    population: int = Field(ge=10_000)
    level: float = Field(default=0.95, gt=0.5, lt=1)
    claims: tuple[str, ...]
    truths: dict[str, PlannedTruth] = Field(min_length=1)
    scales: dict[str, PlannedScales] = Field(min_length=1)
    analyses: dict[str, PlannedAnalysis] = Field(min_length=1)


@dataclass(frozen=True)
class PlannedDesign:
    """One design of a plan, with all that its replications depend on.

    Parameters
    ----------
    names
        Names of its truth, scales, sample or allocation, and analysis.
    truth
        The truth, with its changes and the errors that the reliabilities ask for.
    items
        Items of each construct that are asked.
    turned
        Reversed items.
    ends
        Of the items on other scales than the truth's.
    cells
        People who begin, in each cell.
    kept
        Chance of each cell's people to be analysed.
    analysis, level
        How each survey is analysed.
    seed
        The plan's seed.
    """

    names: tuple[str, str, str, str]
    truth: Truth
    items: Items
    turned: frozenset[str]
    ends: Ends
    cells: tuple[int, ...]
    kept: tuple[float, ...]
    analysis: PlannedAnalysis
    level: float
    seed: int

    @property
    def name(self) -> str:
        """What it is called in tables and files."""
        return " / ".join(self.names)

    @property
    def people(self) -> int:
        """People who begin."""
        return sum(self.cells)

    @property
    def shown(self) -> Design:
        """The design of the reactions that anybody sees."""
        return planned_people.shown(self.cells)

    @property
    def expected(self) -> int:
        """People who are expected to be analysed of those who begin."""
        return round(float(np.dot(self.cells, self.kept)))


@dataclass(frozen=True)
class Planned:
    """A plan that was read, checked against the study, and multiplied out.

    Parameters
    ----------
    plan
        As it stands in the file.
    designs
        Its designs.
    searched
        What a search for weights found, as `companion.truth.best_weights.completed` has it; empty before it, and where
        the plan asks for none.
    """

    plan: Plan
    designs: tuple[PlannedDesign, ...]
    searched: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)


def load_plan(path: Path, questionnaire: Questionnaire, items: Items, stated: Claims) -> Planned:
    """Read a plan and multiply it out.

    Parameters
    ----------
    path
        The plan.
    questionnaire
        What is asked.
    items
        Items of each construct of the model.
    stated
        The claims that a plan can name.

    Raises
    ------
    InputError
        If the plan or a truth that it names does not fit; with the line of each fault. What can be judged only when
        another fault is mended is told then: the people of an allocation whose weight is no number, say.
    """
    draft = checked_yaml.draft(path, Plan)
    truths, problems = _beside(path, draft, items, stated)
    plan = draft.model
    if plan is None or problems:
        every = [*draft.problems, *problems]
        raise InputError(sorted(every, key=lambda one: (one.file != path, one.row or 0)))
    turned = frozenset(name for name, item in questionnaire.items.items() if item.reversed)
    ends = other_ends(questionnaire)
    designs = []
    people = planned_people.in_cells(plan.samples, plan.allocations)
    for names in product(plan.truths, plan.scales, people, plan.analyses):
        scales, sample = plan.scales[names[1]], people[names[2]]
        lengths: dict[str, int] = dict(scales.items.items())
        asked = {construct: every[: lengths.get(construct)] for construct, every in items.items()}
        designs.append(
            PlannedDesign(
                names=names,
                truth=with_reliability(truths[names[0]], asked, scales.reliability),
                items=asked,
                turned=turned,
                ends=ends,
                cells=sample.cells,
                kept=sample.kept,
                analysis=plan.analyses[names[3]],
                level=plan.level,
                seed=plan.seed,
            )
        )
    return Planned(plan, tuple(designs))


def rests_on(plan: Parts, name: str, stated: Claims) -> frozenset[str]:
    """Give the effects on which a claim of a plan rests, those of the claims that it requires included."""
    if name in plan.no_larger:
        return frozenset({plan.no_larger[name].estimand.parameter})
    if name == TOGETHER:
        return frozenset().union(*(rests_on(plan, one, stated) for one in (*plan.claims, *plan.no_larger)))
    return claims.rests_on(name, stated)


def untestable(plan: Parts, stated: Claims, shown: Design) -> list[str]:
    """Give the claims of a plan that a design cannot test, since they are about reactions that nobody sees in it."""
    there = frozenset(by_parameter(shown))
    every = (*plan.claims, *plan.no_larger, TOGETHER)
    return [name for name in every if not rests_on(plan, name, stated) <= there]


def with_reliability(truth: Truth, items: Items, reliability: Mapping[Construct, float]) -> Truth:
    """Give a truth in which the sum of each named construct's items has this omega.

    Examples
    --------
    >>> from companion.root import ROOT
    >>> from companion.truth.population import load_truth
    >>> truth = load_truth(ROOT / "data/truth.yml")
    >>> round(omega(with_reliability(truth, {"pa": ("pa1", "pa2")}, {"pa": 0.7}), ("pa1", "pa2")), 6)
    0.7
    """
    for construct, wanted in reliability.items():
        truth = _with_errors(truth, items[construct], _factor(truth, items[construct], wanted))
    return truth


def as_reliable(truth: Truth, items: tuple[str, ...], wanted: float) -> Truth:
    """Give a truth in which the sum of some items has this omega, and the errors of all items changed as theirs did.

    So one number makes a whole questionnaire more or less reliable, and each scale keeps its place among the others.

    Examples
    --------
    >>> from companion.root import ROOT
    >>> from companion.truth.population import load_truth
    >>> truth = load_truth(ROOT / "data/truth.yml")
    >>> less = as_reliable(truth, ("psr1", "psr2"), 0.7)
    >>> round(omega(less, ("psr1", "psr2")), 6)
    0.7
    >>> len({round(less.items[name].sd / own.sd, 6) for name, own in truth.items.items()})
    1
    """
    return _with_errors(truth, tuple(truth.items), _factor(truth, items, wanted))


def _factor(truth: Truth, items: tuple[str, ...], wanted: float) -> float:
    """Give by what the standard deviations of the errors of some items are multiplied to reach an omega."""
    common = sum(truth.items[name].loading for name in items) ** 2
    return float((common * (1 / wanted - 1) / sum(truth.items[name].sd ** 2 for name in items)) ** 0.5)


def _with_errors(truth: Truth, items: tuple[str, ...], factor: float) -> Truth:
    """Give a truth in which the errors of some items have so many times their standard deviation."""
    changed = {name: truth.items[name].model_copy(update={"sd": truth.items[name].sd * factor}) for name in items}
    return truth.model_copy(update={"items": {**truth.items, **changed}})


def omega(truth: Truth, items: tuple[str, ...]) -> float:
    """Give the reliability of the sum of some items of one construct, within a cell and before rounding."""
    common = sum(truth.items[name].loading for name in items) ** 2
    return common / (common + sum(truth.items[name].sd ** 2 for name in items))


def _beside(
    path: Path, draft: checked_yaml.Draft[Plan], items: Items, stated: Claims
) -> tuple[dict[str, Truth], list[Problem]]:
    """Give the truths of a plan, and the faults beside those of single values; a faulty part accuses no other."""
    if not isinstance(draft.content, Mapping):
        return {}, []
    parts = draft.sound(Parts)
    problems = [
        *_unknown(path, draft.content, stated),
        *_too_long(path, parts, items),
        *planned_people.faults(path, draft.content, parts.allocations),
    ]
    if not draft.faulty("samples", "allocations"):
        problems += _of_several_shapes(path, parts, bool(draft.content.get("targets")))
    if not draft.faulty("claims", "no_larger", "allocations"):
        problems += _tested_nowhere(path, parts, stated)
    truths, of_truths = every_changed(path, parts.truths)
    for name, truth in truths.items():
        if truth.misbehaviour != Misbehaviour():
            message = "A plan draws careful answers, and this truth plants misbehaviour, which would be passed over."
            of_truths.append(fault(path, ("truths", name), message, parts.truths[name].file))
    return truths, [*problems, *of_truths]


def _unknown(path: Path, content: Mapping[str, Any], stated: Claims) -> Iterator[Problem]:
    """Name the claims that there are not; by the names alone, whatever else is wrong with what they name."""
    known = [*stated.results]
    claims, limits = _listed(content.get("claims")), _keyed(content.get("no_larger"))
    for place, claim in enumerate(claims):
        if isinstance(claim, str) and claim not in known:
            yield fault(path, ("claims", place), f"The claims are {', '.join(known)}.", claim)
    for name in limits:
        if name in known or name == TOGETHER:
            yield fault(path, ("no_larger", name), "A claim of this name is there already.", name)
    if content.get("claims") == [] and not limits:
        yield fault(path, ("claims",), "A plan needs a claim.", None)
    wanted: list[tuple[tuple[str | int, ...], object]]
    wanted = [
        (("targets", place, "claim"), _keyed(target).get("claim"))
        for place, target in enumerate(_listed(content.get("targets")))
    ]
    if allocations := _keyed(content.get("allocations")):
        wanted.append((("allocations", "claim"), allocations.get("claim", Allocations.model_fields["claim"].default)))
    at_stake = [*(claim for claim in claims if isinstance(claim, str)), *map(str, limits), TOGETHER]
    for where, name in wanted:
        if isinstance(name, str) and name not in at_stake:
            yield fault(path, where, f"The claims of this plan are {', '.join(at_stake)}.", name)


def _listed(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _keyed(given: object) -> dict[Any, Any]:
    return given if isinstance(given, dict) else {}


def _tested_nowhere(path: Path, plan: Parts, stated: Claims) -> Iterator[Problem]:
    """Refuse a comparison by a claim that no allocation can test."""
    if plan.allocations is None or not {*plan.claims} <= {*stated.results}:
        return
    designs = [one.shown for one in plan.allocations.weights.values()]
    left = [untestable(plan, stated, shown) for shown in designs if shown.interactions]
    claim = plan.allocations.claim
    if left and all(claim in of for of in left):
        message = f"No allocation can test {claim}: each drops a reaction that it is about."
        yield fault(path, ("allocations", "claim"), message, claim)


def _of_several_shapes(path: Path, plan: Parts, searched: bool) -> Iterator[Problem]:
    """Refuse a search for the smallest size over samples that differ in more than size, as allocations do."""
    shapes = {
        (tuple(n / sum(one.cells) for n in one.cells), one.dropout, one.excluded) for one in plan.samples.values()
    }
    if searched and (len(shapes) > 1 or plan.allocations is not None):
        message = "The smallest size is looked for among samples that differ in size alone: same shares, same losses."
        yield fault(path, ("targets",), message, None)


def _too_long(path: Path, plan: Parts, items: Items) -> Iterator[Problem]:
    for name, scales in plan.scales.items():
        for construct, length in scales.items.items():
            if length > len(items[construct]):
                message = f"The questionnaire has {len(items[construct])} items for {construct}."
                yield fault(path, ("scales", name, "items", construct), message, str(length))
