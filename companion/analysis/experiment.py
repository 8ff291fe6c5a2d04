"""What the randomised groups show before any model: cell means, manipulation checks, ANOVA, simple effects."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from companion.quantities import CELLS, Block, Quantity, Tables, each, estimate, one_row, statistic
from companion.rows import row_at
from companion.survey.design import DESIGN, Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

UNSURE = "unsure"
"""What a person may recall besides the interactions of the design."""
ANOTHER = "another"
"""Every answer of an own questionnaire that is neither that nor an interaction of the whole design."""


@dataclass(frozen=True)
class Experiment:
    """What the randomised groups show.

    Parameters
    ----------
    scores
        A row a respondent: participant valence interaction and the mean of each scale's items.
    cells
        A row a scale and cell: scale valence interaction n mean sd ci_lower ci_upper (t interval of the mean).
    anova
        A row a scale and source of the analysis of variance, tone by reaction (type III): scale source df1 df2 F p
        partial_eta2.
    simple_effects
        A row a scale and interaction: scale interaction est (negative minus positive, scale points) ci_lower
        ci_upper t df p p_holm hedges_g g_lower g_upper (Welch).
    valence_check
        The perceived valence of the comments: valence n mean sd, and the difference in ``valence_difference``.
    valence_difference
        est ci_lower ci_upper t df p hedges_g of the perceived valence, negative minus positive.
    interaction_check
        What respondents say that the influencer did (columns) by what he or she did (rows), as counts.
    recognised
        A row an interaction: interaction n correct share ci_lower ci_upper (Wilson).
    level
        Level of all intervals.
    """

    scores: pd.DataFrame
    cells: pd.DataFrame
    anova: pd.DataFrame
    simple_effects: pd.DataFrame
    valence_check: pd.DataFrame
    valence_difference: Mapping[str, float]
    interaction_check: pd.DataFrame
    recognised: pd.DataFrame
    level: float


def scale_means(data: pd.DataFrame, scales: Mapping[str, tuple[str, ...]]) -> pd.DataFrame:
    """Give the mean of each scale's items beside participant, valence and interaction."""
    means = {name: data[list(items)].mean(axis=1) for name, items in scales.items()}
    return pd.concat([data[["participant", "valence", "interaction"]], pd.DataFrame(means, index=data.index)], axis=1)


def mean_interval(values: pd.Series, level: float) -> tuple[float, float]:
    """Give the t interval of a mean."""
    half = stdtrit(len(values) - 1, (1 + level) / 2) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def cell_means(scores: pd.DataFrame, scales: tuple[str, ...], design: Design, level: float) -> pd.DataFrame:
    """Give n, mean, standard deviation and the mean's t interval for each scale and cell."""
    rows = []
    for scale in scales:
        for valence, interaction in design.cells:
            values = scores.loc[(scores["valence"] == valence) & (scores["interaction"] == interaction), scale]
            low, high = mean_interval(values, level)
            rows.append((scale, valence, interaction, len(values), values.mean(), values.std(ddof=1), low, high))
    return pd.DataFrame(rows, columns=["scale", "valence", "interaction", "n", "mean", "sd", "ci_lower", "ci_upper"])


