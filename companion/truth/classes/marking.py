"""What was handed in beside the key: right, wrong by a known mistake, or wrong; for students and teacher."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from companion import store
from companion.errors import Problem
from companion.truth.classes import page
from companion.truth.classes.key import ROUNDED, Answer, Key, Mistake, StudentKey
from companion.truth.classes.page import Part
from companion.truth.classes.students import written
from companion.truth.classes.submissions import Submission
from companion.words import Words

FEEDBACK, OVERVIEW, MARKS, GRADES = "feedback", "overview.html", "marks.csv", "grades.csv"
SLACK = 1e-9
"""So that a number that is off by just the tolerance counts as within it."""


@dataclass(frozen=True)
class Mark:
    """How one answer was marked; `mistakes` are all that would give this number."""

    question: str
    given: float | None
    right: bool
    mistakes: tuple[str, ...]


@dataclass(frozen=True)
class Marked:
    """How a student was marked; `marks` is empty where nothing could be read."""

    student: StudentKey
    files: tuple[Path, ...]
    marks: tuple[Mark, ...]
    problems: tuple[Problem, ...]

    @property
    def points(self) -> int:
        """How many answers are right."""
        return sum(mark.right for mark in self.marks)


def mark(given: float | None, answer: Answer) -> Mark:
    """Mark one answer.

    Parameters
    ----------
    given
        The number, or nothing.
    answer
        The key.

    Examples
    --------
    >>> key = Answer(question="serial", value=0.2, tolerance=0.001, mistakes=())
    >>> mark(0.2004, key).right, mark(0.21, key).right
    (True, False)
    """
    if given is None:
        return Mark(answer.question, None, right=False, mistakes=())
    off = abs(given - answer.value)
    right = off <= answer.tolerance + SLACK
    kinds = tuple(one.mistake for one in answer.mistakes if _fits(given, one, narrow=right))
    if right and off <= ROUNDED + SLACK:  # it is the key's own number, whatever else gives it
        kinds = ()
    return Mark(answer.question, given, right, kinds)


def _fits(given: float, one: Mistake, *, narrow: bool) -> bool:
    tolerance = min(one.tolerance, ROUNDED) if narrow else one.tolerance
    return any(abs(given - value) <= tolerance + SLACK for value in one.numbers)


def marked(key: Key, submissions: Sequence[Submission]) -> list[Marked]:
    """Mark every student of a class, those who handed in nothing too."""
    by_student: dict[str, list[Submission]] = {}
    for submission in submissions:
        if submission.student is not None:
            by_student.setdefault(submission.student, []).append(submission)
    every = []
    for student in key.students:
        own = by_student.get(student.id, [])
        values = own[0].values if len(own) == 1 else {}
        marks = tuple(mark(values.get(answer.question), answer) for answer in student.answers) if values else ()
        problems = tuple(problem for one in own for problem in one.problems)
        every.append(Marked(student, tuple(one.file for one in own), marks, problems))
    return every


def said(one: Mark, say: Words) -> str:
    """Say what is seen in an answer, with what to do about it."""
    called, advice = say.under("classes.mistakes"), say.under("classes.advice")
    if one.given is None:
        return say("classes.feedback.missing")
    together = say("classes.feedback.or").join(called[kind] for kind in one.mistakes)
    if one.right:
        key = say("classes.feedback.right")
        return say("classes.feedback.also", mistake=together) if one.mistakes else key
    if not one.mistakes:
        return say("classes.feedback.unknown")
    seen = (
        say("classes.feedback.one", mistake=together)
        if len(one.mistakes) == 1
        else say("classes.feedback.several", mistakes=together)
    )
    return " ".join([seen, *(advice[kind] for kind in one.mistakes)])


def feedback(one: Marked, say: Words) -> bytes:
    """Write what a student reads; the right numbers are not in it."""
    asked = say.under("classes.questions")
    rows = tuple((asked[mark.question], _number(mark.given), said(mark, say)) for mark in one.marks)
    heads = tuple(say(f"classes.feedback.{name}") for name in ("question", "given", "said"))
    points = say("classes.feedback.points", points=one.points, whole=len(one.student.answers))
    faults = tuple(f"{problem.message} {problem.remedy} ({problem.value})" for problem in one.problems)
    parts = [Part(lines=(points, say("classes.feedback.again"), *faults), heads=heads, rows=rows)]
    return page.written(say("classes.feedback.title", name=one.student.name), parts, say)


def write(every: Sequence[Marked], strangers: Sequence[Submission], folder: Path, say: Words) -> None:
    """Write the feedback of each student, the teacher's tables and the grade book.

    Parameters
    ----------
    every
        The class.
    strangers
        What nobody of the class is known to have handed in.
    folder
        Where it is written.
    say
        The words.
    """
    for one in every:
        if one.files:
            store.write_aside(folder / FEEDBACK / f"{one.student.folder}.html", feedback(one, say))
    whole = len(every[0].student.answers) if every else 0
    grades = [("id", "name", "points", "out_of")]
    grades += [(one.student.id, one.student.name, str(one.points) if one.marks else "", str(whole)) for one in every]
    store.write_aside(folder / GRADES, written(grades))
    store.write_aside(folder / MARKS, written(_details(every)))
    store.write_aside(folder / OVERVIEW, overview(every, strangers, say))


def overview(every: Sequence[Marked], strangers: Sequence[Submission], say: Words) -> bytes:
    """Write the class at a glance: a row a student, a column a question; and what could not be read."""
    called = say.under("classes.mistakes")
    names = [answer.question for answer in every[0].student.answers] if every else []
    heads = tuple(say(f"classes.overview.{name}") for name in ("student", "truth", "points", "state"))
    rows = []
    for one in every:
        seen = [_seen(mark, called, say) for mark in one.marks] or [""] * len(names)
        state = ", ".join(file.name for file in one.files) or say("classes.overview.nothing")
        points = str(one.points) if one.marks else ""
        rows.append((f"{one.student.name} ({one.student.id})", one.student.truth, points, state, *seen))
    problems = [problem for one in every for problem in one.problems]
    problems += [problem for one in strangers for problem in one.problems]
    faults = tuple((str(one.file), say("classes.overview.faulty", fault=str(one))) for one in problems)
    parts = [Part(heads=(*heads, *names), rows=tuple(rows))]
    if faults:
        parts.append(Part(say("classes.overview.file"), rows=faults))
    return page.written(say("classes.overview.title"), parts, say)


def _seen(one: Mark, called: dict[str, str], say: Words) -> str:
    if one.given is None:
        return say("classes.overview.missing")
    if one.right:
        return say("classes.overview.right")
    return say("classes.feedback.or").join(called[kind] for kind in one.mistakes) or say("classes.overview.wrong")


def _details(every: Sequence[Marked]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("id", "truth", "question", "given", "key", "right", "mistakes")]
    for one in every:
        for mark, answer in zip(one.marks, one.student.answers, strict=False):
            result = ("yes" if mark.right else "no", " or ".join(mark.mistakes))
            rows.append(
                (one.student.id, one.student.truth, mark.question, _number(mark.given), repr(answer.value), *result)
            )
    return rows


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.10g}"
