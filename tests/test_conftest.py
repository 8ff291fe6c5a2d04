"""Where everything must run, a skipped test fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = "import pytest\n\n\ndef test_that_skips():\n    pytest.skip('nothing to run it with')\n"


@pytest.mark.slow
@pytest.mark.parametrize(("setting", "code"), [("", 0), ("1", 1)])
def test_a_skip_is_a_failure_exactly_where_nothing_may_be_skipped(tmp_path: Path, setting: str, code: int) -> None:
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path / "conftest.py")
    (tmp_path / "test_skips.py").write_text(SKIPS)
    environment = {**os.environ, "COMPANION_NO_SKIP": setting}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(tmp_path),
        str(tmp_path),
    ]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == code, result.stdout


TOLD = """import os, pathlib, pytest
@pytest.mark.parametrize("number", range(4))
def test_that_says_who_ran_it(number):
    with pathlib.Path(__file__).with_suffix(".txt").open("a") as file:
        print(os.environ["PYTEST_XDIST_WORKER"], number, file=file)
"""


@pytest.mark.slow
def test_the_tests_of_a_lane_run_in_one_worker_and_in_their_order(tmp_path: Path) -> None:
    lanes = [tmp_path / "book/test_gates.py", tmp_path / "book/test_verify.py"]
    lanes[0].parent.mkdir()
    for path in lanes:
        path.write_text(TOLD)
    shutil.copy(Path(__file__).with_name("conftest.py"), tmp_path / "conftest.py")
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "--rootdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path)], cwd=tmp_path, capture_output=True, check=True)
    ran = [[line.split() for line in path.with_suffix(".txt").read_text().splitlines()] for path in lanes]
    assert [[number for _, number in lines] for lines in ran] == [["0", "1", "2", "3"]] * 2
    workers = [{worker for worker, _ in lines} for lines in ran]
    assert [len(names) for names in workers] == [1, 1]
    assert workers[0] != workers[1]
