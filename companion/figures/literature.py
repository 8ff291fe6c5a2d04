"""Figures of the literature: tier ranges, engagement, evidence map, effect sizes, rival models, rules.

Nothing in them is simulated, and the colours of the three reactions do not appear: these are other people's findings.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.patches import FancyArrowPatch, Polygon, Rectangle
from matplotlib.transforms import blended_transform_factory

from companion.evidence import Engagement, EvidenceMap, Forest, Tiers, Timeline
from companion.evidence.effects import SIDES
from companion.figures import style
from companion.figures.palette import LIGHT
from companion.figures.rows import effect_axis, limits
from companion.figures.style import SMALLEST, Figure
from companion.formats import Language, printed
from companion.rows import each_row, row_at
from companion.words import Words, words

FEWEST, MOST = 400.0, 6_000_000.0
"""Ends of the axis of followers."""


def tier_ranges(tiers: Tiers, language: Language = "en") -> Figure:
    """The follower range that each source gives to each tier, and below it how many sources call a count micro."""
    say = words(language)
    sources = list(tiers.micro["source"])
    shown = tiers.ranges[tiers.ranges["source"].isin(sources)]

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        left, width = (0.03, 0.95) if narrow else (0.285, 0.7)
        axes = canvas.add_axes((left, 0.245, width, 0.745))
        for place, source in enumerate(sources):
            _tiers_of(axes, shown[shown["source"] == source], len(sources) - 1 - place, narrow)
        axes.set(ylim=(-0.6, len(sources) - 0.35), yticks=[])
        _follower_axis(axes, say)
        axes.tick_params(labelbottom=False)
        below = canvas.add_axes((left, 0.1, width, 0.13))
        _share_steps(below, tiers.called, narrow, say)

    return style.draw(
        tier_ranges, shown, draw_one, wide=(7.2, 5.2), narrow=(3.45, 6.6), simulated=False, language=language
    )


def _tiers_of(axes: Axes, ranges: pd.DataFrame, y: int, narrow: bool) -> None:
    """The tiers of one source in a row, with the source's name beside it, on a phone above it."""
    for row in each_row(ranges):
        _band(axes, row.minimum, row.maximum, y, str(row.tier), narrow)
    label = str(ranges["label"].iloc[0])
    if narrow:
        axes.text(FEWEST, y + 0.4, label, size=SMALLEST, va="center")
    else:
        axes.text(FEWEST / 1.15, y, label, ha="right", va="center", size=10)


def _band(axes: Axes, minimum: float, maximum: float, y: float, tier: str, narrow: bool) -> None:
    """One range as a bar, with an arrow's head where it is open; micro in ink, the rest in the colour of lines."""
    open_ended = math.isnan(maximum)
    micro = tier == "micro"
    start, end = max(minimum, FEWEST), MOST / 1.25 if open_ended else maximum
    half = 0.15 if narrow else 0.29
    colour = LIGHT["ink" if micro else "line"]
    gap = 1.018
    low, high = start * (gap if minimum > FEWEST else 1), end / (1 if open_ended else gap)
    axes.fill_betweenx([y - half, y + half], low, high, color=colour, linewidth=0, zorder=3 if micro else 2)
    if open_ended:
        axes.add_patch(Polygon([(end, y - half), (MOST, y), (end, y + half)], color=colour, linewidth=0, zorder=2))
    room = math.log10(end / start) * (38 if narrow else 88)
    if not narrow and len(tier) * 5.6 < room:
        middle, on = math.sqrt(start * end), LIGHT["paper" if micro else "ink"]
        weight = "bold" if micro else "normal"
        axes.text(middle, y - 0.02, tier, ha="center", va="center", size=9, color=on, weight=weight, zorder=4)


def _follower_axis(axes: Axes, say: Words) -> None:
    axes.set_xscale("log")
    axes.set_xlim(FEWEST, MOST)
    axes.minorticks_off()
    thousands = {count: printed(count, "count", say.language) for count in (1_000, 10_000, 100_000)}
    labels = {**thousands, 1_000_000: say("figures.tier_ranges.million", count=1)}
    axes.set_xticks(list(labels), list(labels.values()), size=SMALLEST)
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    for count in labels:
        axes.axvline(count, color=LIGHT["line"], linewidth=0.8, linestyle="-", zorder=0)


