"""A fit as plain text."""

from __future__ import annotations

import pandas as pd

from .bootstrap import Bootstrap
from .estimation import Fit
from .measures import MEASURES


def report(fit: Fit, bootstrap: Bootstrap | None = None) -> str:
    """Write a fit, and the percentile intervals of a bootstrap of it, as text for a terminal.

    Parameters
    ----------
    fit
        The fit.
    bootstrap
        Its draws, if intervals are wanted.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from .estimation import fit
    >>> x = np.arange(8.0)
    >>> frame = pd.DataFrame({"x": x, "y": 2 * x + [1, -1, -1, 1, 1, -1, -1, 1]})
    >>> print(report(fit("y ~ x", frame)).splitlines()[0])
    8 cases (complete cases; 0 left out), 2 free parameters.
    """
    how = {"listwise": "complete cases", "fiml": "full-information maximum likelihood"}[fit.missing]
    lines = [f"{fit.likelihood.n} cases ({how}; {fit.dropped} left out), {fit.table.free} free parameters."]
    if fit.groups:
        sizes = (f"{name} {len(cases.y)}" for name, cases in zip(fit.groups, fit.likelihood.cases, strict=True))
        lines.append("Groups: " + ", ".join(sizes) + ".")
    lines += [f"Note: {problem}" for problem in fit.problems]
    if fit.converged:
        scaled = ("chisq_scaled", "pvalue_scaled", "chisq_scaling_factor", "cfi_robust", "tli_robust", "rmsea_robust")
        names = [*MEASURES, *(name for name in scaled if name in fit.measures)]
        lines += ["", *(f"{name:22}{fit.measures[name]:>14.6g}" for name in names)]
        estimates = _of_groups(fit, fit.estimates)
        lines += ["", f"Standard errors: {fit.se}; 95 % intervals.", _frame(estimates)]
        lines += ["", "R-square:", _frame(_of_groups(fit, fit.r_square))]
        lines += ["", "Largest standardised residuals (observed minus implied, as correlations):"]
        lines += [_frame(_of_groups(fit, fit.misfits()))]
    if bootstrap is not None:
        lost = f"{bootstrap.not_converged} did not converge, {bootstrap.inadmissible} inadmissible (kept)"
        lines += ["", f"Bootstrap: {len(bootstrap.theta)} draws; {lost}. 95 % percentile intervals:"]
        lines += [_frame(bootstrap.ci(), index=True)]
    return "\n".join(lines)


def _of_groups(fit: Fit, table: pd.DataFrame) -> pd.DataFrame:
    """Leave out the column of the groups where there is one group."""
    return table.drop(columns=[] if fit.groups else ["group"])


def _frame(frame: pd.DataFrame, index: bool = False) -> str:
    return str(frame.to_string(index=index, float_format=lambda value: f"{value:.4f}", na_rep=""))
