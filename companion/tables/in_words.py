"""What a cell of a table says where no page of the book sets it: in a notebook, whose reader sees no roles."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd
from markdown_it import MarkdownIt

ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}`(?P<said>[^`]*)`")
LABELLED = re.compile(r"(?P<label>.*?)\s*<[^<>]*>$", re.DOTALL)
KEY = re.compile(r"(?P<author>[a-z]+)(?P<year>\d{4}|nd)[a-z]?")


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


def as_html(frame: pd.DataFrame) -> str:
    """Give a table of cells with inline Markdown as HTML."""
    shown = frame.map(lambda cell: _inline(in_words(cell))).rename(columns=lambda head: _inline(in_words(str(head))))
    # Left to itself, pandas cuts what is longer than 50 letters, tags too.
    with pd.option_context("display.max_colwidth", None):
        return shown.to_html(index=False, escape=False)


def as_text(frame: pd.DataFrame) -> str:
    """Give a table of cells with inline Markdown as plain text."""
    return frame.map(in_words).to_string(index=False)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False})


def _inline(text: str) -> str:
    rendered: str = _markdown().renderInline(text)
    return rendered
