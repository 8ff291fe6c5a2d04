"""A step of a study is computed on one thread, kept for the state of its inputs, and refused where these changed."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from companion.analysis import measurement
from companion.errors import InputError
from companion.store import Store
from companion.study import DATA, Study
from companion.survey.exports import any_tool

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ROOT / "data/survey.csv"


@pytest.fixture
def book(tmp_path: Path) -> Study:
    """A study in a folder of its own, which nothing is stored in."""
    return Study(SHIPPED, tmp_path)


def test_a_step_is_computed_on_one_thread_whatever_the_caller_allows(book: Study) -> None:
    with threadpool_limits(limits=2):
        used = book.keep("threads", dict, lambda: {library["num_threads"] for library in threadpool_info()})
    assert used == {1}


def test_a_result_is_computed_once_for_each_state_of_its_inputs(book: Study) -> None:
    assert book.keep("step", lambda: {"file": "a"}, lambda: "A") == "A"
    assert book.keep("step", lambda: {"file": "b"}, lambda: "B") == "B"
    assert book.keep("step", lambda: {"file": "a"}, lambda: "computed again") == "A"


def test_a_result_whose_input_changed_meanwhile_is_refused_with_its_name_and_not_kept(book: Study) -> None:
    states = iter([{"data/truth.yml": "before"}, {"data/truth.yml": "after"}])
    with pytest.raises(InputError, match=r"data/truth\.yml: The file was changed"):
        book.keep("step", lambda: next(states), lambda: "wrong")
    assert book.keep("step", lambda: {"data/truth.yml": "before"}, lambda: "right") == "right"


OWN = {"survey": "survey.csv", "analysis": "data/analysis.yml", "questionnaire": "own.yml", "mapping": "mapping.yml"}
"""What of a study's own files changes -> the file."""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Study:
    """A study all of whose files may change, and whose measurement takes no time."""
    monkeypatch.setattr(measurement, "describe", lambda *_: "described")
    shutil.copytree(ROOT / "data", tmp_path / "data")
    shutil.copy(SHIPPED, tmp_path / OWN["survey"])
    shutil.copy(ROOT / "data/questionnaire.yml", tmp_path / OWN["questionnaire"])
    (tmp_path / OWN["mapping"]).write_text("missing: [x]\n")
    survey, asked, mapped_by = (tmp_path / OWN[name] for name in ("survey", "questionnaire", "mapping"))
    return Study(survey, tmp_path, asked=asked, mapped_by=mapped_by)


def refused_and_not_kept(own: Study, step: str, file: str) -> None:
    with pytest.raises(InputError, match=rf"{file}: The file was changed while it was being used"):
        getattr(own, step)
    assert not own.keeps(step, Study(*own.__reduce__()[1]).inputs_of(step))


def change(own: Study, what: str) -> str:
    """Change one of the files so that it says something else; give its name."""
    file = own.root / OWN[what]
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1] if what == "survey" else [*lines, b"# one line more\n"]))
    return OWN[what]


@pytest.mark.slow
@pytest.mark.parametrize("what", OWN)
def test_a_step_from_a_sample_whose_file_has_changed_since_is_refused_and_not_kept(own: Study, what: str) -> None:
    _ = own.sample
    refused_and_not_kept(own, "measurement", change(own, what))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["analysis", "questionnaire", "mapping"])
def test_a_sample_by_settings_that_have_changed_since_they_were_read_is_refused_and_not_kept(
    own: Study, what: str
) -> None:
    getattr(own, what)
    refused_and_not_kept(own, "sample", change(own, what))


@pytest.mark.slow
def test_a_sample_of_answers_that_have_changed_since_they_were_read_is_refused_and_not_kept(own: Study) -> None:
    _ = own.answers
    refused_and_not_kept(own, "sample", change(own, "survey"))


@pytest.mark.slow
def test_a_step_from_a_stored_sample_whose_file_has_changed_since_is_refused_and_not_kept(own: Study) -> None:
    _ = own.sample
    later = Study(*own.__reduce__()[1])
    assert later.sample.digest == own.sample.digest
    refused_and_not_kept(later, "measurement", change(later, "survey"))


@pytest.mark.slow
def test_a_survey_that_is_only_saved_in_another_way_meanwhile_is_not_refused(own: Study) -> None:
    chosen = own.sample
    own.survey.write_bytes(own.survey.read_bytes().replace(b"\n", b"\r\n"))
    assert own.measurement == "described"
    assert own.answers.digest == chosen.digest


