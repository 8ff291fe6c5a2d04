"""Everything computed again from the survey: in an empty folder, by a process that knows no stored result.

A part of it begins with what is prepared of the package's sources, which would take longer to make anew than the part
takes; the whole begins with the sources alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from companion.errors import InputError, NothingLeftError, Problem
from companion.study import FOLDER, IMPORTS, SETTINGS, SHIPPED_SURVEY
from companion.threads import VARIABLES
from companion.verification import expected
from companion.verification.expected import EVERYTHING, Results

CHAPTERS = ("index.md", "chapters/**/*.md")
COMPILED = (".pyc", ".nbi", ".nbc")
"""What Python and Numba keep of what they compiled, by the ends of its names."""
PREPARED = (f"{FOLDER}/{IMPORTS}/*.pickle", *(f"companion/**/__pycache__/*{suffix}" for suffix in COMPILED))
"""What is no result: which module imports which, by the digest of all of them, and what Python and Numba compiled,
which both take for a source of the same size and time."""
RESULTS = "recomputed.json"
PASSED_ON = ("HOME", "LANG", "PATH", "TMPDIR")
WRONG_INPUT, NOTHING_LEFT = 2, 3


def recompute(root: Path, pattern: str = EVERYTHING) -> Results:
    """Give the results that the survey, the settings, the package and the chapters give now.

    Parameters
    ----------
    root
        The book's folder. No result in it is read, and nothing in it is written.
    pattern
        Of keys and names, such as ``mediation.*``; what others need is not computed.

    Raises
    ------
    InputError
        If an input cannot be used, or a chapter's cell fails.
    NothingLeftError
        If nobody is left to analyse.
    """
    with tempfile.TemporaryDirectory(prefix="companion-verify-") as folder:
        copy_inputs(root, Path(folder))
        if pattern != EVERYTHING:
            copy_prepared(root, Path(folder))
        command = [sys.executable, "-s", "-m", "companion.verification.worker", pattern, RESULTS]
        finished = subprocess.run(
            command, cwd=folder, env=environment(Path(folder)), capture_output=True, text=True, check=False
        )
        said = finished.stderr.replace(f"{Path(folder).resolve()}/", "").replace(f"{folder}/", "").strip()
        if finished.returncode == NOTHING_LEFT:
            raise NothingLeftError(said)
        if finished.returncode:
            raise InputError(
                Problem("companion verify", f"The recomputation stopped:\n{said}\n", "Mend what it names.")
            )
        return expected.load(Path(folder) / RESULTS)


def copy_inputs(root: Path, folder: Path) -> None:
    """Copy what the results depend on, and nothing that was computed."""
    if not (root / SHIPPED_SURVEY).is_file():
        raise InputError(
            Problem(
                root / SHIPPED_SURVEY, "There is no such file.", f"Take it back with `git checkout {SHIPPED_SURVEY}`."
            )
        )
    for source in {file for pattern in (SHIPPED_SURVEY, *SETTINGS, *CHAPTERS) for file in root.glob(pattern)}:
        _copy(source, folder / source.relative_to(root))


def copy_prepared(root: Path, folder: Path) -> None:
    """Copy what is prepared of the package's sources, but for what another process takes away meanwhile."""
    for source in [file for pattern in PREPARED for file in root.glob(pattern)]:
        with suppress(FileNotFoundError):
            _copy(source, folder / source.relative_to(root))


def _copy(source: Path, copy: Path) -> None:
    """Copy a file with its time, by which Python knows what was compiled of it."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, copy)


def environment(folder: Path) -> dict[str, str]:
    """Give the environment of a process that takes the copied package and no setting of this one."""
    kept = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    return {**kept, "PYTHONPATH": str(folder), **VARIABLES}
