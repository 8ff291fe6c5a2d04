"""The examples in docstrings are run with the fast tests, and one that is false turns them red."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = 'def double(n):\n    """Give twice a number.\n\n    >>> double(2)\n    {said}\n    """\n    return 2 * n\n'


@pytest.mark.slow
@pytest.mark.parametrize(("said", "code"), [("4", 0), ("5", 1)])
def test_an_example_is_run_and_a_false_one_is_found(tmp_path: Path, said: str, code: int) -> None:
    (tmp_path / "module.py").write_text(EXAMPLE.format(said=said))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", ROOT / "pyproject.toml"]
    done = subprocess.run([*command, tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout


def test_the_examples_of_the_whole_package_are_among_the_tests(pytestconfig: pytest.Config) -> None:
    assert "companion" in pytestconfig.getini("testpaths")
