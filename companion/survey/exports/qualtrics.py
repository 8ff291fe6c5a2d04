"""The CSV export of Qualtrics: header rows known by their ImportIds, and the columns that it adds to the answers."""

from __future__ import annotations

import re
from collections.abc import Sequence

from companion.survey.exports.table import Dialect, RawTable, of_records

RECORD = {
    "status": "Status",
    "channel": "DistributionChannel",
    "finished": "Finished",
    "seconds": "Duration (in seconds)",
    "person": "ExternalReference",
    "id": "ResponseId",
    "start": "StartDate",
}
PERSONAL = (
    "IPAddress",
    "RecipientLastName",
    "RecipientFirstName",
    "RecipientEmail",
    "ExternalReference",
    "LocationLatitude",
    "LocationLongitude",
    "ResponseId",
)
# Qualtrics' codes of a response's status and their words in an English account.
RESPONSES = {"0": "IP Address", "4": "Imported", "16": "Offline", "32": "EX", "48": "EX Offline"}
NOT_RESPONSES = {
    "1": "Survey Preview",
    "2": "Survey Test",
    "8": "Spam",
    "9": "Survey Preview Spam",
    "12": "Imported Spam",
    "17": "Offline Survey Preview",
    "40": "EX Spam",
}
UNOFFICIAL_CHANNELS = frozenset({"preview", "test"})
QUALTRICS = Dialect(RECORD, PERSONAL, RESPONSES, NOT_RESPONSES, UNOFFICIAL_CHANNELS)


HEADERS = 3
LEGACY = {"ResponseID": "ResponseId", "ExternalDataReference": "ExternalReference", "EmailAddress": "RecipientEmail"}
"""What Qualtrics called things until 2017, when columns about the response were V1, V2, ... in the first row."""
NEVER_WORDS = ("Progress", "Duration (in seconds)", "StartDate", "EndDate", "RecordedDate")
"""Columns that hold a number or a date for every response, and words in a row of labels."""


def recognised(records: Sequence[list[str]]) -> bool:
    """Say whether the rows are an export of Qualtrics, of today or from before 2017."""
    return _import_ids(records) is not None or _is_legacy(records)


def table(file: str, records: Sequence[list[str]]) -> RawTable:
    """Give the responses of an export and their columns by tag.

    Parameters
    ----------
    file
        The file as it was named.
    records
        Its rows, `recognised`: the rows of tags, labels and ImportIds in any order, or the two of a file from before
        2017.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    import_ids = _import_ids(records)
    if import_ids is None:
        pairs = zip(records[0], records[1], strict=False)
        tags = [LEGACY.get(name, name) if re.fullmatch(r"V\d+", tag) else tag for tag, name in pairs]
        return of_records(file, QUALTRICS, tags, records, header=2)
    candidates = [number for number in range(min(len(records), max(import_ids, HEADERS))) if number != import_ids]
    known = {*RECORD.values(), *PERSONAL, *NEVER_WORDS}
    place = max(candidates, key=lambda number: (len(known.intersection(records[number])), -number), default=import_ids)
    header = max(place, import_ids) + 1
    tags = [tag.strip() for tag in records[place]]
    if header < HEADERS and len(records) > header and _is_label(dict(zip(tags, records[header], strict=False))):
        header += 1
    return of_records(file, QUALTRICS, tags, records, header)


def _import_ids(records: Sequence[list[str]]) -> int | None:
    return next(
        (number for number, record in enumerate(records[:5]) if any("ImportId" in cell for cell in record)), None
    )


def _is_legacy(records: Sequence[list[str]]) -> bool:
    return len(records) > 1 and bool(records[0]) and records[0][0].strip() == "V1" and "ResponseID" in records[1]


def _is_label(row: dict[str, str]) -> bool:
    cells = [row[tag] for tag in NEVER_WORDS if tag in row]
    return bool(cells) and all(cell.strip() and not re.search(r"\d", cell) for cell in cells)
