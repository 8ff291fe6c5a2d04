"""Expected against recomputed, key by key."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal, get_args

from companion.formats import Kind, Value, printed
from companion.numbers import Number

Outcome = Literal["same", "tie", "differs", "missing", "new"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
AGREES: frozenset[Outcome] = frozenset({"same", "tie"})
TOLERANCE = 1e-6
"""What the same program may differ by on another machine, relative to max(1, \\|expected\\|)."""


@dataclass(frozen=True)
class Entry:
    """One value as it is compared.

    Parameters
    ----------
    value
        A number at full precision, an interval (lower, upper) or a word.
    printed
        As the book prints it.
    kind, decimals
        How it is printed (see `companion.formats.printed`).
    """

    value: Value
    printed: str
    kind: Kind
    decimals: int | None = None

    @classmethod
    def of(cls, number: Number) -> Entry:
        """Give the entry of a number of the book."""
        text = number.printed() if is_finite(number.value) else str(number.value)
        return cls(_plain(number.value), text, number.kind, number.decimals)

    @classmethod
    def word(cls, value: str, printed: str = "") -> Entry:
        """Give the entry of a word, such as a digest or a version."""
        return cls(value, printed or value, "word")

    def with_value(self, value: Value) -> Entry:
        """Give the entry of another value for the same key, such as another program's, printed by the same rule."""
        return replace(self, value=value, printed=self.rule(value))

    def rule(self, value: Value) -> str:
        """Print a value as this entry is printed."""
        return printed(value, self.kind, decimals=self.decimals) if is_finite(value) else str(value)


@dataclass(frozen=True)
class Row:
    """The outcome for one key.

    Parameters
    ----------
    key
        The key of a number, or the name of a figure, table, file or package.
    expected, recomputed
        The entries; None on the side that lacks the key.
    difference
        Largest absolute difference (of both bounds of an interval); None for words, where a side lacks the key, and
        where a side is not finite.
    outcome
        ``same``; ``tie`` (the values agree within the tolerance, and a rounding boundary lies between them, so that
        they print differently); ``differs``; ``missing`` (not recomputed); ``new`` (not expected).
    where
        What differs inside, such as a figure's columns; empty where there is nothing to add.
    """

    key: str
    expected: Entry | None
    recomputed: Entry | None
    difference: float | None
    outcome: Outcome
    where: str = ""


@dataclass(frozen=True)
class Comparison:
    """All rows of one comparison, in the order of the expected keys; new ones follow.

    Parameters
    ----------
    rows
        A row a key.
    tolerance
        The difference that was allowed, relative to max(1, \\|expected\\|).
    """

    rows: tuple[Row, ...]
    tolerance: float = TOLERANCE

    @property
    def agrees(self) -> bool:
        """Whether every row is the same or a tie."""
        return not self.misses

    @property
    def misses(self) -> tuple[Row, ...]:
        """The rows that differ, are missing or are new."""
        return tuple(row for row in self.rows if row.outcome not in AGREES)

    @property
    def ties(self) -> tuple[Row, ...]:
        """The rows that agree and print differently."""
        return tuple(row for row in self.rows if row.outcome == "tie")

    @property
    def counts(self) -> dict[Outcome, int]:
        """How many rows have each outcome."""
        found = Counter(row.outcome for row in self.rows)
        return {outcome: found[outcome] for outcome in OUTCOMES}

    @property
    def largest(self) -> float:
        """The largest difference among the rows that agree."""
        return max((row.difference for row in self.rows if row.outcome in AGREES and row.difference), default=0.0)


def compare(expected: Mapping[str, Entry], recomputed: Mapping[str, Entry], tolerance: float = TOLERANCE) -> Comparison:
    """Compare recomputed entries with expected ones.

    Parameters
    ----------
    expected, recomputed
        Entries by key. A key on one side only is ``missing`` or ``new``: an engine that computes some of the numbers
        is given these only as the expected ones.
    tolerance
        Numbers and bounds may differ by this times max(1, \\|expected\\|); counts and words must be equal.

    Examples
    --------
    >>> half = Entry(0.12345, "0.123", "coefficient")
    >>> compare({"a": half}, {"a": half.with_value(0.1234500001)}).rows[0].outcome
    'same'
    >>> compare({"a": half}, {"a": half.with_value(0.1236)}).rows[0].outcome
    'differs'
    """
    known = [_row(key, entry, recomputed.get(key), tolerance) for key, entry in expected.items()]
    new = [Row(key, None, entry, None, "new") for key, entry in recomputed.items() if key not in expected]
    return Comparison((*known, *new), tolerance)


def _plain(value: Value) -> Value:
    """Give a value without NumPy's types, which no file knows."""
    if isinstance(value, tuple):
        return (float(value[0]), float(value[1]))
    if isinstance(value, str):
        return value
    return int(value) if float(value).is_integer() else float(value)


def _row(key: str, expected: Entry, recomputed: Entry | None, tolerance: float) -> Row:
    if recomputed is None:
        return Row(key, expected, None, None, "missing")
    outcome: Outcome
    if not _close(expected, recomputed, tolerance):
        outcome = "differs"
    elif expected.printed == recomputed.printed:
        outcome = "same"
    else:
        outcome = "tie" if _only_rounding(expected, recomputed) else "differs"
    return Row(key, expected, recomputed, _difference(expected.value, recomputed.value), outcome)


def _close(expected: Entry, recomputed: Entry, tolerance: float) -> bool:
    if "count" in (expected.kind, recomputed.kind):
        return _equal(expected.value, recomputed.value)
    pairs = _paired(expected.value, recomputed.value)
    if pairs is None:
        return _equal(expected.value, recomputed.value)
    return all(
        abs(one - two) <= tolerance * max(1.0, abs(one))
        if math.isfinite(one) and math.isfinite(two)
        else _same(one, two)
        for one, two in pairs
    )


def _only_rounding(expected: Entry, recomputed: Entry) -> bool:
    """Say whether the printed forms differ by the values alone, and not by the rule that prints them."""
    return not isinstance(expected.value, str) and recomputed.rule(expected.value) == expected.printed


def _difference(one: Value, two: Value) -> float | None:
    pairs = _paired(one, two)
    if pairs is None:
        return None
    largest = max(0.0 if _same(left, right) else abs(left - right) for left, right in pairs)
    return largest if math.isfinite(largest) else None


def _paired(one: Value, two: Value) -> list[tuple[float, float]] | None:
    """Pair numbers with numbers and bounds with bounds; None for words and for values of different shapes."""
    if isinstance(one, str) or isinstance(two, str) or isinstance(one, tuple) != isinstance(two, tuple):
        return None
    left, right = (value if isinstance(value, tuple) else (value,) for value in (one, two))
    return list(zip(left, right, strict=True))


def _equal(one: Value, two: Value) -> bool:
    pairs = _paired(one, two)
    return one == two if pairs is None else all(_same(left, right) for left, right in pairs)


def _same(one: float, two: float) -> bool:
    return one == two or (math.isnan(one) and math.isnan(two))


def is_finite(value: Value) -> bool:
    """Say whether a value can be printed: a word, or numbers without NaN and infinity."""
    if isinstance(value, str):
        return True
    return all(math.isfinite(part) for part in (value if isinstance(value, tuple) else (value,)))
