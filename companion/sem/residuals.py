"""What a model leaves over of the moments of the data, on the scale of correlations."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd

from .likelihood import Likelihood
from .matrices import Array
from .reference_models import Regression, saturated
from .table import Table


def standardised(
    table: Table, likelihood: Likelihood, theta: Array, full: Sequence[Regression]
) -> Iterator[tuple[Array, Array]]:
    """Give for each group observed minus implied moments, divided by the observed standard deviations.

    Bentler, P. M. (1995), *EQS Structural Equations Program Manual*; lavaan's ``residuals(fit, type = "cor.bentler")``.

    Parameters
    ----------
    table, likelihood
        The model.
    theta
        Its solution, shape (free,).
    full
        The saturated model of each group.

    Yields
    ------
    tuple
        The residual covariances of y and then x, shape (y + x, y + x), and the residual means of y, shape (y,) or
        empty where the model has no means. Those of x among themselves are zero, as x is held fixed.
    """
    p, constant = len(table.y), int(table.means)
    for group, (cases, observed) in enumerate(zip(likelihood.cases, full, strict=True)):
        Omega, Pi = (part[0] for part in likelihood.layout.implied(theta[None], group))
        x = cases.x[:, constant:]
        xx = x.T @ x / len(x)
        slopes, fitted = observed.Pi[:, constant:], Pi[:, constant:]
        yy = observed.Omega + slopes @ xx @ slopes.T
        spread = np.sqrt(np.concatenate([np.diagonal(yy), np.diagonal(xx)]))
        residual = np.zeros((len(spread), len(spread)))
        residual[:p, :p] = yy - Omega - fitted @ xx @ fitted.T
        residual[p:, :p] = ((slopes - fitted) @ xx).T
        residual[:p, p:] = residual[p:, :p].T
        gap = np.zeros(0)
        if constant:
            gap = (observed.Pi[:, 0] + cases.centre[0] - Pi[:, 0] - fitted @ cases.centre[1]) / spread[:p]
        yield residual / (spread * spread[:, None]), gap


def standardised_residuals(table: Table, likelihood: Likelihood, theta: Array) -> pd.DataFrame:
    """Give the residuals of `standardised` as a table: lhs op rhs group residual, ``group`` from 1.

    NaN where the solution is.
    """
    names, p = [*table.y, *table.x], len(table.y)
    left = [(np.full((len(names), len(names)), np.nan), np.full(p * table.means, np.nan))] * table.groups
    if not np.isnan(theta).any():
        full = [saturated(cases, block) for cases, block in zip(likelihood.cases, likelihood.sample, strict=True)]
        left = list(standardised(table, likelihood, theta, full))
    rows: list[tuple[str, str, str, int, float]] = []
    for group, (residual, gap) in enumerate(left, start=1):
        rows += [
            (names[first], "~~", names[second], group, residual[second, first])
            for first in range(p)
            for second in range(first, len(names))
        ]
        rows += [(name, "~1", "", group, value) for name, value in zip(table.y[: len(gap)], gap, strict=True)]
    return pd.DataFrame(rows, columns=["lhs", "op", "rhs", "group", "residual"])


def largest(residuals: pd.DataFrame, count: int) -> pd.DataFrame:
    """Give so many residuals, the largest in absolute value first."""
    order = residuals["residual"].abs().sort_values(ascending=False, kind="stable").index
    return residuals.loc[order].head(count).reset_index(drop=True)
