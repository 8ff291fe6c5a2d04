"""A study is passed to whoever works on it; only those who begin ask the environment which one it is."""

from __future__ import annotations

import ast
import pickle
from dataclasses import replace
from pathlib import Path

import pytest
import shipped

from companion import closure, study
from companion.errors import InputError
from companion.study import ROOT, SHIPPED_SURVEY, SURVEY_VARIABLE

PACKAGE = ROOT / "companion"
BEGINNERS = {
    "book/execution.py",
    "book/exit_door.py",
    "book/outside_links.py",
    "book/sphinx/subject.py",
    "cli.py",
    "study.py",
}
IN_A_REMEDY = {"verification/verification.py"}
PASS_ON = {"book/build.py"}
"""Hands the variables to the processes that it starts."""


def naming(name: str) -> set[str]:
    """Give the modules that name a function or a constant in their code."""
    found = set()
    for module in PACKAGE.rglob("*.py"):
        tree = ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        names = {
            getattr(node, "attr", None) or getattr(node, "id", None) or getattr(node, "name", None) for node in tree
        }
        if name in names:
            found.add(module.relative_to(PACKAGE).as_posix())
    return found


def test_the_book_is_about_the_survey_that_ships(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SURVEY_VARIABLE, raising=False)
    assert study.of_this_book().survey == ROOT / SHIPPED_SURVEY


def test_the_book_is_about_the_survey_that_the_environment_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(SURVEY_VARIABLE, str(tmp_path / "one.csv"))
    one = study.of_this_book()
    monkeypatch.setenv(SURVEY_VARIABLE, str(tmp_path / "other.csv"))
    assert (one.survey, study.of_this_book().survey) == (tmp_path / "one.csv", tmp_path / "other.csv")


@pytest.mark.slow
def test_only_those_who_begin_ask_which_survey_the_book_is_about() -> None:
    assert naming("of_this_book") == BEGINNERS


@pytest.mark.slow
def test_nobody_else_knows_the_variables() -> None:
    assert naming("SURVEY_VARIABLE") == naming("QUESTIONNAIRE_VARIABLE") == naming("MAPPING_VARIABLE") == {"study.py"}
    assert naming("ENVIRONMENT") == {"study.py", *IN_A_REMEDY}
    assert naming("named_in_environment") == {"study.py", *PASS_ON}


def test_what_a_build_starts_finds_the_same_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one = study.Study(tmp_path / "s.csv", asked=tmp_path / "q.yml", mapped_by=tmp_path / "m.yml")
    for about in (one, study.Study(tmp_path / "s.csv")):
        for name, value in study.named_in_environment(about).items():
            monkeypatch.setenv(name, value)
        found = study.of_this_book()
        assert (found.survey, found.asked, found.mapped_by) == (about.survey, about.asked, about.mapped_by)


@pytest.mark.slow
def test_another_questionnaire_or_mapping_is_another_state(tmp_path: Path) -> None:
    asked, mapped_by = tmp_path / "q.yml", tmp_path / "m.yml"
    asked.write_bytes((shipped.DATA / "questionnaire.yml").read_bytes())
    mapped_by.write_text("missing: [x]\n")
    own = study.Study(shipped.SURVEY, asked=asked, mapped_by=mapped_by)
    before = own.inputs_of("sample")
    mapped_by.write_text("missing: [y]\n")
    mapped = own.inputs_of("sample")
    asked.write_text(asked.read_text(encoding="utf-8") + "# one line more\n", encoding="utf-8")
    assert {name for name in before if before[name] != mapped[name]} == {"mapping"}
    assert {name for name in before if mapped[name] != own.inputs_of("sample")[name]} == {"questionnaire"}
    assert "mapping" not in study.Study(shipped.SURVEY).inputs_of("sample")


@pytest.mark.slow
def test_answers_in_which_a_model_has_no_solution_are_told_with_a_remedy(tmp_path: Path) -> None:
    own = study.Study(shipped.SURVEY)
    own.store, own.sample = shipped.Unkept(tmp_path), shipped.selected()
    own.sample = replace(own.sample, data=own.sample.data.assign(pa1=4.0))
    with pytest.raises(InputError, match=r"survey\.csv: .*'mediation'.* 'pa1' has no variance.* Look for an item"):
        _ = own.mediation


def test_a_study_travels_to_another_process_without_its_results() -> None:
    sent = study.Study(shipped.SURVEY, asked=Path("q.yml"), mapped_by=Path("m.yml"))
    sent.sample = shipped.selected()
    arrived = pickle.loads(pickle.dumps(sent))
    told = [(one.survey, one.root, one.language, one.asked, one.mapped_by) for one in (sent, arrived)]
    assert told[0] == told[1]
    assert "sample" not in vars(arrived)


def test_what_the_package_imports_is_read_once_for_all_who_keep_results_in_one_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["companion.analysis.mediation"]
    first = study.Study(shipped.SURVEY, tmp_path).package.closure(asked)
    study._package.cache_clear()
    monkeypatch.setattr(closure.ast, "parse", None)
    assert study.Study(shipped.SURVEY, tmp_path).package.closure(asked) == first


def test_what_a_changed_module_imports_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "planted"
    folder.mkdir()
    for name in ("__init__", "first", "second"):
        (folder / f"{name}.py").write_text("")
    monkeypatch.setattr(study, "_package", lambda: closure.Package(folder))

    def reached() -> set[str]:
        return {file.stem for file in study.Study(shipped.SURVEY, tmp_path).package.closure(["planted.first"])}

    assert reached() == {"__init__", "first"}
    (folder / "first.py").write_text("from planted import second\n")
    assert reached() == {"__init__", "first", "second"}
