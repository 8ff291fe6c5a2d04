"""The first answers of the simulated survey as each tool exports them, in data/examples/: to try an import on.

Run ``python -m companion.truth.examples`` after a deliberate change of the survey or of a format.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from companion import store
from companion.root import ROOT
from companion.survey.questionnaire import load_questionnaire
from companion.truth import tool_formats
from companion.truth.tool_formats import HEADERS, Tool

FOLDER = "examples"
MAPPING = ".mapping.yml"
RESPONSES = 24
EXAMPLES: dict[str, tuple[Tool, str]] = {
    "qualtrics.csv": ("qualtrics", "Qualtrics as CSV"),
    "qualtrics.xlsx": ("excel", "Qualtrics as a workbook"),
    "limesurvey.csv": ("limesurvey", "LimeSurvey as CSV, with codes as headings and answers"),
    "google-forms.csv": ("google", "Google Forms as CSV, from its sheet of responses"),
    "microsoft-forms.xlsx": ("microsoft", "Microsoft Forms as its workbook"),
    "surveymonkey.csv": ("surveymonkey", "SurveyMonkey as CSV, with two header rows"),
    "spss.sav": ("spss", "a file of SPSS, with labels"),
}
"""File -> the tool that could have written it, and what it is."""


def written(data: Path) -> dict[str, bytes]:
    """Give the files of the examples, mappings included, by name.

    Parameters
    ----------
    data
        The folder with the survey and the questionnaire.
    """
    questionnaire = load_questionnaire(data / "questionnaire.yml")
    rows = list(csv.reader(io.StringIO((data / "survey.csv").read_text(encoding="utf-8"), newline="")))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows[: HEADERS + RESPONSES])
    files = {}
    for name, (tool, _) in EXAMPLES.items():
        made = tool_formats.written(tool, text.getvalue().encode(), questionnaire)
        files[name] = made.content
        if made.mapping is not None:
            files[f"{Path(name).stem}{MAPPING}"] = made.mapping
    return files


if __name__ == "__main__":
    for name, content in written(ROOT / "data").items():
        store.write_aside(ROOT / "data" / FOLDER / name, content)
