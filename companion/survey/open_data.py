"""The whole analysed set as it may be handed on: what every column means, and no background by which a person is known.

Everybody can redo from it what the book computes of the analysed people: the groups, the checks, the model, covariates.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

import pandas as pd

from companion.formats import Language
from companion.survey import k_anonymity, system_file
from companion.survey.k_anonymity import Anonymity
from companion.survey.questionnaire import ALWAYS, Analysis, Choice, Code, Questionnaire, wordings
from companion.survey.sample import Sample
from companion.survey.simulated_mark import MARK, MARK_COLUMN, marked
from companion.words import words

CODEBOOK = ("column", "meaning", "values", "group", "turned")


@dataclass(frozen=True)
class Variable:
    """A column of the set.

    Parameters
    ----------
    name
        The column.
    meaning
        What was asked.
    labels
        Code -> what it stands for; empty where the column holds numbers.
    group
        ``factor``, ``dummy``, ``background``, ``check``, or the construct that the item measures.
    turned
        Whether it is a reversed item, of which the set holds the turned answer.
    """

    name: str
    meaning: str
    labels: dict[Code, str]
    group: str
    turned: bool = False


@dataclass(frozen=True)
class OpenData:
    """The analysed people as they may be handed on.

    Parameters
    ----------
    table
        One row a person, in the order of the analysis, a column a variable.
    variables
        What each column means, in the order of the table.
    withheld
        Columns that are left out because a person could be known by them.
    anonymity
        How many people that are, whether or not the columns are left out.
    simulated
        Whether nobody gave these answers.
    """

    table: pd.DataFrame
    variables: tuple[Variable, ...]
    withheld: tuple[str, ...]
    anonymity: Anonymity
    simulated: bool


def chosen(sample: Sample, questionnaire: Questionnaire, analysis: Analysis, language: Language = "en") -> OpenData:
    """Choose what may be handed on of the analysed people.

    Answers of people about themselves are left out, all of them, where somebody shares theirs with too few others (see
    `companion.survey.k_anonymity`), unless the analysis plan says that they are handed on. Nobody can be known by
    simulated answers.

    Parameters
    ----------
    sample
        The analysed people.
    questionnaire
        What was asked.
    analysis
        The covariates, and what its owner has decided about the background.
    language
        Language of meanings and labels.
    """
    variables = list(_variables(questionnaire, analysis, language))
    anonymity = k_anonymity.measured(sample.data, list(questionnaire.background))
    free = sample.simulated or not anonymity.exposed or analysis.open_data.background == ALWAYS
    kept = [variable for variable in variables if free or variable.group != "background"]
    return OpenData(
        table=sample.data[[variable.name for variable in kept]],
        variables=tuple(kept),
        withheld=tuple(variable.name for variable in variables if variable not in kept),
        anonymity=anonymity,
        simulated=sample.simulated,
    )


def _variables(questionnaire: Questionnaire, analysis: Analysis, language: Language) -> Iterator[Variable]:
    say, asked = words(language), wordings(questionnaire, language)
    yes_or_no: dict[Code, str] = {1: say("survey.open_data.yes"), 0: say("survey.open_data.no")}

    def labels(choices: tuple[Choice, ...]) -> dict[Code, str]:
        return {choice.code: choice.wording(language) for choice in choices}

    for name, factor in questionnaire.factors.items():
        yield Variable(name, asked[name], labels(factor.levels), "factor")
    for name in questionnaire.design.dummies:
        yield Variable(name, say(f"pages.downloads.{name}"), yes_or_no, "dummy")
    answers: dict[Code, tuple[str, str]] = {}
    for name, question in questionnaire.background.items():
        values = {} if question.scale is None else labels(questionnaire.scales[question.scale])
        answers |= {code: (label, asked[name]) for code, label in values.items() if isinstance(code, str)}
        yield Variable(name, asked[name], values, "background")
    for name in analysis.covariates:
        if name not in questionnaire.background:
            answer, question_text = answers[name]
            meaning = say("survey.open_data.dummy", question=question_text, answer=answer)
            yield Variable(name, meaning, yes_or_no, "background")
    for construct, measured in questionnaire.constructs.items():
        usual = labels(questionnaire.scales[measured.scale])
        ends = sum(questionnaire.bounds(construct))
        turned: dict[Code, str] = {ends - int(code): label for code, label in reversed(usual.items())}
        for name, item in measured.items.items():
            values = turned if item.reversed else usual
            yield Variable(name, asked[name], values, measured.title.wording(language), item.reversed)
    for name, question in questionnaire.checks.items():
        values = {} if question.scale is None else labels(questionnaire.scales[question.scale])
        yield Variable(name, asked[name], values, "check")


def as_csv(data: OpenData) -> str:
    """Give the set as CSV, a code a cell."""
    text: str = data.table.to_csv(index=False, float_format="%g", lineterminator="\n")
    return marked(text) if data.simulated else text


def codebook(data: OpenData, language: Language = "en") -> str:
    """Give what each column of the set means as CSV, a row a column, in the same order."""
    say, text = words(language), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CODEBOOK)
    for variable in data.variables:
        values = "; ".join(f"{code} = {label}" for code, label in variable.labels.items())
        turned = say("survey.open_data.yes" if variable.turned else "survey.open_data.no")
        writer.writerow(
            [variable.name, variable.meaning, values or say("survey.codebook.number"), variable.group, turned]
        )
    if data.simulated:
        said = say("pages.downloads.origin"), say("pages.downloads.origin_values", mark=MARK)
        writer.writerow([MARK_COLUMN, *said, "", say("survey.open_data.no")])
    return marked(text.getvalue()) if data.simulated else text.getvalue()


def as_system_file(data: OpenData, language: Language = "en") -> bytes:
    """Give the set as a file of SPSS, with what each column and each value means.

    Words that are codes, such as those of the factors, are numbered in the order of their scale.
    """
    columns: dict[str, pd.Series] = {}
    values: dict[str, dict[float, str]] = {}
    for variable in data.variables:
        cells = data.table[variable.name]
        codes = list(variable.labels)
        if any(isinstance(code, str) for code in codes):
            numbered = {code: float(number) for number, code in enumerate(codes, start=1)}
            columns[variable.name] = cells.astype(object).map(numbered).astype(float)
            values[variable.name] = {numbered[code]: label for code, label in variable.labels.items()}
        else:
            columns[variable.name] = cells.astype(float)
            values[variable.name] = {float(code): label for code, label in variable.labels.items()}
    labels = {variable.name: variable.meaning for variable in data.variables}
    table, about = pd.DataFrame(columns), ""
    if data.simulated:
        table[MARK_COLUMN] = MARK
        labels[MARK_COLUMN] = words(language)("pages.downloads.origin")
        about = words(language)("pages.downloads.origin_values", mark=MARK)
    return system_file.written(table, labels, {name: known for name, known in values.items() if known}, about)


def told(data: OpenData, language: Language = "en") -> str:
    """Say in a sentence or two what the set holds of people's background, and why."""
    say, found = words(language), data.anonymity
    asked = ", ".join(found.background)
    if data.simulated:
        return say("survey.open_data.simulated", background=asked)
    if data.withheld:
        return say("survey.open_data.withheld", background=asked, exposed=found.exposed, people=found.people)
    if found.exposed:
        return say("survey.open_data.allowed", background=asked, exposed=found.exposed, people=found.people)
    return say("survey.open_data.anonymous", background=asked, others=found.k - 1)
