"""A survey file of any tool -> its table of text cells, and in words what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from companion import store
from companion.errors import InputError, Problem
from companion.survey.exports import (
    content_digest,
    google_forms,
    limesurvey,
    microsoft_forms,
    one_header,
    qualtrics,
    spss,
    surveymonkey,
    workbook,
)
from companion.survey.exports.cells import Rows
from companion.survey.exports.container import content, sheet
from companion.survey.exports.table import RawTable, squeezed

TOOLS: dict[str, tuple[Callable[[Rows], bool], Callable[[str, Rows], RawTable]]] = {
    "Qualtrics": (qualtrics.recognised, qualtrics.table),
    "LimeSurvey": (limesurvey.recognised, limesurvey.table),
    "Microsoft Forms": (microsoft_forms.recognised, microsoft_forms.table),
    "SurveyMonkey": (surveymonkey.recognised, surveymonkey.table),
    "Google Forms": (google_forms.recognised, google_forms.table),
}
"""What each tool's export is known by, and what reads it."""
PLAIN = "a table with one header row"
LEAST = 2  # headings that make a row a header where none is expected


@dataclass(frozen=True)
class Source:
    """A survey file as it was found.

    Parameters
    ----------
    table
        Its cells.
    tool
        What wrote it.
    told
        How it was written, in words.
    digest
        sha256 of what it says (see `companion.survey.exports.content_digest`).
    notes
        What was read in a way that its owner should know of.
    """

    table: RawTable
    tool: str
    told: str
    digest: str
    notes: tuple[str, ...] = ()


def read(path: Path, sheet_name: str | None, expected: Iterable[str]) -> Source:
    """Read a survey file of any tool.

    Parameters
    ----------
    path
        The file.
    sheet_name
        The sheet of a workbook; needed where more than one holds cells.
    expected
        Headings by which a plain table's header is known.

    Raises
    ------
    InputError
        If the file is nothing that can be read, with what it is.
    """
    raw = content(path)
    file = str(path)
    if raw.startswith(spss.MAGIC):
        table, missing = spss.table(path, raw)
        note = (f"User-missing values, read as no answer: {', '.join(missing)}",) if missing else ()
        return Source(table, "SPSS", "a system file with its labels", store.sha256(raw), note)
    if path.suffix.lower() in (".sav", ".zsav"):
        raise InputError(
            Problem(
                file,
                "This is no SPSS file, which begins with $FL2 or $FL3.",
                "If it is a table of text, give it the ending .csv; or save it in SPSS again.",
            )
        )
    if raw.startswith(workbook.OLD_WORKBOOK):
        raise InputError(
            Problem(
                file,
                "This workbook is protected with a password, or is of the old kind (.xls).",
                "Open it in Excel, remove the password (File, Info), and save it as .xlsx or CSV.",
            )
        )
    note, inside = (), raw
    if raw.startswith(workbook.ZIP):
        archive = workbook.members(file, raw)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        if len(names) != 1:
            rows, title = workbook.rows(file, raw, sheet_name)
            return _recognised(file, Rows.of(rows), f'a workbook, sheet "{title}"', store.sha256(raw), expected)
        with workbook.whole(file):
            inside = archive.read(names[0])
        note = (f"It was read from a zip archive, as {PurePosixPath(names[0]).name}",)
    cells = sheet(file, inside)
    digest = content_digest.of_rows(cells.records) if inside is raw else store.sha256(raw)
    del raw, inside  # as large as the file, whose cells are held by now
    return replace(_recognised(file, cells.records, cells.told, digest, expected), notes=note)


def _recognised(file: str, rows: Rows, told: str, digest: str, expected: Iterable[str]) -> Source:
    for tool, (recognised, table) in TOOLS.items():
        if recognised(rows):
            return Source(table(file, rows), tool, told, digest)
    expected = list(expected)
    if not one_header.recognised(rows, expected):
        one_header.check_upright(file, rows, expected)
    wanted = {squeezed(heading) for heading in expected}
    known = [sum(squeezed(cell) in wanted for cell in row) for row in rows[: one_header.LOOKED_AT]]
    filled = [sum(bool(cell.strip()) for cell in row) for row in rows[: one_header.LOOKED_AT]]
    header = max(range(len(known)), key=lambda number: (known[number], number == 0))
    if not known[header]:
        header = next((number for number, cells in enumerate(filled) if cells >= LEAST), header)
    if filled[header] < LEAST:
        raise InputError(
            Problem(
                file, f"This is no table of a survey ({told}): it has one column.", "Export it again as CSV.", row=1
            )
        )
    return Source(one_header.below(file, rows, header), PLAIN, told, digest)
