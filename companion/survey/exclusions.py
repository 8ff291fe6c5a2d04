"""The rules by which people are left out: each marks the rows that it hits, and leaves nobody out by itself.

Rules read only what a person did before the answers, how fast, and whether questions were answered: never an answer
about the outcome, and never a manipulation check.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.survey.questionnaire import Analysis, Questionnaire
from companion.words import Words

Marks: TypeAlias = dict[str, NDArray[np.bool_] | None]

BEFORE = "before randomisation"
AFTER = "after randomisation"
FIT = "fit"
SMALLEST_BLOCK = 3


@dataclass(frozen=True)
class Rule:
    """A reason to leave a row out: its short name, and the stage at which it works."""

    name: str
    stage: str


RULES = (
    Rule("preview", BEFORE),
    Rule("copy", BEFORE),
    Rule("no_consent", BEFORE),
    Rule("age_missing", BEFORE),
    Rule("age_outside", BEFORE),
    Rule("not_follower", BEFORE),
    Rule("attention_failed", BEFORE),
    Rule("never_assigned", BEFORE),
    Rule("left_before_outcome", AFTER),
    Rule("second_answer", AFTER),
    Rule("fast_pages", AFTER),
    Rule("fast_in_all", AFTER),
    Rule("missing_item", FIT),
)
"""The rules of the analysis plan, in the order in which they count."""


def in_words(analysis: Analysis, say: Words) -> dict[str, str]:
    """Give how each rule, each box of the flow and each flag reads, with the thresholds of the analysis plan.

    Examples
    --------
    >>> from companion.study import ROOT
    >>> from companion.survey.questionnaire import load_analysis
    >>> from companion.words import words
    >>> in_words(load_analysis(ROOT / "data" / "analysis.yml"), words("en"))["age_outside"]
    'younger than 18 or older than 30'
    """
    return say.under("survey.rules", **thresholds(analysis, say))


def thresholds(analysis: Analysis, say: Words) -> dict[str, object]:
    """Give what is filled into the words of the rules: the thresholds of the analysis plan."""
    limits = analysis.exclusions
    youngest, oldest = limits.age
    return {
        "youngest": youngest,
        "oldest": oldest,
        "answered": say.printed(limits.outcome_answered, "percent", 0),
        "seconds": f"{limits.seconds_per_item:g}",
        "pages": say.printed(limits.fast_pages, "percent", 0),
        "share": say.printed(limits.share_of_median_time, "percent", 0),
        "constructs": ", ".join(analysis.model.constructs),
        "blocks": limits.straight_blocks,
    }


def marks(raw: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> Marks:
    """Mark the rows that each rule hits.

    Parameters
    ----------
    raw
        The raw table, as `companion.survey.imported.read` gives it.
    questionnaire
        What was asked.
    analysis
        The thresholds, and the constructs of the model.

    Returns
    -------
    dict
        By the name of the rule: True for each row that it hits, or None where the table lacks the column that it needs.
    """
    limits = analysis.exclusions
    youngest, oldest = limits.age
    assigned = raw["valence"].notna()
    consented = _passes(raw, questionnaire, "consent")
    may_go_on = pd.Series(True, index=raw.index) if consented is None else consented
    follower = _passes(raw, questionnaire, "follower")
    attention = _passes(raw, questionnaire, "attention")
    hit: dict[str, pd.Series | None] = {
        "preview": raw.get("preview"),
        "copy": raw.get("copy"),
        "no_consent": None if consented is None else ~consented,
        "age_missing": may_go_on & raw["age"].isna(),
        "age_outside": may_go_on & ((raw["age"] < youngest) | (raw["age"] > oldest)),
        "not_follower": None if follower is None else may_go_on & ~follower,
        "attention_failed": None if attention is None else ~attention & (raw["attention"].notna() | assigned),
    }
    ineligible = _any(hit, raw)
    hit["never_assigned"] = ~assigned & ~ineligible

    randomised = assigned & ~ineligible
    items = raw[questionnaire.items_of(analysis.model.constructs)]
    left = randomised & (items.notna().mean(axis=1) < limits.outcome_answered)
    outcome = randomised & ~left
    hit["left_before_outcome"] = left
    hit["second_answer"] = _second_answers(raw, outcome)
    hit["fast_pages"] = _fast_pages(raw, outcome, questionnaire, analysis)
    hit["fast_in_all"] = _fast_in_all(raw, outcome, analysis)
    hit["missing_item"] = outcome & items.isna().any(axis=1)
    return {name: None if mark is None else mark.to_numpy(dtype=bool) for name, mark in hit.items()}


def without(marked: Marks, names: Iterable[str], rows: int) -> NDArray[np.bool_]:
    """Give the rows that none of the named rules hits."""
    kept = np.ones(rows, dtype=bool)
    for name in names:
        mark = marked[name]
        if mark is not None:
            kept &= ~mark
    return kept


def straight_blocks(raw: pd.DataFrame, questionnaire: Questionnaire) -> NDArray[np.int_]:
    """Count the blocks with reversed items, before turning, in which a person ticked one box all the way down."""
    blocks = np.zeros(len(raw), dtype=int)
    for construct in questionnaire.constructs.values():
        if any(item.reversed for item in construct.items.values()):
            answers = raw[list(construct.items)]
            one_box = answers.max(axis=1) == answers.min(axis=1)
            blocks += (one_box & (answers.notna().sum(axis=1) >= SMALLEST_BLOCK)).to_numpy()
    return blocks


def _passes(raw: pd.DataFrame, questionnaire: Questionnaire, name: str) -> pd.Series | None:
    if name not in raw:
        return None
    return raw[name] == questionnaire.screening[name].passes


def _any(hit: dict[str, pd.Series | None], raw: pd.DataFrame) -> pd.Series:
    marked = pd.Series(False, index=raw.index)
    for mark in hit.values():
        if mark is not None:
            marked |= mark
    return marked


def _second_answers(raw: pd.DataFrame, outcome: pd.Series) -> pd.Series | None:
    """Mark every answer of a person after the first that reached the outcome; rows stand in order of their start."""
    if "person" not in raw:
        return None
    known = outcome & raw["person"].notna()
    return known & raw["person"].where(known).duplicated()


def _fast_pages(
    raw: pd.DataFrame, outcome: pd.Series, questionnaire: Questionnaire, analysis: Analysis
) -> pd.Series | None:
    limits = analysis.exclusions
    timed = {name: page for name, page in questionnaire.pages.items() if name in raw}
    if not timed:
        return None
    pace = pd.DataFrame(
        {name: raw[name] / len(questionnaire.items_of(page.constructs)) for name, page in timed.items()}
    )
    fast = (pace < limits.seconds_per_item).sum(axis=1)
    return outcome & (fast > 0) & (fast >= limits.fast_pages * pace.notna().sum(axis=1))


def _fast_in_all(raw: pd.DataFrame, outcome: pd.Series, analysis: Analysis) -> pd.Series | None:
    """Mark the hasty by the median of all who completed: taken once, before any rule of quality."""
    if "seconds" not in raw:
        return None
    completed = outcome & raw["finished"] if "finished" in raw else outcome
    return outcome & (
        raw["seconds"] < analysis.exclusions.share_of_median_time * raw.loc[completed, "seconds"].median()
    )
