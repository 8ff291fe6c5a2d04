"""What the evidence tables in ``data/literature`` hold, read and checked row by row."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from companion.errors import InputError, Problem

FOLDER = Path(__file__).resolve().parents[2] / "data" / "literature"

Direction = Literal["for", "mixed", "null", "against", "unclear"]
Kind = Literal["article", "meta-analysis", "proceedings", "thesis", "book", "data", "software", "web"]
RESEARCH = frozenset({"article", "meta-analysis", "proceedings", "thesis"})
"""Kinds of work that test something; a price list or a figure of a firm on its own customers does not."""


class Row(BaseModel):
    """One row of a table; an unknown column or an empty cell that must hold something is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Work(Row):
    """A work of the bibliography, as it was seen."""

    key: str
    label: str
    kind: Kind
    first_author: str
    year: str
    title: str
    doi: str | None
    seen: str
    address: str


class Tier(Row):
    """The follower range that a source gives to a tier; the lower bound belongs to it, the upper does not."""

    source: str
    tier: str
    followers_min: int
    followers_max: int | None
    in_words: str
    address: str


class Engagement(Row):
    """An engagement rate that a source gives for a range of followers, by its own definition."""

    source: str
    series: str
    followers_min: int
    followers_max: int | None
    definition: str
    percent: float
    year: str
    address: str


class Price(Row):
    """What a price list asks of an advertiser."""

    source: str
    tier: str
    followers_min: int | None
    followers_max: int | None
    what_is_paid: str
    low: float
    high: float
    currency: str
    address: str


class TierClaim(Row):
    """One part of a claim of the thesis summary about the tiers."""

    claim: str
    part: str
    statement: str


class TierFinding(Row):
    """What a source says on one part of a claim, coded in the direction of the claim."""

    claim: str
    part: str
    source: str
    direction: Direction
    finding: str
    address: str


class ModelPath(Row):
    """A path of the model, a neighbour of it or a rival, and what the thesis's chain expects of it."""

    path: str
    label: str
    expected: str
    role: Literal["model", "total", "neighbour", "rival"]
    order: int


class Effect(Row):
    """What a study says on a path, with what its effect size can be computed from where that was seen."""

    source: str
    study: str | None
    n: int | None
    country: str
    platform: str
    design: str
    path: str
    direction: Direction
    finding: str
    measure: Literal["r", "beta", "means"] | None
    value: float | None
    mean_1: float | None
    sd_1: float | None
    mean_2: float | None
    sd_2: float | None
    n_for_r: int | None
    outcome: str | None
    address: str


class Experiment(Row):
    """A study near to the thesis's experiment, and how it differs from it."""

    source: str
    n: str
    platform: str
    manipulated: str
    measured: str
    finding: str
    differs: str


class Scale(Row):
    """What was seen of a scale; wordings of items are not copied."""

    measured: str
    source: str
    structure: str
    response_scale: str
    reliability: str
    note: str | None
    address: str


class Rule(Row):
    """A rule on advertising by influencers, from the month or year in which it came."""

    date: str
    until: str | None
    level: Literal["European Union", "Belgium", "Flanders"]
    force: str
    title: str
    what: str
    source: str
    address: str


class Citation(Row):
    """A sentence of a chapter, the work that it rests on, and what was seen of that work."""

    chapter: str
    sentence: str
    key: str
    seen: str
    where: str


@dataclass(frozen=True)
class Literature:
    """All evidence tables.

    Parameters
    ----------
    works
        The bibliography by key.
    tiers, engagement, prices, tier_claims, tier_findings, paths, effects, experiments, scales, rules
        The rows of the tables, in the order of the files.
    """

    works: dict[str, Work]
    tiers: tuple[Tier, ...]
    engagement: tuple[Engagement, ...]
    prices: tuple[Price, ...]
    tier_claims: tuple[TierClaim, ...]
    tier_findings: tuple[TierFinding, ...]
    paths: tuple[ModelPath, ...]
    effects: tuple[Effect, ...]
    experiments: tuple[Experiment, ...]
    scales: tuple[Scale, ...]
    rules: tuple[Rule, ...]

    def label(self, source: str) -> str:
        """Give the reader's short name of a work, such as "Park et al. (2021)"."""
        return self.works[source].label

    def is_research(self, source: str) -> bool:
        """Tell whether a work is research (article, proceedings, thesis, meta-analysis)."""
        return self.works[source].kind in RESEARCH


