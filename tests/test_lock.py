"""One lock for every system and Python: a wheel that it names, by hash, for each of the twelve pairs."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
UV = Path(sys.executable).with_name("uv")
SYSTEMS = {"Linux": "x86_64-manylinux_2_28", "macOS": "aarch64-apple-darwin", "Windows": "x86_64-pc-windows-msvc"}
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
SOURCE_ONLY = "semopy"
"""Published as source alone, and of Python alone: it needs no compiler."""

pytestmark = pytest.mark.network


def hashes(lock: str) -> dict[str, set[str]]:
    """Give the hashes of each ``name==version`` of a lock."""
    entries = re.split(r"\n(?=[a-z0-9])", lock.strip())
    return {re.split(r"[ ;\\]", entry, maxsplit=1)[0]: set(re.findall(r"sha256:(\w+)", entry)) for entry in entries}


def resolved(lock: Path, system: str, python: str, folder: Path) -> list[dict[str, Any]]:
    """Give what would be installed from a lock on a system and a Python, resolved from wheels alone."""
    file = folder / "pylock.toml"
    # The Python at hand makes what is published as source: uv would look for the other, and try to fetch it.
    command = [UV, "pip", "compile", "--quiet", "--python", sys.executable, "--no-python-downloads"]
    command += ["--python-platform", SYSTEMS[system], "--python-version", python]
    command += ["--only-binary", ":all:", "--no-binary", SOURCE_ONLY, "--format", "pylock.toml", lock, "-o", file]
    subprocess.run(command, check=True, capture_output=True, text=True)
    packages: list[dict[str, Any]] = tomllib.loads(file.read_text(encoding="utf-8"))["packages"]
    return packages


def faults(packages: list[dict[str, Any]], lock: str) -> list[str]:
    """Name the packages that would be installed without standing in the lock, as the very file that it names."""
    locked = hashes(lock)
    found = []
    for package in packages:
        name = f"{package['name']}=={package['version']}"
        files = [package["sdist"]] if package["name"] == SOURCE_ONLY else package.get("wheels", [])
        if not {file["hashes"]["sha256"] for file in files} & locked.get(name, set()):
            found.append(name)
    return found


@pytest.fixture(scope="module")
def on_each(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """What would be installed from the lock on each system and Python; all are asked for at once, since all wait."""
    pairs = list(product(SYSTEMS, PYTHONS))
    folders = [tmp_path_factory.mktemp("pair") for _ in pairs]
    with ThreadPoolExecutor(len(pairs)) as threads:
        found = threads.map(lambda pair, folder: resolved(LOCK, *pair, folder), pairs, folders)
        return dict(zip(pairs, found, strict=True))


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_every_package_has_a_wheel_of_the_lock_for(
    on_each: dict[tuple[str, str], list[dict[str, Any]]], system: str, python: str
) -> None:
    packages = on_each[system, python]
    assert len(packages) > 150
    assert faults(packages, LOCK.read_text()) == []


def test_a_package_without_a_wheel_for_a_system_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("uvloop==0.21.0\n")
    with pytest.raises(subprocess.CalledProcessError) as error:
        resolved(lock, "Windows", "3.13", tmp_path)
    assert "no wheels" in error.value.stderr or "no usable wheels" in error.value.stderr


def test_a_wheel_that_the_lock_does_not_name_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(f"numpy==2.4.6 --hash=sha256:{'0' * 64}\n")
    assert faults(resolved(lock, "Windows", "3.14", tmp_path), lock.read_text()) == ["numpy==2.4.6"]


def test_a_package_that_the_lock_lacks_is_found(tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text("python-dateutil==2.9.0.post0\n")
    names = [name.split("==")[0] for name in faults(resolved(lock, "Linux", "3.12", tmp_path), lock.read_text())]
    assert "six" in names
