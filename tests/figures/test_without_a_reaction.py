"""A figure of a study that leaves out a reaction has no place, no sign and no word for it."""

from __future__ import annotations

from typing import Any

import pytest
from figures import planted
from matplotlib.colors import to_hex
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import PathPatch

from companion.figures.palette import LIGHT
from companion.figures.style import level_name

REACTIONS = ("like", "reply")
NAMES = tuple(planted.without("like"))

parametrize = pytest.mark.parametrize(("name", "left_out"), [(name, one) for name in NAMES for one in REACTIONS])


def letters(canvas: Canvas) -> list[Any]:
    found = canvas.findobj(lambda artist: hasattr(artist, "get_fontsize"))
    return [text for text in found if text.get_text().strip() and text.get_visible()]


@pytest.mark.slow
@parametrize
def test_only_what_was_shown_has_a_colour(name: str, left_out: str) -> None:
    figure = planted.without(left_out)[name]()
    (other,) = {*REACTIONS} - {left_out}
    for drawing in (figure.wide, figure.narrow):
        assert f"var(--{left_out}, {LIGHT[left_out]})" not in drawing
        assert f"var(--{other}, {LIGHT[other]})" in drawing
        assert f"var(--none, {LIGHT['none']})" in drawing


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_each_reaction_that_is_left_out_here_has_its_colour_elsewhere(name: str) -> None:
    drawing = planted.FIGURES[name]().wide
    assert all(f"var(--{one}, {LIGHT[one]})" in drawing for one in REACTIONS)


@pytest.mark.slow
@parametrize
def test_its_words_stand_inside_and_name_only_what_was_shown(canvases: list[Canvas], name: str, left_out: str) -> None:
    planted.without(left_out)[name]()
    for canvas in canvases:
        for letter in letters(canvas):
            box = letter.get_window_extent()
            assert box.x0 > -2, letter.get_text()
            assert box.y0 > -2, letter.get_text()
            assert box.x1 < canvas.bbox.width + 2, letter.get_text()
            assert box.y1 < canvas.bbox.height + 2, letter.get_text()
        assert level_name(left_out, "en") not in {letter.get_text() for letter in letters(canvas)}


@pytest.mark.slow
def test_both_rows_stand_on_their_estimates(canvases: list[Canvas]) -> None:
    planted.without("like")["conditional_effects"]()
    for canvas in canvases:
        signs = {
            (line.get_xdata()[0], line.get_ydata()[0]) for line in canvas.axes[0].lines if len(line.get_xdata()) == 1
        }
        assert {(planted.POINTS["reply"], 0), (planted.POINTS["none"], 1)} <= signs


@pytest.mark.slow
def test_the_four_cells_of_a_flow_share_the_width(canvases: list[Canvas]) -> None:
    def signs() -> list[float]:
        (axes,) = canvases[-1].axes
        return sorted({line.get_xdata()[0] for line in axes.lines if len(line.get_xdata()) == 1})

    planted.without("reply")["flow"]()
    four = signs()
    planted.FIGURES["flow"]()
    six = signs()
    assert (len(four), len(six)) == (4, 6)
    assert four[1] - four[0] == pytest.approx(1.5 * (six[1] - six[0]))


@pytest.mark.slow
def test_two_arrows_leave_room_where_the_third_would_be(canvases: list[Canvas]) -> None:
    planted.without("like")["path_diagram"]()
    for canvas in canvases:
        across = int(canvas.bbox.width > canvas.bbox.height)
        curves = [patch for patch in canvas.axes[0].patches if isinstance(patch, PathPatch)]
        bends = {
            to_hex(curve.get_edgecolor()): curve.get_path().vertices[3][across] - curve.get_path().vertices[0][across]
            for curve in curves
        }
        assert bends[LIGHT["none"]] == -bends[LIGHT["reply"]] != 0
