"""What a recomputation begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.study import FOLDER, SHIPPED_SURVEY
from companion.verification.recompute import copy_inputs, copy_prepared

INPUTS = (SHIPPED_SURVEY, "data/analysis.yml", "companion/study.py", "chapters/part/page.md", "requirements.lock")
PREPARED = ("companion/__pycache__/study.cpython-311.pyc", f"{FOLDER}/imports/state.pickle")
RESULTS = (f"{FOLDER}/mediation/state.pickle", "_build/executed/global.db", "results/expected.json")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book that holds results."""
    for name in (*INPUTS, *PREPARED, *RESULTS):
        file = tmp_path / "book" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    return tmp_path / "book"


@pytest.fixture
def begun(book: Path) -> Path:
    """The folder of a recomputation of the whole book."""
    copy_inputs(book, book.parent / "empty")
    return book.parent / "empty"


@pytest.fixture
def part(book: Path, begun: Path) -> Path:
    """The folder of a recomputation of a part."""
    copy_prepared(book, begun)
    return begun


@pytest.mark.parametrize("name", INPUTS)
def test_it_has_every_input(begun: Path, name: str) -> None:
    assert (begun / name).read_text() == name


@pytest.mark.parametrize("name", [*PREPARED, *RESULTS])
def test_the_whole_finds_nothing_but_sources(begun: Path, name: str) -> None:
    assert not (begun / name).exists()


@pytest.mark.parametrize("name", PREPARED)
def test_a_part_need_not_prepare_again_what_is_no_result(part: Path, name: str) -> None:
    assert (part / name).exists()


@pytest.mark.parametrize("name", RESULTS)
def test_a_part_finds_no_result(part: Path, name: str) -> None:
    assert not (part / name).exists()


def test_what_vanishes_meanwhile_is_left_out(book: Path, begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "glob", lambda self, pattern: [self / "companion/__pycache__/gone.pyc"])
    copy_prepared(book, begun)
    assert not (begun / "companion/__pycache__/gone.pyc").exists()


def test_a_copied_source_keeps_its_time_by_which_python_knows_what_was_compiled_of_it(book: Path, begun: Path) -> None:
    name = "companion/study.py"
    assert (begun / name).stat().st_mtime_ns == (book / name).stat().st_mtime_ns
