"""For each claim of the thesis: the intervals that decide it, and the verdict by the written rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import pandas as pd

from companion.analysis.estimands import Estimand, by_parameter
from companion.analysis.mediation import Mediation
from companion.quantities import CONFOUNDED, VERDICTS, Block, Quantity, Tables, derived, one_row, whether
from companion.rows import each_row
from companion.survey.design import Design
from companion.survey.questionnaire import Claim, Claims, StatedEstimand

Verdict = Literal["found", "undecided", "reversed"]
OTHER = {"+": "-", "-": "+"}


@dataclass(frozen=True)
class Judgement:
    """One claim with what decides it.

    Parameters
    ----------
    claim
        Its id, such as ``R2``.
    verdict
        By the prespecified percentile intervals, without adjustment.
    simultaneous
        The verdict that the simultaneous intervals would give.
    named
        Whether the claim may be called by its name: R4 is a stronger *reversal* only if both reversals are found, and
        what a design cannot test is not found.
    estimands
        A row an estimand: effect at minus sign name est ci_lower ci_upper simultaneous_lower
        simultaneous_upper.
    """

    claim: str
    verdict: Verdict
    simultaneous: Verdict
    named: bool
    estimands: pd.DataFrame


@dataclass(frozen=True)
class Verdicts:
    """The judgement of every claim that the design can test, in the order of `claims.yml`, and whether the survey is
    simulated."""

    judgements: Mapping[str, Judgement]
    simulated: bool

    def __getitem__(self, claim: str) -> Judgement:
        return self.judgements[claim]


def estimand(stated: StatedEstimand) -> Estimand:
    """Give what a claim is about, without the side that it names."""
    return Estimand(stated.effect, stated.at, stated.minus)


def needed(names: Iterable[str], stated: Claims) -> list[str]:
    """Give claims and those that they require, in the order in which they are stated."""
    found, waiting = set(), list(names)
    while waiting:
        found.add(name := waiting.pop())
        waiting += stated.results[name].requires
    return [name for name in stated.results if name in found]


def rests_on(name: str, stated: Claims) -> frozenset[str]:
    """Give the effects on which a claim rests, by parameter, those of the claims that it requires included."""
    every = (one for claim in needed([name], stated) for one in stated.results[claim].estimands)
    return frozenset(estimand(one).parameter for one in every)


def untestable(stated: Claims, design: Design) -> tuple[str, ...]:
    """Give the claims that a design cannot test, since they are about reactions that nobody sees in it."""
    there = frozenset(by_parameter(design))
    return tuple(name for name in stated.results if not rests_on(name, stated) <= there)


def testable(stated: Claims, design: Design) -> Claims:
    """Give the claims without those that a design cannot test: of them nothing is found, missed or reversed in it."""
    left = untestable(stated, design)
    return stated.model_copy(
        update={"results": {name: claim for name, claim in stated.results.items() if name not in left}}
    )


def on_side(low: float, high: float, sign: str) -> bool:
    """Say whether an interval lies wholly on one side of zero, ``+`` or ``-``."""
    return low > 0 if sign == "+" else high < 0


def decide(estimands: pd.DataFrame, required: list[Verdict]) -> Verdict:
    """Apply the written rule to a claim's intervals.

    Parameters
    ----------
    estimands
        A row an estimand: effect sign (the claimed side) ci_lower ci_upper.
    required
        Verdicts on the claims that have to be found first.

    Returns
    -------
    str
        ``found`` when every interval lies on its claimed side and every required claim is found; ``reversed`` when each
        interval of the whole chain lies wholly on the other side; else ``undecided``.
    """
    rows = list(each_row(estimands[["effect", "sign", "ci_lower", "ci_upper"]]))
    if all(on_side(row.ci_lower, row.ci_upper, row.sign) for row in rows) and all(one == "found" for one in required):
        return "found"
    chain = [row for row in rows if row.effect == "serial"]
    return "reversed" if all(on_side(row.ci_lower, row.ci_upper, OTHER[row.sign]) for row in chain) else "undecided"


def estimands_of(claim: Claim, intervals: pd.DataFrame) -> pd.DataFrame:
    """Give a claim's estimands with their intervals, from a table by parameter name with est, ci_lower and ci_upper."""
    stated = pd.DataFrame([one.model_dump() for one in claim.estimands])
    names = [estimand(one).parameter for one in claim.estimands]
    found = intervals.loc[names, ["est", "ci_lower", "ci_upper"]].rename_axis("name").reset_index()
    return pd.concat([stated, found], axis=1)


