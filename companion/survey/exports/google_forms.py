"""The responses of Google Forms: a moment, then the questions in full; nothing about the person who answered.

Rows stand in the order in which people answered, which is all that the moment could tell.
"""

from __future__ import annotations

from collections.abc import Sequence

from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import Dialect, RawTable, of_records, squeezed

MOMENTS = ("timestamp", "tijdstempel", "horodateur", "zeitstempel")
GOOGLE = Dialect(
    {},
    ("Email Address", "E-mailadres"),
    QUALTRICS.responses,
    QUALTRICS.not_responses,
    QUALTRICS.unofficial_channels,
)


def recognised(records: Sequence[list[str]]) -> bool:
    """Say whether the first cell is the heading of Google's moments."""
    return bool(records[0]) and squeezed(records[0][0]) in MOMENTS


def table(file: str, records: Sequence[list[str]]) -> RawTable:
    """Give the responses and their columns by question.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    return of_records(file, GOOGLE, [cell.strip() for cell in records[0]], records, header=1)
