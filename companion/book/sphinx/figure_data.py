"""The data behind each figure as a page of its own: a table with headers, and what its columns mean."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import escape
from typing import Any
from urllib.parse import urlsplit

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging

from companion.book.sphinx import subject, unchanged_pages
from companion.book.sphinx.outputs import DATA, around_drawing, drawn_figure, name_of
from companion.book.sphinx.slips import SlipError, told
from companion.book.sphinx.sources import has_pages, link
from companion.words import Words, words

DECIMALS = 4
"""Decimals of a number on the page; the file to download has all."""
SMALL = 0.001
"""Below it a number has two significant digits instead."""
LONG = re.compile(r"-?\d+\.\d+(e-?\d+)?")
logger = logging.getLogger(__name__)


class UnknownColumnError(SlipError):
    """A figure's data have a column of which nothing says what it holds."""


def check(app: Sphinx, doctree: nodes.document) -> None:
    """See that the data of every figure can have their page; one that cannot is told, and goes."""
    for figure in list(doctree.findall(drawn_figure)):
        around = around_drawing(figure)
        if around is None or not name_of(figure):
            logger.warning("a figure without a name", location=figure, type="companion")
        elif around.next_node(nodes.caption) is None:
            logger.warning("a figure without a caption, so without a number", location=figure, type="companion")
        if unknown := [column for column in _columns(figure) if f"columns.{column}" not in words()]:
            function = figure["function"]
            slip = UnknownColumnError(
                f"{function}: companion/words/en/columns.yml does not say what {', '.join(unknown)} means"
            )
            figure.replace_self(nodes.paragraph("", "", told(slip, figure, function)))


def _columns(figure: drawn_figure) -> list[str]:
    return next(csv.reader(io.StringIO(figure["data"])))


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the pages of the figures of the book, but for those that are there as they were written before."""
    if not has_pages(app.builder):
        return
    for page in app.env.collect_relations():
        numbered = app.env.toc_fignumbers.get(page, {}).get("figure", {})
        if all(unchanged_pages.stands(app, f"{DATA}/{name}") for name in numbered):
            continue  # to read a page's tree only to find its figures takes as long as to make their pages
        for figure in app.env.get_doctree(page).findall(drawn_figure):
            if (name := name_of(figure)) and not unchanged_pages.stands(app, f"{DATA}/{name}"):
                called = _number(app, page, name)
                title = subject.of(app.config).say("pages.figure_data.title", figure=called)
                context = {"title": title, "body": _body(app, page, figure, called), "parents": []}
                context["simulated"] = figure["simulated"]
                yield f"{DATA}/{name}", context, "page.html"


def _number(app: Sphinx, page: str, name: str) -> str:
    """What the book calls a figure, such as "Figure 4"."""
    number = app.env.toc_fignumbers[page]["figure"][name]
    return str(app.config.numfig_format["figure"] % ".".join(map(str, number)))


def _body(app: Sphinx, page: str, figure: drawn_figure, called: str) -> str:
    say, name = subject.of(app.config).say, name_of(figure)
    here = f"{DATA}/{name}"
    back = f'<a href="{app.builder.get_relative_uri(here, page)}#{name}">{called}</a>'
    tag = f' <span class="simtag">{say("pages.simulated.tag")}</span>' if figure["simulated"] else ""
    stands = say(
        "pages.figure_data.stands",
        figure=back,
        title=escape(app.env.titles[page].astext()),
        function=link(app.builder, here, figure["function"]),
        alt=escape(figure["alt"]),
    )
    return (
        f"<section><h1>{say('pages.figure_data.title', figure=called)}</h1><p>{stands}</p>"
        + _table(figure["data"], say("pages.figure_data.caption", figure=called) + tag, say)
        + _meanings(figure, say)
        + "</section>"
    )


def _table(data: str, caption: str, say: Words) -> str:
    """The data as a table; the first column is the header of its row where it tells the rows apart."""
    head, *rows = csv.reader(io.StringIO(data))
    tells_apart = len({row[0] for row in rows}) == len(rows)
    headers = "".join(
        f'<th scope="col">{escape(heading(say(f"columns.{column}")))} <code>{escape(column)}</code></th>'
        for column in head
    )
    body = "".join(f"<tr>{''.join(_cells(row, tells_apart, say))}</tr>" for row in rows)
    return (
        f'<p class="tabcap" id="data">{caption}</p>'
        '<div class="tablewrap" tabindex="0" role="region" aria-labelledby="data">'
        f'<table class="table figure-data" aria-labelledby="data"><thead><tr>{headers}</tr></thead>'
        f"<tbody>{body}</tbody></table></div>"
    )


def _cells(row: list[str], tells_apart: bool, say: Words) -> Iterator[str]:
    for place, cell in enumerate(row):
        shown = _shown(cell, say)
        yield f'<th scope="row">{shown}</th>' if tells_apart and place == 0 else f"<td>{shown}</td>"


def _shown(cell: str, say: Words) -> str:
    """A cell in words: a level of the design by its name, an address as a link that is as short as its host."""
    if cell.startswith("https://"):
        return f'<a href="{escape(cell)}">{escape(urlsplit(cell).netloc)}</a>'
    level = f"design.label.{cell}"
    return escape(say(level) if cell.isidentifier() and level in say else printed(cell))


def heading(meaning: str) -> str:
    """Give the head of a column: the first words of what it holds.

    Examples
    --------
    >>> heading("estimate, in points of the 7-point scale")
    'Estimate'
    """
    first = re.split(r"[,;:]", meaning)[0]
    return first[0].upper() + first[1:]


def printed(cell: str) -> str:
    """Give a cell of the CSV as the page shows it: numbers to a few decimals, with a true minus sign.

    Examples
    --------
    >>> printed("-0.3672392316"), printed("1200"), printed("like")
    ('−0.3672', '1200', 'like')
    """
    if not LONG.fullmatch(cell):
        return cell
    value = float(cell)
    rounded = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".") if abs(value) >= SMALL else f"{value:.2g}"
    return rounded.replace("-", "−")


def _meanings(figure: drawn_figure, say: Words) -> str:
    entries = "".join(
        f"<dt><code>{escape(name)}</code></dt><dd>{escape(say(f'columns.{name}'))}</dd>" for name in _columns(figure)
    )
    return (
        f'<h2>{say("pages.figure_data.columns")}</h2><dl class="columns">{entries}</dl>'
        f"<p>{say('pages.figure_data.rounded', decimals=DECIMALS)}</p>"
    )


def setup(app: Sphinx) -> None:
    """Connect to the reading of pages, and to the pages that no chapter stands behind."""
    app.connect("doctree-read", check)
    app.connect("html-collect-pages", pages)
