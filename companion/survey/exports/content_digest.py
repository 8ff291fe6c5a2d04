"""One name for what a survey says, however a program saved it: encoding, line endings and the order of columns aside.

The rows are written again, in one way, and the sha256 is that of the bytes. A file that stands in this way already, as
the survey that ships does, has the digest that ``sha256sum`` prints for it. A file that is no text, such as a workbook,
has that of its bytes.
"""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from pathlib import Path

from companion import store
from companion.survey.exports import spss, workbook
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
    return digest_of(str(path), content(path))


@lru_cache(maxsize=8)
def digest_of(file: str, raw: bytes) -> str:
    """Give the sha256 of what the bytes of a survey file say."""
    if raw.startswith(NO_TEXT):
        return store.sha256(raw)
    return store.sha256(written(sheet(file, raw).records))


def written(rows: list[list[str]]) -> bytes:
    r"""Write rows in the one way: UTF-8, a line feed after each, columns in a fixed order, no blank row.

    Examples
    --------
    >>> written([["Q2", "Q1", "Status"], ["b\r\nc", "a", "0"], ["", "", ""]])
    b'Status,Q1,Q2\n0,a,"b\nc"\n'
    """
    width = max(map(len, rows))
    tags = rows[0] + [""] * (width - len(rows[0]))
    order = sorted(range(width), key=lambda column: _place(tags[column].strip()))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        if any(map(str.strip, row)):
            cells = row + [""] * (width - len(row))
            writer.writerow([cells[column].replace("\r\n", "\n").replace("\r", "\n") for column in order])
    return text.getvalue().encode()


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
