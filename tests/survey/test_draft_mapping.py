"""A drafted mapping holds what is clear, asks for the rest, and guesses nothing."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pandas as pd
import pytest
import shipped
from typer.testing import CliRunner

from companion.cli import app
from companion.errors import InputError
from companion.survey import draft_mapping, imported, mapping
from companion.survey.exports import any_tool
from companion.truth import tool_formats

FEW = 120
RUN = CliRunner()


def export(folder: Path, tool: str) -> Path:
    """The first responses of the shipped survey as a tool exports them."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(shipped.rows()[: shipped.HEADER_ROWS + FEW])
    file = folder / f"{tool}.csv"
    file.write_bytes(tool_formats.written(tool, text.getvalue().encode(), shipped.asked()).content)
    return file


def drafted(file: Path, known: mapping.Columns | None = None) -> str:
    known = known or mapping.Columns()
    source = any_tool.read(file, None, imported.expected(shipped.asked(), known))
    return draft_mapping.drafted(source, shipped.asked(), known)


def load(folder: Path, text: str) -> mapping.Columns:
    (folder / "mapping.yml").write_text(text, encoding="utf-8")
    return mapping.load(folder / "mapping.yml", shipped.asked())


def rewritten(file: Path, column: str, cells: list[str]) -> None:
    rows = list(csv.reader(io.StringIO(file.read_text(encoding="utf-8"), newline="")))
    place = rows[0].index(column)
    for row, cell in zip(rows[1:], cells, strict=False):
        row[place] = cell
    shipped.write(file, rows)


def test_questions_in_full_are_found_by_their_wording(tmp_path: Path) -> None:
    text = drafted(export(tmp_path, "google"))
    assert '  psr1: "Nu je de post en de reacties gezien hebt, [voelt het alsof ik Lotte persoonlijk ken.]"' in text
    assert '  age: "Hoe oud ben je (in jaren)?"' in text


def test_a_draft_that_is_filled_in_reads_the_answers_of_the_survey(tmp_path: Path) -> None:
    file = export(tmp_path, "google")
    cells = dict(zip("ABCDEF", shipped.asked().cells, strict=True))
    text = re.sub(r'"([A-F])": decide', lambda found: f'"{found[1]}": [{", ".join(cells[found[1]])}]', drafted(file))
    read = imported.read(file, shipped.asked(), load(tmp_path, text)).export.data
    records = shipped.rows()[: shipped.HEADER_ROWS + FEW]
    whole = imported.read(shipped.write(tmp_path / "q.csv", records), shipped.asked()).export.data
    kept = whole[whole["finished"] & ~whole["preview"] & ~whole["copy"]].reset_index(drop=True)
    names = [*shipped.asked().items, "age", "gender", "valence", "interaction"]
    pd.testing.assert_frame_equal(read[names], kept[names])


@pytest.mark.parametrize("tool", ["google", "limesurvey"])
def test_a_draft_is_refused_until_it_is_filled_in(tmp_path: Path, tool: str) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, drafted(export(tmp_path, tool)))
    assert all("decided" in problem.message for problem in caught.value.problems)


def test_answers_that_no_scale_knows_are_listed_with_their_counts_and_not_guessed(tmp_path: Path) -> None:
    file = export(tmp_path, "google")
    heading = "Wat is je gender?"
    rewritten(file, heading, ["Geen mening", "Geen mening", "Vrouw (v)"])
    text = drafted(file)
    assert '    "Geen mening": decide  # 2 times' in text
    assert '    "Vrouw (v)": decide  # 1 times' in text
    assert re.search(r'    "Vrouw": "woman"  # \d+ times', text)
    assert "# woman = Vrouw; man = Man" in text


def test_no_code_of_a_scale_is_guessed(tmp_path: Path) -> None:
    text = drafted(export(tmp_path, "limesurvey"))
    listed = re.findall(r'^    "A\d": (\w+)', text, re.MULTILINE)
    assert len(listed) > 20
    assert set(listed) == {"decide"}


def test_a_column_that_is_missing_is_left_to_decide_with_the_closest(tmp_path: Path) -> None:
    assert re.search(r'  psr1: decide  # the closest: .*"Q10\[SQ001\]"', drafted(export(tmp_path, "limesurvey")))


def test_what_is_known_already_stays(tmp_path: Path) -> None:
    known = mapping.Columns(columns={"psr1": mapping.Column(column="Q10[SQ001]")})
    assert '  psr1: "Q10[SQ001]"' in drafted(export(tmp_path, "limesurvey"), known)


def test_nothing_that_may_be_personal_is_in_a_draft(tmp_path: Path) -> None:
    file = export(tmp_path, "google")
    rewritten(file, "E-mailadres", ["marker@example.org"] * FEW)
    rewritten(file, "Wat is je gender?", [f"Marker {number}" for number in range(FEW)])
    rewritten(file, "Hoe vaak gebruik je Instagram?", ["192.0.2.77", "0470 99 98 88", "marker@example.org"])
    text = drafted(file)
    assert [word for word in ("arker", "192.0.2", "0470") if word in text] == []
    assert "answers that it does not know. Is each its column" in text
    assert text.count("may be personal is not shown (1 times)") == 3


def test_a_column_of_few_people_is_not_taken_for_conditions(tmp_path: Path) -> None:
    file = export(tmp_path, "google")
    rewritten(file, "E-mailadres", ["Noor", "Lotte"] + [""] * FEW)
    assert "Noor" not in drafted(file)


def test_the_command_writes_the_draft_and_imports_nothing(tmp_path: Path) -> None:
    draft = tmp_path / "mapping.yml"
    arguments = ["import", str(export(tmp_path, "google")), "--draft-mapping", str(draft), "--out", str(tmp_path / "o")]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{draft}: a mapping of {tmp_path / 'google.csv'}, in which 6 lines are left to decide\n"
    assert not (tmp_path / "o").exists()


def test_a_mapping_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    draft = tmp_path / "mapping.yml"
    draft.write_text("mine")
    result = RUN.invoke(app, ["import", str(export(tmp_path, "google")), "--draft-mapping", str(draft)])
    assert result.exit_code == 2
    assert "not written over" in result.stderr
    assert draft.read_text() == "mine"
