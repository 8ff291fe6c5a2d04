"""One name for what a survey says, however a program saved it: encoding, line endings and the order of columns aside.

The rows are written again, in one way, and the sha256 is that of the bytes. A file that stands in this way already, as
the survey that ships does, has the digest that ``sha256sum`` prints for it. A file that is no text, such as a workbook,
has that of its bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from companion.survey.exports import cells
from companion.survey.exports.cells import Column, Rows

METADATA = (
    "StartDate",
    "EndDate",
    "Status",
    "IPAddress",
    "Progress",
    "Duration (in seconds)",
    "Finished",
    "RecordedDate",
    "ResponseId",
    "RecipientLastName",
    "RecipientFirstName",
    "RecipientEmail",
    "ExternalReference",
    "LocationLatitude",
    "LocationLongitude",
    "DistributionChannel",
    "UserLanguage",
)
"""What Qualtrics records about a response, in its own order."""
TIMER = ("First Click", "Last Click", "Page Submit", "Click Count")
QUESTION = re.compile(r"([A-Za-z]+)(\d+)(?:_(.*))?")


def of_rows(rows: Rows) -> str:
    """Give the sha256 of what the rows of a text file say."""
    total = hashlib.sha256()
    for some in written(rows):
        total.update(some.encode())
    return total.hexdigest()


def written(rows: Rows) -> Iterator[str]:
    r"""Write rows in the one way, some at a time: a line feed after each, columns in a fixed order, no blank row.

    Examples
    --------
    >>> "".join(written(Rows.of([["Q2", "Q1", "Status"], ["b\r\nc", "a", "0"], ["", "", ""]])))
    'Status,Q1,Q2\n0,a,"b\nc"\n'
    """
    tags = [column.texts[column.places[0]] for column in rows.columns]
    order = sorted(range(len(tags)), key=lambda column: _place(tags[column].strip()))
    filled = rows.filled()
    if filled.any():
        yield from cells.written([_one_break(rows.columns[column], filled) for column in order])


def _one_break(column: Column, filled: NDArray[np.bool_]) -> Column:
    kept = column if filled.all() else column.at_rows(filled)
    return kept.mended("\r", lambda text: text.replace("\r\n", "\n").replace("\r", "\n"))


def _place(tag: str) -> tuple[int, int, bool, int, list[int]]:
    """Place of a column: records about the response, questions by their numbers, and the others backwards by name.

    Any order would do. This one is that of the survey that ships.
    """
    backwards = [-ord(letter) for letter in tag]
    if tag in METADATA:
        return 0, METADATA.index(tag), False, 0, []
    if question := QUESTION.fullmatch(tag):
        letters, number, part = question[1], int(question[2]), question[3] or ""
        within = TIMER.index(part) if part in TIMER else int(part) if part.isdecimal() else 0
        return 1, number, letters == "Q", within, backwards
    return 2, 0, False, 0, backwards
