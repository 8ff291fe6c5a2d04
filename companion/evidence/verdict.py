"""The written rule by which coded findings are counted into a verdict; it stands in words in the chapter on tiers."""

from __future__ import annotations

from collections.abc import Iterable

DECISIVE = 0.75
FEWEST_SOURCES = 2
VERDICTS = ("supports", "mixed", "contradicts", "untested")
AGREEING = {"supports": frozenset({"for"}), "contradicts": frozenset({"null", "against"})}
"""Verdict -> the directions that count for it."""


def verdict(findings: Iterable[tuple[str, bool]]) -> str:
    """Judge by counting findings, each a direction and whether it comes from research.

    *untested* with fewer than two findings, or without research among them; *supports* when at least three quarters of
    them lie in the expected direction, research among them; *contradicts* when at least three quarters found no
    difference or the opposite, research among them; *mixed* otherwise. A finding whose direction is not stated is one
    of the findings and lies on no side.

    Examples
    --------
    >>> verdict([("for", True)] * 3 + [("null", True)]), verdict([("for", True)] * 2 + [("unclear", True)])
    ('supports', 'mixed')
    >>> verdict([("for", True)]), verdict([("for", False), ("for", False)])
    ('untested', 'untested')
    """
    sides = list(findings)
    if len(sides) < FEWEST_SOURCES or not any(research for _, research in sides):
        return "untested"
    for name, directions in AGREEING.items():
        agreeing = [research for direction, research in sides if direction in directions]
        if len(agreeing) >= DECISIVE * len(sides) and any(agreeing):
            return name
    return "mixed"
