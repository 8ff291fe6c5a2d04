"""A number at full precision, and the keys that an unknown one is like."""

from __future__ import annotations

import pytest

from companion.formats import Value
from companion.numbers import Number, Registry

KEYS = ("mediation.serial.like.est", "mediation.serial.none.est", "mediation.serial.reply.est", "sample.analysed")
REGISTRY = Registry(Number.plain(key, 1.0) for key in KEYS)


@pytest.mark.parametrize(
    ("value", "precise"),
    [
        (1 / 3, "0.3333333333"),
        (-200 / 3, "\N{MINUS SIGN}66.66666667"),
        (360, "360"),
        ((-1 / 3, 0.25), "\N{MINUS SIGN}0.3333333333 to 0.25"),
        ("found", "found"),
    ],
)
def test_a_value_is_given_to_ten_significant_digits_and_an_interval_from_its_lower_to_its_upper_bound(
    value: Value, precise: str
) -> None:
    assert Number.plain("a", value).precise == precise


def test_an_unknown_key_is_answered_with_the_three_that_are_most_like_it() -> None:
    assert sorted(REGISTRY.nearest("mediation.serial.rely.est")) == sorted(KEYS[:3])


def test_a_key_that_is_like_none_is_answered_too() -> None:
    """However far off a slip is, its message names keys that exist."""
    nearest = REGISTRY.nearest("§§§")
    assert len(nearest) == 3
    assert {*nearest} <= {*KEYS}
