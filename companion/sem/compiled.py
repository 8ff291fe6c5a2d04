"""Many searches for a minimum as machine code: `minimise_many` of `optimise`, with samples side by side in a table.

Numba compiles it at its first use, in some seconds, and keeps it on disk. Each sample is a column of the table and no
sum runs over columns, so a draw does not depend on those beside it. Each operation is rounded as IEEE 754 says: none is
fused or put in another order for speed.

What is kept on disk counts as long as this file is as it was, so what comes from other files is handed over; but for
the numbers of the instructions, which a test holds to what they are.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, inf, isfinite, log
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from .likelihood import Likelihood
from .matrices import Array
from .moments import Moments
from .optimise import BOUNDS, MEMORY, SHORTEST, STEPS, TOLERANCE, Bounds, Minima
from .trace import ABSOLUTE, ADD_1, ADD_2, ADD_4, DIVIDE, GUARD, LOG, Program, in_rows, traced

LANES = 64
"""Samples side by side: wide enough to be worth an instruction, and few enough for a core's own memory."""
SOON = 16
"""Steps after which the samples of a table that are not at their end wait for others like them."""

Kernel = Callable[..., Any]


def kernel(function: Kernel) -> Kernel:
    """Compile a function; its code is kept on disk where there is a place for it."""
    try:
        compiled: Kernel = njit(error_model="numpy", cache=True)(function)
    except RuntimeError:  # neither beside the source nor in a folder of the user's
        compiled = njit(error_model="numpy")(function)
    return compiled


@kernel
def _run(code: NDArray[np.int64], places: NDArray[np.int64], T: Array, work: Array) -> None:
    """Do the instructions of a program on a table."""
    for row in range(code.shape[0]):
        operation, o, a, b, c = code[row, 0], code[row, 1], code[row, 2], code[row, 3], code[row, 4]
        d, e, f, g, h, i = code[row, 5], code[row, 6], code[row, 7], code[row, 8], code[row, 9], code[row, 10]
        if operation == ADD_1:
            for s in range(LANES):
                T[o, s] = T[a, s] + T[b, s] * T[c, s]
        elif operation == ADD_2:
            for s in range(LANES):
                T[o, s] = T[a, s] + T[b, s] * T[c, s] + T[d, s] * T[e, s]
        elif operation == ADD_4:
            for s in range(LANES):
                first = T[a, s] + T[b, s] * T[c, s] + T[d, s] * T[e, s]
                T[o, s] = first + T[f, s] * T[g, s] + T[h, s] * T[i, s]
        elif operation == DIVIDE:
            for s in range(LANES):
                T[o, s] = T[a, s] / T[b, s]
        elif operation == ABSOLUTE:
            for s in range(LANES):
                T[o, s] = abs(T[a, s])
        elif operation == LOG:
            for s in range(LANES):
                T[o, s] = log(T[a, s])
        elif operation == GUARD:
            for s in range(LANES):
                T[o, s] = T[b, s] if T[a, s] > 0.0 else inf
        else:
            _invert(places[o:], a, T, work)


@kernel
def _invert(places: NDArray[np.int64], size: int, T: Array, work: Array) -> None:
    """Invert a matrix of each sample by Gauss and Jordan's elimination with the largest pivot of a column."""
    end = size * size
    for s in range(LANES):
        sign, logdet = 1.0, 0.0
        for i in range(size):
            for j in range(size):
                work[i, j] = T[places[i * size + j], s]
                work[i, size + j] = 1.0 if i == j else 0.0
        for i in range(size):
            largest = i
            for k in range(i + 1, size):
                if abs(work[k, i]) > abs(work[largest, i]):
                    largest = k
            if largest != i:
                sign = -sign
                for j in range(2 * size):
                    work[i, j], work[largest, j] = work[largest, j], work[i, j]
            pivot = work[i, i]
            sign = sign if pivot > 0.0 else -sign if pivot < 0.0 else 0.0
            logdet += log(abs(pivot))
            for j in range(2 * size):
                work[i, j] /= pivot
            for k in range(size):
                factor = work[k, i]
                if k != i and factor != 0.0:
                    for j in range(2 * size):
                        work[k, j] -= factor * work[i, j]
        for i in range(size):
            for j in range(size):
                T[places[end + i * size + j], s] = work[i, size + j]
        T[places[2 * end], s] = sign
        T[places[2 * end + 1], s] = logdet


