"""The one way in which wrong input is told to its owner: where, what, what is allowed, how to mend it."""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Problem:
    """One fault in an input file, in words that its owner can act on.

    Parameters
    ----------
    file
        The file as the user named it.
    message
        What is wrong and what would be right.
    remedy
        What to do about it.
    row
        Row as a spreadsheet counts it (header rows included), or the line of a text file.
    column
        Column name, or the path of a key in a YAML file.
    value
        The offending value, as it stands in the file.
    """

    file: str | Path
    message: str
    remedy: str
    row: int | None = None
    column: str | None = None
    value: str | None = None

    def __str__(self) -> str:
        place = [str(self.file)]
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.column is not None:
            place.append(f"column {self.column}")
        if self.value is not None:
            place.append(f"value {self.value!r}")
        return f"{', '.join(place)}: {self.message} {self.remedy}"


class InputError(Exception):
    """Input that cannot be used; the command line prints its problems and exits with code 2.

    Parameters
    ----------
    problems
        Every fault found in one pass, in the order of the file.
    """

    SHOWN = 5

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems: tuple[Problem, ...] = (problems,) if isinstance(problems, Problem) else tuple(problems)
        super().__init__(str(self))

    def __str__(self) -> str:
        shown = [str(problem) for problem in self.problems[: self.SHOWN]]
        rest = len(self.problems) - len(shown)
        return "\n".join([*shown, f"and {rest} more"] if rest else shown)


FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
SYSTEM: dict[int, tuple[str, str]] = {
    **dict.fromkeys(
        FULL, ("The disk is full.", "Make room and run the command again; what was there stands as it was.")
    ),
    errno.EFBIG: (
        "The file would be larger than this account may write.",
        "Raise the limit (`ulimit -f`) and run the command again; what was there stands as it was.",
    ),
    errno.EROFS: ("Nothing can be written here.", "Work in a copy in a folder that you may write to."),
    errno.EACCES: ("This account may not use it.", "Change its permissions, or work in a copy in your own folder."),
    errno.EPERM: ("This account may not use it.", "Change its permissions, or work in a copy in your own folder."),
    errno.EADDRINUSE: ("Another program uses this port.", "Name another with --port, or 0 for any that is free."),
    errno.ENOENT: ("There is no such file.", "Check the path."),
    errno.EISDIR: ("This is a folder, not a file.", "Name a file in it."),
    errno.ENOTDIR: ("A part of this path is no folder.", "Check the path."),
}
"""What the operating system refuses -> what to say about it and what to do."""


def refused(error: OSError, file: str | Path | None = None) -> Problem:
    """Tell in words what the operating system refused.

    Examples
    --------
    >>> import errno
    >>> print(refused(OSError(errno.ENOSPC, "No space left on device"), "_build/html"))
    _build/html: The disk is full. Make room and run the command again; what was there stands as it was.
    """
    message, remedy = SYSTEM.get(error.errno or 0, (f"It cannot be used: {error.strerror}.", "Check the file."))
    return Problem(file or str(error.filename or "This folder"), message, remedy)


def refused_in(text: str) -> OSError | None:
    """Give what the operating system refused to another program, from what that program said of it."""
    said = {f"[Errno {number}]": number for number in SYSTEM.keys() - {errno.ENOENT, errno.EISDIR, errno.ENOTDIR}}
    said |= {"database or disk is full": errno.ENOSPC, "attempt to write a readonly database": errno.EROFS}
    number = next((number for words, number in said.items() if words in text), None)
    file = re.search(rf"\[Errno {number}\] [^:\n]*: '([^'\n]+)'", text)
    return OSError(number, os.strerror(number), *([file[1]] if file else [])) if number else None


class NothingLeftError(Exception):
    """No respondent is left to analyse; the command line prints why and exits with code 3."""


class EngineError(Exception):
    """Another program failed, or found something else; the command line prints what it said and exits with code 1."""
