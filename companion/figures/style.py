"""Canvas, drawing twice, saving, and the mark "simulated data": what every figure of the book has in common.

A figure is drawn twice, for the column and for a phone, because one size scaled down gives letters of six pixels.
Each drawing is one SVG for light paper, dark paper and print: its token colours become CSS variables, and both palettes
stand inside. An SVG in an ``img`` follows the colour scheme of the page that shows it. To take along there is the
drawing of the column on white ground: as a PNG, and as an SVG with plain colours, as few programs know CSS variables.
"""

from __future__ import annotations

import base64
import io
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType
from typing import Any

import matplotlib
import numpy as np
import pandas as pd
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Canvas
from PIL import Image

from companion.dotted_name import dotted_name
from companion.figures import marks, typeface
from companion.figures.palette import DARK, LIGHT
from companion.figures.parts import Box, part, taken_off
from companion.formats import DOWNLOADED, Language
from companion.words import words

Dash = str | tuple[float, tuple[float, ...]]
LINESTYLES: Mapping[str, Dash] = MappingProxyType({"none": (0, (1, 2.4)), "like": (0, (5, 2.4)), "reply": "-"})
"""The more the influencer answers, the more continuous the line."""

WIDE = (7.2, 3.8)
NARROW = (3.45, 4.5)
FALLBACK = "DejaVu Sans"
"""It comes with matplotlib and draws what the typeface lacks: arrows."""

SMALLEST = 9.0
"""Points, 12 CSS pixels: no text in a figure is smaller."""

