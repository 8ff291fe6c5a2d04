"""What readers ask of their browser: more contrast, colours of their own, less motion."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.book]

RESULTS = "chapters/results/mediation.html"


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.goto((site / RESULTS).as_uri())
    yield opened
    opened.close()


def style(page: Page, selector: str, name: str, pseudo: str | None = None) -> str:
    """A style of the first element that a selector finds, as the browser computed it."""
    return str(
        page.locator(selector).first.evaluate(
            "(element, [name, pseudo]) => getComputedStyle(element, pseudo)[name]", [name, pseudo]
        )
    )


def test_who_asks_for_more_contrast_reads_captions_and_reactions_in_ink_and_signs_in_colour(page: Page) -> None:
    ink, colour = style(page, ".bd-article", "color"), style(page, ".chip-like", "color")
    for words in ("figcaption p", ".chip-like"):
        assert style(page, words, "color") != ink
    page.emulate_media(contrast="more")
    for words in ("figcaption p", ".chip-like"):
        assert style(page, words, "color") == ink
    assert style(page, ".chip-like .mk", "color") == colour


def test_under_the_reader_s_own_colours_hatch_and_pictures_stay_and_places_are_marked_by_lines(page: Page) -> None:
    for selector in ("nav.bd-links li.current > a", "div.highlight pre"):
        assert style(page, selector, "borderLeftStyle") == "none"
    page.emulate_media(forced_colors="active")
    assert "gradient" in style(page, ".sim-mark", "backgroundImage")
    assert style(page, "article picture img", "backgroundColor") != "rgba(0, 0, 0, 0)"
    for selector in ("nav.bd-links li.current > a", "div.highlight pre"):
        assert style(page, selector, "borderLeftStyle") == "solid"


MOVING = """() => [...document.querySelectorAll("*")].filter(element => {
  const style = getComputedStyle(element);
  return parseFloat(style.transitionDuration) > 0 && style.transitionProperty !== "none"
    || style.animationName !== "none";
}).length"""


def test_who_asks_for_less_motion_sees_nothing_move(page: Page) -> None:
    page.locator("a.num").first.hover()
    expect(page.locator("#card")).to_be_visible()
    assert page.evaluate(MOVING) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == 0


@pytest.mark.parametrize("verdict", ["found", "undecided", "reversed"])
def test_the_mark_of_a_verdict_is_neither_a_disc_nor_a_ring_as_those_of_a_missing_reaction(
    page: Page, verdict: str
) -> None:
    page.locator("article").evaluate(
        "(article, verdict) => article.insertAdjacentHTML('afterbegin', `<span class='verdict ${verdict}'>so</span>`)",
        verdict,
    )
    assert style(page, f".verdict.{verdict}", "content", "::before").strip('"') not in "●○•◐⚫⚪."
