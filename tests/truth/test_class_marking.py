"""What students hand in is marked by the key, with the mistakes that would give it, and nothing is lost."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from companion.cli import app
from companion.truth.classes import key, marking
from companion.truth.classes.key import Answer, Key, Mistake, StudentKey

RIGHT = {"n": 600.0, "serial": 0.2, "lower": 0.1}
KINDS = {
    "not_recoded": 0.01,
    "used_all": 0.17,
    "wrong_reference": -0.06,
    "standardised": 0.12,
    "wrong_sign": -0.2,
    "difference": 0.26,
    "means": 0.23,
}
MISTAKES = tuple(Mistake(mistake=kind, numbers=(value,), tolerance=0.0015) for kind, value in KINDS.items())
SOBEL = Mistake(mistake="sobel", numbers=(0.09,), tolerance=0.0015)
ALSO = Mistake(mistake="used_all", numbers=(0.0895,), tolerance=0.0015)


def student(name: str) -> StudentKey:
    answers = (
        Answer(question="n", value=RIGHT["n"], tolerance=0.5, mistakes=()),
        Answer(question="serial", value=RIGHT["serial"], tolerance=0.0015, mistakes=MISTAKES),
        Answer(question="lower", value=RIGHT["lower"], tolerance=0.006, mistakes=(SOBEL, ALSO)),
    )
    return StudentKey(id=name, name=f"Zoë {name}", folder=name, truth="reversal", answers=answers)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "key.json").write_bytes(key.written(Key(seed=1, students=tuple(map(student, ("s1", "s2", "s3"))))))
    (tmp_path / "in").mkdir()
    return tmp_path


def hand_in(place: Path, file: str, rows: dict[str, str]) -> None:
    with (place / "in" / file).open("w", newline="", encoding="utf-8") as opened:
        csv.writer(opened).writerows([("question", "answer"), *rows.items()])


def run(place: Path) -> tuple[int, str]:
    arguments = [str(place / "in"), "--key", str(place / "key.json"), "--out", str(place / "out")]
    result = CliRunner().invoke(app, ["mark", *arguments])
    return result.exit_code, result.stderr


def grades(place: Path) -> dict[str, str]:
    with (place / "out" / marking.GRADES).open(encoding="utf-8-sig") as opened:
        return {row["id"]: row["points"] for row in csv.DictReader(opened)}


def details(place: Path) -> dict[str, str]:
    with (place / "out" / marking.MARKS).open(encoding="utf-8-sig") as opened:
        return {row["question"]: row["mistakes"] for row in csv.DictReader(opened)}


@pytest.mark.parametrize("kind", KINDS)
def test_each_known_mistake_is_recognised(place: Path, kind: str) -> None:
    hand_in(place, "s1.csv", {"student": "s1", "serial": f"{KINDS[kind]:.3f}"})
    assert run(place)[0] == 0
    assert details(place)["serial"] == kind
    assert grades(place)["s1"] == "0"


def test_two_mistakes_that_give_one_number_are_both_named_to_student_and_teacher(place: Path) -> None:
    hand_in(place, "s1.csv", {"student": "s1", "lower": "0.090"})
    run(place)
    assert details(place)["lower"] == "sobel or used_all"
    said = (place / "out" / marking.FEEDBACK / "s1.html").read_text("utf-8")
    assert "Several mistakes give this number" in said
    assert "Sobel" in said
    assert "leave out were used" in said


def test_a_bound_within_the_tolerance_that_is_a_mistakes_own_number_is_right_and_said_to_be_that_too() -> None:
    near = Answer(question="lower", value=0.094, tolerance=0.006, mistakes=(SOBEL,))
    assert marking.mark(0.0900, near) == marking.Mark("lower", 0.09, right=True, mistakes=("sobel",))
    assert marking.mark(0.0945, near).mistakes == ()


def test_an_unknown_wrong_number_is_wrong_without_a_guess(place: Path) -> None:
    hand_in(place, "s1.csv", {"student": "s1", "serial": "0.5"})
    run(place)
    assert details(place)["serial"] == ""


@pytest.mark.parametrize(("given", "points"), [("0.2015", 1), ("0.2016", 0), ("0,200", 1), ("0.1985", 1)])
def test_a_number_counts_up_to_its_tolerance(place: Path, given: str, points: int) -> None:
    hand_in(place, "s1.csv", {"student": "s1", "serial": given})
    run(place)
    assert grades(place)["s1"] == str(points)


def test_a_workbook_and_a_notebook_are_marked_like_a_table(place: Path) -> None:
    hand_in(place, "anything.csv", {"student": "s1"} | {name: str(value) for name, value in RIGHT.items()})
    book = openpyxl.Workbook()
    for row in [("question", "answer"), ("student", "s2"), *RIGHT.items()]:
        book.worksheets[0].append(row)
    book.save(place / "in" / "mine.xlsx")
    output = {"output_type": "execute_result", "data": {"text/plain": [repr({"student": "s3"} | RIGHT)]}}
    (place / "in" / "mine.ipynb").write_text(json.dumps({"cells": [{"cell_type": "code", "outputs": [output]}]}))
    assert run(place) == (0, "")
    assert grades(place) == {"s1": "3", "s2": "3", "s3": "3"}


def test_the_feedback_does_not_give_the_right_number_away(place: Path) -> None:
    hand_in(place, "s1.csv", {"student": "s1", "n": "7", "serial": "0.5", "lower": "0.5"})
    run(place)
    said = (place / "out" / marking.FEEDBACK / "s1.html").read_text("utf-8")
    assert "600" not in said
    assert "0.2<" not in said
    assert "simulated" in said


def test_a_table_in_which_nothing_is_answered_is_named_and_loses_nobody_else(place: Path) -> None:
    hand_in(place, "good.csv", {"student": "s1", "serial": "0.2"})
    hand_in(place, "empty.csv", {"student": "s2", "serial": "", "n": ""})
    code, said = run(place)
    assert code == 2
    assert "empty.csv" in said
    assert "No question has an answer." in said
    assert "good.csv" not in said
    assert grades(place) == {"s1": "1", "s2": "", "s3": ""}


def test_malformed_submissions_are_named_all_at_once_and_the_others_are_marked(place: Path) -> None:
    hand_in(place, "good.csv", {"student": "s1", "serial": "0.2"})
    hand_in(place, "words.csv", {"student": "s2", "serial": "about three", "n": "600", "serail": "1"})
    hand_in(place, "stranger.csv", {"student": "s9", "n": "600"})
    (place / "in" / "s3.docx").write_bytes(b"PK")
    (place / "in" / "broken.xlsx").write_bytes(b"no workbook")
    (place / "in" / "broken.ipynb").write_text("{}")
    (place / "in" / "bytes.csv").write_bytes(b"\x00\xff\xfe\x80")
    code, said = run(place)
    assert code == 2
    for named in ("about three", "serail", "s9", "s3.docx", "broken.xlsx", "broken.ipynb", "bytes.csv"):
        assert named in said
        assert named in (place / "out" / marking.OVERVIEW).read_text("utf-8")
    assert grades(place) == {"s1": "1", "s2": "1", "s3": ""}


def test_who_handed_in_twice_is_not_marked_and_both_files_are_named(place: Path) -> None:
    hand_in(place, "one.csv", {"student": "s1", "serial": "0.2"})
    hand_in(place, "two.csv", {"student": "s1", "serial": "0.5"})
    code, said = run(place)
    assert code == 2
    assert "one.csv" in said
    assert "two.csv" in said
    assert grades(place)["s1"] == ""


def test_a_notebook_is_never_run(place: Path) -> None:
    trap = place / "trap"
    source = f"open({str(trap)!r}, 'w')"
    output = {"output_type": "stream", "text": [f"__import__('pathlib').Path({str(trap)!r}).touch()"]}
    (place / "in" / "s1.ipynb").write_text(
        json.dumps({"cells": [{"cell_type": "code", "source": [source], "outputs": [output]}]})
    )
    assert run(place)[0] == 2
    assert not trap.exists()


def test_what_is_no_key_is_told(place: Path) -> None:
    (place / "key.json").write_text("{}")
    hand_in(place, "s1.csv", {"student": "s1"})
    code, said = run(place)
    assert code == 2
    assert "no key of a class" in said


def test_a_missing_folder_is_told(place: Path) -> None:
    (place / "in").rmdir()
    code, said = run(place)
    assert code == 2
    assert "no such folder" in said
