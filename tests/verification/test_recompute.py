"""What a recomputation begins with."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.study import FOLDER, SHIPPED_SURVEY
from companion.verification.recompute import copy_inputs

INPUTS = (SHIPPED_SURVEY, "data/analysis.yml", "companion/study.py", "chapters/part/page.md", "requirements.lock")
PREPARED = ("companion/__pycache__/study.cpython-311.pyc", f"{FOLDER}/imports/state.pickle")
RESULTS = (f"{FOLDER}/mediation/state.pickle", "_build/executed/global.db", "results/expected.json")


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """The folder of a recomputation of a book that holds results."""
    for name in (*INPUTS, *PREPARED, *RESULTS):
        file = tmp_path / "book" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(name)
    copy_inputs(tmp_path / "book", tmp_path / "empty")
    return tmp_path / "empty"


@pytest.mark.parametrize("name", INPUTS)
def test_it_has_every_input(begun: Path, name: str) -> None:
    assert (begun / name).read_text() == name


@pytest.mark.parametrize("name", PREPARED)
def test_it_need_not_prepare_again_what_is_no_result(begun: Path, name: str) -> None:
    assert (begun / name).exists()


@pytest.mark.parametrize("name", RESULTS)
def test_it_finds_no_result(begun: Path, name: str) -> None:
    assert not (begun / name).exists()


def test_a_copied_source_keeps_its_time_by_which_python_knows_what_was_compiled_of_it(
    begun: Path, tmp_path: Path
) -> None:
    name = "companion/study.py"
    assert (begun / name).stat().st_mtime_ns == (tmp_path / "book" / name).stat().st_mtime_ns
