"""A table as a system file of SPSS (.sav), with labels; the same bytes whenever it is written."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import pandas as pd

LONGEST_LABEL = 250
MOMENT_AT = slice(92, 109)  # where the header of a system file says when it was made
MOMENT = b"01 Jan 2000:00:00"  # the same in every run


def written(
    table: pd.DataFrame,
    labels: Mapping[str, str],
    values: Mapping[str, Mapping[float, str]],
    about: str = "",
) -> bytes:
    """Write a table as a system file.

    Parameters
    ----------
    table
        Columns of numbers or of text.
    labels
        What a column means, by its name; without one the name stands for it.
    values
        What the numbers of a column stand for.
    about
        What the file is, for its header.

    Examples
    --------
    >>> file = written(pd.DataFrame({"sex": [1.0, 2.0]}), {"sex": "Gender"}, {"sex": {1: "Woman", 2: "Man"}})
    >>> file[:4], file == written(pd.DataFrame({"sex": [1.0, 2.0]}), {"sex": "Gender"}, {"sex": {1: "Woman", 2: "Man"}})
    (b'$FL2', True)
    """
    import pyreadstat  # here: only SPSS files need it

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "table.sav"
        pyreadstat.write_sav(
            table,
            str(file),
            file_label=about,
            column_labels=[labels.get(name, name)[:LONGEST_LABEL] for name in table.columns],
            variable_value_labels={name: dict(meaning) for name, meaning in values.items()},
            row_compress=True,
        )
        content = bytearray(file.read_bytes())
    content[MOMENT_AT] = MOMENT
    return bytes(content)