def verdicts(intervals: pd.DataFrame, stated: Claims) -> dict[str, Verdict]:
    """Give the verdict on each claim from a table of intervals by parameter name."""
    given: dict[str, Verdict] = {}
    for name, claim in stated.results.items():
        given[name] = decide(estimands_of(claim, intervals), [given[other] for other in claim.requires])
    return given


def judge(mediation: Mediation, stated: Claims, simulated: bool) -> Verdicts:
    """Give the verdict on each claim by the written rule, beside the one that simultaneous intervals would give.

    A claim that the design cannot test has no verdict (see `untestable`).
    """
    stated = testable(stated, mediation.design)
    percentile = pd.concat([mediation.effects, mediation.contrasts]).set_index("name")
    simultaneous = mediation.simultaneous.set_index("name")
    by_rule, at_once = verdicts(percentile, stated), verdicts(simultaneous, stated)
    judgements = {}
    for name, claim in stated.results.items():
        estimands = estimands_of(claim, percentile)
        wider = estimands_of(claim, simultaneous)
        judgements[name] = Judgement(
            claim=name,
            verdict=by_rule[name],
            simultaneous=at_once[name],
            named=all(by_rule.get(other) == "found" for other in claim.named_if),
            estimands=estimands.assign(simultaneous_lower=wider["ci_lower"], simultaneous_upper=wider["ci_upper"]),
        )
    return Verdicts(judgements=judgements, simulated=simulated)


def under_confounding(confounding: pd.DataFrame, stated: Claims) -> pd.DataFrame:
    """Give the verdict on each claim under each fixed residual correlation: pair correlation claim verdict."""
    rows = []
    for (pair, correlation), table in confounding.groupby(["pair", "correlation"], sort=False):
        given = verdicts(table.set_index("name"), stated)
        rows += [(pair, correlation, claim, verdict) for claim, verdict in given.items()]
    return pd.DataFrame(rows, columns=["pair", "correlation", "claim", "verdict"])


def tipping_points(table: pd.DataFrame) -> pd.DataFrame:
    """Give the smallest residual correlation, in absolute value, at which each verdict changes: pair claim correlation.

    NaN where no correlation in the table changes it.
    """
    rows = []
    for (pair, claim), group in table.groupby(["pair", "claim"], sort=False):
        at_zero = group.loc[group["correlation"] == 0, "verdict"].item()
        changed = group.loc[group["verdict"] != at_zero, "correlation"]
        smallest = changed.loc[changed.abs().idxmin()] if len(changed) else np.nan
        rows.append((pair, claim, smallest))
    return pd.DataFrame(rows, columns=["pair", "claim", "correlation"])


_VERDICTS = get_args(Verdict)
_JUDGEMENT = (
    Quantity("", "word", "verdict", possible=_VERDICTS, label="verdict_label"),
    Quantity("simultaneous", "word", possible=_VERDICTS, label="simultaneous_label"),
    whether("named"),
    whether("same"),
)
_TIPPING = (whether("changes"), Quantity("at", "bounded", "correlation", optional=True))
_JUDGE, _UNDER = "analysis.claims.judge", "analysis.claims.under_confounding"
QUANTITIES = (
    Block("{prefix}.{claim}", "claims", "verdict", _JUDGEMENT, derived(VERDICTS), _JUDGE),
    Block("{prefix}", "together", "verdicts", (whether("same"),), derived(VERDICTS), _JUDGE),
)
"""The numbers of the book in `Verdicts`; the prefix says of which survey."""

_KEY = "robustness.confounding.{constructs}.{claim}"
CONFOUNDING = (Block(_KEY, "confounding", "confounding", _TIPPING, derived(CONFOUNDED), _UNDER),)
"""The numbers of the book about the verdicts under fixed residual correlations."""


def tables(result: Verdicts, stated: Claims) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    labels = {name: word.simulated if result.simulated else word.observed for name, word in stated.words.items()}
    judged = result.judgements
    same = [one.simultaneous == one.verdict for one in judged.values()]
    columns = {
        "claim": [*judged],
        "verdict": [one.verdict for one in judged.values()],
        "verdict_label": [labels[one.verdict] for one in judged.values()],
        "simultaneous": [one.simultaneous for one in judged.values()],
        "simultaneous_label": [labels[one.simultaneous] for one in judged.values()],
        "named": [one.named for one in judged.values()],
        "same": same,
    }
    return {"claims": pd.DataFrame(columns), "together": one_row(same=all(same))}


def confounding_tables(confounding: pd.DataFrame) -> Tables:
    """Give the table that `CONFOUNDING` reads, from the verdicts that `under_confounding` gives."""
    points = tipping_points(confounding)
    constructs = points["pair"].str.replace("-", "_")
    return {"confounding": points.assign(constructs=constructs, changes=points["correlation"].notna())}
