"""The cells of a survey file by column, each different text once: what is asked of a text is asked once, not a row.

Few answers are different, and a million rows repeat them. A column of which most texts are different, such as the ids
of responses, is held as it is.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import compress, count, islice, zip_longest
from typing import TypeVar, overload

import numpy as np
import pandas as pd
from numpy.typing import NDArray

AT_ONCE = 500
"""Rows that are turned into columns, or columns into rows, at one time: few enough to stay near the processor."""
ENOUGH = 10_000
MOSTLY_DIFFERENT = 0.5
"""From so many cells on, this share of different texts makes it dearer to find a text again than to hold it twice."""
MOST_PAIRS = 20_000
"""Different pairs of cells of two columns up to which they are written as one, pair by pair."""
SEPARATOR = "\x00"
"""A sign that hardly any text holds."""
SPECIAL = ',"\n'
"""Signs for which a cell stands in quotation marks."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Column:
    """The cells of a column.

    Parameters
    ----------
    texts
        What stands in them. Each text stands in a cell; the same one may be here twice.
    places
        Which of the texts stands in each cell.
    """

    texts: list[str]
    places: NDArray[np.int32]

    @classmethod
    def of(cls, cells: Iterable[str]) -> Column:
        """Hold cells.

        Examples
        --------
        >>> column = Column.of(["no", "yes", "no"])
        >>> column.texts, column.places.tolist(), column.cells()
        (['no', 'yes'], [0, 1, 0], ['no', 'yes', 'no'])
        """
        known: defaultdict[str, int] = defaultdict(count().__next__)
        places = np.fromiter(map(known.__getitem__, cells), np.int32)
        return cls(list(known), places)

    @classmethod
    def at(cls, texts: Sequence[str], places: NDArray[np.int32]) -> Column:
        """Hold the cells in which such of the texts stand, without the texts that stand in none.

        Examples
        --------
        >>> Column.at(["yes", "no", "perhaps"], np.array([2, 0, 2])).texts
        ['yes', 'perhaps']
        """
        used = np.bincount(places, minlength=len(texts)) > 0
        if used.all():
            return cls(list(texts), places)
        new = np.cumsum(used, dtype=np.int32) - 1
        return cls(list(compress(texts, used.tolist())), new[places])

    def cells(self, rows: slice = slice(None)) -> list[str]:
        """Give the cells one by one."""
        return list(map(self.texts.__getitem__, self.places[rows].tolist()))

    def each(self, of: Callable[[str], T]) -> list[T]:
        """Ask something of each text."""
        return list(map(of, self.texts))

    def rewritten(self, into: Callable[[str], str]) -> Column:
        """Write each text as another."""
        return Column(self.each(into), self.places)

    def mended(self, signs: str, into: Callable[[str], str]) -> Column:
        """Write each text in which one of some signs stands as another.

        Examples
        --------
        >>> Column.of(["a", "b, c"]).mended(",", str.upper).texts
        ['a', 'B, C']
        """
        texts = list(self.texts)
        for some in _slices(len(texts)):  # few texts have such signs, and a lot that has none is told at once
            if _stand(signs, texts[some]):
                texts[some] = [into(text) if _stand(signs, text) else text for text in texts[some]]
        return Column(texts, self.places)

    def where(self, holds: Callable[[str], object]) -> NDArray[np.bool_]:
        """Say of each cell whether something holds of its text."""
        return np.fromiter(map(bool, map(holds, self.texts)), bool, len(self.texts))[self.places]

    def has(self, signs: str) -> bool:
        """Say whether one of some signs stands in any of the texts.

        Examples
        --------
        >>> Column.of(["a", "b, c"]).has(",;"), Column.of(["a", "b"]).has(",;")
        (True, False)
        """
        return any(_stand(signs, self.texts[some]) for some in _slices(len(self.texts)))

    def filled(self) -> NDArray[np.bool_]:
        """Say of each cell whether more than white space stands in it."""
        return self.where(str.strip)

    def numbers(self) -> NDArray[np.int_]:
        """Give numbers that are the same for the same text, whatever their order.

        Examples
        --------
        >>> Column(["a", "b", "a"], np.array([0, 2, 1])).numbers().tolist()
        [0, 0, 1]
        """
        return pd.factorize(np.array(self.texts, dtype=object))[0][self.places]

    def ranks(self) -> NDArray[np.int_]:
        """Give numbers that order the cells as their texts do, the same for the same text.

        Examples
        --------
        >>> Column.of(["b", "a", "b", "c"]).ranks().tolist()
        [1, 0, 1, 2]
        """
        number, different = pd.factorize(np.array(self.texts, dtype=object))
        rank = np.empty(len(different), dtype=int)
        rank[sorted(range(len(different)), key=different.tolist().__getitem__)] = np.arange(len(different))
        return rank[number][self.places]

    def at_rows(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> Column:
        """Give the cells of some rows, marked or by number."""
        return Column.at(self.texts, self.places[rows])


@dataclass(frozen=True, eq=False)
class Rows(Sequence[list[str]]):
    """The rows of a file, held as columns; read as a list of rows, each as long as it is in the file.

    Parameters
    ----------
    columns
        The cells; a row that is shorter than others has empty ones at its end.
    lengths
        How many cells each row has in the file.
    """

    columns: list[Column]
    lengths: NDArray[np.int32]

    @classmethod
    def of(cls, rows: Iterable[Sequence[str]]) -> Rows:
        """Hold rows as columns.

        Examples
        --------
        >>> rows = Rows.of([["a", "b"], ["c"]])
        >>> rows[1], list(rows), rows.columns[1].cells()
        (['c'], [['a', 'b'], ['c']], ['b', ''])
        """
        if isinstance(rows, Rows):
            return rows
        gathered = Gathered()
        left = iter(rows)
        while some := list(islice(left, AT_ONCE)):
            gathered.add(some)
        return gathered.rows()

    def __len__(self) -> int:
        return len(self.lengths)

    @overload
    def __getitem__(self, place: int) -> list[str]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[str]]: ...
    def __getitem__(self, place: int | slice) -> list[str] | list[list[str]]:
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        return [column.texts[column.places[place]] for column in self.columns[: self.lengths[place]]]

    def __iter__(self) -> Iterator[list[str]]:
        for some in _slices(len(self)):
            whole = zip(*(column.cells(some) for column in self.columns), strict=True)
            for cells, length in zip(whole, self.lengths[some].tolist(), strict=self.columns != []):
                yield list(cells[:length])

    def rewritten(self, into: Callable[[str], str]) -> Rows:
        """Write each text as another."""
        return Rows([column.rewritten(into) for column in self.columns], self.lengths)

    def filled(self) -> NDArray[np.bool_]:
        """Say of each row whether more than white space stands in it."""
        return any_filled(self.columns, len(self))


