"""Text cells -> a raw table with the questionnaire's names, numbers as numbers, personal data left behind."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.errors import InputError, Problem
from companion.survey import privacy
from companion.survey.exports.cells import Column
from companion.survey.exports.table import RawTable, squeezed
from companion.survey.questionnaire import Choice, Code, Questionnaire
from companion.survey.simulated_mark import ID_PREFIX, MARK, MARK_COLUMN

YES = frozenset({"true", "1", "waar"})
NO = frozenset({"false", "0", "onwaar"})
DECIMAL_COMMA = re.compile(r"-?\d+,\d+")
YEARS_OF_BIRTH = (1900, 2100)
OLDEST = 120
LONGEST_NUMBER = 8  # digits: more are those of a telephone or of an identity
MOST_SHOWN = 20
"""Different answers that nobody listed: more are no answers of a closed question, and may be names."""
GARBLED = re.compile("[\u00c2\u00c3][\u0080-\u00bf]|\u00e2\u20ac")  # UTF-8 that was read as Windows-1252
DATED = re.compile(r"\d{1,2}[-/ ][^\W\d]{3}\.?|(?:19|20)\d\d-\d\d-\d\d.*")


@dataclass(frozen=True)
class Export:
    """A survey export in the questionnaire's names, without personal data.

    Parameters
    ----------
    file
        The file as it was named.
    digest
        sha256 of what the file says (see `companion.survey.exports.content_digest`).
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


def translated(table: RawTable, digest: str, questionnaire: Questionnaire) -> Export:
    """Give the answers in the questionnaire's names and codes.

    Parameters
    ----------
    table
        The cells of the file, in the questionnaire's columns; an optional one may be missing.
    digest
        sha256 of the file.
    questionnaire
        What was asked: the columns that are read, and what their answers mean. No other column is kept.

    Raises
    ------
    InputError
        If the table holds an answer that the questionnaire does not know; with every fault found in
        one pass.
    """
    problems: list[Problem] = []
    simulated = _is_simulated(table, problems)
    data = _answers(table, questionnaire, problems)
    _check_assignment(table, data, questionnaire, problems)
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    read = {*questionnaire.columns.values(), MARK_COLUMN}
    personal = [
        tag for tag in table.tags if tag in table.dialect.personal or (tag not in read and privacy.is_personal(tag))
    ]
    return Export(
        file=table.file,
        digest=digest,
        data=data,
        left_behind={tag: int(table.column(tag).filled().sum()) for tag in personal},
        simulated=simulated,
    )


def _is_simulated(table: RawTable, problems: list[Problem]) -> bool:
    signs = np.zeros(len(table.rows), dtype=bool)
    if MARK_COLUMN in table.columns:
        signs |= table.column(MARK_COLUMN).where(lambda cell: squeezed(cell) == MARK)
    if identity := table.recorded("id"):
        signs |= table.column(identity).where(lambda cell: cell.strip().startswith(ID_PREFIX))
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


def _answers(table: RawTable, questionnaire: Questionnaire, problems: list[Problem]) -> pd.DataFrame:
    columns: dict[str, object] = {"row": table.rows}
    columns |= _identity(table, problems)
    columns |= _conduct(table, problems)
    for name, factor in questionnaire.factors.items():
        columns[name] = _categories(table, name, factor.column, factor.levels, problems)
    for name, question in questionnaire.closed.items():
        if question.column in table.columns:
            choices = questionnaire.scales[str(question.scale)]
            numeric = all(isinstance(choice.code, int) for choice in choices)
            read = _numbers if numeric else _categories
            columns[name] = read(table, name, question.column, choices, problems)
    for name, column in questionnaire.numbers.items():
        if column in table.columns:
            columns[name] = _numeric(table, name, column, problems)
    data = pd.DataFrame(columns)
    return data.sort_values("order", kind="stable", ignore_index=True).drop(columns="order")


def _identity(table: RawTable, problems: list[Problem]) -> dict[str, object]:
    blank = Column.of([""] * len(table.rows))
    start, identity_tag, person_tag = (table.recorded(thing) for thing in ("start", "id", "person"))
    starts, ids, people = (table.column(tag) if tag else blank for tag in (start, identity_tag, person_tag))
    same_id = ids.ranks()
    order = np.lexsort((same_id, starts.ranks()))
    rank = np.empty(len(order), dtype=int)
    rank[order] = np.arange(len(order))
    identity_columns: dict[str, object] = {"order": rank}
    if identity_tag:
        identity_columns["copy"] = _copies(table, identity_tag, same_id, problems)
    if person_tag:
        known, same_person = np.empty(len(order), dtype=int), people.rewritten(str.strip).numbers()
        known[order] = pd.factorize(same_person[order])[0]
        identity_columns["person"] = pd.arrays.IntegerArray(known, ~people.filled())
    return identity_columns


