"""What reading a drawn export back gives is known without writing it: the same table, and the same bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.root import ROOT
from companion.survey import imported, plain_table
from companion.survey.imported import Imported
from companion.truth import read_back, simulate
from companion.truth.classes import truths
from companion.truth.population import Truth

TRUTHS = truths.load(ROOT / truths.FILE, ["no-reversal", "careless-crowd", "dropout"])


def taken(people: pd.DataFrame) -> tuple[pd.DataFrame, bytes]:
    data, identities = read_back.answers(people, shipped.asked())
    return data, plain_table.written(data, identities, shipped.asked(), simulated=True)


def read(truth: Truth, folder: Path) -> Imported:
    file = folder / "drawn.csv"
    file.write_bytes(simulate.survey(truth, shipped.asked()))
    return imported.read(file, shipped.asked())


@pytest.mark.slow
@pytest.mark.parametrize("name", TRUTHS)
def test_the_drawn_table_is_that_which_reading_its_export_gives(name: str, tmp_path: Path) -> None:
    truth = TRUTHS[name].model_copy(update={"seed": 7})
    found = read(truth, tmp_path)
    data, content = taken(simulate.drawn(truth, shipped.asked()))
    pd.testing.assert_frame_equal(data, found.export.data, check_exact=True)
    assert content == imported.written(found, shipped.asked())


@pytest.mark.slow
@pytest.mark.parametrize("column", ["seconds", "pa1", "interaction", "finished", "person"])
def test_another_cell_of_what_was_drawn_is_another_table(column: str) -> None:
    people = simulate.drawn(TRUTHS["dropout"], shipped.asked())
    changed = people.copy()
    place = int(np.flatnonzero(people[column].notna() & (people[column] != people[column].iloc[-1]))[0])
    changed.loc[place, column] = people[column].iloc[-1]
    assert taken(changed)[1] != taken(people)[1]
