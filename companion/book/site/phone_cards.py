"""Wide tables of words become cards on a phone: each cell says the head of its column, and no row needs to be scrolled.

Tables of numbers stay tables, which are read down their columns; where they are too wide they scroll.
"""

from __future__ import annotations

from collections.abc import Sequence

from bs4 import BeautifulSoup, Tag

from companion.tables.in_words import GROUP

WORDY = 30
"""Letters that the cells of a column of words have on average, at least."""
COLUMNS = 4
"""Columns from which a table is wide."""
CLASS = "cards"


def mark(page: BeautifulSoup) -> None:
    """Mark the tables that become cards, and write beside each of their cells what its column is called."""
    for table in page.select("article table:not(.every-number)"):
        heads = [head.get_text(" ", strip=True) for head in table.select("thead tr:last-child > *")]
        rows = [row.find_all(["td", "th"], recursive=False) for row in table.select(f"tbody tr:not(.{GROUP})")]
        if is_wide(heads, rows):
            table["class"] = " ".join([*(table.get_attribute_list("class") if table.has_attr("class") else []), CLASS])
            for row in rows:
                for head, cell in zip(heads, row, strict=True):
                    if head and cell.get_text(strip=True):
                        cell["data-head"] = head


def is_wide(heads: Sequence[str], rows: Sequence[Sequence[Tag]]) -> bool:
    """Whether a table has many columns, of which at least two hold words rather than numbers, and no cell spans two."""
    if len(heads) < COLUMNS or not rows or any(len(row) != len(heads) for row in rows):
        return False
    letters = [
        sum(len(cell.get_text(" ", strip=True)) for cell in column) / len(rows) for column in zip(*rows, strict=True)
    ]
    return sum(mean >= WORDY for mean in letters) >= 2
