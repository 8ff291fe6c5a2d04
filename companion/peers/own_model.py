"""Any model on any table: what `companion fit` does for students and verifiers."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast

import pandas as pd

from companion import sem, store
from companion.errors import InputError, Problem, refused
from companion.threads import one_thread

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
        with one_thread():
            fitted = sem.fit(text, table, group=group, missing=cast(Literal["listwise", "fiml"], missing))
            bootstrap = fitted.bootstrap(draws=draws, seed=seed) if draws else None
    except sem.ModelError as error:
        raise InputError(
            Problem(model, str(error), "Mend the model text, or use data that it fits.", row=error.line)
        ) from error
    values: dict[str, Any] = {
        "estimates": _records(fitted.estimates),
        "measures": {name: None if pd.isna(value) else float(value) for name, value in fitted.measures.items()},
        "r_square": _records(fitted.r_square),
        "misfits": _records(fitted.misfits()),
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
    remedy = "Name a text file with a model in lavaan's syntax."
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(replace(refused(error, path), remedy=remedy)) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem(path, f"Byte {error.start + 1} is no text in UTF-8.", remedy)) from error


def _table(path: Path) -> pd.DataFrame:
    remedy = "Name a CSV file with one header row."
    try:
        return pd.read_csv(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
    except OSError as error:
        raise InputError(replace(refused(error, path), remedy=remedy)) from error
    except UnicodeDecodeError as error:
        raise InputError(Problem(path, f"Byte {error.start + 1} is no text in UTF-8.", remedy)) from error
    except pd.errors.EmptyDataError as error:
        raise InputError(Problem(path, "The file is empty.", remedy)) from error
    except pd.errors.ParserError as error:
        raise InputError(
            _uneven(path) or Problem(path, "This is no CSV: its rows cannot be told apart.", remedy)
        ) from error


def _uneven(path: Path) -> list[Problem]:
    """Tell of the rows that have more cells than the header."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    return [
        Problem(
            path,
            f"This row has {len(row)} cells where the header has {len(head)}.",
            "Put a value that holds a comma between quotation marks.",
            row=number,
        )
        for number, row in enumerate(rows, start=2)
        if len(row) > len(head)
    ]


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(key): None if pd.isna(value) else value for key, value in row.items()} for row in table.to_dict("records")
    ]
