"""The page "Every number": a row for each number that the package computes."""

from __future__ import annotations

from html import escape
from itertools import groupby

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.book.registry import registry
from companion.book.roles import row_id
from companion.numbers import Number

HEADERS = ("What it is", "As printed", "Value", "Interval", "Made by", "Data")


class EveryNumber(SphinxDirective):
    """``{every-number}``: one table for each part of the registry."""

    def run(self) -> list[nodes.Node]:
        """Give the tables as HTML, grouped by the first part of the key."""
        numbers = sorted(registry().values(), key=lambda number: number.key.split(".")[0])
        return [
            nodes.raw("", _part(name, list(group)), format="html")
            for name, group in groupby(numbers, key=lambda number: number.key.split(".")[0])
        ]


def _part(name: str, numbers: list[Number]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in HEADERS)
    body = "".join(_row(number) for number in numbers)
    return (
        f'<p class="tabcap" id="part-{name}">{escape(name.capitalize())}</p>'
        f'<div class="tablewrap" tabindex="0" role="region" aria-labelledby="part-{name}">'
        f'<table class="table every-number"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


def _row(number: Number) -> str:
    cells = (
        escape(number.printed),
        f'<span class="full">{escape(number.precise)}</span>',
        escape(number.interval_printed),
        f"<code>{escape(number.function)}</code>",
        f"<code>{number.digest[:12]}</code>",
    )
    return (
        f'<tr id="{row_id(number.key)}"><th scope="row">{escape(number.what)}<br><code>{escape(number.key)}</code></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("every-number", EveryNumber)
