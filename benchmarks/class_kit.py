"""What a class costs: drawing and answering a survey a student, and marking what is handed in.

    python benchmarks/class_kit.py --students 40        # writes benchmarks/class_kit.csv

Seconds of the processor, in one process, since whoever makes a class has other work on the machine. The ratio says how
much of the same the way through a file costs: writing each student's export and reading it back.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from companion import study
from companion.root import ROOT
from companion.survey import imported
from companion.threads import one_thread
from companion.truth import read_back, simulate
from companion.truth.classes import key, kit, marking, submissions, truths
from companion.truth.classes.students import Student
from companion.words import words

HERE = Path(__file__).resolve().parent


def seconds(work: Callable[[], object]) -> float:
    """Give the seconds of the processor that some work takes on one thread."""
    with one_thread():
        begin = time.process_time()
        work()
        return time.process_time() - begin


def handed_in(folder: Path, known: key.Key) -> None:
    """Hand in the answers of each student: every second one right, the others with a mistake that is known."""
    folder.mkdir()
    for student in known.students:
        rows = ["question,answer", f"student,{student.id}"]
        for place, answer in enumerate(student.answers):
            wrong = answer.mistakes[0].numbers[0] if answer.mistakes else answer.value + 1
            rows.append(f"{answer.question},{answer.value if place % 2 else wrong}")
        (folder / f"{student.folder}.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")


def measured(number: int, folder: Path) -> list[dict[str, object]]:
    """Make a class of some students, mark it, and give a row a thing that was measured, with its seconds a student."""
    book = study.of_this_book()
    members = [Student(f"s{place:03d}", f"Student {place}") for place in range(number)]
    named = truths.load(ROOT / truths.FILE, ["reversal", "no-reversal"])
    jobs = kit.jobs(members, named, 1, book.questionnaire, book.analysis, folder)
    kit.made(jobs[0])  # what is loaded and computed once

    def through_a_file() -> None:
        for job in jobs:
            file = folder / "export.csv"
            file.write_bytes(simulate.survey(job.truth, book.questionnaire))
            imported.read(file, book.questionnaire)

    def as_drawn() -> None:
        for job in jobs:
            read_back.answers(simulate.drawn(job.truth, book.questionnaire), book.questionnaire)

    def mark() -> None:
        read = submissions.read_all(folder / "submissions", known)
        marking.write(marking.marked(known, read), [], folder / "marks", words("en"))

    made = seconds(lambda: list(kit.run(jobs, workers=1)))
    known = key.load(kit.finish(jobs, 1))
    handed_in(folder / "submissions", known)
    times = {
        "folder and key": made,
        "survey as drawn": seconds(as_drawn),
        "survey through a file": seconds(through_a_file),
        "marking": seconds(mark),
    }
    return [
        {"what": what, "students": number, "seconds": round(each / number, 4), "ratio": round(each / made, 3)}
        for what, each in times.items()
    ]


def main() -> None:
    """Measure, and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=int, default=40, help="how many are in the class")
    with tempfile.TemporaryDirectory() as folder:
        table = pd.DataFrame(measured(parser.parse_args().students, Path(folder)))
    table.to_csv(HERE / "class_kit.csv", index=False, lineterminator="\n")
    print(table.to_string(index=False))


if __name__ == "__main__":
    main()
