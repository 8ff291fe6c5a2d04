"""What a page settles before it is painted: its colours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser

from companion.book.site import first_paint

LATER = "**/_static/bundles/*.js"
CHAPTER = "chapters/results/mediation.html"


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


def test_a_page_without_the_script_of_the_theme_is_left_as_it_is() -> None:
    page = BeautifulSoup("<html><script>a</script></html>", "html.parser")
    first_paint.settle(page)
    assert str(page) == "<html><script>a</script></html>"
