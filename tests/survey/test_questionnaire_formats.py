"""What is written for a survey tool and read back is the questionnaire; the readers here know the format alone."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import shipped
import yaml
from bs4 import BeautifulSoup
from typer.testing import CliRunner

from companion.cli import app
from companion.errors import InputError
from companion.survey import questionnaire_formats
from companion.survey.questionnaire import Questionnaire

TAG = re.compile(r"\[\[([A-Za-z]+)(?::(.*))?\]\]")


@dataclass
class Found:
    """A question as the tool understands it: its text, and by number its choices and answers."""

    kind: str
    text: str = ""
    choices: list[str] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)


def from_qualtrics(raw: bytes) -> dict[str, Found]:
    """Read the Advanced Format: a tag a line, and under it the text that it is about."""
    found: dict[str, Found] = {}
    current, into = Found(""), "text"
    for line in raw.decode().splitlines():
        tag = TAG.fullmatch(line)
        if tag is None:
            if line and into == "text":
                current.text = line
            elif line:
                (current.answers if into == "answers" else current.choices).append(line)
        elif tag[1] == "Question":
            current, into = Found(tag[2]), "text"
        elif tag[1] == "ID":
            found[tag[2]] = current
        elif tag[1] in ("AdvancedChoices", "AdvancedAnswers"):
            into = tag[1].removeprefix("Advanced").lower()
        elif tag[1] == "Choice":
            current.numbers.append(int(tag[2]))
    return found


def from_limesurvey(raw: bytes) -> dict[str, Found]:
    """Read the tab-separated structure: a row a question, then its subquestions and its answers."""
    found: dict[str, Found] = {}
    for row in csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline=""), delimiter="\t"):
        if row["class"] == "Q":
            found[row["name"]] = Found(row["type/scale"], row["text"])
        elif row["class"] == "SQ":
            last = found[list(found)[-1]]
            last.choices.append(row["text"])
            last.numbers.append(int(row["name"].removeprefix("SQ")))
        elif row["class"] == "A":
            found[list(found)[-1]].answers.append(row["text"])
    return found


def columns(found: dict[str, Found], tool: str) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Column of an export -> the words above it and the labels of its answers."""
    matrix = {"qualtrics": "Matrix", "limesurvey": "F"}[tool]
    single = {"qualtrics": "MC:SingleAnswer", "limesurvey": "L"}[tool]
    number = {"qualtrics": "TE:SingleLine", "limesurvey": "N"}[tool]
    read = {}
    for tag, one in found.items():
        if one.kind == matrix:
            stem = one.text.replace("&nbsp;", "")
            for place, statement in zip(one.numbers, one.choices, strict=True):
                read[f"{tag}_{place}"] = (f"{stem} {statement}".strip(), tuple(one.answers))
        elif one.kind == single:
            read[tag] = (one.text, tuple(one.choices if tool == "qualtrics" else one.answers))
        elif one.kind == number:
            read[tag] = (one.text, ())
    return read


def expected(asked: Questionnaire) -> dict[str, tuple[str, tuple[str, ...]]]:
    wanted = {}
    for group in (asked.screening, asked.background, asked.checks):
        for question in group.values():
            labels = () if question.scale is None else tuple(choice.nl for choice in asked.scales[question.scale])
            wanted[question.column] = (question.text.nl, labels)
    for construct in asked.constructs.values():
        labels = tuple(choice.nl for choice in asked.scales[construct.scale])
        for item in construct.items.values():
            wanted[item.column] = (f"{construct.stem.nl} {item.text.nl}", labels)
    return wanted


def other() -> Questionnaire:
    """Fewer points, columns without a number, a text that looks like a tag."""
    said: dict[str, Any] = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["scales"]["agreement"] = [{"code": code, "nl": f"punt {code}", "en": f"point {code}"} for code in range(5)]
    said["screening"]["attention"]["passes"] = 3
    for name, item in said["constructs"]["pa"]["items"].items():
        item["column"] = f"own{name}"
    said["pages"] = {}
    return Questionnaire.model_validate(said)


READERS = {"qualtrics": from_qualtrics, "limesurvey": from_limesurvey}


@pytest.mark.parametrize("asked", [pytest.param(shipped.asked(), id="shipped"), pytest.param(other(), id="another")])
@pytest.mark.parametrize("tool", READERS)
def test_what_is_written_and_read_back_is_the_questionnaire(tool: str, asked: Questionnaire) -> None:
    raw = questionnaire_formats.written(tool, asked)  # type: ignore[arg-type]
    assert columns(READERS[tool](raw), tool) == expected(asked)


def test_nothing_tells_people_what_is_measured() -> None:
    for tool in ("qualtrics", "limesurvey", "page"):
        text = questionnaire_formats.written(tool, shipped.asked()).decode()  # type: ignore[arg-type]
        assert not [one.title.nl for one in shipped.asked().constructs.values() if one.title.nl in text]


def test_each_file_says_that_chance_and_the_post_are_to_be_added() -> None:
    for tool in ("qualtrics", "limesurvey", "page"):
        text = questionnaire_formats.written(tool, shipped.asked()).decode()  # type: ignore[arg-type]
        assert "valentie (positief, negatief); interactie (geen, like, reactie)" in text


def test_the_time_of_a_page_is_kept_under_the_name_that_the_rules_read() -> None:
    found = from_qualtrics(questionnaire_formats.written("qualtrics", shipped.asked()))
    timers = {f"{tag}_Page Submit" for tag, one in found.items() if one.kind == "Timing"}
    assert timers == {page.column for page in shipped.asked().pages.values()}


def test_a_page_to_print_holds_every_question_and_box() -> None:
    page = BeautifulSoup(questionnaire_formats.written("page", shipped.asked(), "en"), "html.parser")
    text = " ".join(page.get_text(" ").split())
    for construct in shipped.asked().constructs.values():
        assert all(item.text.en in text for item in construct.items.values())
    assert len(page.select("tbody tr")) == len(shipped.asked().items) + 2  # attention and involvement are lines too
    assert len(page.select("tbody td")) == 7 * len(page.select("tbody tr"))


def test_a_name_for_two_tables_is_refused() -> None:
    said = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["background"]["involvement"]["column"] = "Q10_9"
    with pytest.raises(InputError, match="The columns of Q10 belong to more than one part"):
        questionnaire_formats.written("qualtrics", Questionnaire.model_validate(said))


def test_what_looks_like_markup_is_text() -> None:
    said = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    said["background"]["age"]["text"]["nl"] = "<b>[[PageBreak]]</b>\nHoe oud?"
    asked = Questionnaire.model_validate(said)
    assert "[[PageBreak]]" not in questionnaire_formats.written("qualtrics", asked).decode()
    assert "<b>" not in questionnaire_formats.written("page", asked).decode()


def test_the_command_writes_the_file(tmp_path: Path) -> None:
    file = tmp_path / "asked.txt"
    result = CliRunner().invoke(app, ["questionnaire", str(file), "--format", "limesurvey"])
    assert result.exit_code == 0
    assert file.read_bytes() == questionnaire_formats.written("limesurvey", shipped.asked())
