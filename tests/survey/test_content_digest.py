"""The digest of a survey is that of what it says, not of how a program saved it."""

from __future__ import annotations

import csv
import hashlib
import io
import random
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from companion.survey import imported, questionnaire, sample
from companion.survey.exports import any_tool

DATA = Path(__file__).resolve().parents[2] / "data"
SHIPPED = DATA / "survey.csv"


def rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode(), newline="")))


def as_csv(table: list[list[str]], **options: object) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", **options).writerows(table)
    return text.getvalue().encode()


def digest(file: Path) -> str:
    return any_tool.read(file, None, ()).digest


def shuffled(raw: bytes) -> bytes:
    table = rows(raw)
    order = list(range(len(table[0])))
    random.Random(7).shuffle(order)
    return as_csv([[row[column] for column in order] for row in table])


SAVED: dict[str, Callable[[bytes], bytes]] = {
    "with a byte-order mark": lambda raw: b"\xef\xbb\xbf" + raw,
    "with the line endings of Windows": lambda raw: raw.replace(b"\n", b"\r\n"),
    "with its columns in another order": shuffled,
    "with every cell between quotation marks": lambda raw: as_csv(rows(raw), quoting=csv.QUOTE_ALL),
    "with blank rows at its end": lambda raw: raw + b"\n" + b"," * 30 + b"\n",
    "in all these ways": lambda raw: b"\xef\xbb\xbf" + shuffled(raw).replace(b"\n", b"\r\n"),
}


@pytest.mark.slow
@pytest.mark.parametrize("way", SAVED)
def test_the_same_survey_has_the_same_digest_and_sample(tmp_path: Path, way: str) -> None:
    copy = tmp_path / "survey.csv"
    copy.write_bytes(SAVED[way](SHIPPED.read_bytes()))
    assert copy.read_bytes() != SHIPPED.read_bytes()
    assert digest(copy) == digest(SHIPPED)
    asked = questionnaire.load_questionnaire(DATA / "questionnaire.yml")
    plan = questionnaire.load_analysis(DATA / "analysis.yml")
    one, other = (sample.select(imported.read(file, asked).export, asked, plan) for file in (SHIPPED, copy))
    pd.testing.assert_frame_equal(one.data, other.data)
    assert one.digest == other.digest


def test_the_survey_that_ships_has_the_digest_of_its_file() -> None:
    assert digest(SHIPPED) == hashlib.sha256(SHIPPED.read_bytes()).hexdigest()


CHANGED: dict[str, Callable[[list[list[str]]], object]] = {
    "another answer": lambda table: table[5].__setitem__(20, "x"),
    "another row": lambda table: table.append(table[5]),
    "a row less": lambda table: table.pop(),
    "another name of a column": lambda table: table[0].__setitem__(20, "Q99"),
    "two columns with each other's name": lambda table: table[0].__setitem__(slice(20, 22), table[0][21:19:-1]),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGED)
def test_another_survey_has_another_digest(tmp_path: Path, change: str) -> None:
    table = rows(SHIPPED.read_bytes())
    CHANGED[change](table)
    (tmp_path / "survey.csv").write_bytes(as_csv(table))
    assert digest(tmp_path / "survey.csv") != digest(SHIPPED)
