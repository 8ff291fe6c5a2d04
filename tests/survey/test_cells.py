"""Cells that are held by column, each text once, are those of the rows that were read."""

from __future__ import annotations

import csv
import io
import random

import pytest

from companion.survey.exports import cells
from companion.survey.exports.cells import AT_ONCE, ENOUGH, Column, Rows

TEXTS = ("", " ", "7", "Eerder akkoord", 'say "x"', "a,b", "a\nb", "é€", "'")


def uneven(number: int) -> list[list[str]]:
    """Rows of one to nine cells: few texts, an id that never repeats, and the longest rows last."""
    draw = random.Random(number)
    widths = [draw.randint(1, 4 if row < number - 5 else 9) for row in range(number)]
    return [[f"id {row}", *draw.choices(TEXTS, k=width - 1)] for row, width in enumerate(widths)]


@pytest.mark.parametrize("number", [0, 1, 20, AT_ONCE, 2 * AT_ONCE + 7])
def test_rows_are_read_back_as_they_were(number: int) -> None:
    rows = uneven(number)
    held = Rows.of(rows)
    assert list(held) == rows
    assert held[: AT_ONCE + 3] == rows[: AT_ONCE + 3]
    assert all(held[place] == rows[place] for place in (0, -1) if rows)


def test_a_text_that_repeats_is_held_once_and_asked_once() -> None:
    asked: list[str] = []
    column = Rows.of([["x"], ["y"]] * AT_ONCE).columns[0]
    assert column.where(lambda text: asked.append(text) or text == "x").sum() == AT_ONCE
    assert asked == ["x", "y"]


@pytest.mark.slow
def test_a_column_of_different_texts_is_held_as_it_comes() -> None:
    different = [f"{number}" for number in range(ENOUGH)]
    column = Rows.of([[text] for text in [*different, *different]]).columns[0]
    assert len(column.texts) == 2 * ENOUGH
    assert column.ranks()[:3].tolist() == [sorted(different).index(text) for text in different[:3]]
    assert (column.ranks()[:ENOUGH] == column.ranks()[ENOUGH:]).all()


def test_a_column_of_different_texts_keeps_a_sign_that_separates_them_in_memory() -> None:
    different = [f"{number}{cells.SEPARATOR}" if number % 7 else f"{number}" for number in range(2 * ENOUGH)]
    assert Rows.of([[text] for text in different]).columns[0].cells() == different


def test_texts_with_a_sign_are_mended_wherever_they_stand() -> None:
    different = [f"{number}" if number % (AT_ONCE + 1) else f"{number}; " for number in range(2 * ENOUGH)]
    column = Column.of(different)
    assert column.has("|;")
    assert column.mended("|;", str.strip).cells() == [text.strip() for text in different]
    assert not column.has("|,")
    assert column.mended("|,", str.strip).cells() == different


def test_columns_are_written_as_the_standard_library_writes_their_rows() -> None:
    draw = random.Random(1)
    rows = [draw.choices(TEXTS, k=5) for _ in range(AT_ONCE + 100)]
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    assert "".join(cells.written(Rows.of(rows).columns)) == text.getvalue()


def test_rows_that_are_left_out_leave_no_text_behind() -> None:
    column = Column.of(["head", "a", "b", "a"])
    assert column.at_rows(column.where("a".__eq__)).texts == ["a"]
