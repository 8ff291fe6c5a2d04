"""The maximum-likelihood discrepancy, its gradient and its information, for many samples at once.

For the y given fixed x, with T = V̂(y − Π x) the moments of the residuals,

    F = log|Ω| + tr(Ω⁻¹ T)      (log|S| + p is subtracted where F itself is needed)

    ∂F/∂Ω = Q = Ω⁻¹ − Ω⁻¹ T Ω⁻¹,   ∂F/∂Π = 2 R,   R = Ω⁻¹ (Π Sxx − Syx)

and −n F / 2 is the log-likelihood but for a constant. Jöreskog, K. G. (1973), *A general method for estimating a linear
structural equation system*; with missing cells each pattern contributes the part of Ω and Π that it shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy

import numpy as np
from numpy.typing import NDArray

from .matrices import Array, Layout, Matrices
from .moments import Cases, Moments

STEP = 1e-100


class Likelihood:
    """A model with its data.

    Parameters
    ----------
    layout
        The matrices of the model.
    cases
        The rows of each group.
    """

    def __init__(self, layout: Layout, cases: Sequence[Cases]) -> None:
        self.layout = layout
        self.cases = tuple(cases)
        self.n = sum(len(group.y) for group in cases)
        self.sample = [group.sample(self.n) for group in cases]

    def of(self, samples: Sequence[Sequence[Moments]]) -> Likelihood:
        """Give the same model with the moments of other samples: for each group its blocks."""
        other = copy(self)
        other.sample = [list(blocks) for blocks in samples]
        return other

    def evaluate(self, theta: Array) -> tuple[Array, Array]:
        """Give F (batch,) and its gradient (batch, free) at parameter vectors `theta` (batch, free).

        F is infinite where some Ω is not invertible with a positive determinant.
        """
        total: Array = np.zeros(len(theta), dtype=theta.dtype)
        gradient = np.zeros(theta.shape, dtype=theta.dtype)
        for group, blocks in enumerate(self.sample):
            value, slope = self.group(theta, group, blocks)
            total = total + value
            gradient += slope
        return total, gradient

    def group(self, theta: Array, group: int, blocks: Sequence[Moments]) -> tuple[Array, Array]:
        """Give what one group adds to F and to its gradient."""
        m = self.layout.matrices(theta, group)
        complete = len(blocks) == 1 and len(blocks[0].observed) == len(self.layout.y)
        if not (self.layout.diagonal and complete):
            value, slope = self._dense(m, group, blocks)
            return value, self.layout.gathered(slope, group)
        value, slope = self._factor(m, group, blocks[0])
        weight = blocks[0].weight
        return weight * value, weight[:, None] * self.layout.gathered(slope, group)

    def _moved(self, Pi: Array, group: int) -> Array:
        """Express Π for the centred data: the constant takes up what the centring took off."""
        cases = self.cases[group]
        if not cases.means:
            return Pi
        moved = Pi.copy()
        moved[..., 0] += Pi[..., 1:] @ cases.centre[1] - cases.centre[0]
        return moved

    def _moved_gradient(self, R: Array, group: int) -> Array:
        cases = self.cases[group]
        if not cases.means:
            return R
        moved = R.copy()
        moved[..., 1:] += R[..., :1] * cases.centre[1]
        return moved

    def _dense(self, m: Matrices, group: int, blocks: Sequence[Moments]) -> tuple[Array, Matrices]:
        """Evaluate with Ω written out; `blocks` may each cover some of the y."""
        layout = self.layout
        effects = layout.total_effects(m)
        V = effects @ m.Psi @ effects.mT
        AG = effects @ m.Gamma
        Omega = m.Lambda @ V @ m.Lambda.mT + layout.full_theta(m)
        Pi = self._moved(m.K + m.Lambda @ AG, group)
        value: Array = np.zeros(len(Omega), dtype=Omega.dtype)
        Q, R = np.zeros_like(Omega), np.zeros_like(Pi)
        for block in blocks:
            everything = len(block.observed) == len(layout.y)
            seen = slice(None) if everything else block.observed
            part = slice(None) if everything else np.ix_(np.arange(len(Omega)), block.observed, block.observed)
            Pi_seen = Pi[:, seen]
            inverse, logdet = _inverse(Omega[part])
            D = Pi_seen @ block.xx - block.yx
            T = block.yy - Pi_seen @ block.yx.mT + D @ Pi_seen.mT
            WT = inverse @ T
            value = value + block.weight * (logdet + np.trace(WT, axis1=1, axis2=2))
            Q[part] += block.weight[:, None, None] * (inverse - WT @ inverse)
            R[:, seen] += block.weight[:, None, None] * (inverse @ D)
        R = self._moved_gradient(R, group)
        on_theta = np.diagonal(Q, axis1=1, axis2=2) if layout.diagonal else Q
        return value, self._slope(m, effects, V, AG, Q @ m.Lambda, R, on_theta)

    def _factor(self, m: Matrices, group: int, block: Moments) -> tuple[Array, Matrices]:
        """Evaluate by Woodbury's identity: with Θ diagonal nothing but products with Λ is needed.

        Ω⁻¹ = Θ⁻¹ − U Z' with Z = Θ⁻¹ Λ, N = I + V Λ'Z, U = Z N⁻¹ V; then Ω⁻¹ Λ = Z − U Λ'Z, and T appears only in
        T Z and in its diagonal.
        """
        effects = self.layout.total_effects(m)
        V = effects @ m.Psi @ effects.mT
        AG = effects @ m.Gamma
        Pi = self._moved(m.K + m.Lambda @ AG, group)
        precision = 1 / m.Theta
        Z = m.Lambda * precision[:, :, None]
        LZ = m.Lambda.mT @ Z
        identity = np.eye(V.shape[1])
        inverse, logdet = self._woodbury(identity + V @ LZ, m.Theta)
        NV = inverse @ V
        U = Z @ NV
        D = Pi @ block.xx - block.yx
        TZ = block.yy @ Z - Pi @ (block.yx.mT @ Z) + D @ (Pi.mT @ Z)
        T = np.diagonal(block.yy, axis1=1, axis2=2) + _rows(D - block.yx, Pi)
        UTZ = _rows(U, TZ)
        value = logdet + np.sum(np.log(np.abs(m.Theta)) + T * precision - UTZ, axis=1)

        reduced = identity - NV @ LZ
        TWL = TZ @ reduced
        QL = Z @ reduced - TWL * precision[:, :, None] + U @ (Z.mT @ TWL)
        Q = precision - _rows(U, Z) - (T * precision - 2 * UTZ) * precision - _rows(U @ (Z.mT @ TZ), U)
        R = self._moved_gradient(D * precision[:, :, None] - U @ (Z.mT @ D), group)
        return value, self._slope(m, effects, V, AG, QL, R, Q)

    def _woodbury(self, matrices: Array, Theta: Array) -> tuple[Array, Array]:
        """Invert N, and give the log of its determinant, infinite where |N| |Θ| is not positive."""
        return _inverse(matrices, np.prod(np.sign(Theta.real), axis=1))

    def _slope(self, m: Matrices, effects: Array, V: Array, AG: Array, QL: Array, R: Array, Q: Array) -> Matrices:
        """Carry ∂F/∂Ω (Q, or its diagonal, and Q Λ) and ∂F/∂Π (2 R) over to the model matrices."""
        R = 2 * R
        LR = m.Lambda.mT @ R
        dV = m.Lambda.mT @ QL
        return Matrices(
            Lambda=QL @ (2 * V) + R @ AG.mT,
            K=R,
            B=effects.mT @ (2 * dV @ V + LR @ AG.mT),
            Gamma=effects.mT @ LR,
            Psi=effects.mT @ dV @ effects,
            Theta=Q,
        )

    def hessian(self, theta: Array) -> Array:
        """Give the second derivatives of F at `theta` (free,), exact by the complex step of the gradient."""
        points = theta + 1j * STEP * np.eye(len(theta))
        hessian = self.evaluate(points)[1].imag / STEP
        return (hessian + hessian.T) / 2

    def information(self, theta: Array) -> Array:
        """Give the expected second derivatives of F at `theta` (free,).

        tr(Ω⁻¹ Ωᵢ Ω⁻¹ Ωⱼ) + 2 tr(Πᵢ' Ω⁻¹ Πⱼ Sxx), summed over the groups and their patterns.
        """
        k = len(theta)
        total = np.zeros((k, k))
        points = theta + 1j * STEP * np.eye(k)
        for group, blocks in enumerate(self.sample):
            Omega, Pi = self.layout.implied(points, group)
            moved = self._moved(Pi, group).imag / STEP
            dOmega = Omega.imag / STEP
            for block in blocks:
                seen, weight = block.observed, float(block.weight[0])
                inverse = np.linalg.inv(Omega[0].real[np.ix_(seen, seen)])
                change, dPi = dOmega[:, seen[:, None], seen], moved[:, seen]
                total += weight * (inverse @ change @ inverse).reshape(k, -1) @ change.reshape(k, -1).T
                total += 2 * weight * (inverse @ dPi @ block.xx[0]).reshape(k, -1) @ dPi.reshape(k, -1).T
        return (total + total.T) / 2

    def scores(self, theta: Array) -> list[Array]:
        """Give for each group the gradient of each case's log-likelihood, shape (cases, free)."""
        scores = []
        for group, cases in enumerate(self.cases):
            rows = np.zeros((len(cases.y), len(theta)))
            for tile, moments in cases.each():
                batch = np.broadcast_to(theta, (len(tile), len(theta)))
                rows[tile] = -0.5 * self.group(batch, group, [moments])[1]
            scores.append(rows)
        return scores

    def admissible(self, theta: Array) -> bool:
        """Tell whether every implied Ω is positive definite."""
        return all(np.linalg.eigvalsh(self.layout.implied(theta[None], g)[0][0])[0] > 0 for g in range(len(self.cases)))


def _rows(left: Array, right: Array) -> Array:
    """Multiply matrices entry by entry and sum each row."""
    products: Array = np.einsum("bij,bij->bi", left, right)
    return products


def _inverse(matrices: Array, sign_of_rest: Array | float = 1.0) -> tuple[Array, Array]:
    """Invert a batch and give the log determinants, infinite where determinant times `sign_of_rest` is not positive."""
    sign, logdet = np.linalg.slogdet(matrices)
    bad: NDArray[np.bool_] = ~(sign.real * sign_of_rest > 0)
    if bad.any():
        matrices = np.where(bad[:, None, None], np.eye(matrices.shape[1]), matrices)
        logdet = np.where(bad, np.inf, logdet)
    inverse: Array = np.linalg.inv(matrices)
    return inverse, logdet
