"""Which rules on advertising by influencers held when the study ran, and which came later."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from companion.evidence.tables import FOLDER, literature

STUDY_YEAR = 2020


@dataclass(frozen=True)
class Timeline:
    """Rules in the order in which they came.

    Parameters
    ----------
    rules
        One row a rule: date (as a decimal year), printed (as the table gives it), level, force, title, what, source,
        label, held. ``held`` is "held", "came later" or "was gone" in the year of the study.
    year
        The year of the study.
    """

    rules: pd.DataFrame
    year: int


def timeline(folder: Path = FOLDER, year: int = STUDY_YEAR) -> Timeline:
    """Sort the rules by date and tell which of them held in a year.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    rows = [
        {
            "date": decimal_year(rule.date),
            "printed": rule.date,
            "level": rule.level,
            "force": rule.force,
            "title": rule.title,
            "what": rule.what,
            "source": rule.source,
            "label": evidence.label(rule.source),
            "held": held(rule.date, rule.until, year),
        }
        for rule in evidence.rules
    ]
    return Timeline(pd.DataFrame(rows).sort_values("date", kind="stable", ignore_index=True), year)


def held(date: str, until: str | None, year: int) -> str:
    """Tell whether a rule of a date held in a year; what came within the year held.

    Examples
    --------
    >>> held("2018-05", "2018-05", 2020), held("2018", None, 2020), held("2021-05", None, 2020)
    ('was gone', 'held', 'came later')
    """
    if int(date[:4]) > year:
        return "came later"
    return "was gone" if until is not None and int(until[:4]) < year else "held"


def decimal_year(date: str) -> float:
    """Give a date of the form 2018-05 or 2018 as a year with decimals; without a month, the middle of the year.

    Examples
    --------
    >>> decimal_year("2021-07"), decimal_year("2018")
    (2021.5, 2018.5)
    """
    year, _, month = date.partition("-")
    return int(year) + ((int(month) - 1) / 12 if month else 0.5)
