"""An archive whose bytes depend on what is in it alone."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """Give a zip archive of files by their names; all of them carry the earliest moment that a zip can tell.

    Examples
    --------
    >>> import io, zipfile
    >>> archive = zipped({"sheet.txt": b"What is asked"})
    >>> zipfile.ZipFile(io.BytesIO(archive)).read("sheet.txt")
    b'What is asked'
    """
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in contents.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(entry, content)
    return archive.getvalue()
