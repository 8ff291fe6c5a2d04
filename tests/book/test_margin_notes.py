"""What sums a passage up is bound to it, keeps its place in the text, and in the margin covers nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shipped
from playwright.sync_api import Browser, Page
from small_pages import Pages, application, build

from companion.book.sphinx.margin_notes import BLOCK, NOTE
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

PAGE = """# Sums

Two and two.

They are four.

**So:** four it is.

- a list

**So:** nothing stands before this but a list.

Three.

**But:** this sums nothing up.
"""

NOTES = """() => {
  const told = [], edge = document.querySelector(".bd-sidebar-secondary")?.getBoundingClientRect();
  const shown = [...document.querySelectorAll("article :is(img, svg, table, hr, pre, select, input, button, .math)")]
    .filter(element => element.checkVisibility({visibilityProperty: true}))
    .map(element => [element, element.getBoundingClientRect()]);
  const walker = document.createTreeWalker(document.querySelector("article"), NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    if (!text.data.trim() || !text.parentElement.checkVisibility({visibilityProperty: true})) continue;
    const range = document.createRange();
    range.selectNodeContents(text);
    for (const box of range.getClientRects()) shown.push([text.parentElement, box]);
  }
  for (const note of document.querySelectorAll(".so")) {
    const box = note.getBoundingClientRect(), passage = note.previousElementSibling.getBoundingClientRect();
    const met = shown.find(([element, other]) => !note.contains(element) && other.width && other.height &&
      other.left < box.right - 1 && other.right > box.left + 1 &&
      other.top < box.bottom - 1 && other.bottom > box.top + 1);
    const beside = box.left >= passage.right && box.top >= passage.top - 1;
    told.push({
      note: note.textContent.slice(0, 40),
      place: beside ? "margin" : box.top >= passage.bottom - 1 ? "text" : "between",
      met: met ? `${met[0].tagName} ${met[0].textContent.slice(0, 40)}` : null,
      outside: box.left < 0 || box.right > document.documentElement.clientWidth ||
        (edge && edge.width > 0 && box.right > edge.left),
    });
  }
  return told;
}"""
"""Each bound note of a page: where it stands, what it covers, whether it leaves the window or meets the contents."""

PLACES = {1200: {"text"}, 1440: {"margin"}, 1920: {"margin"}}
"""Where notes stand, by the width of the window in pixels: at the narrowest the contents leave no room for them."""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    about = Subject(shipped.study(), Registry([]))
    (built,) = build(application(tmp_path_factory.mktemp("notes"), about, {"index": PAGE}))
    return built


@pytest.mark.slow
def test_a_sentence_that_sums_up_is_bound_to_the_paragraphs_right_before_it(small: Pages) -> None:
    assert small.complaints == []
    assert [" ".join(block.get_text(" ").split()) for block in small.article().select(f".{BLOCK}")] == [
        "Two and two. They are four. So: four it is."
    ]


@pytest.mark.slow
def test_the_text_keeps_its_order(small: Pages) -> None:
    words = [" ".join(element.get_text().split()) for element in small.article().select("section p, section li")]
    first = words.index("Two and two.")
    assert words[first : first + 4] == ["Two and two.", "They are four.", "So: four it is.", "a list"]


def test_other_bold_beginnings_and_sentences_after_a_list_stay_as_they_are(small: Pages) -> None:
    assert len(small.article().select(f".{NOTE}")) == 1


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def chapters(site: Path) -> list[Path]:
    """The chapters with a note that is bound to its passage."""
    return [path for path in sorted(site.glob("chapters/**/*.html")) if f'class="{BLOCK} ' in path.read_text()]


def notes(page: Page, path: Path, width: int) -> list[dict[str, Any]]:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(path.as_uri())
    found: list[dict[str, Any]] = page.evaluate(NOTES)
    return found


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("width", PLACES)
def test_no_note_covers_anything_or_leaves_its_column(site: Path, page: Page, width: int) -> None:
    found = {path.stem: notes(page, path, width) for path in chapters(site)}
    assert len(found) > 10
    assert {name: told for name, all_told in found.items() for told in all_told if told["met"] or told["outside"]} == {}
    assert {told["place"] for all_told in found.values() for told in all_told} == PLACES[width]


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize(
    ("style", "fault"),
    [
        (".so { position: relative; top: 12rem; left: -20rem }", "met"),
        (".so { position: relative; left: 12rem }", "outside"),
        (".so { position: relative; left: 60rem }", "outside"),
    ],
)
def test_a_note_that_covers_the_text_or_the_contents_or_leaves_the_window_is_noticed(
    site: Path, page: Page, style: str, fault: str
) -> None:
    path = chapters(site)[0]
    assert not any(told[fault] for told in notes(page, path, 1440))
    page.evaluate(
        "css => { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); document.adoptedStyleSheets = [sheet]; }",
        style,
    )
    assert any(told[fault] for told in page.evaluate(NOTES))
