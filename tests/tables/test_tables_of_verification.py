"""The table of what lavaan confirms: the record's numbers and no others, and only about its own survey."""

from __future__ import annotations

from companion.peers.confirmation import Confirmation, Group
from companion.tables import verification as tables

DIGEST = "0123456789abcdef" * 4
RECORD = Confirmation(
    data=DIGEST,
    question="q" * 64,
    versions={"R": "4.2.2", "lavaan": "0.6.14"},
    tolerance=1e-5,
    groups=(Group("one kind", 1030, 2.5e-8), Group("another", 12, 0.0)),
    resamples=200,
    draws=Group("resamples", 20_400, 3e-8),
    not_compared={"counted from the literature": 7, "settings": 1},
)


def test_a_row_a_group_then_the_sum_the_resamples_and_the_programs() -> None:
    frame = tables.compared(RECORD, DIGEST).frame
    assert frame.to_numpy().tolist() == [
        ["One kind", "1,030", "2.5 × 10⁻⁸"],
        ["Another", "12", "none"],
        ["Of all 1,050 numbers of the book", "1,042", "2.5 × 10⁻⁸"],
        ["Beside them: 200 resamples, every parameter", "20,400", "3.0 × 10⁻⁸"],
        ["By R 4.2.2 and lavaan 0.6.14, on the survey 0123456789ab; allowed: 1.0 × 10⁻⁵", "", ""],
    ]


def test_what_is_left_out_stands_with_its_reason_and_adds_up() -> None:
    frame = tables.left_out(RECORD, DIGEST).frame
    assert frame.to_numpy().tolist() == [
        ["Counted from the literature", "7"],
        ["Settings", "1"],
        ["All of these", "8"],
    ]


def test_about_another_survey_the_record_says_nothing() -> None:
    for table in (tables.compared(RECORD, "f" * 64), tables.left_out(RECORD, "f" * 64)):
        assert list(table.frame) == ["This comparison belongs to another survey"]
        assert "1,0" not in table.frame.to_string()
