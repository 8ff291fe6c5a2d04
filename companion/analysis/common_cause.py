"""What a common cause leaves of a later link of the chain, dose by dose, without another fit."""

from __future__ import annotations

import numpy as np
import pandas as pd

from companion.analysis.estimands import SERIAL, Estimand

STEPS = 21
"""Correlations at which the course of an effect is computed."""


def left(removing: float, correlation: float) -> float:
    """Give the share of a link that is left where the residuals of its two ends are correlated.

    The model implies the same covariances whatever the correlation, so link and correlation share out what the two ends
    have in common: of the partial correlation ρ* of both ends, at which nothing is left of the link, a correlation ρ
    leaves the link the share (ρ* − ρ√((1 − ρ*²)/(1 − ρ²)))/ρ*.

    Parameters
    ----------
    removing
        The residual correlation at which the link is gone, as `companion.analysis.robustness.removing` gives it.
    correlation
        The residual correlation.

    Examples
    --------
    >>> left(-0.4, 0.0), left(-0.4, -0.4), round(left(-0.4, -0.2), 3)
    (1.0, 0.0, 0.532)
    """
    return float(1 - correlation / removing * ((1 - removing**2) / (1 - correlation**2)) ** 0.5)


def course(removing: pd.DataFrame, confounding: pd.DataFrame, interaction: str) -> pd.DataFrame:
    """Give the effect through the whole chain at a reaction by the strength of a common cause of either later link.

    Parameters
    ----------
    removing
        A row a link: link before after correlation (see `companion.analysis.robustness.removing`).
    confounding
        Effects under fixed residual correlations, among them zero: pair correlation name est ci_lower ci_upper (see
        `companion.analysis.robustness.Robustness`).
    interaction
        The reaction.

    Returns
    -------
    DataFrame
        link correlation est ci_lower ci_upper kind. Rows of the kind ``fitted`` are the model's, fitted anew with the
        correlation fixed; those of the kind ``computed`` have no interval and follow from `left`, over all
        correlations that were fixed and as far as the one at which the link is gone; the one of the kind ``gone`` is
        there.
    """
    tables = []
    for row in removing.to_dict("records"):
        pair = f"{row['before']}-{row['after']}"
        mine = confounding[(confounding["pair"] == pair) & (confounding["name"] == _serial(interaction))]
        [whole] = mine.loc[mine["correlation"] == 0, "est"]
        gone = float(row["correlation"])
        ends = (min(gone, mine["correlation"].min()), max(gone, mine["correlation"].max()))
        strengths = np.linspace(*ends, STEPS)
        curve = pd.DataFrame({"correlation": strengths, "est": [whole * left(gone, at) for at in strengths]})
        fitted = mine[["correlation", "est", "ci_lower", "ci_upper"]].assign(kind="fitted")
        end = pd.DataFrame({"correlation": [gone], "est": [0.0], "kind": ["gone"]})
        tables.append(pd.concat([fitted, curve.assign(kind="computed"), end]).assign(link=row["link"]))
    found = pd.concat(tables, ignore_index=True)
    return found[["link", "correlation", "est", "ci_lower", "ci_upper", "kind"]]


def _serial(interaction: str) -> str:
    return Estimand(SERIAL, interaction).parameter
