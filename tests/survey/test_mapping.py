"""A mapping is checked like the other settings: what it may say, and the line of what it may not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped

from companion.errors import InputError
from companion.survey import mapping

WHOLE = """\
sheet: Answers
missing: ["-99"]
columns:
  psr1: How close?
  gender:
    column: Gender
    values: {V: woman, M: man, X: missing}
scales:
  agreement: {6: 2, 2: 3}
condition:
  column: version
  values: {1: [positive, none], pilot: missing}
record: {person: panel}
"""


def load(folder: Path, text: str) -> mapping.Columns:
    (folder / "mapping.yml").write_text(text, encoding="utf-8")
    return mapping.load(folder / "mapping.yml", shipped.asked())


def test_what_a_mapping_says_is_what_is_read(tmp_path: Path) -> None:
    found = load(tmp_path, WHOLE)
    assert found.columns["psr1"].column == "How close?"
    assert found.columns["gender"].values == {"V": "woman", "M": "man", "X": None}
    assert found.scales == {"agreement": {"6": 2, "2": 3}}
    assert found.condition is not None
    assert found.condition.levels == {"1": ("positive", "none"), "pilot": None}
    assert (found.sheet, found.missing, found.record) == ("Answers", ("-99",), {"person": "panel"})


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("sheet: Answers", "shet: Answers", 1, "This key is unknown."),
        ("missing:", "sheet: B\nmissing:", 2, "This key stands twice."),
        ("  psr1: How", "  psr1: 7\n  psr0: How", 4, "Put the value in quotes."),
        ("  psr1: How", "  prs1: How", 4, "Did you mean psr1"),
        ("  psr1: How close?", "  psr1: decide", 4, "not decided yet"),
        ("  psr1: How close?", "  psr1: Gender", 5, "psr1 is read from this column already"),
        ("V: woman", "V: lady", 7, "'lady' is no code of its answers. Give one of woman, man, other, or missing"),
        ("V: woman", "V: decide", 7, '"V" is not decided yet'),
        ("V: woman", "yes: woman", 7, "are read as true or false"),
        ("V: woman", "1.5: woman", 7, "between quotation marks"),
        ("6: 2,", "6: 8,", 9, "8 is no code of its answers"),
        ("  agreement:", "  agrement:", 9, "Did you mean agreement"),
        ("[positive, none]", "[none, positive]", 12, "none is no level of valence"),
        ("[positive, none]", "[positive]", 12, "give its two levels"),
        ("1: [positive, none]", "1: decide", 12, "give its two levels"),
        ("  column: version\n", "", 10, "give `column` with `values`"),
        ("  psr1: How close?", "  valence: Tone", 4, "told by `condition` already"),
        ("  psr1: How close?", "  age: {column: A, values: {1: 2}}", 4, "Its answer is a number"),
        ("person: panel", "who: panel", 13, ""),
        ("sheet: Answers", "sheet:\tAnswers: x", 1, "not valid YAML"),
        ("sheet: Answers", "sheet: !!python/name:os.system", 1, "not valid YAML"),
    ],
)
def test_a_fault_is_told_with_its_line(tmp_path: Path, old: str, new: str, line: int, message: str) -> None:
    assert old in WHOLE
    with pytest.raises(InputError) as caught:
        load(tmp_path, WHOLE.replace(old, new))
    problem = caught.value.problems[0]
    assert problem.row == line
    assert message in str(problem)


def test_all_faults_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        load(tmp_path, WHOLE.replace("  psr1", "  prs1").replace("6: 2,", "6: 9,").replace("V: woman", "V: lady"))
    assert [problem.row for problem in caught.value.problems] == [4, 7, 9]


def test_a_value_that_is_none_hides_no_name_that_the_questionnaire_lacks(tmp_path: Path) -> None:
    faults = {"sheet: Answers": "sheet: [1]", "V: woman": "yes: woman", "  psr1: How": "  prs1: How", "6: 2,": "6: 8,"}
    text = WHOLE
    for old, new in faults.items():
        text = text.replace(old, new)
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    told = {"sheet": 1, "columns.prs1": 4, "columns.gender.values": 7, "scales.agreement.6": 9}
    assert {problem.column: problem.row for problem in caught.value.problems} == told
    assert [problem.row for problem in caught.value.problems] == sorted(told.values())


def test_the_mapping_that_the_book_shows_is_one(tmp_path: Path) -> None:
    chapter = shipped.DATA.parent / "chapters" / "using" / "your-own-survey.md"
    (shown,) = re.findall(r"```\n(columns:\n.*?)```", chapter.read_text(encoding="utf-8"), re.DOTALL)
    found = load(tmp_path, shown)
    assert found.scales["agreement"]["No opinion"] is None
    assert found.condition is not None
    assert set(found.condition.levels.values()) == set(shipped.asked().cells)
