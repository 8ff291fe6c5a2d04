"""Every number, figure and table of the book as it is, computed again from the survey, is the reviewed one."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.verification.verification import verify

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.book
def test_the_book_as_it_is_agrees_with_its_expected_results() -> None:
    parts = verify(ROOT).parts
    assert parts.keys() == {"numbers", "figures", "drawings", "tables"}
    assert {name: [row.key for row in part.misses] for name, part in parts.items() if part.misses} == {}
