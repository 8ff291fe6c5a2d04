"""Where a number comes from: the list "Numbers on this page", from which the cards are made."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.book.registry import registry
from companion.book.roles import EVERY_NUMBER, row_id
from companion.numbers import Number


def description(number: Number) -> list[tuple[str, str]]:
    """Give what a card says of a number: (class, HTML) a line."""
    lines = [
        ("n-what", escape(number.what)),
        ("n-val", f"<b>{escape(number.printed)}</b> <span>{escape(_precise(number))}</span>"),
    ]
    mark, name = ("Simulated survey", "n-src simulated") if number.simulated else (number.origin, "n-src")
    lines.append((name, f"{escape(mark)}, sha256 {number.digest[:12]} · <code>{escape(number.function)}</code>"))
    return lines


def _precise(number: Number) -> str:
    parts = [] if number.precise == number.printed else [number.precise]
    if number.interval_printed:
        parts.append(number.interval_printed)
    return "; ".join(parts)


def notes(keys: list[str], address: str) -> str:
    """Give the list of the numbers on a page as HTML; ``address`` leads to the page "Every number"."""
    items = []
    for key in keys:
        number = registry()[key]
        *lines, (last_class, last) = description(number)
        inner = "".join(f'<p class="{name}">{text}</p>' for name, text in lines)
        row = row_id(key)
        items.append(
            f'<li id="n-{row}">{inner}<p class="{last_class}">{last} · <a href="{address}#{row}">its row</a></p></li>'
        )
    return (
        '<section class="pagenotes" aria-labelledby="numnotes-title"><h2 id="numnotes-title">Numbers on this page</h2>'
        f"<ol>{''.join(items)}</ol></section>"
    )


def append_notes(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Set the list at the foot of every page that prints numbers."""
    used = app.env.metadata.get(pagename, {}).get("numbers", [])
    if used and pagename != EVERY_NUMBER and context.get("body"):
        context["body"] += notes(list(used), app.builder.get_relative_uri(pagename, EVERY_NUMBER))


def setup(app: Sphinx) -> None:
    """Connect the list to the pages."""
    app.connect("html-page-context", append_notes)
