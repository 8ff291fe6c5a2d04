"""The page "Every number": a row for each number that the package computes."""

from __future__ import annotations

from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.book.registry import registry
from companion.book.roles import row_id
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


class EveryNumber(SphinxDirective):
    """``{every-number}``: one table for each part of the registry, and links to them."""

    def run(self) -> list[nodes.Node]:
        """Give links and tables as HTML, in the order of `PARTS`.

        Raises
        ------
        KeyError
            If a number belongs to no part.
        """
        members: dict[str, list[Number]] = {part: [] for part in PARTS}
        for number in registry().values():
            members[number.key.split(".")[0]].append(number)
        filled = {part: numbers for part, numbers in members.items() if numbers}
        links = "".join(f'<li><a href="#part-{part}">{escape(PARTS[part])}</a></li>' for part in filled)
        tables = [_part(part, numbers) for part, numbers in filled.items()]
        return [nodes.raw("", html, format="html") for html in (f'<ul class="parts">{links}</ul>', *tables)]


def _part(part: str, numbers: list[Number]) -> str:
    head = "".join(f'<th scope="col">{title}</th>' for title in HEADERS)
    body = "".join(_row(number) for number in numbers)
    return (
        f'<p class="tabcap" id="part-{part}">{escape(PARTS[part])}</p>'
        f'<div class="tablewrap" tabindex="0" role="region" aria-labelledby="part-{part}">'
        f'<table class="table every-number" aria-labelledby="part-{part}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _row(number: Number) -> str:
    origin = f"<code>{escape(number.key)}</code> by <code>{escape(number.function)}</code> from {number.digest[:12]}"
    cells = (
        escape(number.printed),
        f'<span class="full">{escape(number.precise)}</span>',
        escape(number.interval_printed),
    )
    return (
        f'<tr id="{row_id(number.key)}"><th scope="row">{escape(number.what)}<span class="origin">{origin}</span></th>'
        + "".join(f"<td>{cell}</td>" for cell in cells)
        + "</tr>"
    )


def setup(app: Sphinx) -> None:
    """Register the directive."""
    app.add_directive("every-number", EveryNumber)
