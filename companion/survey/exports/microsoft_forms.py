"""The responses of Microsoft Forms: who and when, then the questions in full; answers to rows end in a semicolon."""

from __future__ import annotations

from collections.abc import Sequence

from companion.survey.exports import moments
from companion.survey.exports.cells import Column, Rows
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import Dialect, RawTable, of_records, squeezed

STARTS = ("start time", "begintijd", "heure de début", "startzeit")
ENDS = ("completion time", "tijd van voltooien", "heure de fin", "fertigstellungszeit")
BEGAN, SECONDS = "StartDate", "Duration (in seconds)"


def recognised(records: Sequence[list[str]]) -> bool:
    """Say whether the first row names the moments at which Microsoft Forms begins and ends."""
    heads = {squeezed(cell) for cell in records[0]}
    return not heads.isdisjoint(STARTS) and not heads.isdisjoint(ENDS)


def table(file: str, records: Sequence[list[str]]) -> RawTable:
    """Give the responses; how long each took where both moments can be read in one way only.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    heads = [" ".join(cell.split()) for cell in records[0]]
    squeezed_heads = [squeezed(head) for head in heads]
    ids = {"id": heads[squeezed_heads.index("id")]} if "id" in squeezed_heads else {}
    dialect = Dialect(
        {"start": BEGAN, "seconds": SECONDS} | ids,
        ("Email", "E-mail", "Name", "Naam"),
        QUALTRICS.responses,
        QUALTRICS.not_responses,
        QUALTRICS.unofficial_channels,
    )
    body = Rows.of(records).rewritten(lambda cell: cell.strip().removesuffix(";"))
    plain = of_records(file, dialect, heads, body, header=1)
    starts, ends = (
        plain.cells(heads[next(number for number, head in enumerate(squeezed_heads) if head in names)])
        for names in (STARTS, ENDS)
    )
    taken = moments.spans(starts, ends)
    return plain if taken is None else plain.with_columns({BEGAN: Column.of(taken[0]), SECONDS: Column.of(taken[1])})
