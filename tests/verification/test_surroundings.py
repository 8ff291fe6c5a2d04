"""The installed packages are compared with the lock, and the machine is described without a path."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

import pytest

from companion.verification import surroundings

ROOT = Path(__file__).resolve().parents[2]


def outcomes(folder: Path, lock: str) -> list[tuple[str, str]]:
    (folder / surroundings.LOCK).write_text(lock)
    return [(row.key, row.outcome) for row in surroundings.packages(folder).rows]


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        (f"numpy=={version('numpy')} \\\n    --hash=sha256:00 \\\n    --hash=sha256:11\n", [("numpy", "same")]),
        ("numpy==1.0 \\\n    --hash=sha256:00\n", [("numpy", "differs")]),
        ("nobody-has-this==1.0 \\\n    --hash=sha256:00\n", [("nobody-has-this", "missing")]),
        ("nobody-has-this==1.0 ; sys_platform == 'nowhere' \\\n    --hash=sha256:00\n", []),
        ("# a comment\n", []),
    ],
)
def test_each_line_of_the_lock_has_its_outcome(tmp_path: Path, line: str, outcome: list[tuple[str, str]]) -> None:
    assert outcomes(tmp_path, line) == outcome


def test_every_package_of_the_shipped_lock_is_looked_at() -> None:
    locked = set(re.findall(r"^([a-z0-9._-]+)==[^;]*$", (ROOT / surroundings.LOCK).read_text(), flags=re.MULTILINE))
    assert locked <= {row.key for row in surroundings.packages(ROOT).rows}


def test_the_machine_names_its_linear_algebra_and_no_path() -> None:
    machine = surroundings.machine()
    assert any(library.startswith("blas: ") for library in machine.linear_algebra)
    assert "/" not in "".join(machine.linear_algebra)
    assert machine.cores >= 1


def test_the_platform_of_a_drawing_names_what_its_last_digits_may_depend_on() -> None:
    named = surroundings.platform()
    assert f"matplotlib {version('matplotlib')}" in named
    assert "FreeType" in named
    assert any(f"blas: {name}" in named for name in ("openblas", "mkl", "accelerate"))
    assert "/" not in named
