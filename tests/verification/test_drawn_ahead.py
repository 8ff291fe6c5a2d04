"""Surveys that were drawn ahead are held against the same ones drawn again."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shipped

from companion.study import ROOT, SHIPPED_SURVEY, TRUTHS, Study
from companion.truth import drawn_ahead
from companion.verification import drawn_ahead as verified

SIZES = (180,)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A folder with the settings and the table; only the smallest size is drawn again here."""
    monkeypatch.setattr(drawn_ahead, "SIZES", SIZES)
    (tmp_path / "data").mkdir()
    for file in shipped.DATA.glob("*.yml"):
        shutil.copyfile(file, tmp_path / "data" / file.name)
    (tmp_path / "results").mkdir()
    shutil.copyfile(ROOT / drawn_ahead.TABLE, tmp_path / drawn_ahead.TABLE)
    return Study(tmp_path / SHIPPED_SURVEY, tmp_path)


def plant(book: Study, column: str, value: str) -> None:
    """Change a cell of the first survey of the smallest size."""
    path = book.root / drawn_ahead.TABLE
    lines = path.read_text(encoding="utf-8").splitlines()
    place = lines[0].split(",").index(column)
    cells = lines[1].split(",")
    assert cells[place] != value
    cells[place] = value
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]) + "\n", encoding="utf-8")


@pytest.mark.slow
def test_a_table_that_nobody_touched_agrees_for_both_truths(book: Study) -> None:
    found = verified.check(book, "*")
    assert found.misses == ()
    assert {row.key.split(".")[1] for row in found.rows} == set(TRUTHS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("column", "value", "missed"),
    [
        ("like_est", "0.5", "surveys.reversal.180.1.like.est"),
        ("reply_ci_lower", "-0.9", "surveys.reversal.180.1.reply.ci"),
        ("R3", "found", "surveys.reversal.180.1.R3"),
    ],
)
def test_a_changed_cell_is_seen_by_name(book: Study, column: str, value: str, missed: str) -> None:
    plant(book, column, value)
    assert [row.key for row in verified.check(book, "surveys.reversal.*").misses] == [missed]


def test_nothing_is_drawn_for_a_pattern_that_names_something_else(book: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_ahead, "simulate", None)
    assert verified.check(book, "mediation.*").rows == ()