@kernel
def _two_loops(
    slope: Array, moves: Array, changes: Array, rho: Array, alpha: Array, H: Array, units: Array, turn: int,
    q: Array, r: Array,
) -> None:  # fmt: skip
    """Give in `r` where the steps that are remembered lead, see `optimise`."""
    k = slope.shape[0]
    memory = len(moves)
    used = min(turn + 1, memory)
    for i in range(k):
        for s in range(LANES):
            q[i, s] = slope[i, s]
    for back in range(used):
        m = (turn - back) % memory
        for s in range(LANES):
            alpha[m, s] = 0.0
        for i in range(k):
            for s in range(LANES):
                alpha[m, s] += moves[m, i, s] * q[i, s]
        for s in range(LANES):
            alpha[m, s] *= rho[m, s]
        for i in range(k):
            for s in range(LANES):
                q[i, s] -= alpha[m, s] * changes[m, i, s]
    for i in range(k):
        for s in range(LANES):
            q[i, s] *= units[i, s]
    for i in range(k):
        for s in range(LANES):
            r[i, s] = 0.0
        for j in range(0, k, 4):  # `q` and `H` have zeros behind their ends
            a, b, c, d = H[i, j], H[i, j + 1], H[i, j + 2], H[i, j + 3]
            for s in range(LANES):
                r[i, s] += a * q[j, s] + b * q[j + 1, s] + c * q[j + 2, s] + d * q[j + 3, s]
        for s in range(LANES):
            r[i, s] *= units[i, s]
    beta = alpha[memory]
    for back in range(used - 1, -1, -1):
        m = (turn - back) % memory
        for s in range(LANES):
            beta[s] = 0.0
        for i in range(k):
            for s in range(LANES):
                beta[s] += changes[m, i, s] * r[i, s]
        for s in range(LANES):
            beta[s] = alpha[m, s] - rho[m, s] * beta[s]
        for i in range(k):
            for s in range(LANES):
                r[i, s] += beta[s] * moves[m, i, s]


