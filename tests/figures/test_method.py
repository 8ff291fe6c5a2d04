"""The figures of the method: the claims as a chain, the flow of participants."""

from __future__ import annotations

from typing import Any, TextIO

import pytest
from figures.planted import steps
from matplotlib.figure import Figure as Canvas

from companion.figures import method


@pytest.fixture
def words(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The texts of each canvas as it is saved."""
    saved: list[list[str]] = []

    def note(canvas: Canvas, file: TextIO, **options: Any) -> None:
        saved.append(
            [text.get_text() for axes in canvas.axes for text in axes.texts] + [t.get_text() for t in canvas.texts]
        )
        file.write("<svg>")

    monkeypatch.setattr(Canvas, "savefig", note)
    return saved


@pytest.mark.slow
@pytest.mark.parametrize(
    "expected", ["Recorded", "700", "Randomised", "660", "did not consent", "40", "60", "Analysed", "600"]
)
def test_the_flow_prints_every_box_and_every_rule(words: list[list[str]], expected: str) -> None:
    method.flow(steps())
    assert [expected in drawing for drawing in words] == [True, True]


@pytest.mark.slow
def test_a_rule_without_its_column_is_said_not_to_be_applied(words: list[list[str]]) -> None:
    method.flow(steps())
    assert [any("not applied" in text for text in drawing) for drawing in words] == [True, True]


@pytest.mark.slow
@pytest.mark.parametrize(("number", "times"), [("110", 6), ("10", 6), ("100", 6)])
def test_each_cell_shows_who_was_randomised_left_out_and_analysed(
    words: list[list[str]], number: str, times: int
) -> None:
    method.flow(steps())
    assert [drawing.count(number) for drawing in words] == [times, times]


@pytest.mark.slow
@pytest.mark.parametrize("simulated", [True, False])
def test_the_flow_is_marked_exactly_when_the_survey_is_simulated(words: list[list[str]], simulated: bool) -> None:
    method.flow(steps(), simulated)
    assert ["////  simulated data" in drawing for drawing in words] == [simulated, simulated]


def test_the_conceptual_model_names_the_claims_and_is_no_result(words: list[list[str]]) -> None:
    method.conceptual_model()
    for drawing in words:
        assert {"R1: −", "R2: +", "R3, R4: + +", "−"} <= set(drawing)
        assert not any("simulated" in text for text in drawing)
