"""A small survey of unreliable answers, some of whose resamples have no solution; the laboratory's pages on it."""

from __future__ import annotations

import json
from functools import cache

import pandas as pd
import shipped

from companion import sem
from companion.analysis import mediation
from companion.study import TRUTHS
from companion.truth import plan, power, recovery

PEOPLE, RELIABILITY, NUMBER = 180, 0.6, 2
"""The second survey of this size: its first resample does not converge, and its second does."""
SEED = 2021
"""Of the resamples, here as on the pages."""


@cache
def survey() -> pd.DataFrame:
    study = shipped.study()
    items = mediation.items_of(study.questionnaire, study.analysis)
    written = plan.as_reliable(study.truth(TRUTHS["reversal"]), items["psr"], RELIABILITY)
    seed = power.seeds(written, PEOPLE, NUMBER)[-1]
    turned = recovery.turned_items(study.questionnaire)
    return recovery.as_answered(written, PEOPLE, seed, turned)[1]


def converged(draws: int, data: pd.DataFrame | None = None) -> list[bool]:
    """Say of each resample whether the study's model converged, by the package."""
    study = shipped.study()
    model = mediation.model(mediation.items_of(study.questionnaire, study.analysis), study.questionnaire.design)
    fit = sem.fit(model, survey() if data is None else data)
    return [bool(one) for one in fit.bootstrap(draws=draws, seed=SEED).converged]


def script(draws: int) -> str:
    """Give what puts this survey in the place of the book's before a page begins, with so many resamples."""
    columns = {str(name): survey()[name].tolist() for name in survey()}
    return f"""
        let book;
        Object.defineProperty(globalThis, "laboratoryBook", {{ get: () => book, set: (given) => {{
            book = {{ ...given, sample: {json.dumps(columns)} }};
            for (const one of [book, book.hidden, book.mistakes]) one.draws = {draws};
        }} }});
    """


def said(lost: int, draws: int) -> str:
    """What a page says of resamples that it leaves out."""
    return f"did not converge, and which are left out of the intervals: {lost} of {draws}."
