"""What can be wrong with a model, its data or its solution, in words."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .likelihood import Likelihood
from .matrices import Array
from .moments import Cases
from .optimise import Minimum
from .syntax import Syntax, Token
from .table import Row, Table


def obstacles(table: Table, groups: Sequence[Cases]) -> tuple[str, ...]:
    """Name what makes estimation impossible: no variance, collinear x, too few cases."""
    found = []
    constant = int(table.means)
    for number, cases in enumerate(groups, start=1):
        where = f" in group {number}" if table.groups > 1 else ""
        x = cases.x[:, constant:]
        pooled, names = np.hstack([cases.y, x]), table.y + table.x
        spread, size = np.nanstd(pooled, axis=0), np.finfo(float).eps * 100 * np.abs(np.concatenate(cases.centre))
        found += [f"{name!r} has no variance{where}." for name, s, e in zip(names, spread, size, strict=True) if s <= e]
        if found:
            continue
        n, needed = len(cases.y), len(names)
        if n <= needed:
            found.append(f"n is too small{where}: {n} cases for {needed} observed variables.")
            continue
        found += [f"the x are collinear{where}: {which}." for which in _collinear(table.x, x)]
        if not found and not np.isnan(cases.y).any():
            found += [f"the observed variables are collinear{where}: {which}." for which in _collinear(names, pooled)]
    return tuple(found)


def _collinear(names: tuple[str, ...], values: Array) -> list[str]:
    if values.shape[1] < 2:
        return []
    spread, vectors = np.linalg.eigh(np.corrcoef(values, rowvar=False))
    if spread[0] > 1e-10:
        return []
    return [", ".join(name for name, weight in zip(names, np.abs(vectors[:, 0]), strict=True) if weight > 1e-4)]


def identify(syntax: Syntax, table: Table, likelihood: Likelihood, start: Array) -> None:
    """Check that different parameters imply different moments.

    The expected information is taken at an arbitrary point near the start: a parameter in its null space can be changed
    without changing any moment. Rothenberg, T. J. (1971), *Econometrica*, 39, 577-591.

    Raises
    ------
    ModelError
        Pointing at the formula of the parameter that is least identified.
    """
    if table.df < 0:
        known = table.free + table.df
        raise syntax.error(
            f"the model is not identified: {table.free} free parameters, but the data give only {known} moments.",
            syntax.formulas[0].at,
        )
    first = likelihood.information(start)
    unit = np.sqrt(_share(table, likelihood) / np.where(np.diagonal(first) > 0, np.diagonal(first), 1.0))
    wobble = 0.2 * np.sin(1 + 1.7 * np.arange(table.free) ** 1.1)
    information = likelihood.information(start + wobble * unit)
    diagonal = np.diagonal(information)
    unit = 1 / np.sqrt(np.where(diagonal > 0, diagonal, 1.0))
    values, vectors = np.linalg.eigh(information * unit * unit[:, None])
    if values.min(initial=np.inf) > 1e-9:
        return
    worst = int(np.argmax(np.abs(vectors[:, 0])))
    names = table.names()
    involved = [names[i] for i in np.argsort(-np.abs(vectors[:, 0])) if abs(vectors[i, 0]) > 0.1][:6]
    raise syntax.error(
        f"the model is not identified: {', '.join(involved)} can change together without changing any moment of the "
        "data. Fix a loading or a variance, or leave out a path.",
        _place(syntax, next(row for row in table.rows if row.free == worst)),
    )


def _share(table: Table, likelihood: Likelihood) -> Array:
    """Give the share of the cases that bear on each parameter, shape (free,).

    A step off the start counts per case of these: a small group would otherwise be moved to where no covariance
    matrix is left.
    """
    share = np.zeros(table.free)
    for free, group in {(row.free, row.group) for row in table.rows if row.free >= 0}:
        share[free] += len(likelihood.cases[group].y) / likelihood.n
    return share


def _place(syntax: Syntax, row: Row) -> Token:
    if row.at is not None:
        return row.at
    for formula in syntax.formulas:
        if row.lhs in (formula.lhs, formula.rhs):
            return formula.at
    return syntax.formulas[0].at


def readings(syntax: Syntax) -> tuple[str, ...]:
    """Name what lavaan reads otherwise than it is read here.

    Examples
    --------
    >>> from .syntax import parse
    >>> [note] = readings(parse("f =~ x1 + c(1, v2)*x2"))
    >>> print(note.partition(". ")[0])
    line 1, 'x2': c() holds a number and a label
    """
    return tuple(
        f"line {formula.at.line}, {formula.rhs or '1'!r}: c() holds a number and a label. "
        "Here the number holds in its own group; lavaan takes the label for all."
        for formula in syntax.formulas
        if formula.mixed
    )


def oddities(table: Table, likelihood: Likelihood, minimum: Minimum, vcov: Array) -> tuple[str, ...]:
    """Name what is doubtful about a solution and the covariance matrix of its parameters."""
    if not minimum.converged:
        return (
            f"no convergence: the gradient stopped at {minimum.gradient:.1e}, so no estimate, standard error or "
            "fit measure is given.",
        )
    found = []
    theta, layout, n = minimum.theta, likelihood.layout, likelihood.n
    for row in table.rows:
        if row.op == "~~" and row.lhs == row.rhs and row.free >= 0 and theta[row.free] < 0:
            where = f" in group {row.group + 1}" if table.groups > 1 else ""
            what = "variance" if row.lhs in table.latent else "residual variance"
            value = theta[row.free]
            found.append(f"Heywood case: the {what} of {row.lhs!r} is negative ({value:.3g}){where}.")
    for group in range(table.groups):
        m = layout.matrices(theta[None], group)
        where = f" in group {group + 1}" if table.groups > 1 else ""
        if np.linalg.eigvalsh(m.Psi[0]).min(initial=np.inf) < -1e-10:
            found.append(f"the covariance matrix of the latent variables is not positive definite{where}.")
        if np.linalg.eigvalsh(layout.full_theta(m)[0]).min() < -1e-10:
            found.append(f"the covariance matrix of the residuals is not positive definite{where}.")
    if np.isnan(vcov).any():
        found.append("the model is empirically under-identified in these data: there are no standard errors.")
    if n < table.free:
        found.append(f"n is small: {n} cases for {table.free} free parameters.")
    return tuple(found)
