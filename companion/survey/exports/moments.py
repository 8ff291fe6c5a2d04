"""Two moments of a response -> when it began and how long it took, in any order of day and month that a tool writes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import compress

MONTH_FIRST = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%y %H:%M:%S", "%m/%d/%Y %H:%M")
DAY_FIRST = ("%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d-%m-%Y %H:%M")


def parsed(cells: Sequence[str]) -> list[datetime] | None:
    """Give the moments of a column if one way of writing fits them all, and no other that reads them otherwise.

    Examples
    --------
    >>> parsed(["03/04/2026 10:00", "13/04/2026 10:00"])[0].month
    4
    >>> parsed(["03/04/2026 10:00"]) is None
    True
    """
    readings = [_iso(cells), *(_fitting(cells, way) for way in (*MONTH_FIRST, *DAY_FIRST))]
    different: list[list[datetime]] = []
    for reading in readings:
        if reading is not None and reading not in different:
            different.append(reading)
    return different[0] if len(different) == 1 else None


def spans(starts: Sequence[str], ends: Sequence[str]) -> tuple[list[str], list[str]] | None:
    """Give when each response began, as ISO 8601 writes it, and how many seconds it took.

    None where the moments can be read in more than one way; nothing for a response that lacks one of the two.

    Examples
    --------
    >>> spans(["2026-05-04 10:00:00", ""], ["2026-05-04 10:09:30", ""])
    (['2026-05-04 10:00:00', ''], ['570', ''])
    """
    filled = [bool(start.strip()) and bool(end.strip()) for start, end in zip(starts, ends, strict=True)]
    moments = parsed([cell.strip() for cells in (starts, ends) for cell in compress(cells, filled)])
    if not moments:
        return None
    half = len(moments) // 2
    pairs = iter(zip(moments[:half], moments[half:], strict=True))
    found = [next(pairs) if is_filled else None for is_filled in filled]
    began = [pair[0].isoformat(" ") if pair else "" for pair in found]
    return began, [f"{(pair[1] - pair[0]).total_seconds():.0f}" if pair else "" for pair in found]


def _iso(cells: Sequence[str]) -> list[datetime] | None:
    try:
        return [datetime.fromisoformat(cell) for cell in cells]
    except ValueError:
        return None


def _fitting(cells: Sequence[str], way: str) -> list[datetime] | None:
    try:
        return [datetime.strptime(cell, way) for cell in cells]
    except ValueError:
        return None
