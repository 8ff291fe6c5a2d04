"""A study is passed to whoever works on it; only those who begin ask the environment which one it is."""

from __future__ import annotations

import ast
import pickle
from pathlib import Path

import pytest
import shipped

from companion import study
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
PASS_ON = {"book/build.py", "verification/verification.py"}
"""One hands the variable to the processes that it starts, the other names it in a remedy."""


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


def test_only_those_who_begin_ask_which_survey_the_book_is_about() -> None:
    assert naming("of_this_book") == BEGINNERS


def test_nobody_else_knows_the_variable() -> None:
    assert naming("SURVEY_VARIABLE") == {"study.py", *PASS_ON}


def test_a_study_travels_to_another_process_without_its_results() -> None:
    sent = shipped.study()
    arrived = pickle.loads(pickle.dumps(sent))
    assert (arrived.survey, arrived.root, arrived.language) == (sent.survey, sent.root, sent.language)
    assert "sample" not in vars(arrived)
