"""A drawing is the same with less around it: every shape, look, place and word, in fewer letters."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.compact_svg import compact
from companion.figures.palette import LIGHT
from companion.verification.geometry import Shape, shapes


def drawn(canvas: Canvas, narrow: bool) -> None:
    axes = canvas.add_subplot()
    axes.plot([-1 / 3, 2], [3, -4], color=LIGHT["reply"])
    axes.set_title("Two words")
    style.mark(axes, 0.5, 1, "like", hollow=narrow)
    style.interval(axes, -0.25, 1.5, 2, "none")


@pytest.fixture(scope="module")
def drawing() -> str:
    return style.draw(drawn, pd.DataFrame({"x": [1]}), drawn).wide


def seen(svg: str) -> list[Shape]:
    """What the verification of drawings sees, the steps of a path by themselves."""
    steps = re.compile(r"[A-Za-z]|-?[\d.]+")
    return [replace(shape, outline=" ".join(steps.findall(shape.outline))) for shape in shapes(svg)]


def test_what_the_verification_of_drawings_sees_is_the_same(drawing: str) -> None:
    assert len(seen(drawing)) > 20
    assert seen(compact(drawing)) == seen(drawing)


def test_a_step_that_goes_elsewhere_would_be_seen(drawing: str) -> None:
    assert seen(compact(drawing).replace("L", "L1", 1)) != seen(drawing)


def test_letters_stand_where_they_stood_to_a_thousandth_of_a_unit(drawing: str) -> None:
    place = re.compile(r"<use [^>]*translate\(([-\d.]+)")
    before, after = ([float(x) for x in place.findall(svg)] for svg in (drawing, compact(drawing)))
    assert len(before) > 20
    assert after == pytest.approx(before, abs=0.0005)


def test_every_name_leads_to_the_outline_it_led_to(drawing: str) -> None:
    def outlines(svg: str) -> list[str]:
        of = {}
        for element in re.findall(r"<path [^>]*>", svg):
            name, path = re.search(r'\bid="([^"]+)"', element), re.search(r' d="([^"]*)"', element)
            if name and path:
                of[name[1]] = " ".join(re.findall(r"[A-Za-z]|-?[\d.]+", path[1]))
        return [of.get(name, "") for name in re.findall(r'xlink:href="#([^"]+)"', svg)]

    assert any(outlines(drawing))
    assert outlines(compact(drawing)) == outlines(drawing)


def test_it_has_at_most_nine_tenths_of_the_letters(drawing: str) -> None:
    assert len(compact(drawing)) < 0.9 * len(drawing)


def test_what_is_compact_stays_as_it_is(drawing: str) -> None:
    assert compact(compact(drawing)) == compact(drawing)
