"""The simulated survey as other tools would have exported it, and the mapping that reads it back.

A tool keeps what it can know: forms keep what was sent, and only the files of Qualtrics hold all that it records.
All personal data are the invented ones of the simulated survey.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from string import ascii_uppercase
from typing import Any, Literal, TypeAlias

import yaml

from companion.survey import system_file
from companion.survey.exports.qualtrics import NOT_RESPONSES, RECORD
from companion.survey.questionnaire import Choice, Questionnaire
from companion.survey.simulated_mark import ID_PREFIX, MARK, MARK_COLUMN

Tool: TypeAlias = Literal["qualtrics", "limesurvey", "google", "microsoft", "surveymonkey", "spss", "excel"]
HEADERS = 3
EPOCH = datetime(2020, 1, 1)  # when a workbook says that it was made: the same in every run
Mapping_: TypeAlias = dict[str, Any]


class _Dumper(yaml.SafeDumper):
    """Writes a list, such as the two levels of a condition, on one line."""


_Dumper.add_representer(list, lambda dumper, data: dumper.represent_sequence("tag:yaml.org,2002:seq", data, True))


@dataclass(frozen=True)
class Written:
    """An export and the mapping that reads it back; none where the questionnaire alone does."""

    content: bytes
    mapping: bytes | None


@dataclass(frozen=True)
class _Survey:
    """The simulated survey by column: the cells, the question above each, and the questionnaire."""

    rows: list[list[str]]
    questionnaire: Questionnaire

    @property
    def tags(self) -> list[str]:
        return self.rows[0]

    def responses(self) -> list[dict[str, str]]:
        return [dict(zip(self.tags, row, strict=True)) for row in self.rows[HEADERS:]]

    def sent(self) -> list[dict[str, str]]:
        """What people sent, once: what tools keep that keep nothing else."""
        seen: set[str] = set()
        kept = []
        for response in self.responses():
            unofficial = response[RECORD["status"]] in NOT_RESPONSES.values()
            if response[RECORD["finished"]] == "True" and not unofficial and response[RECORD["id"]] not in seen:
                seen.add(response[RECORD["id"]])
                kept.append(response)
        return kept

    def choices(self, name: str) -> tuple[Choice, ...]:
        return self.questionnaire.scales[str(self.questionnaire.closed[name].scale)]


def written(tool: Tool, export: bytes, questionnaire: Questionnaire) -> Written:
    """Write a simulated survey as a tool exports it.

    Parameters
    ----------
    tool
        The tool.
    export
        The survey as `companion.truth.simulate.survey` gives it.
    questionnaire
        What was asked.
    """
    if tool == "qualtrics":
        return Written(export, None)
    rows = list(csv.reader(io.StringIO(export.decode(), newline="")))
    content, mapping = WRITERS[tool](_Survey(rows, questionnaire))
    said = "# Reads back the simulated survey as another tool exports it: companion import FILE --mapping THIS\n"
    text = said + yaml.dump(mapping, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1000) if mapping else ""
    return Written(content, text.encode() or None)


def _excel(survey: _Survey) -> tuple[bytes, Mapping_]:
    return _workbook("Sheet0", survey.rows), {}


def _google(survey: _Survey) -> tuple[bytes, Mapping_]:
    heads = _full_questions(survey.questionnaire)
    codes = dict(zip(survey.questionnaire.cells, ascii_uppercase, strict=False))
    table = [["Tijdstempel", "E-mailadres", "Versie", *heads.values(), MARK_COLUMN]]
    for response in survey.sent():
        moment = _moment(response["EndDate"])
        stamp = f"{moment.day}-{moment.month}-{moment.year} {moment:%H:%M:%S}"
        cell = _cell(response, survey.questionnaire)
        version = codes[cell] if cell else ""
        table.append([stamp, response["RecipientEmail"], version, *(response[tag] for tag in heads), MARK])
    condition = {"column": "Versie", "values": {code: list(cell) for cell, code in codes.items()}}
    return _text(table, ","), {"columns": _columns(survey.questionnaire, heads), "condition": condition}


def _microsoft(survey: _Survey) -> tuple[bytes, Mapping_]:
    heads = _row_texts(survey.questionnaire)
    codes: dict[tuple[str, str], object] = {
        cell: number for number, cell in enumerate(survey.questionnaire.cells, start=1)
    }
    in_rows = {item.column for item in survey.questionnaire.items.values()}
    table: list[list[object]] = [
        ["ID", "Begintijd", "Tijd van voltooien", "E-mail", "Naam", "Versie", *heads.values(), MARK_COLUMN]
    ]
    for number, response in enumerate(survey.sent(), start=1):
        start = _moment(response["StartDate"])
        end = start + timedelta(seconds=int(response[RECORD["seconds"]]))
        cell = _cell(response, survey.questionnaire)
        version = codes[cell] if cell else ""
        cells = [f"{response[tag]};" if tag in in_rows and response[tag] else response[tag] for tag in heads]
        table.append(
            [number, start, end, response["RecipientEmail"] or "anonymous", "", version, *map(_number, cells), MARK]
        )
    condition = {"column": "Versie", "values": {code: list(cell) for cell, code in codes.items()}}
    mapping = {"columns": _columns(survey.questionnaire, heads), "condition": condition}
    return _workbook("Sheet1", table), mapping


def _surveymonkey(survey: _Survey) -> tuple[bytes, Mapping_]:
    asked = survey.questionnaire
    about = ["Respondent ID", "Collector ID", "Start Date", "End Date", "IP Address", "Email Address", "Custom Data 1"]
    first, second = list(about), [""] * len(about)
    heads, last = _full_questions(asked), ""
    for head in heads.values():
        question, row = re.fullmatch(r"(.*?)(?: \[(.*)\])?", head, re.DOTALL).groups()  # type: ignore[union-attr]
        first.append("" if question == last else question)
        second.append(row or "Response")
        last = question
    versions = {f"Versie {number}": cell for number, cell in enumerate(asked.cells, start=1)}
    first += [*versions, MARK_COLUMN]
    second += ["Response"] * (len(versions) + 1)
    table = [first, second]
    for response in survey.sent():
        start = _moment(response["StartDate"])
        end = start + timedelta(seconds=int(response[RECORD["seconds"]]))
        number = response[RECORD["id"]].removeprefix(ID_PREFIX)
        moments = [f"{moment:%m/%d/%Y %I:%M:%S %p}" for moment in (start, end)]
        known = [f"1180{number}", "4001", *moments, response["IPAddress"], response["RecipientEmail"]]
        seen = ["Gezien" if cell == _cell(response, asked) else "" for cell in versions.values()]
        answers = [response[tag] for tag in heads]
        table.append([*known, response[RECORD["person"]], *answers, *seen, MARK])
    mapping = {
        "columns": _columns(asked, heads),
        "condition": {"shown": {head: list(cell) for head, cell in versions.items()}},
        "record": {"person": "Custom Data 1"},
    }
    return _text(table, ","), mapping


def _limesurvey(survey: _Survey) -> tuple[bytes, Mapping_]:
    asked = survey.questionnaire
    heads = {tag: _lime_code(tag) for tag in _full_questions(asked)}
    pages = {page.column: f"groupTime{number}" for number, page in enumerate(asked.pages.values(), start=1)}
    factors = {factor.column: factor.column for factor in asked.factors.values()}
    scales = {name: _lime_answers(choices) for name, choices in asked.scales.items()}
    names = {question.column: str(question.scale) for question in asked.closed.values()}
    about = ["id", "submitdate", "lastpage", "startlanguage", "token", "startdate", "ipaddr"]
    table = [[*about, *heads.values(), *factors.values(), MARK_COLUMN, "interviewtime", *pages.values()]]
    for response in survey.sent():
        number = str(int(response[RECORD["id"]].removeprefix(ID_PREFIX)))
        known = [number, response["EndDate"], "8", "nl-informal", response[RECORD["person"]], response["StartDate"]]
        answers = []
        for tag in heads:
            code = scales[names[tag]].get(response[tag], "") if tag in names else response[tag]
            answers.append(code)
        recorded = [response[RECORD["seconds"]], *(response[page] for page in pages)]
        conditions = [response[factor] for factor in factors]
        table.append([*known, response["IPAddress"], *answers, *conditions, MARK, *recorded])
    mapping = {
        "columns": _columns(asked, heads | pages),
        "scales": {
            name: {code: choice.code for choice, code in zip(asked.scales[name], codes.values(), strict=True)}
            for name, codes in scales.items()
        },
        "record": {"person": "token"},
    }
    return b"\xef\xbb\xbf" + _text(table, ";", "\r\n", all_quoted=True) + b"\r\n", mapping


def _spss(survey: _Survey) -> tuple[bytes, Mapping_]:
    import pandas as pd

    asked = survey.questionnaire
    names = {tag: re.sub(r"\W+", "_", tag).strip("_") for tag in survey.tags}
    texts = _full_questions(asked)
    values: dict[str, dict[float, str]] = {}
    frame = pd.DataFrame([list(response.values()) for response in survey.responses()], columns=list(names.values()))
    closed = {question.column: asked.scales[str(question.scale)] for question in asked.closed.values()}
    closed |= {factor.column: factor.levels for factor in asked.factors.values()}
    for tag, choices in closed.items():
        codes = {choice.nl: float(number) for number, choice in enumerate(choices, start=1)}
        values[names[tag]] = {code: label for label, code in codes.items()}
        frame[names[tag]] = frame[names[tag]].map(codes)
    for tag in (*asked.numbers.values(), RECORD["seconds"], "Progress"):
        frame[names[tag]] = pd.to_numeric(frame[names[tag]])
    labels = {name: texts.get(tag, tag) for tag, name in names.items()}
    content = system_file.written(frame, labels, values)
    renamed = {tag: name for tag, name in names.items() if tag != name and tag in asked.columns.values()}
    mapping = {"columns": _columns(asked, renamed), "record": {"seconds": names[RECORD["seconds"]]}}
    return content, mapping


WRITERS: Mapping[str, Callable[[_Survey], tuple[bytes, Mapping_]]] = {
    "excel": _excel,
    "google": _google,
    "microsoft": _microsoft,
    "surveymonkey": _surveymonkey,
    "limesurvey": _limesurvey,
    "spss": _spss,
}


def _full_questions(questionnaire: Questionnaire) -> dict[str, str]:
    """Give each question in full by its column; a statement stands in brackets behind what it continues."""
    heads: dict[str, str] = {}
    for group in (questionnaire.screening, questionnaire.background):
        heads |= {question.column: question.text.nl for question in group.values()}
    for construct in questionnaire.constructs.values():
        for item in construct.items.values():
            heads[item.column] = f"{construct.stem.nl} [{item.text.nl}]"
    return heads | {question.column: question.text.nl for question in questionnaire.checks.values()}


def _row_texts(questionnaire: Questionnaire) -> dict[str, str]:
    """Give each question by its column as Microsoft Forms heads it: of a statement its own words alone."""
    statements = {item.column: item.text.nl for item in questionnaire.items.values()}
    return {tag: statements.get(tag, head) for tag, head in _full_questions(questionnaire).items()}


def _columns(questionnaire: Questionnaire, heads: Mapping[str, str]) -> dict[str, str]:
    return {name: heads[column] for name, column in questionnaire.columns.items() if column in heads}


def _cell(response: Mapping[str, str], questionnaire: Questionnaire) -> tuple[str, str] | None:
    levels = []
    for factor in questionnaire.factors.values():
        levels += [str(level.code) for level in factor.levels if level.nl == response[factor.column]]
    return (levels[0], levels[1]) if len(levels) == len(questionnaire.factors) else None


def _lime_code(tag: str) -> str:
    question, _, row = tag.partition("_")
    return f"{question}[SQ{int(row):03d}]" if row else question


def _lime_answers(choices: Iterable[Choice]) -> dict[str, str]:
    return {choice.nl: f"A{number}" for number, choice in enumerate(choices, start=1)}


def _moment(cell: str) -> datetime:
    return datetime.fromisoformat(cell)


def _number(cell: str) -> object:
    return int(cell) if cell.isdecimal() else cell


def _text(table: Iterable[Iterable[str]], delimiter: str, line_end: str = "\n", *, all_quoted: bool = False) -> bytes:
    text = io.StringIO()
    writer = csv.writer(
        text,
        delimiter=delimiter,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL,
    )
    writer.writerows(table)
    return text.getvalue().encode()


def _workbook(title: str, table: Iterable[Iterable[object]]) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    page = book.worksheets[0]
    page.title = title
    for row in table:
        page.append([None if cell == "" else cell for cell in row])
    book.properties.created = book.properties.modified = EPOCH
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
