"""The response export of LimeSurvey: one header row, codes or full questions, complete where it was submitted."""

from __future__ import annotations

from collections.abc import Sequence

from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import Dialect, RawTable, of_records, squeezed

SUBMITTED = ("submitdate", "datum verzonden", "date submitted", "datum abgeschickt", "date de soumission")
IDS = ("id", "respons id", "response id", "antwort id", "id de la réponse")
STARTS = ("startdate", "startdatum", "date started", "datum gestartet")
SECONDS = ("interviewtime", "totale tijd", "total time")
FINISHED = "Finished"


def recognised(records: Sequence[list[str]]) -> bool:
    """Say whether the first row is the header of LimeSurvey, in codes or in words."""
    heads = {squeezed(cell) for cell in records[0]}
    return not heads.isdisjoint(SUBMITTED) and not heads.isdisjoint(IDS)


def table(file: str, records: Sequence[list[str]]) -> RawTable:
    """Give the responses; one is finished where it was submitted.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    heads = [cell.strip() for cell in records[0]]
    named = {squeezed(head): head for head in reversed(heads)}
    submitted = next(named[name] for name in SUBMITTED if name in named)
    known = {"id": IDS, "start": STARTS, "seconds": SECONDS}
    record = {
        thing: next(named[name] for name in names if name in named)
        for thing, names in known.items()
        if not named.keys().isdisjoint(names)
    } | {"finished": FINISHED}
    dialect = Dialect(
        record,
        ("ipaddr", "token", "refurl"),
        QUALTRICS.responses,
        QUALTRICS.not_responses,
        QUALTRICS.unofficial_channels,
    )
    plain = of_records(file, dialect, heads, records, header=1)
    return plain.with_columns({FINISHED: plain.column(submitted).rewritten(lambda cell: str(bool(cell.strip())))})
