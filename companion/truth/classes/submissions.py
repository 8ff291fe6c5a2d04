"""What students hand in: a table, a workbook or a notebook, each read into numbers by the name of the question.

Nothing of a notebook is run: what counts is the dictionary that its last output shows.
"""

from __future__ import annotations

import ast
import json
import math
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion.errors import InputError, Problem
from companion.survey.exports.container import content, sheet
from companion.truth.classes.handout import STUDENT
from companion.truth.classes.key import Key

TEMPLATE_REMEDY = "Use the table answers.csv that the student got."


@dataclass(frozen=True)
class Submission:
    """What one file holds.

    Parameters
    ----------
    file
        The file.
    student
        The id of the student.
    values
        Numbers by question; a question without an answer is not among them.
    problems
        What could not be read.
    """

    file: Path
    student: str | None
    values: Mapping[str, float]
    problems: tuple[Problem, ...]


def read_all(folder: Path, key: Key) -> list[Submission]:
    """Read every file of a folder, whatever stands in it; hidden files are passed over.

    Raises
    ------
    InputError
        If there is no such folder, or nothing in it.
    """
    if not folder.is_dir():
        raise InputError(Problem(folder, "There is no such folder.", "Name the folder with what was handed in."))
    files = sorted(
        file
        for file in folder.rglob("*")
        if file.is_file() and not any(part.startswith((".", "~$")) for part in file.relative_to(folder).parts)
    )
    if not files:
        raise InputError(Problem(folder, "Nothing was handed in here.", "Put a file a student into it."))
    read = [one(file, folder, key) for file in files]
    return _once_each(read)


def one(file: Path, folder: Path, key: Key) -> Submission:
    """Read one file; what is wrong with it is among its problems."""
    try:
        rows = _READERS.get(file.suffix.casefold(), _unknown)(file)
    except InputError as error:
        return Submission(file, _owner(None, file, folder, key), {}, error.problems)
    questions = [answer.question for answer in key.students[0].answers] if key.students else []
    named: str | None = None
    values: dict[str, float] = {}
    problems = []
    for row, name, cell in rows:
        if name == STUDENT:
            named = cell
        elif name not in questions:
            message = "There is no such question."
            problems.append(Problem(file, message, f"The questions are {', '.join(questions)}.", row, "question", name))
        elif name in values:
            problems.append(Problem(file, "This question is answered twice.", "Keep one.", row, "question", name))
        elif cell:
            number = parsed(cell)
            if number is None:
                message = "This is no number."
                problems.append(Problem(file, message, "Write a number such as 0.123.", row, "answer", cell))
            else:
                values[name] = number
    if not values and not problems:
        remedy = "Fill in the column 'answer', or leave the file out."
        problems.append(Problem(file, "No question has an answer.", remedy))
    owner = _owner(named, file, folder, key)
    if owner is None:
        message = "No student of the class has this id." if named else "It does not say whose it is."
        problems.append(Problem(file, message, "Fill in the row 'student' with an id of the list.", value=named))
    return Submission(file, owner, values, tuple(problems))


def parsed(cell: str) -> float | None:
    """Give the number in a cell, with a decimal point or comma; nothing where there is none.

    Examples
    --------
    >>> [parsed(cell) for cell in ("0,25", "−.5", "1 204", "about 3", "nan")]
    [0.25, -0.5, 1204.0, None, None]
    """
    plain = "".join(cell.split()).replace("−", "-")
    if "," in plain and "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _owner(named: str | None, file: Path, folder: Path, key: Key) -> str | None:
    """Say whose a file is: by the id in it, else by its name or that of a folder around it."""
    known = {student.id: student.id for student in key.students} | {one.folder: one.id for one in key.students}
    if named:
        return known.get(named)
    around = [file.stem, *(part for part in reversed(file.relative_to(folder).parts[:-1]))]
    return next((known[name] for name in around if name in known), None)


def _once_each(read: Sequence[Submission]) -> list[Submission]:
    """Let nobody be marked who handed in twice: which one counts is not for a program to say."""
    files: dict[str, list[Path]] = {}
    for submission in read:
        if submission.student is not None:
            files.setdefault(submission.student, []).append(submission.file)
    checked = []
    for submission in read:
        others = [file for file in files.get(submission.student or "", []) if file != submission.file]
        problems = [
            Problem(
                submission.file,
                f"{other} is of the same student.",
                "Keep the one that counts.",
                value=submission.student,
            )
            for other in others
        ]
        values = {} if others else submission.values
        checked.append(Submission(submission.file, submission.student, values, (*submission.problems, *problems)))
    return checked


def _table(file: Path) -> list[tuple[int, str, str]]:
    return _two_columns(file, sheet(str(file), content(file)).records)


def _workbook(file: Path) -> list[tuple[int, str, str]]:
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book.worksheets[0].iter_rows(values_only=True)
        ]
        book.close()
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError) as error:
        raise InputError(Problem(file, "This is no workbook that can be read.", TEMPLATE_REMEDY)) from error
    return _two_columns(file, rows)


def _two_columns(file: Path, rows: Iterable[Sequence[str]]) -> list[tuple[int, str, str]]:
    numbered = [(number, [cell.strip() for cell in row]) for number, row in enumerate(rows, start=1) if any(row)]
    head = [cell.casefold() for cell in numbered[0][1]] if numbered else []
    if "question" not in head or "answer" not in head:
        message = "There are no columns 'question' and 'answer'."
        raise InputError(Problem(file, message, TEMPLATE_REMEDY, row=1))
    name, answer = head.index("question"), head.index("answer")
    filled = [(number, [*row, *[""] * len(head)]) for number, row in numbered[1:]]
    return [(number, row[name], row[answer]) for number, row in filled if row[name]]


def _notebook(file: Path) -> list[tuple[int, str, str]]:
    """Read the last output of a notebook that shows a dictionary."""
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        outputs = [output for cell in cells for output in cell.get("outputs", [])]
        texts = ["".join(one.get("text") or one.get("data", {}).get("text/plain", "")) for one in outputs]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InputError(Problem(file, "This is no notebook that can be read.", "Save it again in Jupyter.")) from error
    for text in reversed(texts):
        try:
            shown = ast.literal_eval(text.strip())
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(shown, dict):
            return [(number, str(name), str(value)) for number, (name, value) in enumerate(shown.items(), start=1)]
    message = "None of its outputs is a dictionary of numbers by question."
    raise InputError(
        Problem(file, message, "Run it to its end, with such a dictionary of plain numbers as its last line.")
    )


def _unknown(file: Path) -> list[tuple[int, str, str]]:
    message = "This is no table, workbook or notebook."
    raise InputError(Problem(file, message, f"Hand in {', '.join(_READERS)}.", value=file.suffix))


_READERS = {".csv": _table, ".xlsx": _workbook, ".ipynb": _notebook}
