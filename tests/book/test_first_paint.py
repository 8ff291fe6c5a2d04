"""What a page settles before it is painted: its colours."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Route

from companion.book.site import first_paint

LATER = "**/_static/bundles/*.js"
CHAPTER = "chapters/results/mediation.html"


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize(
    ("scheme", "before", "theme"),
    [
        ("light", "", "light"),
        ("dark", "", "dark"),
        ("light", "localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark')", "dark"),
    ],
    ids=["light", "dark", "a reader who chose the other"],
)
def test_a_page_has_its_colours_before_the_theme_comes(
    site: Path, browser: Browser, scheme: Literal["light", "dark"], before: str, theme: str
) -> None:
    kept_away: list[str] = []

    def keep_away(route: Route) -> None:
        kept_away.append(route.request.url)
        route.abort()

    page = browser.new_page(color_scheme=scheme)
    page.add_init_script(before)
    page.route(LATER, keep_away)
    page.goto((site / CHAPTER).as_uri())
    chosen = page.evaluate("document.documentElement.dataset.theme")
    page.close()
    assert chosen == theme
    assert kept_away


def test_a_page_without_the_script_of_the_theme_is_left_as_it_is() -> None:
    page = BeautifulSoup("<html><script>a</script></html>", "html.parser")
    first_paint.settle(page)
    assert str(page) == "<html><script>a</script></html>"
