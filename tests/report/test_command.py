"""`companion report` writes the section, whole or not at all."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from marked import marked
from typer.testing import CliRunner

from companion.cli import app
from companion.report import results_section

NAMES = ["results.docx", "results.md", "results.tex"]


def run(out: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(results_section, "numbers_of", lambda study: marked())
    done = CliRunner().invoke(app, ["report", "--out", str(out)])
    return done.exit_code, done.output


@pytest.mark.slow
def test_the_command_writes_the_section_in_each_format(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(tmp_path / "report", monkeypatch)
    assert (code, sorted(path.name for path in (tmp_path / "report").iterdir())) == (0, NAMES)
    assert output.count("results.") == len(NAMES)
    for name in ("results.md", "results.tex"):
        assert "are simulated" in (tmp_path / "report" / name).read_text(encoding="utf-8")
    word = docx.Document(str(tmp_path / "report" / "results.docx"))
    assert "are simulated" in word.paragraphs[1].text


def test_a_place_that_is_no_folder_is_told_with_exit_code_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report").write_text("mine")
    code, output = run(tmp_path / "report", monkeypatch)
    assert code == 2
    assert (tmp_path / "report").read_text() == "mine"
    assert "Traceback" not in output
