"""Tests read the built site and leave every byte of it as it was: it is what gets published."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from companion import store


@contextmanager
def untouched(folder: Path) -> Iterator[None]:
    """Fail with the names of the files that were added, changed or removed in a folder meanwhile."""
    before = _digests(folder)
    yield
    after = _digests(folder)
    touched = sorted(name for name in {*before, *after} if before.get(name) != after.get(name))
    assert not touched, f"a test wrote into {folder}: {', '.join(touched)}"


def _digests(folder: Path) -> dict[str, str]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): store.sha256(path.read_bytes()) for path in files}
