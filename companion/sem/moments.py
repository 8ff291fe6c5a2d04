"""From data to sample moments: of the sample, of each resample, or of each pattern of missing cells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .matrices import Array

TILE = 8192


@dataclass(frozen=True)
class Moments:
    """Second moments about the centre of the sample, for a batch of samples.

    Parameters
    ----------
    yy, yx, xx
        Moments with divisor n, shapes (batch, y, y), (batch, y, x), (batch, x, x). With a mean structure x leads with a
        constant and the moments are about `Cases.centre`; without one they are about the mean of each sample.
    weight
        Share of the cases of each sample that these moments come from, shape (batch,).
    observed
        Which of the y these moments cover.
    """

    yy: Array
    yx: Array
    xx: Array
    weight: Array
    observed: NDArray[np.intp]

    def take(self, which: NDArray[np.bool_] | NDArray[np.intp]) -> Moments:
        """Keep some samples of the batch."""
        return Moments(self.yy[which], self.yx[which], self.xx[which], self.weight[which], self.observed)


@dataclass(frozen=True)
class Cases:
    """The rows of one group, centred.

    Parameters
    ----------
    y, x
        Values about `centre`; x leads with a constant when `means`. NaN in y is a missing cell.
    centre
        Means of y and of x (constant excluded) that were taken off.
    rows
        Which rows of the analysed data these are.
    means
        Whether the model has a mean structure.
    """

    y: Array
    x: Array
    centre: tuple[Array, Array]
    rows: NDArray[np.intp]
    means: bool

    @staticmethod
    def of(y: Array, x: Array, rows: NDArray[np.intp], means: bool) -> Cases:
        """Centre the values of a group."""
        centre = (np.nanmean(y, axis=0), x.mean(axis=0))
        centred = x - centre[1]
        if means:
            centred = np.column_stack([np.ones(len(x)), centred])
        return Cases(y - centre[0], centred, centre, rows, means)

    def patterns(self) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
        """Give each pattern of observed y: the columns seen, and the rows that show it."""
        seen = ~np.isnan(self.y)
        if seen.all():
            yield np.arange(seen.shape[1]), np.arange(len(seen))
            return
        kinds, which = np.unique(seen, axis=0, return_inverse=True)
        for kind, pattern in enumerate(kinds):
            if pattern.any():
                yield np.flatnonzero(pattern), np.flatnonzero(which.ravel() == kind)

    def sample(self, total: int) -> list[Moments]:
        """Give the moments of the sample: one block, or one for each pattern of missing cells."""
        blocks = []
        for columns, rows in self.patterns():
            y, x = self.y[np.ix_(rows, columns)], self.x[rows]
            n = len(rows)
            weight = np.array([n / total])
            blocks.append(Moments((y.T @ y / n)[None], (y.T @ x / n)[None], (x.T @ x / n)[None], weight, columns))
        return blocks

    def each(self) -> Iterator[tuple[NDArray[np.intp], Moments]]:
        """Give the moments of single cases, pattern by pattern, with their places in the group."""
        for columns, rows in self.patterns():
            for tile in np.array_split(rows, len(rows) // TILE + 1):
                y, x = self.y[np.ix_(tile, columns)], self.x[tile]
                yy, yx, xx = y[:, :, None] * y[:, None], y[:, :, None] * x[:, None], x[:, :, None] * x[:, None]
                yield tile, Moments(yy, yx, xx, np.ones(len(tile)), columns)

    def resampled(self, counts: NDArray[np.integer], total: Array) -> Moments:
        """Give the moments of many resamples at once, in one product of counts and cross products.

        Parameters
        ----------
        counts
            How often each resample drew each case of this group, shape (draws, cases).
        total
            Size of each resample over all groups, shape (draws,).
        """
        p, q = self.y.shape[1], self.x.shape[1]
        upper = np.triu_indices(p + q)
        sums = np.zeros((len(counts), p + q + len(upper[0])))
        for begin in range(0, len(self.y), TILE):
            z = np.hstack([self.y[begin : begin + TILE], self.x[begin : begin + TILE]])
            products = np.hstack([z, z[:, upper[0]] * z[:, upper[1]]])
            sums += counts[:, begin : begin + TILE].astype(np.float64) @ products
        n = counts.sum(axis=1)
        sums /= n[:, None]
        if not self.means:
            sums[:, p + q :] -= sums[:, upper[0]] * sums[:, upper[1]]
        full = np.empty((len(counts), p + q, p + q))
        full[:, upper[0], upper[1]] = full[:, upper[1], upper[0]] = sums[:, p + q :]
        yx, xx = np.ascontiguousarray(full[:, :p, p:]), np.ascontiguousarray(full[:, p:, p:])
        return Moments(np.ascontiguousarray(full[:, :p, :p]), yx, xx, n / total, np.arange(p))

    def means_of(self, counts: NDArray[np.integer]) -> tuple[Array, Array]:
        """Give the means of y and of x (constant excluded) in many resamples: (draws, y) and (draws, x).

        Parameters
        ----------
        counts
            How often each resample drew each case of this group, shape (draws, cases).
        """
        values = np.hstack([self.y, self.x[:, int(self.means) :]])
        means = counts @ values / counts.sum(axis=1, keepdims=True) + np.concatenate(self.centre)
        y, x = np.split(means, [self.y.shape[1]], axis=1)
        return y, x
