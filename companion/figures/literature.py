"""Figures of the literature: tier ranges, engagement, evidence map, effect sizes, rival models, rules.

Nothing in them is simulated, and the colours of the three reactions do not appear: these are other people's findings.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
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
from companion.figures.rows import effect_axis
from companion.figures.style import SMALLEST, Figure
from companion.formats import printed

HERE = "companion.figures.literature"
FEWEST, MOST = 400.0, 6_000_000.0
"""Ends of the axis of followers."""
FOLLOWERS = {1_000: "1,000", 10_000: "10,000", 100_000: "100,000", 1_000_000: "1 million"}


def tier_ranges(tiers: Tiers) -> Figure:
    """The follower range that each source gives to each tier, and below it how many sources call a count micro."""
    sources = list(tiers.micro["source"])
    shown = tiers.ranges[tiers.ranges["source"].isin(sources)]

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        left, width = (0.03, 0.95) if narrow else (0.285, 0.7)
        axes = canvas.add_axes((left, 0.245, width, 0.745))
        for place, source in enumerate(sources):
            rows = shown[shown["source"] == source]
            y = len(sources) - 1 - place
            for row in rows.itertuples():
                _band(axes, row.minimum, row.maximum, y, str(row.tier), narrow)
            label = str(rows["label"].iloc[0])
            if narrow:
                axes.text(FEWEST, y + 0.4, label, size=SMALLEST, va="center")
            else:
                axes.text(FEWEST / 1.15, y, label, ha="right", va="center", size=10)
        axes.set(ylim=(-0.6, len(sources) - 0.35), yticks=[])
        _follower_axis(axes)
        axes.tick_params(labelbottom=False)
        below = canvas.add_axes((left, 0.1, width, 0.13))
        _share_steps(below, tiers.called, narrow)

    return style.draw(f"{HERE}.tier_ranges", shown, draw_one, wide=(7.2, 5.2), narrow=(3.45, 6.6), simulated=False)


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
        words = LIGHT["paper" if micro else "ink"]
        weight = "bold" if micro else "normal"
        axes.text(
            math.sqrt(start * end),
            y - 0.02,
            tier,
            ha="center",
            va="center",
            size=9,
            color=words,
            weight=weight,
            zorder=4,
        )


def _follower_axis(axes: Axes) -> None:
    axes.set_xscale("log")
    axes.set_xlim(FEWEST, MOST)
    axes.minorticks_off()
    axes.set_xticks(list(FOLLOWERS), list(FOLLOWERS.values()), size=SMALLEST)
    axes.tick_params(axis="x", length=0)
    axes.spines["bottom"].set_visible(False)
    for count in FOLLOWERS:
        axes.axvline(count, color=LIGHT["line"], linewidth=0.8, linestyle="-", zorder=0)


def _share_steps(axes: Axes, called: pd.DataFrame, narrow: bool) -> None:
    edges = [*called["minimum"], called["maximum"].iloc[-1]]
    axes.stairs(called["share"], edges, color=LIGHT["ink"], fill=True, linewidth=0)
    for step in called.itertuples():
        if math.log10(step.maximum / step.minimum) * (60 if narrow else 105) > 24:
            middle = math.sqrt(step.minimum * step.maximum)
            words = printed(step.share, "percent", decimals=0)
            axes.text(middle, step.share + 0.05, words, ha="center", va="bottom", size=SMALLEST)
    axes.set(ylim=(0, 1.25), yticks=[])
    _follower_axis(axes)
    axes.axhline(0, color=LIGHT["ink2"], linewidth=0.8, linestyle="-")
    axes.set_xlabel("Followers (each step is ten times as many)", loc="left", size=10)
    words = "share that\ncalls it micro" if narrow else "share of these sources\nthat call the count micro"
    place = (0.97, 0.5, "right") if narrow else (-0.02, 0.35, "right")
    axes.text(
        place[0],
        place[1],
        words,
        transform=axes.transAxes,
        ha=place[2],
        va="center",
        size=SMALLEST,
        color=LIGHT["ink2"],
    )


def engagement_rates(engagement: Engagement) -> Figure:
    """Engagement rates by size of the account: one panel a source and definition, never joined across panels.

    A series with one rate alone compares nothing and is left out.
    """
    rates = engagement.rates[engagement.rates.duplicated("series", keep=False)]
    names = list(dict.fromkeys(rates["series"]))

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        columns = 2 if narrow else 3
        rows = math.ceil(len(names) / columns)
        grid = canvas.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
        for place, axes in enumerate(grid.flat):
            if place < len(names):
                _rates(axes, rates[rates["series"] == names[place]], names[place], narrow)
            else:
                axes.set_visible(False)
        for place, axes in enumerate(grid.flat):
            last = place + columns >= len(names)
            axes.tick_params(labelbottom=last and place < len(names))
        canvas.text(0.01, 0.995, "Engagement rate, %", va="top", size=10, color=LIGHT["ink2"])
        canvas.text(0.01, 0.012, "Followers (logarithmic axis)", va="bottom", size=10, color=LIGHT["ink2"])
        bottom = 0.13 if narrow else 0.18
        canvas.subplots_adjust(
            left=0.045, right=0.985, top=0.85 if not narrow else 0.9, bottom=bottom, wspace=0.12, hspace=0.5
        )

    return style.draw(f"{HERE}.engagement_rates", rates, draw_one, wide=(7.2, 3.6), narrow=(3.45, 5.2), simulated=False)


def _rates(axes: Axes, rates: pd.DataFrame, name: str, narrow: bool) -> None:
    for rate in rates.itertuples():
        low, high = max(rate.minimum, 200), MOST if math.isnan(rate.maximum) else rate.maximum
        axes.plot(
            [low, high], [rate.percent] * 2, color=LIGHT["ink"], linewidth=3.5, linestyle="-", solid_capstyle="butt"
        )
        words = f"{rate.percent:g}"
        axes.text(math.sqrt(low * high), rate.percent + 0.35, words, ha="center", va="bottom", size=SMALLEST)
    axes.set_xscale("log")
    axes.set(xlim=(150, MOST), ylim=(0, 11), yticks=[])
    axes.minorticks_off()
    axes.set_xticks([1_000, 100_000], ["1,000", "100,000"], size=SMALLEST)
    axes.tick_params(axis="x", length=3)
    axes.set_title(textwrap.fill(name, 20 if narrow else 26), size=SMALLEST, weight="bold", loc="left", pad=4)


def evidence_map(found: EvidenceMap) -> Figure:
    """Every study of every path as one sign: full as expected, half mixed, empty no effect, crossed out against."""

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        width, height = (72 * inches for inches in canvas.get_size_inches())
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        x = 2.0
        for side, words in SIDES.items():
            if narrow and side == "against":
                x = 2.0
            y = 22.0 if narrow and side in ("against", "unclear") else 8.0
            _sign(axes, x + 5, y, side)
            axes.text(x + 14, y, words, va="center", size=SMALLEST, color=LIGHT["ink2"])
            x += (82 if narrow else 96) if side != "mixed" else (62 if narrow else 72)
        left, step, top = (2.0, 11.0, 56.0) if narrow else (186.0, 13.5, 34.0)
        line = 31.0 if narrow else 20.0
        role = ""
        for path in found.paths.itertuples():
            if role not in ("", path.role):
                axes.plot(
                    [0, width],
                    [top - line / 2 - (6 if narrow else 0)] * 2,
                    color=LIGHT["line"],
                    linewidth=0.8,
                    linestyle="-",
                )
            role = str(path.role)
            weight = "bold" if path.role == "model" else "normal"
            if narrow:
                axes.text(left, top - 13, path.label, va="center", size=10, weight=weight)
            else:
                axes.text(left - 14, top, path.label, va="center", ha="right", size=10, weight=weight)
            studies = found.findings[found.findings["path"] == path.path]
            directions = sorted(studies["direction"], key=list(SIDES).index)
            for place, side in enumerate(directions):
                _sign(axes, left + 6 + place * step, top, side)
            if not directions:
                axes.text(
                    left,
                    top,
                    "no result could be read",
                    va="center",
                    size=SMALLEST,
                    color=LIGHT["ink2"],
                    style="italic",
                )
            top += line

    lines = len(found.paths)
    return style.draw(
        f"{HERE}.evidence_map",
        found.findings,
        draw_one,
        wide=(7.2, (34 + lines * 20) / 72),
        narrow=(3.45, (50 + lines * 31) / 72),
        simulated=False,
    )


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


def effect_sizes(found: Forest) -> Figure:
    """Effects on the scale of a correlation, by path, with 95 % intervals where the number of people is known."""
    effects = found.effects

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.03, 0.17, 0.94, 0.8) if narrow else (0.34, 0.19, 0.36, 0.79))
        lines = _forest_lines(effects)
        for y, (kind, words, row) in enumerate(lines):
            down = -float(y)
            if kind == "path":
                place = 0.0 if narrow else -0.93
                ground = {"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 1}
                axes.text(
                    place,
                    down,
                    words,
                    transform=axes.get_yaxis_transform(),
                    weight="bold",
                    va="center",
                    size=10,
                    bbox=ground,
                )
                continue
            effect = effects.loc[row]
            known = not math.isnan(effect["n"])
            if known:
                axes.plot([effect["low"], effect["high"]], [down] * 2, color=LIGHT["ink"], linewidth=2.4, linestyle="-")
            axes.plot(
                [effect["r"]],
                [down],
                marker="o",
                markersize=7,
                markerfacecolor=LIGHT["ink" if known else "paper"],
                markeredgecolor=LIGHT["ink"],
                linestyle="none",
            )
            _forest_words(axes, effect, down, narrow)
        axes.axvline(0, color=LIGHT["ink"], linewidth=1, linestyle="-", zorder=1)
        axes.set(xlim=(-0.08, 0.92), ylim=(-len(lines) + 0.4, 0.6), yticks=[])
        effect_axis(axes, "Correlation; above zero lies what the thesis's chain expects", narrow)

    return style.draw(f"{HERE}.effect_sizes", effects, draw_one, wide=(7.2, 3.5), narrow=(3.45, 4.9), simulated=False)


def _forest_lines(effects: pd.DataFrame) -> list[tuple[str, str, int]]:
    lines: list[tuple[str, str, int]] = []
    for path, rows in effects.groupby("path_label", sort=False):
        lines.append(("path", str(path), -1))
        lines += [("effect", str(effects.loc[row, "label"]), int(row)) for row in rows.index]
    return lines


def _forest_words(axes: Axes, effect: pd.Series, y: float, narrow: bool) -> None:
    across = axes.get_yaxis_transform()
    name = f"{effect['label']}, {effect['outcome']}"
    r = printed(effect["r"], "bounded")
    if math.isnan(effect["n"]):
        interval, n = "", "n not seen"
    else:
        interval, n = f" {printed((effect['low'], effect['high']), 'bounded')}", f"n = {printed(effect['n'], 'count')}"
    if narrow:
        ground = {"facecolor": LIGHT["paper"], "edgecolor": "none", "pad": 1}
        axes.text(0.0, y + 0.44, name, transform=across, va="center", size=SMALLEST, bbox=ground)
        axes.text(
            1.0, y + 0.44, f"{r}{interval}", transform=across, va="center", ha="right", size=SMALLEST, bbox=ground
        )
    else:
        axes.text(-0.03, y, name, transform=across, ha="right", va="center", size=9.5)
        axes.text(1.03, y, f"{r}{interval}, {n}", transform=across, va="center", size=9.5)


ROUTES = {
    "The thesis's chain": [("post", "psr", ""), ("psr", "pk", "−"), ("pk", "pa", "−")],
    "The mediators swapped": [("post", "pk", ""), ("pk", "psr", "−"), ("psr", "pa", "+")],
    "The relationship as moderator": [("post", "pk", ""), ("pk", "pa", "−"), ("psr", "pk-pa", "weakens")],
}
WORDS = {"post": "Comments,\nreaction", "psr": "Relation-\nship", "pk": "Persuasion\nknowledge", "pa": "Attitude"}


def rival_models() -> Figure:
    """The chain that the thesis reports beside two others that lead from the comments to the attitude; a schema."""
    drawn = pd.DataFrame(
        [(name, *arrow) for name, arrows in ROUTES.items() for arrow in arrows], columns=["model", "from", "to", "sign"]
    )

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        width, height = (72 * inches for inches in canvas.get_size_inches())
        axes = canvas.add_axes((0, 0, 1, 1))
        axes.set(xlim=(0, width), ylim=(height, 0))
        axes.axis("off")
        top = 8.0
        for name, arrows in ROUTES.items():
            axes.text(1, top, name, va="center", weight="bold", size=10.5)
            moderated = any(end == "pk-pa" for _, end, _ in arrows)
            _route(axes, arrows, top + (66 if moderated else 32), width)
            top += 104 if moderated else 70

    return style.draw(f"{HERE}.rival_models", drawn, draw_one, wide=(7.2, 3.45), narrow=(3.45, 3.45), simulated=False)


def _route(axes: Axes, arrows: Sequence[tuple[str, str, str]], y: float, width: float) -> None:
    """Boxes from left to right, in the order in which the arrows name them; a moderator stands above its arrow."""
    chain = [arrows[0][0], *(end for _, end, _ in arrows if "-" not in end)]
    small = width < 300
    box, tall = (54.0, 28.0) if small else (96.0, 30.0)
    gap = (width - 2 - len(chain) * box) / (len(chain) - 1) if len(chain) > 1 else 0.0
    places = {name: 1 + box / 2 + place * (box + gap) for place, name in enumerate(chain)}
    for name, x in places.items():
        _box(axes, x, y, box, tall, WORDS[name], small)
    for start, end, sign in arrows:
        if end in places:
            x = (places[start] + places[end]) / 2
            _arrow(axes, (places[start] + box / 2, y), (places[end] - box / 2, y))
            axes.text(x, y - 9, sign, ha="center", va="center", size=10, color=LIGHT["ink2"])
        else:
            first, second = end.split("-")
            x = (places[first] + places[second]) / 2
            _box(axes, x, y - 46, box, tall, WORDS[start], small)
            _arrow(axes, (x, y - 46 + tall / 2), (x, y - 2))
            axes.text(x + 6, y - 20, sign, va="center", size=SMALLEST, color=LIGHT["ink2"])


def _box(axes: Axes, x: float, y: float, width: float, height: float, words: str, small: bool) -> None:
    axes.add_patch(
        Rectangle((x - width / 2, y - height / 2), width, height, facecolor=LIGHT["surface"], edgecolor="none")
    )
    shown = words if small else words.replace("-\n", "")
    axes.text(x, y, shown, ha="center", va="center", size=SMALLEST if small else 10, linespacing=1.05)


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float]) -> None:
    arrow = FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=9, shrinkA=0, shrinkB=0)
    arrow.set(color=LIGHT["ink2"], linewidth=1.2)
    axes.add_patch(arrow)


FROM, TO = 2017.2, 2026.0


def rules_timeline(timeline: Timeline) -> Figure:
    """When each rule came and how long it lasted; the band is the year of the study."""
    rules = timeline.rules

    def draw_one(canvas: Canvas, narrow: bool) -> None:
        axes = canvas.add_axes((0.02, 0.07, 0.96, 0.86) if narrow else (0.43, 0.09, 0.55, 0.83))
        axes.axvspan(timeline.year, timeline.year + 1, color=LIGHT["surface"], linewidth=0, zorder=0)
        for place, rule in enumerate(rules.itertuples()):
            y = -float(place)
            _duration(axes, rule.date, y, str(rule.held))
            words = textwrap.fill(f"{rule.title}", 56 if narrow else 50)
            if narrow:
                axes.text(
                    0,
                    y + 0.38,
                    words,
                    transform=axes.get_yaxis_transform(),
                    va="center",
                    size=SMALLEST,
                    linespacing=1.05,
                )
            else:
                words = f"{words}\n{rule.level}"
                axes.text(
                    -0.77, y, words, transform=axes.get_yaxis_transform(), va="center", size=SMALLEST, linespacing=1.1
                )
        mixed = blended_transform_factory(axes.transData, axes.transAxes)
        axes.text(timeline.year + 0.5, 1.012, "the study", transform=mixed, ha="center", va="bottom", size=SMALLEST)
        axes.set(xlim=(FROM, TO), ylim=(-len(rules) + 0.45, 0.62), yticks=[])
        years = range(2018, 2026, 2) if narrow else range(2018, 2026)
        axes.set_xticks(list(years), [str(year) for year in years], size=SMALLEST)

    return style.draw(f"{HERE}.rules_timeline", rules, draw_one, wide=(7.2, 4.9), narrow=(3.45, 5.6), simulated=False)


def _duration(axes: Axes, start: float, y: float, held: str) -> None:
    """A bar from the start of a rule, in ink where it held in the year of the study; short and hollow if withdrawn."""
    if held == "was gone":
        axes.add_patch(
            Rectangle((start, y - 0.16), 0.12, 0.32, facecolor=LIGHT["paper"], edgecolor=LIGHT["ink"], linewidth=1)
        )
        axes.text(start + 0.2, y, "withdrawn", va="center", size=SMALLEST, color=LIGHT["ink2"])
        return
    colour = LIGHT["ink" if held == "held" else "line"]
    begin, end = max(start, FROM), TO - 0.25
    axes.fill_betweenx([y - 0.16, y + 0.16], begin, end, color=colour, linewidth=0, zorder=2)
    axes.add_patch(Polygon([(end, y - 0.16), (TO, y), (end, y + 0.16)], color=colour, linewidth=0, zorder=2))
    if start < FROM:
        axes.text(
            FROM + 0.08, y + 0.01, f"since {int(start)}", va="center", size=SMALLEST, color=LIGHT["paper"], zorder=3
        )
