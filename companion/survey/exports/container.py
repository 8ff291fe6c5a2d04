"""The bytes of a survey file -> rows of text cells; says what kind of file it is where it holds no such rows."""

from __future__ import annotations

import csv
import difflib
import io
from pathlib import Path

from companion.errors import InputError, Problem

OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Excel workbook",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"\xff\xfe": "text in UTF-16",
    b"\xfe\xff": "text in UTF-16",
    b"<": "a web page",
}
EXPORT_AS_CSV = "Export the survey from Qualtrics as CSV, with choice text."


def content(path: str | Path) -> bytes:
    """Read a survey file as it is.

    Raises
    ------
    InputError
        If there is no such file, or it is a folder, or it cannot be read.
    """
    place = Path(path)
    if place.is_dir():
        inside = sorted(file.name for file in place.glob("*.csv"))
        hint = f"Name one file in it: {', '.join(inside)}." if inside else EXPORT_AS_CSV
        raise InputError(Problem(path, "This is a folder, not a file.", hint))
    try:
        return place.read_bytes()
    except FileNotFoundError as error:
        siblings = [file.name for file in place.parent.glob("*")] if place.parent.is_dir() else []
        near = difflib.get_close_matches(place.name, siblings, n=1)
        hint = f"Did you mean {place.with_name(near[0])}?" if near else "Check the path."
        raise InputError(Problem(path, "There is no such file.", hint)) from error
    except OSError as error:
        raise InputError(
            Problem(path, f"The file cannot be read: {error.strerror}.", "Check its permissions.")
        ) from error


def records(file: str, raw: bytes) -> list[list[str]]:
    """Give the rows of a CSV file as text.

    Raises
    ------
    InputError
        If the bytes are no such text; with what they are, or the row from which on they are not.
    """
    if not raw.strip():
        raise InputError(Problem(file, f"The file is empty ({len(raw)} bytes).", EXPORT_AS_CSV))
    for beginning, kind in OTHER_FORMATS.items():
        if raw.lstrip().startswith(beginning):
            raise InputError(
                Problem(file, f"This is {kind}; only the CSV export of Qualtrics can be read.", EXPORT_AS_CSV)
            )
    if b"\x00" in raw:
        at = raw.index(b"\x00")
        raise InputError(
            Problem(
                file,
                f"Byte {at + 1} is a binary zero: the file is damaged, or no text.",
                EXPORT_AS_CSV,
                row=raw.count(b"\n", 0, at) + 1,
            )
        )
    text = _decoded(file, raw)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: list[list[str]] = []
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise InputError(
            Problem(
                file,
                f"From here on the file is no valid CSV: {error}.",
                "Look for a quotation mark that is opened and never closed, or export the file again.",
                row=len(rows) + 1,
            )
        ) from error
    return rows


def _decoded(file: str, raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError as error:
            at = error.start
    raise InputError(
        Problem(
            file,
            f"Byte {at + 1} is neither UTF-8 nor Windows-1252 text.",
            "Save the file as CSV in UTF-8.",
            row=raw.count(b"\n", 0, at) + 1,
        )
    )
