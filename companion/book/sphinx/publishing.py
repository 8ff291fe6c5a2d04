"""What a site on the web has besides its pages: a description of each, a map, a page for those who lost their way.

The address of the site is the setting ``html: baseurl:`` of `_config.yml`. Where it is empty, all that needs a full
address is left out: canonical addresses, the site map, the picture for links.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from companion.book import addresses
from companion.book.sphinx import subject
from companion.book.sphinx.outputs import DATA as FIGURE_DATA
from companion.book.sphinx.sources import FOLDER as SOURCES

CARD = "_static/social-card.png"
CARD_SIZE = (1200, 630)
CARD_SAYS = (
    "Two lines cross: without a reaction positive comments do better, with a like or a reply negative comments do. "
    "A schema without data."
)
SIMULATED = "All survey data in this book are simulated."
LENGTH = 200
"""Letters of a description, which search engines cut behind about as many."""

NOT_FOUND = "404"
NOT_FOUND_TEXT = """<h1>There is no page here</h1>
<p>Perhaps the address has a slip in it, or the link that led you here is wrong.
Addresses in this book do not change once they are published, so what you look for may well be a click away.</p>
<ul>
<li><a href="index.html">Begin at the first page</a></li>
<li><a href="search.html">Search the book</a></li>
<li><a href="{errata}">Tell us that a link is broken</a></li>
</ul>"""
ERRATA = "chapters/using/errata"
NOT_IN_MAP = ("search.html", "genindex.html", f"{NOT_FOUND}.html", f"{SOURCES}/*", f"{FIGURE_DATA}/*")
"""Pages that nobody looks for by themselves; the last two kinds are reached from a number or a figure."""


def use_address(app: Sphinx, config: Config) -> None:
    """Hand the site's address to Sphinx in the one form that all its users understand, and map the site under it."""
    config["html_baseurl"] = addresses.read(Path(app.srcdir)).site
    if config.html_baseurl:
        app.setup_extension("sphinx_sitemap")
        config["sitemap_url_scheme"] = "{link}"
        config["sitemap_excludes"] = list(NOT_IN_MAP)


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Write a page's description into its head, for search engines and for those who send its address to others."""
    if doctree is None:
        return
    site, simulated = app.config.html_baseurl, subject.of(app.config).simulated
    description = f"{description_of(doctree)} {SIMULATED if simulated else ''}".strip()
    title = BeautifulSoup(context.get("title", ""), "html.parser").get_text()
    context["metatags"] = context.get("metatags", "") + _tags(title, description, app.config.html_title)
    if site and simulated:  # the picture says so, too
        context["metatags"] += _card(site, addresses.read(Path(app.srcdir)).page(pagename))


def description_of(doctree: nodes.document) -> str:
    """Give the first sentences of a page, from its first paragraph of plain words, in which no number stands."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section) and not any(map(_is_no_plain_word, paragraph.findall())):
            return _first_sentences(paragraph.astext())
    return ""


def _is_no_plain_word(node: nodes.Node) -> bool:
    return isinstance(node, nodes.raw | nodes.math | nodes.image) or type(node).__name__ == "number_node"


def _first_sentences(text: str) -> str:
    """Give as many whole sentences as a description holds, at least one; the sources have one a line."""
    first, *rest = (" ".join(line.split()) for line in text.splitlines())
    for sentence in rest:
        if len(first) + len(sentence) > LENGTH:
            break
        first = f"{first} {sentence}"
    return first


def _tags(title: str, description: str, book: str) -> str:
    tags = [
        f'<meta name="description" content="{escape(description)}">',
        f'<meta property="og:title" content="{escape(title)}">',
        f'<meta property="og:description" content="{escape(description)}">',
        f'<meta property="og:site_name" content="{escape(book)}">',
        '<meta property="og:type" content="article">',
    ]
    return "\n".join(["", *tags, ""])


def _card(site: str, page: str) -> str:
    width, height = CARD_SIZE
    tags = [
        f'<meta property="og:url" content="{escape(page)}">',
        f'<meta property="og:image" content="{escape(site)}{CARD}">',
        f'<meta property="og:image:width" content="{width}">',
        f'<meta property="og:image:height" content="{height}">',
        f'<meta property="og:image:alt" content="{escape(f"{CARD_SAYS} {SIMULATED}")}">',
        '<meta name="twitter:card" content="summary_large_image">',
    ]
    return "\n".join([*tags, ""])


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page that a host shows where there is none."""
    errata = f"{ERRATA}.html" if ERRATA in app.env.found_docs else "index.html"
    body = NOT_FOUND_TEXT.format(errata=errata)
    yield NOT_FOUND, {"title": "There is no page here", "body": body}, "page.html"


def anchor(page: BeautifulSoup, folder: str) -> None:
    """Let a page's addresses hold wherever it is shown: begin each with the folder of the site on its host."""
    for attribute in ("href", "src", "srcset", "action", "data-content_root"):
        for element in page.select(f"[{attribute}]"):
            address = str(element[attribute])
            if not address.startswith(("#", "/")) and not urlsplit(address).scheme:
                element[attribute] = folder + address.removeprefix("./")


def write_beside_the_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write ``robots.txt``, and let the page for lost readers be found at any depth."""
    if exception is not None or app.builder.name != "html":
        return
    outdir, site = Path(app.outdir), app.config.html_baseurl
    robots = "User-agent: *\nDisallow:\n" + (f"Sitemap: {site}sitemap.xml\n" if site else "")
    (outdir / "robots.txt").write_text(robots, encoding="utf-8")
    if site:
        path = outdir / f"{NOT_FOUND}.html"
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        anchor(page, urlsplit(site).path)
        path.write_text(str(page), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect; what stands beside the pages is written after their last pass."""
    app.connect("config-inited", use_address)
    app.connect("html-page-context", describe)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", write_beside_the_pages, priority=900)
