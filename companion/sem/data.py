"""From a data frame to the cases of each group: names checked, products made, missing rows dropped."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .matrices import Array
from .moments import Cases
from .syntax import ModelError, Syntax
from .table import Table


def prepare(
    syntax: Syntax, table: Table, data: pd.DataFrame, group: str | None, labels: Sequence[str], missing: str
) -> tuple[tuple[Cases, ...], int]:
    """Give the cases of each group and how many rows were dropped.

    Raises
    ------
    ModelError
        For a name that is not in the data or a column that holds no numbers, at its first place in the model.
    """
    y, x = numbers(syntax, table, data)
    keep = ~np.isnan(x).any(axis=1)
    if missing == "listwise":
        keep &= ~np.isnan(y).any(axis=1)
    elif not table.x:
        keep &= ~np.isnan(y).all(axis=1)
    member = (
        np.full(len(data), "") if group is None else data[group].astype(str).where(data[group].notna(), "").to_numpy()
    )
    if group is not None:
        keep &= data[group].notna().to_numpy()
    left = np.flatnonzero(keep)
    y, x, member = *_kept(y, x, left), member[left]
    cases = []
    for label in labels or ("",):
        rows = np.flatnonzero(member == label)
        if not len(rows):
            raise ModelError(f"group {label!r} has no complete row.")
        cases.append(Cases.of(y[rows], x[rows], rows, table.means))
    return tuple(cases), len(data) - len(left)


def prepare_each(syntax: Syntax, table: Table, samples: Sequence[pd.DataFrame], together: pd.DataFrame) -> list[Cases]:
    """Give the cases of many samples, whose rows with missing values are dropped; one group.

    Parameters
    ----------
    syntax, table
        The model.
    samples
        The samples, all with the same columns.
    together
        The rows of all of them, one sample after the other: their columns are read once.

    Raises
    ------
    ModelError
        As in `prepare`.
    """
    for sample in samples:
        if not sample.columns.equals(together.columns):
            numbers(syntax, table, sample)
    y, x = numbers(syntax, table, together)
    keep, ends = ~(np.isnan(x).any(axis=1) | np.isnan(y).any(axis=1)), np.cumsum([len(sample) for sample in samples])
    cases = []
    for own_y, own_x, own in zip(*(np.split(values, ends[:-1]) for values in (y, x, keep)), strict=True):
        complete_y, complete_x = _kept(own_y, own_x, np.flatnonzero(own))
        cases.append(Cases.of(complete_y, complete_x, np.arange(len(complete_y)), table.means))
    return cases


def _kept(y: Array, x: Array, rows: NDArray[np.intp]) -> tuple[Array, Array]:
    if not len(rows):
        raise ModelError("no row of the data is complete, so nothing is left to analyse.")
    return y[rows], x[rows]


def numbers(syntax: Syntax, table: Table, data: pd.DataFrame) -> tuple[Array, Array]:
    """Give the y and the x of a model, shapes (cases, y) and (cases, x).

    Raises
    ------
    ModelError
        As in `values`.
    """
    y = np.column_stack([values(syntax, data, name) for name in table.y])
    x = np.column_stack([np.empty((len(data), 0)), *(values(syntax, data, name) for name in table.x)])
    return y, x


def values(syntax: Syntax, data: pd.DataFrame, name: str) -> Array:
    """Give a column as floats, or the product of the columns that a name like ``a:b`` joins.

    Raises
    ------
    ModelError
        If a column is missing or holds something else than finite numbers, at its first place in the model.
    """
    if name in data.columns or ":" not in name:
        return _column(syntax, data, name, name)
    product: Array = np.prod([_column(syntax, data, part, name) for part in name.split(":")], axis=0)
    return product


def _column(syntax: Syntax, data: pd.DataFrame, name: str, mention: str) -> Array:
    if name not in data.columns:
        raise _pointing(syntax, mention, f"the data have no column {name!r}.")
    if not data.columns.is_unique and list(data.columns).count(name) > 1:
        raise _pointing(syntax, mention, f"the data have more than one column {name!r}.")
    try:
        column = data[name]
        own = column.dtype == np.float64  # whose missing cells are NaN as they are
        values: Array = column.to_numpy() if own else column.to_numpy(dtype=np.float64, na_value=np.nan)
    except (TypeError, ValueError):
        raise _pointing(syntax, mention, f"column {name!r} does not hold numbers.") from None
    if np.isinf(values).any():
        raise _pointing(syntax, mention, f"column {name!r} holds an infinite value.")
    return values


def _pointing(syntax: Syntax, name: str, message: str) -> ModelError:
    for formula in syntax.formulas:
        if formula.rhs == name:
            return syntax.error(message, formula.at)
        if formula.lhs == name:
            return syntax.error(message, formula.begins)
    return ModelError(message)
