"""The CSV export of Qualtrics: header rows known by their ImportIds, and the columns that it adds to the answers."""

from __future__ import annotations

from companion.errors import InputError, Problem
from companion.survey.exports.container import EXPORT_AS_CSV
from companion.survey.exports.table import Dialect, RawTable

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


def table(file: str, records: list[list[str]]) -> RawTable:
    """Give the responses of an export and their columns by tag.

    Raises
    ------
    InputError
        If the rows are no such export, or a row is cut, or there is no response.
    """
    header = next(
        (number for number, record in enumerate(records[:5]) if any("ImportId" in cell for cell in record)), None
    )
    if header is None:
        raise InputError(
            Problem(
                file,
                "This is not a CSV export of Qualtrics: none of its first rows holds the ImportIds.",
                EXPORT_AS_CSV,
                row=3,
            )
        )
    tags = [tag.strip() for tag in records[0]]
    if len(tags) == 1:
        raise InputError(
            Problem(
                file,
                "The cells are not separated by commas, but by semicolons or tabs.",
                "Use the file as Qualtrics gives it; a spreadsheet may have saved it in its own way.",
                row=1,
            )
        )
    kept = [
        (number, record)
        for number, record in enumerate(records[header + 1 :], start=header + 2)
        if any(map(str.strip, record))
    ]
    uneven = [
        Problem(
            file,
            f"This row has {len(record)} cells where the header has {len(tags)}.",
            "Export the file again; a quotation mark or a line break may have been lost.",
            row=number,
        )
        for number, record in kept
        if len(record) != len(tags)
    ]
    if uneven:
        raise InputError(uneven)
    if not kept:
        raise InputError(
            Problem(
                file,
                f"There are {header + 1} header rows and no responses.",
                "Export again without a filter.",
                row=header + 2,
            )
        )
    columns = {tag: position for position, tag in reversed(list(enumerate(tags)))}
    repeated = tuple(tag for tag in columns if tags.count(tag) > 1)
    return RawTable(file, QUALTRICS, columns, repeated, [record for _, record in kept], [number for number, _ in kept])
