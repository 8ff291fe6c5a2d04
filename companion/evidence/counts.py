"""Every number that the literature chapters print, by key."""

from __future__ import annotations

from pathlib import Path

from companion.evidence.effects import SIDES, evidence_map, forest
from companion.evidence.rules import timeline
from companion.evidence.tables import FOLDER, citations, literature
from companion.evidence.tiers import disagreement, engagement, tier_claims, tiers

Number = tuple[str, float | str | tuple[float, float], str, str, str]
"""Key, value, kind (see `companion.formats.Kind`), what it is in words that need no context, function that made it."""

EXAMPLES = (8_000, 30_000, 150_000)
LOWER_FLOOR = 100


def numbers(folder: Path = FOLDER) -> list[Number]:
    """Give every number of the literature chapters.

    Raises
    ------
    InputError
        The evidence tables hold a fault.
    """
    return [
        *_of_works(folder),
        *_of_tiers(folder),
        *_of_tier_claims(folder),
        *_of_paths(folder),
        *_of_forest(folder),
        *_of_rules(folder),
    ]


def _of_works(folder: Path) -> list[Number]:
    cited = {citation.key for citation in citations(folder)}
    works = literature(folder).works
    seen = [works[key].seen for key in sorted(cited)]
    made_by = "companion.evidence.citations"
    return [
        ("literature.works.cited", len(cited), "count", "Works cited in the literature chapters", made_by),
        (
            "literature.works.abstract",
            sum(what == "abstract" for what in seen) / len(seen),
            "percent",
            "Share of the works cited in the literature chapters of which the abstract was seen, not the article",
            made_by,
        ),
    ]


def _of_tiers(folder: Path) -> list[Number]:
    found = tiers(folder)
    made_by = "companion.evidence.tiers"
    ranges = list(zip(found.micro["minimum"], found.micro["maximum"], strict=True))
    lower = [
        disagreement(first, second, floor=LOWER_FLOOR)
        for place, first in enumerate(ranges)
        for second in ranges[place + 1 :]
    ]
    most = found.called.loc[found.called["share"].idxmax()]
    starts, ends = sorted(set(found.micro["minimum"])), sorted(set(found.micro["maximum"]))
    rows: list[Number] = [
        (
            "literature.tiers.sources",
            len(found.micro),
            "count",
            "Sources that give micro a range of followers",
            made_by,
        ),
        (
            "literature.tiers.names",
            found.ranges["tier"].nunique(),
            "count",
            "Different names of tiers in these sources",
            made_by,
        ),
        (
            "literature.tiers.disagreement",
            found.disagreement,
            "share",
            "Mean Jaccard distance between two definitions of micro, on a logarithmic axis from 1,000 followers",
            made_by,
        ),
        (
            "literature.tiers.disagreement-from-100",
            sum(lower) / len(lower),
            "share",
            "The same with the axis beginning at 100 followers",
            "companion.evidence.tiers.disagreement",
        ),
        (
            "literature.tiers.disjoint",
            found.disjoint,
            "percent",
            "Share of pairs of definitions of micro that have no follower count in common",
            made_by,
        ),
        ("literature.tiers.starts", len(starts), "count", "Different follower counts at which micro begins", made_by),
        ("literature.tiers.ends", len(ends), "count", "Different follower counts at which micro ends", made_by),
        ("literature.tiers.lowest-end", float(ends[0]), "count", "Lowest follower count at which micro ends", made_by),
        (
            "literature.tiers.highest-end",
            float(ends[-1]),
            "count",
            "Highest follower count at which micro ends",
            made_by,
        ),
        (
            "literature.tiers.most",
            float(most["share"]),
            "percent",
            "Largest share of definitions that call one follower count micro",
            made_by,
        ),
        (
            "literature.tiers.most-from",
            float(most["minimum"]),
            "count",
            "Follower count at which that share begins",
            made_by,
        ),
        (
            "literature.tiers.most-to",
            float(most["maximum"]),
            "count",
            "Follower count at which that share ends",
            made_by,
        ),
    ]
    for followers in EXAMPLES:
        rows.append(
            (
                f"literature.tiers.called.{followers}",
                found.share(followers),
                "percent",
                f"Share of definitions that call an account with {followers:,} followers micro",
                made_by,
            )
        )
    rates = engagement(folder).rates
    rows.append(
        (
            "literature.engagement.series",
            rates["series"].nunique(),
            "count",
            "Series of engagement rates",
            "companion.evidence.engagement",
        )
    )
    rows.append(
        (
            "literature.engagement.definitions",
            rates["definition"].nunique(),
            "count",
            "Definitions of the engagement rate",
            "companion.evidence.engagement",
        )
    )
    return rows


