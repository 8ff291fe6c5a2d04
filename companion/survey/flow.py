"""The account of everyone in the file: how many each rule removed and left, per cell once the cell is known."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.rows import row_at
from companion.survey import exclusions
from companion.survey.exclusions import AFTER, BEFORE, FIT, Marks
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.words import Words

FEW_EXPECTED = 5


def steps(marks: Marks, raw: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Apply the rules one after the other; the first that hits a person counts.

    Parameters
    ----------
    marks
        The rows that each rule hits.
    raw
        The raw table.
    questionnaire
        What was asked.

    Returns
    -------
    pandas.DataFrame
        The flow, as described in `companion.survey.sample.Sample` and not yet in words, checked.

    Raises
    ------
    ValueError
        If it does not add up.
    """
    names = {cell: " ".join(cell) for cell in questionnaire.cells}
    rules, left = exclusions.RULES, np.ones(len(raw), dtype=bool)
    rows: list[dict[str, object]] = []

    def step(stage: str, rule: str, removed: int | None, *, per_cell: bool) -> None:
        row: dict[str, object] = {"stage": stage, "rule": rule, "applied": removed is not None}
        row |= {"removed": removed, "left": int(left.sum())}
        cells = raw.loc[left].groupby(["valence", "interaction"], observed=False).size()
        rows.append(row | {name: int(cells[cell]) if per_cell else None for cell, name in names.items()})

    boxes = {BEFORE: "randomised", AFTER: "retained", FIT: "analysed"}
    step(BEFORE, "recorded", 0, per_cell=False)
    for number, rule in enumerate(rules):
        mark = marks[rule.name]
        removed = None if mark is None else int((left & mark).sum())
        left = left if mark is None else left & ~mark
        step(rule.stage, rule.name, removed, per_cell=rule.stage != BEFORE)
        if number + 1 == len(rules) or rules[number + 1].stage != rule.stage:
            step(rule.stage, boxes[rule.stage], 0, per_cell=True)
    flow = pd.DataFrame(rows)
    counts = ["removed", "left", *names.values()]
    flow[counts] = flow[counts].astype("Int64")
    flow.insert(0, "step", range(len(flow)))
    check(flow)
    return flow


def check(flow: pd.DataFrame) -> None:
    """Check that a flow adds up: each step leaves what was left less what it removed, and the cells add up to all.

    Parameters
    ----------
    flow
        As in `companion.survey.sample.Sample`.

    Raises
    ------
    ValueError
        At the first step that does not add up.
    """
    cells = list(flow)[list(flow).index("left") + 1 :]
    removed, left = flow["removed"].fillna(0), flow["left"]
    for step in range(1, len(flow)):
        before, less, now = left.iloc[step - 1], removed.iloc[step], left.iloc[step]
        if now != before - less:
            raise ValueError(f"flow, step {step}: {before} less {less} is not {now}")
    for step, (now, per_cell) in enumerate(zip(left, flow[cells].to_numpy(), strict=True)):
        if not pd.isna(per_cell).any() and sum(per_cell) != now:
            raise ValueError(f"flow, step {step}: the cells add up to {sum(per_cell)}, not to {now}")


def in_words(table: pd.DataFrame, analysis: Analysis, say: Words) -> pd.DataFrame:
    """Say in column ``words``, beside ``rule`` or ``flag``, how each row of a table reads in a language."""
    name = "flag" if "flag" in table else "rule"
    called = exclusions.in_words(analysis, say)
    words = [called[rule] for rule in table[name]]
    if "applied" in table:
        words = [
            said if applied else say("survey.not_applied", rule=said)
            for said, applied in zip(words, table["applied"], strict=True)
        ]
    told = table.drop(columns="words", errors="ignore")
    told.insert(list(told).index(name) + 1, "words", words)
    return told


def overlap(marks: Marks, flow: pd.DataFrame) -> pd.DataFrame:
    """Give what the order of the rules hides: how many rows each hits, and how many no other does."""
    applied = {rule.name: mark for rule in exclusions.RULES if (mark := marks[rule.name]) is not None}
    number = sum(mark.astype(int) for mark in applied.values())
    removed = flow.set_index("rule")["removed"]
    rows = [
        (
            rule.name,
            int(applied[rule.name].sum()),
            int((applied[rule.name] & (number == 1)).sum()),
            removed[rule.name],
        )
        for rule in exclusions.RULES
        if rule.name in applied
    ]
    return pd.DataFrame(rows, columns=["rule", "hit", "alone", "removed"])


def hits(marks: Marks, rows: int) -> pd.Series:
    """Count the rows that 0, 1, 2, ... rules hit."""
    number = sum((mark.astype(int) for mark in marks.values() if mark is not None), start=np.zeros(rows, dtype=int))
    return pd.Series(number, name="rows").value_counts(sort=False).sort_index().rename_axis("rules")


def attrition(flow: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> pd.DataFrame:
    """Test whether people were lost from some cells more than from others."""
    cells = [" ".join(cell) for cell in questionnaire.cells]
    at = flow.set_index("rule")[cells].astype(float)
    randomised = row_at(at, "randomised")
    comparisons = {
        "left before the outcome": randomised - row_at(at, "left_before_outcome"),
        "left out after randomisation": randomised - row_at(at, "analysed"),
    }
    rows = [
        {"what": what} | compared(removed, randomised, analysis.bootstrap.seed) for what, removed in comparisons.items()
    ]
    return pd.DataFrame(rows)


def compared(removed: pd.Series, randomised: pd.Series, seed: int) -> dict[str, object]:
    """Test whether the share removed differs over the cells: chi-square, by permutation where counts are small."""
    counts = {"removed": int(removed.sum()), "randomised": int(randomised.sum())}
    share = removed / randomised
    counts_and_size = counts | {"difference": 100 * float(share.max() - share.min())}
    if not removed.sum() or removed.sum() == randomised.sum():
        return counts_and_size | {
            "chisq": np.nan,
            "df": len(removed) - 1,
            "p": np.nan,
            "method": "not needed: the same in every cell",
        }
    from scipy import stats  # here, because reading a stored sample should not take the second that this import does

    table = np.array([removed, randomised - removed], dtype=int)
    test = stats.chi2_contingency(table, correction=False)
    method = "chi-square"
    p = test.pvalue
    if test.expected_freq.min() < FEW_EXPECTED:
        resampling = stats.PermutationMethod(n_resamples=9_999, rng=np.random.default_rng(seed))
        p, method = (
            stats.chi2_contingency(table, correction=False, method=resampling).pvalue,
            "chi-square by permutation",
        )
    return counts_and_size | {"chisq": float(test.statistic), "df": int(test.dof), "p": float(p), "method": method}


def flags(analysed: pd.DataFrame, straight: NDArray[np.bool_], questionnaire: Questionnaire) -> pd.DataFrame:
    """Count the analysed people whom a sensitivity flag marks."""
    sizes = analysed[straight].groupby(["valence", "interaction"], observed=False).size()
    row = {"flag": "straight_lines", "flagged": int(straight.sum())}
    return pd.DataFrame([row | {" ".join(cell): int(sizes[cell]) for cell in questionnaire.cells}])
