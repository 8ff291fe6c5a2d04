"""Tables of the literature: tiers, claims T1-T6, the nearest experiments, the evidence, effect sizes, rules, scales."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator
from typing import Any

import pandas as pd

from companion.evidence import Engagement, EvidenceMap, Forest, Literature, TierClaims, Tiers, Timeline
from companion.evidence.effects import SIDES
from companion.evidence.tiers import THESIS_TIERS
from companion.formats import printed
from companion.tables.table import Table
from companion.words import words

HERE = "companion.tables.literature"
NOTHING = "no figure found"
NOT_SEEN = "not seen"
TIE_CLAIMS = {"nano": "T4", "micro": "T3", "macro": "T2", "mega": "T1"}
"""The claim of the thesis summary that speaks of the tie of each tier."""


def tier_profile(tiers: Tiers, engagement: Engagement, claims: TierClaims, literature: Literature) -> Table:
    """What can be said of each tier: followers over all definitions, engagement rates, prices, studies on the tie.

    Rates are sorted into the tiers by the bounds that most sources share; a band that crosses a bound is left out.
    """
    rows = [
        {
            "Tier": tier.capitalize(),
            "Reach: followers, over all definitions": _followers(tiers.ranges[tiers.ranges["tier"] == tier]),
            "Engagement rates found": _rates(engagement.rates, *THESIS_TIERS[tier]),
            "Cost: price of a photo post found": _price(literature, tier),
            "Tie: studies, and what they say to the summary's claim": _tie(claims, TIE_CLAIMS[tier]),
        }
        for tier in THESIS_TIERS
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.tier_profile", about="no survey")


def _followers(ranges: pd.DataFrame) -> str:
    low = printed(float(ranges["minimum"].min()), "count")
    open_ended = ranges["maximum"].isna().any()
    high = "no upper bound" if open_ended else printed(float(ranges["maximum"].max()), "count")
    sources = ranges["source"].nunique()
    return f"{low} to {high} ({sources} {'source' if sources == 1 else 'sources'})"


def _rates(rates: pd.DataFrame, low: int, high: int | None) -> str:
    top = math.inf if high is None else high
    inside = rates[(rates["minimum"] >= low) & (rates["maximum"].fillna(math.inf) <= top)]
    if inside.empty:
        return NOTHING
    series = inside["series"].nunique()
    bounds = sorted({float(inside["percent"].min()), float(inside["percent"].max())})
    words = " to ".join(printed(bound, "points") for bound in bounds)
    return f"{words} % ({series} series)"


def _price(literature: Literature, tier: str) -> str:
    found = [price for price in literature.prices if price.tier == tier and "photo" in price.what_is_paid]
    if not found:
        return NOTHING
    bounds = sorted({min(price.low for price in found), max(price.high for price in found)})
    return f"{found[0].currency} " + " to ".join(printed(bound, "count") for bound in bounds)


def _tie(claims: TierClaims, claim: str) -> str:
    part = claims.parts[(claims.parts["claim"] == claim) & (claims.parts["part"] == "tie")].iloc[0]
    return f"{printed(int(part['sources']), 'count')} studies, {part['verdict']}" if part["sources"] else NOTHING


def tier_claims(claims: TierClaims) -> Table:
    """Each part of claims T1-T6, how many sources lie on which side, and the verdict of the written rule."""
    rows = [
        {
            "Claim": f"{part['claim']}, {part['part']}",
            "Evidence": part["verdict"],
            "The summary says": part["statement"],
            **{
                heading: printed(int(part[column]), "count")
                for heading, column in (
                    ("For", "for"),
                    ("Mixed", "mixed"),
                    ("No difference", "null"),
                    ("Against", "against"),
                    ("Of these, research", "research"),
                )
            },
        }
        for _, part in claims.parts.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.tier_claims", claims.parts, about="no survey")


def nearest_experiments(literature: Literature) -> Table:
    """The studies closest to the thesis's experiment, and how each differs from it."""
    rows = [
        {
            "Study": f"{{cite:t}}`{row.source}`",
            "How it differs": row.differs,
            "What was varied": row.manipulated,
            "What came out": row.finding,
            "Where": row.platform,
            "N": row.n,
        }
        for row in literature.experiments
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.nearest_experiments", _plain(literature.experiments), about="no survey")


def evidence(found: EvidenceMap, roles: Collection[str] = ("model", "total", "neighbour", "rival")) -> Table:
    """The findings of the evidence map on paths of some roles, by path and study."""
    shown = found.paths[found.paths["role"].isin(roles)].set_index("path")["label"]
    findings = found.findings[found.findings["path"].isin(shown.index)]
    rows = [
        {
            "Study": f"{{cite:t}}`{row.source}`",
            "Path": shown[row.path],
            "Direction": words("en")(f"evidence.directions.{row.direction}"),
            "What came out": row.finding,
            "Design, N, country, platform": "; ".join(_details(row)),
        }
        for row in findings.itertuples()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.evidence", findings, about="no survey")


def _details(finding: Any) -> Iterator[str]:
    yield "design not seen" if finding.design == NOT_SEEN else finding.design
    yield "N not seen" if math.isnan(finding.n) else f"N = {printed(finding.n, 'count')}"
    yield "country not seen" if finding.country == NOT_SEEN else finding.country
    yield "platform not seen" if finding.platform == NOT_SEEN else finding.platform


def paths(found: EvidenceMap) -> Table:
    """How many studies of each path lie on which side."""
    rows = [
        {
            "Path": path["label"],
            "What the chain expects": path["expected"],
            **{
                words("en")(f"evidence.directions.{side}").capitalize(): printed(int(path[side]), "count")
                for side in SIDES
            },
            "Studies": printed(int(path["studies"]), "count"),
        }
        for _, path in found.paths.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.paths", found.paths, about="no survey")


def conversions(found: Forest) -> Table:
    """Each effect of the forest plot and how it was put on the scale of a correlation."""
    rows = [
        {
            "Study": f"{{cite:t}}`{row.source}`",
            "Path": row.path_label,
            "What was seen": row.what,
            "r": printed(row.r, "bounded"),
            "95 % interval": "" if math.isnan(row.n) else printed((row.low, row.high), "bounded"),
            "n": NOT_SEEN if math.isnan(row.n) else printed(row.n, "count"),
            "How r was found": row.how,
        }
        for row in found.effects.itertuples()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.conversions", found.effects, about="no survey")


def rules(timeline: Timeline) -> Table:
    """The rules on advertising by influencers, and which of them held in the year of the study."""
    rows = [
        {
            "Rule": row.title,
            f"In {timeline.year}": row.held,
            "From": row.printed,
            "Level": row.level,
            "Force": row.force,
            "What it says": row.what,
            "Source": f"{{cite:t}}`{row.source}`",
        }
        for row in timeline.rules.itertuples()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.rules", timeline.rules, about="no survey")


def scales(literature: Literature) -> Table:
    """What is known of the scales in use, without their wording."""
    rows = [
        {
            "What is measured": row.measured,
            "Source": f"{{cite:t}}`{row.source}`",
            "Structure": row.structure,
            "Reliability": row.reliability,
        }
        for row in literature.scales
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.scales", _plain(literature.scales), about="no survey")


def _plain(rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows])  # type: ignore[call-overload]
