"""Tables of published results beside ours."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from companion.dotted_name import dotted_name
from companion.formats import Language
from companion.peers.known_results import KnownResults
from companion.tables.table import Table, headed
from companion.words import words


def comparison(known: KnownResults, analyses: Sequence[str], *, language: Language = "en") -> Table:
    """Published numbers, ours in as many digits, and whether they agree.

    Parameters
    ----------
    known
        The comparison.
    analyses
        Which analyses, as in `companion.peers.known_results.KNOWN`, in the order in which they are shown.
    language
        Of words and numbers.
    """
    say = words(language)
    agrees = say.under("tables.known_results.comparison.agrees")
    of = known.comparison.groupby("analysis")
    chosen = pd.concat([of.get_group(name) for name in analyses], ignore_index=True)
    rows = [
        {
            "quantity": row["quantity"],
            "published": say.printed(row["value"], "coefficient", decimals=row["decimals"]),
            "ours": say.printed(row["ours"], "coefficient", decimals=row["decimals"]),
            "agrees": agrees[("within" if row["draws"] > 0 else "exactly") if row["agrees"] else "no"],
        }
        for _, row in chosen.iterrows()
    ]
    heads = say.under("tables.known_results.comparison.heads")
    return Table(headed(rows, heads), dotted_name(comparison), chosen, about="no survey")
