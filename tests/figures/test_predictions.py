"""The figure of the predicted means keeps the rules of all figures, and every mean stands at its place."""

from __future__ import annotations

import pytest
from figures.planted import FIGURES, GROUPS, effects, predicted
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from companion.figures import style
from companion.figures.style import Figure


def texts(canvas: Canvas) -> list[Text]:
    return [text for text in canvas.findobj(Text) if text.get_text().strip()]


def drawn(simulated: bool = True) -> Figure:
    return FIGURES["predicted_means"](simulated=simulated)


@pytest.mark.slow
def test_it_names_the_function_that_draws_it() -> None:
    assert drawn().function == "companion.figures.predictions.predicted_means"


@pytest.mark.slow
def test_drawing_twice_gives_the_same_bytes() -> None:
    first, second = drawn(), drawn()
    assert (first.wide, first.narrow) == (second.wide, second.narrow)


@pytest.mark.slow
@pytest.mark.parametrize("simulated", [True, False])
def test_it_is_marked_exactly_when_the_survey_is_simulated(canvases: list[Canvas], simulated: bool) -> None:
    drawn(simulated)
    said = [[text.get_text() for text in texts(canvas)] for canvas in canvases]
    assert ["////  simulated data" in words for words in said] == [simulated, simulated]


@pytest.mark.slow
def test_no_letter_is_smaller_than_twelve_pixels_and_all_stand_inside(canvases: list[Canvas]) -> None:
    drawn()
    for canvas in canvases:
        for letter in texts(canvas):
            box = letter.get_window_extent()
            assert letter.get_fontsize() >= style.SMALLEST
            assert box.x0 > -2, letter.get_text()
            assert box.y0 > -2, letter.get_text()
            assert box.x1 < canvas.bbox.width + 2, letter.get_text()
            assert box.y1 < canvas.bbox.height + 2, letter.get_text()


@pytest.mark.slow
def test_every_mean_is_printed_and_stands_on_the_scale(canvases: list[Canvas]) -> None:
    drawn()
    expected = sorted(f"{est:.2f}" for est in predicted()["est"])
    for canvas in canvases:
        panels = canvas.axes[:3]
        assert sorted(text for axes in panels for text in _words(axes) if text[0].isdigit()) == expected
        marks = [line.get_xdata()[0] for axes in panels for line in axes.lines if line.get_marker() is not None]
        placed = [x for x in marks if any(abs(x - est) < 1e-9 for est in predicted()["est"])]
        assert len(set(placed)) == len(GROUPS)


def _words(axes: Axes) -> list[str]:
    return [text.get_text() for text in axes.texts]


@pytest.mark.slow
def test_the_path_of_each_reaction_is_printed_below(canvases: list[Canvas]) -> None:
    drawn()
    for canvas in canvases:
        below = _words(canvas.axes[3])
        assert [f"{est:.3f}".replace("-", "−") in below for est in effects(10)["est"]] == [True] * 3


@pytest.mark.slow
def test_its_data_hold_the_means_and_the_paths() -> None:
    data = drawn().data
    assert len(data) == len(GROUPS) + 3 + 2
    assert list(data["quantity"].unique()) == ["mean psr", "mean pk", "mean pa", "path a", "path d", "path b"]
