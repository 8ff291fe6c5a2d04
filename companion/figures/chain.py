"""The chain as a diagram: from the comments, past the reaction, through relationship and knowledge to attitude.

Coordinates are points of the page, y downwards; the column has the chain from left to right, the phone downwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyBboxPatch, PathPatch, Polygon
from matplotlib.path import Path

from companion.figures import style
from companion.figures.palette import LIGHT
from companion.figures.style import LINESTYLES
from companion.survey.design import in_order
from companion.words import Words

Point = tuple[float, float]

WIDE = (7.2, 2.5)
NARROW = (3.45, 5.6)
HEAD = 8.0
"""Length of an arrow's head."""


@dataclass(frozen=True)
class Link:
    """One arrow of the chain.

    Parameters
    ----------
    text
        What stands beside it.
    width
        Of its line, in points.
    """

    text: str
    width: float


@dataclass(frozen=True)
class _Box:
    words: str
    x: float
    y: float
    width: float
    height: float
    observed: bool = False

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2


def draw(canvas: Canvas, narrow: bool, starts: Mapping[str, Link], links: Mapping[str, Link], say: Words) -> None:
    """Draw the chain on an empty canvas of the size ``WIDE`` or ``NARROW``.

    Parameters
    ----------
    canvas
        The canvas.
    narrow
        True for the phone.
    starts
        Interaction -> the arrow from negative comments to the parasocial relationship at this interaction.
    links
        ``d`` (relationship to knowledge), ``b`` (knowledge to attitude) and, if drawn, ``c`` (relationship to attitude)
        -> arrow.
    say
        The words of a language.
    """
    axes = canvas.add_axes((0, 0, 1, 1))
    width, height = (72 * inches for inches in canvas.get_size_inches())
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    (_downwards if narrow else _rightwards)(axes, starts, links, say)


