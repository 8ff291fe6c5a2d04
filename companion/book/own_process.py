"""Run a module of the package as a program, in a process of its own that begins with what this one has imported.

It is ``python -m`` without most of its start, but with its end: where the system can part a process in two (``fork``),
the second takes over the modules that are loaded; elsewhere it begins with nothing.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import runpy
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

FORKS = sys.platform == "linux"
"""On a Mac the libraries of the system do not bear a fork; Python by itself does not choose it there either."""
APART = multiprocessing.get_context("fork") if FORKS else multiprocessing.get_context("spawn")


@dataclass(frozen=True)
class Ended:
    """How a program ended.

    Parameters
    ----------
    returncode
        Its exit code, negative if it was killed.
    said, complained
        What it wrote to its output and to its errors.
    """

    returncode: int
    said: str
    complained: str


def run_module(name: str, arguments: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Ended:
    """Run a module as a program in a folder, wait till it ends, and give what it told.

    Parameters
    ----------
    name
        The module.
    arguments
        What stands behind its name.
    folder
        The folder in which it works.
    environment
        All its variables.

    Examples
    --------
    >>> run_module("base64", ["-t"], Path(), os.environ).said.splitlines()[-1]
    "b'Aladdin:open sesame'"
    """
    with tempfile.TemporaryDirectory() as told:
        said, complained = Path(told) / "said", Path(told) / "complained"
        process = APART.Process(target=_run, args=(name, [*arguments], folder, {**environment}, said, complained))
        process.start()
        try:
            process.join()
        except BaseException:
            process.kill()
            process.join()
            raise
        texts = (path.read_text(encoding="utf-8", errors="replace") for path in (said, complained))
        return Ended(process.exitcode or 0, *texts)


def _run(
    name: str, arguments: list[str], folder: Path, environment: dict[str, str], said: Path, complained: Path
) -> None:
    for path, number in ((said, 1), (complained, 2)):
        with path.open("wb") as file:
            os.dup2(file.fileno(), number)
    # What stood for these may write elsewhere than to the two files.
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    as_program(name, arguments, folder, environment)


def as_program(name: str, arguments: list[str], folder: Path, environment: Mapping[str, str]) -> None:
    """Be a module that runs as a program, in a process that was split off for it."""
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = [name, *arguments]
    # Such a process does at its end nothing of what it was asked to do then; what the first was asked is not for it.
    atexit._clear()
    sys.modules.pop(name, None)  # a program is loaded once, by itself
    try:
        runpy.run_module(name, run_name="__main__", alter_sys=True)
    finally:
        atexit._run_exitfuncs()
