"""Every picture of the book shows all that is drawn in it: no word and no mark ends beyond its edge."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

BEYOND = """() => {
  const edge = document.documentElement.getBoundingClientRect();
  const beyond = box => box.width + box.height > 0 && (box.left < edge.left - 1 || box.right > edge.right + 1
    || box.top < edge.top - 1 || box.bottom > edge.bottom + 1);
  return [...document.querySelectorAll("path, use, rect, line, circle, text")]
    .filter(drawn => !drawn.closest("defs, clipPath, [clip-path]") && beyond(drawn.getBoundingClientRect())).length;
}"""
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="50" viewBox="0 0 100 50">{}</svg>'


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.book
def test_every_figure_of_the_book_shows_all_that_is_drawn(site: Path, page: Page) -> None:
    pictures = sorted((site / "_images").glob("*.svg"))
    assert pictures
    cut = {}
    for picture in pictures:
        page.goto(picture.as_uri())
        cut[picture.name] = page.evaluate(BEYOND)
    assert {name: count for name, count in cut.items() if count} == {}


@pytest.mark.parametrize(
    ("drawn", "count"),
    [
        ('<text x="20" y="30">in sight</text>', 0),
        ('<text x="-20" y="30">cut at its left</text>', 1),
        ('<rect x="90" y="10" width="20" height="5"/>', 1),
        ('<circle cx="50" cy="48" r="6"/>', 1),
        ('<defs><path id="letter" d="M0 0H30V9H0Z"/></defs><use href="#letter" x="80" y="9"/>', 1),
        ('<g clip-path="url(#edge)"><path d="M50 10H500"/></g>', 0),
    ],
)
def test_what_ends_beyond_the_edge_is_counted(page: Page, tmp_path: Path, drawn: str, count: int) -> None:
    picture = tmp_path / "picture.svg"
    picture.write_text(PICTURE.format(drawn))
    page.goto(picture.as_uri())
    assert page.evaluate(BEYOND) == count
