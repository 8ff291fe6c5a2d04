"""How a number of the book is declared, beside the result that holds it: key, column, kind, words, and what R is asked.

A room declares the numbers of its results as rows of a table; `companion.numbers` turns results into numbers by them.
Braces are filled from the row: ``{scale}`` in a key is the cell of the column ``scale``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from companion.formats import Kind

if TYPE_CHECKING:
    import pandas as pd
    import pandera.pandas as pa

Cells = Mapping[str, Any]
"""One row of a table, by column."""

Tables: TypeAlias = "Mapping[str, pd.DataFrame]"
YES_NO = ("yes", "no")


@dataclass(frozen=True)
class Place:
    """Where R has a number.

    Parameters
    ----------
    group
        What it is listed under, in words.
    job, solution, name
        As in the results of R; braces are filled, ``{key}`` with the key of the number and ``{part}`` with its end,
        both without ``.est`` and ``.ci``.
    part
        ``value``, ``interval``, ``lower`` or ``upper``.
    """

    group: str
    job: str
    solution: str
    name: str
    part: str = "value"


Asked = Place | str
"""Where R has a number, or the reason why it says nothing about it."""


@dataclass(frozen=True)
class Quantity:
    """One number in each row of a table of results.

    Parameters
    ----------
    part
        The end of its key; nothing where the key of the block is the whole key.
    kind
        How it is printed (see `companion.formats.printed`).
    column
        The column that holds it, its part where none is named.
    bounds
        Columns of its interval. It then gives two numbers, ``.est`` and ``.ci``; only the interval where ``column``
        is None.
    interval
        Words of the interval, in the catalogue under ``numbers.interval``.
    words
        Words of the number, in the catalogue under ``numbers``; the block's words and the part where none are named.
    asked, asked_interval
        Where R has it and its interval; that of the block where nothing is said.
    possible
        For a word: the words that it could be. ``YES_NO`` stands for a column of truth values.
    label
        For a word: the column with how it is printed.
    decimals
        Decimals other than the kind's own, or the column that holds them.
    optional
        Whether a row may lack it.
    working
        How it is made of other numbers: an arithmetic formula of their keys, its braces filled from the row. Of an
        estimate with its interval, how the estimate is made.
    """

    part: str
    kind: Kind
    column: str | None = ""
    bounds: tuple[str, str] | None = None
    interval: str = ""
    words: str = ""
    asked: Asked | Callable[[Cells], Asked] | None = None
    asked_interval: Asked | Callable[[Cells], Asked] | None = None
    possible: tuple[str, ...] = ()
    label: str = ""
    decimals: int | str | None = None
    optional: bool = False
    working: str = ""

    @property
    def source(self) -> str | None:
        """The column that holds it."""
        return self.part if self.column == "" else self.column

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column that holds a number of it."""
        return (*((self.source,) if self.source else ()), *(self.bounds or ()))


def estimate(part: str, kind: Kind, interval: str, column: str = "est", ends: str = "ci", **more: Any) -> Quantity:
    """Declare an estimate with its interval.

    Examples
    --------
    >>> estimate("g", "points", "welch", column="hedges_g", ends="g").columns
    ('hedges_g', 'g_lower', 'g_upper')
    """
    return Quantity(part, kind, column, (f"{ends}_lower", f"{ends}_upper"), interval, **more)


def whether(part: str, column: str = "", **more: Any) -> Quantity:
    """Declare a yes or no."""
    return Quantity(part, "word", column, possible=YES_NO, **more)


def each(kind: Kind, *parts: str, **more: Any) -> tuple[Quantity, ...]:
    """Declare numbers of a kind whose columns have the names of their keys.

    Examples
    --------
    >>> [quantity.source for quantity in each("count", "df1", "df2")]
    ['df1', 'df2']
    """
    return tuple(Quantity(part, kind, **more) for part in parts)


