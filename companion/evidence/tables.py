"""What the evidence tables in ``data/literature`` hold, read and checked row by row."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from companion import misfit
from companion.errors import InputError, Problem
from companion.misfit import Misfit
from companion.root import ROOT

FOLDER = ROOT / "data" / "literature"

Direction = Literal["for", "mixed", "null", "against", "unclear"]
Kind = Literal["article", "meta-analysis", "proceedings", "thesis", "book", "data", "software", "web"]
RESEARCH = frozenset({"article", "meta-analysis", "proceedings", "thesis"})
"""Kinds of work that test something; a price list or a figure of a firm on its own customers does not."""


class Row(BaseModel):
    """One row of a table; an unknown column or an empty cell that must hold something is a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    file: ClassVar[str]
    """The table's file below the folder of the evidence tables."""


class Work(Row):
    """A work of the bibliography, as it was seen."""

    file: ClassVar = "works.csv"

    key: str
    """Its key in the bibliography."""
    label: str
    """The reader's short name of it, such as "Park et al. (2021)"."""
    kind: Kind
    """What kind of work it is."""
    first_author: str
    """Surname of the first author, or who published it."""
    year: str
    """Year of publication; n.d. where the work names none."""
    title: str
    """Its title."""
    doi: str | None
    """Its DOI, without an address before it."""
    seen: str
    """What was seen of it."""
    address: str
    """Where it was seen."""


class Tier(Row):
    """The follower range that a source gives to a tier; the lower bound belongs to it, the upper does not."""

    file: ClassVar = "tiers.csv"

    source: str
    """Key of the work that gives the range."""
    tier: str
    """Name of the tier."""
    followers_min: int
    """Fewest followers of the tier."""
    followers_max: int | None
    """The number of followers below which the tier ends; empty where it is open."""
    in_words: str
    """The range in words."""
    address: str
    """Where it was seen."""


class Engagement(Row):
    """An engagement rate that a source gives for a range of followers, by its own definition."""

    file: ClassVar = "engagement.csv"

    source: str
    """Key of the work that gives the rate."""
    series: str
    """Rates of one series can be compared."""
    followers_min: int
    """Fewest followers of the range."""
    followers_max: int | None
    """The number of followers below which the range ends; empty where it is open."""
    definition: str
    """What the source divides by what."""
    percent: float
    """The rate in per cent."""
    year: str
    """Year of the rate; n.d. where the source names none."""
    address: str
    """Where it was seen."""


class Price(Row):
    """What a price list asks of an advertiser."""

    file: ClassVar = "prices.csv"

    source: str
    """Key of the price list among the works."""
    tier: str
    """Name of the tier."""
    followers_min: int | None
    """Fewest followers of the tier, where the list says."""
    followers_max: int | None
    """The number of followers below which the tier ends, where the list says."""
    what_is_paid: str
    """What the advertiser gets."""
    low: float
    """The lowest price, in the currency."""
    high: float
    """The highest price, in the currency."""
    currency: str
    """The currency's three letters."""
    address: str
    """Where it was seen."""


class TierClaim(Row):
    """One part of a claim of the thesis summary about the tiers."""

    file: ClassVar = "tier-claims.csv"

    claim: str
    """The claim's identifier, T1 to T6."""
    part: str
    """Name of the part, once in each claim."""
    statement: str
    """What the part says."""


class TierFinding(Row):
    """What a source says on one part of a claim, coded in the direction of the claim."""

    file: ClassVar = "tier-evidence.csv"

    claim: str
    """The claim's identifier."""
    part: str
    """The part of the claim."""
    source: str
    """Key of the work that found it."""
    direction: Direction
    """Whether the finding lies in the direction of the claim."""
    finding: str
    """What was found."""
    address: str
    """Where it was seen."""


class ModelPath(Row):
    """A path of the model, a neighbour of it or a rival, and what the thesis's chain expects of it."""

    file: ClassVar = "paths.csv"

    path: str
    """Name of the path."""
    label: str
    """The path as the book prints it."""
    expected: str
    """What the chain expects there."""
    role: Literal["model", "total", "neighbour", "rival"]
    """What the path is to the model."""
    order: int
    """Its place in the order of the paths."""


class Effect(Row):
    """What a study says on a path, with what its effect size can be computed from where that was seen."""

    file: ClassVar = "effects.csv"

    source: str
    """Key of the work that the study is reported in."""
    study: str | None
    """Which study of the work, where it has several."""
    n: int | None
    """Sample size; empty where it was not seen."""
    country: str
    """Where the participants live."""
    platform: str
    """The medium that the study is about."""
    design: str
    """What kind of study it is."""
    path: str
    """Name of the path."""
    direction: Direction
    """Whether the finding lies in the direction that the chain expects."""
    finding: str
    """What was found."""
    measure: Literal["r", "beta", "means"] | None
    """What an effect size can be computed from: a correlation, a standardised coefficient, or two means."""
    value: float | None
    """The correlation or the standardised coefficient."""
    mean_1: float | None
    """Mean of the group in which the chain expects more, in points of the study's scale."""
    sd_1: float | None
    """Standard deviation in that group."""
    mean_2: float | None
    """Mean of the other group."""
    sd_2: float | None
    """Standard deviation in the other group."""
    n_for_r: int | None
    """Number of people behind that very figure."""
    outcome: str | None
    """What was measured, where the path's name does not say."""
    address: str
    """Where it was seen."""