def _dealt_out(starts: Iterable[str], *of_three: tuple[int, int, int]) -> Iterator[tuple[Any, ...]]:
    """Give each reaction its places of those that three have: two reactions get the outer ones."""
    shown = in_order(starts)
    for number, interaction in enumerate(shown):
        yield interaction, *(places[number * 2 // (len(shown) - 1)] for places in of_three)


def _rightwards(axes: Axes, starts: Mapping[str, Link], links: Mapping[str, Link], say: Words) -> None:
    y, height = 72.0, 44.0
    condition = _Box(say("figures.chain.condition"), 50, y, 98, 52, observed=True)
    psr = _Box(say("figures.chain.psr"), 242, y, 70, height)
    pk = _Box(say("figures.chain.pk"), 362, y, 66, height)
    pa = _Box(say("figures.chain.pa"), 480, y, 66, height)
    for interaction, bend, spread, above in _dealt_out(starts, (-44, 0, 44), (-15, 0, 15), (-9, -9, 13)):
        start, end, middle = condition.right + 3, psr.left - 3, (condition.right + psr.left) / 2
        turn = [(start + 28, y + spread), (middle - 40, y + bend), (middle, y + bend)]
        back = [(middle + 40, y + bend), (end - HEAD - 28, y + spread), (end - HEAD, y + spread)]
        _arrow(axes, [(start, y + spread), *turn, *back], (end, y + spread), interaction, starts[interaction].width)
        _start_label(axes, middle, y + bend + above, interaction, starts[interaction].text)
    for label, cause, outcome in (("d", psr, pk), ("b", pk, pa)):
        start, end = cause.right + 2, outcome.left - 2
        line = [(start, y), (start, y), (end - HEAD, y), (end - HEAD, y)]
        _arrow(axes, line, (end, y), "ink", links[label].width)
        axes.text((start + end) / 2, y - 12, links[label].text, ha="center", va="center", weight="bold", size=10.5)
    if "c" in links:
        depth, end = y + 84, pa.bottom + 2
        bow = [(psr.x, psr.bottom + 2), (psr.x, depth), (pa.x, depth), (pa.x, end + HEAD)]
        _arrow(axes, bow, (pa.x, end), "ink2", links["c"].width)
        _label_on_line(axes, (psr.x + pa.x) / 2, y + 68.5, links["c"].text)
    for box in (condition, psr, pk, pa):
        _draw_box(axes, box)


def _downwards(axes: Axes, starts: Mapping[str, Link], links: Mapping[str, Link], say: Words) -> None:
    x, height = 118.0, 44.0
    condition = _Box(say("figures.chain.condition_narrow"), x, 26, 150, height, observed=True)
    psr, pk, pa = (
        _Box(say(f"figures.chain.{construct}"), x, y, 130, height)
        for construct, y in (("psr", 172), ("pk", 266), ("pa", 360))
    )
    for interaction, bend, spread in _dealt_out(starts, (-78, 0, 78), (-28, 0, 28)):
        start, end = condition.bottom + 3, psr.top - 3
        middle = (start + end) / 2
        turn = [(x + spread, start + 24), (x + bend, middle - 22), (x + bend, middle)]
        back = [(x + bend, middle + 22), (x + spread, end - HEAD - 24), (x + spread, end - HEAD)]
        _arrow(axes, [(x + spread, start), *turn, *back], (x + spread, end), interaction, starts[interaction].width)
        _ground(axes, x + bend, middle, 58, 18)
        _start_label(axes, x + bend, middle, interaction, starts[interaction].text)
    for label, cause, outcome in (("d", psr, pk), ("b", pk, pa)):
        start, end = cause.bottom + 2, outcome.top - 2
        line = [(x, start), (x, start), (x, end - HEAD), (x, end - HEAD)]
        _arrow(axes, line, (x, end), "ink", links[label].width)
        axes.text(x + 10, (start + end) / 2 - 2, links[label].text, va="center", weight="bold", size=10.5)
    if "c" in links:
        side, start = x + 118, psr.right + 2
        bow = [(start, psr.y), (side, psr.y), (side, pa.y), (start + HEAD, pa.y)]
        _arrow(axes, bow, (start, pa.y), "ink2", links["c"].width)
        _label_on_line(axes, x + 105, (psr.y + pa.y) / 2, links["c"].text)
    for box in (condition, psr, pk, pa):
        _draw_box(axes, box)


def _arrow(axes: Axes, curve: list[Point], tip: Point, token: str, width: float) -> None:
    """A Bezier curve with a head of one size, so that only the line's width tells the size of the path."""
    codes = [Path.MOVETO] + [Path.CURVE4] * (len(curve) - 1)
    dash = LINESTYLES.get(token, "-")
    line = Path(curve, codes)
    axes.add_patch(
        PathPatch(line, fill=False, edgecolor=LIGHT[token], linewidth=width, linestyle=dash, capstyle="butt")
    )
    (x, y), (end_x, end_y) = tip, curve[-1]
    along = ((x - end_x) / HEAD, (y - end_y) / HEAD)
    half = max(HEAD / 2, 0.9 * width)
    corners = [tip] + [(end_x - side * along[1] * half, end_y + side * along[0] * half) for side in (-1, 1)]
    axes.add_patch(Polygon(corners, facecolor=LIGHT[token], edgecolor="none"))


def _start_label(axes: Axes, x: float, y: float, interaction: str, text: str) -> None:
    style.mark(axes, x - 17, y, interaction, 13)
    axes.text(x - 7, y, text, va="center_baseline", weight="bold", size=10.5, color=LIGHT[interaction])


def _label_on_line(axes: Axes, x: float, y: float, text: str) -> None:
    _ground(axes, x, y, 42, 18)
    axes.text(x, y, text, ha="center", va="center", weight="bold", size=10.5, color=LIGHT["ink2"])


def _ground(axes: Axes, x: float, y: float, width: float, height: float) -> None:
    shape = FancyBboxPatch((x - width / 2, y - height / 2), width, height, boxstyle="square,pad=0")
    shape.set(facecolor=LIGHT["paper"], edgecolor="none")
    axes.add_patch(shape)


def _draw_box(axes: Axes, box: _Box) -> None:
    corner = 3 if box.observed else 16
    shape = FancyBboxPatch((box.left, box.top), box.width, box.height, boxstyle=f"round,pad=0,rounding_size={corner}")
    if box.observed:
        shape.set(facecolor=LIGHT["surface"], edgecolor="none")
    else:
        shape.set(facecolor=LIGHT["paper"], edgecolor=LIGHT["ink"], linewidth=1.1)
    axes.add_patch(shape)
    axes.text(box.x, box.y, box.words, ha="center", va="center", size=10.5, linespacing=1.25)
