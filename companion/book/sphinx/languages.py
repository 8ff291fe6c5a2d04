"""Words in another language than the book's carry it, so that a screen reader says them right."""

from __future__ import annotations

from functools import partial

from docutils import nodes
from docutils.nodes import Node, system_message
from pybtex.database import Entry
from pybtex.richtext import Tag, Text
from pybtex_docutils import Backend
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxRole

DUTCH = "nl"
LANGUAGES = {"dutch": DUTCH}
"""``langid`` of an entry in `references.bib` -> code of the language."""


class DutchRole(SphinxRole):
    """``{nl}`akkoord` ``: Dutch words."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Give the words with their language."""
        return [nodes.inline("", self.text, classes=spoken(DUTCH))], []


def spoken(language: str) -> list[str]:
    """Give the classes from which docutils writes the attribute ``lang``; none for the book's own language."""
    return [f"language-{language}"] if language else []


def title(entry: Entry, words: Text) -> Text:
    """Give the title of a work with its language, where the entry names one.

    Raises
    ------
    sphinx.errors.ExtensionError
        The language is not one that the book knows.
    """
    name = entry.fields.get("langid")
    if name is None:
        return words
    if name not in LANGUAGES:
        raise ExtensionError(f"references.bib, {entry.key}: langid {name!r} is not among {', '.join(LANGUAGES)}")
    return Text(Tag(LANGUAGES[name], words))


def _inline(language: str, rawsource: str, text: str, *children: Node) -> nodes.inline:
    return nodes.inline(rawsource, text, *children, classes=spoken(language))


def setup(app: Sphinx) -> None:
    """Register the role, and let lists of references write the language of a title."""
    app.add_role("nl", DutchRole())
    Backend.tags |= {language: partial(_inline, language) for language in LANGUAGES.values()}  # type: ignore[misc]
