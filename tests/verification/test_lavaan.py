"""R beside the book: what does not agree is named, and so is what R needs."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from again import Record, is_needed
from planted import all_numbers
from shipped import DATA
from typer.testing import CliRunner

from companion.analysis import estimands
from companion.cli import app
from companion.errors import EngineError, InputError
from companion.peers import confirmation
from companion.quantities import TRUTHS, Asked, Place
from companion.study import SHIPPED_SURVEY, Study
from companion.survey.design import DESIGN
from companion.verification import expected, lavaan
from companion.verification.compare import Entry
from companion.verification.lavaan import Answer, Answers
from companion.verification.lavaan_jobs import Job, Resamples, observed

ROOT = DATA.parent
REVIEWED = expected.load(ROOT / expected.FILE).numbers
NUMBERS = {key: Entry.of(number) for key, number in all_numbers().items()}
ASKED = {key: number.asked for key, number in all_numbers().items()}
NAN = float("nan")
needs_r = pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")


def echo(
    reviewed: Mapping[str, Entry] = NUMBERS, asked: Mapping[str, Asked] = ASKED
) -> dict[tuple[str, str, str], Answer]:
    """An R that says what the book says."""
    found: dict[tuple[str, str, str], Answer] = {}
    for key, entry in reviewed.items():
        where = asked[key]
        if isinstance(where, str):
            continue
        at = (where.job, where.solution, where.name)
        before = found.get(at, Answer(NAN, NAN, NAN))
        if isinstance(entry.value, tuple):
            found[at] = replace(before, lower=entry.value[0], upper=entry.value[1])
        else:
            found[at] = replace(before, **{where.part: entry.value})
    return found


def judged(answers: dict[tuple[str, str, str], Answer]) -> dict[str, str]:
    """The outcome of every key that does not agree."""
    parts, _ = lavaan.judge_numbers(NUMBERS, ASKED, Answers(answers, {}), frozenset())
    return {row.key: row.outcome for part in parts.values() for row in part.misses}


def program(folder: Path, script: str) -> str:
    path = folder / "Rscript"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


@pytest.mark.slow
def test_an_r_that_says_the_same_agrees_with_every_number() -> None:
    assert judged(echo()) == {}


@pytest.mark.parametrize(
    ("at", "key"),
    [
        (("study", "est", "serial_reply"), "mediation.serial.reply.est"),
        (("study", "measure", "cfi"), "mediation.fit.cfi"),
        (("cfa-unit", "all", "pk3"), "measurement.loading.pk3.est"),
        (("derived", "statistic", "measurement.ave.psr"), "measurement.ave.psr"),
        (("planted-no_reversal", "est", "psr_like"), "planted.no_reversal.psr.like.est"),
    ],
)
def test_a_number_moved_by_one_ten_thousandth_is_named(at: tuple[str, str, str], key: str) -> None:
    answers = echo()
    value = answers[at].value
    assert isinstance(value, float)
    answers[at] = replace(answers[at], value=value + 1e-4)
    assert judged(answers) == {key: "differs"}


def test_a_moved_bound_is_named() -> None:
    answers = echo()
    at = ("study", "nox", "serial_none")
    answers[at] = replace(answers[at], upper=answers[at].upper + 1e-4)
    assert judged(answers) == {"mediation.serial.none.std.ci": "differs"}


def test_another_verdict_is_named() -> None:
    answers = echo()
    answers["derived", "statistic", "verdict.R2"] = Answer("undecided", NAN, NAN)
    assert judged(answers) == {"verdict.R2": "differs"}


def test_a_number_that_r_does_not_give_is_named_as_missing() -> None:
    answers = echo()
    del answers["fiml", "est", "serial_like"]
    assert judged(answers) == {"robustness.fiml.like.est": "missing", "robustness.fiml.like.ci": "missing"}


def test_a_survey_that_is_the_studys_own_is_not_fitted_twice() -> None:
    wanted = {"planted.reversal.serial.like.est": Entry(0.25, "0.250", "coefficient")}
    answers = Answers({("study", "est", "serial_like"): Answer(0.25, NAN, NAN)}, {})
    asked: dict[str, Asked] = {
        "planted.reversal.serial.like.est": Place(TRUTHS, "planted-reversal", "est", "serial_like")
    }
    parts, _ = lavaan.judge_numbers(wanted, asked, answers, frozenset({"reversal"}))
    assert all(part.agrees for part in parts.values())


def test_what_is_left_out_is_counted_by_reason() -> None:
    wanted = {key: NUMBERS[key] for key in ("power.samples", "power.draws", "plan.draws")}
    _, reasons = lavaan.judge_numbers(wanted, ASKED, Answers({}, {}), frozenset())
    assert sorted(reasons.values()) == [1, 2]


def test_a_reviewed_number_that_the_book_no_longer_makes_is_named() -> None:
    wanted = {"brand.new.number": Entry(0.25, "0.250", "coefficient")}
    with pytest.raises(InputError, match=r"brand\.new\.number"):
        lavaan.judge_numbers(wanted, ASKED, Answers({}, {}), frozenset())


def test_words_and_missing_bounds_are_read_as_such(tmp_path: Path) -> None:
    file = tmp_path / "results.csv"
    file.write_text(
        "job,solution,name,value,lower,upper\n"
        "derived,statistic,verdict.R1,found,NA,NA\n"
        "study,est,a1,-0.125,-0.5,0.25\n"
        "versions,version,lavaan,0.6.14,NA,NA\n"
    )
    answers = lavaan.read(file)
    assert answers.by_place["derived", "statistic", "verdict.R1"].value == "found"
    assert answers.by_place["study", "est", "a1"] == Answer(-0.125, -0.5, 0.25)
    assert answers.versions == {"lavaan": "0.6.14"}


def test_without_rscript_the_command_names_the_remedy_and_exits_with_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said = CliRunner().invoke(app, ["verify", "--engine", "lavaan"])
    assert said.exit_code == 2
    assert "apt-get install r-cran-lavaan" in said.stderr


def test_r_without_lavaan_is_told_with_its_own_words_and_the_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "echo \"there is no package called 'lavaan'\" >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    with pytest.raises(InputError, match=r"no package called 'lavaan'.*apt-get install r-cran-lavaan"):
        lavaan.find_rscript()


def test_an_r_that_fails_midway_is_told_with_its_own_words(tmp_path: Path) -> None:
    rscript = program(tmp_path, "echo 'direct-psr3: system is exactly singular' >&2; exit 1")
    with pytest.raises(EngineError, match="direct-psr3: system is exactly singular"):
        lavaan.run(rscript, tmp_path)


def test_an_r_that_ends_without_a_result_has_failed(tmp_path: Path) -> None:
    with pytest.raises(EngineError):
        lavaan.run(program(tmp_path, "exit 0"), tmp_path)


def test_a_failing_r_ends_the_command_with_1(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise EngineError("R could not finish: study: no convergence")

    monkeypatch.setattr(lavaan, "verify", fails)
    said = CliRunner().invoke(app, ["verify", "--engine", "lavaan"])
    assert said.exit_code == 1
    assert "study: no convergence" in said.stderr


def test_only_the_columns_of_the_model_are_handed_over_and_no_row_with_a_hole() -> None:
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0], "x": [1.0, np.nan, 3.0], "name": ["a", "b", "c"]})
    assert observed(Job("one", model="y ~ a*x", data=data)).to_dict("list") == {"y": [1.0, 3.0], "x": [1.0, 3.0]}
    assert len(observed(Job("one", model="y ~ a*x", data=data, missing="fiml"))) == 3


def one_job(folder: Path, model: str) -> None:
    """A folder with one job for R."""
    data = pd.DataFrame(np.random.default_rng(1).normal(size=(60, 3)), columns=["x", "m", "y"])
    job = Job("planted", model=model, data=data, resamples=Resamples(50, 3))
    row = lavaan._written(job, folder)
    pd.DataFrame([row]).to_csv(folder / "jobs.csv", index=False)
    settings = {"level": 0.95, "htmt_draws": 1, "modelled": "", "deciding": "none"}
    pd.DataFrame(settings.items(), columns=["name", "value"]).to_csv(folder / "settings.csv", index=False)


@needs_r
@pytest.mark.reference
def test_r_finds_its_scripts_in_a_folder_with_a_space_in_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = shutil.copytree(lavaan.SCRIPT.parent, tmp_path / "een boek/r")
    monkeypatch.setattr(lavaan, "SCRIPT", scripts / "lavaan.R")
    one_job(tmp_path, "m ~ x\ny ~ nobody")
    with pytest.raises(EngineError, match="planted:"):  # so far it comes only with all of its scripts
        lavaan.run(lavaan.find_rscript(), tmp_path)


@needs_r
@pytest.mark.reference
def test_a_model_that_lavaan_cannot_fit_is_named(tmp_path: Path) -> None:
    one_job(tmp_path, "m ~ x\ny ~ nobody")
    with pytest.raises(EngineError, match="planted:"):
        lavaan.run(lavaan.find_rscript(), tmp_path)


@pytest.fixture(scope="module")
def study() -> Study:
    return Study(ROOT / SHIPPED_SURVEY, ROOT)


@pytest.fixture(scope="module")
def asked(study: Study) -> dict[str, Asked]:
    return lavaan.asked_about(study)


@needs_r
@pytest.mark.reference
def test_r_confirms_every_number_that_the_record_counts(
    study: Study, asked: dict[str, Asked], record_property: Record, pytestconfig: pytest.Config
) -> None:
    kept, versions = confirmation.committed(ROOT), lavaan.versions(lavaan.find_rscript())
    with lavaan.written(study) as folder:
        question = lavaan.digest(folder, versions, asked, REVIEWED)
    if is_needed(question, kept.question, "every number of the book", record_property, pytestconfig):
        outcome, found = lavaan.verify(study)
        assert [row.key for part in outcome.parts.values() for row in part.misses] == []
        assert (found.data, found.resamples) == (kept.data, kept.resamples)
        for ours, theirs in zip((*found.groups, found.draws), (*kept.groups, kept.draws), strict=True):
            assert (ours.name, ours.compared) == (theirs.name, theirs.compared)
            assert max(ours.largest, theirs.largest) <= lavaan.TOLERANCE


@pytest.mark.reference
def test_the_record_counts_what_is_compared_today_and_what_is_not(study: Study, asked: dict[str, Asked]) -> None:
    kept, same = confirmation.committed(ROOT), lavaan.same_surveys(study)
    parts, reasons = lavaan.judge_numbers(REVIEWED, asked, Answers(echo(REVIEWED, asked), {}), same)
    assert {name: len(part.rows) for name, part in parts.items()} == {one.name: one.compared for one in kept.groups}
    assert reasons == kept.not_compared
    assert len(lavaan.first_draws(study)) == kept.draws.compared


@dataclass(frozen=True)
class Question:
    """A small comparison: what R is asked, and what its answers are compared with."""

    folder: Path
    asked: dict[str, Asked]
    reviewed: dict[str, Entry]
    versions: dict[str, str]

    @property
    def digest(self) -> str:
        files, script = self.folder / "asked", self.folder / "r/lavaan.R"
        return lavaan.digest(files, self.versions, self.asked, self.reviewed, script)


@pytest.fixture
def question(tmp_path: Path) -> Question:
    (tmp_path / "asked").mkdir()
    for name in ("jobs.csv", "model", "sample.csv"):
        (tmp_path / "asked" / name).write_text(name)
    shutil.copytree(lavaan.SCRIPT.parent, tmp_path / "r")
    return Question(tmp_path, dict(ASKED), dict(NUMBERS), {"R": "4.2.2", "lavaan": "0.6.14"})


def change(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n")


KEY = next(key for key, where in ASKED.items() if isinstance(where, Place) and where.part == "value")
CHANGES: dict[str, Callable[[Question], object]] = {
    "a job": lambda question: change(question.folder / "asked/jobs.csv"),
    "a model": lambda question: change(question.folder / "asked/model"),
    "the data": lambda question: change(question.folder / "asked/sample.csv"),
    "a script": lambda question: change(question.folder / "r/derived.R"),
    "lavaan": lambda question: question.versions.update(lavaan="0.6.15"),
    "a reviewed number": lambda question: question.reviewed.update({KEY: replace(NUMBERS[KEY], printed="other")}),
    "what R is asked for a number": lambda question: question.asked.update({KEY: replace(ASKED[KEY], name="other")}),
}


@pytest.mark.slow
@pytest.mark.parametrize("changed", CHANGES)
def test_r_is_asked_again_when_something_has_changed(question: Question, changed: str) -> None:
    before = question.digest
    assert question.digest == before
    CHANGES[changed](question)
    assert question.digest != before


def test_r_is_not_asked_again_for_a_number_that_it_is_not_asked_about(question: Question) -> None:
    before = question.digest
    key = next(key for key, where in ASKED.items() if isinstance(where, str))
    question.reviewed[key] = replace(NUMBERS[key], printed="other")
    assert question.digest == before


@needs_r
@pytest.mark.reference
def test_the_draws_compared_one_by_one_are_the_first_behind_the_intervals(study: Study) -> None:
    draws = lavaan.first_draws(study)
    for name in (one.parameter for one in estimands.deciding(DESIGN)):
        ours = [draws[f"draw {number + 1}, {name}"].value for number in range(lavaan.lavaan_jobs.SCRATCH)]
        np.testing.assert_allclose(ours, study.mediation.draws[name].iloc[: len(ours)], atol=1e-9)
