"""Tables of what another program says about the numbers of the book."""

from __future__ import annotations

import pandas as pd

from companion.formats import printed, scientific
from companion.peers.confirmation import Confirmation, Group
from companion.tables.table import Table

HERE = "companion.tables.verification"
DIGITS = 12
NOTHING = "none"


def compared(confirmation: Confirmation, digest: str) -> Table:
    """What lavaan confirms: by group, how many numbers, and the largest difference.

    Parameters
    ----------
    confirmation
        The last comparison.
    digest
        sha256 of the survey of this book; about another one the comparison says nothing.
    """
    rows = [_elsewhere(confirmation)] if confirmation.data != digest else _rows(confirmation)
    return Table(pd.DataFrame(rows), f"{HERE}.compared")


def left_out(confirmation: Confirmation, digest: str) -> Table:
    """How many numbers are not compared, and why."""
    if confirmation.data != digest:
        return Table(pd.DataFrame([_elsewhere(confirmation)]), f"{HERE}.left_out")
    rows = [
        {"Not compared": _capital(why), "Numbers": printed(count, "count")}
        for why, count in confirmation.not_compared.items()
    ]
    left = confirmation.numbers - confirmation.compared
    rows.append({"Not compared": "All of these", "Numbers": printed(left, "count")})
    return Table(pd.DataFrame(rows), f"{HERE}.left_out")


def _rows(confirmation: Confirmation) -> list[dict[str, str]]:
    programs = " and ".join(f"{name} {version}" for name, version in confirmation.versions.items())
    whole = Group(
        f"Of all {printed(confirmation.numbers, 'count')} numbers of the book",
        confirmation.compared,
        max(group.largest for group in confirmation.groups),
    )
    resamples = Group(
        f"Beside them: {printed(confirmation.resamples, 'count')} resamples, every parameter",
        confirmation.draws.compared,
        confirmation.draws.largest,
    )
    rows = [_row(group) for group in (*confirmation.groups, whole, resamples)]
    made = f"By {programs}, on the survey {confirmation.data[:DIGITS]}; allowed: {scientific(confirmation.tolerance)}"
    return [*rows, {"Numbers": made, "Compared": "", "Largest difference": ""}]


def _row(group: Group) -> dict[str, str]:
    return {
        "Numbers": _capital(group.name),
        "Compared": printed(group.compared, "count"),
        "Largest difference": scientific(group.largest) if group.largest else NOTHING,
    }


def _elsewhere(confirmation: Confirmation) -> dict[str, str]:
    return {
        "This comparison belongs to another survey": f"It was made on the survey {confirmation.data[:DIGITS]}, "
        "and says nothing about the numbers of this book."
    }


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
