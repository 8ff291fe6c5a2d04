"""Tables of published results beside ours."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from companion.formats import printed
from companion.peers.known_results import KnownResults
from companion.tables.table import Table

HERE = "companion.tables.known_results"
WITHIN = {True: "within simulation error", False: "to the last digit"}


def comparison(known: KnownResults, analyses: Sequence[str]) -> Table:
    """Published numbers, ours in as many digits, and whether they agree.

    Parameters
    ----------
    known
        The comparison.
    analyses
        Which analyses, as in `companion.peers.known_results.KNOWN`, in the order in which they are shown.
    """
    of = known.comparison.groupby("analysis")
    chosen = pd.concat([of.get_group(name) for name in analyses], ignore_index=True)
    rows = [
        {
            "Quantity": row["quantity"],
            "Published": printed(row["value"], "coefficient", decimals=row["decimals"]),
            "This book": printed(row["ours"], "coefficient", decimals=row["decimals"]),
            "Agrees": WITHIN[row["draws"] > 0] if row["agrees"] else "no",
        }
        for _, row in chosen.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.comparison", chosen, about="no survey")
