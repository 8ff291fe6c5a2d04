"""A checked table of answers as a file with one header row, without personal data."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from companion.survey.exports import cells
from companion.survey.exports.cells import Column
from companion.survey.exports.qualtrics import RECORD
from companion.survey.questionnaire import Questionnaire
from companion.survey.simulated_mark import ID_PREFIX, MARK, MARK_COLUMN


def written(
    data: pd.DataFrame, identities: Sequence[str] | None, questionnaire: Questionnaire, *, simulated: bool
) -> bytes:
    """Write checked answers as a table that `companion.survey.imported.read` reads without a mapping.

    Only codes, levels and numbers are written. A response has a new id, a person a number.

    Parameters
    ----------
    data
        The answers (see `companion.survey.exports.Export`).
    identities
        What each response was called, in the order of the answers, or nothing where that is not known; none is written.
    questionnaire
        What was asked.
    simulated
        Whether the answers are simulated; every row says so.
    """
    columns: dict[str, Column] = {}
    if identities is not None:
        columns[RECORD["id"]] = Column.of(_new_ids(identities, simulated=simulated))
    if "preview" in data:
        columns[RECORD["status"]] = _texts(data["preview"].map({True: "Survey Preview", False: "IP Address"}))
    if "finished" in data:
        columns[RECORD["finished"]] = _texts(data["finished"].map({True: "True", False: "False"}))
    if "seconds" in data:
        columns[RECORD["seconds"]] = _texts(data["seconds"])
    if "person" in data:
        columns[RECORD["person"]] = _texts(data["person"])
    for name, column in questionnaire.columns.items():
        if name in data:
            columns[column] = _texts(data[name])
    if simulated:
        columns[MARK_COLUMN] = Column.of([MARK] * len(data))
    head = [Column.of([name]) for name in columns]
    return b"".join(some.encode() for table in (head, list(columns.values())) for some in cells.written(table))


def _new_ids(identities: Sequence[str], *, simulated: bool) -> list[str]:
    """Give new ids in the order of the responses; the same one where the old ones were the same."""
    known: dict[str, int] = {}
    numbers = [
        known.setdefault(identity or f"without {place}", len(known) + 1) for place, identity in enumerate(identities)
    ]
    digits = len(str(len(identities)))
    prefix = ID_PREFIX if simulated else "response_"
    return [f"{prefix}{number:0{digits}d}" for number in numbers]


def _texts(values: pd.Series) -> Column:
    places, known = pd.factorize(values)
    return Column.at([*map(_text, known), ""], np.where(places < 0, len(known), places).astype(np.int32))


def _text(value: object) -> str:
    if isinstance(value, (float, np.floating)):
        return str(int(value)) if float(value).is_integer() else repr(float(value))
    return str(value)
