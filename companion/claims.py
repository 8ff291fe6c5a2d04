"""For each claim of the thesis: the intervals that decide it, and the verdict by the written rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pandas as pd

from companion.mediation import Mediation
from companion.questionnaire import Claim, Claims, Estimand

Verdict = Literal["found", "undecided", "reversed"]


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
        Whether the claim may be called by its name: R4 is a stronger *reversal* only if both reversals are found.
    estimands
        A row an estimand: effect at minus sign est ci_lower ci_upper simultaneous_lower simultaneous_upper.
    """

    claim: str
    verdict: Verdict
    simultaneous: Verdict
    named: bool
    estimands: pd.DataFrame


@dataclass(frozen=True)
class Verdicts:
    """The judgement of every claim, in the order of `claims.yml`, and whether the survey is simulated."""

    judgements: Mapping[str, Judgement]
    simulated: bool

    def __getitem__(self, claim: str) -> Judgement:
        return self.judgements[claim]


def parameter(estimand: Estimand) -> str:
    """Give the name of the defined parameter that an estimand stands for (see `companion.mediation.defined_parameters`)."""
    contrast = "" if estimand.minus is None else f"_minus_{estimand.minus}"
    return f"{estimand.effect}_{estimand.at}{contrast}"


def on_side(low: float, high: float, sign: str) -> bool:
    """Say whether an interval lies wholly on one side of zero, ``+`` or ``-``."""
    return low > 0 if sign == "+" else high < 0


def decide(estimands: pd.DataFrame, lower: str, upper: str, required: list[Verdict]) -> Verdict:
    """Apply the written rule to a claim's intervals.

    Parameters
    ----------
    estimands
        A row an estimand, with its ``effect``, its claimed ``sign`` and the bounds.
    lower, upper
        The columns of the bounds.
    required
        Verdicts on the claims that have to be found first.

    Returns
    -------
    str
        ``found`` when every interval lies on its claimed side and every required claim is found; ``reversed`` when each
        interval of the whole chain lies wholly on the other side; else ``undecided``.
    """
    bounds = zip(estimands[lower], estimands[upper], estimands["sign"], estimands["effect"], strict=True)
    sides = [(effect, on_side(low, high, sign), on_side(low, high, "-" if sign == "+" else "+")) for low, high, sign, effect in bounds]
    if all(claimed for _, claimed, _ in sides) and all(verdict == "found" for verdict in required):
        return "found"
    return "reversed" if all(other for effect, _, other in sides if effect == "serial") else "undecided"


def intervals(claim: Claim, mediation: Mediation) -> pd.DataFrame:
    """Give the intervals that decide a claim, percentile and simultaneous."""
    effects = pd.concat([mediation.effects, mediation.contrasts]).set_index("name")
    simultaneous = mediation.simultaneous.set_index("name")
    rows = []
    for estimand in claim.estimands:
        name = parameter(estimand)
        rows.append(
            {
                **estimand.model_dump(),
                "name": name,
                **effects.loc[name, ["est", "ci_lower", "ci_upper"]],
                "simultaneous_lower": simultaneous.loc[name, "ci_lower"],
                "simultaneous_upper": simultaneous.loc[name, "ci_upper"],
            }
        )
    return pd.DataFrame(rows)


def judge(mediation: Mediation, stated: Claims, simulated: bool) -> Verdicts:
    """Give the verdict on each claim by the written rule, in the order in which claims require one another."""
    judgements: dict[str, Judgement] = {}
    for name, claim in stated.results.items():
        table = intervals(claim, mediation)
        needed = [judgements[other] for other in claim.requires]
        judgements[name] = Judgement(
            claim=name,
            verdict=decide(table, "ci_lower", "ci_upper", [one.verdict for one in needed]),
            simultaneous=decide(table, "simultaneous_lower", "simultaneous_upper", [one.simultaneous for one in needed]),
            named=all(judgements[other].verdict == "found" for other in claim.named_if),
            estimands=table,
        )
    return Verdicts(judgements=judgements, simulated=simulated)
