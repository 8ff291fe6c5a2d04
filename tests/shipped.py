"""The files that ship in data/, read once for all tests."""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from companion.store import Result, Store
from companion.study import Study
from companion.survey import exports, imported, questionnaire, sample
from companion.truth import population

DATA = Path(__file__).resolve().parents[1] / "data"
SURVEY = DATA / "survey.csv"
HEADER_ROWS = 3
FEW_DRAWS = 200


@cache
def asked() -> questionnaire.Questionnaire:
    return questionnaire.load_questionnaire(DATA / "questionnaire.yml")


@cache
def plan() -> questionnaire.Analysis:
    return questionnaire.load_analysis(DATA / "analysis.yml")


@cache
def claims() -> questionnaire.Claims:
    return questionnaire.load_claims(DATA / "claims.yml")


@cache
def truth(name: str = "truth.yml") -> population.Truth:
    return population.load_truth(DATA / name)


@cache
def export() -> exports.Export:
    return imported.read(SURVEY, asked()).export


@cache
def selected() -> sample.Sample:
    return sample.select(export(), asked(), plan())


class Unkept(Store):
    """Keeps nothing."""

    def get(self, step: str, state: str, compute: Callable[[], Result]) -> Result:
        """Compute."""
        return compute()


@cache
def study(simulated: bool = True) -> Study:
    """The study of the shipped survey with few draws, or of the same answers as if people had given them."""
    found, usual = Study(SURVEY), plan()
    found.analysis = usual.model_copy(update={"bootstrap": usual.bootstrap.model_copy(update={"draws": FEW_DRAWS})})
    # No result with few draws may be taken for one of the book.
    found.store = Unkept(Path("nowhere"))
    found.sample = replace(selected(), simulated=simulated)
    return found


def rows() -> list[list[str]]:
    """Every record of the shipped survey, header rows included."""
    return list(csv.reader(io.StringIO(SURVEY.read_text(encoding="utf-8"), newline="")))


def write(path: Path, records: list[list[str]], encoding: str = "utf-8") -> Path:
    """Write records as a CSV file."""
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(records)
    path.write_bytes(buffer.getvalue().encode(encoding))
    return path


def changed(**columns: object) -> exports.Export:
    """The shipped export with some columns replaced."""
    return replace(export(), data=export().data.assign(**columns))


def select(chosen: exports.Export) -> sample.Sample:
    """The sample that the shipped rules choose."""
    return sample.select(chosen, asked(), plan())


def step(rule: str, chosen: sample.Sample | None = None) -> pd.Series:
    """One row of the flow, of the shipped sample when none is given."""
    return (chosen or selected()).flow.set_index("rule").loc[rule]