def welch(negative: pd.Series, positive: pd.Series, level: float) -> dict[str, float]:
    """Compare two independent groups without assuming equal variances.

    Parameters
    ----------
    negative, positive
        The scores of the two groups.
    level
        Level of the intervals.

    Returns
    -------
    dict
        est (first minus second) ci_lower ci_upper t df p (Welch 1947), hedges_g with g_lower g_upper: the difference in
        units of the pooled standard deviation with the small-sample correction, interval by its large-sample variance
        (Hedges & Olkin 1985).
    """
    # Here and not above: a second to import, which every chapter that reads a stored result would pay.
    from scipy import stats

    test = stats.ttest_ind(negative, positive, equal_var=False)
    low, high = test.confidence_interval(level)
    n1, n2 = len(negative), len(positive)
    pooled = np.sqrt(((n1 - 1) * negative.var(ddof=1) + (n2 - 1) * positive.var(ddof=1)) / (n1 + n2 - 2))
    g = (1 - 3 / (4 * (n1 + n2 - 2) - 1)) * (negative.mean() - positive.mean()) / pooled
    half = ndtri((1 + level) / 2) * np.sqrt((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2)))
    return {
        "est": float(negative.mean() - positive.mean()),
        "ci_lower": float(low),
        "ci_upper": float(high),
        "t": float(test.statistic),
        "df": float(test.df),
        "p": float(test.pvalue),
        "hedges_g": float(g),
        "g_lower": float(g - half),
        "g_upper": float(g + half),
    }


def by_valence(scores: pd.DataFrame, scale: str) -> tuple[pd.Series, pd.Series]:
    """Give a scale's scores under negative and under positive comments."""
    return scores.loc[scores["valence"] == "negative", scale], scores.loc[scores["valence"] == "positive", scale]


def simple_effects(scores: pd.DataFrame, scales: tuple[str, ...], design: Design, level: float) -> pd.DataFrame:
    """Give the effect of negative instead of positive comments at each interaction; Holm within a scale."""
    tables = []
    for scale in scales:
        rows = [
            {"scale": scale, "interaction": w, **welch(*by_valence(scores[scores["interaction"] == w], scale), level)}
            for w in design.interactions
        ]
        table = pd.DataFrame(rows)
        table["p_holm"] = holm(table["p"].to_numpy())
        tables.append(table)
    return pd.concat(tables, ignore_index=True)


def holm(p: np.ndarray) -> np.ndarray:
    """Adjust p-values for their number by Holm's step-down method (Holm 1979)."""
    order = np.argsort(p)
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(stepped)
    adjusted[order] = np.minimum(stepped, 1)
    return adjusted


def anova(scores: pd.DataFrame, scales: tuple[str, ...]) -> pd.DataFrame:
    """Give the analysis of variance of each scale, tone by reaction, with type III sums of squares, by pingouin."""
    # Here and not above: two seconds to import.
    import pingouin

    rows = []
    for scale in scales:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", pd.errors.Pandas4Warning)
            table = pingouin.anova(scores, dv=scale, between=["valence", "interaction"], ss_type=3, detailed=True)
        residual = float(table.loc[table["Source"] == "Residual", "DF"].iloc[0])
        for _, row in table[table["Source"] != "Residual"].iterrows():
            rows.append(
                (scale, row["Source"].replace(" * ", " x "), row["DF"], residual, row["F"], row["p_unc"], row["np2"])
            )
    return pd.DataFrame(rows, columns=["scale", "source", "df1", "df2", "F", "p", "partial_eta2"])


def wilson(successes: int, n: int, level: float) -> tuple[float, float]:
    """Give the score interval of a share (Wilson 1927)."""
    z = ndtri((1 + level) / 2)
    centre = (successes + z**2 / 2) / (n + z**2)
    half = z / (n + z**2) * np.sqrt(successes * (n - successes) / n + z**2 / 4)
    return float(centre - half), float(centre + half)


