"""A fault in an evidence table is told with its place; every number of the literature can be printed."""

import shutil
from pathlib import Path

import pytest
import shipped

from companion.errors import InputError
from companion.evidence import literature
from companion.evidence.tables import FOLDER
from companion.numbers import collect_starting


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "literature")
    return tmp_path / "literature"


def plant(path: Path, row: int, old: str, new: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert old in lines[row - 1]
    lines[row - 1] = lines[row - 1].replace(old, new, 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "row", "old", "new", "column"),
    [
        ("tiers.csv", 2, "boerman2020meso", "boerman1920", "source"),
        ("tiers.csv", 2, ",0,", ",none,", "followers_min"),
        ("effects.csv", 2, ",for,", ",pro,", "direction"),
        ("effects.csv", 2, ",reply_psr,", ",reply_to_psr,", "path"),
        ("tier-evidence.csv", 2, "T1,tie", "T1,knot", "part"),
    ],
)
def test_a_faulty_cell_is_told_with_file_row_column_and_value(
    folder: Path, file: str, row: int, old: str, new: str, column: str
) -> None:
    plant(folder / file, row, old, new)
    with pytest.raises(InputError) as fault:
        literature(folder)
    (problem,) = fault.value.problems
    assert (Path(problem.file).name, problem.row, problem.column) == (file, row, column)
    assert problem.value is not None
    assert problem.remedy


def test_a_column_that_no_row_knows_is_a_fault(folder: Path) -> None:
    plant(folder / "rules.csv", 1, "force", "strength")
    with pytest.raises(InputError, match="strength"):
        literature(folder)


def test_every_row_names_an_address() -> None:
    found = literature()
    rows = [
        *found.tiers,
        *found.engagement,
        *found.prices,
        *found.tier_findings,
        *found.effects,
        *found.scales,
        *found.rules,
    ]
    assert [row for row in rows if not row.address.startswith(("https://", "http://"))] == []


def test_every_number_can_be_printed_under_a_key_of_its_own() -> None:
    found = collect_starting(shipped.study(), "literature.")
    assert len(found) > 100
    assert all(number.printed() for number in found.values())
