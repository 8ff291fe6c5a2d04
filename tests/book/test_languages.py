"""Dutch words carry their language: wordings, equivalents of terms, titles of works, words in the chapters."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from pybtex.database import parse_string
from pybtex_docutils import Backend
from sphinx.errors import ExtensionError

from companion.book.sphinx import languages
from companion.book.sphinx.citation_style import ApaStyle
from companion.survey import questionnaire
from companion.tables.table import MIME, Table

ROOT = Path(__file__).resolve().parents[2]


def dutch(path: Path) -> set[str]:
    """What a page marks as Dutch, with straight quotation marks."""
    marked = BeautifulSoup(path.read_text(), "html.parser").select("[lang=nl]")
    return {found.get_text().replace("‘", "'").replace("’", "'") for found in marked}


def marked(langid: str) -> list[str]:
    """The words of a reference that carry Dutch as their language."""
    app: Any = SimpleNamespace(add_role=lambda *_: None)
    languages.setup(app)
    bibliography = parse_string(f"@misc{{a, title = {{Het belang}}, year = {{2020}}{langid}}}", "bibtex")
    formatted = next(iter(ApaStyle().format_entries(list(bibliography.entries.values()))))
    return [words.astext() for words in Backend().paragraph(formatted).findall(nodes.inline) if _is_dutch(words)]


def _is_dutch(words: nodes.inline) -> bool:
    return "language-nl" in words["classes"]


def test_a_title_has_the_language_that_its_entry_names_and_no_other() -> None:
    assert marked(", langid = {dutch}") == ["Het belang"]
    assert marked("") == []


def test_a_language_that_the_book_does_not_know_stops_the_build_with_the_entry() -> None:
    with pytest.raises(ExtensionError, match="klingon"):
        marked(", langid = {klingon}")


def test_a_table_says_which_of_its_columns_are_in_another_language() -> None:
    table = Table(pd.DataFrame({"Item": ["psr1"], "Dutch": ["Ik"]}), "f", languages={"Dutch": "nl"})
    assert table._repr_mimebundle_()[MIME]["languages"] == ["", "nl"]


@pytest.mark.book
def test_every_dutch_wording_of_the_codebook_carries_its_language(site: Path) -> None:
    asked = questionnaire.wordings(questionnaire.load_questionnaire(ROOT / "data/questionnaire.yml"), "nl")
    assert set(asked.values()) - dutch(site / "chapters/using/codebook.html") == set()


@pytest.mark.book
def test_every_term_of_the_glossary_has_its_dutch_equivalent_in_dutch(site: Path) -> None:
    page = BeautifulSoup((site / "chapters/using/glossary.html").read_text(), "html.parser")
    assert [str(said) for said in page.select("dl.glossary dd") if not said.select("[lang=nl]")] == []


@pytest.mark.book
def test_a_dutch_title_carries_its_language_in_the_references(site: Path) -> None:
    assert "Het macro-belang van micro-influencers" in dutch(site / "chapters/using/references.html")
