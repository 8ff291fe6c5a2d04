"""Figures of the results: raw scores, effects, the chain, the claims, recovery, power, specifications."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.ticker import FuncFormatter

from companion.figures import chain, style
from companion.figures.palette import LIGHT
from companion.figures.parts import part
from companion.figures.rows import (
    SEVEN_POINTS,
    Ends,
    answers_marked,
    effect_axis,
    limits,
    name_row,
    percent,
    points,
    round_ticks,
    with_interval,
)
from companion.figures.style import LINESTYLES, SMALLEST, Figure, level_name
from companion.formats import Language, printed
from companion.rows import each_row, row_at
from companion.survey.design import DESIGN, in_order
from companion.words import Words, words

if TYPE_CHECKING:
    from companion.analysis.claims import Verdicts

SIDES = {"positive": -1, "negative": 1}
CHOICE = 22
"""Letters in a line of a choice's label: so many fit beside the specification curve on a phone."""
HALF_GAP = 0.2
"""Half the distance between the means of the two valences, in units of the distance between reactions."""
ROOM = 0.22
"""Room for the dots of one cell, in the same units."""
DOT = 3.0
"""Points: the largest dot of a respondent; where many gave the same answer dots are smaller, so that they stay dots."""


def raw_scores(
    scores: pd.DataFrame,
    cells: pd.DataFrame,
    scale: str,
    label: str,
    items: int,
    ends: Ends = SEVEN_POINTS,
    level: float = 0.95,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """Every respondent's score as a dot beside the mean of the cell and its interval; equal scores stand in a row.

    Parameters
    ----------
    scores
        A row a respondent: valence (positive, negative), interaction (none, like, reply) and the scale.
    cells
        A row a cell of the scale: scale valence interaction mean ci_lower ci_upper.
    scale
        Which column of ``scores`` and which rows of ``cells``.
    label
        What was measured, such as "Parasocial relationship".
    items
        How many items the scale is the mean of.
    ends
        Lowest and highest answer.
    level
        Level of the intervals, as a share.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say, shown = words(language), in_order(cells["interaction"])
    means = cells[cells["scale"] == scale].set_index(["interaction", "valence"])
    (lowest, highest), marked = ends, answers_marked(ends)
    step = (highest - lowest) / 120

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.085, 0.17, 0.905, 0.64) if narrow else (0.055, 0.13, 0.935, 0.74))
        axes.set(
            xlim=(-0.52, len(shown) - 0.48), ylim=(lowest - 3 * step, highest + 8 * step), xticks=[], yticks=marked
        )
        variant = "_narrow" if narrow else ""
        for place, interaction in enumerate(shown):
            answers = scores.loc[scores["interaction"] == interaction].groupby("valence")[scale]
            _two_cells(axes, dict(iter(answers)), means, place, interaction, narrow)
            for valence in DESIGN.valences:
                word = say(f"figures.raw_scores.{valence}{variant}")
                x, size = place + SIDES[valence] * HALF_GAP, 12 if narrow else 10
                axes.text(x, lowest - 4 * step, word, ha="center", va="top", size=size, color=LIGHT["ink2"])
            name, colour = level_name(interaction, language), LIGHT[interaction]
            axes.text(place, highest + 9 * step, name, ha="center", weight="bold", color=colour, size=11)
        axes.hlines(marked, -0.5, len(shown) - 0.5, color=LIGHT["line"], linewidth=0.7, zorder=0)
        axes.spines["bottom"].set_visible(False)
        said = {"items": say.count(items), "lowest": lowest, "highest": highest}
        above = say(f"figures.raw_scores.above{variant}", label=label, **said)
        below = say(f"figures.raw_scores.below{variant}", level=percent(level, language))
        canvas.text(0.012, 0.985, above, va="top", color=LIGHT["ink2"], linespacing=1.25)
        canvas.text(0.012, 0.012, below, va="bottom", size=SMALLEST, color=LIGHT["ink2"], linespacing=1.25)

    return style.draw(
        raw_scores,
        scores[["valence", "interaction", scale]],
        draw_one,
        wide=(7.2, 4.7),
        narrow=(3.45, 4.4),
        simulated=simulated,
        language=language,
    )


def _two_cells(
    axes: Axes, answers: Mapping[str, pd.Series], means: pd.DataFrame, place: int, interaction: str, narrow: bool
) -> None:
    """Both valences at one reaction: the line between their means, then dots, mean and, beside its sign, interval."""
    colour = LIGHT[interaction]
    xs = {valence: place + SIDES[valence] * HALF_GAP for valence in DESIGN.valences}
    rows = {valence: row_at(means, (interaction, valence)) for valence in DESIGN.valences}
    heights = [float(row["mean"]) for row in rows.values()]
    with part(axes, f"line-{interaction}"):
        axes.plot(list(xs.values()), heights, color=colour, linestyle=LINESTYLES[interaction], zorder=4)
    size = 11 if narrow else 14
    beside = (0.55 * size + 3.5) / _points_a_reaction(axes)
    for (valence, x), height in zip(xs.items(), heights, strict=True):
        with part(axes, f"dots-{valence}-{interaction}"):
            _dots(axes, answers[valence], x, valence, interaction)
        low, high = rows[valence]["ci_lower"], rows[valence]["ci_upper"]
        with part(axes, f"interval-{valence}-{interaction}"):
            axes.vlines(x - SIDES[valence] * beside, low, high, color=colour, linewidth=2.6, zorder=5)
        with part(axes, f"mean-{valence}-{interaction}"), part(axes, f"line-{interaction}"):
            style.mark(axes, x, height, interaction, size, hollow=valence == "negative")


def _points_a_reaction(axes: Axes) -> float:
    """Points from one reaction to the next."""
    low, high = axes.get_xlim()
    return float(axes.bbox.width * 72 / axes.figure.dpi / (high - low))


def _dots(axes: Axes, scores: pd.Series, x: float, valence: str, interaction: str) -> None:
    """Equal scores in a row that grows away from the mean; one spacing for a cell, so that its rows can be compared."""
    counts = scores.round(6).value_counts()
    spacing = min(0.026, ROOM / max(int(counts.max()) - 1, 1))
    places = np.concatenate([np.arange(count) for count in counts])
    colour, solid = LIGHT[interaction], valence == "positive"
    across = min(DOT, 0.9 * spacing * _points_a_reaction(axes))
    edge = 0.0 if solid else 0.25 * across
    axes.plot(
        x + SIDES[valence] * (0.06 + spacing * places),
        np.repeat(counts.index.to_numpy(), counts),
        "o",
        markersize=across - edge,
        markerfacecolor=colour if solid else "none",
        markeredgecolor=colour,
        markeredgewidth=edge,
        zorder=2,
    )


def conditional_effects(
    effects: pd.DataFrame,
    draws: pd.DataFrame,
    title: str | None = None,
    sides: tuple[str, str] | None = None,
    ends: Ends = SEVEN_POINTS,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """An effect at each reaction: estimate, interval, and the bootstrap draws behind it as cloud and rain.

    Parameters
    ----------
    effects
        A row a reaction: interaction est ci_lower ci_upper.
    draws
        Bootstrap draws, a column for each reaction.
    title
        What the effect is, in words; the indirect effect on product attitude when not given.
    sides
        What values below and above zero mean; that negative comments do worse or better when not given.
    ends
        Lowest and highest answer on the scale of the effect.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    effect = title or say("figures.conditional_effects.title")
    meanings = sides or tuple(say(f"figures.conditional_effects.{side}") for side in ("worse", "better"))
    shown = in_order(effects["interaction"])
    rows = effects.set_index("interaction").loc[list(shown), ["est", "ci_lower", "ci_upper"]]
    samples = {w: draws[w].dropna().to_numpy() for w in shown}
    low, high = limits(*(np.quantile(sample, [0.001, 0.999]) for sample in samples.values()))
    grid = np.linspace(low, high, 300)
    peak = max(float(style.density(sample, grid).max()) for sample in samples.values())

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.03, 0.19, 0.94, 0.8) if narrow else (0.16, 0.2, 0.575, 0.79))
        for place, interaction in enumerate(reversed(shown)):
            row, sample = row_at(rows, interaction), samples[interaction]
            with part(axes, f"draws-{interaction}"):
                style.cloud(axes, sample, place + 0.1, interaction, (0.36 if narrow else 0.56) / peak)
                style.rain(axes, sample, place - 0.17, interaction, 0.11)
            with part(axes, f"interval-{interaction}"):
                style.interval(axes, row["ci_lower"], row["ci_upper"], place, interaction)
            with part(axes, f"estimate-{interaction}"):
                style.mark(axes, row["est"], place, interaction, 16 if narrow else 18)
            numbers = with_interval(row["est"], row["ci_lower"], row["ci_upper"], language)
            name_row(axes, place, level_name(interaction, language), LIGHT[interaction], numbers, narrow, lift=0.57)
        span = _room_for_words(low, high) if narrow else (low, high)
        axes.set(xlim=span, ylim=(-0.4, len(shown) + (0.2 if narrow else 0.1)), yticks=[])
        effect_axis(axes, say("figures.conditional_effects.axis", title=effect, points=points(ends)), narrow, language)
        worse, better = (textwrap.fill(meaning, 18) if narrow else meaning for meaning in meanings)
        style.zero_line(axes, worse, better, height=0.955 if narrow else 0.965)

    data = rows.reset_index()
    return style.draw(
        conditional_effects,
        data,
        draw_one,
        wide=(7.2, 3.9),
        narrow=(3.45, 5.2),
        simulated=simulated,
        language=language,
    )


