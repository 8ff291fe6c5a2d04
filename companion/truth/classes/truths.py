"""The named truths that the surveys of a class can be drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.truth import truth_file
from companion.truth.population import Truth

FILE = "data/classes/truths.yml"


class NamedTruths(Checked):
    """Truths by name, each a file and what is changed in it."""

    truths: dict[str, truth_file.PlannedTruth]


def load(path: Path, names: Sequence[str]) -> dict[str, Truth]:
    """Read the truths of these names.

    Raises
    ------
    InputError
        If a name is not there or stands twice, or the file does not fit; every fault of its kind.
    """
    known = checked_yaml.load(path, NamedTruths).truths
    problems = [
        Problem("--truths", "There is no such truth.", f"Name some of {', '.join(known)}.", value=name)
        for name in names
        if name not in known
    ]
    problems += [
        Problem("--truths", "This truth is named twice.", "Name it once.", value=name)
        for name in dict.fromkeys(names)
        if list(names).count(name) > 1
    ]
    if problems or not names:
        raise InputError(problems or Problem("--truths", "No truth is named.", f"Name some of {', '.join(known)}."))
    truths, problems = truth_file.every_changed(path, {name: known[name] for name in names})
    if problems:
        raise InputError(problems)
    return truths
