"""From free parameters to every number of the table: fixed and defined ones, standardised ones, their derivatives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from .likelihood import STEP
from .matrices import Array, Layout
from .table import Table

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
        For each group the means (batch, x) and covariances (batch, x, x) of the fixed x.
    """
    values = np.empty((len(theta), len(table.rows)), dtype=theta.dtype)
    for i, row in enumerate(table.rows):
        if row.free >= 0:
            values[:, i] = theta[:, row.free]
        elif row.exogenous:
            mean, covariance = x[row.group]
            place = table.x.index(row.lhs)
            values[:, i] = mean[:, place] if row.op == "~1" else covariance[:, place, table.x.index(row.rhs)]
        else:
            values[:, i] = row.value
    return values


def defined(table: Table, values: Array) -> Array:
    """Evaluate the defined parameters at row values (batch, rows); shape (batch, definitions)."""
    # Standardised, the rows of a shared label differ; lavaan takes the first, and so do we.
    known: dict[str, Any] = {row.label: values[:, i] for i, row in reversed(list(enumerate(table.rows))) if row.label}
    for definition in table.definitions:
        known[definition.name] = definition.expression.value(known) + np.zeros(len(values))
    results = [known[definition.name] for definition in table.definitions]
    return np.stack(results, axis=1) if results else np.empty((len(values), 0), dtype=values.dtype)


def defined_jacobian(table: Table, theta: Array, x: Sequence[tuple[Array, Array]]) -> Array:
    """Give the derivatives of the defined by the free parameters, exact by the complex step."""
    points = theta + 1j * STEP * np.eye(len(theta))
    single = [
        (np.broadcast_to(m, (len(theta), m.shape[1])), np.broadcast_to(c, (len(theta), *c.shape[1:]))) for m, c in x
    ]
    return defined(table, rows(table, points, single)).imag.T / STEP


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
