"""The arithmetic of a likelihood, written down number by number, to be done for many samples side by side.

F and its gradient are computed once on symbols, by the very code that computes them on numbers. What is left is a list
of sums of products, in which the zeros and ones of the model have vanished: half of the work of its small matrices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from .likelihood import Likelihood
from .matrices import Array, Layout
from .moments import Moments

ADD_1, ADD_2, ADD_4, DIVIDE, ABSOLUTE, LOG, GUARD, INVERT = range(8)
"""Operations: a number plus 1, 2 or 4 products, a / b, |a|, log a, b where a > 0 (else infinity), a matrix inverse."""
WIDTH = 11
"""Columns of an instruction: the operation, the place of its result, and at most nine of its operands."""


@dataclass(frozen=True)
class Program:
    """F and its gradient as instructions on the rows of a table that has a column for each sample.

    The first rows hold the parameters, then the gradient, then F, then the moments; the rest is its own.

    Parameters
    ----------
    instructions
        One a row, see `WIDTH`; of `INVERT` the first in `places` and the size of the matrix.
    places
        For each matrix inverted, the rows of its entries, those of the inverse, of the determinant's sign and of the
        logarithm of its size.
    constants, held
        Rows that hold constants, and these.
    rows
        How many rows the table has.
    largest
        Size of the largest matrix inverted.
    """

    instructions: NDArray[np.int64]
    places: NDArray[np.int64]
    constants: NDArray[np.int64]
    held: Array
    rows: int
    largest: int


class Number:
    """A number that is not known yet: a row of the table, or a sum of products that nothing has asked for."""

    __array_ufunc__ = None
    __slots__ = ("_row", "_terms", "trace")

    def __init__(self, trace: Trace, row: int | None, terms: tuple[Term, ...] = ()) -> None:
        self.trace, self._row, self._terms = trace, row, terms

    @property
    def row(self) -> int:
        """The row of the table that holds it; its sum is computed when this is asked for the first time."""
        if self._row is None:
            at, rest = self.trace.row(0.0), self._terms
            if rest[0][1] == 1.0:
                at, rest = self.trace.row(rest[0][0]), rest[1:]
            products = [self.trace.row(factor) for term in rest for factor in term]
            while products:
                size = next(size for size in (4, 2, 1) if 2 * size <= len(products))
                kind = {1: ADD_1, 2: ADD_2, 4: ADD_4}[size]
                [at] = self.trace.note(kind, (at, *products[: 2 * size]))
                products = products[2 * size :]
            self._row = at
        return self._row

    def terms(self) -> tuple[Term, ...]:
        """Give the products whose sum it is."""
        return self._terms if self._row is None else ((self, 1.0),)

    def __add__(self, other: Number | float) -> Number:
        if isinstance(other, Number):
            return Number(self.trace, None, self.terms() + other.terms())
        return Number(self.trace, None, (*self.terms(), (float(other), 1.0))) if other else self

    __radd__ = __add__

    def __mul__(self, other: Number | float) -> Number | float:
        if isinstance(other, Number) or other not in (0, 1):
            self.trace.row(self)
            return Number(self.trace, None, ((self, other if isinstance(other, Number) else float(other)),))
        return self if other else 0.0

    __rmul__ = __mul__

    def __neg__(self) -> Number:
        return Number(self.trace, None, ((self, -1.0),))

    def __sub__(self, other: Number | float) -> Number:
        return self + -other

    def __rsub__(self, other: float) -> Number:
        return -self + other

    def __truediv__(self, other: Number | float) -> Number:
        return self.trace.number(DIVIDE, self, other)

    def __rtruediv__(self, other: float) -> Number:
        return self.trace.number(DIVIDE, other, self)

    def __abs__(self) -> Number:
        return self.trace.number(ABSOLUTE, self)

    def log(self) -> Number:
        """Give the natural logarithm; NumPy asks for it by this name."""
        return self.trace.number(LOG, self)


Term = tuple[Number | float, Number | float]


@dataclass
class Trace:
    """Instructions as they come, each result in a row of its own.

    Parameters
    ----------
    rows
        How many rows there are; the first are those of what goes in and comes out.
    """

    rows: int
    instructions: list[tuple[int, tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    constants: dict[float, int] = field(default_factory=dict)

    def new(self) -> int:
        """Give a row that is not used yet."""
        self.rows += 1
        return self.rows - 1

    def row(self, value: Number | float) -> int:
        """Give the row of a number, or of a constant."""
        if isinstance(value, Number):
            return value.row
        if value not in self.constants:
            self.constants[float(value)] = self.new()
        return self.constants[value]

    def note(self, operation: int, operands: Sequence[int], results: int = 1) -> tuple[int, ...]:
        """Write an instruction down and give the rows of its results."""
        rows = tuple(self.new() for _ in range(results))
        self.instructions.append((operation, rows, tuple(operands)))
        return rows

    def number(self, operation: int, *operands: Number | float) -> Number:
        """Write an instruction down and give its result."""
        return Number(self, self.note(operation, [self.row(operand) for operand in operands])[0])

    def numbers(self, rows: Iterable[int]) -> Array:
        """Give the numbers in some rows."""
        numbers = [Number(self, row) for row in rows]
        found = np.empty(len(numbers), dtype=object)
        found[:] = numbers
        return found

    def inverse(self, matrix: Array) -> tuple[Array, Number, Number]:
        """Invert a matrix: the inverse, the sign of the determinant and the logarithm of its size."""
        size = len(matrix)
        *rows, sign, logdet = self.note(INVERT, [self.row(entry) for entry in matrix.ravel()], size * size + 2)
        return self.numbers(rows).reshape(size, size), Number(self, sign), Number(self, logdet)

    def program(self, results: Sequence[Number | float], first: int, kept: int) -> Program:
        """Bring the instructions into few rows, each used again when nothing needs it any more.

        Parameters
        ----------
        results
            What has to be known at the end, for the rows from `first` on.
        first
            The first row of the results.
        kept
            The rows before this one are those of what goes in and comes out.
        """
        zero, rows = self.row(0.0), [self.row(result) for result in results]
        copies = [(ADD_1, (first + i,), (row, zero, zero)) for i, row in enumerate(rows)]
        place = {row: row for row in range(kept)}
        place.update({row: kept + i for i, row in enumerate(self.constants.values())})
        fixed, top, idle = set(place), len(place), list[int]()
        instructions, places = [], list[int]()
        whole = [*self.instructions, *copies]
        last = {row: at for at, (_, made, used) in enumerate(whole) for row in (*made, *used)}
        for at, (operation, made, used) in enumerate(whole):
            # A result never takes the place of an operand: rows that are the same cannot be worked on in one go.
            for row in made:
                if row not in place:
                    place[row] = idle.pop() if idle else top
                    top = max(top, place[row] + 1)
            operands = [place[row] for row in used]
            columns = [place[made[0]], *operands]
            if operation == INVERT:
                columns = [len(places), round(len(used) ** 0.5)]
                places += [*operands, *(place[row] for row in made)]
            instructions.append([operation, *columns, *[0] * (WIDTH - 1 - len(columns))])
            idle += [place[row] for row in {*made, *used} - fixed if last[row] == at]
        constants = np.array([place[row] for row in self.constants.values()], dtype=np.int64)
        largest = max((row[2] for row in instructions if row[0] == INVERT), default=0)
        code = np.array(instructions, dtype=np.int64)
        return Program(code, np.array(places, np.int64), constants, np.array(list(self.constants)), top, largest)


class Traced(Likelihood):
    """A likelihood whose inverse is written down instead of computed."""

    trace: Trace

    def _woodbury(self, matrices: Array, Theta: Array) -> tuple[Array, Array]:
        inverse, sign, logdet = self.trace.inverse(matrices[0])
        for variance in Theta[0]:
            sign = sign * (variance / abs(variance))
        return inverse[None], np.array([self.trace.number(GUARD, sign, logdet)], dtype=object)


def traceable(likelihood: Likelihood) -> bool:
    """Say whether a likelihood is one that `traced` can write down: a recursive factor model of complete cases."""
    layout = likelihood.layout
    return layout.diagonal and layout.depth is not None and layout.free > 0


_KEPT: WeakKeyDictionary[Layout, Program] = WeakKeyDictionary()
"""Programs of models without means, whose layout is all that their arithmetic depends on."""


def traced(likelihood: Likelihood) -> Program:
    """Write down F and its gradient; once for all likelihoods of a layout without means.

    Parameters
    ----------
    likelihood
        A likelihood that is `traceable`.
    """
    if any(cases.means for cases in likelihood.cases):  # what centring took off is among its numbers
        return _written_down(likelihood)
    if likelihood.layout not in _KEPT:
        _KEPT[likelihood.layout] = _written_down(likelihood)
    return _KEPT[likelihood.layout]


def _written_down(likelihood: Likelihood) -> Program:
    layout, k = likelihood.layout, likelihood.layout.free
    groups = range(len(layout.groups))
    p, q = len(layout.y), len(layout.x)
    size = moments_of(p, q)
    first = 2 * k + 1
    trace = Trace(first + size * len(groups))
    entries = iter(range(first, trace.rows))
    other = Traced.__new__(Traced)
    other.__dict__.update(likelihood.__dict__, trace=trace)
    other.sample = [[_symbols(trace, entries, p, q)] for _ in groups]
    value, slope = other.evaluate(trace.numbers(range(k))[None])
    return trace.program([*slope[0], value[0]], k, first + size * len(groups))


def moments_of(p: int, q: int) -> int:
    """Give how many moments a group of a sample has."""
    return p * (p + 1) // 2 + p * q + q * (q + 1) // 2 + 1


def in_rows(samples: Sequence[Moments]) -> Array:
    """Give the moments of many samples as `Program` wants them, shape (batch, moments)."""
    parts = []
    for block in samples:
        batch, p, q = block.yx.shape
        upper_y, upper_x = np.triu_indices(p), np.triu_indices(q)
        parts += [block.yy[:, *upper_y], block.yx.reshape(batch, -1), block.xx[:, *upper_x], block.weight[:, None]]
    return np.hstack(parts)


def _symbols(trace: Trace, rows: Iterator[int], p: int, q: int) -> Moments:
    """Give the moments of a group as numbers that are not known yet, in the order of `in_rows`."""
    yy, xx = np.empty((1, p, p), dtype=object), np.empty((1, q, q), dtype=object)
    for matrix in (yy, xx):
        if matrix is xx:
            yx = trace.numbers(next(rows) for _ in range(p * q)).reshape(1, p, q)
        upper = np.triu_indices(matrix.shape[1])
        matrix[0, *upper] = trace.numbers(next(rows) for _ in upper[0])
        matrix[0, upper[1], upper[0]] = matrix[0, *upper]
    return Moments(yy, yx, xx, trace.numbers([next(rows)]), np.arange(p))
