"""The shapes of a drawing are read back from its SVG, each with its kind, its place and its look."""

from __future__ import annotations

import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.palette import LIGHT
from companion.verification.geometry import Shape, UnknownShapeError, shapes

HEIGHT = 3.8 * 72


def page(canvas: Canvas) -> Axes:
    """Axes in points of the page, from the bottom left."""
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 7.2 * 72), ylim=(0, HEIGHT))
    axes.axis("off")
    return axes


def draw_one(canvas: Canvas, narrow: bool) -> None:
    axes = page(canvas)
    axes.plot([100, 103], [50, 54], color=LIGHT["ink"], linewidth=2, linestyle="-")
    axes.plot([20, 40], [30, 60], "o", color=LIGHT["reply"], markersize=4)
    axes.fill_between([10, 30], 100, 140, color=LIGHT["line"], linewidth=0)
    axes.hlines(80, 10, 60, color=LIGHT["like"], linewidth=1.5)
    axes.text(200, 90, "one -- two\nthree", color=LIGHT["ink2"], bbox=style.GROUND)


def picture() -> style.Figure:
    return style.draw(picture, pd.DataFrame(), draw_one, simulated=False)


@pytest.fixture(scope="module")
def found() -> dict[str, list[Shape]]:
    by_kind: dict[str, list[Shape]] = {}
    for shape in shapes(picture().wide):
        by_kind.setdefault(shape.kind, []).append(shape)
    return by_kind


def test_every_kind_of_artist_has_its_name(found: dict[str, list[Shape]]) -> None:
    counts = {kind: len(of) for kind, of in found.items()}
    areas = {"FillBetweenPolyCollection": 1, "LineCollection": 1}
    assert counts == {"patches": 1, "lines": 1, "marks": 2, "words": 3, **areas}


def test_a_line_has_its_middle_its_length_and_its_width(found: dict[str, list[Shape]]) -> None:
    line = found["lines"][0]
    assert (line.x, line.y, line.length, line.width) == pytest.approx((101.5, HEIGHT - 52, 5, 2), abs=0.02)
    assert line.look.startswith("none ink")


def test_a_mark_stands_where_its_data_say(found: dict[str, list[Shape]]) -> None:
    places = [(mark.x, mark.y) for mark in found["marks"]]
    assert places == [pytest.approx((20, HEIGHT - 30), abs=0.02), pytest.approx((40, HEIGHT - 60), abs=0.02)]


def test_an_area_has_the_middle_and_the_circumference_of_its_outline(found: dict[str, list[Shape]]) -> None:
    area = found["FillBetweenPolyCollection"][0]
    assert (area.x, area.y, area.length, area.width) == pytest.approx((20, HEIGHT - 120, 120, 0), abs=0.05)


def test_a_text_keeps_its_words_and_its_ground_and_no_letters(found: dict[str, list[Shape]]) -> None:
    looks = [shape.look for shape in found["words"]]
    assert [look.split(" ")[0] for look in looks] == ["ground", "one", "three"]
    assert "ink2" in looks[1]


def test_another_typeface_changes_no_shape_and_no_word(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = shapes(picture().wide)
    monkeypatch.setattr(style, "_load_typeface", lambda: [style.FALLBACK])
    theirs = shapes(picture().wide)
    assert [(shape.kind, shape.look) for shape in ours] == [(shape.kind, shape.look) for shape in theirs]
    drawn = [[shape for shape in one if shape.kind != "words"] for one in (ours, theirs)]
    assert drawn[0] == drawn[1]


def test_something_that_cannot_be_compared_is_refused_by_name() -> None:
    svg = '<svg xmlns="http://www.w3.org/2000/svg"><g id="axes_1"><image/></g></svg>'
    with pytest.raises(UnknownShapeError, match="<image>"):
        shapes(svg)
