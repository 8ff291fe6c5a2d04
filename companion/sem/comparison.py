"""Nested models side by side."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.special import chdtrc

from .estimation import Fit
from .syntax import ModelError


def compare(fits: Mapping[str, Fit]) -> pd.DataFrame:
    """Compare nested models, each with the one before it, from the freest to the most restricted.

    Parameters
    ----------
    fits
        Name to fit, all to the same data.

    Returns
    -------
    DataFrame
        By model in order of df: chisq df, chisq_diff df_diff pvalue (of the difference), cfi delta_cfi, rmsea
        delta_rmsea, aic bic.
        With robust fits chisq is the unscaled statistic and the difference is scaled after Satorra, A. &
        Bentler, P. M. (2001); it is NaN where its scaling factor is negative. cfi and rmsea are then the robust ones.

    Raises
    ------
    ModelError
        If the models were not fitted to the same cases in the same way, or one did not converge.

    Examples
    --------
    >>> import numpy as np, pandas as pd
    >>> from .estimation import fit
    >>> x = np.arange(8.0)
    >>> frame = pd.DataFrame({"x": x, "y": 2 * x + [1, -1, -1, 1, 1, -1, -1, 1]})
    >>> table = compare({"free": fit("y ~ x", frame), "fixed": fit("y ~ 2*x", frame)})
    >>> table["df"].tolist(), round(float(table.loc["fixed", "chisq_diff"]), 6)
    ([0, 1], 0.0)
    """
    if len({(fit.likelihood.n, frozenset(fit.table.y), fit.se == "robust", fit.missing) for fit in fits.values()}) > 1:
        raise ModelError("models can be compared only when fitted to the same cases and variables, in the same way.")
    for name, fit in fits.items():
        if not fit.converged:
            raise ModelError(f"model {name!r} did not converge.")
    ordered = sorted(fits.items(), key=lambda item: item[1].measures["df"])
    rows = [{"model": name, **_measures(fit)} for name, fit in ordered]
    table = pd.DataFrame(rows).set_index("model")
    table["chisq_diff"], table["df_diff"] = table["chisq"].diff(), table["df"].diff()
    c = table.pop("factor")
    scaling = (c * table["df"]).diff() / table["df_diff"]
    table["chisq_diff"] /= scaling.where(scaling > 0)
    table["pvalue"] = chdtrc(table["df_diff"], table["chisq_diff"].clip(lower=0))
    table["delta_cfi"], table["delta_rmsea"] = table["cfi"].diff(), table["rmsea"].diff()
    order = ["chisq", "df", "chisq_diff", "df_diff", "pvalue", "cfi", "delta_cfi", "rmsea", "delta_rmsea", "aic", "bic"]
    return table[order]


def _measures(fit: Fit) -> dict[str, float]:
    found = {name: fit.measures[name] for name in ("chisq", "df", "cfi", "rmsea", "aic", "bic")}
    found |= {name: fit.measures[f"{name}_robust"] for name in ("cfi", "rmsea") if f"{name}_robust" in fit.measures}
    factor = fit.measures.get("chisq_scaling_factor", 1.0)
    return found | {"factor": 0.0 if np.isnan(factor) else factor}
