"""The reviewed results of this edition: results/expected.json, one line a number, so that a change reads in a diff."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from companion import misfit, store
from companion.errors import InputError, Problem
from companion.misfit import Misfit
from companion.verification.compare import Entry
from companion.verification.drawing import Drawing
from companion.verification.fingerprint import Fingerprint

Kept = TypeVar("Kept")
EVERYTHING = "*"
FILE = "results/expected.json"
ABOUT = "Computed from the SIMULATED survey in data/; made by `companion verify --update`, and reviewed."
TAKE_IT_BACK = "Take the file back with `git checkout results/expected.json`."


@dataclass(frozen=True)
class Results:
    """Everything that is compared, as it was expected or as it was recomputed.

    Parameters
    ----------
    numbers
        Every number of the book by key.
    figures, tables
        Fingerprints of the data of what the chapters show, by the name of the figure or table.
    files
        sha256 of every file that the results depend on, by path.
    drawings
        The figures as they are drawn, by name.
    platform
        What they were drawn on (see `companion.verification.surroundings.platform`).
    """

    numbers: Mapping[str, Entry]
    figures: Mapping[str, Fingerprint]
    tables: Mapping[str, Fingerprint]
    files: Mapping[str, str]
    drawings: Mapping[str, Drawing] = field(default_factory=dict)
    platform: str = ""

    def only(self, pattern: str) -> Results:
        """Give the numbers, figures and tables whose key or name fits a pattern such as ``mediation.*``; all files."""
        return replace(
            self,
            numbers=_fitting(self.numbers, pattern),
            figures=_fitting(self.figures, pattern),
            tables=_fitting(self.tables, pattern),
            drawings=_fitting(self.drawings, pattern),
        )

    @property
    def is_empty(self) -> bool:
        """Whether nothing is left to compare."""
        return not (self.numbers or self.figures or self.tables)


def _fitting(part: Mapping[str, Kept], pattern: str) -> dict[str, Kept]:
    return {key: value for key, value in part.items() if fnmatchcase(key, pattern)}


ADAPTER = TypeAdapter(Results)


def load(path: Path) -> Results:
    """Read results.

    Raises
    ------
    InputError
        If the file is missing or damaged; with the line or the key.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
        return ADAPTER.validate_python(content)
    except FileNotFoundError as error:
        raise InputError(
            Problem(path, "There is no such file, so there is nothing to compare with.", TAKE_IT_BACK)
        ) from error
    except json.JSONDecodeError as error:
        raise InputError(Problem(path, f"The file is damaged: {error.msg}.", TAKE_IT_BACK, row=error.lineno)) from error
    except ValidationError as error:
        raise InputError([_problem(path, one) for one in misfit.told(error, content)]) from error
    except (OSError, ValueError) as error:
        raise InputError(Problem(path, f"The file cannot be read: {error}.", TAKE_IT_BACK)) from error


def write(path: Path, results: Results) -> None:
    """Write results aside and move them into place."""
    store.write_aside(path, text(results).encode())


def text(results: Results) -> str:
    """Give results as JSON: sorted, one line a key."""
    parts = [f'  "about": {json.dumps(ABOUT)}', f'  "platform": {json.dumps(results.platform)}']
    for part in fields(results):
        if part.name == "platform":
            continue
        entries = sorted(getattr(results, part.name).items())
        lines = [f"    {json.dumps(key)}: {_line(value)}" for key, value in entries]
        parts.append(f'  "{part.name}": {{\n' + ",\n".join(lines) + "\n  }")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _line(value: Entry | Fingerprint | Drawing | str) -> str:
    content = value if isinstance(value, str) else {k: v for k, v in asdict(value).items() if v is not None}
    return json.dumps(content, ensure_ascii=False, allow_nan=False)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is not a number")


def _problem(path: Path, one: Misfit) -> Problem:
    return Problem(path, f"The file is damaged. {one.message}", TAKE_IT_BACK, column=one.key, value=one.value)
