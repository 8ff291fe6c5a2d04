"""Two commands in one folder take turns, and a killed one leaves no lock."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from companion import one_at_a_time
from companion.errors import InputError

HOLD = """
import sys, time
from pathlib import Path
from companion.one_at_a_time import alone

with alone(Path(sys.argv[1]), wait=sys.argv[2] == "wait"):
    print("mine", flush=True)
    time.sleep(float(sys.argv[3]))
"""


def hold(folder: Path, wait: str, seconds: float) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), wait, str(seconds)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def holding(folder: Path) -> subprocess.Popen[str]:
    """A process that has the lock, for as long as it is left alive."""
    first = hold(folder, "wait", 600)
    assert first.stdout is not None
    assert first.stdout.readline() == "mine\n"
    return first


@pytest.mark.slow
def test_the_second_says_whom_it_waits_for_and_begins_when_the_first_has_ended(tmp_path: Path) -> None:
    first = holding(tmp_path)
    second = hold(tmp_path, "wait", 0)
    assert second.stderr is not None
    assert f"process {first.pid}" in second.stderr.readline()
    time.sleep(0.5)
    assert second.poll() is None
    first.kill()
    assert second.communicate(timeout=60)[0] == "mine\n"
    first.communicate()


def test_the_second_does_not_wait_where_it_shall_not_and_names_process_command_and_time(tmp_path: Path) -> None:
    first = holding(tmp_path)
    try:
        with pytest.raises(InputError, match=rf"-c .*process {first.pid}, since \d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d"):
            one_at_a_time.alone(tmp_path, wait=False).__enter__()
    finally:
        first.kill()
        first.communicate()


def test_the_lock_of_a_killed_process_is_taken_over_at_once(tmp_path: Path) -> None:
    first = holding(tmp_path)
    first.kill()
    first.communicate()
    with one_at_a_time.alone(tmp_path, wait=False):
        assert f"process {os.getpid()}" in one_at_a_time.holder(tmp_path)


def test_folders_do_not_wait_for_one_another(tmp_path: Path) -> None:
    with one_at_a_time.alone(tmp_path / "one"), one_at_a_time.alone(tmp_path / "other", wait=False):
        pass


def test_the_lock_is_free_after_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="inside"), one_at_a_time.alone(tmp_path):
        raise ValueError("inside")
    with one_at_a_time.alone(tmp_path, wait=False):
        pass
