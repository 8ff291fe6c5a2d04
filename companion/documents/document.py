"""What a text is made of, before it is written in a format."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from companion.formats import Language

Style = Literal["plain", "italic", "bold", "code"]
"""How a part of a sentence is set."""
MARKED = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<bold>[^*]+)\*\*|\*(?P<italic>[^*]+)\*")


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is the text's own."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """Sentences, with the marks that `spans` reads; ``language`` is named where it is not that of the text."""

    text: str
    language: Language | None = None


@dataclass(frozen=True)
class Points:
    """Points of a list, one below the other, with the marks that `spans` reads."""

    points: tuple[str, ...]


@dataclass(frozen=True)
class TableOfCells:
    """A table: its title, its head, its rows, and a note below; a title or a note that is empty is not written."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class Listing:
    """Text that a program reads, as it stands."""

    text: str


Block = Heading | Paragraph | Points | TableOfCells | Listing
Document = tuple[Block, ...]


def spans(text: str) -> Iterator[tuple[str, Style]]:
    """Give the parts of a sentence: between asterisks in italics, between two in bold, between backticks as code.

    Examples
    --------
    >>> list(spans("*p* < .05 for `neg`"))
    [('p', 'italic'), (' < .05 for ', 'plain'), ('neg', 'code')]
    """
    end = 0
    styles: tuple[Style, ...] = ("code", "bold", "italic")
    for mark in MARKED.finditer(text):
        if mark.start() > end:
            yield text[end : mark.start()], "plain"
        yield next((mark[style], style) for style in styles if mark[style] is not None)
        end = mark.end()
    if end < len(text):
        yield text[end:], "plain"
