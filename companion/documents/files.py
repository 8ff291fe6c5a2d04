"""A text as a file, in the format that the end of the file's name asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from companion import store
from companion.documents import latex, markdown, word
from companion.documents.document import Document
from companion.errors import InputError, Problem

FORMATS: dict[str, Callable[[Document], bytes]] = {
    ".md": lambda document: markdown.written(document).encode(),
    ".tex": lambda document: latex.written(document).encode(),
    ".docx": word.written,
}
"""End of a file's name -> what writes such a file."""


def check(path: Path) -> None:
    """Refuse a file in whose format no text is written, before anything is computed.

    Raises
    ------
    InputError
        If its name has another end than those of `FORMATS`.
    """
    if path.suffix not in FORMATS:
        *others, last = FORMATS
        ends = f"{', '.join(others)} or {last}"
        raise InputError(
            Problem(path, "The end of its name tells no format that is written.", f"Let it end in {ends}.")
        )


def write(document: Document, path: Path) -> None:
    """Write a text into a file that `check` lets pass, whole or not at all."""
    store.write_aside(path, FORMATS[path.suffix](document))
