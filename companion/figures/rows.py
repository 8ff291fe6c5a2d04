"""Axes of effects and rows of estimates: ticks, limits, names, numbers."""

from __future__ import annotations

import math
import textwrap
from typing import TypeAlias

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.ticker import MaxNLocator

from companion.figures.style import GROUND
from companion.formats import Language, printed

Ends: TypeAlias = tuple[int, int]
"""Lowest and highest answer of a scale."""
SEVEN_POINTS: Ends = (1, 7)
MOST_MARKED = 11


def points(ends: Ends) -> int:
    """Count the answers of a scale.

    Examples
    --------
    >>> points((1, 7)), points((0, 10))
    (7, 11)
    """
    return ends[1] - ends[0] + 1


def answers_marked(ends: Ends) -> list[int]:
    """Give the answers that an axis marks: all of them, or tens where they are many.

    Examples
    --------
    >>> answers_marked((1, 5)), answers_marked((0, 100))[:3]
    ([1, 2, 3, 4, 5], [0, 10, 20])
    """
    lowest, highest = ends
    step = 1 if points(ends) <= MOST_MARKED else 10 ** math.ceil(math.log10(points(ends) / MOST_MARKED))
    return list(range(lowest, highest + 1, step))


def limits(*values: np.ndarray) -> tuple[float, float]:
    """The range of some values with zero in it, and a little air."""
    low, high = min(0.0, *(float(np.min(v)) for v in values)), max(0.0, *(float(np.max(v)) for v in values))
    return low - 0.04 * (high - low), high + 0.04 * (high - low)


def round_ticks(axis: Axis, most: int, language: Language) -> None:
    """Set at most so many round ticks inside the limits: zero as "0", the others with equal decimals."""
    low, high = axis.get_view_interval()
    ticks = [
        float(tick) for tick in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= tick <= high
    ]
    decimals = max(0, -math.floor(math.log10(ticks[1] - ticks[0]) + 1e-9))
    labels = ["0" if abs(tick) < 1e-12 else printed(tick, "points", language, decimals) for tick in ticks]
    axis.set_ticks(ticks, labels)


def effect_axis(axes: Axes, label: str, narrow: bool, language: Language) -> None:
    """Ticks and label of a horizontal axis of effects."""
    round_ticks(axes.xaxis, 4 if narrow else 7, language)
    axes.set_xlabel(textwrap.fill(label, 40 if narrow else 72), loc="left", linespacing=1.3, size=10)


def with_interval(estimate: float, low: float, high: float, language: Language) -> str:
    """An estimate and its interval as figures print them."""
    return f"{printed(estimate, 'coefficient', language)}  {printed((low, high), 'coefficient', language)}"


def percent(level: float, language: Language) -> str:
    """A level such as 0.95 in words of a label."""
    return printed(level, "percent", language, decimals=0)


def name_row(
    axes: Axes, y: float, name: str, colour: str, numbers: str, narrow: bool, lift: float, weight: str = "bold"
) -> None:
    """Name and numbers of a row: beside the axes in the column, above the row on a phone.

    Parameters
    ----------
    axes
        A horizontal axis of effects.
    y
        Height of the row.
    name, colour, weight
        What stands left, and how.
    numbers
        What stands right.
    narrow
        True for the phone.
    lift
        How far above the row the phone has them.
    """
    across = axes.get_yaxis_transform()
    if narrow:
        axes.text(0, y + lift, name, transform=across, weight=weight, color=colour, va="center", bbox=GROUND)
        axes.text(1, y + lift, numbers, transform=across, va="center", ha="right", size=10)
    else:
        axes.text(-0.02, y, name, transform=across, weight=weight, color=colour, va="center", ha="right")
        axes.text(1.015, y, numbers, transform=across, va="center")
