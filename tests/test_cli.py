"""The command tells what it did, and its exit code says how it went."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from companion.cli import app

DATA = Path(__file__).parents[1] / "data"
RUN = CliRunner()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    random = np.random.default_rng(6)
    x = random.normal(size=300)
    m = 0.5 * x + random.normal(size=300)
    y = 0.4 * m + random.normal(size=300)
    path = tmp_path / "table.csv"
    pd.DataFrame({"x": x, "m": m, "y": y}).to_csv(path, index=False)
    return path


def model(folder: Path, text: str) -> Path:
    path = folder / "model.txt"
    path.write_text(text)
    return path


def test_simulate_writes_the_survey_that_ships_byte_for_byte(tmp_path: Path) -> None:
    output = tmp_path / "survey.csv"
    arguments = ["--truth", str(DATA / "truth.yml"), "--questionnaire", str(DATA / "questionnaire.yml")]
    assert RUN.invoke(app, ["simulate", *arguments, "--output", str(output)]).exit_code == 0
    assert output.read_bytes() == (DATA / "survey.csv").read_bytes()


def test_fit_writes_the_same_numbers_as_the_layer_gives(tmp_path: Path, table: Path) -> None:
    text = "m ~ a*x\ny ~ b*m\nab := a*b"
    written = tmp_path / "fit.json"
    result = RUN.invoke(
        app, ["fit", str(model(tmp_path, text)), str(table), "--bootstrap", "200", "--json", str(written)]
    )
    assert result.exit_code == 0, result.output
    values = json.loads(written.read_text())
    data = pd.read_csv(table)
    a = np.polyfit(data["x"], data["m"], 1)[0]
    b = np.polyfit(data["m"], data["y"], 1)[0]
    product = next(row for row in values["estimates"] if row["op"] == ":=")
    assert product["est"] == pytest.approx(a * b)
    assert {row["parameter"] for row in values["bootstrap"]} >= {"a", "b", "ab"}
    assert "ab" in result.output


@pytest.mark.parametrize(
    ("text", "named"),
    [("m ~ a*x\ny ~~~ m", "row 2"), ("m ~ nobody", "nobody"), ("m ~ x\ny ~ m +", "row 2")],
)
def test_a_wrong_model_is_told_with_its_place_and_exit_code_two(
    tmp_path: Path, table: Path, text: str, named: str
) -> None:
    result = RUN.invoke(app, ["fit", str(model(tmp_path, text)), str(table)])
    assert result.exit_code == 2
    assert named in result.stderr
    assert "Traceback" not in result.output


@pytest.mark.parametrize("missing", ["model", "data"])
def test_a_missing_file_is_told_with_exit_code_two(tmp_path: Path, table: Path, missing: str) -> None:
    files = {"model": model(tmp_path, "m ~ x"), "data": table, missing: tmp_path / "nowhere"}
    result = RUN.invoke(app, ["fit", str(files["model"]), str(files["data"])])
    assert result.exit_code == 2
    assert "nowhere" in result.stderr


def test_a_bootstrap_under_full_information_is_refused_with_its_reason(tmp_path: Path, table: Path) -> None:
    arguments = ["fit", str(model(tmp_path, "m ~ x")), str(table), "--missing", "fiml", "--bootstrap", "100"]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert "bootstrap" in result.stderr


def test_a_survey_in_which_nobody_is_left_ends_with_exit_code_three(tmp_path: Path) -> None:
    text = (DATA / "survey.csv").read_text(encoding="utf-8")
    refused = tmp_path / "refused.csv"
    refused.write_text(text.replace("Ja, ik neem deel", "Nee, ik neem niet deel"), encoding="utf-8")
    result = RUN.invoke(app, ["analyse", "--survey", str(refused)])
    assert result.exit_code == 3
    assert "left" in result.stderr


def test_every_command_explains_itself() -> None:
    for command in ("simulate", "analyse", "fit", "power", "book", "verify"):
        result = RUN.invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert len(result.output) > 100
