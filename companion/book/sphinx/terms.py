"""What the terms of a page mean: the list "Terms on this page", from which their cards are made.

The tooltips of sphinx-tippy come from another server by default, those of sphinx-hoverxref from one that must run:
these cards stand in the page, from disk too, and without a script the list that they are made from is read instead.
"""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.domains.std import StandardDomain

from companion.book.sphinx import page_notes, subject

MARK = "std-term"
"""Class of the words of a link to the glossary."""


def used(doctree: nodes.document) -> list[str]:
    """Give the anchors of the glossary that a page links to, in the order of their first use."""
    links = (link for link in doctree.findall(nodes.reference) if _is_term(link) and "refuri" in link)
    return list(dict.fromkeys(str(link["refuri"]).partition("#")[2] for link in links))


def _is_term(link: nodes.reference) -> bool:
    return bool(link.children) and isinstance(link[0], nodes.inline) and MARK in link[0]["classes"]


def _places(app: Sphinx) -> dict[str, str]:
    """Give, for the anchor of each term, the page of the glossary that explains it."""
    domain = app.env.domains["std"]
    assert isinstance(domain, StandardDomain)
    return {label: docname for (kind, _), (docname, label) in domain.objects.items() if kind == "term"}


def explanations(glossary: nodes.document) -> dict[str, tuple[nodes.term, nodes.definition]]:
    """Give term and definition by the anchor of the term."""
    found: dict[str, tuple[nodes.term, nodes.definition]] = {}
    for item in glossary.findall(nodes.definition_list_item):
        definition = next(child for child in item.children if isinstance(child, nodes.definition))
        for term in item.findall(nodes.term):
            found |= dict.fromkeys(term["ids"], (term, definition))
    return found


def notes(app: Sphinx, pagename: str, anchors: list[str]) -> str:
    """Give the list of the terms of a page as HTML."""
    places = _places(app)
    glossaries = {docname: explanations(app.env.get_doctree(docname)) for docname in {places[a] for a in anchors}}
    items = []
    for anchor in anchors:
        term, definition = glossaries[places[anchor]][anchor]
        address = app.builder.get_relative_uri(pagename, places[anchor])
        said = app.builder.render_partial(definition)["fragment"]  # type: ignore[attr-defined]
        inner = said.strip().removeprefix("<dd>").removesuffix("</dd>")
        name = f'<a href="{address}#{anchor}">{escape(term.astext())}</a>'
        items.append(f'<li id="t-{anchor}"><p class="t-name">{name}</p>{inner}</li>')
    return page_notes.section("termnotes", subject.of(app.config).say("pages.terms.list"), items, "ul")


def append_notes(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Set the list at the foot of every page that links to the glossary."""
    if app.builder.name == "html" and doctree is not None and (anchors := used(doctree)):
        context["body"] += notes(app, pagename, anchors)


def setup(app: Sphinx) -> None:
    """Connect the list to the pages, before the list of numbers."""
    app.connect("html-page-context", append_notes, priority=400)
