"""A button for the size of the text: the reader's browser keeps the choice, and it holds before anything is painted."""

from __future__ import annotations

from typing import cast

from bs4 import BeautifulSoup

from companion.book.site.first_paint import FIRST
from companion.formats import Language
from companion.words import words

SIZES = (100, 125, 150, 200)
"""Sizes that the button goes through, in percent of what the browser is set to; the style sheet has them."""
EARLY = 'try { document.documentElement.dataset.textSize = localStorage.getItem("text-size") || ""; } catch {}'


def place(page: BeautifulSoup) -> None:
    """Set the button among those above the article, and let the page begin in the size that was kept."""
    buttons, first = page.select_one(".article-header-buttons"), page.select_one(FIRST)
    if page.html is None or buttons is None or first is None:
        return
    said = words(cast(Language, page.html["lang"]))("pages.text_size", size="{size}")
    attributes = {
        "type": "button",
        "class": "text-size btn btn-sm pst-js-only",
        "data-sizes": " ".join(map(str, SIZES)),
        "data-said": said,
        "aria-label": said.format(size=SIZES[0]),
    }
    buttons.insert(0, page.new_tag("button", attrs=attributes))
    buttons.insert(1, page.new_tag("span", attrs={"class": "visually-hidden", "role": "status"}))
    first.string = f"{EARLY}\n{first.string or ''}"
