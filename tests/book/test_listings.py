"""Listings for other programs, and tables with a row an item, name the items of the questionnaire in force."""

from __future__ import annotations

import re
from pathlib import Path

import other_questionnaires
import pytest
import shipped
from branches import SOURCES
from small_pages import Pages, application, build, number

from companion.book.sphinx import listings
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.study import Study
from companion.survey.questionnaire import Questionnaire

PAGE = """# A page

```text
COMPUTE psr = MEAN(@items(psr)).
```

```r
data[c(@reversed(psr))] <- @ends(psr) - data[c(@reversed(psr))]
psr =~ NA*@item1(psr) + @rest(psr)
data[c(@quoted(pa))]
```

:::{with-items}
| item | loading |
| --- | --- |
| `@item1(pa)` | {num}`measurement.loading.@item1(pa).est` |
| `@item4(pa)` | {num}`measurement.loading.@item4(pa).est` |
:::
"""
BLOCK = re.compile(r"^```(?:text|r)\n(.*?)^```", re.DOTALL | re.MULTILINE)
ITEM = re.compile(r"\b(?:psr|pkc?|pa)\d+\b")


def built(folder: Path, questionnaire: Questionnaire, page: str = PAGE) -> Pages:
    study = Study(shipped.SURVEY)
    study.questionnaire, study.analysis, study.sample = questionnaire, shipped.plan(), shipped.selected()
    told = Registry(number(f"measurement.loading.{item}.est", 0.5) for item in questionnaire.items)
    (pages,) = build(application(folder / "pages", Subject(study, told), {"index": page}))
    return pages


@pytest.mark.slow
def test_listings_of_the_shipped_questionnaire_name_its_items(tmp_path: Path) -> None:
    pages = built(tmp_path, shipped.asked())
    text, script = (block.get_text() for block in pages.article().select(".highlight-text pre, .highlight-r pre"))
    assert text == "COMPUTE psr = MEAN(psr1, psr2, psr3, psr4, psr5, psr6).\n"
    assert script.splitlines() == [
        'data[c("psr3", "psr6")] <- 8 - data[c("psr3", "psr6")]',
        "psr =~ NA*psr1 + psr2 + psr3 + psr4 + psr5 + psr6",
        'data[c("pa1", "pa2", "pa3", "pa4")]',
    ]
    assert [row.td.get_text() for row in pages.article().select("tbody tr") if row.td] == ["pa1", "pa4"]


@pytest.mark.slow
def test_listings_of_another_questionnaire_name_its_fewer_items(tmp_path: Path) -> None:
    pages = built(tmp_path, other_questionnaires.asked(1, 5, 3))
    text, script = (block.get_text() for block in pages.article().select(".highlight-text pre, .highlight-r pre"))
    assert text == "COMPUTE psr = MEAN(psr1, psr2, psr3).\n"
    assert script.splitlines() == [
        'data[c("psr3")] <- 6 - data[c("psr3")]',
        "psr =~ NA*psr1 + psr2 + psr3",
        'data[c("pa1", "pa2", "pa3")]',
    ]
    assert [row.td.get_text() for row in pages.article().select("tbody tr") if row.td] == ["pa1"]


def test_a_line_on_reversed_items_is_left_out_where_there_are_none() -> None:
    assert listings.filled("a\nb(@reversed(psr))\nc", other_questionnaires.asked(items=2)) == "a\nc"


@pytest.mark.parametrize(
    ("questionnaire", "line"),
    [(shipped.asked(), "lm(psr ~ like + reply)"), (other_questionnaires.without("like"), "lm(psr ~ reply)")],
)
def test_a_line_about_a_reaction_stands_where_the_study_shows_it(questionnaire: Questionnaire, line: str) -> None:
    both = "lm(psr ~ like + reply) @with(like)\nlm(psr ~ reply) @without(like)"
    assert listings.filled(both, questionnaire) == line


@pytest.mark.slow
def test_a_line_about_a_reaction_that_no_study_shows_is_told_with_its_place(tmp_path: Path) -> None:
    (complaint,) = built(tmp_path, shipped.asked(), "# A page\n\n```r\nmean(x) @with(wave)\n```\n").complaints
    assert complaint.startswith("index.md:3: WARNING: no study shows 'wave', but like or reply")


@pytest.mark.slow
@pytest.mark.parametrize("line", ["mean(x) @with(like) ", "mean(x)@without(like)", "mean(x, @with(like))"])
def test_a_reaction_named_elsewhere_than_at_the_end_of_a_line_is_told(line: str, tmp_path: Path) -> None:
    (complaint,) = built(tmp_path, shipped.asked(), f"# A page\n\n```r\n{line}\nx\n```\n").complaints
    assert "has to end its line, after one space" in complaint


@pytest.mark.slow
@pytest.mark.parametrize("page", ["```r\nmean(@items(rest))\n```\n", ":::{with-items}\n@items(rest)\n:::\n"])
def test_a_construct_that_was_not_asked_about_is_told_with_its_place(page: str, tmp_path: Path) -> None:
    (complaint,) = built(tmp_path, shipped.asked(), f"# A page\n\n{page}").complaints
    assert complaint.startswith("index.md:3: WARNING: the questionnaire does not ask about 'rest', but about psr")


def items_named(text: str) -> list[str]:
    """The items that listings and numbers of a page name, though another questionnaire need not have them."""
    named = [*BLOCK.findall(text), *re.findall(r"\{num\}`([^`]+)`", text)]
    return [item for part in named for item in ITEM.findall(part)]


def test_no_listing_and_no_number_of_a_page_names_an_item_of_one_questionnaire() -> None:
    named = {path.name: items_named(path.read_text(encoding="utf-8")) for path in SOURCES}
    assert {page: items for page, items in named.items() if items} == {}


@pytest.mark.parametrize("text", ["```r\nmean(psr1)\n```\n", "{num}`measurement.loading.pk2.est`"])
def test_an_item_that_a_page_names_is_seen(text: str) -> None:
    assert len(items_named(text)) == 1
