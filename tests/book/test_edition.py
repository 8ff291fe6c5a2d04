"""Every number, figure and table of the book as it is, computed again from the survey, is the reviewed one."""

from __future__ import annotations

import pytest

from companion import study
from companion.verification.verification import verify


@pytest.mark.book
def test_the_book_as_it_is_agrees_with_its_expected_results() -> None:
    parts = verify(study.of_this_book()).parts
    assert parts.keys() == {"numbers", "figures", "drawings", "tables", "replications"}
    assert {name: [row.key for row in part.misses] for name, part in parts.items() if part.misses} == {}
