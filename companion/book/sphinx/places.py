"""Where each number stands in the book: every printed number has an anchor of its own, and the list of all is kept."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder

from companion.book.sphinx.roles import number_node, row_id

KEPT = "number_places"
"""Where a page's list is kept among what Sphinx knows of the page: it is forgotten and merged with it."""


@dataclass(frozen=True)
class Place:
    """A page on which a number stands.

    Parameters
    ----------
    page
        Name of the page, such as ``chapters/results/mediation``.
    title
        Its title.
    anchors
        Where the number stands on it, in the order of the page.
    """

    page: str
    title: str
    anchors: tuple[str, ...]


def anchor(key: str, time: int = 1) -> str:
    """Give the anchor of the first, second, ... time that a number stands on a page."""
    return f"at-{row_id(key)}" + (f".{time}" if time > 1 else "")


def set_anchors(app: Sphinx, doctree: nodes.document) -> None:
    """Give the numbers of a page that was read their anchors, and note where they stand.

    A block that shows numbers of its own making lists their keys in ``shows``; their place is the block's ``anchor``.
    """
    found: dict[str, list[str]] = {}
    for node in doctree.findall(nodes.Element):
        if isinstance(node, number_node):
            here = found.setdefault(node["key"], [])
            node["anchor"] = anchor(node["key"], len(here) + 1)
            here.append(node["anchor"])
        shown: list[str] = node.get("shows", [])
        for key in dict.fromkeys(shown):
            found.setdefault(key, []).append(node["anchor"])
    app.env.metadata[app.env.docname][KEPT] = found


class Places:
    """Where the numbers of one build stand; complete when all pages have been read.

    Parameters
    ----------
    builder
        Knows the pages and their addresses.
    """

    def __init__(self, builder: Builder) -> None:
        self._builder = builder
        self._of: dict[str, list[Place]] = {}
        pages = builder.env.metadata
        for page in builder.env.collect_relations():
            for key, anchors in pages.get(page, {}).get(KEPT, {}).items():
                place = Place(page, builder.env.titles[page].astext(), tuple(anchors))
                self._of.setdefault(key, []).append(place)

    def of(self, key: str) -> list[Place]:
        """Give the pages on which a number stands, in the order of the book."""
        return self._of.get(key, [])

    def links(self, here: str, place: Place) -> list[str]:
        """Give links from a page to each time that a number stands on a page: the title, then 2, 3, ..."""
        address = self._builder.get_relative_uri(here, place.page)
        words = [escape(place.title), *map(str, range(2, len(place.anchors) + 1))]
        return [f'<a href="{address}#{at}">{word}</a>' for at, word in zip(place.anchors, words, strict=True)]


def setup(app: Sphinx) -> None:
    """Connect to the reading of pages, after every transform."""
    app.connect("doctree-read", set_anchors)
