"""Whether the surveys drawn ahead hold: one of each size and truth is drawn and analysed again."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pandas as pd

from companion.analysis import mediation
from companion.formats import printed
from companion.rows import each_row
from companion.study import TRUTHS, Study
from companion.survey.design import DESIGN
from companion.truth import drawn_ahead, recovery
from companion.verification.compare import Comparison, Entry, compare
from companion.verification.plans import KIND

ROOM = "surveys."
"""What the keys of this comparison begin with."""


def check(study: Study, pattern: str) -> Comparison:
    """Compare one committed survey of each size and truth with the same one drawn and analysed now.

    Parameters
    ----------
    study
        The study whose folder holds the table of surveys.
    pattern
        Of keys such as ``surveys.reversal.360.*``; nothing is drawn where none can fit.
    """
    start = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    kept = study.root / drawn_ahead.TABLE
    if not kept.is_file() or not (ROOM.startswith(start) or start.startswith(ROOM)):
        return Comparison(())
    items = mediation.items_of(study.questionnaire, study.analysis)
    turned = recovery.turned_items(study.questionnaire)
    expected: dict[str, Entry] = {}
    found: dict[str, Entry] = {}
    claims = list(study.stated_claims.results)
    for place, (name, n) in enumerate((name, n) for n in drawn_ahead.SIZES for name in TRUTHS):
        truth, survey = study.truth(TRUTHS[name]), place + 1
        drawn = drawn_ahead.simulate({name: truth}, items, turned, study.stated_claims, [n], [survey])
        committed = study.drawn_ahead.query("truth == @name and n == @n and survey == @survey")
        expected |= _entries(committed, claims)
        found |= _entries(drawn, claims)
    return compare(
        {key: entry for key, entry in expected.items() if fnmatchcase(key, pattern)},
        {key: entry for key, entry in found.items() if fnmatchcase(key, pattern)},
    )


def _entries(surveys: pd.DataFrame, claims: list[str]) -> dict[str, Entry]:
    entries: dict[str, Entry] = {}
    for row in each_row(surveys):
        place = f"{ROOM}{row.truth}.{row.n}.{row.survey}"
        for at in DESIGN.interactions:
            ends = (getattr(row, f"{at}_ci_lower"), getattr(row, f"{at}_ci_upper"))
            est = getattr(row, f"{at}_est")
            entries[f"{place}.{at}.est"] = Entry(est, printed(est, KIND), KIND)
            entries[f"{place}.{at}.ci"] = Entry(ends, printed(ends, KIND), KIND)
        for claim in claims:
            entries[f"{place}.{claim}"] = Entry.word(getattr(row, claim))
    return entries
