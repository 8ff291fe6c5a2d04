"""Which column of a survey file answers which question, and which of its answers mean what: a checked YAML file."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Literal, Self, TypeAlias

from pydantic import BeforeValidator, Field, model_validator

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.survey.questionnaire import FACTORS, Code, Questionnaire

MISSING = "missing"
UNDECIDED = ("decide", "?")
"""What a drafted mapping says where its owner has to choose."""


def _as_values(given: object) -> object:
    """Let whole numbers stand for what a cell holds; refuse what YAML reads as something else than was written."""
    if not isinstance(given, dict):
        return given
    for cell, meaning in given.items():
        if isinstance(cell, bool) or isinstance(meaning, bool):
            raise ValueError("yes, no, on and off without quotation marks are read as true or false")
        if not isinstance(cell, (int, str)):
            raise ValueError(f"{cell!r} is no text: put what the cell holds between quotation marks")
        if meaning is None or str(meaning) in UNDECIDED:
            raise ValueError(f'"{cell}" is not decided yet: give a code of the scale, or {MISSING}')
    return {str(cell): None if meaning == MISSING else meaning for cell, meaning in given.items()}


Values: TypeAlias = Annotated[dict[str, Code | None], BeforeValidator(_as_values)]
"""What a cell holds -> the code of the answer; None for no answer."""
Levels: TypeAlias = tuple[str, str]
"""A cell of the design, as (valence, interaction)."""


def _as_conditions(given: object) -> object:
    if not isinstance(given, dict):
        return given
    for cell, levels in given.items():
        if isinstance(cell, bool):
            raise ValueError("yes, no, on and off without quotation marks are read as true or false")
        two = isinstance(levels, list) and [type(level) for level in levels] == [str, str]
        if not two and levels != MISSING:
            raise ValueError(f'"{cell}" is not decided: give its two levels, as [negative, like], or {MISSING}')
    return {str(cell): None if levels == MISSING else levels for cell, levels in given.items()}


Conditions: TypeAlias = Annotated[dict[str, Levels | None], BeforeValidator(_as_conditions)]


class Column(Checked):
    """The column that answers a question, and what its answers mean where the questionnaire does not say."""

    column: str
    values: Values | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_its_name_alone(cls, given: object) -> object:
        return given if isinstance(given, dict) else {"column": given}

    @model_validator(mode="after")
    def _is_decided(self) -> Self:
        if self.column in UNDECIDED:
            raise ValueError("the column is not decided yet: give its heading in the file, or remove the line")
        return self


class Condition(Checked):
    """Which post a person saw: in one column of codes, or by which of several columns is filled."""

    column: str | None = None
    values: Conditions = Field(default_factory=dict)
    shown: Conditions = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_one_of_two(self) -> Self:
        if (self.column is None) == (not self.shown) or (self.column is None) != (not self.values):
            raise ValueError("give `column` with `values` (a column of codes), or `shown` (a column per version)")
        if self.column in UNDECIDED:
            raise ValueError("the column is not decided yet: give its heading in the file")
        return self

    @property
    def levels(self) -> dict[str, Levels | None]:
        """The condition of each code, or of each column."""
        return self.shown or self.values


Recorded: TypeAlias = Literal["id", "person", "finished", "seconds"]


class Columns(Checked):
    """A mapping of a survey file onto a questionnaire; what it does not name stands as in the questionnaire."""

    sheet: str | None = None
    columns: dict[str, Column] = Field(default_factory=dict)
    scales: dict[str, Values] = Field(default_factory=dict)
    missing: tuple[str, ...] = ()
    condition: Condition | None = None
    record: dict[Recorded, str] = Field(default_factory=dict)


def load(path: str | Path, questionnaire: Questionnaire) -> Columns:
    """Read a mapping and check that it speaks of this questionnaire.

    Raises
    ------
    InputError
        If the file is no such mapping, or names a question, scale, code or level that the questionnaire lacks; with
        the line of each fault.
    """
    draft = checked_yaml.draft(path, Columns)
    problems = [
        Problem(path, message, remedy, checked_yaml.line_of(path, place), ".".join(place))
        for place, message, remedy in _faults(draft.sound(Columns), questionnaire)
    ]
    if draft.model is None or problems:
        raise InputError(sorted([*draft.problems, *problems], key=lambda one: one.row or 0))
    return draft.model


Fault: TypeAlias = tuple[tuple[str, ...], str, str]


def _faults(mapping: Columns, questionnaire: Questionnaire) -> Iterator[Fault]:
    for name, column in mapping.columns.items():
        if name not in questionnaire.columns:
            yield (
                ("columns", name),
                "The questionnaire has no question of this name.",
                _nearest(name, questionnaire.columns),
            )
        elif column.values and name in questionnaire.numbers:
            yield ("columns", name, "values"), "Its answer is a number, so no answers are listed.", "Remove `values`."
        elif column.values:
            yield from _unknown_codes(("columns", name, "values"), column.values, _codes(name, questionnaire))
    for scale, values in mapping.scales.items():
        if scale not in questionnaire.scales:
            yield (
                ("scales", scale),
                "The questionnaire has no scale of this name.",
                _nearest(scale, questionnaire.scales),
            )
        else:
            yield from _unknown_codes(("scales", scale), values, questionnaire.codes(scale))
    used: dict[str, str] = {}
    for name, column in mapping.columns.items():
        if column.column in used:
            yield (
                ("columns", name),
                f"{used[column.column]} is read from this column already.",
                "Name another column for one of the two.",
            )
        used.setdefault(column.column, name)
    if mapping.condition is not None:
        yield from _condition_faults(mapping.condition, mapping.columns)


def _condition_faults(condition: Condition, columns: Mapping[str, Column]) -> Iterator[Fault]:
    place = ("condition", "shown" if condition.shown else "values")
    for cell, levels in condition.levels.items():
        if levels is None:
            continue
        for factor, level in zip(FACTORS, levels, strict=True):
            if level not in FACTORS[factor]:
                yield (
                    (*place, cell),
                    f"{level} is no level of {factor}.",
                    f"It is one of {', '.join(FACTORS[factor])}; the tone of the comments stands first.",
                )
    for factor in FACTORS:
        if factor in columns:
            yield ("columns", factor), "Which post was shown is told by `condition` already.", "Remove one of the two."


def _codes(name: str, questionnaire: Questionnaire) -> list[Code]:
    if name in questionnaire.factors:
        return [level.code for level in questionnaire.factors[name].levels]
    return questionnaire.codes(str(questionnaire.closed[name].scale))


def _unknown_codes(place: tuple[str, ...], values: Mapping[str, Code | None], known: list[Code]) -> Iterator[Fault]:
    for cell, code in values.items():
        if code is not None and code not in known:
            yield (
                (*place, cell),
                f"{code!r} is no code of its answers.",
                f"Give one of {', '.join(map(str, known))}, or {MISSING}.",
            )


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, list(known), n=3)
    return f"Did you mean {', '.join(near)}?" if near else f"It is one of {', '.join(known)}."
