"""A negative number has a minus sign, never a hyphen: in cards, tables, exercises and everywhere else but in code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag

from companion.book.site import finished_pages

HYPHEN = re.compile(r"(?<![\w.,)\]–—−-])-\.?\d[\d.]*")
"""A hyphen before a number, and not between two."""
CODE = "pre, code, kbd, script, style, math, annotation, .std-token, dl.py"
"""What is quoted as a program reads or writes it, the description of functions by their docstrings included."""


def hyphens(page: BeautifulSoup) -> list[str]:
    """Numbers of a page whose sign is a hyphen."""
    text: Tag = page.select_one("article") or page
    for quoted in text.select(CODE):
        quoted.decompose()
    return [found for part in text.find_all(string=HYPHEN) for found in HYPHEN.findall(part)]


@pytest.mark.book
def test_no_negative_number_of_the_book_has_a_hyphen(site: Path) -> None:
    paths = [path for path in site.rglob("*.html") if not path.is_relative_to(site / "_static")]
    assert len(paths) > 100
    found = {str(path.relative_to(site)): hyphens(BeautifulSoup(path.read_text(), "html.parser")) for path in paths}
    assert {name: numbers for name, numbers in found.items() if numbers} == {}


@pytest.mark.parametrize(
    ("part", "found"),
    [
        ('<p class="n-val"><b>\N{MINUS SIGN}0.386</b> <span>-0.3858595706</span></p>', ["-0.3858595706"]),
        ("<td>-.5</td>", ["-.5"]),
        ("<li>Suppose that it is [-0.08, \N{MINUS SIGN}0.01].</li>", ["-0.08"]),
        ("<td>\N{MINUS SIGN}.5</td>", []),
        ("<p>2019-2021, items 1-7, R-2, COVID-19</p>", []),
        ("<p><code>range(-1)</code></p><pre>-0.5</pre>", []),
    ],
)
def test_a_hyphen_before_a_number_is_seen_where_no_code_is_quoted(part: str, found: list[str]) -> None:
    assert hyphens(BeautifulSoup(f"<article>{part}</article>", "html.parser")) == found


def test_a_table_that_pandas_prints_gets_the_sign_of_the_others() -> None:
    table = '<table class="{}"><td>-0.099</td><td>drop-out</td><td>2020-11</td></table>'
    page = BeautifulSoup(f"{table.format('dataframe')}{table.format('of-code')}", "html.parser")
    finished_pages.set_minus_signs(page)
    cells = [cell.get_text() for cell in page.select("td")]
    assert cells == ["\N{MINUS SIGN}0.099", "drop-out", "2020-11", "-0.099", "drop-out", "2020-11"]
