"""Every number is made by the room that its key names, so that a part can be computed alone."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
import shipped

from companion import study
from companion.numbers import Number, collect_starting
from companion.numbers.collect import _rooms
from companion.verification import expected

MADE = {"sample survey": ("sample.n", "survey.n"), "plan power": ("plan.n", "power.n"), "planned": ("planned.n",)}
"""Words that the keys of a room begin with -> its keys; two begin with a word that is a part of another."""


def test_every_reviewed_number_begins_with_a_word_of_its_room() -> None:
    reviewed = expected.load(study.ROOT / expected.FILE).numbers
    rooms = _rooms(study.Study(study.ROOT / study.SHIPPED_SURVEY))
    assert {word for words, _ in rooms for word in words} == {key.partition(".")[0] for key in reviewed}


@pytest.fixture
def computed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The rooms that were computed, in a book of three."""
    asked: list[str] = []

    def room(begins: str) -> Iterator[Number]:
        asked.append(begins)
        yield from (Number.plain(key, 1) for key in MADE[begins])

    rooms = [(begins.split(), lambda begins=begins: room(begins)) for begins in MADE]
    monkeypatch.setattr(sys.modules[_rooms.__module__], "_rooms", lambda *_: rooms)
    return asked


@pytest.mark.parametrize(
    ("start", "keys", "rooms"),
    [
        ("survey.n", ["survey.n"], ["sample survey"]),
        ("power.", ["power.n"], ["plan power"]),
        ("pow", ["power.n"], ["plan power"]),
        ("plan", ["plan.n", "planned.n"], ["plan power", "planned"]),
        ("plan.", ["plan.n"], ["plan power"]),
        ("s", ["sample.n", "survey.n"], ["sample survey"]),
        ("fig-", [], []),
        ("", ["sample.n", "survey.n", "plan.n", "power.n", "planned.n"], [*MADE]),
    ],
)
def test_a_part_of_the_numbers_is_all_that_starts_so_and_computes_no_other_room(
    start: str, keys: list[str], rooms: list[str], computed: list[str]
) -> None:
    assert list(collect_starting(shipped.study(), start)) == keys
    assert computed == rooms
