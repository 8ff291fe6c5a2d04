"""What a site on the web has besides its pages: a description of each, a map, a page for those who lost their way.

The address of the site is the setting ``html: baseurl:`` of `_config.yml`. Where it is empty, all that needs a full
address is left out: canonical addresses, the site map, the picture for links.

sphinxext-opengraph writes the tags for links and sphinx-sitemap the map; ours is what they say. The page for lost
readers is ours, too: sphinx-notfound-page anchors the addresses that a template asks for, and neither those of the
theme's table of contents nor those that the last pass over the pages writes.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bs4 import BeautifulSoup
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from companion.book import addresses
from companion.book.sphinx import subject
from companion.book.sphinx.outputs import DATA as FIGURE_DATA
from companion.book.sphinx.sources import FOLDER as SOURCES

CARD = "_static/social-card.png"
CARD_SIZE = (1200, 630)
LENGTH = 200
"""Letters of a description, which search engines cut behind about as many."""

NOT_FOUND = "404"
TO_ROOT = Path(__file__).with_name("to_root.js")
ERRATA = "chapters/using/errata"
NOT_IN_MAP = ("search.html", "genindex.html", f"{NOT_FOUND}.html", f"{SOURCES}/*", f"{FIGURE_DATA}/*")
"""Pages that nobody looks for by themselves; the last two kinds are reached from a number or a figure."""


def use_address(app: Sphinx, config: Config) -> None:
    """Hand the site's address to Sphinx in the one form that all its users understand, and map the site under it."""
    site = addresses.read(Path(app.srcdir)).site
    config["html_baseurl"] = config["ogp_site_url"] = site
    config["ogp_site_name"] = config.html_title
    if site:
        app.setup_extension("sphinx_sitemap")
        config["sitemap_url_scheme"] = "{link}"
        config["sitemap_excludes"] = list(NOT_IN_MAP)
    of = subject.of(config)
    if site and of.simulated:  # the picture says so, too
        width, height = CARD_SIZE
        config["ogp_image"] = CARD
        config["ogp_image_alt"] = f"{of.say('pages.description.card')} {of.say('pages.description.simulated')}"
        config["ogp_custom_meta_tags"] = [
            f'<meta property="og:image:width" content="{width}">',
            f'<meta property="og:image:height" content="{height}">',
            '<meta name="twitter:card" content="summary_large_image">',
        ]
    else:
        config["ogp_custom_meta_tags"] = ['<meta name="twitter:card" content="summary">']


def describe(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say what a page is about, for search engines and for those who send its address to others."""
    if doctree is None:
        return
    description = description_of(doctree)
    of = subject.of(app.config)
    if of.simulated:
        description = f"{description} {of.say('pages.description.simulated')}".strip()
    context["meta"] = {**(context.get("meta") or {}), "og:description": description}
    context["metatags"] = f'{context.get("metatags", "")}\n<meta name="description" content="{escape(description)}">\n'


def description_of(doctree: nodes.document) -> str:
    """Give the first sentences of a page, from its first paragraph of plain words, in which no number stands.

    A paragraph that begins with a label, as what one should know before a chapter does, is not about the page.
    """
    for paragraph in doctree.findall(nodes.paragraph):
        stands = isinstance(paragraph.parent, nodes.section) and not _begins_with_a_label(paragraph)
        if stands and not any(map(_is_no_plain_word, paragraph.findall())):
            return _first_sentences(paragraph.astext())
    return ""


def _begins_with_a_label(paragraph: nodes.paragraph) -> bool:
    """Tell whether the first words are bold; the parser puts an empty text before them."""
    return isinstance(next((child for child in paragraph if child.astext().strip()), None), nodes.strong)


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


def not_found(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    """Give the page that a host shows where there is none."""
    errata = f"{ERRATA}.html" if ERRATA in app.env.found_docs else "index.html"
    say = subject.of(app.config).say
    ways = (
        ("index.html", say("pages.lost.begin")),
        ("search.html", say("pages.lost.search")),
        (errata, say("pages.lost.tell")),
    )
    listed = "\n".join(f'<li><a href="{address}">{words}</a></li>' for address, words in ways)
    title = say("pages.lost.title")
    body = f"<h1>{title}</h1>\n<p>{say('pages.lost.why')}</p>\n<ul>\n{listed}\n</ul>"
    yield NOT_FOUND, {"title": title, "body": body}, "page.html"


def anchor(page: BeautifulSoup, folder: str) -> None:
    """Let a page's addresses hold wherever it is shown: begin each with the folder of the site on its host."""
    for attribute in ("href", "src", "srcset", "action", "data-content_root"):
        for element in page.select(f"[{attribute}]"):
            address = str(element[attribute])
            if not address.startswith(("#", "/")) and not urlsplit(address).scheme:
                element[attribute] = folder + address.removeprefix("./")


def lead_to_root(page: BeautifulSoup) -> None:
    """Let a page that is shown in another folder than its own look for that folder, where no address tells it.

    The script stands inside the page, because no address of a file would hold; the policy names it by its digest.
    """
    text = TO_ROOT.read_text(encoding="utf-8")
    script = page.new_tag("script")
    script.string = text
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    policy = page.select_one("meta[http-equiv='Content-Security-Policy']")
    if page.head is None or policy is None:
        raise ExtensionError(f"{NOT_FOUND}.html: a page without a content policy", modname="companion.book.sphinx")
    policy["content"] = f"{policy['content']}; script-src 'self' 'sha256-{digest}'"
    page.head.append(script)


def write_beside_the_pages(app: Sphinx, exception: Exception | None) -> None:
    """Write ``robots.txt``, and let the page for lost readers be found at any depth."""
    if exception is not None or app.builder.name != "html":
        return
    outdir, site = Path(app.outdir), app.config.html_baseurl
    robots = "User-agent: *\nDisallow:\n" + (f"Sitemap: {site}sitemap.xml\n" if site else "")
    (outdir / "robots.txt").write_text(robots, encoding="utf-8")
    path = outdir / f"{NOT_FOUND}.html"
    page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    if site:
        anchor(page, urlsplit(site).path)
    else:
        lead_to_root(page)
    path.write_text(str(page), encoding="utf-8")


def setup(app: Sphinx) -> None:
    """Connect; a description comes before the tags that hold it, what stands beside the pages after their last pass."""
    app.setup_extension("sphinxext.opengraph")
    app.connect("config-inited", use_address)
    app.connect("html-page-context", describe, priority=400)
    app.connect("html-collect-pages", not_found)
    app.connect("build-finished", write_beside_the_pages, priority=900)
