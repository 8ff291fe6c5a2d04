"""A survey file as a table of text cells, and what the tool that wrote it calls things: what all formats come to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from companion.errors import InputError, Problem
from companion.survey.exports.cells import Column, Rows, any_filled

LABELS_KEPT = 10_000
"""Labels and answers whose comparable form is remembered: the same few stand in most rows."""
NUMBER = re.compile(r"[0-9.]+")
"""What has nothing to reduce: times, of which most rows have another."""


@dataclass(frozen=True)
class Dialect:
    """What a survey tool records about a response besides the answers, and what it calls it.

    Parameters
    ----------
    record
        The column of each thing that a tool may record: ``status``, ``channel``, ``finished``, ``seconds``, ``person``,
        ``id`` and ``start``. Id, person and start only serve to tell records apart and to put them in order: they do
        not reach the raw table.
    personal
        Columns with personal data, which are left behind.
    responses, not_responses
        Codes of a response's status and their words: what people sent, and what they did not.
    unofficial_channels
        Channels through which nobody answers in earnest.
    """

    record: Mapping[str, str]
    personal: tuple[str, ...]
    responses: Mapping[str, str]
    not_responses: Mapping[str, str]
    unofficial_channels: frozenset[str]


@dataclass(frozen=True)
class RawTable:
    """The cells of a survey file as text: its columns by tag, its records, and where they stand in a spreadsheet.

    Parameters
    ----------
    file
        The file as it was named.
    dialect
        What the tool that wrote it calls things.
    columns
        Tag -> position among what is held; of a repeated tag the first.
    repeated
        Tags that stand more than once.
    held
        The cells, column by column, without rows that are blank.
    rows
        The row of each record as a spreadsheet counts.
    """

    file: str
    dialect: Dialect
    columns: dict[str, int]
    repeated: tuple[str, ...]
    held: list[Column]
    rows: list[int]

    @property
    def tags(self) -> list[str]:
        """The tags in the order of the file."""
        return sorted(self.columns, key=self.columns.__getitem__)

    def cells(self, tag: str) -> list[str]:
        """Give the cells of one column."""
        return self.column(tag).cells()

    def column(self, tag: str) -> Column:
        """Give one column, of which each text can be asked once."""
        return self.held[self.columns[tag]]

    def record(self, number: int) -> tuple[str, ...]:
        """Give the cells of one record."""
        return tuple(column.texts[column.places[number]] for column in self.held)

    def recorded(self, thing: str) -> str | None:
        """Give the tag of the column in which the tool recorded a thing such as ``status``; None without one."""
        tag = self.dialect.record.get(thing)
        return tag if tag in self.columns else None

    def with_columns(self, added: Mapping[str, Column]) -> RawTable:
        """Give the table with more columns at its end, such as what a tool tells by two of its own."""
        places = {tag: len(self.held) + number for number, tag in enumerate(added)}
        return replace(self, columns=self.columns | places, held=[*self.held, *added.values()])


def squeezed(text: str) -> str:
    """Reduce a label to what counts when two are compared: no difference of case, width or white space.

    Examples
    --------
    >>> squeezed(" Helemaal  AKKOORD"), squeezed("12.345")
    ('helemaal akkoord', '12.345')
    """
    return text if NUMBER.fullmatch(text) else _squeezed(text)


@lru_cache(maxsize=LABELS_KEPT)
def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


SUMMARY = frozenset({"average", "gemiddelde", "mean", "moyenne", "som", "sum", "totaal", "total"})


def _is_summary(cells: Iterable[str]) -> bool:
    """Say whether the first words of a row say that it sums up the others."""
    first = next((squeezed(cell).rstrip(":") for cell in cells if cell.strip()), "")
    return first in SUMMARY


def of_records(file: str, dialect: Dialect, tags: list[str], records: Iterable[Sequence[str]], header: int) -> RawTable:
    """Give the table below the header rows of a file.

    Parameters
    ----------
    file
        The file as it was named.
    dialect
        What the tool that wrote it calls things.
    tags
        What its columns are called.
    records
        All rows of the file.
    header
        How many of them are header rows.

    Raises
    ------
    InputError
        If a row has more or fewer cells than there are tags (empty ones at its end apart), or there is no response.
    """
    every, width = Rows.of(records), len(tags)
    kept = every.filled()
    kept[:header] = False
    beyond = any_filled(every.columns[width:], len(every))
    lengths = np.where(beyond, every.lengths, np.minimum(every.lengths, width))
    uneven = [
        Problem(
            file,
            f"This row has {lengths[number]} cells where the header has {width}.",
            "Export the file again; a quotation mark or a line break may have been lost.",
            row=int(number) + 1,
        )
        for number in np.flatnonzero(kept & (lengths != width))
    ]
    rows = np.flatnonzero(kept) + 1
    if len(rows) and _is_summary(every[int(rows[-1]) - 1]):
        last = int(rows[-1])
        uneven.append(
            Problem(file, "This last row looks like a summary of those above.", "Remove it from the file.", row=last)
        )
    if uneven:
        raise InputError(uneven)
    if not len(rows):
        heads = "1 header row" if header == 1 else f"{header} header rows"
        raise InputError(
            Problem(file, f"There are {heads} and no responses.", "Export again without a filter.", row=header + 1)
        )
    columns = {tag: position for position, tag in reversed(list(enumerate(tags)))}
    repeated = tuple(tag for tag in columns if tags.count(tag) > 1)
    held = [column.at_rows(kept) for column in every.columns[:width]]
    return RawTable(file, dialect, columns, repeated, held, rows.tolist())
