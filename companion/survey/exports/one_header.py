"""A table with one header row, as spreadsheets keep it: columns called as in the questionnaire, no rows of a tool."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from companion.errors import InputError, Problem
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import RawTable, of_records

LOOKED_AT = 10  # rows among which the header may stand, below a title
ENOUGH = 0.5  # of the questionnaire's columns, for a row to be the header


def recognised(records: Sequence[list[str]], columns: Iterable[str]) -> bool:
    """Say whether one of the first rows names at least half of the questionnaire's columns."""
    return _header(records, columns) is not None


def table(file: str, records: Sequence[list[str]], columns: Iterable[str]) -> RawTable:
    """Give the responses below the header row; what a tool records about them has the names that Qualtrics gives.

    Parameters
    ----------
    file
        The file as it was named.
    records
        Its rows, `recognised`.
    columns
        The columns that the questionnaire names.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    header = _header(records, columns)
    if header is None:
        raise ValueError("not recognised: none of the first rows is the header")
    return below(file, records, header)


def below(file: str, records: Sequence[list[str]], header: int) -> RawTable:
    """Give the responses below the row that is the header.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    return of_records(file, QUALTRICS, [tag.strip() for tag in records[header]], records, header + 1)


def check_upright(file: str, records: Sequence[list[str]], columns: Iterable[str]) -> None:
    """Refuse a table that lies on its side.

    Raises
    ------
    InputError
        If the first cells of the rows name at least half of the questionnaire's columns.
    """
    wanted = set(columns)
    if len(wanted.intersection(record[0].strip() for record in records if record)) >= ENOUGH * len(wanted):
        raise InputError(
            Problem(
                file,
                "The table lies on its side: its first column holds the headings, and people stand in columns.",
                "Turn it (in a spreadsheet: copy, then paste special, transpose), so that each person is a row.",
                row=1,
            )
        )


def _header(records: Sequence[list[str]], columns: Iterable[str]) -> int | None:
    wanted = set(columns)
    for number, record in enumerate(records[:LOOKED_AT]):
        if len(wanted.intersection(map(str.strip, record))) >= ENOUGH * len(wanted):
            return number
    return None
