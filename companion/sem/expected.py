"""How the numbers of a model would vary in people who are not there yet: the large-sample law of its estimates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .fitted import Fitted
from .many import covariance
from .matrices import Array
from .moments import Moments
from .parameters import defined_jacobian


@dataclass(frozen=True, eq=False)
class Expected:
    """The law that numbers of a fit have in large samples with other fixed x.

    The y given x are taken to be as in the fit. Then the expected information depends on a sample by the covariance
    matrix of its x and by its size alone.

    Parameters
    ----------
    fit
        A fit to one group of complete cases, without a mean structure.
    names
        Labels and defined parameters.

    Examples
    --------
    In a regression the variance of a slope is that of the residuals over n times the variance of x.

    >>> import pandas as pd
    >>> from .estimation import fit as fitted
    >>> data = pd.DataFrame({"x": [0.0, 0.0, 1.0, 1.0], "y": [1.0, 3.0, 4.0, 6.0]})
    >>> fit = fitted("y ~ slope*x" + chr(10) + "twice := 2*slope", data)
    >>> Expected(fit, ("slope", "twice")).covariance(np.array([[0.25]]), 100).round(6).tolist()
    [[0.04, 0.08], [0.08, 0.16]]
    """

    fit: Fitted
    names: tuple[str, ...]

    @cached_property
    def estimates(self) -> Array:
        """What the numbers are in the fit."""
        table = self.fit.estimates
        known = table[["label", "est"]].drop_duplicates("label").set_index("label")["est"]
        defined = table[table["op"] == ":="].set_index("lhs")["est"]
        return np.array([defined[name] if name in defined else known[name] for name in self.names])

    @cached_property
    def _jacobian(self) -> Array:
        table = self.fit.table
        defined = [definition.name for definition in table.definitions]
        free = {row.label: row.free for row in table.rows if row.free >= 0}
        slopes = defined_jacobian(table, self.fit.theta, self.fit.x_moments)
        unit = np.eye(table.free)
        return np.array([slopes[defined.index(name)] if name in defined else unit[free[name]] for name in self.names])

    def covariance(self, xx: Array, n: float) -> Array:
        """Give the covariance matrix of the numbers, by the delta method.

        Parameters
        ----------
        xx
            Covariance matrix (divisor n) of the fixed x in the sample, in the order of the fit's table.
        n
            Size of the sample.

        Returns
        -------
        Array
            Shape (names, names); NaN where the x do not tell the parameters apart.
        """
        likelihood = self.fit.likelihood
        [[block]] = likelihood.sample
        other = likelihood.of([[Moments(block.yy, block.yx, xx[None], np.ones(1), block.observed)]])
        result: Array = self._jacobian @ covariance(other.information(self.fit.theta), n) @ self._jacobian.T
        return result
