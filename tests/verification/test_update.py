"""The expected results change only when somebody agrees to a difference that was shown."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from companion import study
from companion.cli import app
from companion.errors import InputError
from companion.study import SHIPPED_SURVEY, Study
from companion.verification import expected, update
from companion.verification.compare import Entry
from companion.verification.drawing import Drawing, Shapes
from companion.verification.expected import FILE, Results

BEFORE = Results({"a.est": Entry(0.5, "0.500", "coefficient")}, {}, {}, {})
NOW = replace(BEFORE, numbers={"a.est": Entry(0.7, "0.700", "coefficient")})


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which the numbers are recomputed as `NOW`."""
    monkeypatch.setattr(update, "recompute", lambda root: NOW)
    (tmp_path / "requirements.lock").write_text("")
    expected.write(tmp_path / FILE, BEFORE)
    return tmp_path


def run(root: Path, agree: Callable[[str], bool], survey: str = SHIPPED_SURVEY) -> tuple[bool, str]:
    console = Console(file=io.StringIO(), width=200)
    return update.update(Study(root / survey, root), agree, console), console.file.getvalue()


def never(question: str) -> bool:
    raise AssertionError(question)


def test_a_difference_that_is_agreed_to_is_written(root: Path) -> None:
    done, said = run(root, lambda question: FILE in question)
    assert done
    assert "a.est: expected 0.5 (0.500), recomputed 0.7 (0.700)" in said
    assert expected.load(root / FILE) == NOW


def test_a_difference_that_is_not_agreed_to_is_shown_and_not_written(root: Path) -> None:
    done, said = run(root, lambda _: False)
    assert not done
    assert "a.est: expected 0.5" in said
    assert expected.load(root / FILE) == BEFORE


def test_what_agrees_keeps_the_digits_that_were_reviewed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = replace(NOW, numbers={**NOW.numbers, "b.est": Entry(0.1 + 1e-12, "0.100", "coefficient")})
    here = replace(BEFORE, numbers={**BEFORE.numbers, "b.est": Entry(0.1, "0.100", "coefficient")})
    monkeypatch.setattr(update, "recompute", lambda root: elsewhere)
    expected.write(root / FILE, here)
    run(root, lambda _: True)
    assert expected.load(root / FILE) == replace(here, numbers={**here.numbers, **NOW.numbers})


def drawn(digest: str, middle: float) -> Drawing:
    return Drawing(digest, {"wide lines": Shapes(1, "look", (middle,))})


def test_drawings_that_agree_on_another_platform_stay_those_of_the_platform_that_was_reviewed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = replace(BEFORE, drawings={"fig-a": drawn("one", 1.0)}, platform="here")
    expected.write(root / FILE, here)
    there = replace(NOW, drawings={"fig-a": drawn("other", 1.01)}, platform="there")
    monkeypatch.setattr(update, "recompute", lambda root: there)
    run(root, lambda _: True)
    assert expected.load(root / FILE) == replace(here, numbers=NOW.numbers)


def test_drawings_are_all_of_one_platform_when_one_of_them_has_changed(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {"fig-a": drawn("one", 1.0), "fig-b": drawn("two", 1.0)}
    expected.write(root / FILE, replace(BEFORE, drawings=before, platform="here"))
    now = {"fig-a": drawn("other", 1.01), "fig-b": drawn("three", 2.0)}
    there = replace(NOW, drawings=now, platform="there")
    monkeypatch.setattr(update, "recompute", lambda root: there)
    run(root, lambda _: True)
    assert expected.load(root / FILE) == there


def test_nobody_is_asked_when_nothing_differs(root: Path) -> None:
    expected.write(root / FILE, NOW)
    assert run(root, never)[0]


def test_the_first_results_of_all_are_asked_for_too(root: Path) -> None:
    (root / FILE).unlink()
    assert run(root, lambda _: True)[0]
    assert expected.load(root / FILE) == NOW


def test_a_damaged_file_is_not_overwritten(root: Path) -> None:
    (root / FILE).write_text("{")
    with pytest.raises(InputError, match="damaged"):
        run(root, never)


def test_the_results_of_another_survey_are_refused(root: Path) -> None:
    with pytest.raises(InputError, match="nothing to compare with"):
        run(root, never, "other.csv")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--update"], "nobody to ask"), (["--update", "--yes", "--only", "a.*"], "updated as a whole")],
)
def test_the_command_refuses_an_update_that_nobody_can_have_reviewed(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, ["verify", *arguments])
    assert result.exit_code == 2
    assert said in result.stderr


def test_the_command_writes_what_somebody_agrees_to_beforehand(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(study, "of_this_book", lambda: Study(root / SHIPPED_SURVEY, root))
    result = CliRunner().invoke(app, ["verify", "--update", "--yes"])
    assert result.exit_code == 0, result.output
    assert expected.load(root / FILE) == NOW


def test_the_command_refuses_another_survey_with_exit_code_two(tmp_path: Path) -> None:
    other = {"COMPANION_SURVEY": str(tmp_path / "other.csv")}
    result = CliRunner().invoke(app, ["verify"], env=other)
    assert result.exit_code == 2
    assert "nothing to compare with" in result.stderr
