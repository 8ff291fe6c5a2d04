"""Where everything must run, a skipped test fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SKIPS = "import pytest\n\n\ndef test_that_skips():\n    pytest.skip('nothing to run it with')\n"


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