def _copies(table: RawTable, identity_tag: str, same: NDArray[np.int_], problems: list[Problem]) -> NDArray[np.bool_]:
    """Mark records that stand before, id and all; tell of ids that stand before with other answers."""
    again = (np.bincount(same)[same] > 1) & table.column(identity_tag).where(bool)
    copy = np.zeros(len(same), dtype=bool)
    seen: set[tuple[str, ...]] = set()
    first_of_id: dict[int, int] = {}
    for number in np.flatnonzero(again).tolist():
        record = table.record(number)
        copy[number] = record in seen
        seen.add(record)
        other = number if copy[number] else first_of_id.setdefault(int(same[number]), number)
        if other != number:
            problems.append(
                Problem(
                    table.file,
                    f"This response id also stands in row {table.rows[other]}, with other answers.",
                    "Keep one of the two rows.",
                    row=table.rows[number],
                    column=identity_tag,
                )
            )
    return copy


def _conduct(table: RawTable, problems: list[Problem]) -> dict[str, object]:
    known = table.dialect
    columns: dict[str, object] = {}
    unofficial = []
    if status := table.recorded("status"):
        statuses = (known.responses, known.not_responses)
        sent, not_sent = (frozenset(map(squeezed, (*words, *words.values()))) for words in statuses)
        allowed = f"A status is one of {', '.join(word for words in statuses for word in words.values())}."
        unofficial.append(_yes(table, status, not_sent, sent | {""}, allowed, problems))
    if channel := table.recorded("channel"):
        unofficial.append(table.column(channel).where(lambda cell: squeezed(cell) in known.unofficial_channels))
    if unofficial:
        columns["preview"] = np.logical_or.reduce(unofficial)
    if finished := table.recorded("finished"):
        columns["finished"] = _yes(table, finished, YES, NO, "Finished is True or False.", problems)
    if seconds := table.recorded("seconds"):
        columns["seconds"] = _numeric(table, "seconds", seconds, problems)
    return columns


def _yes(
    table: RawTable, column: str, yes: frozenset[str], no: frozenset[str], allowed: str, problems: list[Problem]
) -> NDArray[np.bool_]:
    said = table.column(column).each(squeezed)
    _refuse(table, column, [text not in yes | no for text in said], allowed, problems)
    return table.column(column).where(lambda cell: squeezed(cell) in yes)


def _numbers(
    table: RawTable, name: str, column: str, choices: Sequence[Choice], problems: list[Problem]
) -> NDArray[np.float64]:
    codes = _codes(table, name, column, choices, problems)
    return np.array(codes, dtype=float)[table.column(column).places]


def _categories(
    table: RawTable, name: str, column: str, choices: Sequence[Choice], problems: list[Problem]
) -> pd.Categorical:
    codes = pd.Categorical(_codes(table, name, column, choices, problems), [choice.code for choice in choices])
    return pd.Categorical.from_codes(codes.codes[table.column(column).places], dtype=codes.dtype)


def _codes(
    table: RawTable, name: str, column: str, choices: Sequence[Choice], problems: list[Problem]
) -> list[Code | None]:
    """Give the code of each text of a column."""
    meaning: dict[str, Code] = {}
    for choice in choices:
        meaning |= {squeezed(label): choice.code for label in (choice.nl, choice.en, str(choice.code))}
    # A spreadsheet saves the number 5 as 5.0 when cells are missing.
    labels = table.column(column).each(lambda cell: squeezed(cell).removesuffix(".0"))
    unknown = [bool(label) and label not in meaning for label in labels]
    whole = [choice.code for choice in choices if isinstance(choice.code, int)]
    scale = f"a whole number from {min(whole)} to {max(whole)}, or " if whole else ""
    listed = ", ".join(f'"{choice.nl}"' for choice in choices)
    _refuse(table, column, unknown, f"{name} is {scale}one of {listed}.", problems, _labels(choices))
    return [meaning.get(label) if label else None for label in labels]


def _labels(choices: Sequence[Choice]) -> list[str]:
    codes = [choice.code for choice in choices if isinstance(choice.code, str)]
    return [*codes, *(label for choice in choices for label in (choice.en, choice.nl))]