def _room_for_words(low: float, high: float) -> tuple[float, float]:
    """Limits with zero so far from both ends of a phone's width that the words beside it fit."""
    return min(low, -SIDE / (1 - SIDE) * high), max(high, SIDE / (1 - SIDE) * -low)


SIDE = 0.37
"""Share of a phone's width that "negative comments" takes, in two lines."""

THICKEST = 5.0
"""Points: the line of the largest path; the others in proportion."""


def path_diagram(
    effects: pd.DataFrame, paths: pd.DataFrame, simulated: bool = True, language: Language = "en"
) -> Figure:
    """The chain with its estimates: a line's width is the size of its path, the label carries the sign.

    Parameters
    ----------
    effects
        Effects of negative instead of positive comments on the parasocial relationship: interaction est.
    paths
        A row a structural path: label est; the labels ``d`` (relationship to knowledge), ``b`` (knowledge to attitude)
        and ``c`` (relationship to attitude) are drawn. The condition's direct paths are estimated but left out.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    starts = effects.set_index("interaction")["est"].loc[list(in_order(effects["interaction"]))]
    links = paths.set_index("label")["est"].loc[["d", "b", "c"]]
    drawn = pd.concat([starts, links]).rename_axis("path").rename("est").reset_index()
    per_point = THICKEST / float(drawn["est"].abs().max())

    def link(estimate: float) -> chain.Link:
        return chain.Link(printed(estimate, "coefficient", language), max(abs(estimate) * per_point, 0.6))

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        first, later = ({str(name): link(estimate) for name, estimate in of.items()} for of in (starts, links))
        chain.draw(canvas, narrow, first, later, say)

    return style.draw(
        path_diagram,
        drawn,
        draw_one,
        wide=chain.WIDE,
        narrow=chain.NARROW,
        simulated=simulated,
        language=language,
    )


STEPS = ("psr", "pk_via_psr", "serial")


def claims_forest(
    verdicts: Verdicts,
    level: float = 0.95,
    ends: Ends = SEVEN_POINTS,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """The intervals on which the verdicts rest: a panel for each step of the chain, a row for each claim.

    The side that a claim names is grey: a claim is found when every interval of its rows lies on the grey side, and the
    claims that it requires are found.

    Parameters
    ----------
    verdicts
        The judgement of every claim, with its estimands.
    level
        Level of the intervals, as a share.
    ends
        Lowest and highest answer on the scales of the effects.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    estimands = pd.concat([one.estimands.assign(claim=claim) for claim, one in verdicts.judgements.items()])
    estimands["row"] = [_named_estimand(row, language) for row in each_row(estimands)]

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        panels = _three_panels(canvas, estimands, narrow)
        for axes, effect in zip(panels, STEPS, strict=True):
            shown = estimands[estimands["effect"] == effect]
            named = shown if narrow else estimands.drop_duplicates("row")
            heights = {row: -place for place, row in enumerate(named["row"])}
            span = limits(shown["ci_lower"].to_numpy(), shown["ci_upper"].to_numpy())
            _draw_intervals(axes, shown, heights, span)
            if narrow or effect == STEPS[0]:
                _name_estimands(axes, heights)
            with part(axes, f"zero-{effect}"):
                axes.axvline(0, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=1)
            axes.set(xlim=span, ylim=(0.5 - len(heights), 0.5), yticks=[])
            title = say(f"figures.claims_forest.{effect}")
            axes.set_title(title.replace("\n", " ") if narrow else title, size=10.5, pad=8, x=-0.58 if narrow else 0)
            round_ticks(axes.xaxis, 6 if narrow else 4, language)
        name = f"figures.claims_forest.below{'_narrow' if narrow else ''}"
        below = say(name, level=percent(level, language), points=points(ends))
        canvas.text(0.012, 0.012, below, va="bottom", size=SMALLEST, color=LIGHT["ink2"], linespacing=1.25)

    rows = estimands["row"].nunique()
    wide, narrow = (7.2, 0.52 * rows + 1.35), (3.45, 0.52 * len(estimands) + 2.3)
    data = estimands.drop(columns="row")
    return style.draw(claims_forest, data, draw_one, wide=wide, narrow=narrow, simulated=simulated, language=language)