def counted(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Gather the files that are parsed."""
    parsed: list[Path] = []
    read = any_tool.read

    def noted(path: Path, *given: object) -> any_tool.Source:
        parsed.append(path)
        return read(path, *given)  # type: ignore[arg-type]

    monkeypatch.setattr(any_tool, "read", noted)
    return parsed


@pytest.mark.slow
def test_a_survey_is_parsed_once_for_its_digest_its_sample_and_all_its_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed, kept = counted(monkeypatch), Store(tmp_path)
    for _ in range(2):  # another study, as in another process
        study = Study(SHIPPED)
        study.store = kept
        assert study.sample.digest == study.answers.digest == study.inputs_of("sample")["survey"]
    assert parsed == [SHIPPED]


@pytest.mark.slow
def test_a_survey_that_was_saved_in_another_way_is_parsed_again_and_its_results_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey, kept = tmp_path / "survey.csv", Store(tmp_path / "store")
    ways = (SHIPPED.read_bytes(), SHIPPED.read_bytes().replace(b"\n", b"\r\n"))
    parsed = counted(monkeypatch)
    for content in ways:
        survey.write_bytes(content)
        study = Study(survey)
        study.store = kept
        _ = study.sample
    assert parsed == [survey, survey]
    assert len(list((tmp_path / "store" / "sample").iterdir())) == 1


@pytest.mark.slow
def test_answers_are_told_by_the_name_of_the_file_that_is_asked(tmp_path: Path) -> None:
    copy, kept = tmp_path / "copy.csv", Store(tmp_path / "store")
    copy.write_bytes(SHIPPED.read_bytes())
    files = []
    for survey in (SHIPPED, copy):
        study = Study(survey)
        study.store = kept
        files.append(study.answers.file)
    assert files == [str(SHIPPED), str(copy)]


@pytest.mark.slow
def test_of_whole_surveys_only_the_two_that_were_used_last_stay(tmp_path: Path) -> None:
    kept = Store(tmp_path / "store")
    lines = SHIPPED.read_bytes().splitlines(keepends=True)
    for people in range(4):
        survey = tmp_path / f"{people}.csv"
        survey.write_bytes(b"".join(lines[: len(lines) - people]))
        study = Study(survey)
        study.store = kept
        _ = study.sample
    study.let_go()
    left = {step: len(list((kept.folder / step).iterdir())) for step in ("answers", "sample")}
    assert left == {"answers": 2, "sample": 4}


STEPS = ("sample", "measurement", "experiment", "mediation", "invariance", "robustness", "verdicts", "cross_check")
READS = {
    "sample": {"data/analysis.yml", "data/questionnaire.yml", "companion/survey/exclusions.py"},
    "verdicts": {"data/claims.yml", "companion/analysis/mediation.py", "companion/analysis/claims.py"},
    "mediation": {"companion/sem/bootstrap.py", "companion/survey/sample.py"},
    "known_results": {"data/literature/published.csv", "companion/peers/known_results.py"},
    "recovery": {"data/truth.yml", "data/truth-no-reversal.yml", "companion/truth/recovery.py"},
    "drawn": {"data/truth-no-reversal.yml", "companion/truth/simulate.py"},
}
SPARES = {
    "sample": {"data/claims.yml", "companion/analysis/mediation.py", "companion/sem/bootstrap.py"},
    "measurement": {"companion/analysis/robustness.py", "companion/peers/cross_check.py", "data/truth.yml"},
    "mediation": {"companion/analysis/robustness.py", "companion/analysis/claims.py", "data/claims.yml"},
    "cross_check": {"companion/analysis/claims.py", "companion/truth/recovery.py"},
    "known_results": {"survey", "data/claims.yml", "data/questionnaire.yml"},
    "drawn": {"survey", "companion/analysis/mediation.py"},
}


@pytest.mark.slow
@pytest.mark.parametrize("step", READS)
def test_what_a_step_reads_is_among_its_inputs(step: str) -> None:
    assert READS[step] <= Study(SHIPPED).inputs_of(step).keys()


@pytest.mark.slow
@pytest.mark.parametrize("step", SPARES)
def test_what_a_step_does_not_read_is_not(step: str) -> None:
    assert not SPARES[step] & Study(SHIPPED).inputs_of(step).keys()


@pytest.mark.slow
@pytest.mark.parametrize("step", [*STEPS, "known_results", "recovery", "drawn"])
def test_no_step_depends_on_how_the_book_looks_and_every_one_on_lock_and_python(step: str) -> None:
    inputs = Study(SHIPPED).inputs_of(step)
    rooms = ("companion/book/", "companion/figures/", "companion/tables/", "companion/verification/")
    assert [name for name in inputs if name.startswith(rooms)] == []
    assert {"requirements.lock", "Python"} <= inputs.keys()


def test_every_member_that_is_said_to_read_data_is_one() -> None:
    assert [member for member in DATA if not hasattr(Study, member)] == []


def test_every_data_file_is_read_by_some_member() -> None:
    read = {file for patterns in DATA.values() for pattern in patterns for file in ROOT.glob(pattern)}
    there = {*ROOT.glob("data/*.yml"), *ROOT.glob("data/literature/*")}
    assert there <= read


def installed(folder: Path, version: str) -> None:
    """Lay out what tells that some version of Numba is installed."""
    about = folder / f"numba-{version}.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: numba\nVersion: {version}\n")


@pytest.mark.slow
def test_without_numba_or_with_another_one_every_step_has_another_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    study = Study(SHIPPED)
    states = [study.inputs_of("mediation")]
    for version in ("", "9.8", "9.9"):
        folder = tmp_path / version / "packages"
        if version:
            installed(folder, version)
        monkeypatch.setattr(sys, "path", [str(folder)])
        states.append(study.inputs_of("mediation"))
    assert [state["Numba"] for state in states[1:]] == ["", "9.8", "9.9"]
    assert {name for state in states for name in state if state[name] != states[0][name]} == {"Numba"}
