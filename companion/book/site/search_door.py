"""The door to the search on every page: a link that opens a dialog where there are scripts, and a page where not.

The theme's buttons do nothing without a script, and its dialog belongs to a search that this book does not have.
"""

from __future__ import annotations

from html import escape
from typing import cast

from bs4 import BeautifulSoup

from companion.formats import Language
from companion.words import Words, words

PAGE = "search"
"""The page of the search, without .html."""

OF_BUTTONS = ("search-button__button", "pst-js-only")
"""Classes of the theme's buttons that make them its own."""


def place(page: BeautifulSoup) -> None:
    """Set links in the place of the theme's buttons, and the dialog that they open at the end of the page."""
    for rest in page.select("#pst-search-dialog, #searchbox"):
        rest.decompose()
    buttons = page.select("button.search-button__button")
    if page.html is None or page.body is None or not buttons:
        return
    say, root = words(cast(Language, page.html["lang"])), str(page.html.get("data-content_root", ""))
    for button in buttons:
        button.name = "a"
        kept = [name for name in button.get_attribute_list("class") if name not in OF_BUTTONS]
        button.attrs = {
            "class": " ".join([*kept, "search-door"]),
            "href": f"{root}{PAGE}.html",
            "title": say["pages.search.open"],
            "aria-keyshortcuts": "Control+K",
        }
    if page.select_one("form.book-search") is None:
        label = escape(say["pages.search.field"])
        dialog = f'<dialog class="book-search-dialog" aria-label="{label}">{form(say, root, closes=True)}</dialog>'
        page.body.append(BeautifulSoup(dialog, "html.parser"))


def form(say: Words, root: str, closes: bool) -> str:
    """Give the field and the list of hits as HTML: a combobox with its listbox.

    Parameters
    ----------
    say
        The words of the book's language.
    root
        The way from the page to the root of the site.
    closes
        Whether it stands in a dialog, which can be closed.
    """
    said = {name: escape(sentence) for name, sentence in say.under("pages.search").items()}
    close = f'<button type="button" class="bs-close">{said["close"]}</button>' if closes else ""
    return (
        f'<form class="book-search pst-js-only" role="search" aria-label="{said["field"]}" action="{root}{PAGE}.html"'
        f' data-none="{said["none"]}" data-one="{said["one"]}" data-some="{said["some"]}" data-lost="{said["lost"]}">'
        f'<div class="bs-row"><label for="bs-field">{said["field"]}</label>'
        '<input id="bs-field" name="q" type="search" role="combobox" aria-expanded="false" aria-controls="bs-hits"'
        ' aria-autocomplete="list" aria-describedby="bs-hint" autocomplete="off" autocapitalize="off"'
        f' spellcheck="false"/>{close}</div>'
        f'<p id="bs-hint">{said["hint"]}</p><p class="bs-said" role="status"></p>'
        f'<div id="bs-hits" role="listbox" aria-label="{said["hits"]}" hidden></div></form>'
    )
