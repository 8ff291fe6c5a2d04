"""Figures of the method: what the thesis claims, and how many people are left after each step."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyArrowPatch, Rectangle

from companion.figures import chain, style
from companion.figures.palette import LIGHT
from companion.figures.style import Figure, level_name
from companion.formats import Language, printed
from companion.rows import each_row
from companion.survey.design import DESIGN
from companion.words import Words, words


def conceptual_model(language: Language = "en") -> Figure:
    """The claims R1 to R4 as a chain with the signs that they name; a schema, without data.

    The signs on the left are those of negative instead of positive comments, at each reaction.
    """
    starts = {"none": ("R1: −", 1.8), "like": ("R2: +", 1.8), "reply": ("R3, R4: + +", 3.4)}
    links = {"d": ("−", 1.8), "b": ("−", 1.8)}
    claimed = pd.DataFrame(
        [(f"negative comments ({w}) -> psr", text) for w, (text, _) in starts.items()]
        + [("psr -> pk", links["d"][0]), ("pk -> pa", links["b"][0])],
        columns=["path", "claimed"],
    )

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        first, then = ({key: chain.Link(*link) for key, link in arrows.items()} for arrows in (starts, links))
        chain.draw(canvas, narrow, first, then, words(language))

    return style.draw(
        conceptual_model,
        claimed,
        draw_one,
        wide=(7.2, 2.05),
        narrow=(3.45, 5.4),
        simulated=False,
        language=language,
    )


BOXES = ("recorded", "randomised", "retained", "analysed")
LINE = 14.0
BOX = 26.0
GAP = 12.0


@dataclass(frozen=True)
class _Line:
    """One line of the drawing: a box, or what a rule takes away."""

    text: str
    number: str
    box: bool
    top: float

    @property
    def height(self) -> float:
        return BOX if self.box else LINE * (self.text.count("\n") + 1)


def flow(steps: pd.DataFrame, simulated: bool = True, language: Language = "en") -> Figure:
    """The flow of participants after CONSORT 2025: who is left, between the boxes who left and why, then the cells.

    Parameters
    ----------
    steps
        A row a step, as in `companion.survey.sample.Sample`'s ``flow``: rule words applied removed left, and a column
        a cell (``positive none`` ...) with how many are left there from randomisation on. The rules recorded,
        randomised, retained and analysed are the boxes.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        lines = _lines(steps, 38 if narrow else 70, say)
        axes = canvas.add_axes((0, 0, 1, 1))
        width, height = (72 * inches for inches in canvas.get_size_inches())
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        _draw_lines(axes, lines)
        bottom = lines[-1].top + lines[-1].height
        _draw_cells(axes, steps.set_index("rule"), bottom + 22, width, say)

    def size(width: float, fold: int) -> tuple[float, float]:
        last = _lines(steps, fold, say)[-1]
        return width, (last.top + last.height + 150) / 72

    return style.draw(
        flow, steps, draw_one, wide=size(7.2, 70), narrow=size(3.45, 38), simulated=simulated, language=language
    )


def _lines(steps: pd.DataFrame, fold: int, say: Words) -> list[_Line]:
    lines: list[_Line] = []
    top = 4.0
    for step in each_row(steps):
        box = step.rule in BOXES
        if box:
            top += GAP / 2 if lines else 0
            line = _Line(say(f"figures.flow.{step.rule}"), printed(int(step.left), "count", say.language), box, top)
        elif step.applied:
            removed = printed(int(step.removed), "count", say.language)
            line = _Line(textwrap.fill(str(step.words), fold), removed, box, top)
        else:
            line = _Line(textwrap.fill(say("figures.flow.not_applied", rule=step.words), fold), "", box, top)
        lines.append(line)
        top += line.height + (GAP / 2 if box else 2)
    return lines


def _draw_lines(axes: Axes, lines: list[_Line]) -> None:
    """Boxes on the left, one arrow down through them, the rules to its right."""
    boxes = [line for line in lines if line.box]
    for above, below in pairwise(boxes):
        ends = (18, above.top + BOX), (18, below.top)
        arrow = FancyArrowPatch(*ends, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
        arrow.set(color=LIGHT["ink2"], linewidth=1.1)
        axes.add_patch(arrow)
    for line in lines:
        middle = line.top + line.height / 2
        if line.box:
            axes.add_patch(Rectangle((1, line.top), 150, BOX, facecolor=LIGHT["surface"], edgecolor="none"))
            axes.text(10, middle, line.text, va="center_baseline", weight="bold")
            axes.text(142, middle, line.number, va="center_baseline", ha="right", weight="bold")
        else:
            axes.text(58, line.top + LINE / 2, line.number, va="center", ha="right", size=10)
            axes.text(66, line.top + 1.5, line.text, va="top", size=9.5, color=LIGHT["ink2"], linespacing=1.2)


def _draw_cells(axes: Axes, steps: pd.DataFrame, top: float, width: float, say: Words) -> None:
    """A column a cell, under its sign: solid for positive comments, hollow for negative ones."""
    cells = [(w, v) for w in DESIGN.interactions for v in DESIGN.valences if f"{v} {w}" in steps]
    left, step = 78.0, (width - 82.0) / len(cells)
    heights = {"randomised": top + 42, "left_out": top + 58, "analysed": top + 74}
    for name, y in heights.items():
        weight, token = ("normal", "ink2") if name == "left_out" else ("bold", "ink")
        axes.text(1, y, say(f"figures.flow.{name}"), va="center", weight=weight, size=10, color=LIGHT[token])
    for place, (interaction, valence) in enumerate(cells):
        x = left + step * (place + 0.5)
        if valence == "positive":
            _name_reaction(axes, x + step / 2, top, interaction, say.language)
        style.mark(axes, x, top + 20, interaction, 13, hollow=valence == "negative")
        _count_cell(axes, steps[f"{valence} {interaction}"], x, heights, say.language)
    for y in (top + 31, heights["analysed"] + 11):
        axes.hlines(y, 1, width - 4, color=LIGHT["ink"], linewidth=1)
    axes.text(1, heights["analysed"] + 24, say("figures.flow.signs"), va="center", size=9, color=LIGHT["ink2"])


def _name_reaction(axes: Axes, x: float, y: float, interaction: str, language: Language) -> None:
    name, colour = level_name(interaction, language), LIGHT[interaction]
    axes.text(x, y, name, ha="center", va="center", weight="bold", size=10, color=colour)


def _count_cell(axes: Axes, left: pd.Series, x: float, heights: Mapping[str, float], language: Language) -> None:
    """Below each other: who was randomised into a cell, who was left out, who was analysed."""
    started, ended = int(left["randomised"]), int(left["analysed"])
    for name, count, look in (
        ("randomised", started, {"size": 10.5}),
        ("left_out", started - ended, {"size": 10, "color": LIGHT["ink2"]}),
        ("analysed", ended, {"size": 10.5, "weight": "bold"}),
    ):
        axes.text(x, heights[name], printed(count, "count", language), ha="center", va="center", **look)
