"""Rows that share a label stand in a group under it: the label is written once, and heads its group."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from parsed_pages import parsed
from playwright.sync_api import Browser

CODEBOOK = "chapters/using/codebook.html"


def repeated(page: BeautifulSoup) -> Iterator[str]:
    """The heads of rows that say what the row above them says.

    A row with an address of its own is a record, which the map sorts, hides and reads out by itself: it says all of it.
    """
    for table in page.select("article table"):
        for above, row in pairwise(table.select("tbody tr:not([id])")):
            heads = [cell.get_text(" ", strip=True) for cell in (_head(above), _head(row)) if cell is not None]
            if len(heads) == 2 and heads[0] == heads[1]:
                yield heads[1]


def _head(row: Tag) -> Tag | None:
    first = row.find(["th", "td"], recursive=False)
    return first if isinstance(first, Tag) and first.name == "th" else None


def rows(*heads: str, of: str = "<tr><th>{}</th><td>1</td></tr>") -> BeautifulSoup:
    body = "".join(of.format(head) for head in heads)
    return BeautifulSoup(f"<article><table><tbody>{body}</tbody></table></article>", "html.parser")


def test_a_label_that_two_rows_repeat_is_seen() -> None:
    assert list(repeated(rows("All items", "All items", "Three items"))) == ["All items"]


@pytest.mark.parametrize("of", ["<tr><td>{}</td><td>1</td></tr>", '<tr id="finding"><th>{}</th><td>1</td></tr>'])
def test_equal_values_and_equal_records_are_no_labels(of: str) -> None:
    assert list(repeated(rows("15", "15", of=of))) == []


@pytest.mark.book
def test_no_table_of_the_book_repeats_the_label_of_a_row(pages: list[Path]) -> None:
    found = {path.name: list(repeated(parsed(path))) for path in pages}
    assert {name: labels for name, labels in found.items() if labels} == {}


@pytest.mark.book
def test_each_scale_of_the_codebook_heads_a_group_that_holds_its_answers(site: Path) -> None:
    page = parsed(site / CODEBOOK)
    groups = page.select("tbody:has(.row-group)")
    labels = [group.select("th[scope=rowgroup]") for group in groups]
    assert [len(heads) for heads in labels] == [1] * len(groups)
    [agreement] = [group for group, [head] in zip(groups, labels, strict=True) if head.get_text() == "agreement"]
    assert [head.get_text() for head in agreement.select("th[scope=row]")] == [str(code) for code in range(1, 8)]


@pytest.mark.browser
@pytest.mark.book
def test_the_label_of_a_group_stays_in_sight_where_its_numbers_are_scrolled_on_a_phone(
    site: Path, browser: Browser
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 800})
    page.goto((site / "chapters/results/mediation.html").as_uri())
    region = page.locator(".tablewrap:has(.row-group)").first
    label = region.locator(".row-group p").first
    before = label.bounding_box()
    scrolled = region.evaluate("region => { region.scrollLeft = 9999; return region.scrollLeft; }")
    after = label.bounding_box()
    page.close()
    assert scrolled > 100
    assert before is not None
    assert after is not None
    assert after["x"] == pytest.approx(before["x"], abs=1)
