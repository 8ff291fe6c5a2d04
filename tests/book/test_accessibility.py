"""WCAG on the built pages: axe-core sees faults, figures and tables speak, keys and fingers reach everything."""

from __future__ import annotations

from pathlib import Path

import pytest
from parsed_pages import parsed
from playwright.sync_api import Browser, Page
from visits import violations

TARGET = 24
"""Pixels that a target of touch measures at least (WCAG 2.5.8)."""
CHAPTER = "chapters/results/mediation.html"
FEW_STOPS = 10
"""Stops of the Tab key that may lie before the text of a page, for those who take the way that the first one offers."""


@pytest.mark.browser
@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        ('<p style="color:#aaa;background:#fff">faint</p>', "color-contrast"),
        ("<table><tr><th></th><td>1</td></tr></table>", "empty-table-header"),
        ("<button></button>", "button-name"),
        ('<img src="x.svg">', "image-alt"),
    ],
)
def test_axe_finds_a_planted_fault(browser: Browser, fault: str, rule: str) -> None:
    page = browser.new_page()
    page.set_content(f"<html lang=en><title>x</title><main><h1>x</h1>{fault}</main></html>")
    found = violations(page)
    page.close()
    assert any(violation.startswith(rule) for violation in found)


@pytest.mark.book
def test_every_picture_says_what_it_shows(pages: list[Path]) -> None:
    for path in pages:
        for image in parsed(path).find_all("img"):
            alt = str(image.get("alt", ""))
            assert len(alt) > 10, (path.name, str(image)[:120])
            assert "/" not in alt.split()[0], (path.name, alt)


@pytest.mark.book
def test_every_figure_leads_to_the_data_that_it_draws(pages: list[Path]) -> None:
    for path in pages:
        soup = parsed(path)
        drawn = soup.select("article .cell picture")
        links = [str(link["href"]) for link in soup.select(".result-source a[download]")]
        assert len(links) >= len(drawn), path.name
        assert all((path.parent / link).resolve().is_file() for link in links), path.name


@pytest.mark.book
def test_every_table_has_headers(pages: list[Path]) -> None:
    for path in pages:
        for table in parsed(path).select("article table"):
            if "indextable" not in table.get_attribute_list("class"):
                assert table.select("th[scope]"), (path.name, str(table)[:200])


@pytest.mark.book
def test_every_formula_has_its_mathml_beside_the_picture_of_it(pages: list[Path]) -> None:
    for path in pages:
        for formula in parsed(path).select("span.katex"):
            assert formula.find("math") is not None
            assert formula.select_one(".katex-html")["aria-hidden"] == "true"  # type: ignore[index]


@pytest.mark.browser
@pytest.mark.book
def test_the_keyboard_meets_the_way_to_the_text_first_and_sees_where_it_is(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to main content"
    for _ in range(12):
        page.keyboard.press("Tab")
        outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid", page.evaluate("document.activeElement.outerHTML.slice(0, 200)")
    page.close()


def stops_to_the_text(page: Page, skipping: bool) -> int:
    """Stops of the Tab key that lead into the text, by the way that is offered or through all that stands before it."""
    page.keyboard.press("Tab")
    if skipping:
        page.keyboard.press("Enter")
    for stops in range(1, 100):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('article') !== null"):
            return stops + 1
    raise AssertionError("no stop in the text")


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("width", [390, 1440])
def test_the_way_to_the_text_spares_the_list_of_chapters(site: Path, browser: Browser, width: int) -> None:
    stops = []
    for skipping in (True, False):
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.goto((site / CHAPTER).as_uri())
        stops.append(stops_to_the_text(page, skipping))
        page.close()
    assert stops[0] <= FEW_STOPS
    assert width < 1000 or stops[1] > 4 * FEW_STOPS  # the list of chapters stands before the text on a desk


@pytest.mark.browser
@pytest.mark.book
def test_a_way_to_the_text_that_leads_nowhere_is_noticed(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((site / CHAPTER).as_uri())
    page.evaluate("document.getElementById('main-content').removeAttribute('id')")
    stops = stops_to_the_text(page, skipping=True)
    page.close()
    assert stops > FEW_STOPS


@pytest.mark.browser
@pytest.mark.book
def test_on_a_phone_every_button_is_large_enough_to_touch(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((site / "index.html").as_uri())
    boxes = [box for button in page.locator("main button:visible").all() if (box := button.bounding_box())]
    page.close()
    assert boxes
    assert all(min(box["width"], box["height"]) >= TARGET for box in boxes), boxes
