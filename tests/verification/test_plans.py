"""The kept tables of a plan are held against a few replications, simulated again, and against their own counts."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import shipped
import tiny_plans

from companion.store import Store
from companion.study import SHIPPED_SURVEY, Study
from companion.truth import kept_plans, planned, planned_tables, replications
from companion.verification import expected, plans, verification
from companion.verification.compare import Entry
from companion.verification.expected import FILE, Results

REVIEWED = Results({"a.est": Entry(0.5, "0.500", "coefficient")}, {}, {}, {})
SAMPLES = {"40": {"cells": 40}}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a plan and its tables, as they are kept with the book."""
    root = tmp_path_factory.mktemp("book")
    for file in shipped.DATA.glob("*.yml"):
        (root / "data").mkdir(exist_ok=True)
        shutil.copyfile(file, root / "data" / file.name)
    (root / kept_plans.PLANS).mkdir()
    written = tiny_plans.written(root / kept_plans.PLANS, samples=SAMPLES, claims=["R1", "R2"], replications=6)
    read, kept = tiny_plans.loaded(written.rename(written.with_name("tiny.yml"))), Store(root / "_build")
    list(replications.run(replications.jobs_of(read), kept))
    outcome = planned.outcome(read, shipped.claims(), kept)
    planned_tables.write(read, outcome, root / kept_plans.FOLDER / "tiny")
    expected.write(root / FILE, REVIEWED)
    return root


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Study:
    """A copy of it, in which nothing that was simulated is kept."""
    root = tmp_path / "book"
    shutil.copytree(made, root, ignore=shutil.ignore_patterns("_build"))
    return Study(root / SHIPPED_SURVEY, root)


def plant(book: Study, file: str, change: Callable[[str], str]) -> None:
    path = book.root / kept_plans.FOLDER / "tiny" / file
    before = path.read_text(encoding="utf-8")
    path.write_text(change(before), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before


@pytest.mark.slow
def test_tables_that_nobody_touched_agree(book: Study) -> None:
    found = plans.check(book, "*")
    assert found.misses == ()
    assert {row.key.rpartition(".")[2] for row in found.rows} >= {"est", "ci", "share", "R1"}


def last_cell(text: str, change: Callable[[str], str]) -> str:
    lines = text.splitlines()
    start, comma, cell = lines[-1].rpartition(",")
    return "\n".join([*lines[:-1], start + comma + change(cell)]) + "\n"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "change", "missed"),
    [
        ("spots.csv", lambda text: last_cell(text, lambda cell: str(float(cell) + 0.001)), ".ci"),
        ("power.csv", lambda text: text.replace(",R1,True,", ",R1,True,1"), ".R1.share"),
        ("found.csv", lambda text: last_cell(text, lambda cell: "01"[cell[0] == "0"] + cell[1:]), ".all together"),
    ],
)
def test_a_changed_table_is_seen(book: Study, file: str, change: Callable[[str], str], missed: str) -> None:
    plant(book, file, change)
    assert any(row.key.endswith(missed) for row in plans.check(book, "*").misses)


@pytest.mark.slow
def test_another_seed_is_seen(book: Study) -> None:
    plan = book.root / kept_plans.PLANS / "tiny.yml"
    plan.write_text(plan.read_text(encoding="utf-8").replace("seed: 5", "seed: 6"), encoding="utf-8")
    assert any(row.key.endswith(".est") for row in plans.check(book, "*").misses)


def test_nothing_is_simulated_for_a_pattern_that_names_something_else(
    book: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(replications, "computed", None)
    assert plans.check(book, "mediation.*").rows == ()


@pytest.mark.slow
def test_a_verification_fails_where_a_kept_table_does(book: Study, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "recompute", lambda root, pattern: REVIEWED)
    (book.root / "requirements.lock").write_text("", encoding="utf-8")
    assert verification.verify(book).agrees
    plant(book, "power.csv", lambda text: text.replace(",R1,True,", ",R1,True,1"))
    assert not verification.verify(book).agrees