@dataclass(frozen=True)
class Block:
    """The numbers in each row of one table of results.

    Parameters
    ----------
    key
        What their keys begin with.
    table
        Name of the table, as the room's ``tables`` gives it.
    quantities
        The numbers of a row, in order.
    asked
        Where R has them, where a quantity does not say otherwise.
    function
        Dotted name of the function that made the table, without the package.
    words
        Where their words stand in the catalogue under ``numbers``.
    said
        Columns whose cells stand in words by their names in the catalogue, and not by their codes.
    of
        Words that fill ``{of}``: what the numbers are numbers of.
    """

    key: str
    table: str
    words: str
    quantities: tuple[Quantity, ...]
    asked: Asked | Callable[[Cells], Asked]
    function: str
    said: tuple[str, ...] = ()
    of: str = ""

    def schema(self) -> pa.DataFrameSchema:
        """Give what its table has to be: each column there, of its type, and nothing missing that may not be."""
        # Here and not above: half a second to import.
        import pandera.pandas as pa

        columns = {}
        for quantity in self.quantities:
            for column in quantity.columns:
                columns[column] = pa.Column(checks=pa.Check(_of_its_type(quantity)), nullable=quantity.optional)
        return pa.DataFrameSchema(columns)


def _of_its_type(quantity: Quantity) -> Callable[[pd.Series], bool]:
    import pandas as pd

    def holds(cells: pd.Series) -> bool:
        known = cells.dropna().infer_objects()
        if quantity.possible == YES_NO:
            return bool(known.empty or pd.api.types.is_bool_dtype(known))
        if quantity.kind == "word":
            return all(isinstance(cell, str) for cell in known)
        is_number = pd.api.types.is_numeric_dtype(known) and not pd.api.types.is_bool_dtype(known)
        return bool(known.empty or is_number)

    return holds


def one_row(**cells: Any) -> pd.DataFrame:
    """Give a table of one row, for numbers that there is one of."""
    import pandas as pd

    return pd.DataFrame([cells])


SAMPLE = "the sample: sizes, age, shares, attrition"
SCALES = "reliability, validity, factor analysis"
CELLS = "cell means, analysis of variance, simple effects, checks"
STUDY = "the study's model: fit and estimates"
BOUNDS = "the study's model: bounds of intervals"
VERDICTS = "verdicts by the written rule"
INVARIANCE = "equal measurement in all cells"
OTHER = "robustness: other models, samples and scorings"
CONFOUNDED = "robustness: an unmeasured common cause"
TRUTHS = "surveys whose truth is known"
PEERS = "beside other programs"
KNOWN = "published results on open data"

GROUPS = (SAMPLE, SCALES, INVARIANCE, CELLS, STUDY, BOUNDS, VERDICTS, OTHER, CONFOUNDED, TRUTHS, PEERS, KNOWN)
"""In the order in which they are listed."""

SETTING = "settings of the analysis plan"
OWN_FIT = "what became of our own fit"


def statistic(group: str) -> Place:
    """Say that R computes a number from the sample, without a model."""
    return Place(group, "statistics", "statistic", "{key}")


def derived(group: str) -> Place:
    """Say that R derives a number from fits of its own."""
    return Place(group, "derived", "statistic", "{key}")


_MEASURES: Mapping[str, Kind] = {
    "chisq": "statistic",
    "df": "count",
    "pvalue": "p",
    "cfi": "bounded",
    "tli": "bounded",
    "rmsea": "bounded",
    "srmr": "bounded",
    "logl": "statistic",
    "aic": "statistic",
    "bic": "statistic",
    "ntotal": "count",
    "npar": "count",
}
MEASURES = tuple(
    Quantity(name, kind, words=f"fit.{name}", decimals=3 if kind == "bounded" else None)
    for name, kind in _MEASURES.items()
)
"""The measures of a fit, as `companion.sem` names them."""

FIT = (
    *MEASURES,
    Quantity("rmsea", "bounded", None, ("rmsea_ci_lower", "rmsea_ci_upper"), words="fit.rmsea_interval", decimals=3),
)
"""The same with the interval of the RMSEA."""
SOLUTION = (Quantity("impossible", "count", words="fit.impossible"),)
"""How much of a solution no population can have."""
