"""The one way in which wrong input is told to its owner: where, what, what is allowed, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One fault in an input file, in words that its owner can act on.

    Parameters
    ----------
    file
        The file as the user named it.
    message
        What is wrong and what would be right.
    remedy
        What to do about it.
    row
        Row as a spreadsheet counts it (header rows included), or the line of a text file.
    column
        Column name, or the path of a key in a YAML file.
    value
        The offending value, as it stands in the file.
    """

    file: str | Path
    message: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = [str(self.file)]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.value is not None:
            place.append(f"value {self.value!r}")
        return f"{', '.join(place)}: {self.message} {self.remedy}"


class InputError(Exception):
    """Input that cannot be used; the command line prints its problems and exits with code 2.

    Parameters
    ----------
    problems
        Every fault found in one pass, in the order of the file.
    """

    SHOWN = 5

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[: self.SHOWN]]
        rest = len(self.problems) - len(shown)
        return "\n".join([*shown, f"and {rest} more"] if rest else shown)


class NothingLeftError(Exception):
    """No respondent is left to analyse; the command line prints why and exits with code 3."""


class EngineError(Exception):
    """Another program that was to compute again failed; the command line prints what it said and exits with code 1."""
