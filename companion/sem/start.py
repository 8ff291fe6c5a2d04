"""Starting values in the units of the data: rough, but of the right sign and size."""

from __future__ import annotations

import numpy as np

from .matrices import Array
from .moments import Cases
from .table import Row, Table


def starting_values(table: Table, cases: tuple[Cases, ...], instrumental: bool = False) -> Array:
    """Give starting values for the free parameters, shape (free,).

    Loadings from the signs and standard deviations of the indicators, half of each variance to the residual, the rest
    to the factor, intercepts at the means, regressions and covariances at zero.

    Parameters
    ----------
    table, cases
        The model and the data.
    instrumental
        Take loadings by two-stage least squares instead, and a tenth of those factor variances: a second place to
        begin, where the first leads nowhere. Hägglund, G. (1982), *Psychometrika*, 47, 209-222.
    """
    start = np.zeros(table.free)
    spreads = [dict(zip(table.y, np.nanstd(group.y, axis=0).tolist(), strict=True)) for group in cases]
    for row in reversed(table.rows):
        if row.free >= 0:
            value = _guess(table, row, spreads[row.group])
            if row.op == "=~" and row.rhs in table.y:
                value = (
                    _slope(table, row, cases[row.group])
                    if instrumental
                    else value * _sign(table, row, cases[row.group])
                )
            elif instrumental and row.op == "~~" and row.lhs == row.rhs and row.lhs in table.latent:
                value /= 10
            elif row.op == "~1" and row.lhs in table.y:
                value = float(cases[row.group].centre[0][table.y.index(row.lhs)])
            start[row.free] = value if row.start is None else row.start
    return start


def _guess(table: Table, row: Row, spread: dict[str, float]) -> float:
    """Give the size of a parameter."""
    lhs, op, rhs = row.lhs, row.op, row.rhs
    if op == "~~" and lhs == rhs:
        if lhs in table.latent:
            return _factor_sd(table, lhs, spread) ** 2
        return spread[lhs] ** 2 * (0.5 if any(r.op == "=~" and r.rhs == lhs for r in table.rows) else 1.0)
    if op == "=~":
        own = spread[rhs] * np.sqrt(0.5) if rhs in spread else _factor_sd(table, rhs, spread)
        return float(own / _factor_sd(table, lhs, spread))
    return 0.0


def _first(table: Table, factor: str) -> tuple[str, float]:
    """Give a factor's first indicator and its loading, 1 where it is free."""
    row = next(row for row in table.rows if row.op == "=~" and row.lhs == factor)
    return row.rhs, row.value if np.isfinite(row.value) and row.value != 0 else 1.0


def _factor_sd(table: Table, factor: str, spread: dict[str, float]) -> float:
    for row in table.rows:
        if row.op == "~~" and row.lhs == row.rhs == factor and np.isfinite(row.value) and row.value > 0:
            return float(np.sqrt(row.value))
    indicator, loading = _first(table, factor)
    own = spread[indicator] if indicator in spread else _factor_sd(table, indicator, spread)
    return float(np.sqrt(0.5) * own / abs(loading))


def _covariance(table: Table, names: list[str], cases: Cases) -> Array:
    values = cases.y[:, [table.y.index(name) for name in names]]
    values = values[~np.isnan(values).any(axis=1)]
    return values.T @ values / max(len(values), 1)


def _sign(table: Table, row: Row, cases: Cases) -> float:
    """Give the sign of the covariance of an indicator with the first one of its factor."""
    first, loading = _first(table, row.lhs)
    if first not in table.y:
        return 1.0
    sign = np.sign(_covariance(table, [first, row.rhs], cases)[0, 1]) or 1.0
    return float(sign * np.sign(loading))


def _slope(table: Table, row: Row, cases: Cases) -> float:
    """Regress an indicator on the first one of its factor, the other indicators as instruments."""
    first, loading = _first(table, row.lhs)
    others = [r.rhs for r in table.rows if r.op == "=~" and r.lhs == row.lhs and r.group == row.group]
    others = [name for name in others if name in table.y and name not in (first, row.rhs)]
    if first not in table.y or not others or row.rhs == first:
        return loading
    first_stage, second_stage = _covariance(table, [first, row.rhs, *others], cases)[:2, 2:]
    strength = float(first_stage @ first_stage)
    return float(loading * (first_stage @ second_stage) / strength) if strength > 0 else loading