def _named_estimand(row: Any, language: Language) -> tuple[str, str]:
    """Claim and reaction, or difference of reactions, as the row is called."""
    at = level_name(row.at, language)
    return row.claim, at if pd.isna(row.minus) else f"{at} − {level_name(row.minus, language).lower()}"


def _draw_intervals(
    axes: Axes, shown: pd.DataFrame, heights: Mapping[tuple[str, str], int], span: tuple[float, float]
) -> None:
    """Each estimand in its row, on the grey side that its claim names."""
    low, high = span
    for row in each_row(shown):
        y = heights[row.row]
        edge = high if row.sign == "+" else low
        named = "-".join([row.claim, row.effect, row.at] + ([] if pd.isna(row.minus) else ["minus", row.minus]))
        with part(axes, f"side-{named}"):
            axes.fill_between([0, edge], y - 0.32, y + 0.32, color=LIGHT["surface"], linewidth=0, zorder=0)
        with part(axes, named):
            _estimate(axes, row, y)


def _name_estimands(axes: Axes, heights: Mapping[tuple[str, str], int]) -> None:
    across, x = axes.get_yaxis_transform(), -0.06
    for (claim, reaction), y in heights.items():
        axes.text(x, y + 0.04, claim, transform=across, ha="right", va="bottom", weight="bold")
        axes.text(x, y - 0.02, reaction, transform=across, ha="right", va="top", size=9, color=LIGHT["ink2"])


