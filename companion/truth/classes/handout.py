"""What a student gets: the survey for R, Python and SPSS, a sheet with the assignment, and a table to fill in."""

from __future__ import annotations

import io
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
import pyreadstat

from companion.survey import exclusions
from companion.survey.questionnaire import Analysis, Questionnaire, wordings
from companion.truth.classes import page
from companion.truth.classes.page import Part
from companion.truth.classes.students import Student, written
from companion.words import Words

SURVEY, SPSS, SHEET, TEMPLATE = "survey.csv", "survey.sav", "assignment.html", "answers.csv"
STARTS = {
    "start.R": 'survey <- read.csv("survey.csv", na.strings = "")\nsummary(survey)\n',
    "start.py": 'import pandas as pd\n\nsurvey = pd.read_csv("survey.csv")\nprint(survey.describe())\n',
    "start.sps": "GET FILE='survey.sav'.\nDESCRIPTIVES VARIABLES=ALL.\n",
}
STAMP, STAMPED = slice(92, 109), b"01 Jan 2000:00:00"
"""Where a file of SPSS says when it was written; every run writes the same."""
STUDENT = "student"
"""The row of the table to fill in that says whose it is."""


def files(
    student: Student, survey: bytes, questionnaire: Questionnaire, analysis: Analysis, say: Words
) -> dict[str, bytes]:
    """Give the content of each file of a student's folder.

    Parameters
    ----------
    student
        Whose it is.
    survey
        The survey as one table with codes (see `companion.survey.imported.written`).
    questionnaire
        What was asked.
    analysis
        The rules' thresholds.
    say
        The words.
    """
    questions = say.under("classes.questions")
    template = [["question", "answer"], [STUDENT, student.id], *([name, ""] for name in questions)]
    starts = {name: text.encode() for name, text in STARTS.items()}
    return {
        SURVEY: survey,
        SPSS: sav(survey, questionnaire),
        SHEET: sheet(student, questionnaire, analysis, say),
        TEMPLATE: written(template),
        **starts,
    }


def sheet(student: Student, questionnaire: Questionnaire, analysis: Analysis, say: Words) -> bytes:
    """Write the sheet with the assignment."""
    called = exclusions.in_words(analysis, say)
    rules = [(str(number), called[rule.name]) for number, rule in enumerate(exclusions.RULES, start=1)]
    asked = wordings(questionnaire, "en")
    items = [
        (say("classes.sheet.reversed", item=name) if item.reversed else name, item.column, asked[name])
        for name, item in questionnaire.items.items()
    ]
    told = {
        SURVEY: say("classes.sheet.survey"),
        SPSS: say("classes.sheet.sav"),
        TEMPLATE: say("classes.sheet.template"),
    }
    lines = (say("classes.sheet.items_lead"), say("classes.sheet.model"))
    parts = [
        Part(say("classes.sheet.ask"), (say("classes.sheet.ask_lead"),), rows=_rows(say.under("classes.questions"))),
        Part(say("classes.sheet.files"), rows=_rows(told)),
        Part(say("classes.sheet.rules"), (say("classes.sheet.rules_lead"),), rows=tuple(rules)),
        Part(say("classes.sheet.items"), lines, rows=tuple(items)),
    ]
    return page.written(say("classes.sheet.title", name=student.name), parts, say)


def sav(survey: bytes, questionnaire: Questionnaire) -> bytes:
    """Write the survey for SPSS: numbers, with the labels of the answers where these are numbers too."""
    table = pd.read_csv(io.BytesIO(survey))
    texts = wordings(questionnaire, "en")
    heads = [str(column) for column in table]
    names = {column: re.sub(r"\W+", "_", column).strip("_") for column in heads}
    labels = {column: texts[name] for name, column in questionnaire.columns.items()}
    values: dict[str, dict[float, str]] = {}
    for question in questionnaire.closed.values():
        choices = {choice.code: choice.en for choice in questionnaire.scales[str(question.scale)]}
        if all(isinstance(code, int) for code in choices):
            values[names[question.column]] = {float(code): label for code, label in choices.items()}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / SPSS
        pyreadstat.write_sav(
            table.rename(columns=names),
            str(file),
            column_labels=[labels.get(column, column)[:250] for column in heads],
            variable_value_labels=values,
        )
        content = bytearray(file.read_bytes())
    content[STAMP] = STAMPED
    return bytes(content)


def _rows(told: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(told.items())
