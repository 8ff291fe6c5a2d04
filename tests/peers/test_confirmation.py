"""The record of the last comparison with lavaan: read as it was written, and damaged files are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from shipped import DATA, selected

from companion.errors import InputError
from companion.peers import confirmation
from companion.peers.confirmation import Confirmation, Group

RECORD = Confirmation(
    data="d" * 64,
    question="q" * 64,
    versions={"R": "4.2.2", "lavaan": "0.6.14"},
    tolerance=1e-5,
    groups=(Group("one kind", 30, 2.5e-8), Group("another", 12, 0.0)),
    resamples=200,
    draws=Group("resamples", 20_400, 3e-8),
    not_compared={"counted from the literature": 7, "settings": 1},
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    confirmation.write(tmp_path, RECORD)
    assert confirmation.committed(tmp_path) == RECORD


def test_the_file_says_that_the_survey_is_simulated(tmp_path: Path) -> None:
    confirmation.write(tmp_path, RECORD)
    assert "SIMULATED" in (tmp_path / confirmation.FILE).read_text()


def test_the_numbers_of_the_book_are_those_compared_and_those_left_out() -> None:
    assert (RECORD.compared, RECORD.numbers) == (42, 50)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"data": 1}'])
def test_a_damaged_file_is_told_with_the_remedy(tmp_path: Path, content: str) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / confirmation.FILE).write_text(content)
    with pytest.raises(InputError, match="verify --engine lavaan --update"):
        confirmation.committed(tmp_path)


def test_a_missing_file_is_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="verify --engine lavaan --update"):
        confirmation.committed(tmp_path)


def test_the_committed_comparison_is_of_the_survey_that_ships() -> None:
    assert confirmation.committed(DATA.parent).data == selected().digest


def test_the_committed_comparison_is_of_as_many_numbers_as_the_edition_has() -> None:
    from companion.verification import expected

    assert confirmation.committed(DATA.parent).numbers == len(expected.load(DATA.parent / expected.FILE).numbers)
