"""How well the items measure what they should: descriptives, correlations, reliability, factor analysis."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import combinations

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import fdtri, stdtr

from companion import sem
from companion.analysis import convergence
from companion.quantities import (
    FIT,
    OWN_FIT,
    SCALES,
    SOLUTION,
    Block,
    Place,
    Quantity,
    Tables,
    derived,
    each,
    estimate,
    one_row,
    statistic,
)
from companion.rows import row_at
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

Scales = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Measurement:
    """How well the items measure what they should.

    Parameters
    ----------
    items
        A row an item: scale item n mean sd skewness rest (correlation with the sum of the scale's other items).
    reliability
        A row a scale: scale items alpha alpha_lower alpha_upper omega omega_lower omega_upper mean sd.
    correlations
        Correlations of the scale means, square, in the order of the scales.
    correlation_p
        Their two-sided p-values, without correction.
    cfa
        The confirmatory factor analysis of all scales together.
    loadings
        A row an item: scale item est se ci_lower ci_upper std_all std_lower std_upper.
    validity
        A row a scale: scale ave (average variance extracted).
    htmt
        A row a pair of scales: scale_1 scale_2 htmt ci_lower ci_upper (percentile bootstrap).
    level
        Level of all intervals.
    """

    items: pd.DataFrame
    reliability: pd.DataFrame
    correlations: pd.DataFrame
    correlation_p: pd.DataFrame
    cfa: sem.Fit
    loadings: pd.DataFrame
    validity: pd.DataFrame
    htmt: pd.DataFrame
    level: float


def factor_model(scales: Scales) -> str:
    """Give a confirmatory factor model in lavaan's syntax: every scale one factor, its first item the marker."""
    return "\n".join(f"{scale} =~ " + " + ".join(items) for scale, items in scales.items())


def unit_factor_model(scales: Scales) -> str:
    """Give the same model in other units: every loading free, every factor's variance fixed to one."""
    lines = [f"{scale} =~ NA*{items[0]} + " + " + ".join(items[1:]) for scale, items in scales.items()]
    return "\n".join([*lines, *(f"{scale} ~~ 1*{scale}" for scale in scales)])


def cronbach_alpha(items: np.ndarray) -> float:
    """Give Cronbach's alpha of items (n x k), complete rows (Cronbach 1951)."""
    k = items.shape[1]
    return float(k / (k - 1) * (1 - items.var(axis=0, ddof=1).sum() / items.sum(axis=1).var(ddof=1)))


def feldt_interval(alpha: float, n: int, k: int, level: float) -> tuple[float, float]:
    """Give the interval of alpha for n respondents and k items (Feldt, Woodruff & Salih 1987)."""
    tail = (1 - level) / 2
    high, low = (fdtri(n - 1, (n - 1) * (k - 1), quantile) for quantile in (1 - tail, tail))
    return float(1 - (1 - alpha) * high), float(1 - (1 - alpha) * low)


def omega_model(scale: str, items: tuple[str, ...]) -> str:
    """Give a one-factor model whose defined parameter ``omega`` is McDonald's omega (McDonald 1999).

    The share of the sum score's variance that the factor explains: (sum of loadings)² over itself plus the residual
    variances, the factor's variance fixed to one.
    """
    loadings = [f"l{index}" for index in range(1, len(items) + 1)]
    residuals = [f"e{index}" for index in range(1, len(items) + 1)]
    measured = [f"{label}*{item}" for label, item in zip(loadings, items, strict=True)]
    return "\n".join(
        [
            f"{scale} =~ NA*{items[0]} + {' + '.join(measured)}",
            f"{scale} ~~ 1*{scale}",
            *[f"{item} ~~ {label}*{item}" for label, item in zip(residuals, items, strict=True)],
            f"omega := ({' + '.join(loadings)})^2 / (({' + '.join(loadings)})^2 + {' + '.join(residuals)})",
        ]
    )


def omega(data: pd.DataFrame, scale: str, items: tuple[str, ...], analysis: Analysis) -> tuple[float, float, float]:
    """Give McDonald's omega of a scale with its percentile bootstrap interval."""
    fit = convergence.demanded(sem.fit(omega_model(scale, items), data), f"the one-factor model of the scale {scale}")
    interval = fit.bootstrap(draws=analysis.bootstrap.draws, seed=analysis.bootstrap.seed).ci(
        level=analysis.interval.level
    )
    row = row_at(interval, "omega")
    return float(row["est"]), float(row["ci_lower"]), float(row["ci_upper"])


def reliability(data: pd.DataFrame, scales: Scales, analysis: Analysis) -> pd.DataFrame:
    """Give alpha and omega with their intervals, and the mean and standard deviation of each scale."""
    rows = []
    for scale, names in scales.items():
        values = data[list(names)].dropna()
        alpha = cronbach_alpha(values.to_numpy())
        mean = values.mean(axis=1)
        rows.append(
            (
                scale,
                len(names),
                alpha,
                *feldt_interval(alpha, len(values), len(names), analysis.interval.level),
                *omega(values, scale, names, analysis),
                mean.mean(),
                mean.std(ddof=1),
            )
        )
    columns = [
        "scale",
        "items",
        "alpha",
        "alpha_lower",
        "alpha_upper",
        "omega",
        "omega_lower",
        "omega_upper",
        "mean",
        "sd",
    ]
    return pd.DataFrame(rows, columns=columns)


def item_statistics(data: pd.DataFrame, scales: Scales) -> pd.DataFrame:
    """Give n, mean, standard deviation, skewness and item-rest correlation of every item."""
    rows = []
    for scale, names in scales.items():
        values = data[list(names)]
        for item in names:
            rest = values.drop(columns=item).sum(axis=1, skipna=False)
            answered = values[item].dropna()
            rest_correlation = values[item].corr(rest)
            rows.append(
                (scale, item, len(answered), answered.mean(), answered.std(ddof=1), answered.skew(), rest_correlation)
            )
    return pd.DataFrame(rows, columns=["scale", "item", "n", "mean", "sd", "skewness", "rest"])


def correlate(scores: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the correlations of all columns (complete rows) and their two-sided p-values, by the t of a correlation."""
    r = scores.corr()
    off = ~np.eye(len(r), dtype=bool)
    df = len(scores) - 2
    t = np.full(r.shape, np.inf)
    t[off] = np.abs(r.to_numpy()[off]) * np.sqrt(df / (1 - r.to_numpy()[off] ** 2))
    return r, pd.DataFrame(2 * stdtr(df, -t), index=r.index, columns=r.columns)


def average_variance_extracted(loadings: pd.DataFrame) -> pd.DataFrame:
    """Give the mean squared standardised loading of each scale (Fornell & Larcker 1981)."""
    return loadings.assign(ave=loadings["std_all"] ** 2).groupby("scale", sort=False)["ave"].mean().reset_index()


def heterotrait_monotrait(correlations: NDArray[np.float64], members: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the HTMT ratio of every pair of scales (Henseler, Ringle & Sarstedt 2015).

    The mean correlation between two scales' items over the geometric mean of the mean correlations within each, of
    absolute values: a construct that runs against another is no less distinct from it.

    Parameters
    ----------
    correlations
        Of the items, shape (..., items, items).
    members
        1 where an item belongs to a scale, else 0, shape (scales, items); at least two items a scale.

    Returns
    -------
    NDArray
        Shape (..., scales, scales); the diagonal means nothing.
    """
    sums = members @ np.abs(correlations) @ members.T
    items = members.sum(axis=1)
    within = (np.diagonal(sums, axis1=-2, axis2=-1) - items) / (items * (items - 1))
    ratios: NDArray[np.float64] = sums / np.outer(items, items) / np.sqrt(within[..., None] * within[..., None, :])
    return ratios


def htmt_rows(n: int, analysis: Analysis) -> Iterator[NDArray[np.integer]]:
    """Give the rows of each resample that the intervals of the HTMT ratios rest on."""
    random = np.random.default_rng(analysis.bootstrap.seed)
    for _ in range(analysis.bootstrap.draws):
        yield random.integers(0, n, n)


def htmt(data: pd.DataFrame, scales: Scales, analysis: Analysis) -> pd.DataFrame:
    """Give the HTMT ratio of every pair of scales with its percentile bootstrap interval."""
    columns = [item for names in scales.values() for item in names]
    values = data[columns].dropna().to_numpy()
    members = np.array([[float(item in names) for item in columns] for names in scales.values()])
    drawn = np.array([np.corrcoef(values[rows], rowvar=False) for rows in htmt_rows(len(values), analysis)])
    tail = (1 - analysis.interval.level) / 2
    low, high = np.quantile(heterotrait_monotrait(drawn, members), [tail, 1 - tail], axis=0)
    whole = heterotrait_monotrait(np.corrcoef(values, rowvar=False), members)
    pairs = np.triu_indices(len(scales), 1)
    one, two = (np.array(list(scales), dtype=object)[side] for side in pairs)
    return pd.DataFrame(
        {"scale_1": one, "scale_2": two, "htmt": whole[pairs], "ci_lower": low[pairs], "ci_upper": high[pairs]}
    )


def loadings(data: pd.DataFrame, fit: sem.Fit, scales: Scales, analysis: Analysis) -> pd.DataFrame:
    """Give every loading, in points of the marker and standardised, the latter with a percentile bootstrap interval."""
    raw = fit.estimates.query("op == '=~'").rename(columns={"lhs": "scale", "rhs": "item"})
    unit = sem.fit(unit_factor_model(scales), data)
    bootstrap = unit.bootstrap(draws=analysis.bootstrap.draws, seed=analysis.bootstrap.seed)
    intervals = bootstrap.ci(level=analysis.interval.level, solution="std_all")
    standardised = intervals.loc[[f"{row.scale}=~{row.item}" for row in raw.itertuples()]].reset_index(drop=True)
    names = {"est": "std_all", "ci_lower": "std_lower", "ci_upper": "std_upper"}
    table = raw[["scale", "item", "est", "se", "ci_lower", "ci_upper"]].reset_index(drop=True)
    return pd.concat([table, standardised[list(names)].rename(columns=names)], axis=1)


def describe(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Measurement:
    """Give everything about how well the items measure, for the analysed respondents.

    Raises
    ------
    companion.sem.ModelError
        If a factor model cannot be estimated from the sample.
    """
    level = analysis.interval.level
    scales = {name: tuple(construct.items) for name, construct in questionnaire.constructs.items()}
    complete = sample.data.dropna(subset=[item for items in scales.values() for item in items])
    means = pd.DataFrame({scale: complete[list(items)].mean(axis=1) for scale, items in scales.items()})
    r, p = correlate(means)
    fit = convergence.demanded(sem.fit(factor_model(scales), complete), "the factor model of all scales")
    table = loadings(complete, fit, scales, analysis)
    return Measurement(
        items=item_statistics(sample.data, scales),
        reliability=reliability(complete, scales, analysis),
        correlations=r,
        correlation_p=p,
        cfa=fit,
        loadings=table,
        validity=average_variance_extracted(table),
        htmt=htmt(complete, scales, analysis),
        level=level,
    )


_block = partial(Block, function="analysis.measurement.describe", asked=statistic(SCALES))
_OMEGA = Place(SCALES, "omega-{scale}", "est", "omega")
_RELIABILITY = (
    Quantity("items", "count"),
    estimate("alpha", "bounded", "feldt", "alpha", "alpha"),
    estimate("omega", "bounded", "percentile", "omega", "omega", asked=_OMEGA),
    *each("points", "mean", "sd"),
)
_CORRELATION = (Quantity("r", "bounded"), Quantity("p", "p"))
_LOADING = (estimate("", "bounded", "percentile", "std_all", "std", asked=Place(SCALES, "cfa-unit", "all", "{item}")),)
_EXTREMES = each("bounded", "smallest", "largest", asked=derived(SCALES))
_AVE = (Quantity("", "bounded", "ave", asked=derived(SCALES)),)
_HTMT = (estimate("", "bounded", "percentile", "htmt"),)
QUANTITIES = (
    _block("measurement.reliability.{scale}", "reliability", "reliability", _RELIABILITY, said=("scale",)),
    _block("measurement.correlation.{one}.{two}", "correlations", "correlation", _CORRELATION, said=("one", "two")),
    _block("measurement.cfa", "cfa", "fit", FIT, asked=Place(SCALES, "cfa", "measure", "{part}"), of="cfa"),
    _block("measurement.cfa", "solution", "fit", SOLUTION, asked=OWN_FIT, of="cfa"),
    _block("measurement.loading.{item}", "loadings", "loading", _LOADING),
    _block("measurement.loading", "loading_range", "loading", _EXTREMES),
    _block("measurement.ave.{scale}", "validity", "ave", _AVE, said=("scale",)),
    _block("measurement.htmt.{scale_1}.{scale_2}", "htmt", "htmt", _HTMT, said=("scale_1", "scale_2")),
)
"""The numbers of the book in `Measurement`."""


def tables(result: Measurement) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    loadings = result.loadings["std_all"]
    pairs = [
        (one, two, result.correlations[two][one], result.correlation_p[two][one])
        for one, two in combinations(map(str, result.correlations), 2)
    ]
    return {
        "reliability": result.reliability,
        "correlations": pd.DataFrame(pairs, columns=["one", "two", "r", "p"]),
        "cfa": one_row(**result.cfa.measures),
        "solution": one_row(impossible=convergence.impossible(result.cfa)),
        "loadings": result.loadings,
        "loading_range": one_row(smallest=loadings.min(), largest=loadings.max()),
        "validity": result.validity,
        "htmt": result.htmt,
    }
