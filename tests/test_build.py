"""build.py does what make does, on any system, and says in one line what keeps it from it."""

from __future__ import annotations

import ast
import importlib.util
import re
import subprocess
import sys
import tomllib
from collections import namedtuple
from pathlib import Path
from types import ModuleType

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
LOCK = "uv==1.2.3 \\\n    --hash=sha256:00\nwheel==1 \\\n    --hash=sha256:11\n"


def loaded() -> ModuleType:
    """The file as a module: it lies beside the package, not in it."""
    specification = importlib.util.spec_from_file_location("build_of_the_book", ROOT / "build.py")
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


build = loaded()


class Recorded(build.House):
    """A folder whose steps are written down and not taken; the first makes an interpreter that fits."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.steps: list[list[str]] = []
        for name in build.MADE_OF:
            (root / name).write_text(LOCK)

    def run(self, command: list[str]) -> None:
        self.steps.append([Path(command[0]).name, *command[1:]])
        self.commands.mkdir(parents=True, exist_ok=True)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    made = Recorded(tmp_path)
    monkeypatch.setattr(build, "fits", lambda python: python == sys.executable or Path(python).parent.is_dir())
    return made


def script(path: Path, said: str, code: int) -> str:
    path.write_text(f"#!/bin/sh\necho '{said}'\nexit {code}\n")
    path.chmod(0o755)
    return str(path)


def test_it_needs_the_standard_library_only() -> None:
    tree = ast.parse((ROOT / "build.py").read_text(encoding="utf-8"))
    taken = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    taken |= {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    assert {str(name).split(".")[0] for name in taken} <= sys.stdlib_module_names


def test_an_old_python_can_read_it_and_so_look_for_a_newer_one() -> None:
    ast.parse((ROOT / "build.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_make_has_the_same_targets() -> None:
    listed = re.search(r"^TARGETS := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert listed is not None
    assert listed.group(1).split() == list(build.TARGETS)


def what_make_would_do(*arguments: str) -> list[str]:
    """Give the words of the commands that make would run, also where make itself runs the tests."""
    command = ["make", "--no-print-directory", "-n", *arguments, "PYTHON=py"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.slow
@pytest.mark.parametrize("target", build.TARGETS)
def test_make_lets_it_do_the_work(target: str) -> None:
    assert what_make_would_do(target) == ["py", "build.py", target]


def test_make_passes_the_engine_on() -> None:
    assert what_make_would_do("verify", "ENGINE=lavaan") == ["py", "build.py", "verify", "--engine", "lavaan"]


@pytest.mark.slow
@pytest.mark.parametrize("target", ["book", "pdf", "epub"])
def test_make_passes_the_edition_on(target: str) -> None:
    assert what_make_would_do(target, "EDITION=student") == ["py", "build.py", target, "--edition", "student"]


def test_make_asks_uv_for_a_python_where_there_is_none(tmp_path: Path) -> None:
    for name in ("bash", "make"):
        (tmp_path / name).symlink_to(f"/usr/bin/{name}")
    said = subprocess.run(
        ["make", "--no-print-directory", "-n", "book"],
        cwd=ROOT,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout.split() == ["uv", "run", "--no-project", "--python", "3.13", "python", "build.py", "book"]


def test_without_a_name_it_prints_every_target(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(build.TARGETS)


def test_a_name_that_is_no_target_is_refused() -> None:
    assert build.main(["bok"]) == 2


def test_the_workflow_tries_each_of_its_pythons_on_three_systems() -> None:
    workflow = yaml.safe_load((ROOT / ".github/workflows/check.yml").read_text(encoding="utf-8"))
    matrix = workflow["jobs"]["anywhere"]["strategy"]["matrix"]
    assert tuple(matrix["python"]) == build.PYTHONS
    assert [system.split("-")[0] for system in matrix["system"]] == ["ubuntu", "macos", "windows"]


def test_the_layer_that_can_be_taken_along_names_the_same_pythons() -> None:
    project = tomllib.loads((ROOT / "companion/sem/pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [line.rpartition(" ")[2] for line in project["classifiers"] if "Python ::" in line]
    assert tuple(named) == build.PYTHONS


def test_this_python_fits() -> None:
    assert build.fits(sys.executable)


@pytest.mark.parametrize(
    ("said", "code"), [("cpython 3.10", 0), ("cpython 3.15", 0), ("pypy 3.11", 0), ("pyenv: command not found", 127)]
)
def test_a_python_that_the_lock_is_not_made_for_does_not_fit(tmp_path: Path, said: str, code: int) -> None:
    assert not build.fits(script(tmp_path / "python", said, code))


def test_a_python_that_is_not_there_does_not_fit(tmp_path: Path) -> None:
    assert not build.fits(str(tmp_path / "python"))


def test_the_environment_is_made_from_the_lock_with_hashes_and_wheels_only(house: Recorded) -> None:
    house.make_ready()
    tools = [step[0] for step in house.steps]
    assert tools == [Path(sys.executable).name, "python", "uv", "uv", "npm"]
    assert {"--require-hashes", "--only-binary", "requirements.lock"} <= set(house.steps[2])


def test_the_uv_that_installs_it_is_the_one_of_the_lock(house: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def run(command: list[str]) -> None:
        if "-r" in command:
            read.append(Path(command[-1]).read_text())

    monkeypatch.setattr(house, "run", run)
    house._install_uv()
    assert read == ["uv==1.2.3 \\\n    --hash=sha256:00\n"]


def test_an_environment_that_is_there_needs_no_step_and_so_no_network(house: Recorded) -> None:
    house.make_ready()
    house.steps.clear()
    house.make_ready()
    assert house.steps == []


@pytest.mark.parametrize("name", build.MADE_OF)
def test_an_environment_is_made_again_when_what_it_is_made_of_changes(house: Recorded, name: str) -> None:
    house.make_ready()
    (house.root / name).write_text(LOCK + "\n")
    assert not house.is_ready()


def test_an_environment_whose_python_is_gone_is_made_again(house: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    house.make_ready()
    monkeypatch.setattr(build, "fits", lambda _: False)
    assert not house.is_ready()


def test_an_environment_that_was_not_finished_is_not_taken_for_whole(
    house: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(command: list[str]) -> None:
        if command[0] == "npm":
            raise build.CannotRunError("no network")

    monkeypatch.setattr(house, "run", run)
    house.commands.mkdir(parents=True)
    with pytest.raises(build.CannotRunError):
        house.make_ready()
    assert not house.is_ready()


def test_where_no_python_fits_uv_brings_one(house: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build, "candidates", list)
    monkeypatch.setattr(build.shutil, "which", lambda name, path=None: f"/somewhere/{name}")
    house.make_ready()
    assert house.steps[0][:5] == ["uv", "venv", "--managed-python", "--python", "3.13"]


def test_where_there_is_no_uv_either_an_unfit_python_fetches_it(
    house: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[Path] = []

    def install(self: Recorded) -> None:
        fetched.append(self.environment)

    monkeypatch.setattr(build, "candidates", list)
    monkeypatch.setattr(build.shutil, "which", lambda name, path=None: None)
    monkeypatch.setattr(build.House, "run", lambda self, command: None)
    monkeypatch.setattr(build.House, "_install_uv", install)
    house.make_ready()
    assert fetched == [house.root / "_build" / "uv", house.environment]


def test_a_disk_without_room_is_told_before_anything_is_fetched(
    house: Recorded, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(build.shutil, "disk_usage", lambda _: usage(10**10, 9 * 10**9, 10**9))
    with pytest.raises(build.CannotRunError, match=r"takes 2 GB, and the disk has 1\.0 GB left: make room"):
        house.make_ready()
    assert house.steps == []


# The words of pip, uv, npm and venv, from trying each of these.
SAID = {
    "network of pip": (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.')'\n"
        "ERROR: Could not find a version that satisfies the requirement uv==0.13.9 (from versions: none)",
        "the first build needs a network",
    ),
    "network of uv": (
        "  cause: error sending request\n  cause: tcp connect error\n  cause: Connection refused (os error 111)",
        "the first build needs a network",
    ),
    "network of npm": ("npm error   syscall: 'connect',\nnpm error   port: 9", "the first build needs a network"),
    "disk of uv": ("  cause: failed to copy file: No space left on device (os error 28)", "make room"),
    "disk of npm": ("npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write", "make room"),
    "Debian without venv": (
        "The virtual environment was not created successfully because ensurepip is not\navailable.",
        "apt-get install python3-venv",
    ),
    "another package": (
        "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.",
        "not the one that the lock names",
    ),
    "no wheel": (
        "error: No solution found when resolving dependencies\n  cause: Because semopy==2.3.11 has no usable wheels",
        "Linux, macOS (arm64) and Windows",
    ),
    "a folder of somebody else": ("Error: [Errno 13] Permission denied: '.venv'", "copy the book to one of your own"),
}


@pytest.mark.parametrize(("said", "line"), SAID.values(), ids=SAID)
def test_what_keeps_it_from_running_is_told_with_its_remedy(said: str, line: str) -> None:
    assert line in build.remedy(said)
    assert "\n" not in build.remedy(said)


def test_what_nobody_foresaw_is_told_in_the_last_words_of_the_tool() -> None:
    assert build.remedy("one\ntwo\n\n") == "two"


def test_a_step_that_fails_is_told_in_one_line_that_names_the_whole_log(tmp_path: Path) -> None:
    house = build.House(tmp_path)
    house.log.parent.mkdir()
    with pytest.raises(build.CannotRunError) as told:
        house.run([script(tmp_path / "tool", "all of it", 1)])
    assert str(told.value) == "all of it (All that was said: _build/environment.log)"
    assert "all of it" in house.log.read_text()


def test_a_full_disk_is_told_even_where_the_tool_ends_with_0(tmp_path: Path) -> None:
    house = build.House(tmp_path)
    house.log.parent.mkdir()
    with pytest.raises(build.CannotRunError, match="make room"):
        house.run([script(tmp_path / "npm", "npm warn tar TAR_ENTRY_ERROR ENOSPC: no space left on device, write", 0)])


def test_more_words_go_to_the_last_command(house: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[list[str]] = []
    monkeypatch.setattr(build.subprocess, "call", lambda command, **_: called.append(command[1:]) or 0)
    build.carry_out(house, "check", ["--verbose"])
    assert called == [["check", "."], ["format", "--check", "."], ["--verbose"]]


def test_the_first_command_that_fails_ends_it(house: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []
    monkeypatch.setattr(build.subprocess, "call", lambda command, **_: called.append(command[1]) or 1)
    assert build.carry_out(house, "check", []) == 1
    assert called == ["check"]


def test_cleaning_needs_no_environment(house: Recorded) -> None:
    (house.root / "_build/html").mkdir(parents=True)
    assert build.carry_out(house, "clean", []) == 0
    assert not (house.root / "_build").exists()
    assert house.steps == []
