"""The self-tests of a page as Moodle reads them: a category, and questions with one right answer that each say why."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
import shipped
from small_pages import application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

PAGE = """# Sums, and/or products

::::{self-test} test-sum
What is *two* and [two](other.md), if 1 < 2?

- [ ] Three.

  That is one less.

- [x] Four, as `2 + 2`.

  Count them.

  Twice.
::::
"""


@pytest.fixture(scope="module")
def quiz(tmp_path_factory: pytest.TempPathFactory) -> ElementTree.Element:
    """The file beside the built page, read as Moodle would."""
    sources = {"index": "# A book\n\n```{toctree}\npage\nother\n```\n", "page": PAGE, "other": "# Two\n"}
    about = Subject(shipped.study(), Registry([]))
    folder = tmp_path_factory.mktemp("moodle")
    (pages,) = build(application(folder, about, sources))
    assert pages.complaints == []
    return ElementTree.parse(Path(pages.app.outdir) / "_downloads/page.xml").getroot()


@pytest.fixture
def question(quiz: ElementTree.Element) -> ElementTree.Element:
    (found,) = quiz.findall("question[@type='multichoice']")
    return found


@pytest.mark.slow
def test_the_questions_come_in_a_category_of_their_page_inside_that_of_the_book(quiz: ElementTree.Element) -> None:
    category = quiz.findtext("question[@type='category']/category/text")
    assert category is not None
    assert category.startswith("$course$/top/")
    assert category.endswith("/Sums, and//or products")


@pytest.mark.slow
def test_a_question_stands_there_as_html_without_ways_to_pages_that_moodle_has_not(
    question: ElementTree.Element,
) -> None:
    asked = question.find("questiontext")
    assert asked is not None
    assert asked.get("format") == "html"
    assert asked.findtext("text") == "<p>What is <em>two</em> and <span>two</span>, if 1 &lt; 2?</p>"


def test_the_right_answer_has_the_whole_grade_and_every_answer_its_reason(question: ElementTree.Element) -> None:
    given = [(found.get("fraction"), found.findtext("feedback/text")) for found in question.findall("answer")]
    assert given == [("0", "<p>That is one less.</p>"), ("100", "<p>Count them.</p>\n<p>Twice.</p>")]


@pytest.mark.slow
def test_one_answer_can_be_chosen(question: ElementTree.Element) -> None:
    assert question.findtext("single") == "true"


@pytest.mark.slow
def test_a_page_without_questions_has_no_file_for_moodle(quiz: ElementTree.Element, tmp_path: Path) -> None:
    (pages,) = build(application(tmp_path, Subject(shipped.study(), Registry([])), {"index": "# A page\n"}))
    assert [file.suffix for file in Path(pages.app.outdir).glob("_downloads/*.xml")] == []