class Gathered:
    """Rows that come one lot after another, turned into columns."""

    def __init__(self) -> None:
        self.lengths: list[NDArray[np.int32]] = []
        self.columns: list[_Texts] = []
        self.number = 0

    def add(self, rows: Sequence[Sequence[str]]) -> None:
        """Add some rows."""
        lengths = np.fromiter(map(len, rows), np.int32, len(rows))
        widest = int(lengths.max(initial=0))
        while len(self.columns) < widest:
            new = _Texts()
            if self.number:
                new.add([""] * self.number)
            self.columns.append(new)
        turned = zip_longest(*rows, fillvalue="")
        for column, cells in zip_longest(self.columns, turned):
            column.add([""] * len(rows) if cells is None else cells)
        self.lengths.append(lengths)
        self.number += len(rows)

    def rows(self) -> Rows:
        """Give what was gathered."""
        return Rows(
            [column.column() for column in self.columns],
            np.concatenate(self.lengths) if self.lengths else np.zeros(0, np.int32),
        )


class _Texts:
    """The texts of a column that grows; from where most are different, each is held as it comes."""

    def __init__(self) -> None:
        self.known: defaultdict[str, int] | None = defaultdict(count().__next__)
        self.texts: list[str] = []
        self.places = array("i")

    def add(self, cells: Sequence[str]) -> None:
        if self.known is None:
            self._hold(np.arange(len(self.texts), len(self.texts) + len(cells), dtype=np.int32))
            self.texts.extend(_side_by_side(cells))
            return
        self._hold(np.fromiter(map(self.known.__getitem__, cells), np.int32, len(cells)))
        if len(self.places) >= ENOUGH and len(self.known) > MOSTLY_DIFFERENT * len(self.places):
            self.texts, self.known = list(self.known), None

    def _hold(self, places: NDArray[np.int32]) -> None:
        self.places.frombytes(places.tobytes())

    def column(self) -> Column:
        return Column(self.texts if self.known is None else list(self.known), np.frombuffer(self.places, np.int32))


def _side_by_side(cells: Sequence[str]) -> Sequence[str]:
    """Give the same texts, made anew one after the other.

    A file is read row by row, so the texts of a column lie as far apart in memory as its rows; each time that they are
    looked through, the processor would wait for every one of them.
    """
    anew = SEPARATOR.join(cells).split(SEPARATOR)
    return anew if len(anew) == len(cells) else cells


def any_filled(columns: Iterable[Column], number: int) -> NDArray[np.bool_]:
    """Say of each of so many rows whether more than white space stands in one of the columns."""
    found = np.zeros(number, dtype=bool)
    for column in columns:
        if found.all():
            break
        found |= column.filled()
    return found


def written(columns: Sequence[Column]) -> Iterator[str]:
    r"""Write columns as CSV, some rows at a time: a line feed after each row, quotation marks where they are needed.

    Examples
    --------
    >>> "".join(written([Column.of(["a", "b"]), Column.of(["x, y", ""])]))
    'a,"x, y"\nb,\n'
    """
    rows = len(columns[0].places)
    beside = [columns[0].mended(SPECIAL, _quoted)]
    for column in columns[1:]:
        quoted = column.mended(SPECIAL, _quoted)
        if len(beside[-1].texts) * len(quoted.texts) <= min(rows, MOST_PAIRS):
            beside[-1] = _beside(beside[-1], quoted)
        else:
            beside.append(quoted)
    for some in _slices(rows):
        yield "".join(f"{','.join(row)}\n" for row in zip(*(column.cells(some) for column in beside), strict=True))


def _beside(left: Column, right: Column) -> Column:
    """Write two columns as one, of which each pair of texts is written once."""
    pairs = [f"{one},{other}" for one in left.texts for other in right.texts]
    return Column.at(pairs, left.places * np.int32(len(right.texts)) + right.places)


def _stand(signs: str, texts: Sequence[str]) -> bool:
    """Say whether one of some signs stands in one of some texts."""
    together = "".join(texts)
    return any(sign in together for sign in signs)


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'


def _slices(number: int) -> Iterator[slice]:
    return (slice(start, start + AT_ONCE) for start in range(0, number, AT_ONCE))
