"""How a simulated survey is known wherever its file goes: two marks in every row, either of which is enough.

They stand in the code and not among the settings, so that no setting makes simulated answers pass for those of people.
"""

from __future__ import annotations

import csv
import io

MARK_COLUMN = "data_origin"
MARK = "simulated"
ID_PREFIX = "R_SIMULATED_"


def marked(table: str) -> str:
    """Give a table as CSV with the column that marks each of its rows as simulated.

    Examples
    --------
    >>> marked("effect,est\\nserial,0.1\\n")
    'effect,est,data_origin\\nserial,0.1,simulated\\n'
    """
    head, *rows = csv.reader(io.StringIO(table))
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([[*head, MARK_COLUMN], *([*row, MARK] for row in rows)])
    return text.getvalue()
