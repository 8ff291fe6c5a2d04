"""All faults of an input as a table: the console shows the first few only."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from companion.errors import InputError, Problem
from companion.store import write_aside

FILE = "problems.csv"
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def keep(error: InputError, folder: Path) -> Path | None:
    """Write all faults into a folder, where the console does not show them all; give the file.

    Parameters
    ----------
    error
        The faults.
    folder
        Where the command writes its results.
    """
    if len(error.problems) <= error.SHOWN:
        return None
    file = folder / FILE
    write_aside(file, table(error.problems))
    return file


def table(problems: Sequence[Problem]) -> bytes:
    """Give faults as a table that a spreadsheet opens, with a row a fault, in which no cell is a formula.

    Examples
    --------
    >>> print(table([Problem("f.csv", "No number.", "Correct it.", 4, "Q2", "=1+1")]).decode("utf-8-sig"))
    file,row,column,value,message,remedy
    f.csv,4,Q2,'=1+1,No number.,Correct it.
    <BLANKLINE>
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["file", "row", "column", "value", "message", "remedy"])
    for problem in problems:
        cells = (problem.file, problem.row, problem.column, problem.value, problem.message, problem.remedy)
        writer.writerow(["" if cell is None else _inert(str(cell)) for cell in cells])
    return out.getvalue().encode("utf-8-sig")


def _inert(cell: str) -> str:
    """Give a cell that a spreadsheet does not compute (OWASP, CSV injection)."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