R = TypeVar("R", bound=Row)


@cache
def literature(folder: Path = FOLDER) -> Literature:
    """Read all evidence tables and check that every source, path and claim that they name is there.

    Parameters
    ----------
    folder
        Where the CSV files lie.

    Raises
    ------
    InputError
        A cell that its column does not allow, or a name that no other table knows.
    """
    found = Literature(
        works={work.key: work for work in read(folder / "works.csv", Work)},
        tiers=read(folder / "tiers.csv", Tier),
        engagement=read(folder / "engagement.csv", Engagement),
        prices=read(folder / "prices.csv", Price),
        tier_claims=read(folder / "tier-claims.csv", TierClaim),
        tier_findings=read(folder / "tier-evidence.csv", TierFinding),
        paths=read(folder / "paths.csv", ModelPath),
        effects=read(folder / "effects.csv", Effect),
        experiments=read(folder / "experiments.csv", Experiment),
        scales=read(folder / "scales.csv", Scale),
        rules=read(folder / "rules.csv", Rule),
    )
    problems = _unknown_names(folder, found)
    if problems:
        raise InputError(problems)
    return found


def _unknown_names(folder: Path, found: Literature) -> list[Problem]:
    parts = {f"{part.claim} {part.part}" for part in found.tier_claims}
    paths = {path.path for path in found.paths}
    references = {
        ("tiers.csv", "source"): ([row.source for row in found.tiers], set(found.works)),
        ("engagement.csv", "source"): ([row.source for row in found.engagement], set(found.works)),
        ("prices.csv", "source"): ([row.source for row in found.prices], set(found.works)),
        ("tier-evidence.csv", "source"): ([row.source for row in found.tier_findings], set(found.works)),
        ("tier-evidence.csv", "part"): ([f"{row.claim} {row.part}" for row in found.tier_findings], parts),
        ("effects.csv", "source"): ([row.source for row in found.effects], set(found.works)),
        ("effects.csv", "path"): ([row.path for row in found.effects], paths),
        ("experiments.csv", "source"): ([row.source for row in found.experiments], set(found.works)),
        ("scales.csv", "source"): ([row.source for row in found.scales], set(found.works)),
        ("rules.csv", "source"): ([row.source for row in found.rules], set(found.works)),
    }
    return [
        problem
        for (file, column), (names, known) in references.items()
        for problem in _unknown(folder / file, column, names, known)
    ]


def citations(folder: Path = FOLDER) -> tuple[Citation, ...]:
    """Read which work each cited sentence rests on.

    Raises
    ------
    InputError
        A cell that its column does not allow.
    """
    return read(folder / "citations.csv", Citation)


def read(path: Path, row: type[R]) -> tuple[R, ...]:
    """Read a CSV file as checked rows; an empty cell is nothing.

    Parameters
    ----------
    path
        The file.
    row
        What a row holds.

    Raises
    ------
    InputError
        Every cell that the row does not allow, with its place as a spreadsheet counts it.
    """
    with path.open(encoding="utf-8", newline="") as file:
        raw = [{column: cell or None for column, cell in line.items()} for line in csv.DictReader(file)]
    try:
        return TypeAdapter(tuple[row, ...]).validate_python(raw)  # type: ignore[valid-type]
    except ValidationError as error:
        raise InputError(_problems(path, error.errors(include_url=False))) from None


def _problems(path: Path, errors: Iterable[Any]) -> list[Problem]:
    return [
        Problem(
            file=path,
            message=f"{fault['msg']}.",
            remedy="See data/literature/README.md for what the column holds.",
            row=int(fault["loc"][0]) + 2,
            column=str(fault["loc"][1]),
            value=None if isinstance(fault["input"], dict) else str(fault["input"] or ""),
        )
        for fault in errors
    ]


def _unknown(path: Path, column: str, names: Sequence[str], known: set[str]) -> list[Problem]:
    return [
        Problem(
            file=path,
            message="No other table knows this name.",
            remedy="Correct it, or add it to the table that it refers to.",
            row=position + 2,
            column=column,
            value=name,
        )
        for position, name in enumerate(names)
        if name not in known
    ]
