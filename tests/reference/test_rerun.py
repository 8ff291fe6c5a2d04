"""lavaan, run again, gives what is committed; it is run again when something that it rests on has changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from again import Record, is_needed
from reference import rerun

from companion.verification import lavaan

VERSIONS = {"R": "4.2.2", "lavaan": "0.6.14"}


@pytest.fixture(scope="session")
def versions() -> dict[str, str]:
    if shutil.which("Rscript") is None:
        pytest.skip("Rscript is not on the path")
    return lavaan.versions(lavaan.find_rscript())


@pytest.mark.reference
@pytest.mark.parametrize("case", rerun.CASES)
def test_lavaan_gives_the_committed_numbers(
    case: str, tmp_path: Path, versions: dict[str, str], record_property: Record, pytestconfig: pytest.Config
) -> None:
    digest, confirmed = rerun.digest(case, versions), rerun.confirmed().get(case)
    if is_needed(digest, confirmed, "the reference cases", record_property, pytestconfig):
        rerun.run(case, tmp_path)
        rerun.assert_same(rerun.HERE / case, tmp_path)


def change(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


CHANGES: dict[str, Callable[[Path], None]] = {
    "its script": lambda root: change(root / "here/manifest/fit.R"),
    "its model": lambda root: change(root / "here/manifest/model.txt"),
    "its data": lambda root: change(root / "here/data/study-360.csv"),
    "what all cases share": lambda root: change(root / "here/lavaan.R"),
    "the search for the maximum": lambda root: change(root / "r/optimise.R"),
    "what is committed": lambda root: change(root / "here/manifest/estimates.csv"),
    "a table that is gone": lambda root: (root / "here/manifest/measures.csv").unlink(),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of what a case rests on."""
    for folder in ("manifest", "data"):
        shutil.copytree(rerun.HERE / folder, tmp_path / "here" / folder)
    shutil.copy(rerun.HERE / "lavaan.R", tmp_path / "here")
    shutil.copytree(rerun.SCRIPTS, tmp_path / "r")
    return tmp_path


@pytest.mark.parametrize("changed", CHANGES)
def test_r_is_asked_again_when_something_has_changed(root: Path, changed: str) -> None:
    before = rerun.digest("manifest", VERSIONS)
    assert rerun.digest("manifest", VERSIONS, root / "here", root / "r") == before
    CHANGES[changed](root)
    assert rerun.digest("manifest", VERSIONS, root / "here", root / "r") != before


def test_r_is_asked_again_when_it_is_another_version() -> None:
    assert rerun.digest("manifest", VERSIONS) != rerun.digest("manifest", {**VERSIONS, "lavaan": "0.6.15"})
