"""What the last comparison of the book with lavaan found: results/lavaan.json, made by `companion verify`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from companion import misfit, store
from companion.errors import InputError, Problem
from companion.misfit import Misfit

FILE = "results/lavaan.json"
ABOUT = "Computed from the SIMULATED survey in data/; made by `companion verify --engine lavaan --update`."
REMEDY = "Make it with `companion verify --engine lavaan --update`, or take it back with git."


@dataclass(frozen=True)
class Group:
    """What was compared under one heading.

    Parameters
    ----------
    name
        The heading.
    compared
        How many numbers, bounds of intervals counted together.
    largest
        Their largest difference, relative to max(1, \\|value\\|).
    """

    name: str
    compared: int
    largest: float


@dataclass(frozen=True)
class Confirmation:
    """A comparison in which everything agreed.

    Parameters
    ----------
    data
        sha256 of the survey.
    question
        sha256 of everything that the comparison rests on (see `companion.verification.lavaan.digest`).
    versions
        Program -> version.
    tolerance
        The relative difference that was allowed.
    groups
        The numbers of the book by group.
    resamples
        How many resamples the other program fitted from nothing.
    draws
        Their parameters, one by one.
    not_compared
        Reason -> how many numbers of the book are not compared for it.
    """

    data: str
    question: str
    versions: Mapping[str, str]
    tolerance: float
    groups: tuple[Group, ...]
    resamples: int
    draws: Group
    not_compared: Mapping[str, int]

    @property
    def compared(self) -> int:
        """How many numbers of the book were compared."""
        return sum(group.compared for group in self.groups)

    @property
    def numbers(self) -> int:
        """How many numbers the book had."""
        return self.compared + sum(self.not_compared.values())


ADAPTER = TypeAdapter(Confirmation)


def committed(root: Path) -> Confirmation:
    """Read the comparison that is committed with the book.

    Raises
    ------
    InputError
        If the file is missing or damaged.
    """
    path = root / FILE
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        kept = {name: value for name, value in content.items() if name != "about"}
    except (OSError, ValueError, AttributeError) as error:
        raise InputError(Problem(path, f"The file cannot be read: {error}.", REMEDY)) from error
    try:
        return ADAPTER.validate_python(kept)
    except ValidationError as error:
        raise InputError([_problem(path, one) for one in misfit.told(error, kept)]) from error


def _problem(path: Path, one: Misfit) -> Problem:
    return Problem(path, one.message, REMEDY, column=one.key, value=one.value)


def write(root: Path, confirmation: Confirmation) -> None:
    """Write a comparison to the file that is committed with the book."""
    content = {"about": ABOUT, **asdict(confirmation)}
    store.write_aside(root / FILE, (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode())
