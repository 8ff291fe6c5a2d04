"""The kit of a class: a folder for each student, and for the teacher one key; a run that was stopped goes on.

A student's folder is written aside and moved into place, and then their part of the key is kept; a part is taken up
again only where the folder still holds what was written. All streams come from the class secret, so that the bytes are
the same however often a run was stopped and however many processes there were.
"""

from __future__ import annotations

import json
import multiprocessing
import shutil
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import companion
from companion import store
from companion.closure import Package
from companion.store import Store
from companion.survey import plain_table
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.threads import one_thread
from companion.truth import read_back, simulate
from companion.truth.classes import answers, handout, key, students
from companion.truth.classes.key import Key, StudentKey
from companion.truth.classes.students import Student
from companion.truth.population import Truth
from companion.truth.replications import end_with_parent
from companion.words import words
from companion.zipped import zipped

TEACHER, STUDENTS, ZIPPED = "teacher", "students", "zipped"
KEY, LIST, SECRET = "key.json", "class.csv", "secret.txt"
STEP = "made"


@dataclass(frozen=True)
class Job:
    """One student's part of a class.

    Parameters
    ----------
    student
        The student.
    truth_name, truth
        What the survey is drawn from; its seed is the student's own.
    bootstrap
        The seed of the key's bootstrap.
    questionnaire, analysis
        What was asked, and how it is analysed.
    folder
        The folder of the class.
    """

    student: Student
    truth_name: str
    truth: Truth
    bootstrap: int
    questionnaire: Questionnaire
    analysis: Analysis
    folder: Path

    @cached_property
    def state(self) -> str:
        """Digest of everything that can influence the result: what is asked for, the code and its libraries."""
        settings = [self.truth.model_dump(), self.questionnaire.model_dump(), self.analysis.model_dump()]
        told = [self.student.id, self.student.name, self.truth_name, str(self.bootstrap), json.dumps(settings), code()]
        return store.digest(part.encode() for part in told)

    @property
    def place(self) -> Path:
        """The student's folder."""
        return self.folder / STUDENTS / self.student.folder

    @property
    def archive(self) -> Path:
        """The same in one file, as learning platforms take it."""
        return self.folder / ZIPPED / f"{self.student.folder}.zip"


@dataclass(frozen=True)
class Made:
    """What was made for a student: their part of the key, and the sha256 of each file by its place in the class."""

    key: StudentKey
    files: Mapping[str, str]


@cache
def code() -> str:
    """Digest of the files of the package that can influence a student's survey and key."""
    package = Package(Path(companion.__file__).parent)
    return store.digest_files(package.closure([__name__]), package.folder)


def jobs(
    members: Sequence[Student],
    truths: Mapping[str, Truth],
    seed: int,
    questionnaire: Questionnaire,
    analysis: Analysis,
    folder: Path,
) -> list[Job]:
    """Give the parts of a class; the class secret is drawn where the teacher's folder has none.

    Raises
    ------
    companion.errors.InputError
        If the file of the secret holds none.
    """
    kept = students.secret(folder / TEACHER / SECRET)
    every = []
    for student in members:
        name = students.chosen(kept, seed, student, list(truths))
        own = truths[name].model_copy(update={"seed": students.stream(kept, seed, student, "survey")})
        bootstrap = students.stream(kept, seed, student, "bootstrap") % 2**63
        every.append(Job(student, name, own, bootstrap, questionnaire, analysis, folder))
    return every


def made(job: Job) -> Made:
    """Draw a student's survey, write their folder and answer the assignment."""
    with one_thread():
        aside = job.place.with_name(f".{job.student.folder}.aside")
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        data, identities = read_back.answers(simulate.drawn(job.truth, job.questionnaire), job.questionnaire)
        table = plain_table.written(data, identities, job.questionnaire, simulated=True)
        files = handout.files(job.student, table, job.questionnaire, job.analysis, words("en"))
        for name, content in files.items():
            (aside / name).write_bytes(content)
        found = answers.answered(data, job.questionnaire, job.analysis, job.bootstrap)
        shutil.rmtree(job.place, ignore_errors=True)
        aside.replace(job.place)
        archive = zipped({f"{job.student.folder}/{name}": content for name, content in files.items()})
        store.write_aside(job.archive, archive)
    student = job.student
    part = StudentKey(id=student.id, name=student.name, folder=student.folder, truth=job.truth_name, answers=found)
    written = {job.place / name: content for name, content in files.items()} | {job.archive: archive}
    digests = {file.relative_to(job.folder).as_posix(): store.sha256(content) for file, content in written.items()}
    return Made(part, digests)


def intact(job: Job, result: Made) -> bool:
    """Say whether every file of a student is there as it was written."""
    files = {name: job.folder / name for name in result.files}
    return all(file.is_file() and store.sha256(file.read_bytes()) == result.files[name] for name, file in files.items())


def run(every: Sequence[Job], workers: int) -> Iterator[Job]:
    """Make what is not there yet; give each job as soon as it is done."""
    if not every:
        return
    kept = _kept(every[0].folder)
    missing = []
    for job in every:
        found: Made | None = kept.find(STEP, job.state)
        if found is not None and intact(job, found):
            yield job
        else:
            missing.append(job)
    if workers == 1 or len(missing) < 2:
        for job in missing:
            kept.put(STEP, job.state, made(job))
            yield job
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(missing)), mp_context=context, initializer=end_with_parent) as pool:
        running = {pool.submit(made, job): job for job in missing}
        try:
            for done in as_completed(running):
                kept.put(STEP, running[done].state, done.result())
                yield running[done]
        finally:
            pool.shutdown(cancel_futures=True)


def finish(every: Sequence[Job], seed: int) -> Path:
    """Write the key and the list of the class from what was made; give the file of the key.

    Raises
    ------
    LookupError
        If a part is not there.
    """
    folder = every[0].folder
    kept, parts = _kept(folder), []
    for job in every:
        found: Made | None = kept.find(STEP, job.state)
        if found is None:
            raise LookupError(f"{job.student.id} is not there.")
        parts.append(found.key)
    rows = [("id", "name", "folder", "truth"), *((one.id, one.name, one.folder, one.truth) for one in parts)]
    store.write_aside(folder / TEACHER / LIST, students.written(rows))
    store.write_aside(folder / TEACHER / KEY, key.written(Key(seed=seed, students=tuple(parts))))
    return folder / TEACHER / KEY


def _kept(folder: Path) -> Store:
    return Store(folder / TEACHER / ".kept")
