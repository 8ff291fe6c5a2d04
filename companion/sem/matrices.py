"""From parameters to model matrices and implied moments, many parameter vectors at once.

With η the latent variables (and those observed ones that act like them), x fixed,

    y = K x + Λ η + ε,   η = B η + Γ x + ζ,   V(ε) = Θ,   V(ζ) = Ψ

so that, with A = (I − B)⁻¹ and V = A Ψ A', the moments of y given x are

    Π = K + Λ A Γ,   Ω = Λ V Λ' + Θ.

A mean structure is a leading constant in x: its columns of K and Γ hold the intercepts. Every array has the parameter
vectors along its first axis. Bollen, K. A. (1989), *Structural Equations with Latent Variables*.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .table import Row, Table

Array = NDArray[Any]  # real, or complex for a derivative by the complex step
CONSTANT = ""


@dataclass(frozen=True)
class Matrices:
    """The matrices of one group for a batch of parameter vectors; `theta` is (batch, y) when Θ is diagonal."""

    Lambda: Array
    K: Array
    B: Array
    Gamma: Array
    Psi: Array
    Theta: Array


@dataclass(frozen=True)
class Group:
    """Where the parameters of one group stand in its matrices.

    `base` is the flat vector of all matrices with the fixed values; the entry `position[i]` holds the free parameter
    `parameter[i]`, and entries of one parameter follow each other from `begins` on.
    """

    base: Array
    position: NDArray[np.intp]
    parameter: NDArray[np.intp]
    begins: NDArray[np.intp]


class Layout:
    """The shapes of the matrices of a model, the same in every group.

    Parameters
    ----------
    table
        The parameter table.
    """

    def __init__(self, table: Table) -> None:
        self.y = table.y
        self.x = ((CONSTANT,) if table.means else ()) + table.x
        self.eta = table.latent + _observed_in_structure(table)
        self.free = table.free
        promoted = [name for name in table.y if name in self.eta]
        theta = [row for row in table.rows if row.op == "~~" and row.lhs in self.y and row.lhs not in self.eta]
        # A factor model with one free residual variance per indicator has a cheap inverse (Woodbury).
        self.diagonal = (
            not promoted
            and all(row.lhs == row.rhs and row.value != 0.0 for row in theta)
            and all(row.lhs != row.rhs or row.value != 0.0 for row in table.rows if row.lhs in self.eta)
            and 0 < len(self.eta) < len(self.y)
        )
        p, m, q = len(self.y), len(self.eta), len(self.x)
        self.shapes: dict[str, tuple[int, ...]] = {
            "Lambda": (p, m),
            "K": (p, q),
            "B": (m, m),
            "Gamma": (m, q),
            "Psi": (m, m),
        }
        self.shapes["Theta"] = (p,) if self.diagonal else (p, p)
        sizes = [int(np.prod(shape)) for shape in self.shapes.values()]
        self.ends = np.cumsum(sizes)
        self.offset = dict(zip(self.shapes, self.ends - sizes, strict=True))
        self.groups = tuple(
            self._group([row for row in table.rows if row.group == g], promoted) for g in range(table.groups)
        )
        self.depth = self._depth()
        self.exponents = _exponents(table)

    def _span(self, matrix: str) -> NDArray[np.intp]:
        size = int(np.prod(self.shapes[matrix]))
        return np.arange(size) + int(self.offset[matrix])

    def places(self, row: Row) -> list[int]:
        """Give the entries of the flat vector of matrices that a row of the table stands for."""
        lhs, rhs = row.lhs, row.rhs
        if row.exogenous:
            return []
        if row.op == "=~":
            lhs, rhs = rhs, lhs
        if row.op == "~1":
            rhs = CONSTANT
        if row.op == "~~":
            matrix, axis = ("Psi", self.eta) if lhs in self.eta else ("Theta", self.y)
            i, j = axis.index(lhs), axis.index(rhs)
            if matrix == "Theta" and self.diagonal:
                return [int(self.offset[matrix]) + i]
            return sorted({self._at(matrix, i, j), self._at(matrix, j, i)})
        if rhs in self.x:
            j = self.x.index(rhs)
            return [
                self._at("Gamma", self.eta.index(lhs), j) if lhs in self.eta else self._at("K", self.y.index(lhs), j)
            ]
        j = self.eta.index(rhs)
        return [self._at("B", self.eta.index(lhs), j) if lhs in self.eta else self._at("Lambda", self.y.index(lhs), j)]

    def _at(self, matrix: str, i: int, j: int) -> int:
        return int(self.offset[matrix]) + i * self.shapes[matrix][1] + j

    def _group(self, rows: list[Row], promoted: list[str]) -> Group:
        base = np.zeros(self.ends[-1])
        for name in promoted:
            base[self._at("Lambda", self.y.index(name), self.eta.index(name))] = 1.0
        entries = []
        for row in rows:
            for place in self.places(row):
                if row.free >= 0:
                    entries.append((row.free, place))
                else:
                    base[place] = row.value
        entries.sort()
        parameter = np.array([entry[0] for entry in entries], dtype=np.intp)
        position = np.array([entry[1] for entry in entries], dtype=np.intp)
        return Group(base, position, parameter, np.flatnonzero(np.diff(parameter, prepend=-1)))

    def matrices(self, theta: Array, group: int) -> Matrices:
        """Fill the matrices of a group.

        Parameters
        ----------
        theta
            Parameter vectors, shape (batch, free); real, or complex for a derivative by the complex step.
        group
            Number of the group, from 0.
        """
        here = self.groups[group]
        flat = np.empty((theta.shape[0], here.base.size), dtype=theta.dtype)
        flat[:] = here.base
        flat[:, here.position] = theta[:, here.parameter]
        parts = np.split(flat, self.ends[:-1], axis=1)
        shapes = self.shapes.values()
        return Matrices(*(part.reshape(len(flat), *shape) for part, shape in zip(parts, shapes, strict=True)))

    def gathered(self, gradient: Matrices, group: int) -> Array:
        """Turn a gradient with respect to the matrices into one with respect to the free parameters."""
        here = self.groups[group]
        batch = gradient.Lambda.shape[0]
        flat = np.concatenate([getattr(gradient, name).reshape(batch, -1) for name in self.shapes], axis=1)
        result = np.zeros((batch, self.free), dtype=flat.dtype)
        if here.position.size:
            result[:, here.parameter[here.begins]] = np.add.reduceat(flat[:, here.position], here.begins, axis=1)
        return result

    def total_effects(self, matrices: Matrices) -> Array:
        """Give A = (I − B)⁻¹, for a recursive model the finite sum I + B + B² + …"""
        identity: Array = np.eye(len(self.eta))
        if self.depth is None:
            effects: Array = np.linalg.inv(identity - matrices.B)
            return effects
        effects = np.broadcast_to(identity, matrices.B.shape)
        for _ in range(self.depth):
            effects = identity + matrices.B @ effects
        return effects

    def _depth(self) -> int | None:
        """Find the longest chain of effects among the η; None when effects run in a circle."""
        size = len(self.eta)
        arrows = np.zeros((size, size), dtype=bool)
        for group in self.groups:
            flat = group.base != 0
            flat[group.position] = True
            arrows |= flat[self._span("B")].reshape(size, size)
        chain = np.eye(size, dtype=bool)
        for depth in range(size + 1):
            chain = arrows @ chain
            if not chain.any():
                return depth
        return None

    def implied(self, theta: Array, group: int) -> tuple[Array, Array]:
        """Give Ω (batch, y, y) and Π (batch, y, x)."""
        m = self.matrices(theta, group)
        effects = self.total_effects(m)
        covariance = m.Lambda @ (effects @ m.Psi @ effects.mT) @ m.Lambda.mT + self.full_theta(m)
        return covariance, m.K + m.Lambda @ (effects @ m.Gamma)

    def full_theta(self, m: Matrices) -> Array:
        """Give Θ as matrices, also where only its diagonal is kept."""
        return m.Theta[:, :, None] * np.eye(len(self.y)) if self.diagonal else m.Theta


def _exponents(table: Table) -> Array:
    """Say how the unit of each free parameter goes with the free residual variances: powers, shape (free, free)."""
    variance = {(r.group, r.lhs): r.free for r in table.rows if r.op == "~~" and r.lhs == r.rhs and r.free >= 0}
    exponents = np.zeros((table.free, table.free))
    for row in table.rows:
        if row.free < 0 or exponents[row.free].any():
            continue
        sides = {"=~": (-0.5, 0.5), "~": (0.5, -0.5), "~~": (0.5, 0.5), "~1": (0.5, 0.0)}[row.op]
        for name, power in zip((row.lhs, row.rhs), sides, strict=True):
            if (row.group, name) in variance:
                exponents[row.free, variance[row.group, name]] += power
    return exponents


def _observed_in_structure(table: Table) -> tuple[str, ...]:
    """Find observed variables that must stand among the η: predictors of others, or correlated with an η."""
    chosen = {row.rhs for row in table.rows if row.op == "~" and row.rhs in table.y}
    latent = set(table.latent)
    while True:
        structural = chosen | latent
        more = {
            name
            for row in table.rows
            if row.op == "~~" and row.lhs != row.rhs
            for name, other in ((row.lhs, row.rhs), (row.rhs, row.lhs))
            if other in structural and name in table.y and name not in chosen
        }
        if not more:
            return tuple(name for name in table.y if name in chosen)
        chosen |= more
