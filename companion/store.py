"""Results kept on disk by digest: written aside, moved into place, checked when read, and let go when old."""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar, cast

Result = TypeVar("Result")
READABLE = 0o644
"""Others may read what is written: a temporary file alone would be its maker's only, on a web server too."""
DIGEST_BYTES = hashlib.sha256().digest_size
SEAL = ".sha256"


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
    handle, aside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
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


@contextmanager
def sealed(folder: Path) -> Iterator[None]:
    """Let other programs write into a folder, and trust what they left there only as long as no byte of it changes.

    A folder that was changed since, or whose writers were killed, is emptied before it is used again.
    """
    seal = folder / SEAL
    if not seal.is_file() or seal.read_text() != _digest_of_all(folder):
        shutil.rmtree(folder, ignore_errors=True)
    seal.unlink(missing_ok=True)
    yield
    write_aside(seal, _digest_of_all(folder).encode())


def _digest_of_all(folder: Path) -> str:
    return digest_files((file for file in folder.rglob("*") if file.is_file() and file.name != SEAL), folder)


def let_go(folder: Path, keep: int, in_use: Collection[Path] = ()) -> None:
    """Delete the folders inside a folder, but not those in use nor the few that were used last.

    Parameters
    ----------
    folder
        The folder of folders.
    keep
        How many stay besides those in use.
    in_use
        Folders that stay, and that count as used now.
    """
    for used in in_use:
        if used.is_dir():
            os.utime(used)
    others = [path for path in folder.iterdir() if path.is_dir() and path not in in_use]
    for old in sorted(others, key=lambda path: path.stat().st_mtime_ns, reverse=True)[keep:]:
        shutil.rmtree(old, ignore_errors=True)


class Store:
    """One folder of results, each computed once.

    Parameters
    ----------
    folder
        Where the results lie; its name holds the digest of everything they depend on.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, name: str, compute: Callable[[], Result]) -> Result:
        """Give the stored result, or compute and store it; a damaged file counts as absent."""
        path = self._path(name)
        stored = self._read(path)
        if stored is not None:
            return cast(Result, pickle.loads(stored))
        result = compute()
        content = pickle.dumps(result, protocol=pickle.HIGHEST_PROTOCOL)
        write_aside(path, hashlib.sha256(content).digest() + content)
        return result

    def holds(self, name: str) -> bool:
        """Say whether a whole result of this name is there."""
        return self._read(self._path(name)) is not None

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.pickle"

    @staticmethod
    def _read(path: Path) -> bytes | None:
        if not path.is_file():
            return None
        whole = path.read_bytes()
        check, content = whole[:DIGEST_BYTES], whole[DIGEST_BYTES:]
        return content if hashlib.sha256(content).digest() == check else None
