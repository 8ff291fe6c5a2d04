"""What in the answers themselves looks wrong before anything is analysed: told as warnings, and nothing is left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pandas as pd

from companion.survey import exclusions
from companion.survey.questionnaire import Questionnaire

FEWEST = 20
"""Answers below which a correlation or a range says nothing."""
AGAINST = -0.2
"""Correlation of an item with the rest of its scale, after turning, below which it runs the other way."""
ALIKE = 1 - 1e-9
MOST_MISSING = 0.3
SMALL_CELL = 20
UNEVEN = 1.5
SMALL_SAMPLE = 200
STRAIGHT_BLOCKS = 2
LONG_VECTOR = 10
"""Items from which on two people hardly give the same answers to all of them by chance."""
MINUTES = (1, 120)
OF_AGE = 18


def warnings_of(
    answers: pd.DataFrame, questionnaire: Questionnaire, theirs: Mapping[str, str] | None = None
) -> list[str]:
    """Say in a sentence a finding what its owner should look at.

    Parameters
    ----------
    answers
        The raw table (see `companion.survey.exports.Export`).
    questionnaire
        What was asked.
    theirs
        Column of the questionnaire -> column of the file, where it has another name.
    """
    shown = {name: (theirs or {}).get(column, column) for name, column in questionnaire.columns.items()}
    answered = answers[answers[list(questionnaire.items)].notna().any(axis=1)]
    found = [
        *_items(answered, questionnaire, shown),
        *_scales(answered, questionnaire),
        *_pairs(answered, questionnaire, shown),
        *_people(answered, questionnaire),
        *_cells(answered, questionnaire),
    ]
    return [f"Look at this: {said}" for said in found]


def _items(answers: pd.DataFrame, questionnaire: Questionnaire, shown: Mapping[str, str]) -> Iterator[str]:
    for construct, measured in questionnaire.constructs.items():
        turned = _turned(answers, questionnaire, construct)
        for name, item in measured.items.items():
            cells, called = turned[name], f"{name} (column {shown[name]})"
            known = cells.dropna()
            if known.empty:
                yield f"{called} is empty for everybody. Was it not asked, or not exported?"
                continue
            if (share := cells.isna().mean()) > MOST_MISSING:
                yield f"{called} has no answer of {share:.0%} of those who answered the post's questions."
            if len(known) >= FEWEST and known.min() == known.max():
                yield f"{called} has the same answer of all {len(known)}. Nothing varies that a model could explain."
                continue
            rest = turned.drop(columns=name).mean(axis=1)
            agrees = _correlation(cells, rest)
            if agrees < AGAINST:
                why = "turned already in the file" if item.reversed else "reversed, and not said to be"
                yield f"{called} runs against the other items of {construct} (r = {agrees:.2f}). Is it {why}?"


def _scales(answers: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[str]:
    for scale in dict.fromkeys(measured.scale for measured in questionnaire.constructs.values()):
        items = [
            name for measured in questionnaire.constructs.values() if measured.scale == scale for name in measured.items
        ]
        codes = [int(code) for code in questionnaire.codes(scale)]
        cells = answers[items].to_numpy(dtype=float)
        seen = cells[~np.isnan(cells)]
        if len(answers) < FEWEST or not seen.size:
            continue
        lowest, highest = int(seen.min()), int(seen.max())
        if (lowest - min(codes)) + (max(codes) - highest) > 1:
            yield (
                f"the scale {scale} goes from {min(codes)} to {max(codes)}, and nobody answers outside {lowest} to "
                f"{highest}, in {len(items)} items. Is it shorter than the questionnaire says?"
            )


def _pairs(answers: pd.DataFrame, questionnaire: Questionnaire, shown: Mapping[str, str]) -> Iterator[str]:
    for one, other in combinations(questionnaire.items, 2):
        agrees = _correlation(answers[one], answers[other])
        if abs(agrees) >= ALIKE:
            yield (
                f"{one} (column {shown[one]}) and {other} (column {shown[other]}) hold the same answers "
                f"(r = {agrees:.3f}). Is one a copy of the other, or its turned version?"
            )


def _people(answers: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[str]:
    straight = int((exclusions.straight_blocks(answers, questionnaire) >= STRAIGHT_BLOCKS).sum())
    if straight:
        yield (
            f"{_people_who(straight, 'ticks', 'tick')} one box all the way down in {STRAIGHT_BLOCKS} or more blocks "
            "with reversed items. They are flagged, and a sensitivity line leaves them out."
        )
    first = answers[~answers["copy"]] if "copy" in answers else answers
    whole = first[list(questionnaire.items)].dropna()
    varied = whole[whole.max(axis=1) > whole.min(axis=1)]
    again = int(varied.duplicated(keep=False).sum()) if len(questionnaire.items) >= LONG_VECTOR else 0
    if again:
        yield (
            f"{_people_who(again, 'gives', 'give')} the same answers to all {len(questionnaire.items)} items as "
            "somebody else. Did a person answer twice, or was a row copied?"
        )
    young = int((answers["age"] < OF_AGE).sum())
    if young:
        yield f"{_people_who(young, 'is', 'are')} under {OF_AGE}. Did a parent consent?"
    if "seconds" in answers and not MINUTES[0] <= (minutes := answers["seconds"].median() / 60) <= MINUTES[1]:
        yield f"half of the people took less than {minutes:.1f} minutes. Is the duration in seconds?"


def _cells(answers: pd.DataFrame, questionnaire: Questionnaire) -> Iterator[str]:
    sizes = dict.fromkeys(questionnaire.cells, 0) | dict(
        answers.groupby(["valence", "interaction"], observed=True).size()
    )
    smallest, largest = min(sizes, key=sizes.__getitem__), max(sizes, key=sizes.__getitem__)
    if sizes[smallest] < SMALL_CELL or sizes[largest] > UNEVEN * sizes[smallest]:
        yield (
            f"the groups are small or uneven: {sizes[smallest]} people saw {' '.join(smallest)}, {sizes[largest]} saw "
            f"{' '.join(largest)}."
        )
    if len(answers) < SMALL_SAMPLE:
        yield (
            f"{len(answers)} people answered the post's questions: too few for a structural equation model to be sure "
            "of much. Expect wide intervals and undecided claims."
        )


def _people_who(number: int, one: str, several: str) -> str:
    return f"1 person {one}" if number == 1 else f"{number:,} people {several}"


def _turned(answers: pd.DataFrame, questionnaire: Questionnaire, construct: str) -> pd.DataFrame:
    ends, items = sum(questionnaire.bounds(construct)), questionnaire.constructs[construct].items
    return pd.DataFrame(
        {name: ends - answers[name] if item.reversed else answers[name] for name, item in items.items()}, dtype=float
    )


def _correlation(one: pd.Series, other: pd.Series) -> float:
    """Correlate what both have; 0 where that is too little, or does not vary."""
    left, right = one.to_numpy(dtype=float), other.to_numpy(dtype=float)
    known = ~(np.isnan(left) | np.isnan(right))
    pair = (left[known], right[known])
    if known.sum() < FEWEST or any(cells.min() == cells.max() for cells in pair):
        return 0.0
    return float(np.corrcoef(*pair)[0, 1])
