"""A fitted model: every number of it, and nothing that fits again (`estimation.Fit` adds that).

What is made of a fit (its bootstrap, a report, a comparison) needs its numbers only; that this file imports none of it
keeps the imports going one way.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr

from .likelihood import Likelihood
from .matrices import Array
from .means import implied_means, points_of
from .measures import MEASURES, measures
from .optimise import Minimum
from .parameters import defined, defined_jacobian, rows, standardised
from .problems import oddities, readings
from .residuals import largest, standardised_residuals
from .syntax import parse
from .table import Table
from .threads import one_thread

Errors = Literal["expected", "observed", "robust"]
Missing = Literal["listwise", "fiml"]


@dataclass(frozen=True, eq=False, repr=False)
class Fitted:
    """A fitted model.

    Parameters
    ----------
    model
        The model text.
    table
        The parameter table.
    likelihood
        Model matrices and data.
    minimum
        Where the optimiser stopped.
    groups
        Labels of the groups, in the order of the data.
    se, missing
        How standard errors are made and missing cells are treated.
    dropped
        Number of rows left out because of missing values.
    obstacles
        Why nothing could be estimated, if so.
    """

    model: str
    table: Table
    likelihood: Likelihood
    minimum: Minimum
    groups: tuple[str, ...]
    se: Errors
    missing: Missing
    dropped: int
    obstacles: tuple[str, ...]

    def __repr__(self) -> str:
        state = "converged" if self.converged else "not converged"
        return f"<{type(self).__name__}: {self.likelihood.n} cases, {self.table.free} free parameters, {state}>"

    @property
    def converged(self) -> bool:
        """Whether the gradient is zero to 1e-8; if not, no number is given."""
        return not self.obstacles and self.minimum.converged

    @property
    def theta(self) -> Array:
        """The free parameters, NaN without convergence."""
        return self.minimum.theta if self.converged else np.full(self.table.free, np.nan)

    @property
    def x_moments(self) -> list[tuple[Array, Array]]:
        """Means (1, x) and covariances (1, x, x) of the fixed x in each group."""
        constant = int(self.table.means)
        values = [cases.x[:, constant:] for cases in self.likelihood.cases]
        return [
            (
                (v.mean(axis=0) + cases.centre[1])[None],
                (v.T @ v / len(v) - np.outer(v.mean(axis=0), v.mean(axis=0)))[None],
            )
            for v, cases in zip(values, self.likelihood.cases, strict=True)
        ]

    @cached_property
    def problems(self) -> tuple[str, ...]:
        """What is wrong or doubtful about this fit, in words; empty when nothing is."""
        if self.obstacles:
            return self.obstacles
        return readings(parse(self.model)) + oddities(self.table, self.likelihood, self.minimum, self.vcov)

    @cached_property
    def curvature(self) -> Array:
        """The information matrix of the sample, expected or observed, shape (free, free)."""
        matrix = self.likelihood.information if self.se == "expected" else self.likelihood.hessian
        information: Array = self.likelihood.n / 2 * matrix(self.minimum.theta)
        return information

    @cached_property
    def vcov(self) -> Array:
        """Covariance matrix of the free parameters, NaN where it cannot be had."""
        if not self.converged:
            return np.full((self.table.free, self.table.free), np.nan)
        unit = self.minimum.scale
        scaled = self.curvature * unit * unit[:, None] / self.likelihood.n
        if np.linalg.eigvalsh(scaled).min(initial=np.inf) <= 1e-10:
            return np.full_like(scaled, np.nan)
        inverse: Array = np.linalg.inv(scaled) * unit * unit[:, None] / self.likelihood.n
        if self.se == "robust":
            scores = np.vstack(self.likelihood.scores(self.theta))
            inverse = inverse @ (scores.T @ scores) @ inverse
        return inverse

    @cached_property
    def estimates(self) -> pd.DataFrame:
        """One row a parameter, in lavaan's order: lhs op rhs group label est se z p ci_lower ci_upper std_all std_nox.

        `group` counts from 1 and is 0 for defined parameters. The standard error of a fixed parameter is 0, that of a
        defined one comes by the delta method. Intervals are 95 %, est ± 1.96 se.
        """
        table, x = self.table, self.x_moments
        with one_thread():
            values = rows(table, self.theta[None], x)
            est = np.concatenate([values[0], defined(table, values)[0]])
            free = np.array([row.free for row in table.rows])
            spread = np.sqrt(np.diagonal(self.vcov))
            se = np.where(free >= 0, np.append(spread, 0.0)[free], 0.0)
            if table.definitions:
                J = defined_jacobian(table, self.theta, x)
                with np.errstate(invalid="ignore"):
                    se = np.append(se, np.sqrt(np.diagonal(J @ self.vcov @ J.T)))
            frame = pd.DataFrame(
                {
                    "lhs": [row.lhs for row in table.rows] + [d.name for d in table.definitions],
                    "op": [row.op for row in table.rows] + [":="] * len(table.definitions),
                    "rhs": [row.rhs for row in table.rows]
                    + [_written(self.model, d.at.line) for d in table.definitions],
                    "group": [row.group + 1 for row in table.rows] + [0] * len(table.definitions),
                    "label": [row.label for row in table.rows] + [d.name for d in table.definitions],
                    "est": est if self.converged else np.full(len(est), np.nan),
                    "se": se if self.converged else np.full(len(est), np.nan),
                }
            )
            moving = frame["se"].to_numpy() > 0
            z = np.full(len(frame), np.nan)
            z[moving] = frame["est"].to_numpy()[moving] / frame["se"].to_numpy()[moving]
            frame["z"], frame["p"] = z, 2 * ndtr(-np.abs(z))
            frame["ci_lower"], frame["ci_upper"] = (
                frame["est"] + side * 1.959963984540054 * frame["se"] for side in (-1, 1)
            )
            for solution in ("std_all", "std_nox"):
                std = standardised(self.likelihood.layout, table, self.theta[None], x, solution)
                frame[solution] = np.concatenate([std[0], defined(table, std)[0]]) if self.converged else np.nan
        return frame

    def implied_means(self, at: pd.DataFrame) -> pd.DataFrame:
        """Give the model-implied means of the observed y at given values of the fixed x.

        Parameters
        ----------
        at
            A row a point; products written ``a:b`` are made from the columns a and b.

        Returns
        -------
        DataFrame
            A row a point, with the index of `at`, and a column for each y.

        Raises
        ------
        ModelError
            If the model has several groups, or `at` lacks an x.

        Notes
        -----
        See `means.implied_means`. NaN without convergence.
        """
        points = points_of(self.model, self.table, at)
        [cases], [(x_mean, _)] = self.likelihood.cases, self.x_moments
        y_mean = (cases.y.mean(axis=0) + cases.centre[0])[None]
        means = implied_means(self.likelihood.layout, self.theta[None], points, y_mean, x_mean)
        return pd.DataFrame(means[0], index=at.index, columns=list(self.table.y))

    @cached_property
    def measures(self) -> dict[str, float]:
        """Fit measures, NaN without convergence; see `measures.measures`."""
        if not self.converged:
            counts = {"df": self.table.df, "ntotal": self.likelihood.n, "npar": self.table.free}
            return dict.fromkeys(MEASURES, np.nan) | counts
        with one_thread():
            return measures(self.table, self.likelihood, self.theta, self.se == "robust")

    @cached_property
    def r_square(self) -> pd.DataFrame:
        """Share of each explained variable's variance that the model explains: name group r2, ``group`` from 1.

        One minus the standardised residual variance; that of the latent and observed variables that something measures
        or explains. NaN without convergence.
        """
        rows, explained = self.estimates, set()
        for row in self.table.rows:
            if row.op in ("=~", "~"):
                explained.add(row.rhs if row.op == "=~" else row.lhs)
        own = rows[(rows["op"] == "~~") & (rows["lhs"] == rows["rhs"]) & rows["lhs"].isin(explained)]
        table = pd.DataFrame({"name": own["lhs"], "group": own["group"], "r2": 1 - own["std_all"]})
        return table.reset_index(drop=True)

    @cached_property
    def residuals(self) -> pd.DataFrame:
        """Standardised residuals of all moments: lhs op rhs group residual; see `residuals.standardised_residuals`.

        ``op`` is ``~~`` for a variance or covariance and ``~1`` for a mean, if the model has means. NaN without
        convergence.
        """
        with one_thread():
            return standardised_residuals(self.table, self.likelihood, self.theta)

    def misfits(self, count: int = 10) -> pd.DataFrame:
        """Give the moments that the model reproduces worst, the largest standardised residual first."""
        return largest(self.residuals, count)

    def to_json(self) -> dict[str, object]:
        """Give the fit as dictionaries, lists, text and numbers (``None`` for NaN)."""
        frame = self.estimates.astype(object).where(self.estimates.notna(), None)
        return {
            "converged": self.converged,
            "problems": list(self.problems),
            "groups": list(self.groups),
            "dropped": self.dropped,
            "estimates": frame.to_dict(orient="records"),
            "measures": {name: None if np.isnan(value) else float(value) for name, value in self.measures.items()},
        }


def _written(model: str, line: int) -> str:
    return "".join(model.split("\n")[line - 1].split(":=", 1)[1].split("#")[0].split(";")[0].split())
