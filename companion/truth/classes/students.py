"""The students of a class, the folder of each, and the streams that only the teacher's secret gives."""

from __future__ import annotations

import csv
import hashlib
import hmac
import io
import re
import secrets
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from companion import store
from companion.errors import InputError, Problem
from companion.survey.exports.container import content, sheet

LIST = ("id", "name")
FORMULA = ("=", "+", "-", "@", "\t")
"""What a spreadsheet takes for the beginning of a formula."""
LONGEST = 64
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that Windows keeps for itself."""
SECRET_BYTES = 32

Choice = TypeVar("Choice")


@dataclass(frozen=True)
class Student:
    """A student by the id that the school uses, and what the teacher calls them."""

    id: str
    name: str

    @property
    def folder(self) -> str:
        """A name for the student's folder that stays inside any folder, on every system.

        Examples
        --------
        >>> Student("s001", "Zoë").folder
        's001'
        >>> Student("../x", "").folder
        'x-d6b96a97'
        """
        plain = unicodedata.normalize("NFKD", self.id).encode("ascii", "ignore").decode()
        safe = re.sub(r"[^A-Za-z0-9_-]+", "-", plain).strip("-")[:LONGEST]
        if safe == self.id and not RESERVED.fullmatch(safe):
            return safe
        return f"{safe or 'student'}-{hashlib.sha256(self.id.encode()).hexdigest()[:8]}"


def read(path: Path) -> list[Student]:
    """Read the list of a class: a CSV file with the columns `id` and, if wanted, `name`.

    Raises
    ------
    InputError
        If the list cannot be read, or a student stands twice, has no id, or is called what a spreadsheet takes for a
        formula; every fault with its row.
    """
    cells = sheet(str(path), content(path))
    rows = [[cell.strip() for cell in row] for row in cells.records]
    head = [name.casefold() for name in rows[0]] if rows else []
    if "id" not in head:
        raise InputError(
            Problem(path, "The list has no column 'id'.", "Give it a header row: id,name.", row=1, column="id")
        )
    students = []
    places = []
    for number, row in enumerate(rows[1:], start=2):
        if not any(row):
            continue
        given = dict(zip(head, row, strict=False))
        students.append(Student(given.get("id", ""), given.get("name", "") or given.get("id", "")))
        places.append(number)
    problems = list(_faults(path, students, places))
    if problems:
        raise InputError(problems)
    return students


def _faults(path: Path, students: Sequence[Student], places: Sequence[int]) -> Iterator[Problem]:
    if not students:
        yield Problem(path, "Nobody stands in the list.", "Give each student a row.")
    first: dict[str, int] = {}
    for student, row in zip(students, places, strict=True):
        if not student.id:
            yield Problem(path, "This student has no id.", "Give one.", row=row, column="id", value="")
            continue
        for column, value in zip(LIST, (student.id, student.name), strict=True):
            if value.startswith(FORMULA):
                message = "A spreadsheet would take this for a formula."
                yield Problem(path, message, "Begin with a letter or a digit.", row=row, column=column, value=value)
        known = first.setdefault(student.folder.casefold(), row)
        if known != row:
            message = f"Row {known} has this id, or one that differs in capitals alone."
            yield Problem(
                path, message, "Give each student an id of their own.", row=row, column="id", value=student.id
            )


def secret(path: Path) -> bytes:
    """Give the secret of a class; where the file is not there yet, a new one is drawn and kept in it.

    Raises
    ------
    InputError
        If the file holds no secret.
    """
    if not path.exists():
        store.write_aside(path, f"{secrets.token_hex(SECRET_BYTES)}\n".encode())
        path.chmod(0o600)
    text = path.read_text(encoding="utf-8", errors="replace").strip()
    if not re.fullmatch(rf"[0-9a-f]{{{2 * SECRET_BYTES}}}", text):
        remedy = "Put the kept secret back; a class with another one is another class."
        raise InputError(Problem(path, "This is no secret of a class.", remedy))
    return bytes.fromhex(text)


def stream(kept: bytes, seed: int, student: Student, purpose: str) -> int:
    """Give the seed of one of a student's streams: HMAC-SHA256 of the class seed, the student and the purpose.

    Who does not know the secret cannot compute it, whatever else they know (RFC 2104).
    """
    told = store.digest([str(seed).encode(), student.id.encode(), purpose.encode()])
    return int.from_bytes(hmac.digest(kept, told.encode(), "sha256"), "big")


def chosen(kept: bytes, seed: int, student: Student, names: Sequence[Choice]) -> Choice:
    """Choose for a student by the secret, and the same whoever else is in the class."""
    return names[stream(kept, seed, student, "truth") % len(names)]


def written(rows: Sequence[Sequence[object]]) -> bytes:
    """Write a table for the teacher as CSV, with a byte-order mark, by which Excel knows that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode("utf-8-sig")
