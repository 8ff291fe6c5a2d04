"""Tables of the literature: tiers, claims T1-T6, the nearest experiments, the evidence, effect sizes, rules, scales."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator
from typing import Any

import pandas as pd

from companion.dotted_name import dotted_name
from companion.evidence import Engagement, EvidenceMap, Forest, Literature, TierClaims, Tiers, Timeline
from companion.evidence.effects import SIDES
from companion.evidence.tiers import THESIS_TIERS
from companion.formats import Language
from companion.rows import each_row
from companion.tables.table import Table, headed
from companion.words import Words, words

NOT_SEEN = "not seen"
"""What the evidence tables hold where a source was not seen to say it."""

TIE_CLAIMS = {"nano": "T4", "micro": "T3", "macro": "T2", "mega": "T1"}
"""The claim of the thesis summary that speaks of the tie of each tier."""


def tier_profile(
    tiers: Tiers, engagement: Engagement, claims: TierClaims, literature: Literature, *, language: Language = "en"
) -> Table:
    """What can be said of each tier: followers over all definitions, engagement rates, prices, studies on the tie.

    Rates are sorted into the tiers by the bounds that most sources share; a band that crosses a bound is left out.
    """
    say = words(language)
    called = say.under("tables.literature.tier_profile.tier")
    rows = [
        {
            "tier": called[tier],
            "reach": _followers(tiers.ranges[tiers.ranges["tier"] == tier], say),
            "rates": _rates(engagement.rates, *THESIS_TIERS[tier], say),
            "cost": _price(literature, tier, say),
            "tie": _tie(claims, TIE_CLAIMS[tier], say),
        }
        for tier in THESIS_TIERS
    ]
    heads = say.under("tables.literature.tier_profile.heads")
    return Table(headed(rows, heads), dotted_name(tier_profile), about="no survey")


def _followers(ranges: pd.DataFrame, say: Words) -> str:
    low = say.printed(float(ranges["minimum"].min()), "count")
    if ranges["maximum"].isna().any():
        high = say("tables.literature.tier_profile.open")
    else:
        high = say.printed(float(ranges["maximum"].max()), "count")
    sources = ranges["source"].nunique()
    span = say("tables.literature.tier_profile.span", low=low, high=high)
    if sources == 1:
        return say("tables.literature.tier_profile.one_source", span=span)
    return say("tables.literature.tier_profile.sources", span=span, sources=sources)


def _rates(rates: pd.DataFrame, low: int, high: int | None, say: Words) -> str:
    top = math.inf if high is None else high
    inside = rates[(rates["minimum"] >= low) & (rates["maximum"].fillna(math.inf) <= top)]
    if inside.empty:
        return say("tables.literature.tier_profile.nothing")
    span = _span(
        (say.printed(float(rate), "points") for rate in (inside["percent"].min(), inside["percent"].max())), say
    )
    return say("tables.literature.tier_profile.rates", span=span, series=inside["series"].nunique())


def _price(literature: Literature, tier: str, say: Words) -> str:
    found = [price for price in literature.prices if price.tier == tier and "photo" in price.what_is_paid]
    if not found:
        return say("tables.literature.tier_profile.nothing")
    bounds = (min(price.low for price in found), max(price.high for price in found))
    return f"{found[0].currency} {_span((say.printed(bound, 'count') for bound in bounds), say)}"


def _span(bounds: Iterable[str], say: Words) -> str:
    """Give two bounds as a stretch, or the one that both are."""
    low, high = bounds
    return low if low == high else say("tables.literature.tier_profile.span", low=low, high=high)


def _tie(claims: TierClaims, claim: str, say: Words) -> str:
    part = claims.parts[(claims.parts["claim"] == claim) & (claims.parts["part"] == "tie")].iloc[0]
    if not part["sources"]:
        return say("tables.literature.tier_profile.nothing")
    verdict = say.under("evidence.verdict")[part["verdict"]]
    return say(
        "tables.literature.tier_profile.tie", studies=say.printed(int(part["sources"]), "count"), verdict=verdict
    )


def tier_claims(claims: TierClaims, *, language: Language = "en") -> Table:
    """Each part of claims T1-T6, how many sources lie on which side, and the verdict of the written rule."""
    say = words(language)
    verdicts = say.under("evidence.verdict")
    rows = [
        {
            "claim": f"{part['claim']}, {part['part']}",
            "verdict": verdicts[part["verdict"]],
            "statement": part["statement"],
            **{
                column: say.printed(int(part[column]), "count")
                for column in ("for", "mixed", "null", "against", "research")
            },
        }
        for _, part in claims.parts.iterrows()
    ]
    heads = say.under("tables.literature.tier_claims.heads")
    return Table(headed(rows, heads), dotted_name(tier_claims), claims.parts, about="no survey")


def nearest_experiments(literature: Literature, *, language: Language = "en") -> Table:
    """The studies closest to the thesis's experiment, and how each differs from it."""
    say = words(language)
    rows = [
        {
            "study": f"{{cite:t}}`{row.source}`",
            "differs": row.differs,
            "manipulated": row.manipulated,
            "finding": row.finding,
            "platform": row.platform,
            "n": row.n,
        }
        for row in literature.experiments
    ]
    heads = say.under("tables.literature.nearest_experiments.heads")
    data = _plain(literature.experiments)
    return Table(headed(rows, heads), dotted_name(nearest_experiments), data, about="no survey")