def _three_panels(canvas: Canvas, estimands: pd.DataFrame, narrow: bool) -> Sequence[Axes]:
    """Side by side with the same rows in the column; on a phone below one another, as high as they have rows."""
    height = float(canvas.get_size_inches()[1])
    if narrow:
        counts = [(estimands["effect"] == effect).sum() for effect in STEPS]
        panels: Sequence[Axes] = canvas.subplots(3, 1, height_ratios=counts)
        canvas.subplots_adjust(left=0.36, right=0.97, top=1 - 0.3 / height, bottom=0.75 / height, hspace=0.45)
    else:
        panels = canvas.subplots(1, 3)
        canvas.subplots_adjust(left=0.195, right=0.985, top=1 - 0.5 / height, bottom=0.6 / height, wspace=0.14)
    return panels


def _estimate(axes: Axes, row: Any, y: float) -> None:
    """An interval with its sign; a contrast of two reactions has no sign of its own and is a diamond in ink."""
    if pd.isna(row.minus):
        style.interval(axes, row.ci_lower, row.ci_upper, y, row.at)
        style.mark(axes, row.est, y, row.at, 13)
    else:
        axes.hlines(y, row.ci_lower, row.ci_upper, color=LIGHT["ink"], linewidth=3, zorder=4)
        axes.plot([row.est], [y], "D", markersize=7, color=LIGHT["ink"], markeredgecolor=LIGHT["paper"], zorder=6)