def _share_steps(axes: Axes, called: pd.DataFrame, narrow: bool, say: Words) -> None:
    edges = [*called["minimum"], called["maximum"].iloc[-1]]
    axes.stairs(called["share"], edges, color=LIGHT["ink"], fill=True, linewidth=0)
    for step in each_row(called):
        if math.log10(step.maximum / step.minimum) * (60 if narrow else 105) > 24:
            middle = math.sqrt(step.minimum * step.maximum)
            share = printed(step.share, "percent", say.language, decimals=0)
            axes.text(middle, step.share + 0.05, share, ha="center", va="bottom", size=SMALLEST)
    axes.set(ylim=(0, 1.25), yticks=[])
    _follower_axis(axes, say)
    axes.axhline(0, color=LIGHT["ink2"], linewidth=0.8, linestyle="-")
    axes.set_xlabel(say("figures.tier_ranges.followers"), loc="left", size=10)
    x, y = (0.97, 0.5) if narrow else (-0.02, 0.35)
    label = say("figures.tier_ranges.share_narrow" if narrow else "figures.tier_ranges.share")
    axes.text(x, y, label, transform=axes.transAxes, ha="right", va="center", size=SMALLEST, color=LIGHT["ink2"])


def engagement_rates(engagement: Engagement, language: Language = "en") -> Figure:
    """Engagement rates by size of the account: one panel a source and definition, never joined across panels.

    A series with one rate alone compares nothing and is left out.
    """
    say = words(language)
    rates = engagement.rates[engagement.rates.duplicated("series", keep=False)]
    names = list(dict.fromkeys(rates["series"]))
    ends = _ends_of_followers(rates)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        columns = 2 if narrow else 3
        rows = math.ceil(len(names) / columns)
        grid = canvas.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place < len(names):
                _rates(axes, rates[rates["series"] == names[place]], names[place], ends, narrow, language)
            else:
                axes.set_visible(False)
        for place, axes in enumerate(grid.flat):
            last = place + columns >= len(names)
            axes.tick_params(labelbottom=last and place < len(names))
        canvas.text(0.01, 0.995, say("figures.engagement_rates.rate"), va="top", size=10, color=LIGHT["ink2"])
        canvas.text(0.01, 0.012, say("figures.engagement_rates.followers"), va="bottom", size=10, color=LIGHT["ink2"])
        top, bottom = (0.9, 0.13) if narrow else (0.85, 0.18)
        canvas.subplots_adjust(left=0.045, right=0.985, top=top, bottom=bottom, wspace=0.12, hspace=0.5)

    return style.draw(
        engagement_rates, rates, draw_one, wide=(7.2, 3.6), narrow=(3.45, 5.2), simulated=False, language=language
    )


def _ends_of_followers(rates: pd.DataFrame) -> tuple[float, float]:
    """Where an axis ends that holds every range; one that begins at zero, or is open, goes to the end of the axis."""
    bounds = pd.concat([rates["minimum"], rates["maximum"]])
    known = bounds[bounds > 0]
    return known.min() / 5, max(known.max(), 5 * rates["minimum"].max())


def _rates(
    axes: Axes, rates: pd.DataFrame, name: str, ends: tuple[float, float], narrow: bool, language: Language
) -> None:
    for rate in each_row(rates):
        low, high = max(rate.minimum, ends[0]), ends[1] if math.isnan(rate.maximum) else rate.maximum
        axes.plot(
            [low, high], [rate.percent] * 2, color=LIGHT["ink"], linewidth=3.5, linestyle="-", solid_capstyle="butt"
        )
        number = _as_reported(rate.percent, language)
        axes.text(math.sqrt(low * high), rate.percent + 0.35, number, ha="center", va="bottom", size=SMALLEST)
    axes.set_xscale("log")
    axes.set(xlim=ends, ylim=(0, 11), yticks=[])
    axes.minorticks_off()
    counts = (1_000, 100_000)
    axes.set_xticks(counts, [printed(count, "count", language) for count in counts], size=SMALLEST)
    axes.tick_params(axis="x", length=3)
    axes.set_title(textwrap.fill(name, 20 if narrow else 26), size=SMALLEST, weight="bold", loc="left", pad=4)


def _as_reported(rate: float, language: Language) -> str:
    """A rate with as many decimals as its source gives."""
    return printed(rate, "points", language, decimals=len(f"{rate:g}".partition(".")[2]))


LEGEND: Mapping[str, tuple[tuple[float, float], tuple[float, float]]] = {
    "for": ((2, 8), (2, 8)),
    "mixed": ((98, 8), (84, 8)),
    "null": ((170, 8), (146, 8)),
    "against": ((266, 8), (2, 22)),
    "unclear": ((362, 8), (84, 22)),
}
"""Direction -> where its sign is explained in the column and on a phone, in points from the top left."""


