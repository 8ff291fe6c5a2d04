"""Fitting: a model text and a table of data in, a `Fit` with every number out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import ndtr
from threadpoolctl import threadpool_limits

from companion.sem.bootstrap import CHUNK, Bootstrap, refitted, resampled_rows
from companion.sem.data import prepare
from companion.sem.likelihood import Likelihood
from companion.sem.matrices import Array, Layout
from companion.sem.means import implied_means, points_of
from companion.sem.measures import MEASURES, measures
from companion.sem.optimise import Minimum, minimise
from companion.sem.parameters import defined, defined_jacobian, rows, standardised
from companion.sem.problems import identify, obstacles, oddities
from companion.sem.start import starting_values
from companion.sem.syntax import ModelError, parse
from companion.sem.table import EQUAL, Table, build

Errors = Literal["expected", "observed", "robust"]
Missing = Literal["listwise", "fiml"]


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
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
        return f"<Fit: {self.likelihood.n} cases, {self.table.free} free parameters, {state}>"

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
        return oddities(self)

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
        with threadpool_limits(1):
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
        See `companion.sem.means.implied_means`. NaN without convergence.
        """
        points = points_of(self, at)
        [cases], [(x_mean, _)] = self.likelihood.cases, self.x_moments
        y_mean = (cases.y.mean(axis=0) + cases.centre[0])[None]
        means = implied_means(self.likelihood.layout, self.theta[None], points, y_mean, x_mean)
        return pd.DataFrame(means[0], index=at.index, columns=list(self.table.y))

    @cached_property
    def measures(self) -> dict[str, float]:
        """Fit measures, NaN without convergence; see `companion.sem.measures.measures`."""
        if not self.converged:
            counts = {"df": self.table.df, "ntotal": self.likelihood.n, "npar": self.table.free}
            return dict.fromkeys(MEASURES, np.nan) | counts
        with threadpool_limits(1):
            return measures(self.table, self.likelihood, self.theta, self.se == "robust")

    def bootstrap(self, draws: int = 10_000, seed: int = 1) -> Bootstrap:
        """Refit the model to resampled rows (within groups), each to a gradient of 1e-8.

        The fixed x of a draw are those of its rows. The same seed gives the same draws.

        Raises
        ------
        ModelError
            Without convergence, or under full-information maximum likelihood.
        """
        self._resampleable()
        with threadpool_limits(1):
            return refitted(self, resampled_rows([cases.rows for cases in self.likelihood.cases], draws, seed))

    def refit(self, indices: NDArray[np.integer]) -> Bootstrap:
        """Refit the model to given resamples.

        Parameters
        ----------
        indices
            Rows of the analysed data, counted from 0 (after rows with missing values are dropped), one resample a line:
            shape (draws, size).
        """
        self._resampleable()
        n = self.likelihood.n
        lines = np.atleast_2d(np.asarray(indices))
        if lines.min(initial=0) < 0 or lines.max(initial=0) >= n:
            raise ModelError(f"indices must lie between 0 and {n - 1}: the analysed data have {n} rows.")
        parts = np.array_split(lines, len(lines) // CHUNK + 1)
        counts = (np.stack([np.bincount(line, minlength=n) for line in part]) for part in parts if len(part))
        with threadpool_limits(1):
            return refitted(self, counts)

    def _resampleable(self) -> None:
        if self.missing == "fiml":
            raise ModelError(
                "there is no bootstrap under full-information maximum likelihood: draws are refitted from their "
                "moments, and with missing cells there are none to share. Use missing='listwise' to bootstrap, or the "
                "standard errors of this fit."
            )
        if not self.converged:
            raise ModelError("a model that did not converge cannot be bootstrapped: " + " ".join(self.problems))

    @cached_property
    def start_of_draws(self) -> tuple[Array, Array]:
        """The inverse Hessian of F at the solution, and the units of the parameters."""
        unit = self.minimum.scale
        for matrix in (self.likelihood.hessian, self.likelihood.information):
            scaled = matrix(self.theta) * unit * unit[:, None]
            if np.linalg.eigvalsh(scaled).min(initial=np.inf) > 1e-8:
                return np.linalg.inv(scaled) * unit * unit[:, None], unit
        raise ModelError("the model is empirically under-identified in these data, so it cannot be bootstrapped.")

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


def fit(
    model: str,
    data: pd.DataFrame,
    group: str | None = None,
    equal: Sequence[str] = (),
    se: Errors = "expected",
    missing: Missing = "listwise",
) -> Fit:
    """Fit a structural equation model by maximum likelihood (divisor n, exogenous observed variables held fixed).

    Parameters
    ----------
    model
        The model in lavaan's syntax, with the defaults of lavaan's ``sem()``.
    data
        One row a case; products written ``a:b`` are made from the columns a and b.
    group
        Column that says to which group a row belongs. Groups stand in the order of first appearance, those of a
        categorical column in the order of its categories.
    equal
        Kinds of parameters held equal over the groups: loadings, intercepts, means, regressions, residuals,
        residual.covariances, lv.variances, lv.covariances.
    se
        ``"expected"`` or ``"observed"`` information, or ``"robust"``: the Huber-White sandwich with the Yuan-Bentler
        scaled test (lavaan's MLR).
    missing
        ``"listwise"``, or ``"fiml"`` for full information (one group; information is then observed, since expected
        information is wrong when cells are not missing completely at random).

    Raises
    ------
    ModelError
        For a model that cannot be read, is not identified or does not fit the data's columns; with line and column.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> x = np.arange(8.0)
    >>> frame = pd.DataFrame({"x": x, "y": 2 * x + [1, -1, -1, 1, 1, -1, -1, 1]})
    >>> round(float(fit("y ~ x", frame).estimates["est"][0]), 6)
    2.0
    """
    _check_options(group, equal, se, missing)
    syntax = parse(model)
    labels = () if group is None else _group_labels(data, group)
    means = group is not None or missing == "fiml"
    table = build(syntax, max(len(labels), 1), equal, means)
    cases, dropped = prepare(syntax, table, data, group, labels, missing)
    with threadpool_limits(1):
        likelihood = Likelihood(Layout(table), cases)
        stop = obstacles(table, likelihood)
        if stop:
            nowhere = np.full(table.free, np.nan)
            minimum = Minimum(nowhere, np.inf, nowhere)
        else:
            start = starting_values(table, cases)
            identify(syntax, table, likelihood, start)
            minimum = minimise(likelihood, start)
            if not minimum.converged:
                again = minimise(likelihood, starting_values(table, cases, instrumental=True))
                minimum = again if again.converged else minimum
    if missing == "fiml" and se == "expected":
        se = "observed"
    return Fit(model, table, likelihood, minimum, labels, se, missing, dropped, stop)


def _group_labels(data: pd.DataFrame, group: str) -> tuple[str, ...]:
    if group not in data.columns:
        raise ModelError(f"the data have no column {group!r} for the groups.")
    column = data[group].dropna()
    if isinstance(column.dtype, pd.CategoricalDtype):
        return tuple(str(name) for name in column.cat.categories if (column == name).any())
    return tuple(str(name) for name in column.unique())


def _check_options(group: str | None, equal: Sequence[str], se: str, missing: str) -> None:
    if isinstance(equal, str):
        raise ModelError(f"equal must be a list of names, such as ({equal!r},).")
    for kind in equal:
        if kind not in EQUAL:
            raise ModelError(f"equal has {kind!r}; it can hold {', '.join(EQUAL)}.")
    if se not in ("expected", "observed", "robust"):
        raise ModelError(f"se is {se!r}; it can be 'expected', 'observed' or 'robust'.")
    if missing not in ("listwise", "fiml"):
        raise ModelError(f"missing is {missing!r}; it can be 'listwise' or 'fiml'.")
    if missing == "fiml" and group is not None:
        raise ModelError("missing='fiml' is for one group; leave out missing rows (listwise) to compare groups.")
    if equal and group is None:
        raise ModelError("equal needs a group.")
