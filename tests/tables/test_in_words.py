"""A table in a notebook: no role stands in it, and every word of a cell does."""

from __future__ import annotations

import re

import pandas as pd
import pytest
import shipped
from bs4 import BeautifulSoup

from companion.tables import results
from companion.tables.in_words import as_html, in_words
from companion.tables.table import Table

LONG = "a sentence that is a good deal longer than the fifty letters after which pandas cuts"


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("plain", "plain"),
        ("{reaction}`A reply <reply>`", "A reply"),
        ("{term}`PSR`", "PSR"),
        ("{term}`closeness <parasocial relationship>` rises", "closeness rises"),
        ("{cite:t}`munnukka2019`", "Munnukka (2019)"),
        ("{cite:p}`munnukka2019,ainfluencernd`", "Munnukka (2019); Ainfluencer (n.d.)"),
        ("{nl}`akkoord`", "akkoord"),
        ("{reaction}`a like <like>` minus {reaction}`none <none>`", "a like minus none"),
        ("*p* < .001 and `code`", "*p* < .001 and `code`"),
    ],
)
def test_a_role_gives_its_words(cell: str, words: str) -> None:
    assert in_words(cell) == words


def shown(table: Table) -> dict[str, str]:
    return {kind: str(text) for kind, text in table._repr_mimebundle_().items() if kind.startswith("text/")}


def test_html_keeps_emphasis_signs_and_whole_sentences() -> None:
    html = as_html(pd.DataFrame({"*M*": ["*p* < .001"], "what": [LONG]}))
    page = BeautifulSoup(html, "html.parser")
    assert [cell.get_text() for cell in page.select("th, td")] == ["M", "what", "p < .001", LONG]
    assert [em.get_text() for em in page.select("em")] == ["M", "p"]


GROUPED = Table(
    pd.DataFrame({"at": ["a like", "a reply", "a reply"], "est": ["1", "2", "3"]}),
    "a.b",
    groups=["*closeness*", "*closeness*", "attitude"],
)


def test_a_label_heads_its_group_once_in_html() -> None:
    page = BeautifulSoup(shown(GROUPED)["text/html"], "html.parser")
    said = [[cell.get_text() for cell in body.select("th, td")] for body in page.select("tbody")]
    assert said == [["closeness", "a like", "1", "a reply", "2"], ["attitude", "a reply", "3"]]
    assert [head["scope"] for head in page.select("tbody th")] == ["rowgroup", "row", "row", "rowgroup", "row"]


def test_a_label_has_a_line_of_its_own_in_plain_text() -> None:
    lines = [" ".join(line.split()) for line in shown(GROUPED)["text/plain"].splitlines()]
    assert lines == ["at est", "*closeness*", "a like 1", "a reply 2", "attitude", "a reply 3"]


def test_a_row_without_a_label_beside_rows_with_one_is_a_slip() -> None:
    with pytest.raises(ValueError, match=r"a\.b: 1 labels of groups for 3 rows"):
        Table(GROUPED.frame, "a.b", groups=["closeness"])


def test_html_in_a_cell_stays_text() -> None:
    assert "<script>" not in as_html(pd.DataFrame({"a": ["<script>alert(1)</script>"]}))


def test_a_table_with_roles_shows_none_in_a_notebook() -> None:
    table = Table(pd.DataFrame({"who": ["{cite:t}`allard2020`"], "did": ["{reaction}`A like <like>`"]}), "a.b")
    for text in shown(table).values():
        assert not re.search(r"\{[\w:-]+\}`", text)
        assert "Allard (2020)" in text
        assert "A like" in text


@pytest.mark.slow
def test_the_verdicts_stand_in_the_table_of_claims() -> None:
    study = shipped.study()
    texts = shown(results.claims(study.verdicts, study.stated_claims))
    labels = {word.simulated for word in study.stated_claims.words.values()}
    for text in texts.values():
        assert "{verdict}" not in text
        assert any(label in text for label in labels)
