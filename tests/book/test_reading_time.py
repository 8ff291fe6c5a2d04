"""A chapter says under its title how long it takes, counted from what stands on the page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped
from parsed_pages import parsed
from small_pages import SETTINGS, Pages, application, build

from companion.book.sphinx.reading_time import MINUTES, WORDS_A_MINUTE
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
EXERCISE = "```{{exercise}} Add\n:label: ex-{0}\n:class: {0}\n\n{1}\n```\n\n"
TEXT = "word " * (3 * WORDS_A_MINUTE - 1)
ASIDE = "aside " * (20 * WORDS_A_MINUTE)
SOLUTION = f"```{{solution}} ex-extend\n:class: dropdown\n\n{ASIDE}\n```\n"
PAGES = {
    "index": "# Front\n\n```{toctree}\nwords\ncode\nwithout\n```\n",
    "words": f"# Sums\n\n{TEXT}\n\n" + EXERCISE.format("understand", "Why?") + EXERCISE.format("apply", "How?"),
    "code": f"# Code\n\n{TEXT}\n\n```\n{ASIDE}\n```\n\n" + EXERCISE.format("extend", ASIDE) + SOLUTION,
    "without": f"# List\n\n{TEXT}\n",
}


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    about = Subject(shipped.study(), Registry([]))
    extensions = [*SETTINGS["extensions"], "sphinx_exercise"]
    (built,) = build(application(tmp_path_factory.mktemp("reading"), about, PAGES, extensions=extensions))
    return built


def said(pages: Pages, page: str) -> list[str]:
    return [line.get_text() for line in pages.article(page).select("h1 + .reading-time")]


@pytest.mark.slow
def test_the_words_and_the_levels_of_the_exercises_are_counted(pages: Pages) -> None:
    work = MINUTES["understand"] + MINUTES["apply"]
    assert said(pages, "words") == [f"3 minutes to read, about {work} more with the exercises"]


@pytest.mark.slow
def test_code_exercises_and_solutions_are_not_read_from_word_to_word(pages: Pages) -> None:
    assert said(pages, "code") == [f"3 minutes to read, about {MINUTES['extend']} more with the exercises"]


@pytest.mark.slow
def test_a_page_without_exercises_says_nothing(pages: Pages) -> None:
    assert said(pages, "without") == []


@pytest.mark.book
def test_every_chapter_whose_exercises_have_a_level_says_how_long_it_takes(site: Path) -> None:
    marked = re.compile(rf"^:class: ({'|'.join(MINUTES)})$", re.MULTILINE)
    chapters = [path for path in sorted((ROOT / "chapters").rglob("*.md")) if marked.search(path.read_text())]
    built = [(site / path.relative_to(ROOT)).with_suffix(".html") for path in chapters]
    told = [parsed(path).select_one(".reading-time") for path in built]
    assert len(told) > 20
    assert all(line is not None and re.match(r"\d+ minutes to read, about \d+ more", line.get_text()) for line in told)
