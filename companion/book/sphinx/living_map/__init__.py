"""The living map: every finding of the evidence map as a dot, to be filtered, counted again and read.

The dots stand in the page with what is known of each; the script beside this file filters and counts them, sorts the
tables of findings, and reads a finding out of its row there. Without a script nothing of this shows, and the figure and
the tables are what they are.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

import pandas as pd
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.menus import select
from companion.book.sphinx.outputs import page_files
from companion.evidence import EvidenceMap, Literature, evidence_map, literature
from companion.evidence.effects import SIDES
from companion.evidence.verdict import AGREEING, DECISIVE, FEWEST_SOURCES, VERDICTS
from companion.rows import each_row
from companion.tables.literature import anchor
from companion.words import Words

ANCHOR = "living-map"
EXPERIMENT = "experiment"
"""What the evidence tables call the design of an experiment with chance assignment."""
SORTS = ("path", "study", "newest", "largest", "direction")
"""The orders in which the tables of findings can stand; the first is the one of the page."""
HEADS = {"study": 0, "path": 1, "direction": 2}
"""The orders that a column of the tables shows, and its place."""
COUNTED = ("findings", "finding", "works", "work", "nothing", "part", "shown", "verdict")
FILLED = ("findings", "works", "count", "side", "parts", "verdict")
"""What the script fills into sentences, which are handed to it with their braces."""
HERE = Path(__file__).parent

SIGNS: Mapping[str, str] = {
    "for": '<circle cx="8" cy="8" r="5.5" fill="currentColor"/>',
    "mixed": '<circle cx="8" cy="8" r="5.5" fill="none"/><path d="M8 2.5a5.5 5.5 0 0 0 0 11z" fill="currentColor"/>',
    "null": '<circle cx="8" cy="8" r="5.5" fill="none"/>',
    "against": '<circle cx="8" cy="8" r="5.5" fill="none"/><path d="M3 3l10 10M13 3L3 13"/>',
    "unclear": '<path d="M5.6 6a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.9M8 12.6v.4" fill="none"/>',
}
"""Direction -> its sign, as the figure draws it, in a box of 16 by 16."""


class living_map(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the living map."""


class LivingMap(SphinxDirective):
    """``{living-map}``: the controls and the dots, beside the tables of findings on the same page."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the map."""
        return [living_map("")]


def year(printed: str) -> str:
    """Give the year in which a work came out as digits; nothing where the work names none.

    Examples
    --------
    >>> year("2021b"), year("n.d.")
    ('2021', '')
    """
    found = re.match(r"\d{4}", printed)
    return found.group() if found else ""


def country(printed: str) -> str:
    """Give a country without the note on whose it is.

    Examples
    --------
    >>> country("Netherlands (university)")
    'Netherlands'
    """
    return re.sub(r" \(.*\)$", "", printed)


def rows(found: EvidenceMap, evidence: Literature) -> pd.DataFrame:
    """Give what the map can be filtered by.

    Returns
    -------
    pandas.DataFrame
        One row a finding, in the order of the tables: anchor, path, source, label, direction, design, year (empty where
        the work names none), country, n (not a number where not seen), research.
    """
    table = found.findings[["path", "source", "label", "direction", "design", "n"]].copy()
    table["anchor"] = [anchor(row.path, row.source) for row in each_row(found.findings)]
    table["year"] = [year(evidence.works[source].year) for source in table["source"]]
    table["country"] = [country(each) for each in found.findings["country"]]
    table["research"] = [evidence.is_research(source) for source in table["source"]]
    return table


def html(found: EvidenceMap, evidence: Literature, say: Words) -> str:
    """Give the map as HTML.

    Parameters
    ----------
    found, evidence
        The map, and what it was counted from.
    say
        The words of the book's language.
    """
    table = rows(found, evidence)
    paths = "".join(
        _path(path.label, path.role, table[table["path"] == path.path], say) for path in each_row(found.paths)
    )
    handed = escape(json.dumps(told(say), ensure_ascii=False), quote=True)
    signs = "".join(
        f'<symbol id="lm-{side}" viewBox="0 0 16 16"><g stroke="currentColor" stroke-width="1.5">{drawn}</g></symbol>'
        for side, drawn in SIGNS.items()
    )
    sides = say.under("evidence.directions")
    legend = "".join(f"<li>{_sign(side)} {escape(sides[side])}</li>" for side in SIDES)
    return (
        f'<div class="living-map screen-only pst-js-only" id="{ANCHOR}" data-words="{handed}">'
        f'<svg class="lm-signs" aria-hidden="true">{signs}</svg>{_controls(found, table, say)}'
        f'<p class="lm-count" role="status"></p>'
        f'<ul class="lm-legend" aria-label="{escape(say("pages.living_map.legend"))}">{legend}</ul>'
        f'<ul class="lm-paths">{paths}</ul>'
        f'<section class="lm-study" aria-label="{escape(say("pages.living_map.study"))}" hidden></section></div>'
    )


