"""The command tells what it did, and its exit code says how it went."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import docx
import numpy as np
import pandas as pd
import pytest
import tiny_plans
from typer.testing import CliRunner

from companion.cli import app
from companion.truth import best_weights, replications

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


WRONG_DATA = {
    "a row with more cells than the header": (
        b"x,m\n1,2\n1,2,3\n",
        "row 3: This row has 3 cells",
    ),
    "an empty file": (b"", "The file is empty"),
    "no text": (b"x,m\n\xff\xfe,1\n", "Byte 5 is no text in UTF-8"),
    "a quotation mark that is never closed": (b'x,m\n"1,2\n', "its rows cannot be told apart"),
}


@pytest.mark.parametrize("case", WRONG_DATA)
def test_a_wrong_file_is_told_in_our_own_words(tmp_path: Path, case: str) -> None:
    content, words = WRONG_DATA[case]
    (tmp_path / "wrong.csv").write_bytes(content)
    result = RUN.invoke(app, ["fit", str(model(tmp_path, "m ~ x")), str(tmp_path / "wrong.csv")])
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{tmp_path / 'wrong.csv'}")
    assert words in result.stderr
    assert not re.search(r"Errno|codec|C error|tokeniz|parse", result.stderr, re.IGNORECASE)


@pytest.mark.parametrize("place", ["model", "data"])
def test_a_folder_in_the_place_of_a_file_is_told_in_our_own_words(tmp_path: Path, table: Path, place: str) -> None:
    files = {"model": model(tmp_path, "m ~ x"), "data": table, place: tmp_path}
    result = RUN.invoke(app, ["fit", str(files["model"]), str(files["data"])])
    assert result.exit_code == 2
    assert f"{tmp_path}: This is a folder, not a file." in result.stderr
    assert "Errno" not in result.stderr


REFUSALS = {
    errno.ENOSPC: "The disk is full.",
    errno.EDQUOT: "The disk is full.",
    errno.EROFS: "Nothing can be written here.",
    errno.EACCES: "This account may not use it.",
}


@pytest.mark.slow
@pytest.mark.parametrize("refusal", REFUSALS)
def test_what_the_system_refuses_is_told_in_one_line(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch, refusal: int
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(refusal, os.strerror(refusal), str(tmp_path / "fit.json"))

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    arguments = ["fit", str(model(tmp_path, "m ~ x")), str(table), "--json", str(tmp_path / "fit.json")]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith(f"{tmp_path / 'fit.json'}: {REFUSALS[refusal]}")


def test_what_is_no_refusal_of_the_system_is_not_passed_off_as_one(
    tmp_path: Path, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise OSError("a fault of ours")

    monkeypatch.setattr("tempfile.mkstemp", broken)
    arguments = ["fit", str(model(tmp_path, "m ~ x")), str(table), "--json", str(tmp_path / "fit.json")]
    assert isinstance(RUN.invoke(app, arguments).exception, OSError)


def test_a_bootstrap_under_full_information_is_refused_with_its_reason(tmp_path: Path, table: Path) -> None:
    arguments = ["fit", str(model(tmp_path, "m ~ x")), str(table), "--missing", "fiml", "--bootstrap", "100"]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert "bootstrap" in result.stderr


@pytest.mark.slow
def test_a_survey_in_which_nobody_is_left_ends_with_exit_code_three(tmp_path: Path) -> None:
    text = (DATA / "survey.csv").read_text(encoding="utf-8")
    refused = tmp_path / "refused.csv"
    refused.write_text(text.replace("Ja, ik neem deel", "Nee, ik neem niet deel"), encoding="utf-8")
    result = RUN.invoke(app, ["analyse", "--survey", str(refused)])
    assert result.exit_code == 3
    assert "left" in result.stderr


@pytest.mark.slow
def test_every_command_explains_itself() -> None:
    for command in ("simulate", "analyse", "fit", "power", "plan", "report", "book", "verify"):
        result = RUN.invoke(app, [command, "--help"])
        assert result.exit_code == 0
        assert len(result.output) > 100


@pytest.mark.slow
def test_plan_prints_and_writes_what_it_found(tmp_path: Path) -> None:
    targets = [{"power": 0.8, "claim": "R2"}]
    plan = tiny_plans.written(tmp_path, samples={"a": {"cells": 12}, "b": {"cells": 40}}, targets=targets)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "reversal / full / b / means" in result.output
    power = pd.read_csv(tmp_path / "out/power.csv")
    assert power[["people", "claim", "replications"]].to_numpy().tolist() == [
        [72, "R2", 4],
        [72, "all together", 4],
        [240, "R2", 4],
        [240, "all together", 4],
    ]
    for name, columns in {"runs": "unconverged", "precision": "coverage", "smallest": "lower"}.items():
        assert columns in pd.read_csv(tmp_path / f"out/{name}.csv")


def test_a_plan_whose_other_process_was_ended_says_so_and_how_to_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(jobs: object) -> Iterator[None]:
        yield from ()
        raise BrokenProcessPool("A process in the process pool was terminated abruptly")

    monkeypatch.setattr(replications, "in_processes", lambda workers: broken)
    result = RUN.invoke(app, ["plan", str(tiny_plans.written(tmp_path)), "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert "most often for want of memory" in result.stderr
    assert "run the command again; what was there stands" in result.stderr


@pytest.mark.slow
def test_plan_names_the_allocation_with_the_most_power_and_the_claims_that_one_cannot_test(tmp_path: Path) -> None:
    weights = {"equal": {"none": 1, "like": 1, "reply": 1}, "no like": {"none": 1, "like": 0, "reply": 1}}
    shares = {"claim": "R2", "budget": 300.0, "costs": {"none": 2, "like": 2, "reply": 5}, "weights": weights}
    plan = tiny_plans.written(tmp_path, samples={}, allocations=shares)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    assert "untestable in this design" in result.output
    assert "reversal / full / means: only 'equal' can test R2." in " ".join(result.output.split())
    told = pd.read_csv(tmp_path / "out/allocations.csv").set_index("allocation")
    assert told[["none", "like", "reply", "cost"]].to_numpy().tolist() == [[34, 34, 32, 296], [44, 0, 42, 298]]
    assert told["untestable"].fillna("").to_dict() == {"equal": "", "no like": "R2, all together"}
    assert told["rate"].isna().to_dict() == {"equal": False, "no like": True}


@pytest.mark.slow
def test_plan_searches_weights_and_simulates_them_beside_the_others(tmp_path: Path) -> None:
    shares = {"people": 144, "search": "found", "weights": {"equal": {"none": 1, "like": 1, "reply": 1}}}
    plan = tiny_plans.written(tmp_path, samples={}, claims=["R4"], allocations=shares)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 0, result.output
    best = "reversal / full / means: of all weights, those of 'found' have about the most power"
    assert best in " ".join(result.output.split())
    weights = pd.read_csv(tmp_path / "out/searched.csv")
    assert weights["allocation"].tolist() == ["found", "equal"]
    assert weights.loc[0, "none"] == 0
    assert weights["expected"].is_monotonic_decreasing
    told = pd.read_csv(tmp_path / "out/allocations.csv").set_index("allocation")
    assert told.loc["found", ["none", "people"]].tolist() == [0, 144]


def test_a_plan_that_compares_allocations_is_no_study_to_register(tmp_path: Path) -> None:
    weights = {"equal": {"none": 1, "like": 1, "reply": 1}, "half": {"none": 1, "like": 2, "reply": 2}}
    shares = {"claim": "R2", "people": 72, "weights": weights}
    plan = tiny_plans.written(tmp_path, samples={}, allocations=shares)
    result = RUN.invoke(app, ["plan", str(plan), "--preregistration", str(tmp_path / "form.md")])
    assert result.exit_code == 2
    assert "column allocations" in result.stderr
    assert not (tmp_path / "form.md").exists()


def test_a_plan_with_a_fault_ends_with_exit_code_two_and_writes_nothing(tmp_path: Path) -> None:
    plan = tiny_plans.written(tmp_path, claims=["R9"])
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    assert "row 6" in result.stderr
    assert "R9" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_plan_fills_in_a_preregistration_with_what_it_found(tmp_path: Path) -> None:
    plan, filled = tiny_plans.written(tmp_path), tmp_path / "made" / "preregistration.md"
    arguments = ["plan", str(plan), "--out", str(tmp_path / "out"), "--preregistration", str(filled)]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.output
    [row] = pd.read_csv(tmp_path / "out/power.csv").query("claim == 'R2'").to_dict("records")
    share = f"{row['rate']:.3f}".removeprefix("0")
    assert f"| reversal | R2 | {share} |" in filled.read_text(encoding="utf-8")
    assert [file.name for file in filled.parent.iterdir()] == ["preregistration.md"]
    again = RUN.invoke(app, [*arguments[:-1], str(word := tmp_path / "preregistration.docx"), "--order", "osf"])
    assert again.exit_code == 0, again.output
    assert "Sampling Plan" in [paragraph.text for paragraph in docx.Document(str(word)).paragraphs]
    [table] = docx.Document(str(word)).tables
    assert [cell.text for cell in table.rows[1].cells][:3] == ["reversal", "R2", share]


def test_a_preregistration_in_a_format_that_is_not_written_is_refused_before_anything_is_simulated(
    tmp_path: Path,
) -> None:
    arguments = ["--out", str(tmp_path / "out"), "--preregistration", str(tmp_path / "form.pdf")]
    result = RUN.invoke(app, ["plan", str(tiny_plans.written(tmp_path)), *arguments])
    assert result.exit_code == 2
    assert ".md, .tex or .docx" in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("named", "form"), [(("equal",), "form.pdf"), (("equal", "half"), "form.md"), (("equal",), "form.md")]
)
def test_what_cannot_be_registered_is_refused_before_weights_are_searched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: tuple[str, ...], form: str
) -> None:
    asked: list[object] = []
    monkeypatch.setattr(best_weights, "completed", lambda *of: asked.append(of))
    weights = {"equal": {"none": 1, "like": 1, "reply": 1}, "half": {"none": 1, "like": 2, "reply": 2}}
    shares = {"people": 144, "search": "found", "weights": {name: weights[name] for name in named}}
    plan = tiny_plans.written(tmp_path, samples={}, claims=["R4"], allocations=shares)
    result = RUN.invoke(app, ["plan", str(plan), "--preregistration", str(tmp_path / form)])
    assert (result.exit_code, asked) == (2, [])


def test_an_order_without_a_preregistration_is_refused_before_anything_is_simulated(tmp_path: Path) -> None:
    plan = tiny_plans.written(tmp_path)
    result = RUN.invoke(app, ["plan", str(plan), "--out", str(tmp_path / "out"), "--order", "osf"])
    assert result.exit_code == 2
    assert "Add --preregistration" in " ".join(result.stderr.split())
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_study_that_drops_a_reaction_can_be_registered(tmp_path: Path) -> None:
    weights = {"no like": {"none": 1, "like": 0, "reply": 1}}
    plan = tiny_plans.written(
        tmp_path, claims=["R2", "R3"], samples={}, allocations={"claim": "R3", "people": 60, "weights": weights}
    )
    filled = tmp_path / "mine.md"
    arguments = ["plan", str(plan), "--out", str(tmp_path / "out"), "--preregistration", str(filled)]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 0, result.stderr
    form = filled.read_text(encoding="utf-8")
    assert "Not claimed: R2." in form
    rates = re.findall(r"^\| reversal \| (.*?) \|", form, flags=re.M)
    assert rates == ["R3"]


@pytest.mark.parametrize(
    ("changes", "more", "told"),
    [({"samples": {"a": {"cells": 12}, "b": {"cells": 14}}}, [], "2 samples: a, b"), ({}, ["--r"], "--r")],
)
def test_what_cannot_be_registered_is_refused_before_anything_is_simulated(
    tmp_path: Path, changes: dict[str, object], more: list[str], told: str
) -> None:
    (filled := tmp_path / "mine.md").write_text("my own words", encoding="utf-8")
    plan = tiny_plans.written(tmp_path, **changes)
    arguments = ["plan", str(plan), "--out", str(tmp_path / "out"), "--preregistration", str(filled), *more]
    result = RUN.invoke(app, arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert filled.read_text(encoding="utf-8") == "my own words"
    assert not (tmp_path / "out").exists()