def evidence(
    found: EvidenceMap,
    roles: Collection[str] = ("model", "total", "neighbour", "rival"),
    *,
    language: Language = "en",
) -> Table:
    """The findings of the evidence map on paths of some roles, by path and study."""
    say = words(language)
    sides = say.under("evidence.directions")
    shown = found.paths[found.paths["role"].isin(roles)].set_index("path")["label"]
    findings = found.findings[found.findings["path"].isin(shown.index)]
    rows = [
        {
            "study": f"{{cite:t}}`{row.source}`",
            "path": shown[row.path],
            "direction": sides[row.direction],
            "finding": row.finding,
            "details": "; ".join(_details(row, say)),
        }
        for row in each_row(findings)
    ]
    heads = say.under("tables.literature.evidence.heads")
    anchors = [anchor(row.path, row.source) for row in each_row(findings)]
    return Table(headed(rows, heads), dotted_name(evidence), findings, about="no survey", anchors=anchors)


def anchor(path: str, source: str) -> str:
    """Give the address of a finding's row on the page that lists the evidence.

    Examples
    --------
    >>> anchor("reply_psr", "munnukka2019")
    'finding-reply-psr-munnukka2019'
    """
    return f"finding-{path.replace('_', '-')}-{source}"


def _details(finding: Any, say: Words) -> Iterator[str]:
    not_seen = say.under("tables.literature.evidence.not_seen")
    yield not_seen["design"] if finding.design == NOT_SEEN else finding.design
    if math.isnan(finding.n):
        yield not_seen["n"]
    else:
        yield say("tables.literature.evidence.n", n=say.printed(finding.n, "count"))
    yield not_seen["country"] if finding.country == NOT_SEEN else finding.country
    yield not_seen["platform"] if finding.platform == NOT_SEEN else finding.platform


def paths(found: EvidenceMap, *, language: Language = "en") -> Table:
    """How many studies of each path lie on which side."""
    say = words(language)
    rows = [
        {
            "path": path["label"],
            "expected": path["expected"],
            **{column: say.printed(int(path[column]), "count") for column in (*SIDES, "studies")},
        }
        for _, path in found.paths.iterrows()
    ]
    heads = say.under("tables.literature.paths.heads")
    return Table(headed(rows, heads), dotted_name(paths), found.paths, about="no survey")


def conversions(found: Forest, *, language: Language = "en") -> Table:
    """Each effect of the forest plot and how it was put on the scale of a correlation."""
    say = words(language)
    effects = found.in_words(language)
    rows = [
        {
            "study": f"{{cite:t}}`{row.source}`",
            "path": row.path_label,
            "what": row.what,
            "r": say.printed(row.r, "bounded"),
            "interval": "" if math.isnan(row.n) else say.printed((row.low, row.high), "bounded"),
            "n": say("tables.literature.conversions.not_seen") if math.isnan(row.n) else say.printed(row.n, "count"),
            "how": row.how,
        }
        for row in each_row(effects)
    ]
    heads = say.under("tables.literature.conversions.heads")
    anchors = [effect_anchor(row.path, row.source, row.outcome) for row in each_row(effects)]
    return Table(headed(rows, heads), dotted_name(conversions), effects, about="no survey", anchors=anchors)


def effect_anchor(path: str, source: str, outcome: str) -> str:
    """Give the address of an effect's row on the page that lists the conversions.

    Examples
    --------
    >>> effect_anchor("valence_attitude", "xiao2023", "product attitude")
    'effect-valence-attitude-xiao2023-product-attitude'
    """
    return f"effect-{path.replace('_', '-')}-{source}-{outcome.replace(' ', '-')}"


def rules(timeline: Timeline, *, language: Language = "en") -> Table:
    """The rules on advertising by influencers, and which of them held in the year of the study."""
    say = words(language)
    held = say.under("evidence.held")
    rows = [
        {
            "rule": row.title,
            "held": held[row.held],
            "from": row.printed,
            "level": row.level,
            "force": row.force,
            "what": row.what,
            "source": f"{{cite:t}}`{row.source}`",
        }
        for row in each_row(timeline.rules)
    ]
    heads = say.under("tables.literature.rules.heads", year=timeline.year)
    return Table(headed(rows, heads), dotted_name(rules), timeline.rules, about="no survey")


def scales(literature: Literature, *, language: Language = "en") -> Table:
    """What is known of the scales in use, without their wording."""
    say = words(language)
    rows = [
        {
            "measured": row.measured,
            "source": f"{{cite:t}}`{row.source}`",
            "structure": row.structure,
            "reliability": row.reliability,
        }
        for row in literature.scales
    ]
    heads = say.under("tables.literature.scales.heads")
    return Table(headed(rows, heads), dotted_name(scales), _plain(literature.scales), about="no survey")


def _plain(rows: tuple[object, ...]) -> pd.DataFrame:
    return pd.DataFrame([dict(row) for row in rows])  # type: ignore[call-overload]
