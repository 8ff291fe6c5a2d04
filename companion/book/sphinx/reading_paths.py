"""The paths of `companion.book.paths` on the pages: their list, and on each stop where the path leads next.

Minutes are those of `reading_time`, of the page as it is written. ``_static/paths.js`` follows the path that a reader
chose; what it keeps stays in the reader's browser. Without a script the list leads to every stop.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book import paths
from companion.book.paths import Paths, Way, page_of
from companion.book.sphinx import subject, unchanged_pages
from companion.book.sphinx.reading_time import minutes_to_read
from companion.store import write_aside
from companion.words import Words

ANCHOR = "paths"
MINUTES = "minutes.json"
"""Where it is kept what pages take that need not be written again."""
PLACE = f'<div id="{ANCHOR}"></div>'
"""What stands in a page until its list is written, which needs the minutes of other pages."""
FILLED = ("title", "at", "of", "read")
"""What the script fills into sentences, which are handed to it with their braces."""
logger = logging.getLogger(__name__)


class path_list(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The place of the list of paths."""


class PathList(SphinxDirective):
    """``{paths}``: every path with its stops and minutes, to be chosen."""

    def run(self) -> list[nodes.Node]:
        """Give the place of the list, which is remembered: other pages lead to it."""
        self.env.metadata[self.env.docname]["paths"] = True
        return [path_list("")]


def sections(doctree: nodes.document) -> Iterator[tuple[str, nodes.section]]:
    """Give each section of a page under each of its anchors."""
    for section in doctree.findall(nodes.section):
        for anchor in section["ids"]:
            yield str(anchor), section


