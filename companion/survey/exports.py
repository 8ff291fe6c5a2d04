"""A survey file -> a raw table with the questionnaire's names, numbers as numbers, personal data left behind."""

from __future__ import annotations

import csv
import difflib
import hashlib
import io
import re
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.errors import InputError, Problem
from companion.survey.questionnaire import Choice, Code, Questionnaire
from companion.survey.simulated_mark import ID_PREFIX, MARK, MARK_COLUMN

# What Qualtrics records about a response, by the name used here. Id, person and start only serve to tell records
# apart and to put them in order: they do not reach the raw table.
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
YES = frozenset({"true", "1", "waar"})
NO = frozenset({"false", "0", "onwaar"})
OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Excel workbook",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"<": "a web page",
}
LONGEST_SHOWN = 60
EXPORT_AS_CSV = "Export the survey from Qualtrics as CSV, with choice text."


@dataclass(frozen=True)
class Export:
    """A survey export in the questionnaire's names, without personal data.

    Parameters
    ----------
    file
        The file as it was named.
    digest
        sha256 of the file.
    data
        One row a record, in the order in which people began. `row` (as a spreadsheet counts), `copy` (the same record
        stands before it), `person` (whole numbers: the same number is the same invitation), `preview`, `finished`,
        `seconds`, and every name of the questionnaire: items and other closed questions as codes, factors as levels,
        missing answers as NaN. An optional column that the file lacks is not here either.
    left_behind
        Columns with personal data, and how many of their cells were filled.
    simulated
        Whether the file says that it is simulated.
    """

    file: str
    digest: str
    data: pd.DataFrame
    left_behind: dict[str, int]
    simulated: bool


@dataclass(frozen=True)
class _Table:
    """The cells of the file as text: its columns by tag, its records, and where they stand in a spreadsheet."""

    file: str
    columns: dict[str, int]
    repeated: tuple[str, ...]
    records: list[list[str]]
    rows: list[int]

    def cells(self, tag: str) -> list[str]:
        position = self.columns[tag]
        return [record[position] for record in self.records]


def content(path: str | Path) -> bytes:
    """Read a survey file as it is.

    Raises
    ------
    InputError
        If there is no such file, or it is a folder, or it cannot be read.
    """
    place = Path(path)
    if place.is_dir():
        inside = sorted(file.name for file in place.glob("*.csv"))
        hint = f"Name one file in it: {', '.join(inside)}." if inside else EXPORT_AS_CSV
        raise InputError(Problem(path, "This is a folder, not a file.", hint))
    try:
        return place.read_bytes()
    except FileNotFoundError as error:
        siblings = [file.name for file in place.parent.glob("*")] if place.parent.is_dir() else []
        near = difflib.get_close_matches(place.name, siblings, n=1)
        hint = f"Did you mean {place.with_name(near[0])}?" if near else "Check the path."
        raise InputError(Problem(path, "There is no such file.", hint)) from error
    except OSError as error:
        raise InputError(
            Problem(path, f"The file cannot be read: {error.strerror}.", "Check its permissions.")
        ) from error


def read(path: str | Path, questionnaire: Questionnaire) -> Export:
    """Read a Qualtrics CSV export, with choice texts or numbers.

    Parameters
    ----------
    path
        The file.
    questionnaire
        What was asked: the columns that are read, and what their answers mean. No other column is kept.

    Returns
    -------
    Export
        The raw table.

    Raises
    ------
    InputError
        If the file cannot be read as such an export, or lacks a column, or holds an answer that the questionnaire does
        not know; with every fault found in one pass.
    """
    raw = content(path)
    table = _table(str(path), _records(str(path), raw))
    problems = _missing_columns(table, questionnaire)
    if problems:
        raise InputError(problems)
    simulated = _is_simulated(table, problems)
    data = _translated(table, questionnaire, problems)
    _check_assignment(table, data, questionnaire, problems)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    personal = [tag for tag in PERSONAL if tag in table.columns]
    return Export(
        file=str(path),
        digest=hashlib.sha256(raw).hexdigest(),
        data=data,
        left_behind={tag: sum(bool(cell.strip()) for cell in table.cells(tag)) for tag in personal},
        simulated=simulated,
    )


