"""The folder of the book: the checkout around the package, or a folder of its own for a package from a wheel.

A package that was installed from a wheel has no book around it. What its commands read of one, the survey that ships,
the settings and the tables from the literature, lies inside the wheel, where nothing may be written. So it is laid out
once in the user's cache, in a folder whose name holds the digest of the wheel, and what is computed is kept there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from importlib.metadata import distribution
from pathlib import Path

from companion.errors import InputError, Problem

CHECKOUT = Path(__file__).resolve().parents[1]
SHIPPED = Path(__file__).resolve().with_name("shipped")
CHAPTERS = "_toc.yml"


def find(shipped: Path = SHIPPED) -> Path:
    """Give the folder of the book.

    Parameters
    ----------
    shipped
        Where a wheel holds the book's data; a checkout has no such folder.

    Raises
    ------
    InputError
        If the data of a wheel cannot be laid out.
    """
    return laid_out(shipped, _of_this_wheel()) if shipped.is_dir() else CHECKOUT


def _of_this_wheel() -> Path:
    """A folder in the user's cache for exactly this wheel: RECORD holds the digest of each of its files."""
    from platformdirs import user_cache_path  # here: a checkout has no need of it

    installed = distribution("companion")
    record = installed.read_text("RECORD") or ""
    digest = hashlib.sha256(record.encode()).hexdigest()
    return user_cache_path("companion", appauthor=False) / f"{installed.version}-{digest[:12]}"


def laid_out(shipped: Path, folder: Path) -> Path:
    """Copy what a wheel holds to a folder, unless it is there; no process sees half of it.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    if folder.is_dir():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=folder.parent) as aside:
            os.rename(shutil.copytree(shipped, Path(aside) / folder.name), folder)
    except OSError as error:
        if not folder.is_dir():
            raise InputError(
                Problem(
                    folder,
                    f"The data of the package cannot be laid out here: {error.strerror or error}.",
                    "Make room or give yourself the right to write there, or set XDG_CACHE_HOME to another folder.",
                )
            ) from error
    return folder


def check_chapters(root: Path) -> None:
    """See to it that there are chapters to build.

    Raises
    ------
    InputError
        If there are none, as around a package from a wheel.
    """
    if not (root / CHAPTERS).is_file():
        raise InputError(
            Problem(
                root / CHAPTERS,
                "There are no chapters here: they do not come with an installed package.",
                "Get the folder of the book, and run `make book` or `python build.py book` in it.",
            )
        )


ROOT = find()
