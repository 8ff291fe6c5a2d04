"""The page "Every number": a row for each number that the package computes."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.util.docutils import SphinxDirective

from companion.book.sphinx import subject, workings
from companion.book.sphinx.places import Places
from companion.book.sphinx.roles import row_id
from companion.book.sphinx.sources import has_pages, link
from companion.numbers import Number, Registry
from companion.words import Words

PARTS = (
    "sample",
    "survey",
    "design",
    "measurement",
    "experiment",
    "mediation",
    "predicted",
    "verdict",
    "robustness",
    "cross_check",
    "planted",
    "plan",
    "power",
    "false_finds",
    "planning",
    "known",
    "literature",
)
"""First part of a key, in the order of the page."""


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
        about = subject.of(app.config)
        titles = about.say.under("pages.every_number.parts")
        for number in about.registry.values():
            members[number.key.split(".")[0]].append(number)
        filled = {part: numbers for part, numbers in members.items() if numbers}
        links = "".join(f'<li><a href="#part-{part}">{escape(titles[part])}</a></li>' for part in filled)
        rows = _Rows(about.registry, Places(app.builder), app.builder, page, about.say)
        tables = [
            _part(part, titles[part], [rows.row(number) for number in numbers], about.say)
            for part, numbers in filled.items()
        ]
        made = [nodes.raw("", html, format="html") for html in (f'<ul class="parts">{links}</ul>', *tables)]
        place.replace_self(made)


def _part(part: str, title: str, rows: list[str], say: Words) -> str:
    heads = say.under("pages.every_number.heads")
    head = "".join(f'<th scope="col">{heads[name]}</th>' for name in ("what", "printed", "value", "interval"))
    return (
        f'<p class="tabcap" id="part-{part}">{escape(title)}</p>'
        f'<div class="tablewrap" tabindex="0" role="region" aria-labelledby="part-{part}">'
        f'<table class="table every-number" aria-labelledby="part-{part}">'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
    )


@dataclass(frozen=True)
class _Rows:
    """What every row needs: all numbers, where they stand, who knows the pages, the page of the rows, its language."""

    registry: Registry
    places: Places
    builder: Builder
    here: str
    say: Words

    def row(self, number: Number) -> str:
        """Give the row of a number as HTML."""
        origin = self.say(
            "pages.every_number.origin",
            key=f"<code>{escape(number.key)}</code>",
            function=link(self.builder, self.here, number.function),
            digest=number.short_digest,
        )
        cells = (
            escape(number.printed(self.say.language)),
            f'<span class="full">{escape(number.precise)}</span>',
            escape(number.interval_printed(self.say.language)),
        )
        return (
            f'<tr id="{row_id(number.key)}"><th scope="row">{escape(number.what)}<span class="origin">{origin}</span>'
            f"{self._made(number)}{self._stands(number)}</th>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"
        )

    def _made(self, number: Number) -> str:
        """How the number is made of others, each a link to its row."""
        made = workings.line(number, self.registry, "", self.say.language)
        return f'<span class="origin made">{made}</span>' if made else ""

    def _stands(self, number: Number) -> str:
        """All places at which the number stands: the pages by title, and further times on a page by their count."""
        pages = []
        for place in self.places.of(number.key) if has_pages(self.builder) else []:
            first, *again = self.places.links(self.here, place)
            pages.append(first + (f" ({', '.join(again)})" if again else ""))
        if not pages:
            return ""
        return f'<span class="origin stands">{self.say("pages.every_number.stands", pages=", ".join(pages))}</span>'


def setup(app: Sphinx) -> None:
    """Register directive and node, and connect to the writing of pages."""
    app.add_node(every_number)
    app.add_directive("every-number", EveryNumber)
    app.connect("doctree-resolved", fill)
