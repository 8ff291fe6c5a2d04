"""The answers that reading a drawn export back gives, without writing a file and reading it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.questionnaire import Questionnaire
from companion.truth import simulate


def answers(people: pd.DataFrame, questionnaire: Questionnaire) -> tuple[pd.DataFrame, Sequence[str]]:
    """Give what `companion.survey.imported.read` gives of the export of what was drawn.

    Parameters
    ----------
    people
        What `companion.truth.simulate.drawn` gives.
    questionnaire
        What was asked.

    Returns
    -------
    data
        The checked raw table (see `companion.survey.exports.Export`).
    identities
        What the export calls each response, in the same order.
    """
    people = people.assign(row=np.arange(len(people)) + simulate.HEADER_ROWS + 1, identity=simulate.identities(people))
    people["copy"] = people["identity"].duplicated()
    people = people.sort_values(["start", "identity"], kind="stable", ignore_index=True)
    unofficial = people["status"].isin(QUALTRICS.not_responses.values())
    unofficial |= people["channel"].isin(QUALTRICS.unofficial_channels)
    columns: dict[str, object] = {
        "row": people["row"],
        "copy": people["copy"],
        "person": pd.array(pd.factorize(people["person"])[0], dtype="Int64"),
        "preview": unofficial,
        "finished": people["finished"] == "True",
        "seconds": _as_written(people["seconds"]),
    }
    for name, factor in questionnaire.factors.items():
        columns[name] = pd.Categorical(people[name], categories=[level.code for level in factor.levels])
    for name, question in questionnaire.closed.items():
        codes = questionnaire.codes(str(question.scale))
        numeric = all(isinstance(code, int) for code in codes)
        columns[name] = people[name].astype(float) if numeric else pd.Categorical(people[name], categories=codes)
    for name, column in questionnaire.numbers.items():
        columns[name] = _as_written(people[column if name in questionnaire.pages else name])
    return pd.DataFrame(columns), people["identity"].tolist()


def _as_written(values: pd.Series) -> pd.Series:
    """Give numbers with the digits that the export has of them."""
    return values.map(lambda value: float(simulate.number(value)), na_action="ignore").astype(float)
