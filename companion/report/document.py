"""What a section of a paper is made of, before it is written in a format."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """A heading; ``level`` 1 is the section's own."""

    text: str
    level: int


@dataclass(frozen=True)
class Paragraph:
    """Sentences; what stands between asterisks is set in italics."""

    text: str


@dataclass(frozen=True)
class TableOfCells:
    """A table: its title, its head, its rows, and a note below."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str


@dataclass(frozen=True)
class Listing:
    """Text that a program reads, as it stands."""

    text: str


Block = Heading | Paragraph | TableOfCells | Listing
Document = tuple[Block, ...]
