"""The two models that every fit is measured against: the saturated one and lavaan's independence model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .likelihood import Likelihood
from .matrices import Array, Layout
from .moments import Cases, Moments
from .table import Row, Table

EM_STEPS = 5000
EM_TOLERANCE = 1e-11


@dataclass(frozen=True)
class Regression:
    """The y of one group given its x: coefficients (constant first, about the centre) and residual covariance."""

    Pi: Array
    Omega: Array

    def discrepancy(self, blocks: Sequence[Moments]) -> float:
        """Give what the group adds to F under these moments."""
        total = 0.0
        for block in blocks:
            seen = block.observed
            Omega, Pi = self.Omega[np.ix_(seen, seen)], self.Pi[seen]
            T = block.yy[0] - Pi @ block.yx[0].T - block.yx[0] @ Pi.T + Pi @ block.xx[0] @ Pi.T
            total += float(block.weight[0]) * float(np.linalg.slogdet(Omega)[1] + np.trace(np.linalg.solve(Omega, T)))
        return total


def saturated(cases: Cases, blocks: Sequence[Moments]) -> Regression:
    """Fit the saturated model: least squares, or the EM algorithm over the patterns of missing cells.

    Little, R. J. A. & Rubin, D. B. (2002), *Statistical Analysis with Missing Data*.
    """
    p, share = cases.y.shape[1], sum(float(block.weight[0]) for block in blocks)
    xx = sum((float(block.weight[0]) / share * block.xx[0] for block in blocks), np.zeros((cases.x.shape[1],) * 2))
    if len(blocks) == 1 and len(blocks[0].observed) == p:
        yx = blocks[0].yx[0]
        Pi = np.linalg.solve(xx, yx.T).T if xx.size else np.zeros_like(yx)
        return Regression(Pi, blocks[0].yy[0] - Pi @ yx.T)
    Pi, Omega = np.zeros((p, xx.shape[0])), np.diag(np.nanvar(cases.y, axis=0))
    Pi[:, 0] = np.nanmean(cases.y, axis=0)
    for _ in range(EM_STEPS):
        yy, yx = np.zeros_like(Omega), np.zeros_like(Pi)
        for block in blocks:
            seen, weight = block.observed, float(block.weight[0]) / share
            # E(y | seen, x) = Fill · seen + Rest · x, and its covariance where cells are missing.
            Fill = Omega[:, seen] @ np.linalg.inv(Omega[np.ix_(seen, seen)])
            Rest = Pi - Fill @ Pi[seen]
            cross = Fill @ block.yx[0] @ Rest.T
            yy += weight * (Fill @ block.yy[0] @ Fill.T + cross + cross.T + Rest @ block.xx[0] @ Rest.T)
            yy += weight * (Omega - Fill @ Omega[seen])
            yx += weight * (Fill @ block.yx[0] + Rest @ block.xx[0])
        new_Pi = np.linalg.solve(xx, yx.T).T
        new_Omega = yy - new_Pi @ yx.T
        moved = max(np.max(np.abs(new_Omega - Omega)), np.max(np.abs(new_Pi - Pi)))
        Pi, Omega = new_Pi, new_Omega
        if moved <= EM_TOLERANCE * np.max(np.abs(Omega)):
            break
    return Regression(Pi, Omega)


def independence(cases: Cases) -> Regression:
    """Fit the independence model: the mean and the variance of the cells there are, nothing else."""
    Pi = np.zeros((cases.y.shape[1], cases.x.shape[1]))
    if cases.means:
        Pi[:, 0] = np.nanmean(cases.y, axis=0)
    return Regression(Pi, np.diag(np.nanvar(cases.y, axis=0)))


def as_model(table: Table, cases: Sequence[Cases], fits: Sequence[Regression]) -> tuple[Likelihood, Array]:
    """Write fitted regressions as a model with its parameters, for scores and information.

    Covariances are free where the fitted ones are not all zero, and so are the slopes.
    """
    rows: list[Row] = []
    theta: list[float] = []
    for group, (fit, part) in enumerate(zip(fits, cases, strict=True)):
        constant = int(part.means)
        raw = fit.Pi[:, constant:]
        intercepts = part.centre[0] + (fit.Pi[:, 0] - raw @ part.centre[1] if constant else 0.0)
        cells = [("~1", y, "", intercepts[i]) for i, y in enumerate(table.y) if table.means]
        cells += [("~", y, x, raw[i, j]) for i, y in enumerate(table.y) for j, x in enumerate(table.x) if raw.any()]
        cells += [
            ("~~", a, b, fit.Omega[i, j])
            for i, a in enumerate(table.y)
            for j, b in enumerate(table.y[: i + 1])
            if i == j or fit.Omega[i, j] != 0
        ]
        for op, lhs, rhs, value in cells:
            rows.append(Row(lhs, op, rhs, group, free=len(theta)))
            theta.append(float(value))
    model = Table(tuple(rows), (), table.y, table.x, (), table.means, table.groups)
    return Likelihood(Layout(model), cases), np.array(theta)
