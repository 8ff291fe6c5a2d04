"""Tables of what another program says about the numbers of the book."""

from __future__ import annotations

import pandas as pd

from companion.dotted_name import dotted_name
from companion.formats import Language
from companion.peers.confirmation import Confirmation, Group
from companion.tables.table import Table, headed
from companion.words import Words, words

DIGITS = 12


def compared(confirmation: Confirmation, digest: str, *, language: Language = "en") -> Table:
    """What lavaan confirms: by group, how many numbers, and the largest difference.

    Parameters
    ----------
    confirmation
        The last comparison.
    digest
        sha256 of the survey of this book; about another one the comparison says nothing.
    language
        Of words and numbers.
    """
    say = words(language)
    if confirmation.data != digest:
        return Table(_elsewhere(confirmation, say), dotted_name(compared))
    heads = say.under("tables.verification.compared.heads")
    return Table(headed(_rows(confirmation, say), heads), dotted_name(compared))


def left_out(confirmation: Confirmation, digest: str, *, language: Language = "en") -> Table:
    """How many numbers are not compared, and why."""
    say = words(language)
    if confirmation.data != digest:
        return Table(_elsewhere(confirmation, say), dotted_name(left_out))
    rows = [
        {"why": _capital(why), "numbers": say.printed(count, "count")}
        for why, count in confirmation.not_compared.items()
    ]
    left = say.printed(confirmation.numbers - confirmation.compared, "count")
    rows.append({"why": say("tables.verification.left_out.all"), "numbers": left})
    return Table(headed(rows, say.under("tables.verification.left_out.heads")), dotted_name(left_out))


def _rows(confirmation: Confirmation, say: Words) -> list[dict[str, str]]:
    whole = Group(
        say("tables.verification.compared.whole", count=say.printed(confirmation.numbers, "count")),
        confirmation.compared,
        max(group.largest for group in confirmation.groups),
    )
    resamples = Group(
        say("tables.verification.compared.resamples", count=say.printed(confirmation.resamples, "count")),
        confirmation.draws.compared,
        confirmation.draws.largest,
    )
    made = say(
        "tables.verification.compared.made",
        programs=say("tables.verification.compared.and").join(
            f"{name} {version}" for name, version in confirmation.versions.items()
        ),
        survey=confirmation.data[:DIGITS],
        tolerance=say.printed(confirmation.tolerance, "scientific"),
    )
    rows = [_row(group, say) for group in (*confirmation.groups, whole, resamples)]
    return [*rows, {"numbers": made, "compared": "", "largest": ""}]


def _row(group: Group, say: Words) -> dict[str, str]:
    return {
        "numbers": _capital(group.name),
        "compared": say.printed(group.compared, "count"),
        "largest": say.printed(group.largest, "scientific") if group.largest else say("tables.verification.nothing"),
    }


def _elsewhere(confirmation: Confirmation, say: Words) -> pd.DataFrame:
    made = say("tables.verification.elsewhere.made", survey=confirmation.data[:DIGITS])
    return headed([{"made": made}], say.under("tables.verification.elsewhere.heads"))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
