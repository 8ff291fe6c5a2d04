"""Every chapter has the anatomy that a reader learns to expect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from companion.book.sphinx import exercise_levels

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = sorted((ROOT / "chapters").rglob("*.md"))
TAUGHT = [path for path in CHAPTERS if path.parent.name != "using"]
EXERCISING = [path for path in CHAPTERS if "{exercise}" in path.read_text(encoding="utf-8")]
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*\.md")


def name(path: Path) -> str:
    return str(path.relative_to(ROOT / "chapters"))


def test_the_contents_hold_every_chapter_once() -> None:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    listed = [chapter["file"] for part in parts for chapter in part["chapters"]]
    assert sorted(listed) == sorted(str(path.relative_to(ROOT).with_suffix("")) for path in CHAPTERS)


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_file_name_is_a_topic_with_hyphens(path: Path) -> None:
    assert NAME.fullmatch(path.name)


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_title_is_a_question(path: Path) -> None:
    title = next(line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("# "))
    assert title.endswith("?")


@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_a_chapter_says_first_what_to_know_and_what_will_be_learnt(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    before, learn = text.index("Before you start"), text.index(":class: learn")
    assert before < text.index("\n## ")
    verbs = re.findall(r"^- \*\*\w", text[learn : text.index(":::", learn)], flags=re.MULTILINE)
    assert 3 <= len(verbs) <= 5


@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_a_chapter_ends_with_key_points_exercises_and_references(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    places = [text.index(mark) for mark in (":class: keypoints", "\n## Exercises", "\n## References")]
    assert places == sorted(places)


@pytest.mark.parametrize("path", TAUGHT, ids=name)
def test_every_exercise_has_a_folded_solution(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    asked = re.findall(r"^`{3,}\{exercise\}.*\n:label: (\S+)", text, flags=re.MULTILINE)
    solved = re.findall(r"^`{3,}\{solution(?:-start)?\} (\S+)\n:class: dropdown", text, flags=re.MULTILINE)
    assert len(asked) >= 2
    assert sorted(asked) == sorted(solved)


def exercises(text: str) -> list[tuple[str, str]]:
    """The class of each exercise of a chapter, and what stands between it and its solution."""
    asked = r"^(`{3,})\{exercise\}[^\n]*\n:label: (\S+)\n(?::class: (\S+)\n)?.*?^\1\n"
    solved = r"^`{3,}\{solution(?:-start)?\} \2$"
    blocks = re.findall(f"{asked}(.*?){solved}", text, flags=re.MULTILINE | re.DOTALL)
    return [(level, between.strip()) for _, _, level, between in blocks]


def is_hint(text: str) -> bool:
    return text.startswith(":::{admonition} Hint\n:class: hint dropdown\n")


@pytest.mark.parametrize("path", EXERCISING, ids=name)
def test_a_chapter_has_exercises_on_each_of_three_levels(path: Path) -> None:
    assert {level for level, _ in exercises(path.read_text(encoding="utf-8"))} == set(exercise_levels.LEVELS)


@pytest.mark.parametrize("path", EXERCISING, ids=name)
def test_a_folded_hint_stands_between_every_exercise_and_its_solution(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    found = exercises(text)
    assert len(found) == len(re.findall(r"^`{3,}\{exercise\}", text, flags=re.MULTILINE))
    assert all(is_hint(between) for _, between in found)


EXERCISE = """```{exercise} Add
:label: ex-add
:class: apply

What is two and two?
```

:::{admonition} Hint
:class: hint dropdown

Count.
:::

```{solution} ex-add
:class: dropdown

Four.
```
"""


@pytest.mark.parametrize(
    ("planted", "found"),
    [
        pytest.param(("", ""), ("apply", True), id="nothing planted"),
        pytest.param((":class: apply\n", ""), ("", True), id="no level"),
        pytest.param(("hint dropdown", "dropdown"), ("apply", False), id="no hint"),
        pytest.param((":::{admonition} Hint\n:class: hint dropdown\n\nCount.\n:::\n", ""), ("apply", False), id="none"),
    ],
)
def test_an_exercise_without_level_or_hint_is_noticed(planted: tuple[str, str], found: tuple[str, bool]) -> None:
    ((level, between),) = exercises(EXERCISE.replace(*planted))
    assert (level, is_hint(between)) == found


def test_the_book_has_at_least_ninety_exercises() -> None:
    texts = (path.read_text(encoding="utf-8") for path in CHAPTERS)
    assert sum(len(re.findall(r"^`{3,}\{exercise\}", text, flags=re.MULTILINE)) for text in texts) >= 90


@pytest.mark.parametrize("path", CHAPTERS, ids=name)
def test_a_figure_has_alt_text_and_everything_shown_has_a_caption(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    cells = re.findall(r"```\{code-cell\}.*?\n```", text, flags=re.DOTALL)
    shown = [cell for cell in cells if "mystnb:" in cell]
    assert [cell for cell in shown if "caption:" not in cell] == []
    assert [cell for cell in shown if "name: fig-" in cell and "alt:" not in cell] == []
