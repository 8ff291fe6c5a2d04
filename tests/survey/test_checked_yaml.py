from pathlib import Path

import pytest

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked


class Inner(Checked):
    number: int
    words: str = ""


class Outer(Checked):
    parts: dict[str, Inner]
    order: tuple[int, ...] = ()
    ends: tuple[int, int] = (1, 7)


def fault(tmp_path: Path, text: str) -> Problem:
    file = tmp_path / "settings.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        checked_yaml.load(file, Outer)
    assert len(caught.value.problems) == 1
    return caught.value.problems[0]


def test_a_right_file_becomes_its_class(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    file.write_text("parts:\n  one: {number: 1, words: a}\norder: [3, 2]\n")
    assert checked_yaml.load(file, Outer) == Outer(parts={"one": Inner(number=1, words="a")}, order=(3, 2))


@pytest.mark.parametrize(
    ("text", "row", "column", "value", "message", "remedy"),
    [
        (
            "parts:\n  one:\n    number: 1\n    wrods: a\n",
            4,
            "parts.one.wrods",
            "a",
            "This key is unknown.",
            "spelling",
        ),
        ("parts:\n  one:\n    words: a\n", 2, "parts.one.number", None, "This key is missing.", "Add the key."),
        (
            "parts:\n  one:\n    number: many\n",
            3,
            "parts.one.number",
            "many",
            "be a whole number",
            "Correct the value.",
        ),
        (
            "parts:\n  one:\n    number: 1\n    words: no\n",
            4,
            "parts.one.words",
            "False",
            "has to be a text",
            "in quotes",
        ),
        ("parts: {}\norder:\n  - 1\n  - x\n", 4, "order.1", "x", "be a whole number", "Correct the value."),
        ("parts: {}\nends:\n  - 18\n", 2, "ends.1", None, "entry 2 is missing", "Add the entry."),
        ("parts: {}\norder: [1]\nparts: {}\n", 3, "parts", None, "This key stands twice.", "Remove one"),
        ("parts:\n\tone: 1\n", 2, None, None, "not valid YAML", "never tabs"),
        ("", None, None, None, "holds no settings", "repository"),
        ("parts: !!python/object:os.system {}\n", 1, None, None, "not valid YAML", "quotes"),
    ],
)
def test_a_fault_names_its_line_and_remedy(
    tmp_path: Path, text: str, row: int | None, column: str | None, value: str | None, message: str, remedy: str
) -> None:
    problem = fault(tmp_path, text)
    assert Path(problem.file).name == "settings.yml"
    assert (problem.row, problem.column, problem.value) == (row, column, value)
    assert message in problem.message
    assert remedy in problem.remedy


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    file.write_text("parts:\n  one: {number: x}\n  two: {}\nspare: 1\n")
    with pytest.raises(InputError) as caught:
        checked_yaml.load(file, Outer)
    assert [problem.row for problem in caught.value.problems] == [2, 3, 4]


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no such file"):
        checked_yaml.load(tmp_path / "nowhere.yml", Outer)


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="UTF-8"):
        checked_yaml.load(file, Outer)


def test_a_loaded_class_is_frozen(tmp_path: Path) -> None:
    file = tmp_path / "settings.yml"
    file.write_text("parts: {}\n")
    with pytest.raises(ValueError, match="frozen"):
        checked_yaml.load(file, Outer).order = (1,)  # type: ignore[misc]
