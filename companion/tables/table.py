"""The one class of table that a chapter's cell can show, and what tables say in the same way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from companion.formats import DOWNLOADED, Kind
from companion.tables.in_words import as_html, as_text
from companion.words import Words

MIME = "application/vnd.companion.table+json"
NOTHING = "—"
NO_BREAK = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True)
class Table:
    """A table as the book sets it.

    Parameters
    ----------
    frame
        Formatted cells, all strings; the first column is the header of its row. A cell may hold inline MyST
        (a role, a term, a citation).
    function
        Dotted name of the function that made it.
    data
        The values behind the cells, unformatted, offered for download; the cells themselves when not given.
    groups
        For each row the label that it shares with its neighbours, set once over them; empty where rows stand alone.
    languages
        Column -> language of its cells, such as "nl", where they are not in the book's language.
    about
        What the table rests on: the ``survey`` of this build, whatever it is; a ``planted`` survey, which is simulated
        in every build; or ``no survey``. What is offered for download says "simulated" accordingly.
    anchors
        An address for each row, such as "finding-1", where something leads to single rows.
    spelt
        Cell -> what it says in a notebook, for a role that only a page of the book can fill in.
    """

    frame: pd.DataFrame
    function: str
    data: pd.DataFrame | None = None
    groups: Sequence[str] = ()
    languages: Mapping[str, str] = field(default_factory=dict)
    about: Literal["survey", "planted", "no survey"] = "survey"
    anchors: Sequence[str] = ()
    spelt: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        wrong = [
            column for column in self.frame if not self.frame[column].map(lambda cell: isinstance(cell, str)).all()
        ]
        if wrong:
            raise TypeError(f"{self.function}: cells are formatted before they are set; not strings in {wrong}")
        if self.groups and len(self.groups) != len(self.frame):
            raise ValueError(f"{self.function}: {len(self.groups)} labels of groups for {len(self.frame)} rows")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        data = self.frame if self.data is None else self.data
        spelt = self.frame.replace(dict(self.spelt))
        return {
            MIME: {
                "columns": list(self.frame.columns),
                "rows": self.frame.to_numpy().tolist(),
                "groups": list(self.groups),
                "data": data.to_csv(index=False, float_format=DOWNLOADED, lineterminator="\n"),
                "function": self.function,
                "languages": [self.languages.get(str(column), "") for column in self.frame],
                "about": self.about,
                "anchors": list(self.anchors),
            },
            "text/html": as_html(spelt, self.groups),
            "text/plain": as_text(spelt, self.groups),
        }


def headed(rows: Sequence[Mapping[str, str]], heads: Mapping[str, str]) -> pd.DataFrame:
    """Set rows under their heads: cells by the name of their column, and how each column is headed in words.

    Raises
    ------
    ValueError
        If a column has no head or a head no column, or two columns are headed alike.

    Examples
    --------
    >>> headed([{"est": "0.5", "p": "< .001"}], {"p": "p", "est": "Estimate"})
      Estimate       p
    0      0.5  < .001
    """
    frame = pd.DataFrame(rows) if rows else pd.DataFrame(columns=list(heads))
    if set(frame) != set(heads):
        raise ValueError(f"columns {sorted(map(str, frame))} under heads for {sorted(heads)}")
    if len(set(heads.values())) < len(heads):
        raise ValueError(f"two columns are headed alike: {sorted(heads.values())}")
    return frame.rename(columns=dict(heads))


def reaction(interaction: str, say: Words, first: bool = False) -> str:
    """Give what a cell holds for a reaction: its sign and its name, with a capital where the name comes first."""
    label = say.under("design.label")[interaction]
    return f"{{reaction}}`{label if first else label.lower()} <{interaction}>`"


def percent(level: float, say: Words) -> str:
    """Give the level of an interval as it is printed."""
    return say.printed(level, "percent", decimals=0)


def interval(row: Mapping[Any, Any] | pd.Series, kind: Kind, say: Words, ends: str = "ci") -> str:
    """Give the interval of a row with columns ``ci_lower`` and ``ci_upper``, or others that end in the same words."""
    return say.printed((float(row[f"{ends}_lower"]), float(row[f"{ends}_upper"])), kind)


def p_value(p: float, say: Words) -> str:
    """Give a p value for a column that is headed p: with a sign only where it is a bound."""
    return NOTHING if pd.isna(p) else say.printed(p, "p").removeprefix("= ")


def yes_or_no(answer: bool, say: Words) -> str:
    """Give a cell that says yes or no."""
    return say("tables.yes") if answer else say("tables.no")
