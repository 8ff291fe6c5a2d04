"""What the slides of the course are made of beside their words: look, script, page, and how they are printed."""

from __future__ import annotations

from pathlib import PurePath

FOLDER = "slides"
"""Where the sources of the decks lie in the folder of the book, and the decks in the site."""


def is_deck(page: PurePath) -> bool:
    """Say whether a page, by its path from the site's root, is a deck of slides.

    Examples
    --------
    >>> is_deck(PurePath("slides/session-5.html")), is_deck(PurePath("chapters/using/course.html"))
    (True, False)
    """
    return page.parts[0] == FOLDER
