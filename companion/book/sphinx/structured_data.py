"""What a page is, told to search engines and libraries in their own words (schema.org): a book, a chapter, its data.

It stands in the head as a block of data (JSON-LD), which browsers never run, so that the content policy lets it be.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx

from companion.book import addresses, citation
from companion.book.citation import Edition
from companion.book.sphinx import subject

CONTEXT = "https://schema.org"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
CODEBOOK = "chapters/using/codebook"
"""The page that describes the data."""

DATA = "data/datapackage.json"

Described = dict[str, Any]


def book(edition: Edition, language: str, address: str) -> Described:
    """Give the book."""
    return {
        "@type": "Book",
        "name": edition.title,
        "author": _authors(edition),
        "bookEdition": edition.version,
        "datePublished": edition.year,
        "inLanguage": language,
        "isAccessibleForFree": True,
        "license": LICENCE,
    } | ({"url": address} if address else {})


def chapter(title: str, whole: Described, address: str) -> Described:
    """Give a chapter of a book."""
    kept = {name: whole[name] for name in ("author", "datePublished", "inLanguage", "license")}
    return {"@type": "Chapter", "name": title, **kept, "isPartOf": whole} | ({"url": address} if address else {})


def dataset(package: Mapping[str, Any], whole: Described) -> Described:
    """Give the data of a book, as their own description has them; it says that the survey is simulated."""
    return {
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"],
        "creator": whole["author"],
        "license": package["licenses"][0]["path"],
        "isAccessibleForFree": True,
        "isPartOf": whole,
    }


def element(described: list[Described]) -> str:
    r"""Give what stands in the head of a page.

    Examples
    --------
    >>> print(element([{"@type": "Book", "name": "</b>"}]).partition(",")[2])
    "@graph":[{"@type":"Book","name":"<\/b>"}]}</script>
    """
    text = json.dumps({"@context": CONTEXT, "@graph": described}, ensure_ascii=False, separators=(",", ":"))
    unclosed = text.replace("</", "<\\/")
    return f'<script type="application/ld+json">{unclosed}</script>'


def add(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None) -> None:
    """Write into the head of a page of the book what it is."""
    if doctree is None:
        return
    root, about = Path(app.srcdir), subject.of(app.config)
    where = addresses.read(root)
    whole = book(citation.read(root), about.language, where.page(app.config.root_doc))
    described = [whole] if pagename == app.config.root_doc else [_chapter(app, pagename, whole, where.page(pagename))]
    if pagename == CODEBOOK and about.simulated and (root / DATA).exists():
        described.append(dataset(json.loads((root / DATA).read_text(encoding="utf-8")), whole))
    context["metatags"] = f"{context.get('metatags', '')}\n{element(described)}\n"


def _chapter(app: Sphinx, pagename: str, whole: Described, address: str) -> Described:
    return chapter(app.env.titles[pagename].astext(), whole, address)


def _authors(edition: Edition) -> list[Described]:
    """A name in braces is that of a group, as BibTeX has it."""
    return [
        {"@type": "Organization" if name.startswith("{") else "Person", "name": name.strip("{}")}
        for name in edition.authors
    ]


def setup(app: Sphinx) -> None:
    """Connect to the writing of pages."""
    app.connect("html-page-context", add)
