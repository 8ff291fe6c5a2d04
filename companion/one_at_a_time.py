"""One command at a time in a folder: whoever writes below ``_build`` holds its lock, and the next one waits.

The operating system frees the lock of a process that dies, so none has to be cleared away by hand.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from filelock import FileLock, Timeout

from companion import store
from companion.errors import InputError, Problem

LOCK = "_build/lock"
HOLDER = "_build/lock.json"


@dataclass(frozen=True)
class Holder:
    """Who holds the lock of a folder.

    Parameters
    ----------
    process
        Number of the process.
    command
        What it was started as.
    since
        When it took the lock, by the clock of its machine.
    """

    process: int
    command: str
    since: str

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process}, since {self.since})"


@contextmanager
def alone(root: Path, wait: bool = True) -> Iterator[None]:
    """Hold the lock of a folder for as long as something is written below ``_build``.

    Parameters
    ----------
    root
        The book's folder.
    wait
        Whether to wait for whoever holds it; this is said on the standard error stream.

    Raises
    ------
    InputError
        Somebody holds it, and nobody is to wait; with the process, its command and since when.
    """
    (root / LOCK).parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(root / LOCK)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        if not wait:
            raise InputError(
                Problem(root, f"{holder(root)} is at work here.", "Wait for it, or leave out --no-wait.")
            ) from None
        print(f"Waiting for {holder(root)} ...", file=sys.stderr, flush=True)
        lock.acquire()
    try:
        command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])
        own = Holder(os.getpid(), command, datetime.now().astimezone().isoformat(" ", "seconds"))
        store.write_aside(root / HOLDER, json.dumps(asdict(own)).encode())
        yield
    finally:
        (root / HOLDER).unlink(missing_ok=True)
        lock.release()


def holder(root: Path) -> str:
    """Tell who holds the lock of a folder."""
    try:
        return str(Holder(**json.loads((root / HOLDER).read_bytes())))
    except (OSError, ValueError, TypeError):
        return "another command"  # it has only just taken the lock
