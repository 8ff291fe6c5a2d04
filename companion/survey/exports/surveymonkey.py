"""The export of SurveyMonkey: two header rows, questions above the rows or choices of which they consist."""

from __future__ import annotations

from collections.abc import Sequence

from companion.survey.exports import moments
from companion.survey.exports.cells import Column
from companion.survey.exports.qualtrics import QUALTRICS
from companion.survey.exports.table import Dialect, RawTable, of_records, squeezed

ID, START, END = "Respondent ID", "Start Date", "End Date"
BEGAN, SECONDS = "StartDate", "Duration (in seconds)"
ONE_ANSWER = ("", "response", "open-ended response", "antwoord", "open antwoord", "réponse")
"""What stands in the second row above a question with one answer."""
SURVEYMONKEY = Dialect(
    {"id": ID, "start": BEGAN, "seconds": SECONDS},
    ("IP Address", "Email Address", "First Name", "Last Name"),
    QUALTRICS.responses,
    QUALTRICS.not_responses,
    QUALTRICS.unofficial_channels,
)


def recognised(records: Sequence[list[str]]) -> bool:
    """Say whether the first row begins with the respondent and the second says nothing about them."""
    first, second = (records[number] if len(records) > number else [] for number in (0, 1))
    return bool(first and second) and squeezed(first[0]) == squeezed(ID) and not second[0].strip()


def table(file: str, records: Sequence[list[str]]) -> RawTable:
    """Give the responses; a row of a matrix is called ``Question [Row]``.

    Raises
    ------
    InputError
        If a row is cut, or there is no response.
    """
    plain = of_records(file, SURVEYMONKEY, tags(records[0], records[1]), records, header=2)
    if START not in plain.columns or END not in plain.columns:
        return plain
    taken = moments.spans(plain.cells(START), plain.cells(END))
    return plain if taken is None else plain.with_columns({BEGAN: Column.of(taken[0]), SECONDS: Column.of(taken[1])})


def tags(questions: list[str], parts: list[str]) -> list[str]:
    """Give what the columns are called, from the two header rows.

    Examples
    --------
    >>> tags(["Age?", "About her", "", ""], ["Response", "I like her", "I trust her", ""])
    ['Age?', 'About her [I like her]', 'About her [I trust her]', 'About her']
    """
    named, question = [], ""
    for number, cell in enumerate(questions):
        question = " ".join(cell.split()) or question
        part = " ".join(parts[number].split()) if number < len(parts) else ""
        named.append(question if squeezed(part) in ONE_ANSWER else f"{question} [{part}]")
    return named
