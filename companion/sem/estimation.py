"""Fitting: a model text and a table of data in, a `Fit` with every number out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .bootstrap import Bootstrap, refit, resample
from .data import prepare
from .fitted import Errors, Fitted, Missing
from .likelihood import Likelihood
from .matrices import Layout
from .optimise import Minimum, minimise
from .problems import identify, obstacles
from .start import starting_values
from .syntax import ModelError, Syntax, parse
from .table import EQUAL, Table, build
from .threads import one_thread


@dataclass(frozen=True, eq=False, repr=False)
class Fit(Fitted):
    """A fitted model that can be fitted again, to resamples of its data; its numbers are those of `Fitted`."""

    def bootstrap(self, draws: int = 10_000, seed: int = 1) -> Bootstrap:
        """Refit the model to resampled rows (within groups), each to a gradient of 1e-8.

        The fixed x of a draw are those of its rows. The same seed gives the same draws.

        Raises
        ------
        ModelError
            Without convergence, or under full-information maximum likelihood.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> x = np.arange(40.0)
        >>> frame = pd.DataFrame({"x": x, "y": 2 * x + np.tile([1, -1, -1, 1], 10)})
        >>> boot = fit("y ~ slope*x", frame).bootstrap(draws=200, seed=1)
        >>> boot.estimates.shape, boot.not_converged
        ((200, 2), 0)
        >>> bounds = boot.ci().loc["slope", ["ci_lower", "ci_upper"]]
        >>> bool(bounds["ci_lower"] < 2 < bounds["ci_upper"])
        True
        """
        return resample(self, draws, seed)

    def refit(self, indices: NDArray[np.integer]) -> Bootstrap:
        """Refit the model to given resamples.

        Parameters
        ----------
        indices
            Rows of the analysed data, counted from 0 (after rows with missing values are dropped), one resample a line:
            shape (draws, size).

        Raises
        ------
        ModelError
            As in `bootstrap`, or for a row that the analysed data do not have.

        Examples
        --------
        >>> import numpy as np, pandas as pd
        >>> x = np.arange(8.0)
        >>> frame = pd.DataFrame({"x": x, "y": 2 * x + [1, -1, -1, 1, 1, -1, -1, 1]})
        >>> first = fit("y ~ slope*x", frame)
        >>> again = first.refit(np.arange(8))
        >>> round(float(again.estimates["slope"][0] - first.estimates["est"][0]), 6)
        0.0
        """
        return refit(self, indices)


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
    labels = () if group is None else _group_labels(data, group)
    means = group is not None or missing == "fiml"
    syntax, table, layout = _laid_out(model, max(len(labels), 1), tuple(equal), means)
    cases, dropped = prepare(syntax, table, data, group, labels, missing)
    with one_thread():
        likelihood = Likelihood(layout, cases)
        stop = obstacles(table, cases)
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


@lru_cache(maxsize=32)  # whoever fits one model to many samples has it laid out once
def _laid_out(model: str, groups: int, equal: tuple[str, ...], means: bool) -> tuple[Syntax, Table, Layout]:
    syntax = parse(model)
    table = build(syntax, groups, equal, means)
    return syntax, table, Layout(table)


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
