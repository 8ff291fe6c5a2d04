"""The search of the book in the place of Sphinx's own: its page, and the script that finds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from companion.book.search import index, synonyms
from companion.book.search.entries import SearchedPage
from companion.book.site.search_door import PAGE, form
from companion.book.sphinx import subject
from companion.book.sphinx.roles import EVERY_NUMBER
from companion.store import write_aside

GLOSSARY = "chapters/using/glossary"
INDEX = "genindex"


def leave_out_that_of_sphinx(app: Sphinx) -> None:
    """Let Sphinx make no index and no page of its own."""
    app.builder.search = False  # type: ignore[attr-defined]


def page(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page of the search, with other ways to what somebody looks for."""
    say = subject.of(app.config).say
    ways = {app.config.root_doc: "contents", GLOSSARY: "glossary", INDEX: "index", EVERY_NUMBER: "numbers"}
    written = {*app.env.found_docs, INDEX}
    items = "".join(
        f'<li><a href="{name}.html">{say[f"pages.search.{words}"]}</a></li>'
        for name, words in ways.items()
        if name in written
    )
    body = (
        f"<section><h1>{say['pages.search.title']}</h1>{form(say, '', closes=False)}"
        f"<noscript><p>{say['pages.search.without']}</p></noscript>"
        f"<h2>{say['pages.search.ways']}</h2><ul>{items}</ul></section>"
    )
    yield PAGE, {"title": say["pages.search.title"], "body": body}, "page.html"


def write(app: Sphinx, pages: Mapping[str, SearchedPage]) -> None:
    """Write the script that finds, from what stands on the finished pages."""
    about = subject.of(app.config)
    script = index.script(pages, f"{EVERY_NUMBER}.html", about.registry.values(), synonyms.read(), about.say)
    write_aside(Path(app.outdir) / index.NAME, script.encode())


def setup(app: Sphinx) -> None:
    """Connect before the first page is written, and to the pages that no chapter stands behind."""
    app.connect("builder-inited", leave_out_that_of_sphinx)
    app.connect("html-collect-pages", page)
