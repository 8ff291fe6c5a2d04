"""Model-implied means of the observed variables at given values of the fixed x."""

from __future__ import annotations

import numpy as np
import pandas as pd

from .data import values
from .matrices import CONSTANT, Array, Layout
from .syntax import ModelError, parse
from .table import Table


def implied_means(layout: Layout, theta: Array, points: Array, y_mean: Array, x_mean: Array) -> Array:
    """Give E(y | x) at some points, for many parameter vectors at once: shape (batch, points, y).

    With a mean structure E(y | x) = Π (1, x). Without one the intercepts are free, so that at the mean of x the model
    meets the mean of y: E(y | x) = ȳ + Π (x − x̄), which is what maximum likelihood gives with all intercepts freed.

    Parameters
    ----------
    layout
        The matrices of the model; its first group is meant.
    theta
        Free parameters, shape (batch, free).
    points
        Values of x, shape (points, x).
    y_mean, x_mean
        Means of each sample, shapes (batch, y) and (batch, x).
    """
    _, Pi = layout.implied(theta, 0)
    if CONSTANT in layout.x:
        means: Array = Pi[:, None, :, 0] + points @ Pi[:, :, 1:].mT
        return means
    moved: Array = y_mean[:, None] + (points - x_mean[:, None]) @ Pi.mT
    return moved


def points_of(model: str, table: Table, at: pd.DataFrame) -> Array:
    """Give the values of the fixed x of a model, shape (points, x), from a table that names them.

    Raises
    ------
    ModelError
        If the model has several groups, or the table lacks an x.
    """
    if table.groups > 1:
        raise ModelError("implied means are given for models of one group.")
    syntax = parse(model)
    return np.column_stack([np.empty((len(at), 0)), *(values(syntax, at, name) for name in table.x)])
