"""Published numbers stand beside ours in the digits in which they were printed."""

from __future__ import annotations

from typing import Any

import pytest

from companion.peers.known_results import KnownResults
from companion.tables import known_results as tables


@pytest.mark.parametrize(
    ("quantity", "cells"),
    [
        ("Slope", ("−0.4725", "−0.4725", "to the last digit")),
        ("Lower bound", ("0.2471", "0.2541", "within simulation error")),
        ("Chi-square", ("38.125", "38.200", "no")),
    ],
)
def test_a_row_says_what_was_published_what_we_get_and_whether_they_agree(
    known: KnownResults, quantity: str, cells: tuple[str, ...]
) -> None:
    row: Any = tables.comparison(known, ["one"]).frame.set_index("Quantity").loc[quantity]
    assert tuple(row[["Published", "This book", "Agrees"]]) == cells


def test_only_the_analyses_asked_for_are_shown(known: KnownResults) -> None:
    assert list(tables.comparison(known, ["two"]).frame["Quantity"]) == ["People"]


def test_analyses_stand_in_the_order_that_was_asked_for(known: KnownResults) -> None:
    assert list(tables.comparison(known, ["two", "one"]).frame["Quantity"])[:2] == ["People", "Slope"]


def test_who_printed_a_number_stands_in_the_file_behind_the_table(known: KnownResults) -> None:
    data = tables.comparison(known, ["one", "two"]).data
    assert data is not None
    assert set(data["source"]) == {"bollen1989"}
