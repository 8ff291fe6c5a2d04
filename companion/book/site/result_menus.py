"""One quiet line under each figure and table, which unfolds to its code, its data and its picture.

MyST-NB folds the code of a cell into a line of its own above the output, and the files stand in a line below it: two
lines around every figure of which nobody needs one before having seen the figure. A switch unfolds all code of a page.
"""

from __future__ import annotations

from typing import cast

from bs4 import BeautifulSoup, Tag

from companion.formats import Language
from companion.words import Words, words

MENU = "result-menu"
SWITCH = "show-code"
PICTURES = (".svg", ".png")


def fold(page: BeautifulSoup) -> None:
    """Fold what stands around the figures and tables of a page, and set the switch where code is folded."""
    if page.html is None:
        return
    say = words(cast(Language, page.html.get("lang", "en")))
    for source in page.select("article .cell_output .result-source"):
        _fold(page, source, say)
    buttons = page.select_one(".article-header-buttons")
    if buttons is not None and page.select_one("details > .cell_input") is not None:
        classes = f"{SWITCH} btn btn-sm pst-js-only"
        switch = page.new_tag("button", attrs={"type": "button", "class": classes, "aria-pressed": "false"})
        switch.string = say("pages.result.all_code")
        buttons.insert(0, switch)


def _fold(page: BeautifulSoup, source: Tag, say: Words) -> None:
    cell = source.find_parent(class_="cell")
    code = cell.select_one(":scope > details.above-input") if isinstance(cell, Tag) else None
    parts = [say("pages.result.code")] if code is not None else []
    parts.append(say("pages.result.data"))
    if any(str(link["href"]).endswith(PICTURES) for link in source.select("a[href]")):
        parts.append(say("pages.result.picture"))
    menu, summary = page.new_tag("details", attrs={"class": MENU}), page.new_tag("summary")
    summary.string = " · ".join(parts)
    source.wrap(menu)
    menu.insert(0, summary)
    if (described := source.select_one("a[id]")) is not None:  # what the picture refers to must not be folded away
        menu["id"] = described["id"]
        del described["id"]
    if code is not None:
        menu.extend(block.extract() for block in code.select(".cell_input"))
        code.decompose()