def recovery(estimates: pd.DataFrame, level: float = 0.95, simulated: bool = True, language: Language = "en") -> Figure:
    """How far the analysis lands from the written-down truth: estimates beside the population's values.

    Parameters
    ----------
    estimates
        A row a quantity: label, est, ci_lower, ci_upper, population (what the same analysis gives in a very large clean
        simulated sample) and structural (what was written down, before answers are rounded to 1-7).
    level
        Level of the intervals, as a share.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)
    columns = ("ci_lower", "ci_upper", "population", "structural")
    low, high = limits(*(estimates[column].dropna().to_numpy() for column in columns))

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        height = float(canvas.get_size_inches()[1])
        head, foot = (0.75, 0.75) if narrow else (0.4, 0.65)
        sides = (0.03, 0.94) if narrow else (0.3, 0.68)
        axes = canvas.add_axes((sides[0], foot / height, sides[1], 1 - (head + foot) / height))
        for place, row in enumerate(each_row(estimates)):
            axes.hlines(-place, row.ci_lower, row.ci_upper, color=LIGHT["ink2"], linewidth=3, zorder=3)
            for name, mark in RECOVERY_MARKS.items():
                axes.plot([getattr(row, name)], [-place], linestyle="none", **mark)
            name_row(axes, -place, str(row.label), LIGHT["ink"], "", narrow, lift=0.42, weight="normal")
        axes.axvline(0, color=LIGHT["line"], linewidth=1, linestyle="-", zorder=0)
        axes.set(xlim=(low, high), ylim=(0.5 - len(estimates), 0.7 if narrow else 0.5), yticks=[])
        effect_axis(axes, say("figures.points", points=points(SEVEN_POINTS)), narrow, language)
        _key(canvas, percent(level, language), narrow, say)

    rows = len(estimates)
    wide, narrow = (7.2, 0.4 * rows + 1.05), (3.45, 0.55 * rows + 1.5)
    return style.draw(recovery, estimates, draw_one, wide=wide, narrow=narrow, simulated=simulated, language=language)


RECOVERY_MARKS: Mapping[str, Mapping[str, Any]] = {
    "est": {"marker": "o", "color": LIGHT["ink2"], "mec": LIGHT["paper"], "ms": 7.5, "zorder": 5},
    "population": {"marker": "|", "color": LIGHT["ink"], "ms": 13, "mew": 2, "zorder": 6},
    "structural": {"marker": "D", "color": LIGHT["paper"], "mec": LIGHT["ink"], "ms": 6, "mew": 1.2, "zorder": 4},
}
"""Column of the estimates -> the mark of its values."""


def _key(canvas: Canvas, level: str, narrow: bool, say: Words) -> None:
    """What the marks of the recovery are, above it: in one line, on a phone below one another."""
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.axis("off")
    axes.set(xlim=(0, 1), ylim=(0, 1))
    height = float(canvas.get_size_inches()[1])
    for place, (name, mark) in enumerate(RECOVERY_MARKS.items()):
        x, y = (0.03, 1 - (0.12 + 0.2 * place) / height) if narrow else ((0.02, 0.31, 0.68)[place], 1 - 0.14 / height)
        axes.plot([x], [y], linestyle="none", **mark)
        meaning = say(f"figures.recovery.{name}", level=level)
        axes.text(x + (0.04 if narrow else 0.018), y, meaning, va="center", size=9.5, color=LIGHT["ink2"])


CLAIM_TOKENS: Mapping[str, str] = {"R1": "none", "R2": "like", "R3": "reply"}
CLAIM_LINES: Mapping[str, style.Dash] = {**{c: LINESTYLES[w] for c, w in CLAIM_TOKENS.items()}, "R5": (0, (6, 2, 1, 2))}
CLAIM_MARKS: Mapping[str, str] = {"R4": "s", "R5": "D"}
"""The claims that are about no reaction alone are drawn in ink: their points tell them apart."""


APART = 0.1
"""What two labels on the axis of shares have to be apart to be read."""


def power(
    rates: pd.DataFrame,
    target: float = 0.9,
    planned: int | None = None,
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """How often each claim is found in simulated surveys, by their size.

    Parameters
    ----------
    rates
        A row a size and claim: n (analysed respondents), claim, power (a share), ci_lower, ci_upper (Monte Carlo).
    target
        The power that the plan aims at.
    planned
        The size that was chosen.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    say = words(language)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.12, 0.14, 0.68, 0.78) if narrow else (0.06, 0.15, 0.85, 0.77))
        courses: dict[str, list[float]] = {}
        for claim, rows in rates.sort_values("n").groupby("claim"):
            look = _look_of_claim(str(claim))
            with part(axes, f"line-{claim}"):
                people, shares, colour = rows["n"], rows["power"], look["color"]
                axes.plot(people, shares, color=colour, linestyle=look["linestyle"], linewidth=1.8)
                axes.plot(people, shares, color=colour, marker=look["marker"], linestyle="", markersize=4)
            with part(axes, f"strokes-{claim}"):
                axes.vlines(rows["n"], rows["ci_lower"], rows["ci_upper"], color=look["color"], linewidth=1)
            courses[str(claim)] = list(rows["power"])
        key = axes.get_yaxis_transform()
        for claim, y in _apart(courses, 0.06).items():
            look = _look_of_claim(claim)
            start, end = (1.02, 1.14) if narrow else (1.008, 1.053)
            sample = ([start, (start + end) / 2, end], [y] * 3)
            with part(axes, "names"):
                axes.plot(*sample, transform=key, clip_on=False, linewidth=1.8, markersize=4, markevery=[1], **look)
                axes.text(end + 0.012, y, claim, transform=key, va="center", weight="bold", color=look["color"])
        with part(axes, "target"):
            axes.axhline(target, color=LIGHT["ink2"], linewidth=0.8, linestyle="-", zorder=0)
        if planned is not None:
            with part(axes, "planned"):
                axes.axvline(planned, color=LIGHT["line"], linewidth=5, linestyle="-", zorder=0)
                chosen = f"{say('figures.power.planned')} "
                axes.annotate(chosen, (planned, 0.04), ha="right", size=SMALLEST, color=LIGHT["ink2"])
        others = [share for share in (0, 0.25, 0.5, 0.75) if abs(share - target) > APART]
        axes.set(ylim=(0, 1.03), yticks=[*others, target])
        axes.set_xlabel(say("figures.power.size"), loc="left")
        axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: printed(share, "share", language)))
        sizes = sorted(rates["n"].unique())[:: -2 if narrow else -1]
        axes.set_xticks(sizes, [printed(int(n), "count", language) for n in sizes])
        canvas.text(0.012, 0.985, say("figures.power.axis"), va="top", size=10, color=LIGHT["ink2"])

    return style.draw(
        power, rates, draw_one, wide=(7.2, 3.8), narrow=(3.45, 3.9), simulated=simulated, language=language
    )


