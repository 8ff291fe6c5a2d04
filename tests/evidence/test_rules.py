"""Which rules held in the year of the study."""

import pytest

from companion.evidence import timeline
from companion.evidence.rules import decimal_year, held


@pytest.mark.parametrize(
    ("date", "until", "expected"),
    [
        ("2005", None, "held"),
        ("2020-12", None, "held"),
        ("2018-05", "2018-05", "was gone"),
        ("2018-05", "2020-01", "held"),
        ("2021-01", None, "came later"),
    ],
)
def test_a_rule_holds_from_its_year_until_its_end(date: str, until: str | None, expected: str) -> None:
    assert held(date, until, 2020) == expected


@pytest.mark.parametrize(("date", "expected"), [("2018", 2018.5), ("2018-01", 2018.0), ("2018-07", 2018.5)])
def test_a_month_is_a_twelfth_of_its_year(date: str, expected: float) -> None:
    assert decimal_year(date) == expected


def test_the_timeline_is_in_order_of_time() -> None:
    assert timeline().rules["date"].is_monotonic_increasing


def test_the_flemish_protocol_came_after_the_study() -> None:
    rules = timeline().rules.set_index("source")
    assert rules.loc["vrm2021ccp", "held"] == "came later"