class Experiment(Row):
    """A study near to the thesis's experiment, and how it differs from it."""

    file: ClassVar = "experiments.csv"

    source: str
    """Key of the work that reports it."""
    n: str
    """Sample size, or that it was not seen."""
    platform: str
    """The medium of the experiment."""
    manipulated: str
    """What was varied."""
    measured: str
    """What was measured."""
    finding: str
    """What was found."""
    differs: str
    """How it differs from the thesis's experiment."""


class Scale(Row):
    """What was seen of a scale; wordings of items are not copied."""

    file: ClassVar = "scales.csv"

    measured: str
    """What the scale measures."""
    source: str
    """Key of the work that reports it."""
    structure: str
    """Its parts."""
    response_scale: str
    """How its items are answered."""
    reliability: str
    """Its reliability."""
    note: str | None
    """What else is to be known."""
    address: str
    """Where it was seen."""


class Rule(Row):
    """A rule on advertising by influencers, from the month or year in which it came."""

    file: ClassVar = "rules.csv"

    date: str
    """Year, or year and month, from which it holds."""
    until: str | None
    """Year, or year and month, in which it ended."""
    level: Literal["European Union", "Belgium", "Flanders"]
    """Who made it."""
    force: str
    """What kind of rule it is."""
    title: str
    """Its name."""
    what: str
    """What it asks."""
    source: str
    """Key of the work that tells of it."""
    address: str
    """Where it was seen."""


class Citation(Row):
    """A sentence of a chapter, the work that it rests on, and what was seen of that work."""

    file: ClassVar = "citations.csv"

    chapter: str
    """File name of the chapter, without suffix."""
    sentence: str
    """What the sentence says, in short."""
    key: str
    """Key of the work."""
    seen: str
    """What was seen of the work."""
    where: str
    """Where it was seen; several addresses with spaces between them."""
    noted: datetime.date
    """Day on which it was written down that this was seen of the work there; it was seen on that day or before."""


REFERENCES: Mapping[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]] = {
    ("citations.csv", ("key",)): ("works.csv", ("key",)),
    ("effects.csv", ("path",)): ("paths.csv", ("path",)),
    ("effects.csv", ("source",)): ("works.csv", ("key",)),
    ("engagement.csv", ("source",)): ("works.csv", ("key",)),
    ("experiments.csv", ("source",)): ("works.csv", ("key",)),
    ("prices.csv", ("source",)): ("works.csv", ("key",)),
    ("published.csv", ("source",)): ("works.csv", ("key",)),
    ("rules.csv", ("source",)): ("works.csv", ("key",)),
    ("scales.csv", ("source",)): ("works.csv", ("key",)),
    ("tier-evidence.csv", ("claim", "part")): ("tier-claims.csv", ("claim", "part")),
    ("tier-evidence.csv", ("source",)): ("works.csv", ("key",)),
    ("tiers.csv", ("source",)): ("works.csv", ("key",)),
}
"""(file, columns) whose cells are names -> (file, columns) that knows them."""


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
        works={work.key: work for work in read(folder, Work)},
        tiers=read(folder, Tier),
        engagement=read(folder, Engagement),
        prices=read(folder, Price),
        tier_claims=read(folder, TierClaim),
        tier_findings=read(folder, TierFinding),
        paths=read(folder, ModelPath),
        effects=read(folder, Effect),
        experiments=read(folder, Experiment),
        scales=read(folder, Scale),
        rules=read(folder, Rule),
    )
    problems = _unknown_names(folder, found)
    if problems:
        raise InputError(problems)
    return found


def _unknown_names(folder: Path, found: Literature) -> list[Problem]:
    tables: list[Iterable[Row]] = [
        found.works.values(),
        found.tiers,
        found.engagement,
        found.prices,
        found.tier_claims,
        found.tier_findings,
        found.paths,
        found.effects,
        found.experiments,
        found.scales,
        found.rules,
    ]
    rows = {row.file: table for table in tables for row in table}
    return [
        problem
        for (file, columns), (other, known_by) in REFERENCES.items()
        if file in rows
        for problem in _unknown(
            folder / file, columns[-1], _names(rows[file], columns), set(_names(rows[other], known_by))
        )
    ]


def _names(rows: Iterable[Row], columns: tuple[str, ...]) -> list[str]:
    return [" ".join(str(getattr(row, column)) for column in columns) for row in rows]


def citations(folder: Path = FOLDER) -> tuple[Citation, ...]:
    """Read which work each cited sentence rests on.

    Raises
    ------
    InputError
        A cell that its column does not allow.
    """
    return read(folder, Citation)


def read(folder: Path, row: type[R]) -> tuple[R, ...]:
    """Read a table as checked rows; an empty cell is nothing.

    Parameters
    ----------
    folder
        Where the tables lie.
    row
        What a row holds, and in which file.

    Raises
    ------
    InputError
        Every cell that the row does not allow, with its place as a spreadsheet counts it.
    """
    path = folder / row.file
    with path.open(encoding="utf-8", newline="") as file:
        raw = [{column: cell or None for column, cell in line.items()} for line in csv.DictReader(file)]
    try:
        return TypeAdapter(tuple[row, ...]).validate_python(raw)  # type: ignore[valid-type]
    except ValidationError as error:
        raise InputError(_problems(path, misfit.told(error, raw))) from None


def _problems(path: Path, misfits: Iterable[Misfit]) -> list[Problem]:
    return [
        Problem(
            file=path,
            message=one.message.replace("This key", "This column"),
            remedy="See data/literature/README.md for what the column holds.",
            row=int(one.place[0]) + 2,
            column=str(one.place[1]),
            value=one.value,
        )
        for one in misfits
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