def told(say: Words) -> dict[str, Any]:
    """Give what the script says and judges by: sentences with their places in braces, names, the rule."""
    places = {name: f"{{{name}}}" for name in FILLED}
    return {
        **{name: say(f"pages.living_map.{name}", **places) for name in COUNTED},
        "row": say("pages.living_map.row"),
        "sides": {side: say.under("evidence.directions")[side] for side in SIDES},
        "verdicts": {name: say.under("evidence.verdict")[name] for name in VERDICTS},
        "heads": HEADS,
        "rule": {
            "decisive": DECISIVE,
            "fewest": FEWEST_SOURCES,
            "agreeing": {name: sorted(directions) for name, directions in AGREEING.items()},
        },
    }


def _controls(found: EvidenceMap, table: pd.DataFrame, say: Words) -> str:
    sides = say.under("evidence.directions")
    years = sorted({each for each in table["year"] if each})
    choices = {
        "path": [(path.path, path.label) for path in each_row(found.paths)],
        "direction": [(side, sides[side]) for side in SIDES],
        "design": _each(table["design"]),
        "country": _each(table["country"]),
        "from": [(each, each) for each in years],
        "to": [(each, each) for each in years],
    }
    filters = "".join(
        select(name, say(f"pages.living_map.by.{name}"), [("", say("pages.living_map.any")), *options])
        for name, options in choices.items()
    )
    orders = [(order, say(f"pages.living_map.orders.{order}")) for order in SORTS]
    return (
        f'<form class="menus" aria-label="{escape(say("pages.living_map.choices"))}">{filters}'
        f'<label class="lm-only"><input type="checkbox" name="only" value="{EXPERIMENT}">'
        f" {escape(say('pages.living_map.only'))}</label>{select('sort', say('pages.living_map.by.sort'), orders)}"
        f'<button type="reset">{escape(say("pages.living_map.reset"))}</button></form>'
    )


def _each(column: pd.Series) -> Sequence[tuple[str, str]]:
    return [(each, each) for each in sorted(set(column), key=str.casefold)]


def _path(label: str, role: str, table: pd.DataFrame, say: Words) -> str:
    model = " lm-model" if role == "model" else ""
    dots = "".join(_dots(label, table, say))
    name = escape(label)
    group = f'<div class="lm-dots" role="group" aria-label="{name}">{dots}</div>' if dots else ""
    return f'<li class="lm-path{model}"><p class="lm-name">{name}</p>{group}<p class="lm-said"></p></li>'


def _dots(path: str, table: pd.DataFrame, say: Words) -> Iterator[str]:
    sides = say.under("evidence.directions")
    ordered = table.sort_values("direction", key=lambda column: column.map(SIDES.index), kind="stable")
    for row in each_row(ordered):
        name = say("pages.living_map.dot", study=row.label, path=path, side=sides[row.direction])
        data = {
            "path": row.path,
            "source": row.source,
            "direction": row.direction,
            "design": row.design,
            "year": row.year,
            "country": row.country,
            "n": "" if math.isnan(row.n) else f"{row.n:.0f}",
            "research": str(row.research).lower(),
        }
        attributes = " ".join(f'data-{key}="{escape(str(value))}"' for key, value in data.items())
        yield (
            f'<button type="button" value="{row.anchor}" aria-label="{escape(name)}" {attributes}>'
            f"{_sign(row.direction)}</button>"
        )


def _sign(side: str) -> str:
    return f'<svg class="lm-sign" aria-hidden="true"><use href="#lm-{side}"/></svg>'


def files(translator: HTML5Translator) -> str:
    """Write style sheet and script into the site, and give the elements that load them, once a page."""
    return page_files(translator, "_living-map", "map", HERE)


def visit_living_map(self: HTML5Translator, node: living_map) -> None:
    """Write the map into the page, and what it needs beside it."""
    say = subject.of(self.config).say
    self.body.append(files(self) + html(evidence_map(), literature(), say))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive."""
    app.add_node(living_map, html=(visit_living_map, None))
    app.add_directive("living-map", LivingMap)
