"""The book takes what an import takes: any tool's file, with a questionnaire and a mapping of one's own."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd
import pytest
import shipped
from typer.testing import CliRunner

from companion import cli
from companion.study import Study
from companion.survey import imported, sample
from companion.survey.exports import any_tool
from companion.truth import tool_formats

ENDINGS = {"limesurvey": "csv", "microsoft": "xlsx", "spss": "sav"}


@pytest.mark.slow
@pytest.mark.parametrize("tool", ENDINGS)
def test_a_study_of_a_tools_own_file_is_that_of_the_table_that_an_import_writes(tool: str, tmp_path: Path) -> None:
    made = tool_formats.written(tool, shipped.SURVEY.read_bytes(), shipped.asked())  # type: ignore[arg-type]
    survey, mapped_by = tmp_path / f"own.{ENDINGS[tool]}", tmp_path / "mapping.yml"
    survey.write_bytes(made.content)
    mapped_by.write_bytes(made.mapping or b"")
    own = Study(survey, mapped_by=mapped_by)
    (tmp_path / "survey.csv").write_bytes(
        imported.written(imported.read(survey, own.questionnaire, own.mapping), own.questionnaire)
    )
    # The two are selected here and not taken from the study, which would keep them among the results of the book.
    first, second = (
        sample.select(imported.read(file, own.questionnaire, mapping).export, own.questionnaire, own.analysis)
        for file, mapping in ((survey, own.mapping), (tmp_path / "survey.csv", imported.AS_ASKED))
    )
    pd.testing.assert_frame_equal(first.data, second.data)
    assert first.simulated
    assert second.simulated
    assert len(first.data) > 1_100


@pytest.mark.slow
def test_a_file_that_is_no_text_has_the_digest_of_its_bytes(tmp_path: Path) -> None:
    made = tool_formats.written("spss", shipped.SURVEY.read_bytes(), shipped.asked()).content
    file = tmp_path / "survey.sav"
    file.write_bytes(made)
    assert any_tool.read(file, None, ()).digest == hashlib.sha256(made).hexdigest()


@pytest.mark.slow
@pytest.mark.parametrize("option", ["--questionnaire", "--mapping"])
@pytest.mark.parametrize("command", ["analyse", "book", "pdf", "epub"])
def test_a_file_that_is_not_there_is_told_before_anything_is_computed(
    option: str, command: str, tmp_path: Path
) -> None:
    result = CliRunner().invoke(cli.app, [command, option, str(tmp_path / "none.yml")])
    assert result.exit_code == 2
    assert "none.yml" in result.stderr
    assert "Traceback" not in result.output