def evidence_map(found: EvidenceMap, language: Language = "en") -> Figure:
    """Every study of every path as one sign: full as expected, half mixed, empty no effect, crossed out against."""
    say = words(language)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = _page(canvas)
        for side, places in LEGEND.items():
            x, y = places[narrow]
            _sign(axes, x + 5, y, side)
            axes.text(x + 14, y, say(f"evidence.directions.{side}"), va="center", size=SMALLEST, color=LIGHT["ink2"])
        top, line, above = (56.0, 31.0, 6) if narrow else (34.0, 20.0, 0)
        role = ""
        for path in each_row(found.paths):
            if role not in ("", path.role):
                y = top - line / 2 - above
                axes.plot([0, axes.get_xlim()[1]], [y] * 2, color=LIGHT["line"], linewidth=0.8, linestyle="-")
            role = str(path.role)
            studies = found.findings[found.findings["path"] == path.path]
            _name_path(axes, path, top, narrow)
            _studies(axes, sorted(studies["direction"], key=SIDES.index), top, narrow, say)
            top += line

    lines = len(found.paths)
    return style.draw(
        evidence_map,
        found.findings,
        draw_one,
        wide=(7.2, (34 + lines * 20) / 72),
        narrow=(3.45, (50 + lines * 31) / 72),
        simulated=False,
        language=language,
    )


def _page(canvas: Canvas) -> Axes:
    """Axes as large as the canvas, in points from its top left."""
    width, height = (72 * inches for inches in canvas.get_size_inches())
    axes = canvas.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, width), ylim=(height, 0))
    axes.axis("off")
    return axes


FIRST_STUDY = (186.0, 2.0)
"""Where the signs of a path begin, in points from the left: in the column, on a phone."""


def _name_path(axes: Axes, path: Any, y: float, narrow: bool) -> None:
    weight = "bold" if path.role == "model" else "normal"
    left = FIRST_STUDY[narrow]
    if narrow:
        axes.text(left, y - 13, path.label, va="center", size=10, weight=weight)
    else:
        axes.text(left - 14, y, path.label, va="center", ha="right", size=10, weight=weight)


def _studies(axes: Axes, directions: Sequence[str], y: float, narrow: bool, say: Words) -> None:
    """The studies of one path, a sign each."""
    left, step = FIRST_STUDY[narrow], 11.0 if narrow else 13.5
    for place, side in enumerate(directions):
        _sign(axes, left + 6 + place * step, y, side)
    if not directions:
        nothing = say("figures.evidence_map.nothing")
        axes.text(left, y, nothing, va="center", size=SMALLEST, color=LIGHT["ink2"], style="italic")


def _sign(axes: Axes, x: float, y: float, side: str) -> None:
    ink, paper = LIGHT["ink"], LIGHT["paper"]
    look: dict[str, Any] = {
        "marker": "o",
        "markersize": 7.5,
        "markeredgecolor": ink,
        "markeredgewidth": 1.1,
        "linestyle": "none",
    }
    if side == "unclear":
        axes.text(x, y, "?", ha="center", va="center", size=SMALLEST, color=LIGHT["ink2"])
        return
    if side == "mixed":
        axes.plot([x], [y], fillstyle="left", markerfacecolor=ink, markerfacecoloralt=paper, **look)
        return
    axes.plot([x], [y], markerfacecolor=ink if side == "for" else paper, **look)
    if side == "against":
        axes.plot([x], [y], marker="x", markersize=9.5, color=ink, markeredgewidth=1.3, linestyle="none")


def effect_sizes(found: Forest, language: Language = "en") -> Figure:
    """Effects on the scale of a correlation, by path, with 95 % intervals where the number of people is known."""
    say = words(language)
    effects = found.in_words(language)

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.03, 0.17, 0.94, 0.8) if narrow else (0.34, 0.19, 0.36, 0.79))
        lines = _forest_lines(effects)
        for place, (path, row) in enumerate(lines):
            if row is None:
                _name_forest_path(axes, path, -float(place), narrow)
            else:
                _forest_effect(axes, row_at(effects, row), -float(place))
                _forest_words(axes, row_at(effects, row), -float(place), narrow, say)
        axes.axvline(0, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=1)
        span = limits(*(effects[column].dropna().to_numpy() for column in ("r", "low", "high")))
        axes.set(xlim=span, ylim=(-len(lines) + 0.4, 0.6), yticks=[])
        effect_axis(axes, say("figures.effect_sizes.axis"), narrow, language)

    return style.draw(
        effect_sizes, effects, draw_one, wide=(7.2, 3.5), narrow=(3.45, 4.9), simulated=False, language=language
    )


