"""What looks wrong in the answers is told; each finding is planted in the shipped survey, which has none of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.survey.data_quality import warnings_of

Change: TypeAlias = Callable[[pd.DataFrame], pd.DataFrame]


def told(change: Change) -> list[str]:
    return warnings_of(change(shipped.export().data.copy()), shipped.asked())


def unchanged(table: pd.DataFrame) -> pd.DataFrame:
    return table


def answered(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["psr1"].notna() & ~table["copy"]].reset_index(drop=True)


def put(**columns: Callable[[pd.DataFrame], object]) -> Change:
    return lambda table: table.assign(**columns)


def straight(table: pd.DataFrame) -> pd.DataFrame:
    table = answered(table)
    table.loc[:2, list(shipped.asked().items)] = 4.0
    return table


def again(table: pd.DataFrame) -> pd.DataFrame:
    table = answered(table)
    table.loc[5, list(shipped.asked().items)] = table.loc[9, list(shipped.asked().items)]
    return table


def lost_cell(table: pd.DataFrame) -> pd.DataFrame:
    table = answered(table)
    there = (table["valence"] == "negative") & (table["interaction"] == "like")
    return table[~there | (np.cumsum(there) <= 11)]


def halved(table: pd.DataFrame) -> pd.DataFrame:
    items = list(shipped.asked().items)
    return table.assign(**{item: table[item].clip(2, 6) for item in items})


CASES = [
    pytest.param(put(psr2=lambda t: 8 - t["psr2"]), "psr2 (column Q10_2) runs against", "not said to be", id="D16"),
    pytest.param(put(psr3=lambda t: 8 - t["psr3"]), "psr3 (column Q10_3) runs against", "turned already", id="D21"),
    pytest.param(put(pa2=lambda t: 8 - t["pa1"]), "pa1 (column Q12_1) and pa2", "(r = -1.000)", id="D22"),
    pytest.param(put(pk4=lambda t: np.nan), "pk4 (column Q11_4) is empty", "not exported", id="D23"),
    pytest.param(
        put(pk1=lambda t: t["pk1"].where(np.arange(len(t)) % 2 == 0)),
        "pk1 (column Q11_1) has no answer of",
        "%",
        id="D24",
    ),
    pytest.param(put(pk2=lambda t: 4.0), "pk2 (column Q11_2) has the same answer of all", "Nothing varies", id="D25"),
    pytest.param(put(psr5=lambda t: t["psr1"]), "psr1 (column Q10_1) and psr5", "(r = 1.000)", id="D26"),
    pytest.param(halved, "the scale agreement goes from 1 to 7", "outside 2 to 6", id="D13"),
    pytest.param(straight, "one box all the way down", "sensitivity line", id="straight lines"),
    pytest.param(again, "2 people give the same answers to all 18 items", "a row copied", id="D34"),
    pytest.param(lost_cell, "11 people saw negative like", "small or uneven", id="D9"),
    pytest.param(lambda t: answered(t).head(120), "120 people answered", "too few", id="D28"),
    pytest.param(put(age=lambda t: t["age"].where(np.arange(len(t)) != 99, 16.0)), "under 18", "consent", id="D31"),
    pytest.param(put(seconds=lambda t: t["seconds"] / 60), "minutes", "in seconds?", id="D38"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("change", "what", "remedy"), CASES)
def test_what_looks_wrong_is_told_with_what_it_may_be(change: Change, what: str, remedy: str) -> None:
    new = set(told(change)) - set(told(unchanged))
    assert [one for one in new if what in one and remedy in one], new


@pytest.mark.parametrize(("seconds", "doubted"), [(59, True), (60, False), (7200, False), (7201, True)])
def test_a_duration_is_doubted_outside_of_one_minute_to_two_hours(seconds: int, doubted: bool) -> None:
    assert any("in seconds?" in one for one in told(put(seconds=lambda _: float(seconds)))) is doubted


def test_nothing_is_said_of_how_the_shipped_items_answer() -> None:
    assert not [one for one in told(unchanged) if "column Q" in one or "scale" in one or "groups" in one]


def test_a_column_is_called_as_the_file_calls_it() -> None:
    table = shipped.export().data.assign(pk4=np.nan)
    assert any("pk4 (column How wary?)" in one for one in warnings_of(table, shipped.asked(), {"Q11_4": "How wary?"}))


def test_no_answer_is_left_out_or_changed() -> None:
    table = straight(shipped.export().data.copy())
    before = table.copy()
    warnings_of(table, shipped.asked())
    pd.testing.assert_frame_equal(table, before)
