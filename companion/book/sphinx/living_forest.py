"""The living forest plot: every effect of the forest plot as a line, to be grouped, filtered, sorted and read.

The living map's script does the work, as it does for the dots: it filters and counts the lines, sorts them together
with the rows of the table of conversions, and reads an effect out of its row there. Without a script nothing of this
shows, and the figure and the table are what they are.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from html import escape
from typing import Any

import pandas as pd
from docutils import nodes
from matplotlib.ticker import MaxNLocator
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.living_map import FILLED, files, living_map, year
from companion.book.sphinx.menus import select
from companion.evidence import Forest, Literature, forest, literature
from companion.figures.rows import limits
from companion.rows import each_row
from companion.tables.literature import effect_anchor
from companion.words import Words

ANCHOR = "living-forest"
GROUPS = ("path", "design", "how", "all")
"""What effects can stand together by; the first is how the figure has them."""
SORTS = ("path", "study", "newest", "largest", "size")
HEADS = {"study": 0, "path": 1}
"""The orders that a column of the table of conversions shows, and its place."""
COUNTED = ("findings", "finding", "works", "work", "nothing", "shown")
WIDTH = 240
"""Of a line's drawing, in its own units."""


class living_forest(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the living forest plot."""


class LivingForest(SphinxDirective):
    """``{living-forest}``: the controls and the lines, beside the table of conversions on the same page."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the plot."""
        return [living_forest("")]


def rows(found: Forest, evidence: Literature) -> pd.DataFrame:
    """Give the effects with what they can be grouped and filtered by.

    Returns
    -------
    pandas.DataFrame
        One row an effect, in the order of the figure: the columns of `companion.evidence.Forest`, and anchor, design,
        year (empty where the work names none), all (empty).
    """
    designs = {(effect.path, effect.source, effect.outcome): effect.design for effect in evidence.effects}
    each = list(each_row(found.effects))
    return found.effects.assign(
        anchor=[effect_anchor(row.path, row.source, row.outcome) for row in each],
        design=[designs[row.path, row.source, row.outcome] for row in each],
        year=[year(evidence.works[row.source].year) for row in each],
        all="",
    )


def html(found: Forest, evidence: Literature, say: Words) -> str:
    """Give the plot as HTML, its lines by path as in the figure.

    Parameters
    ----------
    found, evidence
        The effects, and what they were converted from.
    say
        The words of the book's language.
    """
    table = rows(found, evidence)
    span = limits(*(table[column].dropna().to_numpy() for column in ("r", "low", "high")))
    groups = "".join(_group(by, key, name, table, span, say) for by in GROUPS for key, name in _keys(by, table, say))
    handed = escape(json.dumps(told(say), ensure_ascii=False), quote=True)
    return (
        f'<div class="living-map lm-forest screen-only pst-js-only" id="{ANCHOR}" data-words="{handed}">'
        f'{_controls(table, say)}<p class="lm-count" role="status"></p>{_scale(span, say)}'
        f'<ul class="lm-paths">{groups}</ul>'
        f'<section class="lm-study" aria-label="{escape(say("pages.living_forest.study"))}" hidden></section></div>'
    )


def told(say: Words) -> dict[str, Any]:
    """Give what the script says: sentences with their places in braces, and where the table shows its order."""
    places = {name: f"{{{name}}}" for name in FILLED}
    return {
        **{name: say(f"pages.living_forest.{name}", **places) for name in COUNTED},
        "row": say("pages.living_map.row"),
        "heads": HEADS,
    }


def _keys(by: str, table: pd.DataFrame, say: Words) -> list[tuple[str, str]]:
    """The values of a column in the order of the figure, each with its name."""
    names: Mapping[str, str] = {
        **dict(zip(table["path"], table["path_label"], strict=True)),
        **say.under("pages.living_forest.measures"),
        "": say("pages.living_forest.together"),
    }
    return [(key, names.get(key, key)) for key in dict.fromkeys(table[by])]


def _controls(table: pd.DataFrame, say: Words) -> str:
    groups = [(by, say(f"pages.living_forest.groups.{by}")) for by in GROUPS]
    everything = ("", say("pages.living_map.any"))
    filters = "".join(
        select(by, say(f"pages.living_forest.by.{by}"), [everything, *_keys(by, table, say)])
        for by in GROUPS
        if by != "all"
    )
    orders = [(order, say(f"pages.living_forest.orders.{order}")) for order in SORTS]
    return (
        f'<form class="menus" aria-label="{escape(say("pages.living_forest.choices"))}">'
        f"{select('group', say('pages.living_forest.group'), groups)}{filters}"
        f"{select('sort', say('pages.living_forest.sort'), orders)}"
        f'<button type="reset">{escape(say("pages.living_map.reset"))}</button></form>'
    )


def _group(by: str, key: str, name: str, table: pd.DataFrame, span: tuple[float, float], say: Words) -> str:
    """A group of lines; the script moves them into those of another kind."""
    first = by == GROUPS[0]
    lines = "".join(_line(row, span, say) for row in each_row(table) if row.path == key) if first else ""
    return (
        f'<li class="lm-path" data-by="{by}" data-key="{escape(key)}"{"" if first else " hidden"}>'
        f'<p class="lm-name">{escape(name)}</p>'
        f'<div class="lm-dots" role="group" aria-label="{escape(name)}">{lines}</div><p class="lm-said"></p></li>'
    )


def _line(row: Any, span: tuple[float, float], say: Words) -> str:
    known = not math.isnan(row.n)
    data = {name: getattr(row, name) for name in ("path", "source", "design", "how", "year", "all")}
    data |= {"n": f"{row.n:.0f}" if known else "", "r": f"{row.r:.6f}"}
    attributes = " ".join(f'data-{name}="{escape(str(value))}"' for name, value in data.items())
    size = say.printed(row.r, "bounded")
    if known:
        size += f" {say.printed((row.low, row.high), 'bounded')}"
    name = say("pages.living_forest.line", study=row.label, outcome=row.outcome)
    return (
        f'<button type="button" value="{row.anchor}" {attributes}><span>{escape(name)}</span>'
        f"{_drawn(row, known, span)} <span>{escape(size)}</span></button>"
    )


def _drawn(row: Any, known: bool, span: tuple[float, float]) -> str:
    """Zero, the interval where the number of people was seen, and the correlation: hollow where it was not."""
    interval = f'<path d="M{_x(row.low, span)} 8H{_x(row.high, span)}"/>' if known else ""
    fill = "currentColor" if known else "none"
    return (
        f'<svg class="lm-line" viewBox="0 0 {WIDTH} 16" aria-hidden="true">'
        f'<path class="lm-zero" d="M{_x(0, span)} 0V16"/>'
        f'{interval}<circle cx="{_x(row.r, span)}" cy="8" r="4.5" fill="{fill}"/></svg>'
    )


def _x(value: float, span: tuple[float, float]) -> str:
    low, high = span
    return f"{WIDTH * (value - low) / (high - low):.1f}"


def _scale(span: tuple[float, float], say: Words) -> str:
    """The axis above all lines."""
    low, high = span
    ticks = [float(tick) for tick in MaxNLocator(4).tick_values(low, high) if low <= tick <= high]
    marks = "".join(
        f'<text x="{_x(tick, span)}" y="13">{say.printed(tick, "bounded") if abs(tick) > 1e-9 else "0"}</text>'
        for tick in ticks
    )
    return (
        f'<div class="lm-scale" aria-hidden="true"><span>{escape(say("pages.living_forest.scale"))}</span>'
        f'<svg class="lm-line" viewBox="0 0 {WIDTH} 16">{marks}</svg></div>'
    )


def visit_living_forest(self: HTML5Translator, node: living_forest) -> None:
    """Write the plot into the page, with style sheet and script where no map on the page has brought them."""
    say = subject.of(self.config).say
    alone = next(iter(self.document.findall(living_map)), None) is None
    self.body.append((files(self) if alone else "") + html(forest(), literature(), say))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(living_forest, html=(visit_living_forest, None))
    app.add_directive("living-forest", LivingForest)