def _forest_lines(effects: pd.DataFrame) -> list[tuple[str, int | None]]:
    """The lines from above: a path without a row, then each of its effects with its row in the table."""
    lines: list[tuple[str, int | None]] = []
    for path, rows in effects.groupby("path_label", sort=False):
        lines += [(str(path), None), *((str(path), int(row)) for row in rows.index)]
    return lines


def _name_forest_path(axes: Axes, path: str, y: float, narrow: bool) -> None:
    across, x = axes.get_yaxis_transform(), 0.0 if narrow else -0.93
    axes.text(x, y, path, transform=across, weight="bold", va="center", size=10, bbox=style.GROUND)


def _forest_effect(axes: Axes, effect: pd.Series, y: float) -> None:
    """The correlation with its interval; hollow, and without one, where the number of people was not seen."""
    known = not math.isnan(effect["n"])
    if known:
        axes.plot([effect["low"], effect["high"]], [y] * 2, color=LIGHT["ink"], linewidth=2.4, linestyle="-")
    axes.plot(
        [effect["r"]],
        [y],
        marker="o",
        markersize=7,
        markerfacecolor=LIGHT["ink" if known else "paper"],
        markeredgecolor=LIGHT["ink"],
        linestyle="none",
    )


def _forest_words(axes: Axes, effect: pd.Series, y: float, narrow: bool, say: Words) -> None:
    across = axes.get_yaxis_transform()
    name = say("figures.effect_sizes.name", label=effect["label"], outcome=effect["outcome"])
    numbers = printed(effect["r"], "bounded", say.language)
    if math.isnan(effect["n"]):
        n = say("figures.effect_sizes.n_not_seen")
    else:
        numbers += f" {printed((effect['low'], effect['high']), 'bounded', say.language)}"
        n = say("figures.effect_sizes.n", n=printed(effect["n"], "count", say.language))
    if narrow:
        ground = style.GROUND
        axes.text(0.0, y + 0.44, name, transform=across, va="center", size=SMALLEST, bbox=ground)
        axes.text(1.0, y + 0.44, numbers, transform=across, va="center", ha="right", size=SMALLEST, bbox=ground)
    else:
        axes.text(-0.03, y, name, transform=across, ha="right", va="center", size=9.5)
        axes.text(1.03, y, f"{numbers}, {n}", transform=across, va="center", size=9.5)


Arrow = tuple[str, str, str]
"""Where an arrow begins, where it ends (``pk-pa``: on that arrow), and its sign."""


def rival_models(language: Language = "en") -> Figure:
    """The chain that the thesis reports beside two others that lead from the comments to the attitude; a schema."""
    say = words(language)
    routes = _routes(say)
    drawn = pd.DataFrame(
        [(name, *arrow) for name, arrows in routes.items() for arrow in arrows], columns=["model", "from", "to", "sign"]
    )

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = _page(canvas)
        top = 8.0
        for name, arrows in routes.items():
            axes.text(1, top, name, va="center", weight="bold", size=10.5)
            moderated = any(end == "pk-pa" for _, end, _ in arrows)
            _route(axes, arrows, top + (66 if moderated else 32), narrow, say)
            top += 104 if moderated else 70

    return style.draw(
        rival_models, drawn, draw_one, wide=(7.2, 3.45), narrow=(3.45, 3.45), simulated=False, language=language
    )


def _routes(say: Words) -> dict[str, list[Arrow]]:
    return {
        say("figures.rival_models.chain"): [("post", "psr", ""), ("psr", "pk", "−"), ("pk", "pa", "−")],
        say("figures.rival_models.swapped"): [("post", "pk", ""), ("pk", "psr", "−"), ("psr", "pa", "+")],
        say("figures.rival_models.moderator"): [
            ("post", "pk", ""),
            ("pk", "pa", "−"),
            ("psr", "pk-pa", say("figures.rival_models.weakens")),
        ],
    }