GROUND: Mapping[str, Any] = MappingProxyType({"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 1})
"""What words stand on where lines pass behind them."""

GOLDEN = (5**0.5 - 1) / 2
"""Its multiples modulo 1 are spread evenly without a pattern: jitter without randomness."""

SCREEN = 96
"""CSS pixels in an inch."""
FINER = 2
"""A PNG has so many pixels for one CSS pixel."""
COLOURS = 64
"""Colours of a PNG: a dozen tokens and the steps between them at the edges of letters."""

_STYLE = Path(__file__).with_name("companion.mplstyle")
MIME = "application/vnd.companion.figure+json"


@dataclass(frozen=True)
class Figure:
    """A figure in both widths, with the data that it shows.

    Parameters
    ----------
    wide, narrow
        SVG text for the column (7.2 in) and for a phone (3.45 in).
    png
        The drawing for the column on white ground, two pixels for one of the screen.
    data
        What was drawn, one row a mark; it becomes the figure's data table.
    function
        Dotted name of the function that drew it.
    simulated
        Whether what is drawn was computed from a simulated survey.
    parts
        Name of a part -> where it lies in the drawing for the column, and in that for a phone.
    """

    wide: str
    narrow: str
    png: bytes
    data: pd.DataFrame
    function: str
    simulated: bool
    parts: Mapping[str, tuple[Box, Box]] = field(default_factory=dict)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        table = self.data.to_csv(index=False, float_format=DOWNLOADED, lineterminator="\n")
        content = {
            "wide": self.wide,
            "narrow": self.narrow,
            "png": base64.b64encode(self.png).decode(),
            "data": table,
            "function": self.function,
            "simulated": self.simulated,
            "parts": self.parts,
        }
        return {MIME: content, "image/svg+xml": self.wide, "text/plain": self.function}


def level_name(level: str, language: Language = "en") -> str:
    """Give the name of a level of the design, as a figure or a table prints it.

    Examples
    --------
    >>> level_name("like")
    'Like'
    """
    return words(language)(f"design.label.{level}")


def draw(
    function: Callable[..., object],
    data: pd.DataFrame,
    draw_one: Callable[[Canvas, bool], None],
    wide: tuple[float, float] = WIDE,
    narrow: tuple[float, float] = NARROW,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """Draw a figure for the column and for a phone.

    Parameters
    ----------
    function
        The public function that draws; the figure carries its dotted name, as a reader would import it.
    data
        What is drawn, one row a mark.
    draw_one
        Draws once on an empty canvas; its second argument is True for the phone.
    wide, narrow
        Sizes in inches; keep the widths, choose the heights.
    simulated
        True for anything computed from the survey: "//// simulated data" then stands inside the picture, bottom right.
        False for figures of the literature and for schemas.
    language
        Of the words "simulated data".

    Examples
    --------
    >>> def draw_one(canvas, narrow):
    ...     axes = canvas.add_subplot()
    ...     axes.plot([1, 2], [3, 4], color=LIGHT["reply"])
    >>> def line():
    ...     return draw(line, pd.DataFrame({"x": [1, 2]}), draw_one)
    >>> "var(--reply, #2336b4)" in line().wide
    True
    """
    mark = words(language)("figures.simulated") if simulated else ""
    on_phone = _drawn(draw_one, narrow, True, mark)
    column = _drawn(draw_one, wide, False, mark)
    return Figure(
        wide=column.svg,
        narrow=on_phone.svg,
        png=column.png,
        data=data,
        function=dotted_name(function),
        simulated=simulated,
        parts={name: (box, on_phone.parts[name]) for name, box in column.parts.items() if name in on_phone.parts},
    )


@dataclass(frozen=True)
class _Drawing:
    """One drawing: for the page, to take along (empty for the phone, whose drawing nobody takes), and its parts."""

    svg: str
    png: bytes
    parts: Mapping[str, Box]


def _drawn(draw_one: Callable[[Canvas, bool], None], size: tuple[float, float], narrow: bool, mark: str) -> _Drawing:
    text = io.StringIO()
    with matplotlib.rc_context({"font.family": _load_typeface()}, fname=_STYLE):
        canvas = Canvas(figsize=size)
        FigureCanvasSVG(canvas)
        draw_one(canvas, narrow)
        if mark:
            _mark_simulated(canvas, mark)
        parts = taken_off(canvas)
        canvas.savefig(text, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
        png = b"" if narrow else _png(canvas)
    return _Drawing(themed(text.getvalue()), png, parts)


def _png(canvas: Canvas) -> bytes:
    """A drawing on white ground with a palette and without metadata: small, and the same bytes in every build."""
    resolution = FINER * SCREEN
    canvas.set_dpi(resolution)
    canvas.set_facecolor("white")
    screen = FigureCanvasAgg(canvas)
    screen.draw()  # type: ignore[no-untyped-call]
    pixels = np.asarray(screen.buffer_rgba())  # type: ignore[no-untyped-call]
    whole = Image.fromarray(pixels).convert("RGB")
    png = io.BytesIO()
    reduced = whole.quantize(COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    reduced.save(png, format="png", optimize=True, dpi=(resolution, resolution))
    return png.getvalue()


@cache
def _load_typeface() -> list[str]:
    """Tell matplotlib of the typeface, once in a process: its list of fonts is global and has no other door.

    Gives the families to draw with. A family that is not there would be looked for, and missed aloud, at every word.
    """
    # The machine may have its own DejaVu Sans, of another version, and matplotlib takes the one that it meets first:
    # a test in tests/book/test_still_needed.py says when it does not any more.
    manager, bundled = font_manager.fontManager, Path(matplotlib.get_data_path(), "fonts/ttf")
    manager.ttflist = [font for font in manager.ttflist if font.name != FALLBACK or Path(font.fname).parent == bundled]
    try:
        paths = typeface.weights()
    except typeface.MissingFontsError as missing:
        warnings.warn(f"The figures are set in DejaVu Sans instead of Commissioner: {missing}", stacklevel=4)
        return [FALLBACK]
    for path in paths:
        manager.addfont(path)
    return [typeface.FAMILY, FALLBACK]


def _mark_simulated(canvas: Canvas, mark: str) -> None:
    width, height = canvas.get_size_inches()
    canvas.text(1 - 0.03 / width, 0.05 / height, mark, ha="right", va="bottom", size=SMALLEST, color=LIGHT["ink2"])


def themed(svg: str) -> str:
    """Make an SVG that is drawn in the light tokens follow the colour scheme of its page.

    Colours become variables, and both palettes stand inside. Coordinates keep two decimals, a hundredth of a point, and
    marks of one kind share their style: the drawing is the same and less than half as long.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(?<= [dxy]=")[^"]+', lambda value: re.sub(r"-?\d+\.\d{3,}", _two_decimals, value.group()), svg)
    svg = re.sub(r"(<g(?: clip-path=[^>]*)?)>((?:\s*<use [^>]*/>)+\s*</g>)", _style_shared, svg)
    for token, colour in LIGHT.items():
        svg = re.sub(re.escape(colour), f"var(--{token}, {colour})", svg, flags=re.IGNORECASE)
    return re.sub(r"(<svg[^>]*>)", lambda start: start.group() + palette_style(), svg, count=1)


def _two_decimals(number: re.Match[str]) -> str:
    return f"{float(number.group()):.2f}".rstrip("0").rstrip(".")


def plain(svg: str, description: str) -> str:
    """Make an SVG that follows its page one that stands alone: plain light colours, white ground, words about it.

    Parameters
    ----------
    svg
        A drawing as `themed` gives it.
    description
        What it shows, for whoever cannot see it.
    """
    svg = svg.replace(palette_style(), "")
    svg = re.sub(r"var\(--[a-z0-9-]+, (#[0-9a-f]{6})\)", r"\1", svg)
    opening = f'<desc>{escape(description)}</desc><rect width="100%" height="100%" fill="#ffffff"/>'
    return re.sub(r"(<svg[^>]*>)", lambda start: start.group() + opening, svg, count=1)


def _style_shared(group: re.Match[str]) -> str:
    """A group of marks with its style written once, where all have the same."""
    styles = re.findall(r' style="[^"]*"', group[2])
    if len(set(styles)) != 1 or len(styles) != group[2].count("<use "):
        return group[0]
    return f"{group[1]}{styles[0]}>{group[2].replace(styles[0], '')}"


def palette_style() -> str:
    """The ``style`` element that gives a drawing its tokens on light paper, on dark paper and in print."""

    def rule(tokens: Mapping[str, str]) -> str:
        return "svg{" + "".join(f"--{token}:{colour};" for token, colour in tokens.items()) + "}"

    return (
        f"<style>{rule(LIGHT)}@media (prefers-color-scheme:dark){{{rule(DARK)}}}@media print{{{rule(LIGHT)}}}</style>"
    )


def mark(axes: Axes, x: float, y: float, interaction: str, size: float = 15.0, hollow: bool = False) -> None:
    """Set the sign of a reaction on a point.

    Parameters
    ----------
    axes
        Where.
    x, y
        The estimate, in data coordinates; the sign's visual centre stands on it.
    interaction
        ``none`` (full stop), ``like`` (heart) or ``reply`` (speech bubble).
    size
        Points; a full stop fills about half of its box.
    hollow
        True for negative comments, False for positive ones and for contrasts.
    """
    colour, paper = LIGHT[interaction], LIGHT["paper"]
    axes.plot(
        [x],
        [y],
        marker=marks.marker(interaction),
        markersize=size,
        linestyle="none",
        markerfacecolor=paper if hollow else colour,
        markeredgecolor=colour if hollow else paper,
        markeredgewidth=1.8 if hollow else 1.1,
        zorder=6,
        clip_on=False,
    )


def zero_line(axes: Axes, left: str, right: str, height: float = 1.0) -> None:
    """The line of no difference, in ink, with what each side of it means written at its top.

    Parameters
    ----------
    axes
        A horizontal axis of effects.
    left, right
        What values below and above zero mean, such as "negative comments do worse".
    height
        Where the words stand, as a share of the axes' height; the line ends below them.
    """
    with part(axes, "zero"):
        axes.axvline(0, ymax=height - 0.03, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=1)
    for said, shift, side in ((f"{left}  ←", -5, "right"), (f"→  {right}", 5, "left")):
        axes.annotate(
            said,
            xy=(0, height),
            xycoords=axes.get_xaxis_transform(),
            xytext=(shift, 0),
            textcoords="offset points",
            ha=side,
            va="center",
            size=10,
            color=LIGHT["ink2"],
            annotation_clip=False,
        )


def interval(axes: Axes, low: float, high: float, y: float, interaction: str, width: float = 3.0) -> None:
    """A horizontal interval as a thick line in the reaction's colour."""
    axes.plot([low, high], [y, y], color=LIGHT[interaction], linewidth=width, linestyle="-", zorder=4)


def cloud(axes: Axes, draws: np.ndarray, y: float, interaction: str, scale: float) -> None:
    """The density of bootstrap draws above a line, outlined in the reaction's own line style.

    Parameters
    ----------
    axes
        A horizontal axis of effects.
    draws
        Bootstrap draws of one effect.
    y
        Where the density is 0.
    interaction
        Whose colour and line.
    scale
        Height on the y axis of one unit of density; the same for clouds that are compared, which then have equal areas.

    Notes
    -----
    Gaussian kernel, Silverman's bandwidth (Silverman, 1986, equation 3.31), between the 0.1th and 99.9th percentile.
    """
    low, high = np.quantile(draws, [0.001, 0.999])
    grid = np.linspace(low, high, 160)
    height = y + scale * density(draws, grid)
    axes.fill_between(grid, y, height, color=LIGHT[f"{interaction}-soft"], linewidth=0, zorder=2)
    axes.plot(grid, height, color=LIGHT[interaction], linewidth=1.6, linestyle=LINESTYLES[interaction], zorder=3)


def density(draws: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """Gaussian kernel density of draws at the points of a grid, with Silverman's bandwidth."""
    spread = min(float(np.std(draws, ddof=1)), float(np.subtract(*np.quantile(draws, [0.75, 0.25]))) / 1.34)
    bandwidth = 0.9 * spread * len(draws) ** -0.2
    distances = (grid[:, None] - draws) / bandwidth
    kernels: np.ndarray = np.exp(-0.5 * distances**2).mean(axis=1) / (bandwidth * np.sqrt(2 * np.pi))
    return kernels


def rain(axes: Axes, draws: np.ndarray, y: float, interaction: str, height: float, drops: int = 120) -> None:
    """Some of the draws as small dots below a line: evenly spaced in rank, so that they fall as all draws do.

    Parameters
    ----------
    axes
        A horizontal axis of effects.
    draws
        Bootstrap draws of one effect.
    y
        Upper edge of the rain.
    interaction
        Whose colour.
    height
        How far the rain spreads downwards, on the y axis.
    drops
        How many dots.
    """
    ranks = np.quantile(draws, (np.arange(drops) + 0.5) / drops)
    down = y - height * (np.arange(drops) * GOLDEN % 1)
    axes.plot(ranks, down, "o", markersize=2, color=LIGHT[interaction], markeredgewidth=0, alpha=0.55, zorder=2)
