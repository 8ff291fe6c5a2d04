"""One name for what a survey says, however a program saved it: encoding, line endings and the order of columns aside.

The rows are written again, in one way, and the sha256 is that of the bytes. A file that stands in this way already, as
the survey that ships does, has the digest that ``sha256sum`` prints for it. A file that is no text, such as a workbook,
has that of its bytes.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from companion import store
from companion.survey.exports import cells, spss, workbook
from companion.survey.exports.cells import Column, Rows
from companion.survey.exports.container import content, sheet

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
NO_TEXT = (workbook.ZIP, workbook.OLD_WORKBOOK, *spss.MAGIC)
TIMER = ("First Click", "Last Click", "Page Submit", "Click Count")
QUESTION = re.compile(r"([A-Za-z]+)(\d+)(?:_(.*))?")


def digest(path: str | Path) -> str:
    """Give the sha256 of what a survey file says.

    Raises
    ------
    companion.errors.InputError
        If the file cannot be read, or is text but no rows of cells.
    """
    raw = content(path)
    if raw.startswith(NO_TEXT):
        return store.sha256(raw)
    bytes_of = store.sha256(raw)
    return _KNOWN[bytes_of] if bytes_of in _KNOWN else of_text(raw, sheet(str(path), raw).records)


_KNOWN: dict[str, str] = {}
"""sha256 of a file's bytes -> that of what it says, for which a study asks at each of its steps."""


def of_text(raw: bytes, rows: Rows) -> str:
    """Give the sha256 of what a text file says.

    Parameters
    ----------
    raw
        Its bytes.
    rows
        The rows of cells that they are.
    """
    bytes_of = store.sha256(raw)
    if bytes_of not in _KNOWN:
        total = hashlib.sha256()
        for some in written(rows):
            total.update(some.encode())
        _KNOWN[bytes_of] = total.hexdigest()
    return _KNOWN[bytes_of]


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
