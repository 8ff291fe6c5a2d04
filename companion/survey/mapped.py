"""A survey file's table and a mapping -> the table in the questionnaire's columns, with every fault at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from companion.errors import InputError, Problem
from companion.survey import privacy
from companion.survey.exports.cells import Column as Cells
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import RawTable, squeezed
from companion.survey.exports.translation import MOST_SHOWN
from companion.survey.mapping import MISSING, Column, Columns, Condition, Values
from companion.survey.questionnaire import FACTORS, Code, Questionnaire
from companion.survey.simulated_mark import MARK_COLUMN

DRAFT = (
    "Export every question, or name its column in a mapping: "
    "`companion import FILE --draft-mapping mapping.yml` writes one to fill in."
)
EMPTY = ("", "0")


@dataclass(frozen=True)
class Mapped:
    """A survey file in the questionnaire's columns.

    Parameters
    ----------
    table
        The cells, as if Qualtrics had written them.
    theirs
        Column of the questionnaire -> column of the file.
    dropped
        Columns of the file that nothing is read from.
    absent
        Names of optional questions that no column answers, and of what the tool could have recorded.
    """

    table: RawTable
    theirs: dict[str, str]
    dropped: tuple[str, ...]
    absent: tuple[str, ...]


def heading(table: RawTable, wanted: str) -> str | None:
    """Give the tag of a column as the file writes it; case, width and white space do not count.

    Examples
    --------
    >>> table = RawTable("f", QUALTRICS, {"How old  are you?": 0}, (), [Cells.of(["24"])], [2])
    >>> heading(table, "how old are you?")
    'How old  are you?'
    """
    if wanted in table.columns:
        return wanted
    alike = [tag for tag in table.columns if squeezed(tag) == squeezed(wanted)]
    return alike[0] if len(alike) == 1 else None


def rewritten(table: RawTable, mapping: Columns, questionnaire: Questionnaire) -> Mapped:
    """Give the table in the questionnaire's columns.

    Parameters
    ----------
    table
        The cells of the file.
    mapping
        Which column answers which question, and what its answers mean.
    questionnaire
        What was asked.

    Raises
    ------
    InputError
        If a column is missing or stands twice, or holds an answer that the mapping does not list.
    """
    problems: list[Problem] = []
    columns: dict[str, Cells] = {}
    theirs: dict[str, str] = {}
    for name, canonical in questionnaire.columns.items():
        if name in questionnaire.factors and mapping.condition is not None:
            continue
        asked = mapping.columns.get(name) or Column(column=canonical)
        tag = heading(table, asked.column)
        if tag is None or tag in table.repeated:
            if name in mapping.columns or name not in questionnaire.optional or tag in table.repeated:
                problems.append(_no_column(table, name, asked.column, repeated=tag in table.repeated, mapping=mapping))
            continue
        theirs[canonical] = tag
        scale = questionnaire.closed[name].scale if name in questionnaire.closed else None
        values = asked.values or mapping.scales.get(str(scale))
        columns[canonical] = _answers(table, name, tag, values, mapping.missing, problems)
    if mapping.condition is not None:
        posts, places = _conditions(table, mapping.condition, mapping.missing, problems)
        for place, name in enumerate(FACTORS):
            canonical = questionnaire.factors[name].column
            theirs[canonical] = mapping.condition.column or ", ".join(mapping.condition.shown)
            columns[canonical] = Cells.at([levels[place] if levels else "" for levels in posts], places)
    for thing, canonical in QUALTRICS.record.items():
        tag = _recorded(table, thing, mapping, problems)
        if tag is not None:
            theirs[canonical] = tag
            columns[canonical] = _id(table.column(tag)) if thing == "id" else table.column(tag)
    if MARK_COLUMN in table.columns:
        columns[MARK_COLUMN] = table.column(MARK_COLUMN)
        theirs[MARK_COLUMN] = MARK_COLUMN
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))
    read = {*theirs.values(), *(mapping.condition.shown if mapping.condition else ())}
    longer = table.with_columns(columns)
    return Mapped(
        replace(longer, dialect=QUALTRICS, columns={tag: longer.columns[tag] for tag in columns}, repeated=()),
        theirs,
        tuple(tag for tag in table.tags if tag and tag not in read),
        tuple(
            thing
            for thing, tag in [*questionnaire.columns.items(), *((tag, tag) for tag in QUALTRICS.record.values())]
            if tag not in columns
        ),
    )


def in_their_words(problem: Problem, theirs: Mapping[str, str]) -> Problem:
    """Name the column of a fault as the file does.

    Examples
    --------
    >>> problem = Problem("f.csv", "pa1 is wrong.", "Correct it.", column="Q12_1")
    >>> in_their_words(problem, {"Q12_1": "A good bottle"}).column
    'A good bottle'
    """
    return replace(problem, column=theirs.get(problem.column or "", problem.column))


def _no_column(table: RawTable, name: str, wanted: str, *, repeated: bool, mapping: Columns) -> Problem:
    if repeated:
        return Problem(
            table.file,
            f"More than one column is called this; {name} is read from it.",
            "Rename or remove the other.",
            1,
            wanted,
        )
    taken = {column.column for column in mapping.columns.values()} - {wanted}
    near = difflib.get_close_matches(wanted, [tag for tag in table.tags if tag not in taken], n=3)
    closest = f"The closest are {', '.join(map(privacy.shown, near))}. " if near else ""
    return Problem(table.file, f"There is no such column; {name} is read from it.", f"{closest}{DRAFT}", 1, wanted)


def _answers(
    table: RawTable, name: str, tag: str, values: Values | None, missing: Sequence[str], problems: list[Problem]
) -> Cells:
    """Give the cells of a column with the codes for which its answers stand."""
    none = {"", *map(squeezed, missing)}
    meaning: Mapping[str, Code | None] | None = values and {squeezed(cell): code for cell, code in values.items()}

    def given(cell: str) -> str:
        label = _label(cell)
        if meaning is None:
            return "" if label in none else cell
        code = None if label in none else meaning.get(label)
        return "" if code is None else str(code)

    if meaning is not None:
        unknown = _Unknown(table, tag, {*none, *meaning})
        said = f"The mapping of {name} does not say what this answer stands for."
        problems.extend(unknown.problems(said, list(values or ())))
    return table.column(tag).rewritten(given)


def _label(cell: str) -> str:
    return squeezed(cell).removesuffix(".0")


class _Unknown:
    """Answers that a mapping does not know, each told once: where it first stands, and how often."""

    def __init__(self, table: RawTable, tag: str, known: Set[str]) -> None:
        self.table, self.tag = table, tag
        self.places: dict[str, list[int]] = {}
        cells = table.column(tag)
        unknown = {text for text in cells.texts if _label(text) not in known}
        for number in np.flatnonzero(cells.where(unknown.__contains__)):
            self.places.setdefault(cells.texts[cells.places[number]].strip(), []).append(table.rows[number])

    def problems(self, message: str, known: Sequence[str]) -> Iterator[Problem]:
        if len(self.places) > MOST_SHOWN:
            first = min(rows[0] for rows in self.places.values())
            yield Problem(
                self.table.file,
                f"{message} Nor of {len(self.places) - 1} others, which are not shown, as they may be personal.",
                "Is this the column that was meant?",
                first,
                self.tag,
            )
            return
        for cell, rows in self.places.items():
            near = difflib.get_close_matches(cell, known, n=1)
            hint = f'Did you mean "{near[0]}"? ' if near else ""
            again = f" It stands in {len(rows)} rows." if len(rows) > 1 else ""
            shown = masked(cell)
            yield Problem(
                self.table.file,
                f"{message}{again}",
                f'{hint}Add a line to its values: "{shown}": a code of the scale, or {MISSING}.',
                rows[0],
                self.tag,
                shown,
            )


Posts: TypeAlias = tuple[list[tuple[str, str] | None], NDArray[np.int32]]
"""Conditions, and which of them is that of each row."""


def _conditions(table: RawTable, condition: Condition, missing: Sequence[str], problems: list[Problem]) -> Posts:
    if condition.column is not None:
        return _by_code(table, condition, condition.column, missing, problems)
    filled = {}
    for wanted, levels in condition.shown.items():
        tag = heading(table, wanted)
        if tag is None:
            problems.append(_no_column(table, "the condition", wanted, repeated=False, mapping=Columns()))
        else:
            filled[wanted] = (levels, table.column(tag).where(lambda cell: squeezed(cell) not in EMPTY))
    posts: list[tuple[str, str] | None] = [None, *(levels for levels, _ in filled.values())]
    places, seen = np.zeros(len(table.rows), dtype=np.int32), np.zeros(len(table.rows), dtype=np.int32)
    for place, (_, shown) in enumerate(filled.values(), start=1):
        places[shown] = place
        seen += shown
    places[seen > 1] = 0
    for number in np.flatnonzero(seen > 1):
        several = ", ".join(wanted for wanted, (_, shown) in filled.items() if shown[number])
        problems.append(
            Problem(
                table.file,
                f"More than one version is filled in here: {several}.",
                "Empty all but that of the post that was shown.",
                table.rows[number],
            )
        )
    return posts, places


def _by_code(
    table: RawTable, condition: Condition, column: str, missing: Sequence[str], problems: list[Problem]
) -> Posts:
    tag = heading(table, column)
    if tag is None:
        problems.append(_no_column(table, "the condition", column, repeated=False, mapping=Columns()))
        return [None], np.zeros(len(table.rows), dtype=np.int32)
    meaning = {squeezed(cell): levels for cell, levels in condition.values.items()}
    unknown = _Unknown(table, tag, {"", *map(squeezed, missing), *meaning})
    said = "The mapping does not say which post this condition is."
    problems.extend(
        replace(
            problem,
            remedy="Add a line to `condition`, such as: "
            f'"{problem.value}": [negative, like], or {MISSING} for a version that does not count.',
        )
        for problem in unknown.problems(said, [])
    )
    cells = table.column(tag)
    return cells.each(lambda cell: meaning.get(_label(cell))), cells.places


def _recorded(table: RawTable, thing: str, mapping: Columns, problems: list[Problem]) -> str | None:
    named = {str(name): wanted for name, wanted in mapping.record.items()}
    if thing not in named:
        return table.recorded(thing)
    tag = heading(table, named[thing])
    if tag is None:
        problems.append(
            _no_column(table, f"what `record` calls {thing}", named[thing], repeated=False, mapping=mapping)
        )
    return tag


def _id(cells: Cells) -> Cells:
    """Give ids such that numbers sort as numbers."""
    ids = cells.each(str.strip)
    width = max(map(len, ids), default=0)
    return Cells([one.zfill(width) if one.isdecimal() else one for one in ids], cells.places)


def masked(cell: str) -> str:
    """Give a cell as it may be shown: nothing that could be an address, a number of a person, or a long text.

    Examples
    --------
    >>> masked("Geen mening"), masked("noor@example.org"), masked("0470 12 34 56"), masked("10.0.0.1")
    ('Geen mening', '(hidden)', '(hidden)', '(hidden)')
    """
    personal = privacy.kind(cell) or sum(map(str.isdigit, cell)) > 6 or len(cell) > privacy.LONGEST_SHOWN
    return "(hidden)" if personal else cell
