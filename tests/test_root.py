"""The book's data are found around the package, and inside it when it was installed from a wheel."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from companion import root
from companion.errors import InputError

CHECKOUT = Path(__file__).resolve().parents[1]
UV = Path(sys.executable).with_name("uv")


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    folder = tmp_path / "package" / "shipped"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "survey.csv").write_text("answers")
    return folder


def test_in_a_checkout_it_is_the_folder_around_the_package() -> None:
    assert root.ROOT == CHECKOUT


def test_the_data_of_a_wheel_are_laid_out_where_they_can_be_kept(shipped: Path, tmp_path: Path) -> None:
    folder = root.laid_out(shipped, tmp_path / "cache" / "companion" / "1")
    assert (folder / "data" / "survey.csv").read_text() == "answers"
    assert [path.name for path in folder.parent.iterdir()] == ["1"]


def test_what_is_laid_out_stays_with_what_was_computed_beside_it(shipped: Path, tmp_path: Path) -> None:
    folder = root.laid_out(shipped, tmp_path / "1")
    (folder / "_build").mkdir()
    assert root.laid_out(shipped, tmp_path / "1") == folder
    assert (folder / "_build").is_dir()


def test_a_process_that_lays_it_out_at_the_same_time_is_no_fault(
    shipped: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "1"

    def too_late(*_: object) -> None:
        folder.mkdir()
        raise OSError(39, "Directory not empty")

    monkeypatch.setattr(os, "rename", too_late)
    assert root.laid_out(shipped, folder) == folder


def test_a_folder_that_cannot_be_written_is_named_with_what_to_do(shipped: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder should be")
    with pytest.raises(InputError, match=r"cache.*: File exists\. Make room .* or set XDG_CACHE_HOME"):
        root.laid_out(shipped, tmp_path / "cache" / "1")


def test_a_folder_without_chapters_is_told_how_to_get_them(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no chapters here.*python build\.py book"):
        root.check_chapters(tmp_path)


def test_a_checkout_has_chapters() -> None:
    root.check_chapters(CHECKOUT)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [UV, "build", "--wheel", "--quiet", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([*command, "--out-dir", folder, CHECKOUT], check=True, capture_output=True)
    [built] = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_the_package_and_its_data_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    ).stdout.split()
    of_the_layer = {f"companion/sem/{name}" for name in ("LICENSE", "README.md", "pyproject.toml")}
    package = {name for name in tracked if name.startswith("companion/")} - of_the_layer
    data = {f"companion/shipped/{name}" for name in tracked if name.startswith("data/")}
    results = {"results/lavaan.json", "results/power.csv", "results/surveys.csv"} | {
        name for name in tracked if name.startswith("results/plans/")
    }
    assert package | data | {f"companion/shipped/{name}" for name in results} == held


READS_ALL = """
from companion.evidence import tables
from companion.study import of_this_book
study = of_this_book()
print(len(study.sample.data), len(tables.literature().tiers), len(study.power), list(study.stated_claims.results))
"""


@pytest.mark.network
def test_installed_from_a_wheel_it_finds_its_data_and_works_in_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    environment, empty = tmp_path / "environment", tmp_path / "empty"
    empty.mkdir()
    subprocess.run([UV, "venv", "--quiet", "--python", sys.executable, environment], check=True)
    install = [UV, "pip", "install", "--quiet", "--python", environment / "bin" / "python"]
    subprocess.run([*install, "--constraints", CHECKOUT / "requirements.lock", wheel], check=True)

    def run(command: str, *words: str) -> subprocess.CompletedProcess[str]:
        settings = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
        whole = [environment / "bin" / command, *words]
        return subprocess.run(whole, cwd=empty, env=settings, capture_output=True, text=True, check=False)

    read = run("python", "-c", READS_ALL)
    here = subprocess.run([sys.executable, "-c", READS_ALL], capture_output=True, text=True, check=True)
    assert read.stdout == here.stdout, read.stderr

    (empty / "model.txt").write_text((CHECKOUT / "tests/reference/study-360/model.txt").read_text())
    fitted = run("companion", "fit", "model.txt", str(CHECKOUT / "tests/reference/data/study-360.csv"))
    assert fitted.returncode == 0, fitted.stderr
    assert "serial_reply" in fitted.stdout

    drawn = run("companion", "simulate", "--output", "drawn.csv")
    assert drawn.returncode == 0, drawn.stderr
    assert (empty / "drawn.csv").read_bytes() == (CHECKOUT / "data/survey.csv").read_bytes()

    refused = run("companion", "book")
    assert refused.returncode == 2
    assert "There are no chapters here" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert {path.name for path in empty.iterdir()} == {"model.txt", "drawn.csv"}
