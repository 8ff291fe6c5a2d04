"""Pages of several studies are built side by side in one process, and each shows its own numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import shipped
from small_pages import Pages, application, build, number
from sphinx.config import Config
from sphinx.errors import ConfigError

from companion import numbers, study
from companion.book.sphinx import subject
from companion.book.sphinx.roles import number_node
from companion.book.sphinx.subject import Subject
from companion.formats import Language
from companion.numbers import Registry
from companion.study import ROOT, Study

PAGE = "# A page\n\nThe analysis rests on {num}`sample.analysed` of {num}`sample.recorded` people.\n"
EVERY_NUMBER = "# Every number\n\n```{every-number}\n```\n"
SOURCES = {"index": PAGE, "chapters/using/every-number": f"---\norphan: true\n---\n\n{EVERY_NUMBER}"}
LANGUAGES: tuple[Language, ...] = ("en", "nl")
ROWS = {"whole": None, "half": 700}


def study_of(root: Path, rows: int | None) -> Study:
    """The study of the first rows of the shipped survey, with a folder of its own."""
    shutil.copytree(ROOT / "data", root / "data", ignore=shutil.ignore_patterns("survey.csv"))
    records = shipped.rows()[: None if rows is None else rows + shipped.HEADER_ROWS]
    return Study(shipped.write(root / "data/survey.csv", records), root)


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Study]:
    return {name: study_of(tmp_path_factory.mktemp(name), rows) for name, rows in ROWS.items()}


@pytest.fixture(scope="module")
def pages(studies: dict[str, Study], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Pages]:
    """The pages of each study; every application stands before the first one builds."""
    apps = [
        application(tmp_path_factory.mktemp("pages"), Subject(one, numbers.collect_starting(one, "sample")), SOURCES)
        for one in studies.values()
    ]
    return dict(zip(studies, build(*apps), strict=True))


def shown(pages: Pages, page: str = "index") -> str:
    found = pages.article(page).select_one('[data-num="sample-analysed"]')
    assert found is not None
    return found.get_text()


@pytest.mark.slow
def test_the_studies_differ(studies: dict[str, Study]) -> None:
    whole, half = (len(one.sample.data) for one in studies.values())
    assert 0 < half < whole


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_a_page_shows_the_number_of_its_own_study(
    studies: dict[str, Study], pages: dict[str, Pages], name: str
) -> None:
    assert shown(pages[name]) == f"{len(studies[name].sample.data):,}"


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_its_card_and_its_row_are_those_of_its_own_study(
    studies: dict[str, Study], pages: dict[str, Pages], name: str
) -> None:
    expected = f"{len(studies[name].sample.data):,}"
    card = pages[name].article().select_one("#n-sample-analysed .n-val b")
    row = pages[name].article("chapters/using/every-number").select_one("#sample-analysed td")
    assert card is not None
    assert row is not None
    assert (card.get_text(), row.get_text()) == (expected, expected)


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_its_card_names_the_data_of_its_own_study(
    studies: dict[str, Study], pages: dict[str, Pages], name: str
) -> None:
    card = pages[name].article().select_one("#n-sample-analysed")
    assert card is not None
    assert studies[name].sample.digest[:12] in card.get_text()


def told_in(language: Language) -> Study:
    """A study of people, of whom no page need say a word in a language that has none yet."""
    found = Study(shipped.SURVEY, language=language)
    found.sample = shipped.study(simulated=False).sample
    return found


def test_a_number_is_printed_in_the_language_of_its_book(tmp_path: Path) -> None:
    registry = Registry([number("mediation.path.a.est", -0.3)])
    source = {"index": "# A page\n\n{num}`mediation.path.a.est`\n"}
    apps = [application(tmp_path / code, Subject(told_in(code), registry), source, "dummy") for code in LANGUAGES]
    read = [next(iter(pages.read().findall(number_node))).astext() for pages in build(*apps)]
    assert read == ["−0.300", "−0,300"]


def settings(language: str) -> Config:
    """Sphinx's settings of a book in a language, with no study given."""
    config = Config({}, {"language": language})
    config.add(subject.SETTING, None, "", ())
    return config


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_no_study_is_given_a_book_is_about_its_own_survey_in_the_language_of_its_settings(language: str) -> None:
    config = settings(language)
    subject.choose(None, config)  # type: ignore[arg-type]
    about = subject.of(config)
    assert (about.study.survey, about.language) == (study.of_this_book().survey, language)


def test_a_language_in_which_no_number_is_printed_is_refused() -> None:
    with pytest.raises(ConfigError, match="'fr' is not among en, nl"):
        subject.choose(None, settings("fr"))  # type: ignore[arg-type]