def _of_tier_claims(folder: Path) -> list[Number]:
    found, research = tier_claims(folder), tier_claims(folder, research_only=True)
    made_by = "companion.evidence.tier_claims"
    rows: list[Number] = []
    for claim, verdict in found.verdicts.items():
        parts = found.parts[found.parts["claim"] == claim]
        key = f"literature.tiers.{claim}"
        rows += [
            (
                f"{key}.verdict",
                verdict,
                "word",
                f"What the evidence says on claim {claim}, by the written rule",
                made_by,
            ),
            (
                f"{key}.verdict-research",
                research.verdicts[claim],
                "word",
                f"What the evidence says on claim {claim} when only research counts",
                made_by,
            ),
            (f"{key}.parts", len(parts), "count", f"Parts of claim {claim}", made_by),
            (
                f"{key}.tested",
                int((parts["verdict"] != "untested").sum()),
                "count",
                f"Parts of claim {claim} with enough evidence",
                made_by,
            ),
            (f"{key}.sources", int(parts["sources"].sum()), "count", f"Findings on claim {claim}", made_by),
            (f"{key}.for", int(parts["for"].sum()), "count", f"Findings in the direction of claim {claim}", made_by),
        ]
        for part in parts.itertuples():
            name = part.part.replace(" ", "-")
            agreeing = int(parts.loc[part.Index, "for"])
            rows += [
                (
                    f"{key}.{name}.sources",
                    part.sources,
                    "count",
                    f"Sources on claim {claim}: {part.statement}",
                    made_by,
                ),
                (
                    f"{key}.{name}.for",
                    agreeing,
                    "count",
                    f"Sources in favour of claim {claim}: {part.statement}",
                    made_by,
                ),
            ]
            rows.append(
                (
                    f"{key}.{name}.verdict",
                    part.verdict,
                    "word",
                    f"What the evidence says on claim {claim}: {part.statement}",
                    made_by,
                )
            )
    untested = found.parts[found.parts["verdict"] == "untested"]
    rows += [
        ("literature.tiers.parts", len(found.parts), "count", "Parts of the claims T1-T6", made_by),
        (
            "literature.tiers.untested",
            len(untested),
            "count",
            "Parts of the claims T1-T6 with too little evidence",
            made_by,
        ),
    ]
    return rows


def _of_paths(folder: Path) -> list[Number]:
    found = evidence_map(folder)
    made_by = "companion.evidence.evidence_map"
    rows: list[Number] = [
        ("literature.map.findings", len(found.findings), "count", "Findings in the evidence map", made_by),
        ("literature.map.studies", found.findings["source"].nunique(), "count", "Studies in the evidence map", made_by),
        ("literature.map.paths", len(found.paths), "count", "Paths in the evidence map", made_by),
        (
            "literature.map.no-n",
            float(found.findings["n"].isna().mean()),
            "percent",
            "Share of findings in the evidence map whose sample size was not seen",
            made_by,
        ),
    ]
    for path in found.paths.to_dict("records"):
        key = f"literature.path.{path['path'].replace('_', '-')}"
        rows.append((f"{key}.studies", path["studies"], "count", f"Studies on the path {path['label']}", made_by))
        for side in SIDES:
            rows.append(
                (
                    f"{key}.{side}",
                    path[side],
                    "count",
                    f"Studies on the path {path['label']} that were coded {side}",
                    made_by,
                )
            )
    return rows


def _of_forest(folder: Path) -> list[Number]:
    effects = forest(folder).effects
    made_by = "companion.evidence.forest"
    rows: list[Number] = [
        (
            "literature.forest.effects",
            len(effects),
            "count",
            "Effects that could be put on the scale of a correlation",
            made_by,
        ),
        ("literature.forest.sources", effects["source"].nunique(), "count", "Sources of these effects", made_by),
        ("literature.forest.paths", effects["path"].nunique(), "count", "Paths on which these effects lie", made_by),
        (
            "literature.forest.conversions",
            effects["how"].nunique(),
            "count",
            "Ways in which they were converted",
            made_by,
        ),
    ]
    first = effects.drop_duplicates(["source", "path"])
    for effect in first.to_dict("records"):
        key = f"literature.forest.{effect['source']}.{effect['path'].replace('_', '-')}"
        rows.append(
            (
                key,
                effect["r"],
                "bounded",
                f"{effect['label']}, {effect['path_label']}, as a correlation: {effect['what']}",
                made_by,
            )
        )
    return rows


def _of_rules(folder: Path) -> list[Number]:
    found = timeline(folder)
    made_by = "companion.evidence.timeline"
    return [
        ("literature.rules.listed", len(found.rules), "count", "Rules in the timeline", made_by),
        *(
            (
                f"literature.rules.{held.replace(' ', '-')}",
                int((found.rules["held"] == held).sum()),
                "count",
                f"Rules in the timeline that {held} in {found.year}",
                made_by,
            )
            for held in ("held", "came later", "was gone")
        ),
    ]
