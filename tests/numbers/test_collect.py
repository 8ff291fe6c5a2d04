"""Every number is made by the room that its key names, so that a part can be computed alone."""

from __future__ import annotations

from companion import study
from companion.numbers.collect import _rooms
from companion.verification import expected


def test_every_reviewed_number_begins_with_a_word_of_its_room() -> None:
    reviewed = expected.load(study.ROOT / expected.FILE).numbers
    rooms = _rooms(study.Study(study.ROOT / study.SHIPPED_SURVEY))
    assert {word for words, _ in rooms for word in words} == {key.partition(".")[0] for key in reviewed}
