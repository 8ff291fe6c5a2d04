"""Rows of a table for code that reads their cells one by one.

What a column holds is checked while the book is built and known to no type checker: pandas-stubs calls a cell anything
from text to a time span, and a row that is looked up perhaps a table. Here a cell is whatever its reader takes it for.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import Any

import pandas as pd


def each_row(table: pd.DataFrame) -> Iterator[Any]:
    """Give each row in turn, with its cells as attributes called by their columns.

    Examples
    --------
    >>> [row.high - row.low for row in each_row(pd.DataFrame({"low": [1, 2], "high": [4, 8]}))]
    [3, 6]
    """
    return table.itertuples()


def row_at(table: pd.DataFrame, label: Hashable) -> pd.Series:
    """Give the one row that is labelled so, with its cells by column.

    Raises
    ------
    KeyError
        If there is no such row, or more than one.

    Examples
    --------
    >>> float(row_at(pd.DataFrame({"est": [0.5, 0.25]}, index=["a", "b"]), "b")["est"])
    0.25
    """
    # The type is given to the name, since pandas-stubs takes no key that is merely hashable.
    key: Any = label
    row = table.loc[key]
    if not isinstance(row, pd.Series):
        raise KeyError(f"more than one row is labelled {label!r}")
    return row
