"""The key of a class: the answers on each student's own survey, and what known mistakes would give on it."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import Field, ValidationError

from companion import misfit
from companion.errors import InputError, Problem
from companion.survey.checked_yaml import Checked

NAME_IT = "Name the file teacher/key.json that companion class wrote."
ROUNDED = 0.0015
"""How far a number with three decimals may be off: its rounding, and programs that stop a little early."""


class Mistake(Checked):
    """What a known mistake gives on the student's own survey: any of some numbers, each within a tolerance."""

    mistake: str
    numbers: tuple[float, ...] = Field(min_length=1)
    tolerance: float = Field(ge=0)


class Answer(Checked):
    """The answer to a question, how far from it still counts as right, and what known mistakes would give."""

    question: str
    value: float
    tolerance: float = Field(ge=0)
    mistakes: tuple[Mistake, ...]


class StudentKey(Checked):
    """The key of one student; `truth` is the name of what their survey was drawn from."""

    id: str
    name: str
    folder: str
    truth: str
    answers: tuple[Answer, ...]


class Key(Checked):
    """The key of a class."""

    seed: int
    students: tuple[StudentKey, ...]


def written(key: Key) -> bytes:
    """Write a key as JSON."""
    return f"{key.model_dump_json(indent=1)}\n".encode()


def load(path: Path) -> Key:
    """Read a key.

    Raises
    ------
    InputError
        If it is no key that `companion class` wrote; every fault with its place.
    """
    try:
        content = json.loads(path.read_bytes())
        return Key.model_validate(content)
    except ValidationError as error:
        raise InputError(
            [
                Problem(path, f"This is no key of a class. {one.message}", NAME_IT, column=one.key, value=one.value)
                for one in misfit.told(error, content)
            ]
        ) from error
    except ValueError as error:
        raise InputError(Problem(path, "This is no key of a class: it is not JSON.", NAME_IT)) from error
