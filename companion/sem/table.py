"""The parameter table: what the model text leaves unsaid, filled in as lavaan's ``sem()`` does."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from .syntax import Definition, Formula, Syntax, Token


@dataclass
class Row:
    """One parameter of one group.

    `free` is its place in the vector of free parameters (-1 when fixed), `value` what it is fixed at, `start` where
    the optimiser begins if the user said so.
    """

    lhs: str
    op: str
    rhs: str
    group: int
    label: str = ""
    value: float = np.nan
    start: float | None = None
    exogenous: bool = False
    free: int = -1
    at: Token | None = None


@dataclass(frozen=True)
class Table:
    """Every parameter in lavaan's order, and the variables by the part they play.

    Parameters
    ----------
    rows
        Parameters, group after group.
    definitions
        Defined parameters, in the order of the text.
    y
        Observed variables that the model explains (or lets vary freely).
    x
        Observed exogenous variables: held fixed.
    latent
        Latent variables.
    means
        Whether intercepts are part of the model.
    groups
        Number of groups.
    """

    rows: tuple[Row, ...]
    definitions: tuple[Definition, ...]
    y: tuple[str, ...]
    x: tuple[str, ...]
    latent: tuple[str, ...]
    means: bool
    groups: int

    @property
    def free(self) -> int:
        """Number of free parameters."""
        return 1 + max((row.free for row in self.rows), default=-1)

    @property
    def df(self) -> int:
        """Degrees of freedom: moments of y given x, less the free parameters."""
        p = len(self.y)
        return self.groups * (p * (p + 1) // 2 + p * (len(self.x) + self.means)) - self.free

    def names(self) -> list[str]:
        """Name the free parameters: the label, or ``lhs op rhs``, with ``.g2`` for the second group."""
        names = [""] * self.free
        for row in reversed(self.rows):
            if row.free >= 0:
                suffix = f".g{row.group + 1}" if row.group else ""
                names[row.free] = row.label or f"{row.lhs}{row.op}{row.rhs}{suffix}"
        return names


@dataclass(frozen=True)
class _Roles:
    latent: list[str]
    observed: list[str]
    x: list[str]
    latent_exogenous: list[str]
    endpoints: list[str]


def _unique(names: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _roles(formulas: Sequence[Formula]) -> _Roles:
    latent = _unique([f.lhs for f in formulas if f.op == "=~"])
    indicators = _unique([f.rhs for f in formulas if f.op == "=~"])
    outcomes = _unique([f.lhs for f in formulas if f.op == "~"])
    predictors = _unique([f.rhs for f in formulas if f.op == "~"])
    covarying = [name for f in formulas if f.op == "~~" for name in (f.lhs, f.rhs)]
    intercepts = [f.lhs for f in formulas if f.op == "~1"]

    measured = [name for name in indicators if name not in latent]
    explained = [name for name in outcomes if name not in latent + measured]
    exogenous = [name for name in predictors if name not in latent + measured + explained]
    known = measured + explained + exogenous
    rest = [name for name in _unique(covarying + intercepts) if name not in latent + known]
    ends = [name for name in outcomes if name not in indicators + predictors]
    observed = known + rest
    return _Roles(
        latent=latent,
        observed=observed,
        x=[name for name in exogenous if name not in covarying + intercepts],
        latent_exogenous=[name for name in latent if name not in indicators + outcomes],
        endpoints=[n for n in latent if n in ends] + [n for n in observed if n in ends],
    )


def build(syntax: Syntax, groups: int = 1, equal: Sequence[str] = (), means: bool = False) -> Table:
    """Make the parameter table of a parsed model.

    Parameters
    ----------
    syntax
        The parsed model.
    groups
        Number of groups; every formula holds in each.
    equal
        Kinds of parameters held equal over groups, by lavaan's names (see `EQUAL`).
    means
        Whether to model intercepts even when the text has none.

    Raises
    ------
    ModelError
        For lists of group values of the wrong length, unknown labels in definitions, and the like.
    """
    roles = _roles(syntax.formulas)
    means = means or any(f.op == "~1" for f in syntax.formulas)
    rank = {name: i for i, name in enumerate(roles.latent + roles.observed)}
    _no_circles(syntax, roles)
    written = [
        replace(f, lhs=f.rhs, rhs=f.lhs) if f.op == "~~" and rank[f.lhs] > rank[f.rhs] else f for f in syntax.formulas
    ]
    for formula in written:
        for values in (formula.fixed, formula.start, formula.labels):
            if len(values) not in (0, 1, groups):
                message = (
                    f"{len(values)} values for {groups} group{'s' if groups > 1 else ''}; give one, or one for each."
                )
                raise syntax.error(message, formula.at)
    said = {(f.op, f.lhs, f.rhs) for f in written}
    defaults = [default for default in _defaults(roles, means) if default not in said and _flipped(default) not in said]

    markers = {name: next(f.rhs for f in written if f.op == "=~" and f.lhs == name) for name in roles.latent}
    single = _single_indicators(written)
    rows: list[Row] = []
    for group in range(groups):
        for formula in written:
            rows.append(_written_row(formula, group, markers))
        for op, lhs, rhs in defaults:
            row = Row(lhs, op, rhs, group)
            if lhs in roles.x:
                row.exogenous, row.value = True, np.nan
            elif op == "~~" and lhs == rhs and lhs in single:
                row.value = 0.0
            elif op == "~1" and lhs in roles.latent:
                freed = "intercepts" in equal and "means" not in equal and group > 0
                row.value = np.nan if freed else 0.0
            rows.append(row)
    _number(rows, roles, equal)
    table = Table(
        rows=tuple(rows),
        definitions=tuple(syntax.definitions),
        y=tuple(name for name in roles.observed if name not in roles.x),
        x=tuple(roles.x),
        latent=tuple(roles.latent),
        means=means,
        groups=groups,
    )
    _check_definitions(syntax, table)
    return table


def _defaults(roles: _Roles, means: bool) -> list[tuple[str, str, str]]:
    """List what lavaan adds: variances, covariances of exogenous and of end variables, moments of x, intercepts."""
    y = [name for name in roles.observed if name not in roles.x]
    pairs = [(name, name) for name in y + roles.latent]
    pairs += list(combinations(roles.latent_exogenous, 2)) + list(combinations(roles.endpoints, 2))
    pairs += [(a, b) for i, a in enumerate(roles.x) for b in roles.x[i:]]
    defaults = [("~~", a, b) for a, b in pairs]
    if means:
        defaults += [("~1", name, "") for name in roles.observed + roles.latent]
    return defaults


def _flipped(default: tuple[str, str, str]) -> tuple[str, str, str]:
    op, lhs, rhs = default
    return (op, rhs, lhs)


def _no_circles(syntax: Syntax, roles: _Roles) -> None:
    """Refuse latent variables that measure each other."""
    below = {name: {f.rhs for f in syntax.formulas if f.op == "=~" and f.lhs == name} for name in roles.latent}
    for formula in syntax.formulas:
        if formula.op == "=~":
            seen, ahead = set[str](), {formula.rhs}
            while ahead:
                seen |= ahead
                ahead = {name for top in ahead for name in below.get(top, ())} - seen
            if formula.lhs in seen:
                raise syntax.error(f"{formula.lhs!r} measures itself, in a circle.", formula.at)


def _single_indicators(formulas: Sequence[Formula]) -> set[str]:
    """Find indicators that are alone on their factor and serve no other: their residual variance is fixed at 0."""
    loadings = [f for f in formulas if f.op == "=~"]
    return {
        f.rhs
        for f in loadings
        if sum(g.lhs == f.lhs for g in loadings) == 1 and sum(g.rhs == f.rhs for g in loadings) == 1
    }


def _written_row(formula: Formula, group: int, markers: dict[str, str]) -> Row:
    def of(values: tuple[float | None, ...] | tuple[str | None, ...]) -> float | str | None:
        return values[group if len(values) > 1 else 0] if values else None

    fixed, start, label = of(formula.fixed), of(formula.start), of(formula.labels)
    row = Row(formula.lhs, formula.op, formula.rhs, group, at=formula.at)
    row.label = str(label) if label is not None else ""
    row.start = float(start) if start is not None else None
    if fixed is not None:
        row.value = float(fixed)
    elif formula.op == "=~" and markers[formula.lhs] == formula.rhs:
        row.value = 1.0
    return row


def _kinds(roles: _Roles) -> dict[str, Callable[[Row], bool]]:
    latent = set(roles.latent)
    return {
        "loadings": lambda row: row.op == "=~",
        "regressions": lambda row: row.op == "~",
        "intercepts": lambda row: row.op == "~1" and row.lhs not in latent,
        "means": lambda row: row.op == "~1" and row.lhs in latent,
        "residuals": lambda row: row.op == "~~" and row.lhs == row.rhs and row.lhs not in latent,
        "residual.covariances": lambda row: row.op == "~~" and row.lhs != row.rhs and row.lhs not in latent,
        "lv.variances": lambda row: row.op == "~~" and row.lhs == row.rhs and row.lhs in latent,
        "lv.covariances": lambda row: row.op == "~~" and row.lhs != row.rhs and row.lhs in latent,
    }


EQUAL = tuple(_kinds(_Roles([], [], [], [], [])))


def _number(rows: list[Row], roles: _Roles, equal: Sequence[str]) -> None:
    """Give each free parameter its place; one place for a shared label or an equality over groups."""
    kinds = _kinds(roles)
    fixed_labels = {row.label: row.value for row in rows if row.label and np.isfinite(row.value)}
    places: dict[object, int] = {}
    for row in rows:
        if row.label in fixed_labels:
            row.value = fixed_labels[row.label]
        if row.exogenous or np.isfinite(row.value):
            continue
        key: object = row.label or (row.lhs, row.op, row.rhs, row.group)
        if not row.label and any(kinds[kind](row) for kind in equal):
            key = (row.lhs, row.op, row.rhs)
        row.free = places.setdefault(key, len(places))


def _check_definitions(syntax: Syntax, table: Table) -> None:
    known = {row.label for row in table.rows if row.label}
    for definition in table.definitions:
        if definition.name in known:
            raise syntax.error(f"{definition.name!r} is already the label of a parameter.", definition.at)
        for token in definition.expression.names():
            if token.text not in known:
                labels = ", ".join(sorted(known)) or "none"
                raise syntax.error(f"{token.text!r} is no label of this model; labels are: {labels}.", token)
        known.add(definition.name)
