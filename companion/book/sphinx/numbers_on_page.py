"""Where a number comes from: the list "Numbers on this page", from which the cards are made."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from companion.book.sphinx import page_notes
from companion.book.sphinx.places import places
from companion.book.sphinx.registry import registry
from companion.book.sphinx.roles import EVERY_NUMBER, row_id
from companion.book.sphinx.sources import has_pages, link
from companion.numbers import Number

FEW = 3
"""Other pages that a card names; the number's row names all."""


def note(number: Number, builder: Builder, here: str) -> str:
    """Give what a card says of a number, as HTML.

    Parameters
    ----------
    number
        The number.
    builder
        Knows the pages and their addresses.
    here
        The page on which the note stands.
    """
    row = f"{builder.get_relative_uri(here, EVERY_NUMBER)}#{row_id(number.key)}"
    mark, name = ("Simulated survey", "n-src simulated") if number.simulated else (number.origin, "n-src")
    return (
        f'<p class="n-what">{escape(number.what)}</p>'
        f'<p class="n-val"><b>{escape(number.printed)}</b> <span>{escape(_precise(number))}</span></p>'
        f"{_elsewhere(number, builder, here, row)}"
        f'<p class="{name}">{escape(mark)}, sha256 {number.digest[:12]} · '
        f'{link(builder, here, number.function)} · <a href="{row}">its row</a></p>'
    )


def _precise(number: Number) -> str:
    parts = [] if number.precise == number.printed else [number.precise]
    if number.interval_printed:
        parts.append(number.interval_printed)
    return "; ".join(parts)


def _elsewhere(number: Number, builder: Builder, here: str, row: str) -> str:
    """The other pages on which the number stands: a few, then how many more."""
    others = [place for place in places(builder).of(number.key) if place.page != here]
    if not others or not has_pages(builder):
        return ""
    named = [places(builder).links(here, place)[0] for place in others[:FEW]]
    if len(others) > FEW:
        named.append(f'<a href="{row}">{len(others) - FEW} more</a>')
    return f'<p class="n-also">Also in: {", ".join(named)}</p>'


def notes(keys: list[str], builder: Builder, here: str) -> str:
    """Give the list of the numbers on a page as HTML."""
    items = [f'<li id="n-{row_id(key)}">{note(registry()[key], builder, here)}</li>' for key in keys]
    return page_notes.section("numnotes", "Numbers on this page", items, "ol")


def append_notes(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Set the list at the foot of every page that prints numbers."""
    used = app.env.metadata.get(pagename, {}).get("numbers", [])
    if used and pagename != EVERY_NUMBER and context.get("body"):
        context["body"] += notes(list(used), app.builder, pagename)


def setup(app: Sphinx) -> None:
    """Connect the list to the pages."""
    app.connect("html-page-context", append_notes)