def recognition(data: pd.DataFrame, design: Design, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give the table of reaction shown by reaction recalled, and the share recalled rightly for each.

    A reaction that nobody saw may be recalled, where it was among the answers, and an own questionnaire may offer
    answers of its own, which are counted together: their columns stand at the end, so that the share is one of all who
    answered.
    """
    known = {*DESIGN.interactions, UNSURE}
    answers = data["perceived_interaction"].map(lambda code: code if code in known else ANOTHER)
    table = pd.crosstab(data["interaction"], answers)
    recalled = dict.fromkeys([*design.interactions, UNSURE, *table.columns])
    table = table.reindex(index=design.interactions, columns=list(recalled), fill_value=0)
    rows = []
    for w in design.interactions:
        correct, n = int(table[w][w]), int(row_at(table, w).sum())
        rows.append((w, n, correct, correct / n, *wilson(correct, n, level)))
    return table, pd.DataFrame(rows, columns=["interaction", "n", "correct", "share", "ci_lower", "ci_upper"])


def describe(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Experiment:
    """Give everything that the randomised groups show, without a model."""
    level, design = analysis.interval.level, questionnaire.design
    scales = {name: tuple(construct.items) for name, construct in questionnaire.constructs.items()}
    names = tuple(scales)
    scores = scale_means(sample.data, scales)
    perceived = sample.data[["valence", "perceived_valence"]].dropna()
    check, recognised = recognition(sample.data.dropna(subset=["perceived_interaction"]), design, level)
    by_group = perceived.groupby("valence", observed=True)["perceived_valence"]
    return Experiment(
        scores=scores,
        cells=cell_means(scores, names, design, level),
        anova=anova(scores, names),
        simple_effects=simple_effects(scores, names, design, level),
        valence_check=by_group.agg(n="size", mean="mean", sd="std").reset_index(),
        valence_difference=welch(*by_valence(perceived, "perceived_valence"), level),
        interaction_check=check,
        recognised=recognised,
        level=level,
    )


_block = partial(Block, function="analysis.experiment.describe", asked=statistic(CELLS))
_CELL = (Quantity("n", "count"), estimate("mean", "points", "t", "mean"), Quantity("sd", "points"))
_ANOVA = (
    Quantity("F", "statistic"),
    *each("count", "df1", "df2"),
    Quantity("p", "p"),
    Quantity("eta2", "bounded", "partial_eta2"),
)
_REST = (
    estimate("g", "points", "plain", "hedges_g", "g"),
    *each("statistic", "t", "df"),
    Quantity("p", "p"),
)
_CHECK, _CELL_MEAN = "experiment.check", "experiment.cell.{{scale}}.{}.{{interaction}}.mean.est"


def _means(of_valence: str) -> str:
    """How a difference between negative and positive comments is made of two means."""
    return " - ".join(of_valence.format(valence) for valence in ("negative", "positive"))


_SIMPLE = (
    estimate("", "points", "welch", working=_means(_CELL_MEAN)),
    *_REST,
    Quantity("p_holm", "p"),
)
_DIFFERENCE = (estimate("", "points", "welch", working=_means(f"{_CHECK}.valence.{{}}.mean")), *_REST)
_SHARE = (estimate("", "percent", "wilson", "share"),)
_BOTH = ("scale", "interaction")
QUANTITIES = (
    _block("experiment.cell.{scale}.{valence}.{interaction}", "cells", "cell", _CELL, said=_BOTH, of="cell"),
    _block("experiment.anova.{scale}.{term}", "anova", "anova", _ANOVA, said=("scale", "term"), of="anova"),
    _block("experiment.simple.{scale}.{interaction}", "simple_effects", "difference", _SIMPLE, said=_BOTH, of="simple"),
    _block(f"{_CHECK}.valence.{{valence}}", "valence_check", "valence_check", each("points", "mean", "sd")),
    _block(f"{_CHECK}.valence.difference", "valence_difference", "difference", _DIFFERENCE, of="valence_difference"),
    _block(f"{_CHECK}.interaction.{{interaction}}", "recognised", "recognised", _SHARE, said=("interaction",)),
)
"""The numbers of the book in `Experiment`."""


def tables(result: Experiment) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    terms = result.anova["source"].replace("valence x interaction", "product")
    return {
        "cells": result.cells,
        "anova": result.anova.assign(term=terms),
        "simple_effects": result.simple_effects,
        "valence_check": result.valence_check,
        "valence_difference": one_row(**result.valence_difference),
        "recognised": result.recognised,
    }
