"""The pages with the source of every function that made a number, a figure or a table: an anchor for each function."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.pycode import ModuleAnalyzer

import companion
from companion.book import addresses
from companion.book.sphinx import subject
from companion.book.sphinx.outputs import drawn_figure, result_source
from companion.book.sphinx.sources import Definition, definition, has_pages, tags

PLAIN = re.compile(r'<span class="(?:n|p|w)">([^<]*)</span>')
"""Names, brackets and blanks, which have the colour of the text anyway: half of the page without them."""
ROOT = Path(companion.__file__).resolve().parents[1]


def named(app: Sphinx) -> dict[str, set[Definition]]:
    """Give the functions that numbers, figures and tables name, by module."""
    names = {number.function for number in subject.of(app.config).registry.values()}
    for page in app.env.found_docs:
        for node in app.env.get_doctree(page).findall(nodes.Element):
            if isinstance(node, drawn_figure | result_source):
                names.add(node["function"])
    found: dict[str, set[Definition]] = {}
    for name in names:
        place = definition(name)
        found.setdefault(place.module, set()).add(place)
    return found


def pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the pages of the modules whose functions are named."""
    if not has_pages(app.builder):
        return
    web = addresses.read(Path(app.srcdir))
    for module, definitions in sorted(named(app).items()):
        body = _body(app, module, sorted(place.name for place in definitions), web)
        context = {"title": f"Source of {module}", "body": body, "parents": []}
        yield next(iter(definitions)).page, context, "page.html"


def _body(app: Sphinx, module: str, names: list[str], web: addresses.Addresses) -> str:
    path = Path(ModuleAnalyzer.for_module(module).srcname).resolve().relative_to(ROOT).as_posix()
    named_here = ", ".join(f'<a href="#{name}"><code>{escape(name)}</code></a>' for name in names)
    at = web.source(path)
    file = f'<a href="{escape(at)}"><code>{path}</code></a>' if at else f"<code>{path}</code>"
    return (
        f"<section><h1>Source of <code>{escape(module)}</code></h1>"
        f"<p>This is {file} as it ran to make this book. The book names from it: {named_here}.</p>"
        f'<div class="highlight-python notranslate module-source">{_highlighted(app, module)}</div></section>'
    )


def _highlighted(app: Sphinx, module: str) -> str:
    """The module's code in colours, with an anchor on the first line of every function and class."""
    code = ModuleAnalyzer.for_module(module).code
    html: str = app.builder.highlighter.highlight_block(code, "python")  # type: ignore[attr-defined]
    html = PLAIN.sub(r"\1", html)
    before, opened, rest = html.partition("<pre>")
    lines = rest.split("\n")
    for name, line in tags(module).items():
        lines[line - 1] = f'<span id="{escape(name)}" class="definition"></span>{lines[line - 1]}'
    return before + opened + "\n".join(lines)


def setup(app: Sphinx) -> None:
    """Connect to the pages that no chapter stands behind."""
    app.connect("html-collect-pages", pages)
