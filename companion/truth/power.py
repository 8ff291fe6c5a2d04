"""How often the verdict rule finds each claim in surveys of a given size, when a truth holds: power by Monte Carlo."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from companion import sem
from companion.analysis import claims, mediation
from companion.analysis.experiment import wilson
from companion.analysis.mediation import Items
from companion.quantities import Block, Tables, each, estimate
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Claims
from companion.truth import recovery
from companion.truth.population import Truth

TABLE = "results/power.csv"
SIZES = (180, 360, 600, 900, 1200)
SAMPLES = 5000
DRAWS = 2000
POWER = "power: thousands of simulated surveys, not fitted again"
TOGETHER = ("R1", "R2", "R3", "R4")


def seeds(truth: Truth, n: int, samples: int) -> list[int]:
    """Give the seeds of the surveys of a size that are drawn from a truth; more surveys begin with the same ones."""
    return [int(seed) for seed in np.random.SeedSequence([truth.seed, n]).generate_state(samples)]


def intervals_of_one(truth: Truth, items: Items, turned: frozenset[str], n: int, seed: int, draws: int) -> pd.DataFrame:
    """Draw one survey and analyse it: name est ci_lower ci_upper, by percentile intervals of the whole model."""
    _, responses = recovery.as_answered(truth, n, seed, turned)
    return sem.fit(mediation.model(items, DESIGN), responses).bootstrap(draws=draws, seed=seed).ci()


def verdicts_of_one(
    truth: Truth, items: Items, turned: frozenset[str], stated: Claims, n: int, seed: int, draws: int
) -> dict[str, bool]:
    """Draw one survey, analyse it, and say which claims are found."""
    intervals = intervals_of_one(truth, items, turned, n, seed, draws)
    found = {claim: verdict == "found" for claim, verdict in claims.verdicts(intervals, stated).items()}
    return {**found, "-".join((TOGETHER[0], TOGETHER[-1])): all(found[claim] for claim in TOGETHER)}


def simulate(
    truth: Truth,
    items: Items,
    turned: frozenset[str],
    stated: Claims,
    sizes: Iterable[int] = SIZES,
    samples: int = SAMPLES,
    draws: int = DRAWS,
    level: float = 0.95,
) -> pd.DataFrame:
    """Give the share of simulated surveys in which each claim is found.

    Parameters
    ----------
    truth
        The truth that holds.
    items
        Items of each construct of the model.
    turned
        Reversed items, on which a careless respondent's box means the opposite.
    stated
        The claims.
    sizes
        Analysed respondents.
    samples, draws
        Surveys a size, and bootstrap draws a survey.
    level
        Level of the Wilson intervals of the shares.

    Returns
    -------
    DataFrame
        n claim power ci_lower ci_upper samples draws; the claim ``R1-R4`` means all four in the same survey.
    """
    rows = []
    for n in sizes:
        drawn = seeds(truth, n, samples)
        found = pd.DataFrame([verdicts_of_one(truth, items, turned, stated, n, seed, draws) for seed in drawn])
        for claim, hits in found.sum().items():
            rows.append((n, claim, hits / samples, *wilson(int(hits), samples, level), samples, draws))
    return pd.DataFrame(rows, columns=["n", "claim", "power", "ci_lower", "ci_upper", "samples", "draws"])


def committed(root: Path) -> pd.DataFrame:
    """Read the table that is committed with the book; `companion power` makes it."""
    return pd.read_csv(root / TABLE)


_RATE, _SETTINGS = (estimate("", "share", "wilson", "power"),), each("count", "samples", "draws")
QUANTITIES = (
    Block("power.{claim}.{n}", "rates", "power", _RATE, POWER, "truth.power.simulate"),
    Block("power", "settings", "power", _SETTINGS, POWER, "survey.questionnaire.load_analysis"),
)
"""The numbers of the book in the table of power."""


def tables(rates: pd.DataFrame) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    return {"rates": rates, "settings": rates.head(1)}
