"""The count of planted faults begins where everything is green, and a fault is seen by what turns red of it alone."""

from __future__ import annotations

import csv
import importlib.util
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULE, WHOLE = "companion/sem/area.py", "area = 6 * 7\n"
GIT = ("git", "-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
VERIFICATION, TESTS = "-c", "-m"
"""What Python is called with first, by each of the two kinds of stages."""

Red = Callable[[Path, tuple[str, ...]], bool]
"""Whether a stage is red: by the copy in which it is asked, and what Python is called with."""


def loaded() -> ModuleType:
    """Load the benchmark, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("mutations", ROOT / "benchmarks" / "mutations.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mutations = loaded()


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book of one module in which one fault can be planted, with npm packages that are not committed."""
    root = tmp_path / "book"
    for file, text in ((MODULE, WHOLE), ("tests/sem/test_area.py", "from companion.sem import area\n")):
        (root / file).parent.mkdir(parents=True)
        (root / file).write_text(text, encoding="utf-8")
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "All of it"]):
        subprocess.run([*GIT, *command], cwd=root, check=True)
    (root / "node_modules").mkdir()
    return root


def counted(book: Path, red: Red, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """Give the rows of a count in which a stage is red where it is said to be."""

    def run(copy: object, *arguments: str) -> tuple[int, str]:
        return (1, "what was red") if red(copy.root, arguments) else (0, "")  # type: ignore[attr-defined]

    monkeypatch.setattr(mutations.Copy, "run", run)
    out = book.parent / "mutations.csv"
    monkeypatch.setattr(sys, "argv", ["mutations.py", "--book", str(book), "--out", str(out), "--workers", "1"])
    try:
        mutations.main()
    finally:
        rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    return rows


def planted(copy: Path) -> bool:
    return (copy / MODULE).read_text(encoding="utf-8") != WHOLE


@pytest.mark.slow
@pytest.mark.parametrize(("stage", "said"), [(VERIFICATION, "verification"), (TESTS, "fast suite")])
def test_a_stage_that_is_red_without_a_fault_stops_the_count_before_one_is_planted(
    stage: str, said: str, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[bool] = []

    def red(copy: Path, arguments: tuple[str, ...]) -> bool:
        asked.append(planted(copy))
        return arguments[0] == stage

    with pytest.raises(SystemExit, match=f"Without any fault the {said} is red, and would see every one: what was red"):
        counted(book, red, monkeypatch)
    assert not any(asked)
    assert (book.parent / "mutations.csv").read_text(encoding="utf-8").splitlines() == [",".join(mutations.COLUMNS)]


@pytest.mark.parametrize(
    ("red", "seen_by"),
    [
        (lambda arguments: arguments[0] == TESTS, "its own tests"),
        (lambda arguments: "tests/sem" in arguments, "tests of its room"),
        (lambda arguments: arguments[0] == VERIFICATION, "verification"),
        (lambda arguments: "tests" in arguments, "fast suite"),
        (lambda _: False, ""),
    ],
    ids=["own", "room", "verification", "suite", "nothing"],
)
def test_a_fault_is_seen_by_the_first_stage_that_turns_red_of_it(
    red: Callable[[tuple[str, ...]], bool], seen_by: str, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = counted(book, lambda copy, arguments: planted(copy) and red(arguments), monkeypatch)
    assert {(row["seen_by"], row["what"]) for row in rows} == {(seen_by, "what was red" if seen_by else "")}
    assert {row["path"] for row in rows} == {MODULE}


def test_tests_have_the_npm_packages_and_the_verification_has_not(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    had: set[tuple[str, bool]] = set()

    def note(copy: Path, arguments: tuple[str, ...]) -> bool:
        had.add((arguments[0], (copy / "node_modules").exists()))
        return False

    counted(book, note, monkeypatch)
    assert had == {(TESTS, True), (VERIFICATION, False)}


def test_a_module_is_asked_for_its_examples_after_the_tests_that_import_it(
    book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    last: set[str] = set()

    def note(copy: Path, arguments: tuple[str, ...]) -> bool:
        last.update(arguments[-1:] if MODULE in arguments else ())
        return False

    counted(book, note, monkeypatch)
    assert last == {MODULE}