def _numeric(table: RawTable, name: str, column: str, problems: list[Problem]) -> NDArray[np.float64]:
    held = table.column(column)
    texts = held.each(str.strip)
    with_comma = [bool(DECIMAL_COMMA.fullmatch(text)) for text in texts] if held.has(",") else []
    if any(with_comma) and held.has("."):
        allowed = f"{name} has decimal commas in some rows and points in others; one of the two is allowed."
        _refuse(table, column, with_comma, allowed, problems)
        return np.full(len(held.places), np.nan)
    if any(with_comma):
        texts = [text.replace(",", ".") if comma else text for text, comma in zip(texts, with_comma, strict=True)]
    values = _values(texts)
    filled = np.fromiter(map(bool, texts), bool, len(texts))
    _refuse(table, column, filled & ~np.isfinite(values), f"{name} is a number.", problems)
    long = np.fromiter(map(len, texts), int, len(texts)) > LONGEST_NUMBER
    long[long] = [_digits(text) > LONGEST_NUMBER for text in compress(texts, long.tolist())]
    if name == "age":
        years = (values >= YEARS_OF_BIRTH[0]) & (values <= YEARS_OF_BIRTH[1])
        allowed = "A year of birth? An age is asked, in years."
        _refuse(table, column, years, allowed, problems)
        old = (values > OLDEST) & np.isfinite(values) & ~years & ~long
        _refuse_number(table, column, old, f"No age is above {OLDEST}.", AGES, problems)
    too_long = f"{{number}} of the answers are too long a number to be {name}; this is the first row of them."
    _refuse_number(table, column, long, too_long, OF_PERSONS, problems)
    return values[held.places]


OF_PERSONS = "Is this a column of telephone or identity numbers? Name the column that was meant."
AGES = "Correct the cell, or name the column of ages."


def _refuse_number(
    table: RawTable, column: str, refused: NDArray[np.bool_], said: str, remedy: str, problems: list[Problem]
) -> None:
    """Refuse what no age and no time is, but may be a number of a person, without showing it."""
    if refused.any():
        rows = np.flatnonzero(refused[table.column(column).places])
        problems.append(Problem(table.file, said.format(number=len(rows)), remedy, table.rows[int(rows[0])], column))


def _digits(text: str) -> int:
    """Count the digits before a point or a comma."""
    return sum(map(str.isdigit, re.split(r"[.,]", text)[0]))


def _values(texts: Sequence[str]) -> NDArray[np.float64]:
    """Give the numbers of texts, and NaN for what is none."""
    filled = [text or "nan" for text in texts]
    try:
        return np.fromiter(map(float, filled), float, len(filled))
    except ValueError:
        return np.array([_number(text) for text in filled])


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return np.nan


def _refuse(
    table: RawTable,
    column: str,
    refused: Sequence[bool] | NDArray[np.bool_],
    allowed: str,
    problems: list[Problem],
    known: Iterable[str] = (),
) -> None:
    """Tell of every refused text once: where it first stands, how often, and what it may have been meant to be."""
    if not np.any(refused):
        return
    held = table.column(column)
    as_written = {squeezed(label): label for label in known}
    places: dict[str, list[int]] = {}
    for number in np.flatnonzero(np.array(refused, dtype=bool)[held.places]):
        places.setdefault(held.texts[held.places[number]], []).append(table.rows[number])
    if len(places) > MOST_SHOWN:
        others = f"Nor are {len(places) - 1} other answers, which are not shown, as they may be personal."
        remedy = "Is this the column that was meant?"
        problems.append(Problem(table.file, f"{allowed} {others}", remedy, min(places.values())[0], column))
        return
    for value, rows in places.items():
        again = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
        near = difflib.get_close_matches(squeezed(value), as_written, n=1)
        hint = f'Did you mean "{as_written[near[0]]}"? ' if near else ""
        if (personal := privacy.kind(value)) is not None:
            hint = f"This looks like {personal}, which is never kept: is this the column that was meant? "
        elif DATED.fullmatch(value.strip()):
            hint = "A spreadsheet may have made a date of it, such as of 1-5. "
        elif GARBLED.search(value):
            hint = "Its letters were spoilt when UTF-8 text was saved as another; export the file again. "
        problems.append(
            Problem(
                table.file,
                f"{allowed}{again}",
                f"{hint}Correct the cell, or the answers in questionnaire.yml.",
                rows[0],
                column,
                privacy.shown(value),
            )
        )


def _check_assignment(
    table: RawTable, data: pd.DataFrame, questionnaire: Questionnaire, problems: list[Problem]
) -> None:
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
