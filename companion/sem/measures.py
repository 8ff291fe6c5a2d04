"""Fit measures as lavaan computes them, and the comparison of nested models."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.special import chdtrc, chndtrinc

from . import residuals
from .likelihood import Likelihood
from .matrices import Array
from .reference_models import Regression, as_model, independence, saturated
from .table import Table

MEASURES: tuple[str, ...] = (
    "chisq",
    "df",
    "pvalue",
    "cfi",
    "tli",
    "rmsea",
    "rmsea_ci_lower",
    "rmsea_ci_upper",
    "srmr",
    "logl",
    "aic",
    "bic",
)
MEASURES += ("ntotal", "npar", "baseline_chisq", "baseline_df")


def measures(table: Table, likelihood: Likelihood, theta: Array, robust: bool) -> dict[str, float]:
    """Give the fit measures of a solution.

    Parameters
    ----------
    table, likelihood
        The model.
    theta
        Its solution, shape (free,).
    robust
        Whether to add the Yuan-Bentler scaled test (as Mplus scales it) and the measures made from it.

    Notes
    -----
    RMSEA and its interval after Steiger, J. H. (1990), with n and lavaan's factor √groups; CFI after Bentler, P. M.
    (1990); TLI after Tucker, L. R. & Lewis, C. (1973); SRMR after Bentler, P. M. (1995), means included when they are
    modelled. The log-likelihood is that of y given the fixed x.
    """
    n, cases, blocks = likelihood.n, likelihood.cases, likelihood.sample
    full = [saturated(c, b) for c, b in zip(cases, blocks, strict=True)]
    null = [independence(c) for c in cases]
    F = float(likelihood.evaluate(theta[None])[0][0])
    F1 = sum(fit.discrepancy(b) for fit, b in zip(full, blocks, strict=True))
    F0 = sum(fit.discrepancy(b) for fit, b in zip(null, blocks, strict=True))
    cells = sum(int(np.sum(~np.isnan(c.y))) for c in cases)
    p, q, k, groups, df = len(table.y), len(table.x), len(theta), table.groups, table.df
    baseline_df = groups * (p * (p - 1) // 2 + p * q)
    chisq, baseline = max(n * (F - F1), 0.0), n * (F0 - F1)
    logl = -0.5 * (n * F + cells * np.log(2 * np.pi))
    lower, upper = rmsea_interval(chisq, df, n, groups)
    result = {
        "chisq": chisq,
        "df": df,
        "pvalue": float(chdtrc(df, chisq)) if df > 0 else np.nan,
        "cfi": _cfi(chisq, df, baseline, baseline_df),
        "tli": _tli(chisq, df, baseline, baseline_df),
        "rmsea": _rmsea(chisq / n, df, 1 / n, groups),
        "rmsea_ci_lower": lower,
        "rmsea_ci_upper": upper,
        "srmr": _srmr(table, likelihood, theta, full),
        "logl": logl,
        "aic": -2 * logl + 2 * k,
        "bic": -2 * logl + k * np.log(n),
        "ntotal": n,
        "npar": k,
        "baseline_chisq": baseline,
        "baseline_df": baseline_df,
    }
    if robust:
        result |= _scaled(result, table, likelihood, theta, full, null)
    return result


def rmsea_interval(chisq: float, df: float, n: int, groups: int, level: float = 0.90) -> tuple[float, float]:
    """Invert the non-central chi-square distribution of the test statistic."""
    if df == 0:
        return 0.0, 0.0

    def bound(probability: float) -> float:
        if chdtrc(df, chisq) >= 1 - probability:
            return 0.0
        return float(np.sqrt(groups * chndtrinc(chisq, df, probability) / (n * df)))

    return bound((1 + level) / 2), bound((1 - level) / 2)


def trace(likelihood: Likelihood, theta: Array) -> float:
    """Give tr(H⁻¹ M): H the observed information and M the scores' cross product. It is the number of parameters
    when the model is right and the data are normal.
    """
    scores = np.vstack(likelihood.scores(theta))
    return float(np.trace(np.linalg.solve(likelihood.n / 2 * likelihood.hessian(theta), scores.T @ scores)))


def _scaled(
    plain: dict[str, float],
    table: Table,
    likelihood: Likelihood,
    theta: Array,
    full: Sequence[Regression],
    null: Sequence[Regression],
) -> dict[str, float]:
    """Scale the test as Yuan & Bentler (2000) do, in Mplus's variant: the difference of the two models' traces."""
    h1 = trace(*as_model(table, likelihood.cases, full))
    df, chisq, n, groups = int(plain["df"]), plain["chisq"], int(plain["ntotal"]), table.groups
    baseline, baseline_df = plain["baseline_chisq"], int(plain["baseline_df"])
    if df == 0:
        return {"chisq_scaled": chisq, "pvalue_scaled": np.nan, "chisq_scaling_factor": np.nan}
    c = (h1 - trace(likelihood, theta)) / df
    c0 = (h1 - trace(*as_model(table, likelihood.cases, null))) / baseline_df
    lower, upper = rmsea_interval(chisq, df * c, n, groups)
    scaled = {
        "chisq_scaled": chisq / c,
        "pvalue_scaled": float(chdtrc(df, chisq / c)),
        "chisq_scaling_factor": c,
        "cfi_scaled": _cfi(chisq / c, df, baseline / c0, baseline_df),
        "tli_scaled": _tli(chisq / c, df, baseline / c0, baseline_df),
        "rmsea_scaled": _rmsea(chisq / n, df * c, 1 / n, groups),
        "rmsea_ci_lower_scaled": lower,
        "rmsea_ci_upper_scaled": upper,
    }
    if all(len(blocks) == 1 for blocks in likelihood.sample):
        # Brosseau-Liard & Savalei (2014): the expected misfit is c·df, not df.
        scaled["cfi_robust"] = _cfi(chisq, c * df, baseline, c0 * baseline_df)
        scaled["tli_robust"] = 1 - (chisq - c * df) / df * baseline_df / (baseline - c0 * baseline_df)
        scaled["rmsea_robust"] = _rmsea(chisq / n, df, c / n, groups)
    return scaled


def _cfi(chisq: float, df: float, baseline: float, baseline_df: float) -> float:
    lack = max(chisq - df, 0.0)
    most = max(lack, baseline - baseline_df)
    return 1 - lack / most if most > 0 else 1.0


def _tli(chisq: float, df: float, baseline: float, baseline_df: float) -> float:
    if df == 0 or baseline == baseline_df:
        return 1.0
    return 1 - (chisq - df) / df * baseline_df / (baseline - baseline_df)


def _rmsea(discrepancy: float, df: float, noise: float, groups: int) -> float:
    return float(np.sqrt(groups * max(discrepancy / df - noise, 0.0))) if df > 0 else 0.0


def _srmr(table: Table, likelihood: Likelihood, theta: Array, full: Sequence[Regression]) -> float:
    """Average the squared standardised residuals over all moments of y and x, then over the groups."""
    total = 0.0
    for cases, (residual, gap) in zip(
        likelihood.cases, residuals.standardised(table, likelihood, theta, full), strict=True
    ):
        size, means = len(residual), len(residual) if table.means else 0
        squares = np.sum(np.tril(residual) ** 2) + np.sum(gap**2)
        total += len(cases.y) / likelihood.n * np.sqrt(squares / (size * (size + 1) / 2 + means))
    return float(total)
