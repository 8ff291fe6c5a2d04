"""An Excel workbook -> rows of text cells, after a look at what it would unpack to."""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime, time
from itertools import zip_longest

from companion.errors import InputError, Problem

ZIP = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"  # also what a password turns a new one into
PARTS = "xl/workbook.xml"
LARGEST_PART, LARGEST_SUM = 200_000_000, 500_000_000
RATIO, RATIO_FROM = 200, 50_000_000
DOCTYPE = b"<!DOCTYPE"
HEAD = 2_000  # bytes in which a document type would stand
AGAIN = "Export the survey again, or save it as CSV."
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)
"""What the libraries that unpack and read a workbook raise on one that is damaged."""


@contextmanager
def whole(file: str) -> Iterator[None]:
    """Tell in words that a workbook or an archive is damaged.

    Raises
    ------
    InputError
        If it is.
    """
    try:
        yield
    except DAMAGED as error:
        raise InputError(Problem(file, "This workbook or zip archive is damaged or cut off.", AGAIN)) from error


def members(file: str, raw: bytes) -> zipfile.ZipFile:
    """Open a zip archive, such as a workbook, that is safe to unpack.

    Raises
    ------
    InputError
        If it is damaged, or would unpack to far more than a survey is.
    """
    with whole(file):
        archive = zipfile.ZipFile(io.BytesIO(raw))
    sizes = [(part.file_size, part.compress_size) for part in archive.infolist()]
    bomb = sum(size for size, _ in sizes) > LARGEST_SUM or any(
        size > LARGEST_PART or (size > RATIO_FROM and size > RATIO * packed) for size, packed in sizes
    )
    if bomb:
        total = sum(size for size, _ in sizes)
        raise InputError(
            Problem(file, f"It would unpack from {len(raw):,} to {total:,} bytes, which no survey does.", AGAIN)
        )
    return archive


def rows(file: str, raw: bytes, sheet: str | None) -> tuple[list[list[str]], str]:
    """Give the cells of one sheet of a workbook as text, and the name of the sheet.

    Parameters
    ----------
    file
        The file as it was named.
    raw
        Its bytes.
    sheet
        Which sheet; needed where more than one holds cells.

    Raises
    ------
    InputError
        If the workbook is damaged or no workbook, has no such sheet or several, or holds formulas without values.
    """
    archive = members(file, raw)
    with whole(file):
        _check_parts(file, archive)
    import openpyxl  # here: only workbooks need it

    with whole(file), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of looks and forms that a workbook has and its cells do not
        book, written = (
            openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=values) for values in (True, False)
        )
        filled = {page.title: _cells(page.iter_rows(values_only=True)) for page in book.worksheets}
    filled = {title: cells for title, cells in filled.items() if cells}
    title = _chosen(file, filled, sheet)
    with whole(file):
        formulas = _cells(written[title].iter_rows(values_only=True))
    _check_formulas(file, filled[title], formulas)
    width = max(map(len, filled[title]))
    return [row + [""] * (width - len(row)) for row in filled[title]], title


def text_of(value: object) -> str:
    """Give a cell as text: whole numbers without a point, moments as ISO 8601 writes them.

    Examples
    --------
    >>> text_of(4.0), text_of(None), text_of(datetime(2026, 5, 4, 10, 59, 37, 123456)), text_of(True)
    ('4', '', '2026-05-04 10:59:37', 'True')
    """
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.replace(microsecond=0).isoformat(" ")
    return value.isoformat() if isinstance(value, (date, time)) else str(value)


def _check_parts(file: str, archive: zipfile.ZipFile) -> None:
    if PARTS not in archive.namelist():
        inside = ", ".join(sorted(archive.namelist())[:5])
        raise InputError(
            Problem(file, f"This zip archive is no Excel workbook; it holds {inside}.", "Unpack it and name one file.")
        )
    for name in archive.namelist():
        if name.endswith((".xml", ".rels")):
            with archive.open(name) as part:
                if DOCTYPE in part.read(HEAD):
                    raise InputError(
                        Problem(file, "A part of this workbook declares a document type; none does.", AGAIN)
                    )


def _cells(given: Iterator[tuple[object, ...]]) -> list[list[str]]:
    found = [[text_of(value) for value in row] for row in given]
    while found and not any(cell.strip() for cell in found[-1]):
        found.pop()
    return found


def _chosen(file: str, filled: dict[str, list[list[str]]], sheet: str | None) -> str:
    names = ", ".join(f'"{title}"' for title in filled)
    if not filled:
        raise InputError(Problem(file, "The workbook holds no cells.", AGAIN))
    if sheet is None and len(filled) > 1:
        raise InputError(
            Problem(file, f"More than one sheet holds cells: {names}.", "Name one in the mapping, as `sheet:`.")
        )
    if sheet is not None and sheet not in filled:
        raise InputError(
            Problem(
                file,
                f"There is no such sheet with cells, only {names}.",
                "Correct `sheet:` in the mapping.",
                value=sheet,
            )
        )
    return sheet or next(iter(filled))


def _check_formulas(file: str, values: Sequence[Sequence[str]], written: Sequence[Sequence[str]]) -> None:
    empty = [
        number
        for number, (row, source) in enumerate(zip_longest(values, written, fillvalue=()), start=1)
        for value, cell in zip_longest(row, source, fillvalue="")
        if cell.startswith("=") and not value
    ]
    if empty:
        raise InputError(
            Problem(
                file,
                f"{len(empty)} cells hold a formula without a value; this is the first row of them.",
                "Open it in Excel and save it, or paste the cells as values.",
                row=empty[0],
            )
        )
