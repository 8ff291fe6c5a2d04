"""A drawing is the same with less around it: every shape, look, place and word, in fewer letters."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path import parse_path
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.compact_svg import compact
from companion.figures.palette import LIGHT
from companion.verification.geometry import Shape, shapes

COMMANDS = {"moveTo": "M", "lineTo": "L", "qCurveTo": "Q", "curveTo": "C", "closePath": "z", "endPath": ""}
EACH = re.compile(r"-?[\d.]+")
PATH = re.compile(r'(?<= d=")[^"]*')


def drawn(canvas: Canvas, narrow: bool) -> None:
    axes = canvas.add_subplot()
    axes.plot([-1 / 3, 2], [3, -4], color=LIGHT["reply"])
    axes.set_title("Two words → one")
    style.mark(axes, 0.5, 1, "like", hollow=narrow)
    style.interval(axes, -0.25, 1.5, 2, "none")


@pytest.fixture(scope="module")
def drawing() -> str:
    return style.draw(drawn, pd.DataFrame({"x": [1]}), drawn).wide


def read(path: str) -> str:
    """A path as fontTools reads it, every step by where it ends; what goes on along a straight line is one line."""
    pen = RecordingPen()
    parse_path(path, pen)
    steps: list[tuple[str, tuple[float, ...]]] = []
    before, here = (0.0, 0.0), (0.0, 0.0)
    for command, points in pen.value:
        places = [tuple(round(number, 2) for number in point) for point in points]
        straight = command == "qCurveTo" and level([here, *places])
        if straight or command == "lineTo":
            if steps[-1][0] == "L" and level([before, here, places[-1]]):
                steps.pop()
            else:
                before = here
            steps.append(("L", places[-1]))
        else:
            steps.append((COMMANDS[command], tuple(number for place in places for number in place)))
        here = places[-1] if places else here
    return " ".join(" ".join([letter, *(f"{number + 0.0:.10g}" for number in numbers)]) for letter, numbers in steps)


def level(places: list[tuple[float, ...]]) -> bool:
    """Whether places follow each other straight across or straight down, without turning back."""
    along = [axis for axis in (0, 1) if len({place[1 - axis] for place in places}) == 1]
    return any(sorted(row) in (row, row[::-1]) for axis in along for row in [[place[axis] for place in places]])


def seen(svg: str) -> list[Shape]:
    """What the verification of drawings sees when every path says where its steps end, and letters their own size."""
    whole = PATH.sub(lambda path: read(path[0]), svg)
    if 'scale(0.015625)"' not in svg:
        whole = re.sub(r"scale\(([\d.]+) -\1\)", lambda size: f"scale({8 * float(size[1])} 0)", whole)
    return [
        replace(shape, x=round(shape.x, 6), y=round(shape.y, 6), length=round(shape.length, 6))
        for shape in shapes(whole)
    ]


def eighth(number: re.Match[str]) -> str:
    return str(round(float(number[0]) / 8))


def outlines(svg: str) -> list[str]:
    """What is used by name, in the order of use; letters to the nearest eighth of what matplotlib draws them in."""
    of = {}
    for element in re.findall(r"<path [^>]*>", svg):
        name, path = re.search(r'\bid="([^"]+)"', element), PATH.search(element)
        if name and path:
            of[name[1]] = read(EACH.sub(eighth, path[0]) if "scale(0.015625)" in element else path[0])
    return [of.get(name, "") for name in re.findall(r'href="#([^"]+)"', svg)]


def letters(svg: str) -> list[tuple[float, float]]:
    """Where letters stand in their words, in points from where the word begins."""
    words = re.findall(r'scale\(([\d.]+) -[\d.]+\)">(.*?)</g>', svg, flags=re.DOTALL)
    places = []
    for size, word in words:
        for use in re.findall(r"<use [^>]*>", word):
            moved = re.search(r"translate\(([-\d.]+) ([-\d.]+)\)", use)
            x, y = re.search(r' x="([^"]+)"', use), re.search(r' y="([^"]+)"', use)
            at = (moved[1], moved[2]) if moved else (x[1] if x else "0", y[1] if y else "0")
            places.append((float(size) * float(at[0]), float(size) * float(at[1])))
    return places


def sizes(svg: str) -> list[float]:
    """How many points a unit of the outline of each letter is, in the order of use."""
    of = {}
    for element in re.findall(r"<path [^>]*>", svg):
        name, shrunk = re.search(r'\bid="([^"]+)"', element), re.search(r"scale\(([\d.]+)\)", element)
        if name:
            of[name[1]] = float(shrunk[1]) if shrunk else 1.0
    words = re.findall(r'scale\(([\d.]+) -[\d.]+\)">(.*?)</g>', svg, flags=re.DOTALL)
    return [
        float(size) * of[name] for size, word in words for name in re.findall(r'href="#([^"]+)"', word) if name in of
    ]


@pytest.mark.slow
def test_what_the_verification_of_drawings_sees_is_the_same(drawing: str) -> None:
    assert len(seen(drawing)) > 20
    assert seen(compact(drawing)) == seen(drawing)


@pytest.mark.slow
def test_a_step_that_goes_elsewhere_would_be_seen(drawing: str) -> None:
    small = compact(drawing)
    step = re.search(r'id="line2d_\d+"><path d="M[-\d. ]+[lhv]', small)
    assert step is not None
    assert seen(small.replace(step[0], f"{step[0]}1", 1)) != seen(drawing)


def test_letters_stand_where_they_stood_to_a_hundredth_of_a_point(drawing: str) -> None:
    before, after = letters(drawing), letters(compact(drawing))
    assert len(before) > 20
    assert len({x for x, _ in before}) > 10
    assert [place for pair in after for place in pair] == pytest.approx([p for pair in before for p in pair], abs=0.01)


def test_a_unit_of_a_letter_is_eight_of_before(drawing: str) -> None:
    assert len(set(sizes(drawing))) > 1
    assert sizes(compact(drawing)) == pytest.approx([8 * size for size in sizes(drawing)])


def test_every_name_leads_to_the_outline_it_led_to(drawing: str) -> None:
    assert any(outlines(drawing))
    assert outlines(compact(drawing)) == outlines(drawing)


@pytest.mark.parametrize(
    ("path", "short"),
    [
        ("M 1 1 L 4 1 L 4 -2.5 L 3 3 z", "M1 1h3v-3.5l-1 5.5z"),
        ("M 0 0 L 0.5 0.25 L 1 0.5", "M0 0l.5 .25 .5 .25"),
        ("M 0 0 Q 0 2 0 5 Q 0 7 0 4", "M0 0v5q0 2 0-1"),
        ("M 1 1 L 2 2 z M 3 4 L 5 5 z", "M1 1l1 1zm2 3l2 1z"),
        ("M 0 0 L 2 0 L 3 0 Q 4 0 5 0 L 1 0 L 1 1 L 1 3", "M0 0h5-4v3"),
        ("M 0 0 C 1 2 3 4 5 6", "M0 0c1 2 3 4 5 6"),
        ("", ""),
    ],
)
def test_a_path_is_told_from_step_to_step(path: str, short: str) -> None:
    assert compact(f'<path d="{path}"/>') == f'<path d="{short}"/>'
    assert read(short) == read(path)


def test_it_has_at_most_three_quarters_of_the_letters(drawing: str) -> None:
    assert len(compact(drawing)) < 0.75 * len(drawing)


def test_what_is_compact_already_is_refused(drawing: str) -> None:
    with pytest.raises(ValueError, match="already"):
        compact(compact(drawing))
