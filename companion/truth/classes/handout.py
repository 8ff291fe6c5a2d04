"""What a student gets: the survey for R, Python and SPSS, a sheet with the assignment, and a table to fill in."""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path

import pandas as pd
import pyreadstat

from companion.survey.questionnaire import Analysis, Questionnaire, wordings
from companion.truth.classes import page, printed, sheet
from companion.truth.classes.sheet import SPSS, SURVEY, TEMPLATE
from companion.truth.classes.students import Student, written
from companion.words import Words

SHEET, PRINTED = "assignment.html", "assignment.pdf"
STARTS = {
    "start.R": """\
survey <- read.csv("survey.csv", na.strings = "", check.names = FALSE)
answers <- read.csv("answers.csv", colClasses = "character", fileEncoding = "UTF-8-BOM")
summary(survey)

# Give a latent variable of lavaan a name that no column has, those that you add included: psr_latent beside a mean psr.

# When you have them:
# answers$answer[answers$question == "n"] <- 123
# write.csv(answers, "answers.csv", row.names = FALSE, na = "")
""",
    "start.py": """\
import pandas as pd

survey = pd.read_csv("survey.csv")
answers = pd.read_csv("answers.csv", index_col="question", dtype=str)
print(survey.describe())

# When you have them:
# answers.loc["n", "answer"] = "123"
# answers.to_csv("answers.csv")
""",
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
    parts = sheet.parts(questionnaire, analysis, say)
    starts = {name: text.encode() for name, text in STARTS.items()}
    return {
        SURVEY: survey,
        SPSS: sav(survey, questionnaire),
        SHEET: page.written(say("classes.sheet.title", name=student.name), parts, say),
        PRINTED: printed.written(say("classes.sheet.title", name=_on_paper(student)), parts, say),
        TEMPLATE: written(template),
        **starts,
    }


def _on_paper(student: Student) -> str:
    """Give what a sheet of paper calls a student: a name that no typeface here can print gives way to the id."""
    return next(name for name in (student.name, student.id, student.folder) if printed.printable(name))


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
