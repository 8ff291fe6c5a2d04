"""What the literature chapters print: the tables of their numbers, and the numbers declared on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from companion.evidence.effects import SIDES, evidence_map, forest
from companion.evidence.rules import timeline
from companion.evidence.tables import FOLDER, citations, literature
from companion.evidence.tiers import TierClaims, disagreement, engagement, tier_claims, tiers
from companion.quantities import Block, Quantity, Tables, each, one_row
from companion.rows import row_at

EXAMPLES = (8_000, 30_000, 150_000)
LOWER_FLOOR = 100
COUNTED = "counted from the coded literature: no model"


def _block(key: str, table: str, function: str, *quantities: Quantity) -> Block:
    return Block(f"literature.{key}", table, f"literature.{table}", quantities, COUNTED, f"evidence.{function}")


def _counts(*parts: str) -> tuple[Quantity, ...]:
    return each("count", *parts)


_WORKS = (Quantity("cited", "count"), Quantity("abstract", "percent"))
_SHARED = (Quantity("disjoint", "percent"), *_counts("starts", "ends", "lowest-end", "highest-end"))
_MOST = (Quantity("most", "percent"), *_counts("most-from", "most-to"))
_CLAIM = (*each("word", "verdict", "verdict-research"), *_counts("parts", "tested", "sources", "for"))
_MAP = (*_counts("findings", "studies", "paths"), Quantity("no-n", "percent"))
_SIDES = each("count", *SIDES, words="literature.paths.side")
QUANTITIES = (
    _block("works", "works", "citations", *_WORKS),
    _block("tiers", "tiers", "tiers", *_counts("sources", "names"), Quantity("disagreement", "share")),
    _block("tiers", "tiers", "tiers.disagreement", Quantity("disagreement-from-100", "share")),
    _block("tiers", "tiers", "tiers", *_SHARED, *_MOST),
    _block("tiers.called.{followers}", "called", "tiers", Quantity("", "percent", "share")),
    _block("engagement", "engagement", "engagement", *_counts("series", "definitions")),
)
"""The numbers on works and tiers."""

CLAIM = (
    _block("tiers.{claim}", "claim", "tier_claims", *_CLAIM),
    _block("tiers.{claim}.{name}", "parts", "tier_claims", *_counts("sources", "for"), Quantity("verdict", "word")),
)
"""The numbers on one claim about the tiers."""

REST = (
    _block("tiers", "claims", "tier_claims", *_counts("parts", "untested")),
    _block("map", "map", "evidence_map", *_MAP),
    _block("path.{name}", "paths", "evidence_map", *_counts("studies"), *_SIDES),
    _block("forest", "forest", "forest", *_counts("effects", "sources", "paths", "conversions")),
    _block("forest.{source}.{name}", "effects", "forest", Quantity("", "bounded", "r")),
    _block("rules", "rules", "timeline", *_counts("listed")),
    _block("rules.{name}", "held", "timeline", Quantity("", "count", "rules")),
)
"""The numbers on claims, paths, effects and rules."""


def tables(folder: Path = FOLDER) -> Tables:
    """Give the tables that `QUANTITIES` and `REST` read.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    return {
        "works": _works(folder),
        **_tiers(folder),
        **_claims_together(tier_claims(folder)),
        **_paths(folder),
        **_effects(folder),
        **_rules(folder),
    }


def claims(folder: Path = FOLDER) -> Iterator[tuple[str, Tables]]:
    """Give for each claim about the tiers the tables that `CLAIM` reads."""
    found, research = tier_claims(folder), tier_claims(folder, research_only=True)
    for claim, verdict in found.verdicts.items():
        parts = found.parts[found.parts["claim"] == claim]
        cells = {
            "claim": claim,
            "verdict": verdict,
            "verdict-research": research.verdicts[claim],
            "parts": len(parts),
            "tested": int((parts["verdict"] != "untested").sum()),
            "sources": int(parts["sources"].sum()),
            "for": int(parts["for"].sum()),
        }
        yield claim, {"claim": one_row(**cells), "parts": parts.assign(name=parts["part"].str.replace(" ", "-"))}


def _works(folder: Path) -> pd.DataFrame:
    cited, works = {citation.key for citation in citations(folder)}, literature(folder).works
    seen = pd.Series([works[key].seen for key in sorted(cited)])
    return one_row(cited=len(cited), abstract=float((seen == "abstract").mean()))


def _tiers(folder: Path) -> Tables:
    found = tiers(folder)
    ranges = list(zip(found.micro["minimum"], found.micro["maximum"], strict=True))
    lower = [
        disagreement(first, second, floor=LOWER_FLOOR)
        for place, first in enumerate(ranges)
        for second in ranges[place + 1 :]
    ]
    most = row_at(found.called, found.called["share"].idxmax())
    starts, ends = sorted(set(found.micro["minimum"])), sorted(set(found.micro["maximum"]))
    cells = {
        "sources": len(found.micro),
        "names": found.ranges["tier"].nunique(),
        "disagreement": found.disagreement,
        "disagreement-from-100": sum(lower) / len(lower),
        "disjoint": found.disjoint,
        "starts": len(starts),
        "ends": len(ends),
        "lowest-end": float(ends[0]),
        "highest-end": float(ends[-1]),
        "most": float(most["share"]),
        "most-from": float(most["minimum"]),
        "most-to": float(most["maximum"]),
    }
    called = [(followers, f"{followers:,}", found.share(followers)) for followers in EXAMPLES]
    rates = engagement(folder).rates
    return {
        "tiers": one_row(**cells),
        "called": pd.DataFrame(called, columns=["followers", "said", "share"]),
        "engagement": one_row(series=rates["series"].nunique(), definitions=rates["definition"].nunique()),
    }


def _claims_together(found: TierClaims) -> Tables:
    return {"claims": one_row(parts=len(found.parts), untested=int((found.parts["verdict"] == "untested").sum()))}


def _paths(folder: Path) -> Tables:
    found = evidence_map(folder)
    cells = {
        "findings": len(found.findings),
        "studies": found.findings["source"].nunique(),
        "paths": len(found.paths),
        "no-n": float(found.findings["n"].isna().mean()),
    }
    return {"map": one_row(**cells), "paths": found.paths.assign(name=found.paths["path"].str.replace("_", "-"))}


def _effects(folder: Path) -> Tables:
    effects = forest(folder).effects
    together = one_row(
        effects=len(effects),
        sources=effects["source"].nunique(),
        paths=effects["path"].nunique(),
        conversions=effects["how"].nunique(),
    )
    first = effects.drop_duplicates(["source", "path"])
    return {"forest": together, "effects": first.assign(name=first["path"].str.replace("_", "-"))}


def _rules(folder: Path) -> Tables:
    found = timeline(folder)
    held = [
        (what.replace(" ", "-"), what, found.year, int((found.rules["held"] == what).sum()))
        for what in ("held", "came later", "was gone")
    ]
    return {
        "rules": one_row(listed=len(found.rules)),
        "held": pd.DataFrame(held, columns=["name", "held", "year", "rules"]),
    }
