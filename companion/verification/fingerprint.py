"""What is kept of a figure's or table's data, to see later whether it is the same.

Data of a thousand rows cannot stand in a file that people review, and a digest alone says only "other": on another
machine a sum may end in another last bit, and one rounded value in a thousand then falls on the other side. So a
fingerprint has three parts: the words exactly, the rounded numbers as a digest, and two sums of every column to tell a
rounding boundary from a change, and to name the column that changed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from companion import store
from companion.figures.style import Figure
from companion.tables import Table
from companion.verification.compare import TOLERANCE, Comparison, Entry, Outcome, Row, compare

DIGITS = 6
"""Significant digits of a number in a digest."""

WHOLE = 1e-9
"""A column whose values are no further than this from whole numbers holds whole numbers."""

GOLDEN = (5**0.5 - 1) / 2
"""Its multiples modulo 1 are weights without a pattern: two values that change places change the weighted sum."""

SHOWN = 12
"""Characters of a digest that reports show."""


@dataclass(frozen=True)
class Fingerprint:
    """What is kept of the data of one figure or table.

    Parameters
    ----------
    words
        sha256 of what must be the same on every machine: columns, texts, whole numbers, and which cells are empty; of a
        table the printed cells without their digits.
    digest
        sha256 of everything: fractions to six significant digits; of a table its printed cells too.
    sums
        Of each column with fractions: the sum, and the sum weighted by row.
    """

    words: str
    digest: str
    sums: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, result: Figure | Table) -> Fingerprint:
        """Give the fingerprint of what a chapter's cell shows."""
        if isinstance(result, Figure):
            return cls.of_data(result.data)
        cells = [list(result.frame.columns), *result.frame.to_numpy().tolist()]
        if result.groups:
            cells.append(list(result.groups))
        behind = cls.of_data(result.data) if result.data is not None else cls("", "")
        frames = [[re.sub(r"[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+", "^", re.sub(r"\d", "#", cell)) for cell in row] for row in cells]
        return cls(_digest([*frames, [behind.words]]), _digest([*cells, [behind.digest]]), behind.sums)

    @classmethod
    def of_data(cls, data: pd.DataFrame) -> Fingerprint:
        """Give the fingerprint of a table of values."""
        columns = {str(name): _cells(data[name]) for name in data}
        fractions = {name: column for name, column in columns.items() if isinstance(column, np.ndarray)}
        exact = [
            [name, *(_emptiness(column) if isinstance(column, np.ndarray) else column)]
            for name, column in columns.items()
        ]
        rounded = [[name, *(f"{value:.{DIGITS}g}" for value in column)] for name, column in fractions.items()]
        sums = {name: _sums(column) for name, column in fractions.items()}
        return cls(_digest(exact), _digest([*exact, *rounded]), sums)


def compare_fingerprints(
    expected: Mapping[str, Fingerprint], recomputed: Mapping[str, Fingerprint], tolerance: float = TOLERANCE
) -> Comparison:
    """Compare the fingerprints of figures or tables by name.

    ``same``: the digests are equal. ``tie``: they are not, yet the words are equal and no sum differs by more than the
    tolerance, as when a value close to a rounding boundary is rounded to the other side. A sum of thousands may differ
    by no more than one of its values may: else a value that moved would hide in the sum.
    """
    before, now = ({name: _entry(one) for name, one in side.items()} for side in (expected, recomputed))
    rows = [
        _judged(row, expected[row.key], recomputed[row.key], tolerance) if row.outcome == "differs" else row
        for row in compare(before, now, tolerance).rows
    ]
    return Comparison(tuple(rows), tolerance)


def _entry(fingerprint: Fingerprint) -> Entry:
    return Entry.word(f"{fingerprint.words} {fingerprint.digest}", fingerprint.digest[:SHOWN])


def _judged(row: Row, expected: Fingerprint, recomputed: Fingerprint, tolerance: float) -> Row:
    by = _differences(expected.sums, recomputed.sums)
    moved = [column for column, difference in by.items() if not difference <= tolerance]
    outcome: Outcome = "differs"
    if moved:
        where = f"in {', '.join(moved)}"
    elif expected.words != recomputed.words:
        where = "in its words or whole numbers"
    elif not expected.sums:
        where = "in its cells"
    else:
        outcome, where = "tie", "rounded to the other side"
    largest = max((difference for difference in by.values() if difference <= tolerance), default=0.0)
    return Row(row.key, row.expected, row.recomputed, largest or None, outcome, where)


def _differences(one: Mapping[str, tuple[float, float]], other: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """Give the larger difference of the two sums by column; infinite for a column on one side only."""
    return {
        name: max(abs(left - right) for left, right in zip(one[name], other[name], strict=True))
        if name in one and name in other
        else math.inf
        for name in dict.fromkeys((*one, *other))
    }


def _cells(column: pd.Series) -> np.ndarray | list[str]:
    """Give a column of fractions as numbers, and any other as words."""
    if pd.api.types.is_float_dtype(column):
        values: np.ndarray = column.to_numpy(dtype=float, na_value=np.nan) + 0.0
        finite = values[np.isfinite(values)]
        if not np.allclose(finite, np.round(finite), rtol=0, atol=WHOLE):
            return values
        return [f"{value:.0f}".replace("-0", "0") if abs(value) < 1 else f"{value:.0f}" for value in values]
    return ["" if pd.isna(cell) else str(cell) for cell in column]


def _emptiness(column: np.ndarray) -> list[str]:
    return ["" if np.isfinite(value) else str(value) for value in column]


def _sums(column: np.ndarray) -> tuple[float, float]:
    finite = np.where(np.isfinite(column), column, 0.0)
    weights = np.arange(1, len(column) + 1) * GOLDEN % 1
    return float(finite.sum()), float(finite @ weights)


def _digest(rows: list[list[str]]) -> str:
    return store.digest(store.digest(cell.encode() for cell in row).encode() for row in rows)
