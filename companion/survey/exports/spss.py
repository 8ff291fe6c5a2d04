"""The .sav and .zsav files of SPSS: value labels as the answers, user-missing values as no answer."""

from __future__ import annotations

from collections.abc import Mapping
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
        If the file is cut off, or no system file, or there is no case.
    """
    import pyreadstat  # here: only SPSS files need it

    try:
        cells, meta = pyreadstat.read_sav(str(path))
        with_missing, _ = pyreadstat.read_sav(str(path), user_missing=True)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError) as error:
        cases = int.from_bytes(raw[CASES], "little", signed=True)
        promised = f"its header promises {cases:,} cases, and " if 0 < cases < 10**8 else ""
        raise InputError(
            Problem(str(path), f"This SPSS file is cut off or damaged: {promised}they cannot be read.", AGAIN)
        ) from error
    labels = meta.variable_value_labels
    tags = list(map(str, cells.columns))
    columns = [[_text(value, labels.get(tag, {})) for value in cells[tag]] for tag in tags]
    missing = {tag: int(with_missing[tag].notna().sum() - cells[tag].notna().sum()) for tag in tags}
    told = [f"{tag} {number}" for tag, number in missing.items() if number]
    records = [tags, *map(list, zip(*columns, strict=True))]
    return of_records(str(path), QUALTRICS, tags, records, header=1), told


def _text(value: object, labels: Mapping[float | int, str]) -> str:
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return ""
    return (labels.get(value) if isinstance(value, (int, float)) else None) or text_of(value)