def _look_of_claim(claim: str) -> dict[str, Any]:
    return {
        "color": LIGHT[CLAIM_TOKENS.get(claim, "ink")],
        "linestyle": CLAIM_LINES.get(claim, "-"),
        "marker": CLAIM_MARKS.get(claim, "o"),
    }


def _apart(courses: Mapping[str, Sequence[float]], gap: float) -> dict[str, float]:
    """Heights of labels at the ends of lines, in the order of the lines from above, each a gap below the one before.

    Of lines that end at one height the one comes first that came there first.
    """
    moved: dict[str, float] = {}
    for label, course in sorted(courses.items(), key=lambda item: [-height for height in reversed(item[1])]):
        moved[label] = min([course[-1], *(above - gap for above in moved.values())])
    return moved


def specification_curve(
    specifications: pd.DataFrame,
    choices: Sequence[str],
    title: str,
    interaction: str = "reply",
    simulated: bool = True,
    language: Language = "en",
) -> Figure:
    """An effect under every defensible analysis, sorted by size, above the choices that make up each analysis.

    Parameters
    ----------
    specifications
        A row an analysis: est, ci_lower, ci_upper, primary (True for the planned one) and a column for each choice;
        one without an estimate is left out.
    choices
        The columns of the choices; each of their values becomes a row of dots.
    title
        What the effect is, in words.
    interaction
        The reaction whose effect is shown.
    simulated
        Whether the survey is simulated.
    language
        Of the words and numbers in the picture.
    """
    order = specifications.dropna(subset="est").sort_values("est", kind="stable").reset_index(drop=True)
    rows = _rows_of_choices(specifications, choices)
    panel_inches = 0.2 * (max(rows) + 1.2)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        height = float(canvas.get_size_inches()[1])
        left = 0.4 if narrow else 0.27
        foot, top = 0.3 / height, (0.45 if narrow else 0.3) / height
        share = panel_inches / height
        panel = canvas.add_axes((left, foot, 0.98 - left, share))
        curve = canvas.add_axes((left, foot + share, 0.98 - left, 1 - foot - share - top))
        _draw_curve(curve, order, interaction, language)
        with part(panel, "choices"):
            _draw_choices(panel, order, rows, interaction)
        folded = textwrap.fill(title, 44) if narrow else title
        canvas.text(0.012, 1 - 0.06 / height, folded, va="top", size=10, color=LIGHT["ink2"])

    wide, narrow = (7.2, panel_inches + 2.8), (3.45, panel_inches + 3.0)
    return style.draw(
        specification_curve, order, draw_one, wide=wide, narrow=narrow, simulated=simulated, language=language
    )


