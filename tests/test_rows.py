"""Rows of a table hold the table's cells, and a label that names two rows names none."""

from __future__ import annotations

import pandas as pd
import pytest

from companion.rows import each_row, row_at

TABLE = pd.DataFrame({"path": ["a", "b", "b"], "est": [0.5, 0.25, -1.0]})


def test_each_row_holds_its_cells_by_column() -> None:
    assert [(row.path, row.est) for row in each_row(TABLE)] == [("a", 0.5), ("b", 0.25), ("b", -1.0)]


def test_a_row_is_found_by_its_label() -> None:
    assert row_at(TABLE.set_index("path"), "a").to_dict() == {"est": 0.5}


def test_a_row_is_found_by_the_labels_of_two_columns() -> None:
    assert row_at(TABLE.assign(n=[1, 2, 3]).set_index(["path", "est"]), ("b", -1.0)).to_dict() == {"n": 3}


@pytest.mark.parametrize("label", ["b", "c"])
def test_a_label_of_two_rows_or_of_none_is_refused(label: str) -> None:
    with pytest.raises(KeyError, match=label):
        row_at(TABLE.set_index("path"), label)
