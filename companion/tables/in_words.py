"""What a cell of a table says where no page of the book sets it: in a notebook, whose reader sees no roles."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import groupby

import pandas as pd
from markdown_it import MarkdownIt

ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<said>[^`]*)`")
LABELLED = re.compile(r"(?P<label>.*?)\s*<[^<>]*>$", re.DOTALL)
KEY = re.compile(r"(?P<author>[a-z]+)(?P<year>\d{4}|nd)[a-z]?")
GROUP = "row-group"
"""Class of a row that holds nothing but the label of the rows below it."""


def in_words(cell: str) -> str:
    """Give the words of a cell, with its emphasis as Markdown.

    A citation gives the first author and the year, as the key of a work has them; the list of works is the book's.

    Examples
    --------
    >>> in_words("{reaction}`A like <like>`, {cite:t}`munnukka2019` and *d*")
    'A like, Munnukka (2019) and *d*'
    """
    return ROLE.sub(lambda role: _said(role["name"], role["said"]), cell)


def _said(role: str, said: str) -> str:
    if role.startswith("cite"):
        return "; ".join(_work(key.strip()) for key in said.split(","))
    labelled = LABELLED.fullmatch(said)
    return labelled["label"] if labelled else said


def _work(key: str) -> str:
    known = KEY.fullmatch(key)
    if known is None:
        return key
    year = "n.d." if known["year"] == "nd" else known["year"]
    return f"{known['author'].capitalize()} ({year})"


def in_groups(rows: Sequence[list[str]], labels: Sequence[str]) -> Iterator[tuple[str, list[list[str]]]]:
    """Give neighbouring rows with one label together, each group with its label; all rows where there are no labels.

    Examples
    --------
    >>> list(in_groups([["like"], ["reply"], ["like"]], ["closeness", "closeness", "attitude"]))
    [('closeness', [['like'], ['reply']]), ('attitude', [['like']])]
    """
    pairs = zip(labels or [""] * len(rows), rows, strict=True)
    return ((label, [row for _, row in of]) for label, of in groupby(pairs, key=lambda pair: pair[0]))


def as_html(frame: pd.DataFrame, labels: Sequence[str] = ()) -> str:
    """Give a table of cells with inline Markdown as HTML: a body a group, its label over its rows."""
    heads = "".join(f'<th scope="col">{_shown(str(head))}</th>' for head in frame)
    bodies = (_body(label, rows, len(frame.columns)) for label, rows in in_groups(frame.to_numpy().tolist(), labels))
    return f'<table border="1" class="dataframe"><thead><tr>{heads}</tr></thead>{"".join(bodies)}</table>'


def as_text(frame: pd.DataFrame, labels: Sequence[str] = ()) -> str:
    """Give a table of cells with inline Markdown as plain text: the label of a group in a line of its own."""
    alone = [""] * (len(frame.columns) - 1)
    lines = [
        line
        for label, rows in in_groups(frame.to_numpy().tolist(), labels)
        for line in ([[label, *alone], *rows] if label else rows)
    ]
    return pd.DataFrame(lines, columns=frame.columns).map(in_words).to_string(index=False)


def _body(label: str, rows: list[list[str]], columns: int) -> str:
    head = f'<tr class="{GROUP}"><th scope="rowgroup" colspan="{columns}">{_shown(label)}</th></tr>' if label else ""
    lines = (
        f'<tr><th scope="row">{_shown(first)}</th>{"".join(f"<td>{_shown(cell)}</td>" for cell in others)}</tr>'
        for first, *others in rows
    )
    return f"<tbody>{head}{''.join(lines)}</tbody>"


def _shown(cell: str) -> str:
    return _inline(in_words(cell))


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _inline(text: str) -> str:
    rendered: str = _markdown().renderInline(text)
    return rendered