class ReadingPaths:
    """The paths of one application's pages."""

    def begin(self, app: Sphinx) -> None:
        """Read the paths; of pages that are not written again it is known what they take."""
        self.paths: Paths = paths.load(Path(app.srcdir))
        kept = unchanged_pages.folder(app)
        self.kept = kept / MINUTES if kept is not None else None
        self.minutes: dict[str, int] = {}
        if self.kept is not None and self.kept.is_file():
            self.minutes = json.loads(self.kept.read_bytes())
        self.titles: dict[str, str] = {}

    def forget(
        self, app: Sphinx, env: BuildEnvironment, added: set[str], changed: set[str], removed: set[str]
    ) -> list[str]:
        """Forget what a page takes that is read anew."""
        again = added | changed | removed
        self.minutes = {stop: taken for stop, taken in self.minutes.items() if page_of(stop) not in again}
        return []

    def lists(self, app: Sphinx, env: BuildEnvironment) -> list[str]:
        """Give the pages with the list of paths, written at each build: the minutes of other pages may have changed."""
        return [page for page, known in env.metadata.items() if "paths" in known]

    def check(self, app: Sphinx, env: BuildEnvironment) -> None:
        """See, once all pages have been read, that every section at which a path stops is there, and take its title."""
        for name, way in self.paths.paths.items():
            for stop in way.stops:
                page, _, anchor = stop.partition("#")
                found = dict(sections(env.get_doctree(page))) if anchor else {}
                if anchor and anchor not in found:
                    logger.warning(
                        "the path %s stops at %s, a section that is not there; there are: %s",
                        name,
                        stop,
                        ", ".join(found),
                        location=paths.FILE,
                        type="companion",
                    )
                else:
                    title = found[anchor].next_node(nodes.title) if anchor else env.titles[page]
                    self.titles[stop] = title.astext() if title is not None else ""

    def count(self, app: Sphinx, doctree: nodes.document, page: str) -> None:
        """Count the minutes of a page, and of its sections, as it is about to be written."""
        self.minutes[page] = minutes_to_read(doctree)
        for anchor, section in sections(doctree):
            self.minutes[f"{page}#{anchor}"] = minutes_to_read(section)

    def time(self, app: Sphinx, stop: str) -> int:
        """Give the minutes of a stop; its page is looked at now where its turn to be written has not come.

        A section that is not there, which `check` tells, takes as long as its page.
        """
        if stop not in self.minutes:
            app.env.get_and_resolve_doctree(page_of(stop), app.builder)
        return self.minutes.get(stop, self.minutes[page_of(stop)])

    def show(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Write the list where a page has its place, and on each stop where the paths lead."""
        if doctree is None or app.builder.name != "html" or not context.get("body"):
            return
        say = subject.of(app.config).say
        if PLACE in context["body"]:
            context["body"] = context["body"].replace(PLACE, self._list(app, pagename, say))
        here = {name: found for name, way in self.paths.paths.items() if (found := self._here(app, pagename, way))}
        lists = sorted(self.lists(app, app.env))
        if here and lists:
            told = {
                "paths": here,
                "words": {name: _handed(say, name) for name in ("stop", "previous", "next", "end")},
                "list": f"{app.builder.get_relative_uri(pagename, lists[0])}#{ANCHOR}",
            }
            context["body"] += f'<div class="path-place" data-path="{_json(told)}" hidden></div>'

    def keep(self, app: Sphinx, exception: Exception | None) -> None:
        """Keep what pages take beside the pages, where these are kept."""
        if exception is None and self.kept is not None:
            write_aside(self.kept, json.dumps(self.minutes).encode())

    def _here(self, app: Sphinx, page: str, way: Way) -> dict[str, Any]:
        """What a page needs to know of a path that stops there: each stop, and what stands before and behind it."""
        stops = [
            {
                "id": stop,
                "at": place + 1,
                "previous": self._link(app, page, way.stops[place - 1]) if place else None,
                "next": self._link(app, page, way.stops[place + 1]) if place + 1 < len(way.stops) else None,
            }
            for place, stop in enumerate(way.stops)
            if page_of(stop) == page
        ]
        return {"title": way.title, "of": len(way.stops), "stops": stops} if stops else {}

    def _link(self, app: Sphinx, page: str, stop: str) -> tuple[str, str]:
        """Address, as seen from a page, and title of a stop."""
        address = app.builder.get_relative_uri(page, page_of(stop))
        anchor = stop.removeprefix(page_of(stop))
        return f"{address}{anchor}" or "#", self.titles.get(stop, "")

    def _list(self, app: Sphinx, page: str, say: Words) -> str:
        ways = [(name, way, [self.time(app, stop) for stop in way.stops]) for name, way in self.paths.paths.items()]
        for name, way, minutes in ways:
            if way.at_most is not None and sum(minutes) > way.at_most:
                logger.warning(
                    "the path %s takes %d minutes, more than its %d",
                    name,
                    sum(minutes),
                    way.at_most,
                    location=paths.FILE,
                    type="companion",
                )
        groups = "".join(
            f'<p class="paths-by">{escape(say(f"pages.paths.by.{by}"))}</p><ul>'
            + "".join(self._item(app, page, name, way, minutes, say) for name, way, minutes in ways if way.by == by)
            + "</ul>"
            for by in ("time", "role")
        )
        words = {name: _handed(say, name) for name in ("followed", "read", "refused")}
        return (
            f'<div class="reading-paths screen-only" id="{ANCHOR}" data-words="{_json(words)}">{groups}'
            f'<div class="paths-kept pst-js-only"><p role="status"></p>'
            f'<button type="button" class="paths-clear" hidden>{escape(say("pages.paths.clear"))}</button>'
            f"<p>{escape(say('pages.paths.kept'))}</p></div></div>"
        )

    def _item(self, app: Sphinx, page: str, name: str, way: Way, minutes: list[int], say: Words) -> str:
        stops = "".join(
            f'<li data-stop="{escape(stop)}"><a href="{address}">{escape(title)}</a> '
            f'<span class="paths-time">{escape(say("pages.paths.minutes", count=taken))}</span></li>'
            for (address, title), stop, taken in zip(
                (self._link(app, page, stop) for stop in way.stops), way.stops, minutes, strict=True
            )
        )
        told = say("pages.paths.summary", stops=len(way.stops), minutes=sum(minutes))
        return (
            f'<li data-path="{name}" data-title="{escape(way.title)}"><details><summary><b>{escape(way.title)}</b> '
            f'<span class="paths-time">{escape(told)}</span></summary><ol>{stops}</ol>'
            f'<button type="button" class="paths-follow pst-js-only">'
            f"{escape(say('pages.paths.follow', title=way.title))}</button></details></li>"
        )


def _handed(say: Words, name: str) -> str:
    return say(f"pages.paths.{name}", **{one: f"{{{one}}}" for one in FILLED})


def _json(told: dict[str, Any]) -> str:
    return escape(json.dumps(told, ensure_ascii=False, separators=(",", ":")), quote=True)


def visit_path_list(self: HTML5Translator, node: path_list) -> None:
    """Hold the place of the list."""
    self.body.append(PLACE)
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register node and directive, and connect to the pages, before what stands under their titles."""
    app.add_node(path_list, html=(visit_path_list, None))
    app.add_directive("paths", PathList)
    found = ReadingPaths()
    app.connect("builder-inited", found.begin)
    app.connect("env-get-outdated", found.forget)
    app.connect("env-get-updated", found.lists)
    app.connect("env-check-consistency", found.check)
    app.connect("doctree-resolved", found.count, priority=900)
    app.connect("html-page-context", found.show)
    app.connect("build-finished", found.keep, priority=795)
