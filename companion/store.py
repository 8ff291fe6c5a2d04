"""Results kept on disk by digest: written aside, moved into place, checked when read, and let go when old."""

from __future__ import annotations

import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar, cast

Result = TypeVar("Result")
READABLE = 0o644
"""Others may read what is written: a temporary file alone would be its maker's only, on a web server too."""
DIGEST_BYTES = hashlib.sha256().digest_size
NAME_LENGTH = 32


def sha256(content: bytes) -> str:
    """Give the sha256 (hexadecimal) of one content, as ``sha256sum`` prints it for a file."""
    return hashlib.sha256(content).hexdigest()


def digest(parts: Iterable[bytes]) -> str:
    """Give one sha256 (hexadecimal) for a sequence of byte strings, whose boundaries count."""
    total = hashlib.sha256()
    for part in parts:
        total.update(hashlib.sha256(part).digest())
    return total.hexdigest()


def digest_files(files: Iterable[Path], root: Path) -> str:
    """Give one sha256 for files by their path below ``root`` and their content, whatever the order given."""
    ordered = sorted((file.relative_to(root).as_posix(), file) for file in files)
    return digest(part for name, file in ordered for part in (name.encode(), file.read_bytes()))


def write_aside(path: Path, content: bytes) -> None:
    """Write a file so that it is there whole or not at all, also when the process is killed midway."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(path)) from error  # its own name says nothing to a reader
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(aside).chmod(READABLE)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


class Store:
    """One folder of results, each computed once for each state of what it depends on.

    Parameters
    ----------
    folder
        Where the results lie: a folder a step, and in it a file a state.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, step: str, state: str, compute: Callable[[], Result]) -> Result:
        """Give the stored result, or compute and store it; a damaged file counts as absent.

        Parameters
        ----------
        step
            What is computed.
        state
            Digest of everything that can influence it.
        compute
            Computes it.
        """
        stored = self._read(step, state)
        if stored is not None:
            return cast(Result, pickle.loads(stored))
        result = compute()
        self.put(step, state, result)
        return result

    def put(self, step: str, state: str, result: object) -> None:
        """Store a result."""
        content = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
        write_aside(self._path(step, state), hashlib.sha256(content).digest() + content)

    def find(self, step: str, state: str) -> Any:
        """Give the stored result, or nothing where there is none."""
        stored = self._read(step, state)
        return None if stored is None else pickle.loads(stored)

    def holds(self, step: str, state: str) -> bool:
        """Say whether a whole result of this step and state is there."""
        return self._read(step, state) is not None

    def let_go(self, keep: int, fewer: Mapping[str, int] | None = None) -> None:
        """Delete the results of every step but those that were used last.

        Parameters
        ----------
        keep
            How many stay of a step.
        fewer
            Step -> how many stay of it, where that is another number.
        """
        for step in self.folder.iterdir():
            used = sorted(filter(Path.is_file, step.iterdir()), key=lambda path: path.stat().st_mtime_ns, reverse=True)
            for old in used[(fewer or {}).get(step.name, keep) :]:
                old.unlink(missing_ok=True)

    def _path(self, step: str, state: str) -> Path:
        return self.folder / step / f"{state[:NAME_LENGTH]}.pickle"

    def _read(self, step: str, state: str) -> bytes | None:
        path = self._path(step, state)
        if not path.is_file():
            return None
        whole = path.read_bytes()
        check, content = whole[:DIGEST_BYTES], whole[DIGEST_BYTES:]
        if hashlib.sha256(content).digest() != check:
            return None
        os.utime(path)
        return content
