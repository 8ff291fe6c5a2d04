"""Files full of values that stand nowhere else: none of them is found in anything that is kept or said of them."""

from __future__ import annotations

from pathlib import Path

import pytest
import shipped
import typer
from typer.testing import CliRunner

from companion import cli, problem_list
from companion.errors import InputError, Problem
from companion.store import Store
from companion.survey import imported, sample

RUN = CliRunner()
MARKERS = (
    "marker@example.org",
    "192.0.2.177",
    "Marker Markersson",
    "0470999888",
    "BE71096123456769",
    "93.05.18-223.61",
)
NEEDED = ("Status", "Finished", "Duration (in seconds)", "DistributionChannel", "StartDate")


def marked() -> list[list[str]]:
    """The shipped survey as if people had answered it, with markers in every column that no question is read from."""
    rows = shipped.rows()
    read_from = {*shipped.asked().columns.values(), *NEEDED}
    places = [place for place, tag in enumerate(rows[0]) if tag not in read_from]
    for number, row in enumerate(rows[shipped.HEADER_ROWS :]):
        for place in places:
            row[place] = f"{MARKERS[(number + place) % len(MARKERS)]} {number}"
    return rows


def traces(content: bytes) -> list[str]:
    return [marker for marker in (*MARKERS, "arkersson") if marker.encode() in content]


@pytest.mark.slow
def test_nothing_personal_reaches_the_store(tmp_path: Path) -> None:
    file = shipped.write(tmp_path / "export.csv", marked())
    store = Store(tmp_path / "store")
    raw = imported.read(file, shipped.asked()).export
    chosen = sample.select(raw, shipped.asked(), shipped.plan())
    store.put("raw", "state", raw)
    store.put("sample", "state", chosen)
    kept = [path.read_bytes() for path in (tmp_path / "store").rglob("*") if path.is_file()]
    assert traces(file.read_bytes()) == [*MARKERS, "arkersson"]
    assert not chosen.simulated
    assert len(chosen.data) > 1_000
    assert len(kept) == 2
    assert [traces(content) for content in kept] == [[], []]


@pytest.mark.slow
def test_what_was_left_behind_is_named_and_counted_without_a_value(tmp_path: Path) -> None:
    rows = marked()
    rows[0][rows[0].index("Q15")] = "Wat is je e-mailadres?"
    left = imported.read(shipped.write(tmp_path / "export.csv", rows), shipped.asked()).export.left_behind
    people = len(rows) - shipped.HEADER_ROWS
    assert left["Wat is je e-mailadres?"] == left["IPAddress"] == left["ResponseId"] == people
    assert "Q10_1" not in left


@pytest.mark.slow
@pytest.mark.parametrize("column", ["Q4", "Q10_1", "valentie"])
def test_a_column_of_names_is_refused_without_a_name(tmp_path: Path, column: str) -> None:
    rows = marked()
    for number, row in enumerate(rows[shipped.HEADER_ROWS :]):
        row[rows[0].index(column)] = f"Marker Markersson {number}"
    file = shipped.write(tmp_path / "export.csv", rows)
    result = RUN.invoke(cli.app, ["analyse", "--survey", str(file)])
    assert result.exit_code == 2
    assert "other answers, which are not shown, as they may be personal" in result.stderr
    assert f"column {column}" in result.stderr
    assert traces(result.output.encode()) == []


def test_all_faults_of_any_command_are_listed_where_the_book_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("companion.root.ROOT", tmp_path)
    faults = [Problem("survey.csv", "No number.", "Correct it.", row, "Q2") for row in range(4, 13)]
    with pytest.raises(typer.Exit) as left, cli.told():
        raise InputError(faults)
    listed = tmp_path / "_build" / problem_list.FILE
    assert left.value.exit_code == cli.WRONG_INPUT
    assert f"All 9 are listed in {listed}" in capsys.readouterr().err
    assert len(listed.read_text(encoding="utf-8-sig").splitlines()) == 1 + len(faults)
