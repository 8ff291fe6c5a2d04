"""A self-test says of each answer, once it is chosen, whether and why it is right; every part of the book has eight."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped
from bs4 import Tag
from playwright.sync_api import Browser, expect
from small_pages import Pages, application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
WRITTEN = """
::::{self-test} test-sum
What is *two* and two?

- [ ] Three.

  That is one less.

- [x] Four, as `2 + 2`.

  Count them.
::::
"""


def pages(folder: Path, text: str) -> Pages:
    """Build a page with a text under its title."""
    about = Subject(shipped.study(), Registry([]))
    (built,) = build(application(folder, about, {"index": f"# A page\n\n{text}"}))
    return built


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages(tmp_path_factory.mktemp("self-test"), WRITTEN)


@pytest.fixture
def group(written: Pages) -> Tag:
    found = written.article().select_one("fieldset.self-test")
    assert found is not None
    return found


def words(element: Tag | None) -> str:
    assert element is not None
    return element.get_text(" ", strip=True)


@pytest.mark.slow
def test_a_page_with_a_self_test_is_built_without_complaint(written: Pages) -> None:
    assert written.complaints == []


@pytest.mark.slow
def test_the_question_names_the_group_of_its_answers(group: Tag) -> None:
    assert words(group.legend) == "What is two and two?"


def test_every_answer_is_a_choice_of_the_one_group_with_its_words_as_label(group: Tag) -> None:
    labels = {str(label["for"]): words(label) for label in group.select("label")}
    assert [(choice["name"], labels[str(choice["id"])]) for choice in group.select("input[type=radio]")] == [
        ("test-sum", "Three."),
        ("test-sum", "Four, as 2 + 2 ."),
    ]


@pytest.mark.slow
def test_every_answer_says_whether_it_is_right_and_why(group: Tag) -> None:
    assert [words(said) for said in group.select(".feedback")] == [
        "Not this one. That is one less.",
        "Right. Count them.",
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "complaint"),
    [
        pytest.param(("[x]", "[ ]"), "has 0 answers marked as right", id="no right answer"),
        pytest.param(("[ ]", "[x]"), "has 2 answers marked as right", id="two right answers"),
        pytest.param(("- [ ] Three", "- Three"), "does not begin with [x] or [ ]", id="an answer without a mark"),
        pytest.param(("\n  Count them.\n", ""), "says nothing once it is chosen", id="an answer that says nothing"),
        pytest.param(("What is *two* and two?\n", ""), "is not a question", id="no question"),
    ],
)
def test_a_slip_in_a_self_test_is_told_with_its_place(planted: tuple[str, str], complaint: str, tmp_path: Path) -> None:
    (told,) = pages(tmp_path, WRITTEN.replace(*planted)).complaints
    assert told.startswith("index.md:4: WARNING: ")
    assert complaint in told


@pytest.mark.parametrize("part", ["known", "studied", "shown", "follows"])
def test_a_part_of_the_book_has_eight_self_tests(part: str) -> None:
    text = (ROOT / "chapters/using/self-tests.md").read_text(encoding="utf-8")
    assert len(re.findall(rf"^::::{{self-test}} test-{part}-", text, re.MULTILINE)) >= 8


def test_every_wrong_answer_of_the_inventory_names_a_belief_of_its_own_in_its_question() -> None:
    text = (ROOT / "chapters/using/concept-inventory.md").read_text(encoding="utf-8")
    questions = re.findall(r"^::::\{self-test\}.*?^::::$", text, re.MULTILINE | re.DOTALL)
    wrong = [re.findall(r"^- \[ \] .*\n\n  (\S.*)$", question, re.MULTILINE) for question in questions]
    assert len(questions) == 12
    assert all(len(beliefs) == 2 for beliefs in wrong)
    named = [re.match(r"\*([^*]+)\.\* ", belief) for beliefs in wrong for belief in beliefs]
    assert all(named)


@pytest.mark.browser
def test_an_answer_chosen_by_keyboard_shows_and_says_what_it_says(written: Pages, browser: Browser) -> None:
    # The page's policy would refuse what is added to it here; in the site both are files of its own.
    page = browser.new_page(bypass_csp=True)
    page.set_content(written.file())
    page.add_style_tag(path=ROOT / "_static/self-tests.css")
    page.add_script_tag(path=ROOT / "_static/self-tests.js")
    page.locator("#test-sum-1").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#test-sum .feedback:visible")).to_have_text(re.compile(r"Right\.\s*Count them\."))
    expect(page.locator("#test-sum [role=status]")).to_have_text("Right. Count them.")
    page.close()
