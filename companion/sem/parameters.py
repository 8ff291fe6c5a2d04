"""From free parameters to every number of the table: fixed and defined ones, standardised ones, their derivatives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from .likelihood import STEP
from .matrices import Array, Layout
from .table import Row, Table

Solution = Literal["est", "std_all", "std_nox"]


def rows(table: Table, theta: Array, x: Sequence[tuple[Array, Array]]) -> Array:
    """Give the value of each row of the table, shape (batch, rows).

    Parameters
    ----------
    table
        The parameter table.
    theta
        Free parameters, shape (batch, free).
    x
        For each group the means (batch, x) and covariances (batch, x, x) of the fixed x; a batch of one serves for all.
    """
    values = np.empty((len(theta), len(table.rows)), dtype=theta.dtype, order="F")  # read by columns, as it is filled
    for i, row in enumerate(table.rows):
        values[:, i] = _value(table, row, theta, x)
    return values


def _value(table: Table, row: Row, theta: Array, x: Sequence[tuple[Array, Array]]) -> Array | np.float64:
    if row.free >= 0:
        free: Array = theta[:, row.free]
        return free
    if not row.exogenous:
        return np.float64(row.value)  # NumPy's, which divides by zero as its arrays do
    mean, covariance = x[row.group]
    place = table.x.index(row.lhs)
    own: Array = mean[:, place] if row.op == "~1" else covariance[:, place, table.x.index(row.rhs)]
    return own


def defined(table: Table, values: Array) -> Array:
    """Evaluate the defined parameters at row values (batch, rows); shape (batch, definitions)."""
    # Standardised, the rows of a shared label differ; lavaan takes the first, and so do we.
    known = {row.label: values[:, i] for i, row in reversed(list(enumerate(table.rows))) if row.label}
    return _evaluated(table, known, np.zeros(len(values), dtype=values.dtype))


def defined_at(table: Table, theta: Array, x: Sequence[tuple[Array, Array]]) -> Array:
    """Evaluate the defined parameters at free parameters (batch, free), see `rows`; shape (batch, definitions)."""
    known = {row.label: _value(table, row, theta, x) for row in reversed(table.rows) if row.label}
    return _evaluated(table, known, np.zeros(len(theta), dtype=theta.dtype))


def _evaluated(table: Table, labels: Mapping[str, Any], nothing: Array) -> Array:
    """Evaluate the definitions at the values of labels; `nothing` is added to each, so that constants are as long."""
    known = dict(labels)
    for definition in table.definitions:
        known[definition.name] = definition.expression.value(known) + nothing
    results = [known[definition.name] for definition in table.definitions]
    return np.array(results).T if results else np.empty((len(nothing), 0), dtype=nothing.dtype)


def defined_jacobian(table: Table, theta: Array, x: Sequence[tuple[Array, Array]]) -> Array:
    """Give the derivatives of the defined by the free parameters, exact by the complex step."""
    return defined_at(table, theta + 1j * STEP * np.eye(len(theta)), x).imag.T / STEP


def standardised(
    layout: Layout, table: Table, theta: Array, x: Sequence[tuple[Array, Array]], solution: Solution
) -> Array:
    """Give the standardised rows, shape (batch, rows).

    Loadings and regressions are multiplied by the model-implied standard deviation of the cause and divided by that of
    the outcome; variances are divided by the implied variance; covariances become correlations (of residuals, where the
    variables are explained); intercepts are divided by the standard deviation. ``std_nox`` leaves the fixed x in their
    own units, which is what a 0/1 variable asks for. A number that would need the root of a negative variance is NaN.
    """
    values = rows(table, theta, x)
    if solution == "est":
        return values
    raw = set(table.x) if solution == "std_nox" else set()
    sds = [_standard_deviations(layout, theta, x, group) for group in range(table.groups)]
    own = {
        (row.group, row.lhs): np.sqrt(np.abs(values[:, i]))
        for i, row in enumerate(table.rows)
        if row.op == "~~" and row.lhs == row.rhs
    }
    one = np.ones(len(theta))
    result = values.copy()
    for i, row in enumerate(table.rows):
        sd, group = sds[row.group], row.group
        by_lhs = one if row.lhs in raw else sd[row.lhs]
        by_rhs = one if row.rhs in raw or row.op == "~1" else sd[row.rhs]
        with np.errstate(divide="ignore", invalid="ignore"):
            if row.op == "=~":
                result[:, i] *= by_lhs / by_rhs
            elif row.op == "~":
                result[:, i] *= by_rhs / by_lhs
            elif row.op == "~1":
                result[:, i] /= by_lhs
            elif row.lhs == row.rhs:
                result[:, i] /= by_lhs**2
            else:
                result[:, i] /= (one if row.lhs in raw else own[group, row.lhs]) * (
                    one if row.rhs in raw else own[group, row.rhs]
                )
    return result


def _standard_deviations(
    layout: Layout, theta: Array, x: Sequence[tuple[Array, Array]], group: int
) -> dict[str, Array]:
    """Give the implied standard deviation of every variable of a group, each of shape (batch,)."""
    covariance = x[group][1]
    m = layout.matrices(theta, group)
    constant = len(layout.x) - covariance.shape[1]
    effects = layout.total_effects(m)
    on_x = (effects @ m.Gamma)[:, :, constant:]
    latent = effects @ m.Psi @ effects.mT + on_x @ covariance @ on_x.mT
    Omega, Pi = layout.implied(theta, group)
    observed = Omega + Pi[:, :, constant:] @ covariance @ Pi[:, :, constant:].mT
    variances: dict[str, Array] = {}
    for names, matrix in ((layout.x[constant:], covariance), (layout.eta, latent), (layout.y, observed)):
        variances |= {name: matrix[:, i, i] for i, name in enumerate(names)}
    with np.errstate(invalid="ignore"):
        return {name: np.sqrt(np.where(variance > 0, variance, np.nan)) for name, variance in variances.items()}
