"""A table holds what is printed: cells that nobody formatted are refused, with the names of their columns."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from companion.tables.table import Table


@pytest.mark.parametrize("cells", [[0.1, 0.25], ["0.10", 0.25], ["0.10", None], [0.25, "0.10"]])
def test_a_column_with_a_cell_that_is_no_text_is_refused_by_its_name(cells: list[Any]) -> None:
    frame = pd.DataFrame({"Path": ["a", "b"], "Estimate": pd.Series(cells, dtype=object)})
    with pytest.raises(TypeError, match=r"cells are formatted before they are set; not strings in \['Estimate'\]"):
        Table(frame, "companion.tables.results.paths")


def test_a_column_of_texts_is_taken() -> None:
    assert list(Table(pd.DataFrame({"Path": ["a", "b"]}), "companion.tables.results.paths").frame) == ["Path"]
