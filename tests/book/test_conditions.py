"""Conditional sentences hold exactly when their result does."""

import pytest

from companion.book.sphinx.conditions import ConditionError, direction, holds
from companion.numbers import Number

NUMBERS = {
    "up": Number(key="up", value=0.4, kind="points", what="", function="", digest="", interval=(0.1, 0.7)),
    "down": Number(key="down", value=-0.4, kind="points", what="", function="", digest="", interval=(-0.7, -0.1)),
    "open": Number(key="open", value=0.4, kind="points", what="", function="", digest="", interval=(-0.1, 0.9)),
    "verdict.R2": Number(
        key="verdict.R2",
        value="found",
        kind="word",
        what="",
        function="",
        digest="",
        values=("found", "undecided", "reversed"),
    ),
}


@pytest.mark.parametrize(("key", "expected"), [("up", "positive"), ("down", "negative"), ("open", "undecided")])
def test_the_interval_decides_the_direction(key: str, expected: str) -> None:
    assert direction(NUMBERS[key]) == expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("R2 found", True),
        ("R2 not found", False),
        ("R2 reversed", False),
        ("R2 not reversed", True),
        ("verdict.R2 found and up positive", True),
        ("R2 found and up negative", False),
        ("down negative and open undecided", True),
        ("open not positive", True),
    ],
)
def test_a_condition_holds_when_all_its_terms_do(condition: str, expected: bool) -> None:
    keys = {**NUMBERS}
    # A bare word without a dot is a claim; the numbers here are found under either name.
    assert holds(condition, lambda key: keys.get(key) or keys[key.removeprefix("verdict.")]) is expected


@pytest.mark.parametrize("condition", ["R2", "R2 is really found", "R2 confirmed", "verdict.R2 positive"])
def test_a_condition_that_can_never_hold_is_refused(condition: str) -> None:
    with pytest.raises(ConditionError):
        holds(condition, NUMBERS.__getitem__)
