"""Literature tables -> tier ranges, directions, effect sizes, and verdicts on the claims about the tiers.

Everything here is read from ``data/literature`` and has a source with an address; nothing comes from the survey.
"""

from companion.evidence.effects import EvidenceMap, Forest, evidence_map, forest
from companion.evidence.rules import Timeline, timeline
from companion.evidence.tables import Literature, citations, literature
from companion.evidence.tiers import Engagement, TierClaims, Tiers, engagement, tier_claims, tiers

__all__ = [
    "Engagement",
    "EvidenceMap",
    "Forest",
    "Literature",
    "TierClaims",
    "Tiers",
    "Timeline",
    "citations",
    "engagement",
    "evidence_map",
    "forest",
    "literature",
    "tier_claims",
    "tiers",
    "timeline",
]