@kernel
def _minimise(
    found: Array, gradient: Array, which: NDArray[np.intp], steps: int, start: Array, H: Array, scale: Array,
    variances: NDArray[np.intp], powers: Array, moments: Array, code: NDArray[np.int64], places: NDArray[np.int64],
    T: Array, work: Array, memory: int, tolerance: float, shortest: float,
    bounds: Bounds,
) -> None:  # fmt: skip
    """Minimise F for those samples of `moments` that `which` names, and write where each search ended."""
    k = len(start)
    theta, slope, step = np.empty((k, LANES)), np.empty((k, LANES)), np.empty((k, LANES))
    units, q, r = np.empty((k, LANES)), np.zeros((k + 4, LANES)), np.empty((k, LANES))
    moves, changes = np.empty((memory, k, LANES)), np.empty((memory, k, LANES))
    rho, alpha, sums = np.empty((memory, LANES)), np.empty((memory + 1, LANES)), np.empty((5, LANES))
    value, size, length = np.empty(LANES), np.empty(LANES), np.empty(LANES)
    good, left = np.empty(LANES, np.bool_), np.empty(LANES, np.bool_)
    for begin in range(0, len(which), LANES):
        for s in range(LANES):
            sample = which[min(begin + s, len(which) - 1)]
            for i in range(moments.shape[1]):
                T[2 * k + 1 + i, s] = moments[sample, i]
            for i in range(k):
                T[i, s] = theta[i, s] = start[i]
                units[i, s] = 1.0
                step[i, s] = slope[i, s] = 0.0
            value[s] = size[s] = inf
            length[s] = 1.0
            left[s] = begin + s < len(which)
        for turn in range(-1, steps):  # before the first step stands the gradient where it begins
            m = turn % memory
            _run(code, places, T, work)
            for j in range(5):
                for s in range(LANES):
                    sums[j, s] = 0.0
            for i in range(k):
                for s in range(LANES):
                    T[k + i, s] *= scale[i]
                    moves[m, i, s] = length[s] * step[i, s]
                for s in range(LANES):
                    changes[m, i, s] = T[k + i, s] - slope[i, s]
                for s in range(LANES):
                    sums[0, s] += moves[m, i, s] * slope[i, s]
                    sums[1, s] += moves[m, i, s] * changes[m, i, s]
                for s in range(LANES):
                    sums[2, s] += changes[m, i, s] * changes[m, i, s]
                for s in range(LANES):
                    sums[3, s] += abs(T[k + i, s])
                    sums[4, s] = max(sums[4, s], abs(T[k + i, s]))
            for s in range(LANES):
                new = T[2 * k, s]
                descent, curvature, square, total, largest = sums[0, s], sums[1, s], sums[2, s], sums[3, s], sums[4, s]
                good[s] = new <= value[s] + bounds.descent * descent or turn < 0
                if new <= value[s] + bounds.flat * max(1.0, abs(value[s])) and largest < size[s]:
                    good[s] = True
                good[s] = good[s] and isfinite(total)
                rho[m, s] = 1.0 / curvature if good[s] and curvature > bounds.curvature * square else 0.0
                length[s] = 1.0 if good[s] else length[s] / 2.0
                if good[s]:
                    value[s] = new
                    size[s] = largest
                else:
                    for i in range(k):
                        moves[m, i, s] = changes[m, i, s] = 0.0
                        T[i, s] = theta[i, s]
                        T[k + i, s] = slope[i, s]
            for i in range(k):
                for s in range(LANES):
                    theta[i, s] = T[i, s]
                    slope[i, s] = T[k + i, s]
                    units[i, s] = units[i, s] if turn else 0.0
            if turn == 0:
                for j in range(len(variances)):
                    v = variances[j]
                    for s in range(LANES):
                        sums[0, s] = log(min(max(theta[v, s] / start[v], bounds.narrowest), bounds.widest))
                    for i in range(k):
                        for s in range(LANES):
                            units[i, s] += sums[0, s] * powers[i, j]
                for i in range(k):
                    for s in range(LANES):
                        units[i, s] = exp(units[i, s])
            going = 0
            for s in range(LANES):
                if left[s]:
                    ended = (good[s] and size[s] <= tolerance) or length[s] < shortest
                    if turn >= 0 and (ended or turn == steps - 1):
                        gradient[which[begin + s]] = size[s]
                        for i in range(k):
                            found[which[begin + s], i] = theta[i, s]
                        left[s] = False
                    going += left[s]
            if going == 0:
                break
            _two_loops(slope, moves, changes, rho, alpha, H, units, turn, q, r)
            for i in range(k):
                for s in range(LANES):
                    step[i, s] = -r[i, s] if good[s] else step[i, s]
                for s in range(LANES):
                    T[i, s] = theta[i, s] + length[s] * step[i, s] * scale[i]


class CompiledSearch:
    """`optimise.minimise_many` for a likelihood that is `traceable`, compiled.

    Parameters
    ----------
    likelihood
        The model.
    """

    def __init__(self, likelihood: Likelihood) -> None:
        self.layout = likelihood.layout
        self.program: Program = traced(likelihood)

    def __call__(self, start: Array, inverse: Array, scale: Array, samples: Sequence[Moments]) -> Minima:
        """Minimise F for many samples, see `optimise.minimise_many`."""
        program, k = self.program, len(start)
        moments = in_rows(samples)
        found = Minima(np.tile(start, (len(moments), 1)), np.full(len(moments), np.inf))
        H = np.zeros((k, k + 4))
        H[:, :k] = inverse / scale / scale[:, None]
        variances = np.flatnonzero(self.layout.exponents.any(axis=0))
        powers = np.ascontiguousarray(self.layout.exponents[:, variances])
        table = np.zeros((program.rows, LANES))
        table[program.constants] = program.held[:, None]
        work = np.empty((program.largest, 2 * program.largest))
        for steps in (SOON, STEPS):
            which = np.flatnonzero(~(found.gradient <= TOLERANCE))
            if len(which):
                _minimise(
                    found.theta, found.gradient, which, steps, start, H, scale, variances, powers, moments,
                    program.instructions, program.places, table, work, MEMORY, TOLERANCE, SHORTEST, BOUNDS,
                )  # fmt: skip
        return found
