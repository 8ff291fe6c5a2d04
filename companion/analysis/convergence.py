"""Whether a model arrived at a solution, and at a possible one: what stood in its way, in words, where it did not."""

from __future__ import annotations

from collections.abc import Mapping

from companion import sem


def obstacles(fits: Mapping[str, sem.Fit]) -> tuple[str, ...]:
    """Say of each fit that did not converge why; nothing where all did.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 2.0, 2.0, 2.0]})
    >>> obstacles({"free": sem.fit("y ~ x", frame)})
    ("free: 'y' has no variance.",)
    """
    return tuple(f"{name}: {problem}" for name, fit in fits.items() if not fit.converged for problem in fit.problems)


def demanded(fit: sem.Fit, model: str) -> sem.Fit:
    """Give a fit back if it converged.

    Raises
    ------
    companion.sem.ModelError
        If it did not: which model that is, and why.
    """
    if not fit.converged:
        raise sem.ModelError(f"{model} did not converge: {' '.join(fit.problems)}")
    return fit


def impossible(fit: sem.Fit) -> int:
    """Count what no population can have among the estimates: variances below zero, and correlations beyond one.

    Examples
    --------
    >>> import pandas as pd
    >>> frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, 4.0], "y": [2.0, 1.0, 4.0, 3.0]})
    >>> impossible(sem.fit("y ~ x", frame))
    0
    """
    spread = fit.estimates[fit.estimates["op"] == "~~"]
    own = spread["lhs"] == spread["rhs"]
    return int((spread.loc[own, "est"] < 0).sum() + (spread.loc[~own, "std_all"].abs() > 1).sum())
