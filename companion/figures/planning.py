"""Figures for whoever plans a replication: what a common cause leaves of the chain."""

from __future__ import annotations

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.palette import LIGHT
from companion.figures.rows import SEVEN_POINTS, Ends, limits, points, round_ticks
from companion.figures.style import SMALLEST, Figure
from companion.formats import Language, printed
from companion.words import Words, words


def common_cause(
    course: pd.DataFrame,
    interaction: str = "reply",
    ends: Ends = SEVEN_POINTS,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """The effect through the whole chain by the strength of a common cause: a panel for each later link.

    Parameters
    ----------
    course
        A row a mark or a point of a line: link correlation est ci_lower ci_upper kind, as
        `companion.analysis.common_cause.course` gives it.
    interaction
        The reaction whose effect it is.
    ends
        Lowest and highest answer on the scale of the effect.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    links = list(dict.fromkeys(course["link"]))
    heights = limits(*(course[column].dropna().to_numpy() for column in ("est", "ci_lower", "ci_upper")))
    across = (course["correlation"].min() - 0.04, course["correlation"].max() + 0.04)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        height = float(canvas.get_size_inches()[1])
        panels = canvas.subplots(len(links) if narrow else 1, 1 if narrow else len(links), squeeze=False).ravel()
        canvas.subplots_adjust(
            left=0.13 if narrow else 0.065,
            right=0.985,
            top=1 - 0.65 / height,
            bottom=0.72 / height,
            hspace=0.5,
            wspace=0.12,
        )
        for axes, link in zip(panels, links, strict=True):
            axes.set(xlim=across, ylim=heights)
            _draw_link(axes, course[course["link"] == link], interaction, say)
            axes.set_title(say(f"figures.common_cause.{link}"), size=10.5, pad=6, loc="left")
            round_ticks(axes.xaxis, 6, language)
            round_ticks(axes.yaxis, 5, language)
            axes.set_xlabel(say("figures.common_cause.correlation"), loc="left", size=10)
        above = say("figures.common_cause.above", points=points(ends))
        canvas.text(0.012, 1 - 0.06 / height, above, va="top", size=10, color=LIGHT["ink2"])

    return style.draw(
        common_cause, course, draw_one, wide=(7.2, 3.4), narrow=(3.45, 5.4), simulated=simulated, language=language
    )


def _draw_link(axes: Axes, rows: pd.DataFrame, interaction: str, say: Words) -> None:
    """The course of the effect as a line, what was fitted as dots with intervals, and where nothing is left."""
    kinds = {str(kind): table for kind, table in rows.groupby("kind")}
    colour = LIGHT[interaction]
    axes.axhline(0, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=1)
    axes.plot(
        kinds["computed"]["correlation"], kinds["computed"]["est"], color=colour, linewidth=1.4, linestyle="-", zorder=3
    )
    fitted = kinds["fitted"]
    axes.vlines(fitted["correlation"], fitted["ci_lower"], fitted["ci_upper"], color=colour, linewidth=2.4, zorder=4)
    axes.plot(fitted["correlation"], fitted["est"], "o", color=colour, markersize=5.5, mec=LIGHT["paper"], zorder=5)
    [gone] = kinds["gone"]["correlation"]
    axes.axvline(gone, color=LIGHT["ink2"], linewidth=0.8, linestyle="-", zorder=0)
    left = gone < sum(axes.get_xlim()) / 2
    axes.annotate(
        say("figures.common_cause.gone", correlation=printed(float(gone), "bounded", say.language)),
        xy=(gone, 0.97),
        xycoords=axes.get_xaxis_transform(),
        xytext=(5 if left else -5, 0),
        textcoords="offset points",
        ha="left" if left else "right",
        va="top",
        size=SMALLEST,
        color=LIGHT["ink2"],
        bbox=style.GROUND,
    )
