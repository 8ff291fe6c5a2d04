"""What the study's model predicts for the six groups, and the paths that carry it: the explorer's states at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from companion.figures import style
from companion.figures.palette import LIGHT
from companion.figures.parts import part
from companion.figures.rows import SEVEN_POINTS, Ends, answers_marked, percent
from companion.figures.style import LINESTYLES, SMALLEST, Figure, level_name
from companion.formats import Language, printed
from companion.rows import row_at
from companion.survey.design import in_order
from companion.words import Words, words

CONSTRUCTS = ("psr", "pk", "pa")
LIFTS: Mapping[str, float] = {"positive": 0.13, "negative": -0.13}
"""How far above a row's middle the mean and interval of a valence stand, so that neither hides the other."""

HEAD, ROW, CHAIN, AXIS, FOOT = 0.34, 0.31, 0.42, 0.36, 0.5
"""Inches: the name of a block, one of its rows, a row of the chain, the digits of the scale, what stands below all."""

THICKEST = 5.0
"""Points: the line of the largest path; the others in proportion."""


def predicted_means(
    predictions: pd.DataFrame,
    effects: pd.DataFrame,
    paths: pd.DataFrame,
    ends: Ends = SEVEN_POINTS,
    level: float = 0.95,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """The predicted means of all groups with their intervals, and below them the chain at each reaction.

    Parameters
    ----------
    predictions
        A row a construct and group: construct valence interaction est ci_lower ci_upper.
    effects
        Effects of negative instead of positive comments on the parasocial relationship: interaction est.
    paths
        A row a structural path: label est; ``d`` (relationship to knowledge) and ``b`` (knowledge to attitude) are
        drawn.
    ends
        Lowest and highest answer.
    level
        Level of the intervals, as a share.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    shown = in_order(effects["interaction"])
    starts = effects.set_index("interaction")["est"].loc[list(shown)]
    links = paths.set_index("label")["est"].loc[["d", "b"]]
    means = {of: rows.set_index(["interaction", "valence"]) for of, rows in predictions.groupby("construct")}
    block = HEAD + ROW * len(shown)
    chains = CHAIN * (len(shown) + 0.6)
    height = block * len(CONSTRUCTS) + AXIS + HEAD + chains + FOOT

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        left, width = (0.255, 0.715) if narrow else (0.14, 0.84)
        for place, construct in enumerate(CONSTRUCTS):
            bottom = height - block * (place + 1)
            axes = canvas.add_axes((left, bottom / height, width, (block - HEAD) / height))
            with part(axes, f"means-{construct}"):
                _draw_means(axes, means[construct], ends, narrow, language)
            _title(canvas, say(f"figures.predicted_means.{construct}"), (bottom + block - HEAD) / height + 0.006)
            if place == len(CONSTRUCTS) - 1:
                axes.set_xticks(answers_marked(ends), [str(digit) for digit in answers_marked(ends)])
        axes = canvas.add_axes((0, FOOT / height, 1, chains / height))
        _draw_chains(axes, starts, links, (left, 0.5 if narrow else 0.4), say)
        _title(canvas, say("figures.predicted_means.chain"), (FOOT + chains) / height)
        signs = f"figures.predicted_means.signs{'_narrow' if narrow else ''}"
        below = say(signs, level=percent(level, language))
        canvas.text(0.012, 0.012, below, va="bottom", size=SMALLEST, color=LIGHT["ink2"], linespacing=1.3)

    return style.draw(
        predicted_means,
        _drawn(predictions, starts, links),
        draw_one,
        wide=(7.2, height),
        narrow=(3.45, height),
        simulated=simulated,
        language=language,
    )


def _drawn(predictions: pd.DataFrame, starts: pd.Series, links: pd.Series) -> pd.DataFrame:
    """One table of everything in the picture: ``quantity`` is the mean of a construct, or a path of the chain."""
    means = predictions.assign(quantity="mean " + predictions["construct"])
    first = starts.rename("est").reset_index().assign(quantity="path a")
    others = pd.DataFrame({"quantity": [f"path {label}" for label in links.index], "est": links.to_numpy()})
    columns = ["quantity", "valence", "interaction", "est", "ci_lower", "ci_upper"]
    return pd.concat([means, first, others], ignore_index=True)[columns]


def _title(canvas: Canvas, title: str, y: float) -> None:
    canvas.text(0.012, y, title, va="bottom", weight="bold", size=10.5)


def _draw_means(axes: Axes, means: pd.DataFrame, ends: Ends, narrow: bool, language: Language) -> None:
    """A row a reaction: both means on the scale, joined, with their intervals and numbers."""
    shown = in_order(means.index.get_level_values("interaction"))
    axes.vlines(answers_marked(ends), -0.5, len(shown) - 0.5, color=LIGHT["line"], linewidth=0.7, zorder=0)
    beyond = (ends[1] - ends[0]) / 120
    axes.set(xlim=(ends[0] - beyond, ends[1] + beyond), ylim=(-0.5, len(shown) - 0.5), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    for row, interaction in enumerate(reversed(shown)):
        colour, pair = LIGHT[interaction], {valence: row_at(means, (interaction, valence)) for valence in LIFTS}
        places = {valence: float(pair[valence]["est"]) for valence in LIFTS}
        heights = [row + lift for lift in LIFTS.values()]
        dash, of_group = LINESTYLES[interaction], f"{means['construct'].iloc[0]}-{interaction}"
        with part(axes, f"line-{of_group}"):
            axes.plot(list(places.values()), heights, color=colour, linestyle=dash, linewidth=1.2, zorder=3)
        leftmost = min(places, key=places.__getitem__)
        for (valence, x), y in zip(places.items(), heights, strict=True):
            low, high = pair[valence]["ci_lower"], pair[valence]["ci_upper"]
            with part(axes, f"mean-{valence}-{of_group}"), part(axes, f"line-{of_group}"):
                axes.hlines(y, low, high, color=colour, linewidth=1.8, zorder=4)
                style.mark(axes, x, y, interaction, 6.5 if narrow else 9, hollow=valence == "negative")
                beside = (low, "right", -4) if valence == leftmost else (high, "left", 4)
                _number(axes, printed(x, "points", language), y, *beside)
        _name(axes, row, interaction, language)


def _number(axes: Axes, number: str, y: float, x: float, side: str, shift: float) -> None:
    """A mean's number beside its interval, on the side where the other mean does not lie."""
    axes.annotate(
        number,
        (x, y),
        xytext=(shift, 0),
        textcoords="offset points",
        ha=side,
        va="center_baseline",
        size=SMALLEST,
        bbox={**style.GROUND, "pad": 0.6},
        zorder=2,
    )


def _name(axes: Axes, row: float, interaction: str, language: Language, x: float = 0.0) -> None:
    """Name a row's reaction left of a place, a share of the axes' width."""
    axes.annotate(
        level_name(interaction, language),
        (x, row),
        xycoords=axes.get_yaxis_transform(),
        xytext=(-6, 0),
        textcoords="offset points",
        ha="right",
        va="center_baseline",
        weight="bold",
        size=9.5,
        color=LIGHT[interaction],
        annotation_clip=False,
    )


def _draw_chains(axes: Axes, starts: pd.Series, links: pd.Series, first: tuple[float, float], say: Words) -> None:
    """A row a reaction: arrows from the comments to the attitude, as thick as their paths are large.

    Parameters
    ----------
    axes
        As wide as the figure.
    starts, links
        The first path by reaction, and the other two.
    first
        Where the first arrow starts, and where the first construct stands, as shares of the width.
    say
        The words of a language.
    """
    per_unit = THICKEST / float(pd.concat([starts, links]).abs().max())
    axes.set(xlim=(0, 1), ylim=(-0.3, len(starts) + 0.3), xticks=[], yticks=[])
    axes.spines["bottom"].set_visible(False)
    gap = (0.9 - first[1]) / (len(CONSTRUCTS) - 1)
    ends = [first[1] + gap * step for step in range(len(CONSTRUCTS))]
    begins = [first[0], *(end + 0.015 for end in ends[:-1])]
    for end, construct in zip(ends, CONSTRUCTS, strict=True):
        step = say(f"figures.predicted_means.step_{construct}")
        axes.text(end, len(starts) - 0.1, step, ha="center", va="center", size=SMALLEST, color=LIGHT["ink2"])
    for row, interaction in enumerate(reversed(list(starts.index))):
        weights = (starts[interaction], links["d"], links["b"])
        for start, end, weight, token in zip(begins, ends, weights, (interaction, "ink", "ink"), strict=True):
            with part(axes, "first-paths" if token == interaction else "later-paths"):
                _arrow(axes, (start, end), row, token, max(abs(float(weight)) * per_unit, 0.6))
                number, middle = printed(float(weight), "coefficient", say.language), (start + end) / 2
                look: dict[str, Any] = {"weight": "bold", "size": 9.5, "color": LIGHT[token]}
                axes.text(middle, row + 0.18, number, ha="center", va="bottom", **look)
        _name(axes, row, interaction, say.language, first[0])


def _arrow(axes: Axes, span: tuple[float, float], y: float, token: str, width: float) -> None:
    colour, (start, end) = LIGHT[token], span
    dash = LINESTYLES.get(token, "-")
    axes.plot([start, end - 0.012], [y, y], color=colour, linewidth=width, linestyle=dash, solid_capstyle="butt")
    axes.plot([end], [y], marker=9, markersize=6, color=colour)
