"""A fingerprint tells a rounding boundary from a change, and names the column."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from companion.figures.style import Figure
from companion.tables import Table
from companion.verification.fingerprint import Fingerprint, compare_fingerprints

DATA = pd.DataFrame(
    {
        "name": ["a", "b", "c", "d"],
        "n": [10, 20, 30, 40],
        "year": [2019.0, np.nan, 2021.0, 2022.0],
        "est": [0.1234565, -0.5, np.nan, 0.25],
        "shown": [True, False, True, True],
    }
)


def outcome(before: Fingerprint, now: Fingerprint) -> tuple[str, str]:
    row = compare_fingerprints({"fig": before}, {"fig": now}).rows[0]
    return row.outcome, row.where


def changed(column: str, row: int, value: object) -> pd.DataFrame:
    data = DATA.copy()
    data.loc[row, column] = value
    return data


CHANGES = {
    "nothing": (DATA.copy(), ("same", "")),
    "the last bit": (changed("est", 1, -0.5 - 1e-15), ("same", "")),
    "the other side of a rounding boundary": (
        changed("est", 0, 0.1234565 + 1e-10),
        ("tie", "rounded to the other side"),
    ),
    "a fraction": (changed("est", 1, -0.50001), ("differs", "in est")),
    "two values that change places": (
        DATA.assign(est=[0.25, -0.5, np.nan, 0.1234565]),
        ("differs", "in est"),
    ),
    "a fraction that is gone": (changed("est", 1, np.nan), ("differs", "in est")),
    "a word": (changed("name", 0, "x"), ("differs", "in its words or whole numbers")),
    "a whole number": (changed("n", 0, 11), ("differs", "in its words or whole numbers")),
    "a large whole number, by one": (DATA.assign(n=[10, 20, 30, 41]), ("differs", "in its words or whole numbers")),
    "a year among empty cells": (changed("year", 0, 2018.0), ("differs", "in its words or whole numbers")),
    "a yes or no": (changed("shown", 1, True), ("differs", "in its words or whole numbers")),
    "a column's name": (DATA.rename(columns={"n": "m"}), ("differs", "in its words or whole numbers")),
    "a new column of fractions": (DATA.assign(low=0.5), ("differs", "in low")),
    "a row less": (DATA.iloc[:3], ("differs", "in est")),
}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_of_the_data_has_its_outcome_and_its_place(change: str) -> None:
    data, expected = CHANGES[change]
    assert outcome(Fingerprint.of_data(DATA), Fingerprint.of_data(data)) == expected


def test_a_value_that_moved_does_not_hide_in_the_sum_of_a_thousand() -> None:
    many = np.linspace(1.1, 6.9, 1200)
    moved = np.where(np.arange(1200) == 700, many + 1e-3, many)
    before, now = (Fingerprint.of_data(pd.DataFrame({"raw": values})) for values in (many, moved))
    assert outcome(before, now) == ("differs", "in raw")


def test_an_integer_column_is_the_same_with_and_without_room_for_empty_cells() -> None:
    assert Fingerprint.of_data(DATA[["n"]]) == Fingerprint.of_data(DATA[["n"]].astype("Int64"))
    assert Fingerprint.of_data(DATA[["n"]]) == Fingerprint.of_data(DATA[["n"]].astype(float))


def test_a_negative_zero_is_a_zero() -> None:
    zero, negative = pd.DataFrame({"x": [0.0, 0.5]}), pd.DataFrame({"x": [-0.0, 0.5]})
    assert Fingerprint.of_data(zero) == Fingerprint.of_data(negative)


def table(cells: list[str], values: list[float] | None) -> Table:
    frame = pd.DataFrame({"Row": ["one", "two"], "Effect": cells})
    return Table(frame, "f", None if values is None else pd.DataFrame({"est": values}))


CELLS = {
    "the same cells": (table(["0.12", "0.50"], [0.123, 0.5]), ("same", "")),
    "a cell at a rounding boundary": (
        table(["0.13", "0.50"], [0.123 + 1e-9, 0.5]),
        ("tie", "rounded to the other side"),
    ),
    "another value": (table(["0.13", "0.50"], [0.13, 0.5]), ("differs", "in est")),
    "another value that prints alike": (table(["0.12", "0.50"], [0.1234, 0.5]), ("differs", "in est")),
    "more decimals": (table(["0.123", "0.500"], [0.123, 0.5]), ("differs", "in its words or whole numbers")),
    "another sign": (table(["−0.12", "0.50"], [0.123, 0.5]), ("differs", "in its words or whole numbers")),
}


def test_a_table_whose_rows_stand_under_another_label_differs() -> None:
    alone = table(["0.12", "0.50"], [0.123, 0.5])
    before, now = (Fingerprint.of(replace(alone, groups=[label] * 2)) for label in ("Closeness", "Attitude"))
    assert outcome(before, now) == ("differs", "in its words or whole numbers")


@pytest.mark.parametrize("change", CELLS)
def test_a_table_is_compared_by_its_cells_and_the_values_behind_them(change: str) -> None:
    now, expected = CELLS[change]
    assert outcome(Fingerprint.of(table(["0.12", "0.50"], [0.123, 0.5])), Fingerprint.of(now)) == expected


def test_a_table_without_values_behind_it_must_have_the_same_cells() -> None:
    before, now = (Fingerprint.of(table([cell, "0.50"], None)) for cell in ("0.12", "0.13"))
    assert outcome(before, now) == ("differs", "in its cells")


def test_the_fingerprint_of_a_figure_is_that_of_its_data_and_its_drawing_has_its_own() -> None:
    one, two = (
        Figure(wide=svg, narrow=svg, png=svg.encode(), data=DATA, function="f", simulated=True)
        for svg in ("<svg>1</svg>", "<svg>2</svg>")
    )
    assert Fingerprint.of(one) == Fingerprint.of(two)


def test_a_figure_on_one_side_only_is_missing_or_new() -> None:
    one = Fingerprint.of_data(DATA)
    rows = compare_fingerprints({"gone": one}, {"added": one}).rows
    assert [(row.key, row.outcome) for row in rows] == [("gone", "missing"), ("added", "new")]
