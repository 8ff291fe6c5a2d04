"""The parts of a figure: where they lie is where their marks were drawn, and the drawing is none other for them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from typing import Any

import pandas as pd
import pytest
from figures.planted import RESULTS
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.parts import AIR, part, taken_off

WIDTH, HEIGHT = 144.0, 72.0
"""Points of the planted picture, all of it axes from 0 to 1."""


def picture(dpi: float = 72) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=(2, 1), dpi=dpi)
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 1), ylim=(0, 1))
    return canvas, axes


def line(axes: Axes) -> None:
    axes.plot([0.25, 0.5], [0.25, 0.75])


def interval(axes: Axes) -> None:
    axes.vlines(0.25, 0.25, 0.75)


def area(axes: Axes) -> None:
    axes.fill_between([0.25, 0.5], 0.25, 0.75)


@pytest.mark.parametrize("dpi", [72, 100])
@pytest.mark.parametrize(("draw", "right"), [(line, 0.5), (interval, 0.25), (area, 0.5)])
def test_a_part_lies_where_it_was_drawn_with_a_little_air_around(draw: Any, right: float, dpi: float) -> None:
    canvas, axes = picture(dpi)
    with part(axes, "one"):
        draw(axes)
    expected = (
        100 * (0.25 - AIR / WIDTH),
        100 * (0.25 - AIR / HEIGHT),
        100 * (right - 0.25 + 2 * AIR / WIDTH),
        100 * (0.5 + 2 * AIR / HEIGHT),
    )
    assert taken_off(canvas)["one"] == pytest.approx(expected, abs=0.051)


def test_a_word_in_a_part_leaves_the_others_where_they_are() -> None:
    canvas, axes = picture(100)
    with part(axes, "word"):
        axes.text(0.1, 0.1, "word")
    with part(axes, "line"):
        line(axes)
    assert taken_off(canvas)["line"][0] == pytest.approx(100 * (0.25 - AIR / WIDTH), abs=0.051)


def test_what_sticks_out_of_the_axes_is_not_framed() -> None:
    canvas, axes = picture()
    with part(axes, "long"):
        axes.plot([0.5, 3], [0.5, 0.5])
    left, _, width, _ = taken_off(canvas)["long"]
    assert left + width == pytest.approx(100)


def test_marks_within_two_parts_belong_to_both_and_a_name_used_again_adds_to_its_part() -> None:
    canvas, axes = picture()
    with part(axes, "all"), part(axes, "first"):
        axes.plot([0.25], [0.5])
    with part(axes, "all"):
        axes.plot([0.75], [0.5])
    boxes = taken_off(canvas)
    assert boxes["all"][2] == pytest.approx(boxes["first"][2] + 50, abs=0.11)


@pytest.mark.slow
@pytest.mark.parametrize("marked", [True, False])
def test_a_drawing_is_the_same_with_and_without_parts(marked: bool) -> None:
    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.1, 0.1, 0.8, 0.8))
        around: AbstractContextManager[None] = part(axes, "line") if marked else nullcontext()
        with around:
            axes.plot([1, 2], [3, 4])
            axes.text(1.5, 3.5, "word")

    def bare(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.1, 0.1, 0.8, 0.8))
        axes.plot([1, 2], [3, 4])
        axes.text(1.5, 3.5, "word")

    data = pd.DataFrame({"x": [1, 2]})
    one, other = style.draw(bare, data, draw_one), style.draw(bare, data, bare)
    assert (one.wide, one.narrow, one.png) == (other.wide, other.narrow, other.png)
    assert set(one.parts) == ({"line"} if marked else set())


@pytest.mark.slow
@pytest.mark.parametrize("name", ["raw_scores", "conditional_effects", "claims_forest", "power", "specification_curve"])
def test_every_part_of_a_figure_of_the_results_lies_inside_both_pictures(name: str) -> None:
    parts = RESULTS[name]().parts
    assert parts
    for boxes in parts.values():
        for left, top, width, height in boxes:
            assert min(left, top) >= 0
            assert min(width, height) > 0
            assert max(left + width, top + height) <= 100.11
