"""The .sav and .zsav files of SPSS: value labels as the answers, user-missing values as no answer."""

from __future__ import annotations

import multiprocessing
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

import pandas as pd

from companion.errors import InputError, Problem
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import RawTable, of_records
from companion.survey.exports.workbook import text_of

MAGIC = (b"$FL2", b"$FL3")
CASES = slice(80, 84)  # where the header of a system file says how many cases follow
AGAIN = "Copy the file again, or save it in SPSS again."


def table(path: Path, raw: bytes) -> tuple[RawTable, list[str]]:
    """Give the cases of a system file as text, and how many user-missing values each variable has.

    Parameters
    ----------
    path
        The file.
    raw
        Its bytes.

    Raises
    ------
    InputError
        If the file is cut off or damaged, or there is no case.
    """
    # A damaged file may end the process in which the library reads it, without an error.
    apart = multiprocessing.get_context("spawn")
    found, gives = apart.Pipe(duplex=False)
    reader = apart.Process(target=_send, args=(str(path), gives), daemon=True)
    reader.start()
    gives.close()
    try:
        cases: Cases | Exception | None = found.recv()
    except EOFError:
        cases = None
    reader.join()
    if isinstance(cases, Exception):
        raise cases
    if cases is None:
        promised = int.from_bytes(raw[CASES], "little", signed=True)
        said = f"its header promises {promised:,} cases, and " if 0 < promised < 10**8 else ""
        raise InputError(Problem(str(path), f"This SPSS file is cut off or damaged: {said}they cannot be read.", AGAIN))
    told = [f"{tag} {number}" for tag, number in cases.missing.items() if number]
    records = [cases.tags, *map(list, zip(*cases.columns, strict=True))]
    return of_records(str(path), QUALTRICS, cases.tags, records, header=1), told


@dataclass(frozen=True)
class Cases:
    """What stands in a system file.

    Parameters
    ----------
    tags
        The names of its variables.
    columns
        The values of each as text, by case.
    missing
        How many values of each are there and count as missing.
    """

    tags: list[str]
    columns: list[list[str]]
    missing: dict[str, int]


def _send(path: str, receiver: Connection) -> None:
    try:
        receiver.send(_cases(path))
    except Exception as error:
        receiver.send(error)


def _cases(path: str) -> Cases | None:
    import pyreadstat  # here: only SPSS files need it

    try:
        cells, meta = pyreadstat.read_sav(path)
        with_missing, _ = pyreadstat.read_sav(path, user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError):
        return None
    labels = meta.variable_value_labels
    tags = list(map(str, cells.columns))
    columns = [[_text(value, labels.get(tag, {})) for value in cells[tag]] for tag in tags]
    return Cases(tags, columns, {tag: int(with_missing[tag].notna().sum() - cells[tag].notna().sum()) for tag in tags})


def _text(value: object, labels: Mapping[float | int, str]) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    return (labels.get(value) if isinstance(value, (int, float)) else None) or text_of(value)
