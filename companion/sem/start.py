"""Starting values in the units of the data: rough, but of the right sign and size."""

from __future__ import annotations

import numpy as np

from companion.sem.matrices import Array
from companion.sem.moments import Cases
from companion.sem.table import Row, Table


def starting_values(table: Table, cases: tuple[Cases, ...]) -> Array:
    """Give starting values for the free parameters, shape (free,).

    Loadings from the signs and standard deviations of the indicators, half of each variance to the residual, the rest
    to the factor, intercepts at the means, regressions and covariances at zero.
    """
    start = np.zeros(table.free)
    spreads = [dict(zip(table.y, np.nanstd(group.y, axis=0).tolist(), strict=True)) for group in cases]
    for row in reversed(table.rows):
        if row.free >= 0:
            start[row.free] = (
                row.start if row.start is not None else _guess(table, row, cases[row.group], spreads[row.group])
            )
    return start


def _guess(table: Table, row: Row, cases: Cases, spread: dict[str, float]) -> float:
    lhs, op, rhs = row.lhs, row.op, row.rhs
    if op == "~1":
        return float(cases.centre[0][table.y.index(lhs)]) if lhs in table.y else 0.0
    if op == "~~" and lhs == rhs:
        if lhs in table.latent:
            return _factor_sd(table, lhs, spread) ** 2
        return float(spread[lhs] ** 2) * (0.5 if any(r.op == "=~" and r.rhs == lhs for r in table.rows) else 1.0)
    if op == "=~":
        own = spread[rhs] * np.sqrt(0.5) if rhs in spread else _factor_sd(table, rhs, spread)
        return float(_sign(table, lhs, rhs, cases) * own / _factor_sd(table, lhs, spread))
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


def _sign(table: Table, factor: str, indicator: str, cases: Cases) -> float:
    first, loading = _first(table, factor)
    if first not in table.y or indicator not in table.y:
        return 1.0
    pair = cases.y[:, [table.y.index(first), table.y.index(indicator)]]
    pair = pair[~np.isnan(pair).any(axis=1)]
    covariance = float(np.mean(pair[:, 0] * pair[:, 1]))
    return float(np.sign(covariance) or 1.0) * float(np.sign(loading))
