"""The tables of plans that are kept with the book, since their simulations take longer than a build may."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from companion.quantities import Block, Tables, each, estimate
from companion.truth.plan import TOGETHER
from companion.truth.power import POWER as NOT_IN_R

PLANS = "data/plans"
FOLDER = "results/plans"
RUNS, POWER, PRECISION, FOUND, SPOTS = "runs.csv", "power.csv", "precision.csv", "found.csv", "spots.csv"
FALSE_FINDS = "false-finds"
"""The plan with the truths in which something that the claims need is missing."""


@dataclass(frozen=True)
class KeptPlan:
    """What a plan gave, as `companion.truth.planned.Outcome` has it.

    Parameters
    ----------
    runs, power, precision, found, spots
        Its tables.
    """

    runs: pd.DataFrame
    power: pd.DataFrame
    precision: pd.DataFrame
    found: pd.DataFrame
    spots: pd.DataFrame

    @property
    def rates_of_claims(self) -> pd.DataFrame:
        """The rates of each claim by itself."""
        return self.power[self.power["claim"] != TOGETHER].reset_index(drop=True)


def names(root: Path) -> list[str]:
    """Give the plans whose tables are kept."""
    return sorted(file.parent.name for file in root.glob(f"{FOLDER}/*/{POWER}"))


def kept(root: Path, name: str) -> KeptPlan:
    """Read the tables of a plan; ``companion plan data/plans/NAME.yml --out results/plans/NAME`` makes them."""
    text = {FOUND: {"found": str}}
    folder = root / FOLDER / name
    return KeptPlan(
        *(
            pd.read_csv(folder / file, dtype={"sample": str, **text.get(file, {})})
            for file in (RUNS, POWER, PRECISION, FOUND, SPOTS)
        )
    )


_RATE = (estimate("", "share", "wilson", "rate", decimals=3),)
_SETTINGS = each("count", "replications", "people", "draws")
QUANTITIES = (
    Block("false_finds.{truth_key}.{claim}", "rates", "false_finds", _RATE, NOT_IN_R, "truth.planned.rates"),
    Block("false_finds", "settings", "false_finds", _SETTINGS, NOT_IN_R, "truth.planned.rates"),
)
"""The numbers of the book in the table of false finds."""


def tables(false_finds: KeptPlan) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    rates = false_finds.rates_of_claims
    return {
        "rates": rates.assign(truth_key=rates["truth"].str.replace(" ", "_")),
        "settings": false_finds.runs.head(1),
    }
