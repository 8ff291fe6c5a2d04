"""What every page carries: under its title and at its foot it says that the survey is simulated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config

from companion.book.site import finished_pages
from companion.book.sphinx import search, subject
from companion.book.sphinx.outputs import drawn_figure, result_source
from companion.store import Store

FINISHED = "_build/pages"
"""Where the pages lie as they were finished, so that one that was not written otherwise need not be taken up again."""


def add_footer(app: Sphinx, config: Config) -> None:
    """Let the foot of every page say that the survey is simulated."""
    about = subject.of(config)
    if about.simulated:
        foot = f'<p class="sim-foot"><span class="simtag"></span>{about.say("pages.simulated.foot")}</p>'
        config.html_theme_options = {**config.html_theme_options, "extra_footer": foot}


def add_strip(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say under the title of every page that the survey is simulated; the first page says it at length in its text."""
    body, end_of_title = context.get("body"), "</h1>"
    if not body or end_of_title not in body:
        return
    root, about = app.config.root_doc, subject.of(app.config)
    if pagename == root:
        mark = f' <span class="simtag">{about.say("pages.simulated.tag")}</span>' if about.simulated else ""
        said = f'<p class="hero-sub">{about.say("pages.subtitle")}{mark}</p>'
    elif about.simulated:
        address = app.builder.get_relative_uri(pagename, root)
        told = strip(about, _content(app, pagename, context, doctree), address)
        said = f'<p class="sim"><span class="sim-mark" aria-hidden="true"></span><span>{told}</span></p>'
    else:
        return
    context["body"] = body.replace(end_of_title, end_of_title + said, 1)


@dataclass(frozen=True)
class Content:
    """How many figures, tables and numbers of a page are simulated, and whether it has some that are not."""

    figures: int = 0
    tables: int = 0
    numbers: int = 0
    others: bool = False


def _content(app: Sphinx, pagename: str, context: dict[str, Any], doctree: nodes.document | None) -> Content:
    if doctree is None:
        return Content(others=context.get("simulated") is False)
    registry = subject.of(app.config).registry
    keys: list[str] = app.env.metadata.get(pagename, {}).get("numbers", [])
    figures = [bool(node["simulated"]) for node in doctree.findall(drawn_figure)]
    tables = [bool(node["simulated"]) for node in doctree.findall(result_source)]
    numbers = [registry[key].simulated for key in dict.fromkeys(keys)]
    return Content(sum(figures), sum(tables), sum(numbers), not all([*figures, *tables, *numbers]))


def strip(about: subject.Subject, content: Content, address: str) -> str:
    """What the strip says: what on the page is simulated, that nothing is, or what holds of any page of the book."""
    counts = {"figures": content.figures, "tables": content.tables, "numbers": content.numbers}
    counted = [
        about.say(f"pages.simulated.{kind}.{'one' if count == 1 else 'several'}", count=count)
        for kind, count in counts.items()
        if count
    ]
    if not counted:
        return about.say(f"pages.simulated.{'elsewhere' if content.others else 'strip'}", address=address)
    what = about.say("pages.simulated.and").join(part for part in (", ".join(counted[:-1]), counted[-1]) if part)
    return about.say("pages.simulated.counted", what=what, address=address)


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take up every written page once more, and write what finds what stands on them."""
    if exception is None and app.builder.name == "html":
        about = subject.of(app.config)
        kept, state = Store(about.study.root / FINISHED), about.study.state([finished_pages.__name__])
        search.write(app, finished_pages.finish(Path(app.outdir), about.simulated, kept, state))


def setup(app: Sphinx) -> None:
    """Connect to the pages; what takes up the work of others comes after it.

    The strip follows every other addition to the body. The last pass follows the theme, which writes the colours of
    code when the build has finished.
    """
    app.connect("config-inited", add_footer)
    app.connect("html-page-context", add_strip, priority=900)
    app.connect("build-finished", finish, priority=800)
