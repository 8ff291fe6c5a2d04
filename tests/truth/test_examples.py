"""The examples that ship are what the survey gives, and an import of each gives its first answers."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd
import pytest
import shipped

from companion.survey import imported, mapping
from companion.truth import examples

FOLDER = shipped.DATA / examples.FOLDER


@cache
def written() -> dict[str, bytes]:
    return examples.written(shipped.DATA)


def answers(file: Path, mapped_by: Path) -> pd.DataFrame:
    columns = mapping.load(mapped_by, shipped.asked()) if mapped_by.is_file() else mapping.Columns()
    return imported.read(file, shipped.asked(), columns).export.data


def test_the_examples_that_ship_are_those_that_the_code_makes() -> None:
    assert {file.name for file in FOLDER.iterdir()} == set(written())


@pytest.mark.parametrize("name", [name for name in examples.EXAMPLES if not name.endswith(".xlsx")])
def test_a_file_that_ships_is_the_one_that_the_code_makes(name: str) -> None:
    assert (FOLDER / name).read_bytes() == written()[name]


@pytest.mark.parametrize("name", examples.EXAMPLES)
def test_a_mapping_that_ships_is_the_one_that_the_code_makes(name: str) -> None:
    mapped_by = f"{Path(name).stem}{examples.MAPPING}"
    assert (FOLDER / mapped_by).is_file() is (mapped_by in written())
    if mapped_by in written():
        assert (FOLDER / mapped_by).read_bytes() == written()[mapped_by]


@pytest.mark.slow
@pytest.mark.parametrize("name", examples.EXAMPLES)
def test_an_example_gives_the_first_answers_of_the_survey(name: str, tmp_path: Path) -> None:
    found = answers(FOLDER / name, FOLDER / f"{Path(name).stem}{examples.MAPPING}")
    records = shipped.rows()[: shipped.HEADER_ROWS + examples.RESPONSES]
    first = imported.read(shipped.write(tmp_path / "first.csv", records), shipped.asked()).export.data
    if len(found) < len(first):  # a tool that keeps only what was sent
        first = first[first["finished"] & ~first["preview"] & ~first["copy"]].reset_index(drop=True)
    names = [*shipped.asked().items, "age", "gender", "attention", "valence", "interaction"]
    pd.testing.assert_frame_equal(found[names], first[names])


def test_every_condition_is_among_the_examples() -> None:
    found = answers(FOLDER / "google-forms.csv", FOLDER / f"google-forms{examples.MAPPING}")
    assert set(zip(found["valence"], found["interaction"], strict=True)) >= set(shipped.asked().cells)
