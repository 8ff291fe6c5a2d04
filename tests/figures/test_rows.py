"""The ticks of an axis of effects: round, evenly spaced, and printed as what they are."""

from __future__ import annotations

import math

import pytest
from matplotlib.figure import Figure as Canvas

from companion.figures.rows import round_ticks

MINUS = "\N{MINUS SIGN}"
LIMITS = [
    (-0.31, 0.29),
    (-0.07, 0.045),
    (-1.3, 2.2),
    (0.0, 0.9),
    (-0.6, 0.6),
    (-0.12, 0.62),
    (0.0, 17.0),
    (-0.011, 0.024),
]


@pytest.fixture(params=LIMITS, ids=str)
def ticks(request: pytest.FixtureRequest) -> dict[float, str]:
    """The ticks of an axis with these limits and what stands at them."""
    axes = Canvas().add_subplot()
    axes.set_xlim(*request.param)
    round_ticks(axes.xaxis, 5, "en")
    texts = [text.get_text() for text in axes.get_xticklabels()]
    return dict(zip(map(float, axes.get_xticks()), texts, strict=True))


def test_ticks_are_a_round_step_apart(ticks: dict[float, str]) -> None:
    """One, two or five tenths, hundredths and so on, so that a reader can count between them."""
    first, second, *_ = ticks
    step = second - first
    assert round(step / 10 ** math.floor(math.log10(step) + 1e-9), 6) in (1, 2, 5)


def test_a_tick_says_where_it_stands(ticks: dict[float, str]) -> None:
    for tick, text in ticks.items():
        assert float(text.replace(MINUS, "-")) == pytest.approx(tick, abs=1e-9)


@pytest.mark.slow
def test_zero_is_a_bare_zero_and_the_others_have_equal_decimals(ticks: dict[float, str]) -> None:
    decimals = {len(text.partition(".")[2]) for tick, text in ticks.items() if abs(tick) > 1e-9}
    assert len(decimals) == 1
    assert {text for tick, text in ticks.items() if abs(tick) < 1e-9} <= {"0"}
