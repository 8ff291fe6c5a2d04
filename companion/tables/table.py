"""The one class of table that a chapter's cell can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import pandas as pd

from companion.figures.style import level_name

MIME = "application/vnd.companion.table+json"


def reaction(interaction: str, first: bool = False) -> str:
    """Give what a cell holds for a reaction: its sign and its name, with a capital where the name comes first."""
    return f"{{reaction}}`{level_name(interaction) if first else level_name(interaction).lower()} <{interaction}>`"


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
    languages
        Column -> language of its cells, such as "nl", where they are not in the book's language.
    about
        What the table rests on: the ``survey`` of this build, whatever it is; a ``planted`` survey, which is simulated
        in every build; or ``no survey``. What is offered for download says "simulated" accordingly.
    """

    frame: pd.DataFrame
    function: str
    data: pd.DataFrame | None = None
    languages: Mapping[str, str] = field(default_factory=dict)
    about: Literal["survey", "planted", "no survey"] = "survey"

    def __post_init__(self) -> None:
        wrong = [
            column for column in self.frame if not self.frame[column].map(lambda cell: isinstance(cell, str)).all()
        ]
        if wrong:
            raise TypeError(f"{self.function}: cells are formatted before they are set; not strings in {wrong}")

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, Any]:
        data = self.frame if self.data is None else self.data
        return {
            MIME: {
                "columns": list(self.frame.columns),
                "rows": self.frame.to_numpy().tolist(),
                "data": data.to_csv(index=False, lineterminator="\n"),
                "function": self.function,
                "languages": [self.languages.get(column, "") for column in self.frame],
                "about": self.about,
            },
            "text/html": self.frame.to_html(index=False),
            "text/plain": self.frame.to_string(index=False),
        }
