"""Every conditional sentence of the book is said of some survey and left out of another, and none leaves a hole.

The chapters are read about thirteen studies with other truths, sizes, scales, items and reactions. What their numbers
say, on which a sentence depends, stands in `other-studies.csv`, which `told_of_other_studies.py` writes.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import branches
import other_studies
import pytest
from branches import Branch, Prose
from told_of_other_studies import TABLE, states_of

from companion.book.sphinx.conditions import SIGNS
from companion.numbers import Number

NOT_BY_A_SURVEY = {
    "known.agree": "data of other studies, which no survey of this one touches",
    "cross_check.finished": "semopy arrives on each of them when told to go on",
    "robustness.confounding.psr_pa": "a common cause of relationship and attitude leaves the links of the chain alone",
    ".simultaneous": "a verdict in the words of any other, and only where one of them changes",
}
"""What none of them decides -> why."""

HOLES = {
    "breaks off": re.compile(r"(?:\b(?:and|or|that|than|the|is|are)|[,:]|:\*\*)\s*\.?\s*$"),
    "has a space before its stop": re.compile(r"\w +[.,;](?=\s|$)"),
}
"""What a sentence does when none of its branches holds, or two that do not go together."""

FENCE = re.compile(r"^:{3,}.*$", re.MULTILINE)
BOUNDS = dict(zip(SIGNS, [(1.0, 2.0), (-2.0, -1.0), (-1.0, 1.0)], strict=True))

States = Mapping[str, str]


@cache
def table() -> dict[str, States]:
    """What the numbers of each study say: a sign or a word by key."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: {row["key"]: row[name] for row in rows if row[name]} for name in other_studies.SURVEYS}


def looked_up(states: States) -> Callable[[str], Number]:
    """Give numbers that say what the states of a study are."""

    def look_up(key: str) -> Number:
        state = states[key]
        interval = BOUNDS.get(state)
        value = state if interval is None or key.startswith(("verdict.", "planted.")) else sum(interval) / 2
        return Number(key=key, value=value, kind="points", what="", function="", digest="", interval=interval)

    return look_up


def never_taken(pages: Mapping[str, str]) -> list[str]:
    """The branches of some pages that no study takes, but for those that none can."""
    taken: set[Branch] = set()
    for states in table().values():
        for page, text in pages.items():
            prose = Prose(page, text, looked_up(states))
            prose.said()
            taken |= prose.branches
    missing = sorted(map(str, branches.possible(pages) - taken))
    return [branch for branch in missing if not any(part in branch for part in NOT_BY_A_SURVEY)]


def holes(page: str, text: str, states: States) -> list[str]:
    """What a page lacks when it is read about a study."""
    found = []
    for part in branches.conditional(text):
        said = FENCE.sub("", Prose(page, part, looked_up(states)).said()).strip()
        found += [f"{page}: {said!r} {hole}" for hole, pattern in HOLES.items() if said and pattern.search(said)]
    return found


def test_each_branch_of_the_prose_is_taken_by_some_survey() -> None:
    assert never_taken(branches.texts()) == []


def test_a_branch_that_no_survey_takes_is_named() -> None:
    planted = {"planted": "{if}``R1 found and R1 reversed: Never.`` {direction}`mediation.serial.like.est | a | b | c`"}
    assert never_taken(planted) == ["planted: R1 found and R1 reversed holds"]


def test_a_condition_on_a_number_that_no_study_has_is_named() -> None:
    planted = {"planted": "{if}``mediation.serial.wave.est positive: Never.``"}
    assert len(never_taken(planted)) == 2


def test_what_is_left_to_others_is_there() -> None:
    every = {str(branch) for branch in branches.possible(branches.texts())}
    assert [part for part in NOT_BY_A_SURVEY if not any(part in branch for branch in every)] == []


@pytest.mark.parametrize("name", other_studies.SURVEYS)
def test_no_sentence_has_a_hole(name: str) -> None:
    assert [hole for page, text in branches.texts().items() for hole in holes(page, text, table()[name])] == []


@pytest.mark.parametrize(
    ("text", "hole"),
    [
        ("**So:** {if}`R1 reversed: it is.` {if}`R3 reversed: It is, too.`\n", "breaks off"),
        ("The first link turns, and {if}`R1 reversed: it does.`\n", "breaks off"),
        ("This is so {if}`R1 reversed: or not`.\n", "has a space before its stop"),
    ],
)
def test_a_hole_is_seen(text: str, hole: str) -> None:
    (found,) = holes("planted", text, table()["as the thesis reports"])
    assert hole in found


@pytest.mark.book
def test_the_table_says_what_the_package_computes(tmp_path: Path) -> None:
    name, rooms = "few people", ("design", "sample", "experiment", "mediation", "verdict")
    computed = states_of(other_studies.numbers_of(other_studies.study(name, tmp_path), name, rooms))
    stated = {key: state for key, state in table()[name].items() if key.startswith(tuple(f"{room}." for room in rooms))}
    assert len(stated) > 20
    assert computed == stated