def _draw_curve(axes: Axes, order: pd.DataFrame, interaction: str, language: Language) -> None:
    for place, row in enumerate(each_row(order)):
        colour, width = (LIGHT[interaction], 3.0) if row.primary else (LIGHT["line"], 2.0)
        with part(axes, "planned" if row.primary else "others"):
            axes.vlines(place, row.ci_lower, row.ci_upper, color=colour, linewidth=width)
            if row.primary:
                style.mark(axes, place, row.est, interaction, 13)
            else:
                axes.plot([place], [row.est], "o", markersize=4, color=LIGHT["ink2"])
    with part(axes, "zero"):
        axes.axhline(0, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=0)
    axes.set(
        xlim=(-0.8, len(order) - 0.2),
        ylim=limits(order["ci_lower"].to_numpy(), order["ci_upper"].to_numpy()),
        xticks=[],
    )
    axes.spines["bottom"].set_visible(False)
    round_ticks(axes.yaxis, 5, language)


def _draw_choices(axes: Axes, order: pd.DataFrame, rows: Mapping[float, tuple[str, str]], interaction: str) -> None:
    primary = order["primary"].to_numpy(dtype=bool)
    for height, (choice, value) in rows.items():
        on = (order[choice].astype(str) == value).to_numpy()
        for chosen, token, size in ((~on, "line", 2), (on & ~primary, "ink2", 4), (on & primary, interaction, 6.5)):
            places = np.flatnonzero(chosen)
            with part(axes, f"choices-{choice}"):
                axes.plot(
                    places, np.full(len(places), height), "o", markersize=size, color=LIGHT[token], linestyle="none"
                )
    axes.set(xlim=(-0.8, len(order) - 0.2), xticks=[], ylim=(-0.6, max(rows) + 0.6))
    labels = [textwrap.fill(value, CHOICE) for _, value in rows.values()]
    axes.set_yticks(list(rows), labels, size=SMALLEST, linespacing=1)
    axes.spines["bottom"].set_visible(False)


def _rows_of_choices(specifications: pd.DataFrame, choices: Sequence[str]) -> dict[float, tuple[str, str]]:
    """Height -> choice and value, from below, half a row between choices; as many rows high as its label has lines."""
    rows: dict[float, tuple[str, str]] = {}
    height = 0.0
    for choice in reversed(choices):
        for value in reversed(list(dict.fromkeys(specifications[choice].astype(str)))):
            more = len(textwrap.wrap(value, CHOICE)) - 1
            rows[height + more / 2] = (choice, value)
            height += 1 + more
        height += 0.5
    return rows
