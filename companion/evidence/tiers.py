"""How sources draw the lines between tiers, how far they disagree, and what the evidence says on claims T1-T6."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, pairwise
from pathlib import Path

import pandas as pd

from companion.evidence.tables import FOLDER, Literature, TierFinding, literature
from companion.evidence.verdict import verdict

FLOOR = 1_000
"""Where ranges that begin at 0 followers begin on the logarithmic axis; nobody hires an account below it."""

THESIS_TIERS = {
    "nano": (0, 10_000),
    "micro": (10_000, 100_000),
    "macro": (100_000, 1_000_000),
    "mega": (1_000_000, None),
}
"""Bands into which engagement figures are sorted for the table of tiers: the bounds that most sources share."""


@dataclass(frozen=True)
class Tiers:
    """Definitions of the tiers by source.

    Parameters
    ----------
    ranges
        One row a source and tier: source, label, tier, minimum, maximum (not a number where open), in_words.
    micro
        The rows of ``ranges`` that define *micro*, sorted by upper and then lower bound.
    disagreement
        Mean over all pairs of definitions of micro of `disagreement`; 0 is agreement, 1 is no overlap at all.
    disjoint
        Share of these pairs that have no follower count in common.
    called
        Step function: for each stretch of follower counts (minimum, maximum) the share of definitions that call it
        micro.
    """

    ranges: pd.DataFrame
    micro: pd.DataFrame
    disagreement: float
    disjoint: float
    called: pd.DataFrame

    def share(self, followers: int) -> float:
        """Give the share of definitions that call an account of this size micro."""
        return share_calling(self.micro, followers)


def tiers(folder: Path = FOLDER) -> Tiers:
    """Read the tier definitions and measure how far they disagree.

    Raises
    ------
    InputError
        The evidence tables hold a fault.

    Examples
    --------
    >>> tiers().share(150_000)
    0.0
    """
    evidence = literature(folder)
    ranges = pd.DataFrame(
        [
            {
                "source": row.source,
                "label": evidence.label(row.source),
                "tier": row.tier,
                "minimum": row.followers_min,
                "maximum": float("nan") if row.followers_max is None else float(row.followers_max),
                "in_words": row.in_words,
            }
            for row in evidence.tiers
        ]
    )
    micro = ranges[ranges["tier"] == "micro"].sort_values(["maximum", "minimum"], kind="stable", ignore_index=True)
    pairs = [
        disagreement(first, second)
        for first, second in combinations(zip(micro["minimum"], micro["maximum"], strict=True), 2)
    ]
    bounds = sorted({*micro["minimum"].clip(lower=FLOOR), *micro["maximum"]})
    called = pd.DataFrame(
        [{"minimum": low, "maximum": high, "share": share_calling(micro, int(low))} for low, high in pairwise(bounds)]
    )
    return Tiers(
        ranges=ranges,
        micro=micro,
        disagreement=sum(pairs) / len(pairs),
        disjoint=sum(pair == 1 for pair in pairs) / len(pairs),
        called=called,
    )


def share_calling(micro: pd.DataFrame, followers: int) -> float:
    """Share of definitions whose range holds a follower count (lower bound included, upper bound not)."""
    holds = (micro["minimum"] <= followers) & (followers < micro["maximum"])
    return float(holds.mean())


def disagreement(first: tuple[float, float], second: tuple[float, float], floor: float = FLOOR) -> float:
    """Give the Jaccard distance of two follower ranges on a logarithmic axis.

    Parameters
    ----------
    first, second
        Lower and upper bound, in followers.
    floor
        Lower bounds below it are moved up to it: the logarithm of 0 does not exist.

    Returns
    -------
    float
        1 - overlap / union of the two stretches: 0 for the same range, 1 for ranges without a common count.

    Examples
    --------
    Ten times as many followers is one step, so 1,000-10,000 and 1,000-100,000 share one step of two:

    >>> disagreement((1_000, 10_000), (1_000, 100_000))
    0.5
    """
    (low_1, high_1), (low_2, high_2) = (
        (math.log10(max(low, floor)), math.log10(high)) for low, high in (first, second)
    )
    overlap = max(0.0, min(high_1, high_2) - max(low_1, low_2))
    union = (high_1 - low_1) + (high_2 - low_2) - overlap
    return 1 - overlap / union


@dataclass(frozen=True)
class Engagement:
    """Engagement rates by size of the account.

    Parameters
    ----------
    rates
        One row a figure: series, label, minimum, maximum (not a number where open), percent, definition, year. A series
        is one source with one definition; figures of different series cannot be compared.
    """

    rates: pd.DataFrame


def engagement(folder: Path = FOLDER) -> Engagement:
    """Read the engagement rates, sources and definitions kept apart.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    rates = pd.DataFrame(
        [
            {
                "series": row.series,
                "source": row.source,
                "label": evidence.label(row.source),
                "minimum": row.followers_min,
                "maximum": float("nan") if row.followers_max is None else float(row.followers_max),
                "percent": row.percent,
                "definition": row.definition,
                "year": row.year,
            }
            for row in evidence.engagement
        ]
    )
    return Engagement(rates)


@dataclass(frozen=True)
class TierClaims:
    """What the evidence says on the claims of the thesis summary about the tiers.

    Parameters
    ----------
    parts
        One row a part of a claim: claim, part, statement, sources, research, for, mixed, null, against, verdict.
    verdicts
        The verdict on each claim, from the verdicts on its parts.
    """

    parts: pd.DataFrame
    verdicts: dict[str, str]


def tier_claims(folder: Path = FOLDER, research_only: bool = False) -> TierClaims:
    """Judge claims T1-T6 by the written rule (`part_verdict`, `claim_verdict`).

    Parameters
    ----------
    folder
        Where the evidence tables lie.
    research_only
        Leave out what is not research: figures and price lists of firms.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    evidence = literature(folder)
    rows = []
    for part in evidence.tier_claims:
        findings = [
            finding
            for finding in evidence.tier_findings
            if (finding.claim, finding.part) == (part.claim, part.part)
            and (evidence.is_research(finding.source) or not research_only)
        ]
        rows.append(
            {
                "claim": part.claim,
                "part": part.part,
                "statement": part.statement,
                "sources": len(findings),
                "research": sum(evidence.is_research(finding.source) for finding in findings),
                **{side: sum(f.direction == side for f in findings) for side in ("for", "mixed", "null", "against")},
                "verdict": part_verdict(findings, evidence),
            }
        )
    parts = pd.DataFrame(rows)
    return TierClaims(parts, {str(claim): claim_verdict(group["verdict"]) for claim, group in parts.groupby("claim")})


def part_verdict(findings: Iterable[TierFinding], evidence: Literature) -> str:
    """Judge one part of a claim by counting sources.

    The rule is that of `companion.evidence.verdict`, with a source for a finding.
    """
    return verdict((finding.direction, evidence.is_research(finding.source)) for finding in findings)


def claim_verdict(parts: Iterable[str]) -> str:
    """Judge a claim from its parts: the verdict of its tested parts where they agree, *mixed* where they do not.

    Without a tested part the claim is *untested*.

    Examples
    --------
    >>> claim_verdict(["supports", "untested"]), claim_verdict(["supports", "contradicts"])
    ('supports', 'mixed')
    """
    tested = set(parts) - {"untested"}
    if not tested:
        return "untested"
    return tested.pop() if len(tested) == 1 else "mixed"