def squeezed(text: str) -> str:
    """Reduce a label to what counts when two are compared: no difference of case, width or white space."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _table(file: str, records: list[list[str]]) -> _Table:
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
    return _Table(file, columns, repeated, [record for _, record in kept], [number for number, _ in kept])


def _records(file: str, raw: bytes) -> list[list[str]]:
    if not raw.strip():
        raise InputError(Problem(file, f"The file is empty ({len(raw)} bytes).", EXPORT_AS_CSV))
    for beginning, kind in OTHER_FORMATS.items():
        if raw.lstrip().startswith(beginning):
            raise InputError(
                Problem(file, f"This is {kind}; only the CSV export of Qualtrics can be read.", EXPORT_AS_CSV)
            )
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        raise InputError(
            Problem(
                file,
                f"Byte {at + 1} is a binary zero: the file is damaged, or no text.",
                EXPORT_AS_CSV,
                row=raw.count(b"\n", 0, at) + 1,
            )
        )
    text = _decoded(file, raw)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error as error:
        raise InputError(
            Problem(
                file,
                f"From here on the file is no valid CSV: {error}.",
                "Look for a quotation mark that is opened and never closed, or export the file again.",
                row=len(records) + 1,
            )
        ) from error
    return records


def _decoded(file: str, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
    raise InputError(
        Problem(
            file,
            f"Byte {at + 1} is neither UTF-8 nor Windows-1252 text.",
            "Save the file as CSV in UTF-8.",
            row=raw.count(b"\n", 0, at) + 1,
        )
    )


def _missing_columns(table: _Table, questionnaire: Questionnaire) -> list[Problem]:
    used = set(questionnaire.columns.values())
    spare = [tag for tag in table.columns if tag not in used]
    problems = []
    for name, column in questionnaire.columns.items():
        if column in table.repeated:
            problems.append(
                Problem(
                    table.file,
                    f"More than one column is called this; {name} is read from it.",
                    "Rename or remove the other.",
                    1,
                    column,
                )
            )
        if column not in table.columns and name not in questionnaire.optional:
            near = difflib.get_close_matches(column, spare, n=2)
            closest = f"The closest are {', '.join(near)}. " if near else ""
            problems.append(
                Problem(
                    table.file,
                    f"There is no such column; {name} is read from it.",
                    f"{closest}Export every question, or correct the column of {name} in questionnaire.yml.",
                    1,
                    column,
                )
            )
    return problems


def _is_simulated(table: _Table, problems: list[Problem]) -> bool:
    signs = np.zeros(len(table.records), dtype=bool)
    if MARK_COLUMN in table.columns:
        signs |= np.array([squeezed(cell) == MARK for cell in table.cells(MARK_COLUMN)])
    if RECORD["id"] in table.columns:
        signs |= np.array([cell.strip().startswith(ID_PREFIX) for cell in table.cells(RECORD["id"])])
    if signs.any() and not signs.all():
        problems.append(
            Problem(
                table.file,
                f"{int(signs.sum())} of {len(signs)} rows are marked as simulated; this is the first that is not.",
                "Never mix simulated answers with those of people: take one kind away.",
                row=table.rows[int(np.argmin(signs))],
                column=MARK_COLUMN,
            )
        )
    return bool(signs.any())


def _translated(table: _Table, questionnaire: Questionnaire, problems: list[Problem]) -> pd.DataFrame:
    columns: dict[str, object] = {"row": table.rows}
    columns |= _identity(table, problems)
    columns |= _conduct(table, problems)
    for name, factor in questionnaire.factors.items():
        codes = _codes(table, name, factor.column, factor.levels, problems)
        columns[name] = pd.Categorical(codes, categories=[level.code for level in factor.levels], ordered=False)
    for name, question in questionnaire.closed.items():
        if question.column in table.columns:
            choices = questionnaire.scales[str(question.scale)]
            found = _codes(table, name, question.column, choices, problems)
            numeric = all(isinstance(choice.code, int) for choice in choices)
            columns[name] = (
                np.array(found, dtype=float) if numeric else pd.Categorical(found, [choice.code for choice in choices])
            )
    for name, column in questionnaire.numbers.items():
        if column in table.columns:
            columns[name] = _numeric(table, name, column, problems)
    data = pd.DataFrame(columns)
    return data.sort_values("order", kind="stable", ignore_index=True).drop(columns="order")


def _identity(table: _Table, problems: list[Problem]) -> dict[str, object]:
    blank = [""] * len(table.records)
    starts, ids, people = (
        table.cells(RECORD[name]) if RECORD[name] in table.columns else blank for name in ("start", "id", "person")
    )
    records = [tuple(record) for record in table.records]
    first_of_record: dict[tuple[str, ...], int] = {}
    first_of_id: dict[str, int] = {}
    copy = []
    for number, (record, identity) in enumerate(zip(records, ids, strict=True)):
        copy.append(bool(identity) and record in first_of_record)
        first_of_record.setdefault(record, number)
        if identity and not copy[-1]:
            other = first_of_id.setdefault(identity, number)
            if other != number:
                problems.append(
                    Problem(
                        table.file,
                        f"This response id also stands in row {table.rows[other]}, with other answers.",
                        "Keep one of the two rows.",
                        row=table.rows[number],
                        column=RECORD["id"],
                    )
                )
    order = sorted(range(len(records)), key=lambda number: (starts[number], ids[number]))
    rank = np.empty(len(records), dtype=int)
    rank[order] = np.arange(len(records))
    identity_columns: dict[str, object] = {"order": rank}
    if RECORD["id"] in table.columns:
        identity_columns["copy"] = copy
    if RECORD["person"] in table.columns:
        known = {
            person: number for number, person in enumerate(dict.fromkeys(people[number].strip() for number in order))
        }
        identity_columns["person"] = pd.array(
            [known[person.strip()] if person.strip() else None for person in people], dtype="Int64"
        )
    return identity_columns


def _conduct(table: _Table, problems: list[Problem]) -> dict[str, object]:
    columns: dict[str, object] = {}
    unofficial = []
    if RECORD["status"] in table.columns:
        sent, not_sent = (frozenset(map(squeezed, (*words, *words.values()))) for words in (RESPONSES, NOT_RESPONSES))
        allowed = ", ".join((*RESPONSES.values(), *NOT_RESPONSES.values()))
        unofficial.append(
            _yes(table, RECORD["status"], not_sent, sent | {""}, f"A status is one of {allowed}.", problems)
        )
    if RECORD["channel"] in table.columns:
        channels = table.cells(RECORD["channel"])
        unofficial.append(np.array([squeezed(channel) in UNOFFICIAL_CHANNELS for channel in channels]))
    if unofficial:
        columns["preview"] = np.logical_or.reduce(unofficial)
    if RECORD["finished"] in table.columns:
        columns["finished"] = _yes(table, RECORD["finished"], YES, NO, "Finished is True or False.", problems)
    if RECORD["seconds"] in table.columns:
        columns["seconds"] = _numeric(table, "seconds", RECORD["seconds"], problems)
    return columns


def _yes(
    table: _Table, column: str, yes: frozenset[str], no: frozenset[str], allowed: str, problems: list[Problem]
) -> NDArray[np.bool_]:
    cells = [squeezed(cell) for cell in table.cells(column)]
    _refuse(table, column, [cell not in yes | no for cell in cells], allowed, problems)
    return np.array([cell in yes for cell in cells])


def _codes(
    table: _Table, name: str, column: str, choices: Sequence[Choice], problems: list[Problem]
) -> list[Code | None]:
    meaning: dict[str, Code] = {}
    for choice in choices:
        meaning |= {squeezed(label): choice.code for label in (choice.nl, choice.en, str(choice.code))}
    codes: list[Code | None] = []
    unknown = []
    for cell in table.cells(column):
        label = squeezed(cell).removesuffix(".0")  # a spreadsheet saves the number 5 as 5.0 when cells are missing
        codes.append(meaning.get(label) if label else None)
        unknown.append(bool(label) and label not in meaning)
    whole = [choice.code for choice in choices if isinstance(choice.code, int)]
    scale = f"a whole number from {min(whole)} to {max(whole)}, or " if whole else ""
    labels = ", ".join(f'"{choice.nl}"' for choice in choices)
    _refuse(table, column, unknown, f"{name} is {scale}one of {labels}.", problems, _labels(choices))
    return codes


def _labels(choices: Sequence[Choice]) -> list[str]:
    codes = [choice.code for choice in choices if isinstance(choice.code, str)]
    return [*codes, *(label for choice in choices for label in (choice.en, choice.nl))]


def _numeric(table: _Table, name: str, column: str, problems: list[Problem]) -> NDArray[np.float64]:
    values = np.full(len(table.records), np.nan)
    unknown = []
    for number, cell in enumerate(table.cells(column)):
        text = cell.strip()
        try:
            values[number] = float(text) if text else np.nan
            unknown.append(bool(text) and not np.isfinite(values[number]))
        except ValueError:
            unknown.append(True)
    _refuse(table, column, unknown, f"{name} is a number.", problems)
    return values


def _refuse(
    table: _Table,
    column: str,
    refused: Sequence[bool],
    allowed: str,
    problems: list[Problem],
    known: Iterable[str] = (),
) -> None:
    """Tell of every refused value once: where it first stands, how often, and what it may have been meant to be."""
    cells = table.cells(column)
    as_written = {squeezed(label): label for label in known}
    places: dict[str, list[int]] = {}
    for row, cell, bad in zip(table.rows, cells, refused, strict=True):
        if bad:
            places.setdefault(cell, []).append(row)
    for value, rows in places.items():
        again = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        near = difflib.get_close_matches(squeezed(value), as_written, n=1)
        hint = f'Did you mean "{as_written[near[0]]}"? ' if near else ""
        problems.append(
            Problem(
                table.file,
                f"{allowed}{again}",
                f"{hint}Correct the cell, or the answers in questionnaire.yml.",
                rows[0],
                column,
                _shown(value),
            )
        )


def _shown(value: str) -> str:
    """Give a value as a message may show it: not long, and without addresses that a wrong column may hold."""
    masked = re.sub(r"[^\s@]+@[^\s@]+", "***@***", value)
    masked = re.sub(r"\b\d{1,3}(?:\.\d{1,3}){3}\b", "*.*.*.*", masked)
    return textwrap.shorten(masked, LONGEST_SHOWN, placeholder=" ...") if len(masked) > LONGEST_SHOWN else masked


def _check_assignment(table: _Table, data: pd.DataFrame, questionnaire: Questionnaire, problems: list[Problem]) -> None:
    if problems:
        return
    missing = data[list(questionnaire.factors)].isna()
    answered = data[list(questionnaire.items)].notna().any(axis=1)
    columns = " and ".join(factor.column for factor in questionnaire.factors.values())
    for half in data.loc[missing.any(axis=1) & ~missing.all(axis=1), "row"]:
        problems.append(
            Problem(
                table.file,
                "Only one of the two factors is filled in.",
                "Fill in both or neither.",
                row=int(half),
                column=columns,
            )
        )
    for lost in data.loc[missing.all(axis=1) & answered, "row"]:
        problems.append(
            Problem(
                table.file,
                "There are answers about the post, but not which post was shown.",
                "Export the embedded data of the condition, or remove the row.",
                row=int(lost),
                column=columns,
            )
        )
