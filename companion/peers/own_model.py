"""Any model on any table: what `companion fit` does for students and verifiers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd

from companion import sem, store
from companion.errors import InputError, Problem

MISSING = ("listwise", "fiml")


@dataclass(frozen=True)
class Result:
    """A fit as text for a terminal and as values for a file."""

    text: str
    values: dict[str, Any]


def fit(model: Path, data: Path, group: str | None, missing: str, draws: int, seed: int) -> Result:
    """Fit the model of a text file to a CSV file.

    Raises
    ------
    InputError
        If a file cannot be read, or the model cannot be read or estimated; with line and column of the model text.
    """
    if missing not in MISSING:
        raise InputError(Problem("--missing", f"is {missing!r}.", f"Choose one of {', '.join(MISSING)}."))
    text, table = _text(model), _table(data)
    try:
        fitted = sem.fit(text, table, group=group, missing=cast(Literal["listwise", "fiml"], missing))
        bootstrap = fitted.bootstrap(draws=draws, seed=seed) if draws else None
    except sem.ModelError as error:
        raise InputError(
            Problem(model, str(error), "Mend the model text, or use data that it fits.", row=error.line)
        ) from error
    values: dict[str, Any] = {
        "estimates": _records(fitted.estimates),
        "measures": {name: float(value) for name, value in fitted.measures.items()},
        "converged": bool(fitted.converged),
        "problems": list(fitted.problems),
    }
    if bootstrap is not None:
        values["bootstrap"] = _records(bootstrap.ci().rename_axis("parameter").reset_index())
    return Result(text=sem.report(fitted, bootstrap), values=values)


def write_json(result: Result, path: Path) -> None:
    """Write the values of a result; not-a-numbers become null."""
    store.write_aside(path, (json.dumps(result.values, indent=1, allow_nan=False) + "\n").encode())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Problem(path, f"cannot be read ({error}).", "Name a text file with a model in lavaan's syntax.")
        ) from error


def _table(path: Path) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(
            Problem(path, f"cannot be read as CSV ({error}).", "Name a CSV file with one header row.")
        ) from error


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{key: None if pd.isna(value) else value for key, value in row.items()} for row in table.to_dict("records")]
