"""The page "Every number": a row for each number that the package computes."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.docutils import SphinxDirective

from companion.book.sphinx import subject
from companion.book.sphinx.places import Places
from companion.book.sphinx.roles import row_id
from companion.book.sphinx.sources import has_pages, link
from companion.numbers import Number

PARTS = {
    "sample": "The sample",
    "survey": "The survey",
    "measurement": "What the questions measure",
    "experiment": "What the groups show",
    "mediation": "The study's model",
    "predicted": "What the study's model predicts for each group",
    "verdict": "The verdicts",
    "robustness": "Other choices",
    "cross_check": "The same model in another package",
    "planted": "The two surveys whose truth is written down",
    "plan": "The plan of the analysis",
    "power": "Power",
    "known": "Published results, computed again",
    "literature": "The coded literature",
}
"""First part of a key -> its title, in the order of the page."""

HEADERS = ("What it is", "As printed", "Value", "Interval")


class every_number(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the tables, which are made when all pages have been read and every number's places are known."""


class EveryNumber(SphinxDirective):
    """``{every-number}``: one table for each part of the registry, and links to them."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the tables."""
        return [every_number()]


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Set links and tables in their place, in the order of `PARTS`.

    Raises
    ------
    KeyError
        If a number belongs to no part.
    """
    for place in list(doctree.findall(every_number)):
        members: dict[str, list[Number]] = {part: [] for part in PARTS}
        for number in subject.of(app.config).registry.values():
            members[number.key.split(".")[0]].append(number)
        filled = {part: numbers for part, numbers in members.items() if numbers}
        links = "".join(f'<li><a href="#part-{part}">{escape(PARTS[part])}</a></li>' for part in filled)
        places = Places(app.builder)
        tables = [_part(part, numbers, places, app.builder, page) for part, numbers in filled.items()]
        made = [nodes.raw("", html, format="html") for html in (f'<ul class="parts">{links}</ul>', *tables)]
        place.replace_self(made)


def _part(part: str, numbers: list[Number], places: Places, builder: Builder, here: str) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in HEADERS)
    body = "".join(_row(number, places, builder, here) for number in numbers)
    return (
        f'<p class="tabcap" id="part-{part}">{escape(PARTS[part])}</p>'
        f'<div class="tablewrap" tabindex="0" role="region" aria-labelledby="part-{part}">'
        f'<table class="table every-number" aria-labelledby="part-{part}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(number: Number, places: Places, builder: Builder, here: str) -> str:
    made_by = link(builder, here, number.function)
    origin = f"<code>{escape(number.key)}</code> by {made_by} from {number.digest[:12]}"
    cells = (
        escape(number.printed()),
        f'<span class="full">{escape(number.precise)}</span>',
        escape(number.interval_printed()),
    )
    return (
        f'<tr id="{row_id(number.key)}"><th scope="row">{escape(number.what)}<span class="origin">{origin}</span>'
        f"{_stands(number, places, builder, here)}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
    )


def _stands(number: Number, places: Places, builder: Builder, here: str) -> str:
    """All places at which the number stands: the pages by title, and further times on a page by their count."""
    pages = []
    for place in places.of(number.key) if has_pages(builder) else []:
        first, *again = places.links(here, place)
        pages.append(first + (f" ({', '.join(again)})" if again else ""))
    return f'<span class="origin stands">Stands in: {", ".join(pages)}</span>' if pages else ""


def setup(app: Sphinx) -> None:
    """Register directive and node, and connect to the writing of pages."""
    app.add_node(every_number)
    app.add_directive("every-number", EveryNumber)
    app.connect("doctree-resolved", fill)