def _route(axes: Axes, arrows: Sequence[Arrow], y: float, narrow: bool, say: Words) -> None:
    """Boxes from left to right, in the order in which the arrows name them; a moderator stands above its arrow."""
    chain = [arrows[0][0], *(end for _, end, _ in arrows if "-" not in end)]
    box, tall = (54.0, 28.0) if narrow else (96.0, 30.0)
    gap = (axes.get_xlim()[1] - 2 - len(chain) * box) / (len(chain) - 1)
    places = {name: 1 + box / 2 + place * (box + gap) for place, name in enumerate(chain)}
    for name, x in places.items():
        _box(axes, (x, y), (box, tall), _name(name, narrow, say), narrow)
    for start, end, sign in arrows:
        if end in places:
            x = (places[start] + places[end]) / 2
            _arrow(axes, (places[start] + box / 2, y), (places[end] - box / 2, y))
            axes.text(x, y - 9, sign, ha="center", va="center", size=10, color=LIGHT["ink2"])
        else:
            first, second = end.split("-")
            x = (places[first] + places[second]) / 2
            _box(axes, (x, y - 46), (box, tall), _name(start, narrow, say), narrow)
            _arrow(axes, (x, y - 46 + tall / 2), (x, y - 2))
            axes.text(x + 6, y - 20, sign, va="center", size=SMALLEST, color=LIGHT["ink2"])


def _name(construct: str, narrow: bool, say: Words) -> str:
    return say(f"figures.rival_models.{construct}{'_narrow' if narrow and construct == 'psr' else ''}")


def _box(axes: Axes, centre: tuple[float, float], size: tuple[float, float], name: str, narrow: bool) -> None:
    (x, y), (width, height) = centre, size
    corner = (x - width / 2, y - height / 2)
    axes.add_patch(Rectangle(corner, width, height, facecolor=LIGHT["surface"], edgecolor="none"))
    axes.text(x, y, name, ha="center", va="center", size=SMALLEST if narrow else 10, linespacing=1.05)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=LIGHT["ink2"], linewidth=1.2)
    axes.add_patch(arrow)


FROM, TO = 2017.2, 2026.0


def rules_timeline(timeline: Timeline, language: Language = "en") -> Figure:
    """When each rule came and how long it lasted; the band is the year of the study."""
    say = words(language)
    rules = timeline.rules

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.02, 0.07, 0.96, 0.86) if narrow else (0.43, 0.09, 0.55, 0.83))
        axes.axvspan(timeline.year, timeline.year + 1, color=LIGHT["surface"], linewidth=0, zorder=0)
        for place, rule in enumerate(each_row(rules)):
            _duration(axes, rule.date, -float(place), str(rule.held), say)
            _name_rule(axes, rule, -float(place), narrow)
        mixed = blended_transform_factory(axes.transData, axes.transAxes)
        study = say("figures.rules_timeline.study")
        axes.text(timeline.year + 0.5, 1.012, study, transform=mixed, ha="center", va="bottom", size=SMALLEST)
        axes.set(xlim=(FROM, TO), ylim=(-len(rules) + 0.45, 0.62), yticks=[])
        years = range(2018, 2026, 2) if narrow else range(2018, 2026)
        axes.set_xticks(list(years), [str(year) for year in years], size=SMALLEST)

    return style.draw(
        rules_timeline, rules, draw_one, wide=(7.2, 4.9), narrow=(3.45, 5.6), simulated=False, language=language
    )


def _name_rule(axes: Axes, rule: Any, y: float, narrow: bool) -> None:
    across = axes.get_yaxis_transform()
    title = textwrap.fill(str(rule.title), 56 if narrow else 50)
    if narrow:
        axes.text(0, y + 0.38, title, transform=across, va="center", size=SMALLEST, linespacing=1.05)
    else:
        axes.text(-0.77, y, f"{title}\n{rule.level}", transform=across, va="center", size=SMALLEST, linespacing=1.1)


def _duration(axes: Axes, start: float, y: float, held: str, say: Words) -> None:
    """A bar from the start of a rule, in ink where it held in the year of the study; short and hollow if withdrawn."""
    if held == "was gone":
        corner, ink = (start, y - 0.16), LIGHT["ink"]
        axes.add_patch(Rectangle(corner, 0.12, 0.32, facecolor=LIGHT["paper"], edgecolor=ink, linewidth=1))
        gone = say("figures.rules_timeline.withdrawn")
        axes.text(start + 0.2, y, gone, va="center", size=SMALLEST, color=LIGHT["ink2"])
        return
    colour = LIGHT["ink" if held == "held" else "line"]
    begin, end = max(start, FROM), TO - 0.25
    axes.fill_betweenx([y - 0.16, y + 0.16], begin, end, color=colour, linewidth=0, zorder=2)
    axes.add_patch(Polygon([(end, y - 0.16), (TO, y), (end, y + 0.16)], color=colour, linewidth=0, zorder=2))
    if start < FROM:
        since = say("figures.rules_timeline.since", year=int(start))
        axes.text(FROM + 0.08, y + 0.01, since, va="center", size=SMALLEST, color=LIGHT["paper"], zorder=3)
