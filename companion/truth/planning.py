"""What the chapters on planning a replication print: numbers out of the kept tables of plans, and a filled-in form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from companion.analysis import claims, mediation
from companion.analysis.estimands import SERIAL
from companion.documents import markdown
from companion.formats import Language
from companion.quantities import Block, Quantity, Tables, each, estimate, one_row
from companion.survey import checked_yaml, questionnaire
from companion.survey.questionnaire import Claims
from companion.truth import kept_plans, preregistration, smallest, truth_file
from companion.truth import plan as plans
from companion.truth.kept_plans import PLANS, KeptPlan
from companion.truth.plan import TOGETHER, Construct, Plan, Planned
from companion.truth.population import Truth
from companion.truth.power import POWER as NOT_IN_R
from companion.words import Words, words

FOLLOWERS, SCALES, CELLS = "how-many-followers", "short-scales-and-lost-people", "unequal-cells"
"""The plans: sizes; scales, analyses and lost people; people in each cell."""
REPLICATION = "replication"
"""The plan of one design, under truths with ever smaller effects of the comments and one without a reversal."""
HOLDS, DOES_NOT = "reversal", "no reversal"
"""Truths of `FOLLOWERS`."""
WIDTHS = ("serial_none", "serial_like", "serial_reply", "serial_reply_minus_like")
"""The effects whose width is shown."""
SENSITIVITY = ("R4", TOGETHER)
"""The claims whose power is shown by the size of the effects."""
TOLD = ("as written down", "four fifths", "three fifths", "no reversal")
"""The truths of `REPLICATION` whose shares sentences tell."""
WRITTEN = "as written down"
"""The truth of `REPLICATION` whose effects the others are smaller than."""
WANTED = 0.8
"""The power for which the smallest effects are looked for."""
COMMENTS = ("neg", "neg:like", "neg:reply")
"""The effects on the relationship that are smaller in these truths."""
HARDEST = "R4"
"""The claim by which scales and analyses are compared."""
WIDTH = 76
"""Characters in a line of the form, as a page shows it."""
CONSTRUCTS: tuple[Construct, ...] = ("psr", "pk", "pa")
WHOLE = {"people": np.ceil, "ci_lower": np.floor, "ci_upper": np.ceil}
"""Column of sizes -> how it becomes whole people."""


@dataclass(frozen=True)
class Planning:
    """What the plans gave, and what follows from them.

    Parameters
    ----------
    followers, scales, cells, replication
        The kept tables of `FOLLOWERS`, `SCALES`, `CELLS` and `REPLICATION`.
    expected
        People whom `REPLICATION` expects to analyse of those who begin.
    registered
        The preregistration that `REPLICATION` fills in, as Markdown.
    smallest
        The smallest number of people for each target of `FOLLOWERS` where the reversal holds: claim power people
        ci_lower ci_upper note, in whole people.
    smallest_effects
        The smallest effects of the comments that `REPLICATION` would find with the power `WANTED`: claim share ci_lower
        ci_upper points note. ``share`` is that of the written-down effects, ``points`` the effect through the whole
        chain on which the claim rests; NaN where a claim rests on several.
    omega
        Reliability of the sum of each construct's items: scales construct items (how many) omega.
    """

    followers: KeptPlan
    scales: KeptPlan
    cells: KeptPlan
    replication: KeptPlan
    expected: int
    registered: str
    smallest: pd.DataFrame
    smallest_effects: pd.DataFrame
    omega: pd.DataFrame

    @property
    def rates(self) -> pd.DataFrame:
        """Power of each claim by size where the reversal holds: n claim power ci_lower ci_upper."""
        rows = self.followers.rates_of_claims.query("truth == @HOLDS")
        return rows.rename(columns={"people": "n", "rate": "power"})[["n", "claim", "power", "ci_lower", "ci_upper"]]

    @property
    def widths(self) -> pd.DataFrame:
        """Mean width of the intervals of `WIDTHS` by size where the reversal holds: people effect width width_error."""
        rows = self.followers.precision
        chosen = rows[(rows["truth"] == HOLDS) & rows["effect"].isin(WIDTHS)]
        return chosen[["people", "effect", "width", "width_error"]].reset_index(drop=True)

    @property
    def designs(self) -> pd.DataFrame:
        """How often `HARDEST` is found: scales sample analysis rate ci_lower ci_upper."""
        rows = self.scales.power[self.scales.power["claim"] == HARDEST]
        return rows[["scales", "sample", "analysis", "rate", "ci_lower", "ci_upper"]].reset_index(drop=True)

    @property
    def sensitivity(self) -> pd.DataFrame:
        """How often the claims of `SENSITIVITY` are found in one design: truth claim rate ci_lower ci_upper."""
        rows = self.replication.power[self.replication.power["claim"].isin(SENSITIVITY)]
        return rows[["truth", "claim", "rate", "ci_lower", "ci_upper"]].reset_index(drop=True)


def read(root: Path, language: Language = "en") -> Planning:
    """Read the kept tables, find the smallest sizes and say how reliable the scales are.

    Parameters
    ----------
    root
        The book's folder. What is asked by a survey that stands in the place of the book's does not matter here.
    language
        Of the preregistration.
    """
    followers = kept_plans.kept(root, FOLLOWERS)
    plan = checked_yaml.load(root / PLANS / f"{FOLLOWERS}.yml", Plan)
    rates = followers.power[followers.power["truth"] == HOLDS]
    found = smallest.smallest(rates, plan.targets, plan.level)
    found = found.rename(columns={"lower": "ci_lower", "upper": "ci_upper"})
    found = found[["claim", "power", "people", "ci_lower", "ci_upper", "note"]]
    whole = {name: rounded(found[name]) for name, rounded in WHOLE.items()}
    replication, planned, registered = _registered(root, words(language))
    return Planning(
        followers=followers,
        scales=kept_plans.kept(root, SCALES),
        cells=kept_plans.kept(root, CELLS),
        replication=replication,
        expected=planned.designs[0].expected,
        registered=registered,
        smallest=found.assign(**whole),
        smallest_effects=_smallest_effects(planned, replication, _stated(root)),
        omega=_reliabilities(root / PLANS / f"{SCALES}.yml"),
    )


def shares(planned: Planned) -> dict[str, float]:
    """Give the size of the effects of the comments in each truth of a plan, as a share of those of `WRITTEN`.

    A truth that differs from it in anything else is left out.
    """
    truths = {design.names[0]: design.truth for design in planned.designs}
    whole = truths[WRITTEN]
    found = {name: truth.paths["psr"]["neg"] / whole.paths["psr"]["neg"] for name, truth in truths.items()}
    return {name: share for name, share in found.items() if _differ_in_comments(truths[name], whole, share)}


def _differ_in_comments(truth: Truth, whole: Truth, share: float) -> bool:
    """Say whether a truth is another one with the effects of the comments made smaller."""
    smaller = {one: share * whole.paths["psr"][one] for one in COMMENTS}
    wanted = {**whole.paths, "psr": {**whole.paths["psr"], **smaller}}
    here = [truth.paths[outcome][one] for outcome, of in wanted.items() for one in of]
    there = [path for of in wanted.values() for path in of.values()]
    return bool(np.allclose(here, there))


def _smallest_effects(planned: Planned, kept: KeptPlan, stated: Claims) -> pd.DataFrame:
    of_truth = shares(planned)
    rates = kept.power[kept.power["truth"].isin(of_truth)]
    found = smallest.smallest_effects(
        rates.assign(share=rates["truth"].map(of_truth)), WANTED, planned.plan.level
    ).rename(columns={"lower": "ci_lower", "upper": "ci_upper"})
    effects = kept.precision[kept.precision["truth"] == WRITTEN].set_index("effect")["population"]
    through = {
        name: effects[claims.estimand(one).parameter]
        for name in planned.plan.claims
        for one in stated.results[name].estimands
        if one.effect == SERIAL
    }
    return found.assign(points=found["share"] * found["claim"].map(through))


def _stated(root: Path) -> Claims:
    return questionnaire.load_claims(root / "data" / "claims.yml")


def _registered(root: Path, say: Words) -> tuple[KeptPlan, Planned, str]:
    """Give the kept tables of `REPLICATION`, the plan and the form that it fills in."""
    data = root / "data"
    asked = questionnaire.load_questionnaire(data / "questionnaire.yml")
    analysis = questionnaire.load_analysis(data / "analysis.yml")
    stated = _stated(root)
    file = root / PLANS / f"{REPLICATION}.yml"
    planned = plans.load_plan(file, asked, mediation.items_of(asked, analysis), stated)
    preregistration.check(file, planned.plan)
    kept = kept_plans.kept(root, REPLICATION)
    form = preregistration.document(planned, file.name, asked, analysis, stated, kept.runs, kept.power, say)
    return kept, planned, markdown.written(form, WIDTH)


def _reliabilities(path: Path) -> pd.DataFrame:
    plan = checked_yaml.load(path, Plan)
    truth = truth_file.changed(path, ("truths", HOLDS), plan.truths[HOLDS])
    rows = []
    for name, scales in plan.scales.items():
        for construct in CONSTRUCTS:
            items = tuple(item for item in truth.items if item.rstrip("0123456789") == construct)
            asked: dict[str, tuple[str, ...]] = {construct: items[: scales.items.get(construct)]}
            wanted = {construct: scales.reliability[construct]} if construct in scales.reliability else {}
            reliable = plans.omega(plans.with_reliability(truth, asked, wanted), asked[construct])
            rows.append({"scales": name, "construct": construct, "items": len(asked[construct]), "omega": reliable})
    return pd.DataFrame(rows)


def key(name: str) -> str:
    """Give a name of a plan as a part of a key.

    Examples
    --------
    >>> key("three items, less reliable"), key("all together")
    ('three_items_less_reliable', 'all_together')
    """
    return name.replace(",", "").replace(" ", "_")


_RATE = (estimate("", "share", "wilson", "rate", decimals=3),)
_SIZE = (estimate("", "count", "likelihood", "people"),)
_EFFECT = (estimate("", "percent", "likelihood", "share", decimals=0),)
_POINTS = (Quantity("points", "points", optional=True),)
_WIDTH = (Quantity("", "points", "width", words="planning.width"),)
_FUNCTION = "truth.planned.rates"
QUANTITIES = (
    Block("planning.power.{truth_key}.{claim_key}.{people}", "rates", "planning.power", _RATE, NOT_IN_R, _FUNCTION),
    Block("planning.smallest.{claim_key}", "smallest", "planning.smallest", _SIZE, NOT_IN_R, "truth.smallest.smallest"),
    Block(
        "planning.smallest_effect.{claim_key}",
        "smallest_effects",
        "planning.smallest_effect",
        (*_EFFECT, *_POINTS),
        NOT_IN_R,
        "truth.smallest.smallest_effects",
    ),
    Block("planning.width.{name}.{people}", "widths", "", _WIDTH, NOT_IN_R, "truth.planned.precisions", said=("name",)),
    Block(
        "planning.scales.{scales_key}.{sample_key}.{analysis_key}",
        "designs",
        "planning.scales",
        _RATE,
        NOT_IN_R,
        _FUNCTION,
    ),
    Block("planning.cells.{sample_key}.{claim_key}", "cells", "planning.cells", _RATE, NOT_IN_R, _FUNCTION),
    Block(
        "planning.omega.{scales_key}.{construct}",
        "omega",
        "",
        (Quantity("", "share", "omega", words="planning.omega"),),
        NOT_IN_R,
        "truth.plan.omega",
        said=("construct",),
    ),
    Block("planning", "settings", "planning", each("count", "replications", "draws"), NOT_IN_R, _FUNCTION),
    Block(
        "planning.sensitivity.{truth_key}.{claim_key}",
        "sensitivity",
        "planning.sensitivity",
        _RATE,
        NOT_IN_R,
        _FUNCTION,
    ),
    Block(
        "planning.replication",
        "replication",
        "planning.replication",
        each("count", "people", "expected"),
        NOT_IN_R,
        _FUNCTION,
    ),
    Block("planning.scales", "of_scales", "planning.scales", each("count", "people"), NOT_IN_R, _FUNCTION),
)
"""The numbers of the book in the chapters on planning a replication."""


def tables(planning: Planning) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    of_sizes = planning.followers.power
    shown = of_sizes[(of_sizes["truth"] == HOLDS) | (of_sizes["claim"] == HARDEST)]
    return {
        "rates": _keyed(shown, "truth", "claim"),
        "smallest": _keyed(planning.smallest, "claim"),
        "smallest_effects": _keyed(planning.smallest_effects, "claim"),
        "widths": planning.widths.rename(columns={"effect": "name"}),
        "designs": _keyed(planning.designs, "scales", "sample", "analysis"),
        "cells": _keyed(planning.cells.power, "sample", "claim"),
        "omega": _keyed(planning.omega, "scales"),
        "sensitivity": _keyed(planning.sensitivity[planning.sensitivity["truth"].isin(TOLD)], "truth", "claim"),
        "replication": one_row(people=int(planning.replication.runs.iloc[0]["people"]), expected=planning.expected),
        "settings": planning.followers.runs.head(1),
        "of_scales": planning.scales.runs.head(1),
    }


def _keyed(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    return table.assign(**{f"{column}_key": table[column].map(key) for column in columns})
