"""Small planted tables, a distinct value in each cell that is drawn, and every figure of the book drawn from them."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd

from companion.evidence import Engagement, EvidenceMap, Forest, Tiers, Timeline
from companion.figures import literature, method, planning, predictions, results
from companion.figures.style import Figure
from companion.survey.design import DESIGN

NOT_KNOWN = float("nan")
POINTS = {"none": -0.05, "like": 0.03, "reply": 0.1}
CELLS = [(valence, interaction) for interaction in DESIGN.interactions for valence in ("positive", "negative")]
GROUPS = list(product(predictions.CONSTRUCTS, ("positive", "negative"), DESIGN.interactions))


# Of the literature


def tiers() -> Tiers:
    """Two sources that define micro, one of them with an open tier, and one that does not define it."""
    ranges = pd.DataFrame(
        [
            ("a", "Source A", "nano", 0, 10_000),
            ("a", "Source A", "micro", 10_000, 50_000),
            ("a", "Source A", "macro", 50_000, NOT_KNOWN),
            ("b", "Source B", "micro", 1_000, 100_000),
            ("c", "Source C", "mega", 1_000_000, NOT_KNOWN),
        ],
        columns=["source", "label", "tier", "minimum", "maximum"],
    )
    called = pd.DataFrame(
        {"minimum": [1_000, 10_000, 50_000], "maximum": [10_000, 50_000, 100_000], "share": [0.5, 1.0, 0.25]}
    )
    micro = ranges[ranges["tier"] == "micro"].reset_index(drop=True)
    return Tiers(ranges=ranges, micro=micro, disagreement=0.5, disjoint=0.0, called=called)


def engagement() -> Engagement:
    """Two series, and one of a single rate."""
    rows = [
        ("First series", 1_000, 10_000, 5.5),
        ("First series", 10_000, 100_000, 3.0),
        ("Second series", 5_000, 20_000, 8.0),
        ("Second series", 20_000, NOT_KNOWN, 1.25),
        ("Alone", 1_000, 10_000, 2.0),
    ]
    return Engagement(pd.DataFrame(rows, columns=["series", "minimum", "maximum", "percent"]))


def evidence_map() -> EvidenceMap:
    """A path with studies on three sides, one with two, and one without any."""
    paths = pd.DataFrame(
        {
            "path": ["p1", "p2", "p3"],
            "label": ["First path", "Second path", "Third path"],
            "role": ["model"] * 2 + ["rival"],
        }
    )
    sides = [("p1", "against"), ("p1", "for"), ("p1", "for"), ("p1", "null"), ("p2", "mixed"), ("p2", "for")]
    return EvidenceMap(paths, pd.DataFrame(sides, columns=["path", "direction"]))


def forest() -> Forest:
    """Three effects on two paths, one of them of an unknown number of people."""
    rows = [
        ("First path", "Study A", "trust", 120.0, 0.3, 0.13, 0.45, "r"),
        ("First path", "Study B", "liking", NOT_KNOWN, 0.5, NOT_KNOWN, NOT_KNOWN, "beta"),
        ("Second path", "Study C", "attitude", 90.0, 0.62, 0.4, 0.8, "means"),
    ]
    return Forest(pd.DataFrame(rows, columns=["path_label", "label", "outcome", "n", "r", "low", "high", "how"]))


def timeline() -> Timeline:
    """A rule from before the axis, one that was withdrawn, one that held and one that came later."""
    rows = [
        (2014.5, "Early rule", "EU", "held"),
        (2018.25, "Short rule", "NL", "was gone"),
        (2019.0, "Rule in force", "NL", "held"),
        (2022.5, "Later rule", "EU", "came later"),
    ]
    return Timeline(pd.DataFrame(rows, columns=["date", "title", "level", "held"]), 2020)


# Of the survey


def steps() -> pd.DataFrame:
    rows: list[tuple[Any, ...]] = [
        ("recorded", "rows in the file", True, 0, 700),
        ("no_consent", "did not consent", True, 40, 660),
        ("no_column", "answered twice", False, None, 660),
        ("randomised", "randomised", True, 0, 660),
        ("fast", "answered too fast", True, 60, 600),
        ("retained", "retained", True, 0, 600),
        ("analysed", "analysed", True, 0, 600),
    ]
    table = pd.DataFrame(rows, columns=["rule", "words", "applied", "removed", "left"])
    names = [f"{valence} {interaction}" for valence, interaction in product(("positive", "negative"), POINTS)]
    per_cell = pd.DataFrame({cell: [None] * 3 + [110] + [100] * 3 for cell in names}, dtype="Int64")
    return pd.concat([table, per_cell], axis=1)


def effects(scale: float = 1.0) -> pd.DataFrame:
    estimates = pd.Series(POINTS) * scale
    table = pd.DataFrame({"est": estimates, "ci_lower": estimates - 0.04, "ci_upper": estimates + 0.05})
    return table.rename_axis("interaction").reset_index()


def draws() -> pd.DataFrame:
    generator = np.random.default_rng(3)
    return pd.DataFrame({w: generator.normal(est, 0.02, 500) for w, est in POINTS.items()})


def scores() -> pd.DataFrame:
    answers = [1 + 6 * step / 20 for step in range(21)]
    rows = [
        (valence, interaction, answer if valence == "positive" else 1 + answer / 2)
        for (valence, interaction), answer in product(CELLS, answers)
    ]
    return pd.DataFrame(rows, columns=["valence", "interaction", "psr"])


def cells() -> pd.DataFrame:
    rows = [("psr", valence, interaction, 3 + place / 4) for place, (valence, interaction) in enumerate(CELLS)]
    table = pd.DataFrame(rows, columns=["scale", "valence", "interaction", "mean"])
    return table.assign(ci_lower=table["mean"] - 0.1, ci_upper=table["mean"] + 0.15)


def verdicts() -> Any:
    def estimands(at: str, sign: str, minus: str | None = None) -> pd.DataFrame:
        effect = ["psr", "pk_via_psr", "serial"] if minus is None else ["serial"]
        table = pd.DataFrame({"effect": effect, "at": at, "minus": minus, "sign": sign, "est": POINTS[at] + 0.15})
        return table.assign(ci_lower=table["est"] - 0.1, ci_upper=table["est"] + 0.05)

    tables = {"R1": estimands("none", "-"), "R3": estimands("reply", "+"), "R4": estimands("reply", "+", "like")}
    return SimpleNamespace(judgements={claim: SimpleNamespace(estimands=table) for claim, table in tables.items()})


def recovered() -> pd.DataFrame:
    table = effects().assign(label=list(DESIGN.interactions), population=[-0.04, 0.02, 0.11])
    return table.assign(structural=[-0.06, 0.05, 0.12])


def rates() -> pd.DataFrame:
    table = pd.DataFrame(product((600, 1200), ("R1", "R2", "R5")), columns=["n", "claim"])
    table["power"] = [0.5, 0.6, 0.3, 0.9, 0.91, 0.85]
    return table.assign(ci_lower=table["power"] - 0.02, ci_upper=table["power"] + 0.03)


def specifications() -> pd.DataFrame:
    table = pd.DataFrame(product(("latent", "mean"), ("none", "age")), columns=["scoring", "covariates"])
    table["est"] = [0.3, 0.1, 0.2, 0.15]
    return table.assign(ci_lower=table["est"] - 0.05, ci_upper=table["est"] + 0.07, primary=[True, False, False, False])


def paths() -> pd.DataFrame:
    return pd.DataFrame({"label": ["a1", "d", "b", "c"], "est": [-0.4, -0.5, -0.25, 0.125]})


def predicted() -> pd.DataFrame:
    table = pd.DataFrame(GROUPS, columns=["construct", "valence", "interaction"])
    table["est"] = [3.11 + 0.1 * place for place in range(len(GROUPS))]
    return table.assign(ci_lower=table["est"] - 0.15, ci_upper=table["est"] + 0.2)


def course() -> pd.DataFrame:
    """Two links, each with three fitted correlations, a line of four points and the place where nothing is left."""
    tables = []
    for link, gone in (("d", -0.4), ("b", 0.3)):
        fitted = pd.DataFrame({"correlation": [-0.5, 0.0, 0.5], "est": [gone / 5, 0.2, 0.3 + gone / 10]})
        fitted = fitted.assign(ci_lower=fitted["est"] - 0.04, ci_upper=fitted["est"] + 0.06, kind="fitted")
        line = pd.DataFrame({"correlation": [-0.5, gone / 2, 0.1, 0.5], "est": [-0.1, gone / 4, 0.2, 0.4]})
        end = pd.DataFrame({"correlation": [gone], "est": [0.0], "kind": ["gone"]})
        tables.append(pd.concat([fitted, line.assign(kind="computed"), end]).assign(link=link))
    return pd.concat(tables, ignore_index=True)


LITERATURE: dict[str, Callable[..., Figure]] = {
    "tier_ranges": lambda **more: literature.tier_ranges(tiers(), **more),
    "engagement_rates": lambda **more: literature.engagement_rates(engagement(), **more),
    "evidence_map": lambda **more: literature.evidence_map(evidence_map(), **more),
    "effect_sizes": lambda **more: literature.effect_sizes(forest(), **more),
    "rival_models": lambda **more: literature.rival_models(**more),
    "rules_timeline": lambda **more: literature.rules_timeline(timeline(), **more),
    "conceptual_model": lambda **more: method.conceptual_model(**more),
}
"""Figures that no survey stands behind, by the name of their function."""

RESULTS: dict[str, Callable[..., Figure]] = {
    "raw_scores": lambda **more: results.raw_scores(scores(), cells(), "psr", "Relationship", 6, **more),
    "conditional_effects": lambda **more: results.conditional_effects(effects(), draws(), **more),
    "path_diagram": lambda **more: results.path_diagram(effects(), paths(), **more),
    "claims_forest": lambda **more: results.claims_forest(verdicts(), **more),
    "recovery": lambda **more: results.recovery(recovered(), **more),
    "power": lambda **more: results.power(rates(), planned=1200, **more),
    "specification_curve": lambda **more: results.specification_curve(
        specifications(), ("scoring", "covariates"), "Effect", **more
    ),
}

FIGURES: dict[str, Callable[..., Figure]] = {
    **LITERATURE,
    **RESULTS,
    "flow": lambda **more: method.flow(steps(), **more),
    "common_cause": lambda **more: planning.common_cause(course(), **more),
    "predicted_means": lambda **more: predictions.predicted_means(predicted(), effects(10), paths(), **more),
}
"""Every figure of the book, by the name of its function."""


def without(reaction: str) -> dict[str, Callable[..., Figure]]:
    """The figures that have a place for each reaction, drawn of a study that leaves one out."""

    def seen(table: pd.DataFrame) -> pd.DataFrame:
        return table[table["interaction"] != reaction]

    left = [f"{valence} {reaction}" for valence in ("positive", "negative")]
    return {
        "raw_scores": lambda: results.raw_scores(seen(scores()), seen(cells()), "psr", "Relationship", 6),
        "conditional_effects": lambda: results.conditional_effects(seen(effects()), draws().drop(columns=reaction)),
        "path_diagram": lambda: results.path_diagram(seen(effects()), paths()),
        "flow": lambda: method.flow(steps().drop(columns=left)),
        "predicted_means": lambda: predictions.predicted_means(seen(predicted()), seen(effects(10)), paths()),
    }
