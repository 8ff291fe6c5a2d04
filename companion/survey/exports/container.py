"""The bytes of a survey file -> rows of text cells; says what kind of file it is where it holds no such rows."""

from __future__ import annotations

import codecs
import csv
import difflib
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np

from companion.errors import InputError, Problem
from companion.survey.exports.cells import AT_ONCE, Gathered, Rows

OTHER_FORMATS = {
    b"PK\x03\x04": "an Excel workbook or a zip archive",
    b"\xd0\xcf\x11\xe0": "an old or password-protected Excel workbook",
    b"$FL2": "an SPSS file",
    b"$FL3": "an SPSS file",
    b"<": "a web page",
}
EXPORT_AS_CSV = "Export the survey from Qualtrics as CSV, with choice text."
ENCODINGS = {"UTF-16": "utf-16", "UTF-8": "utf-8-sig", "Windows-1252": "cp1252"}
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
LOOKED_AT = 50  # records from which the delimiter is known
WIDE = 20  # cells of a row from which on no answer has as many commas a line by chance
FIRST_ROW = re.compile(r'(?:[^"\r\n]|"[^"]*")*(\r\n|\r|\n)?')  # with its line end, which stands outside quotes
LINE_ENDS = {"\r\n": "Windows", "\n": "Unix", "\r": "old Macintosh"}


@dataclass(frozen=True)
class Sheet:
    """The rows of a text file as cells, and how it was written.

    Parameters
    ----------
    records
        The cells, row by row, as a spreadsheet counts rows.
    encoding
        How its letters are written, such as UTF-8.
    delimiter
        What stands between two cells.
    line_end
        What stands between two rows.
    """

    records: Rows
    encoding: str
    delimiter: str
    line_end: str

    @property
    def told(self) -> str:
        """Say in one line how the file was written.

        Examples
        --------
        >>> Sheet(Rows.of([["a"]]), "Windows-1252", ";", "\\r\\n").told
        'Windows-1252 text, cells separated by semicolons, Windows line ends'
        """
        between = DELIMITERS[self.delimiter]
        return f"{self.encoding} text, cells separated by {between}, {LINE_ENDS[self.line_end]} line ends"


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


def sheet(file: str, raw: bytes) -> Sheet:
    """Give the rows of a text file as cells: any encoding, delimiter and line ends that spreadsheets write.

    Raises
    ------
    InputError
        If the bytes are no such text; with what they are, or the row from which on they are not.
    """
    for beginning, kind in OTHER_FORMATS.items():
        if raw.lstrip().startswith(beginning):
            raise InputError(Problem(file, f"This is {kind}; only text such as a CSV file can be read.", EXPORT_AS_CSV))
    if b"\x00" in raw and not raw.startswith(UTF_16):
        at = raw.index(b"\x00")
        raise InputError(
            Problem(
                file,
                f"Byte {at + 1} is a binary zero: the file is damaged, or no text.",
                EXPORT_AS_CSV,
                row=raw.count(b"\n", 0, at) + 1,
            )
        )
    text, encoding = _decoded(file, raw)
    if not text or text.isspace():
        raise InputError(Problem(file, f"The file is empty ({len(raw)} bytes).", EXPORT_AS_CSV))
    ended = FIRST_ROW.match(text)
    line_end = (ended[1] if ended else None) or "\n"
    named = _named_delimiter(text)
    del text  # as large as the file: its lines are decoded again as they are read
    lines = partial(_lines, raw, ENCODINGS[encoding], below=named is not None)
    delimiter = named or _delimiter(lines)
    reader = csv.reader(lines(), delimiter=delimiter, strict=True)
    rows = _rows(file, reader)
    if reader.line_num > len(rows):  # else each row stands on a line of its own
        _check_glued(file, rows, delimiter)
    return Sheet(rows, encoding, delimiter, line_end)


def _rows(file: str, reader: Iterator[list[str]]) -> Rows:
    gathered = Gathered()
    while True:
        some: list[list[str]] = []
        try:
            some.extend(islice(reader, AT_ONCE))
        except csv.Error as error:
            raise InputError(
                Problem(
                    file,
                    f"From here on the file is no valid CSV: {error}.",
                    "Look for a quotation mark that is opened and never closed, or export the file again.",
                    row=gathered.number + len(some) + 1,
                )
            ) from error
        if not some:
            return gathered.rows()
        gathered.add(some)


def _check_glued(file: str, rows: Rows, delimiter: str) -> None:
    """Refuse rows that stand in one cell: it then has no fewer delimiters a line than a row has."""
    width = int(rows.lengths[0])
    if width < WIDE:
        return

    def breaks(cell: str) -> int:
        if len(cell) < width:  # too short for the delimiters of a row and the break before the next
            return 0
        found = len(cell.splitlines()) - 1
        return found if cell.count(delimiter) >= found * (width - 1) else 0

    glued = sorted(
        (int(number) + 1, place, column.texts[column.places[number]])
        for place, column in enumerate(rows.columns)
        if column.has("\r\n") and any(map(breaks, column.texts))
        for number in np.flatnonzero(column.where(breaks))
    )
    if glued:
        raise InputError(
            [
                Problem(
                    file,
                    f"{breaks(cell) + 1} rows stand in one cell here: "
                    "a quotation mark opens in one and closes in another.",
                    "Take the quotation marks away, or export the file again.",
                    number,
                )
                for number, _, cell in glued
            ]
        )


def _decoded(file: str, raw: bytes) -> tuple[str, str]:
    names = ["UTF-16"] if raw.startswith(UTF_16) else ["UTF-8", "Windows-1252"]
    for name in names:
        try:
            return raw.decode(ENCODINGS[name]), name
        except UnicodeDecodeError as error:
            at = error.start
    raise InputError(
        Problem(
            file,
            f"Byte {at + 1} is not {' or '.join(names)} text.",
            "Save the file as CSV in UTF-8.",
            row=raw.count(b"\n", 0, at) + 1,
        )
    )


def _lines(raw: bytes, encoding: str, *, below: bool) -> Iterator[str]:
    """Give the lines of a text, each with its end as it is; below the first where that one only names a delimiter."""
    return islice(io.TextIOWrapper(io.BytesIO(raw), encoding, newline=""), int(below), None)


def _named_delimiter(text: str) -> str | None:
    """Give the delimiter that Excel names in a first line such as ``sep=;``."""
    named = re.match(r'"?sep=([,;|\t])"?(?:\r\n|\r|\n)', text)
    return named[1] if named else None


def _delimiter(lines: Callable[[], Iterator[str]]) -> str:
    """Give the delimiter with which the most of the first records have the same number of cells, more than one.

    Examples
    --------
    >>> _delimiter(lambda: iter(["a;b\\n", '1,5;"x, y"\\n', "2,0;z\\n"]))
    ';'
    """
    evenness = {}
    for delimiter in DELIMITERS:
        widths: Counter[int] = Counter()
        try:
            records = csv.reader(lines(), delimiter=delimiter)
            widths.update(len(record) for record in islice(records, LOOKED_AT) if record)
        except csv.Error:
            continue  # a cell beyond all limits: with this delimiter the text makes no table
        if widths:
            width, number = widths.most_common(1)[0]
            evenness[delimiter] = (width > 1, number / widths.total(), width)
    return max(evenness, key=evenness.__getitem__) if evenness else ","
