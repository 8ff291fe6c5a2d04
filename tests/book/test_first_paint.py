"""What a page settles before it is painted: its colours, and the typefaces that it sends for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page
from visits import served

from companion.book.site import assets, first_paint

LATER, STYLE = "**/_static/bundles/*.js", "**/*.css*"
CHAPTER = "chapters/results/mediation.html"
SENT = ["newsreader-text.woff2", "newsreader-display.woff2", "commissioner.woff2"]


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    yield page
    page.close()


def typefaces_asked_for(page: Page, address: str) -> list[str]:
    """The fonts that a page asks for though no style sheet comes that names them."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(".woff2") else None)
    page.route(STYLE, lambda route: route.abort())
    page.goto(address)
    return [url.rsplit("/", 1)[1] for url in asked]


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_has_its_colours_before_the_theme_comes(
    site: Path, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.route(LATER, lambda route: route.abort())
    page.goto((site / CHAPTER).as_uri())
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.close()
    assert chosen == scheme


@pytest.mark.browser
@pytest.mark.book
def test_a_reader_who_chose_the_other_colours_has_them_before_the_theme_comes(site: Path, browser: Browser) -> None:
    page = browser.new_page(color_scheme="light")
    page.add_init_script("localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark')")
    page.route(LATER, lambda route: route.abort())
    page.goto((site / CHAPTER).as_uri())
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.close()
    assert chosen == "dark"


@pytest.mark.browser
@pytest.mark.book
def test_typefaces_are_sent_for_before_the_style_sheet_names_them(site: Path, page: Page) -> None:
    with served(site) as home:
        assert typefaces_asked_for(page, f"{home}/{CHAPTER}") == SENT


@pytest.mark.browser
@pytest.mark.book
def test_from_disk_typefaces_are_not_sent_for_since_a_browser_refuses_that(site: Path, page: Page) -> None:
    assert typefaces_asked_for(page, (site / CHAPTER).as_uri()) == []


def test_the_typefaces_that_are_sent_for_are_made_with_the_site() -> None:
    assert set(first_paint.TYPEFACES) <= {font.name for font in assets.WEB_FONTS}


def test_a_page_without_the_script_of_the_theme_is_left_as_it_is() -> None:
    page = BeautifulSoup("<html><script>a</script></html>", "html.parser")
    first_paint.settle(page)
    assert str(page) == "<html><script>a</script></html>"
