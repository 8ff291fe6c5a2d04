"""A truth in a file: written down whole, or another one by its file with what is changed in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.truth import population
from companion.truth.population import Truth


class PlannedTruth(Checked):
    """A truth by its file, beside the plan or on a path from there, with what is changed in it."""

    file: str
    changes: dict[str, Any] = Field(default_factory=dict)


def fault(path: Path, location: tuple[str | int, ...], message: str, value: str | None) -> Problem:
    """Say what is wrong at a place of a file, with its line."""
    return Problem(
        path,
        message,
        "Correct the value.",
        row=checked_yaml.line_of(path, location),
        column=".".join(map(str, location)),
        value=value,
    )


def load_truth(path: Path) -> Truth:
    """Read a truth: one that is written down whole, or another one by its file with what is changed in it.

    Raises
    ------
    InputError
        If it is neither, or what comes of it is no truth; each fault with its line.
    """
    if path.is_file() and re.search(r"^file:", path.read_text(encoding="utf-8", errors="replace"), flags=re.MULTILINE):
        return changed(path, (), checked_yaml.load(path, PlannedTruth))
    return population.load_truth(path)


def changed(path: Path, place: tuple[str, ...], planned: PlannedTruth) -> Truth:
    """Read a truth and change it.

    Parameters
    ----------
    path
        The file that names it; the truth stands on a path from there.
    place
        The keys below which it is named there.
    planned
        The file of the truth and the changes.

    Raises
    ------
    InputError
        If what comes of it is no truth; each fault with its line.
    """
    file = path.parent / planned.file
    checked_yaml.load(file, Truth)
    content = yaml.safe_load(file.read_text(encoding="utf-8"))
    merged = _merged(content, planned.changes)
    try:
        return Truth.model_validate(merged)
    except ValidationError as error:
        raise checked_yaml.refused(path, error, merged, (*place, "changes")) from error


def every_changed(path: Path, planned: Mapping[str, PlannedTruth]) -> tuple[dict[str, Truth], list[Problem]]:
    """Read the truths that stand by their names below the key ``truths``, and give the faults of the others."""
    truths: dict[str, Truth] = {}
    problems: list[Problem] = []
    for name, one in planned.items():
        try:
            truths[name] = changed(path, ("truths", name), one)
        except InputError as error:
            problems += error.problems
    return truths, problems


def _merged(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Put changes over a content, key by key however deep."""
    merged = dict(content)
    for key, value in changes.items():
        below = merged.get(key)
        merged[key] = _merged(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged
