"""Numbers are printed in APA style, in English and Dutch."""

import pytest

from companion.formats import printed, scientific


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (0.614, "points", "0.61"),
        (-0.411, "points", "−0.41"),
        (-0.001, "points", "0.00"),
        (0.0005, "p", "< .001"),
        (0.0312, "p", "= .031"),
        (0.9995, "p", "> .999"),
        (-0.25, "bounded", "−.25"),
        (1.0, "bounded", "1.00"),
        (0.125, "share", ".12"),
        (0.456, "percent", "45.6\N{NARROW NO-BREAK SPACE}%"),
        (1234.0, "count", "1,234"),
        (-1234, "count", "−1,234"),
        ((596, 1640.0), "count", "[596, 1,640]"),
        (12.3456, "statistic", "12.35"),
        ("found", "word", "found"),
    ],
)
def test_each_kind_is_printed_as_apa_asks(value: float | str, kind: str, expected: str) -> None:
    assert printed(value, kind) == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ((0.103, 0.256), "[0.10, 0.26]"),
        ((-0.256, -0.103), "[−0.26, −0.10]"),
        ((0.004, 0.256), "[0.004, 0.256]"),
        ((-0.0041, 0.25), "[−0.004, 0.250]"),
        ((0.0, 0.25), "[0.00, 0.25]"),
    ],
)
def test_an_interval_shows_on_which_side_of_zero_its_bounds_lie(bounds: tuple[float, float], expected: str) -> None:
    assert printed(bounds, "points") == expected


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (1234.0, "count", "1.234"),
        (0.5, "points", "0,50"),
        (0.03, "p", "= ,030"),
        ((0.1, 0.2), "points", "[0,10; 0,20]"),
    ],
)
def test_dutch_takes_the_decimal_comma(value: float, kind: str, expected: str) -> None:
    assert printed(value, kind, language="nl") == expected


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
def test_what_is_not_a_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="cannot be printed"):
        printed(value, "points")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00208, "2.1 × 10⁻³"),
        (5.93e-8, "5.9 × 10⁻⁸"),
        (-1234.0, "−1.2 × 10³"),
        (0.0, "0.0 × 10⁰"),
        (9.96e-5, "1.0 × 10⁻⁴"),
    ],
)
def test_tiny_numbers_are_printed_with_a_power_of_ten(value: float, text: str) -> None:
    assert scientific(value) == text
