"""The simulated survey as each tool exports it, imported again, gives the answers of the one that ships."""

from __future__ import annotations

import csv
import io
from collections import Counter
from functools import cache
from pathlib import Path

import other_questionnaires
import other_studies
import pandas as pd
import pytest
import shipped

from companion.survey import imported, mapping
from companion.truth import simulate, tool_formats

ENDINGS = {
    "qualtrics": ".csv",
    "excel": ".xlsx",
    "spss": ".sav",
    "limesurvey": ".csv",
    "google": ".csv",
    "microsoft": ".xlsx",
    "surveymonkey": ".csv",
}
NAMED = {
    "qualtrics": "Qualtrics",
    "excel": "Qualtrics",
    "spss": "SPSS",
    "limesurvey": "LimeSurvey",
    "google": "Google Forms",
    "microsoft": "Microsoft Forms",
    "surveymonkey": "SurveyMonkey",
}
PAGES = {"seconds_psr", "seconds_pk", "seconds_pa"}
LACKS = {
    "qualtrics": set(),
    "excel": set(),
    "spss": set(),
    "limesurvey": {"preview"},
    "google": {"preview", "finished", "seconds", "copy", "person"} | PAGES,
    "microsoft": {"preview", "finished", "person"} | PAGES,
    "surveymonkey": {"preview", "finished"} | PAGES,
}
"""What a tool does not record."""


FEW = 60


def written(tool: str, *, whole: bool) -> tool_formats.Written:
    rows = shipped.rows()
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows if whole else rows[: shipped.HEADER_ROWS + FEW])
    return tool_formats.written(tool, text.getvalue().encode(), shipped.asked())


def read(tool: str, folder: Path, *, whole: bool) -> imported.Imported:
    file = folder / f"survey{ENDINGS[tool]}"
    made = written(tool, whole=whole)
    file.write_bytes(made.content)
    columns = mapping.Columns()
    if (text := made.mapping) is not None:
        (folder / "mapping.yml").write_bytes(text)
        columns = mapping.load(folder / "mapping.yml", shipped.asked())
    return imported.read(file, shipped.asked(), columns)


def in_the_book(tool: str, folder: Path) -> pd.DataFrame:
    """The answers as the book reads them from the file that the import writes."""
    table = folder / "table.csv"
    table.write_bytes(imported.written(read(tool, folder, whole=True), shipped.asked()))
    found = imported.read(table, shipped.asked()).export
    assert found.simulated
    return found.data


def kept_by(tool: str) -> pd.DataFrame:
    """The answers of the shipped survey that a tool keeps, through the reader of Qualtrics alone."""
    data = shipped.export().data
    if LACKS[tool]:
        data = data[data["finished"] & ~data["preview"] & ~data["copy"]].reset_index(drop=True)
    return data.drop(columns=["row", *LACKS[tool]])


@pytest.mark.slow
@pytest.mark.parametrize("tool", ENDINGS)
def test_each_format_gives_the_answers_of_the_shipped_survey(tool: str, tmp_path: Path) -> None:
    found, expected = in_the_book(tool, tmp_path).drop(columns="row"), kept_by(tool)
    if "person" in expected:  # numbered by who comes first, of those that are there
        expected["person"] = pd.array(pd.factorize(expected["person"])[0], dtype="Int64")
    assert len(found) > 1300
    pd.testing.assert_frame_equal(found[list(expected)], expected)
    assert set(found) == set(expected)


@pytest.mark.slow
@pytest.mark.parametrize("tool", ENDINGS)
def test_each_format_is_known_for_what_it_is(tool: str, tmp_path: Path) -> None:
    assert read(tool, tmp_path, whole=False).source.tool == NAMED[tool]


@pytest.mark.slow
@pytest.mark.parametrize("tool", ENDINGS)
def test_no_personal_value_is_in_what_is_written(tool: str, tmp_path: Path) -> None:
    found = read(tool, tmp_path, whole=False)
    said = imported.facts(found, Path("x.csv"), shipped.asked())
    everything = imported.written(found, shipped.asked()).decode() + "\n".join(said)
    table = found.source.table
    cells = str([table.cells(tag) for tag in table.tags])
    assert any(value in cells for value in ("@example.org", "192.0.2.", "uitnodiging-"))  # the file holds some
    assert [value for value in ("@", "192.0.2.", "uitnodiging-", "2020-03") if value in everything] == []


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["google", "microsoft", "surveymonkey", "limesurvey", "spss", "excel"])
def test_the_same_survey_is_written_in_the_same_way(tool: str) -> None:
    one, other = (written(tool, whole=False) for _ in range(2))
    assert one.mapping == other.mapping
    if ENDINGS[tool] != ".xlsx":  # a workbook holds the moment at which it was written
        assert one.content == other.content


# ---------- a study that leaves out a reaction


@cache
def without_a_like() -> bytes:
    survey = other_studies.LEAVING_OUT["nobody saw a like"]
    return simulate.survey(other_studies.truth(survey), other_questionnaires.without("like"))


def in_their_cells(tool: str, folder: Path) -> Counter[tuple[object, ...]]:
    """Who saw what and answered how, of all who answered every item."""
    asked = other_questionnaires.without("like")
    made = tool_formats.written(tool, without_a_like(), asked)
    (file := folder / f"survey{ENDINGS[tool]}").write_bytes(made.content)
    columns = mapping.Columns()
    if made.mapping is not None:
        (folder / "mapping.yml").write_bytes(made.mapping)
        columns = mapping.load(folder / "mapping.yml", asked)
    data = imported.read(file, asked, columns).export.data[["valence", "interaction", *asked.items]].dropna()
    return Counter(data.itertuples(index=False, name=None))


@pytest.mark.slow
@pytest.mark.parametrize("tool", [tool for tool in ENDINGS if tool != "qualtrics"])
def test_people_of_a_study_without_a_reaction_are_read_back_into_their_cells(tool: str, tmp_path: Path) -> None:
    found, written_first = in_their_cells(tool, tmp_path), in_their_cells("qualtrics", tmp_path)
    assert found <= written_first
    assert {person[:2] for person in found} == {*other_questionnaires.without("like").cells}
    assert found.total() >= 4 * 60
