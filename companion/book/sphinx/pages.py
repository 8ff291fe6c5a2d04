"""What every page carries, and the last pass over the finished pages.

Every page says that the survey is simulated, under its title and at its foot. After the build each page is taken up
once more: leftovers of the theme go, what keeps readers out is repaired, and what a strict content policy forbids moves
to files.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.parallel import ParallelTasks, parallel_available

from companion.book.site import accessibility, bundles, leftovers
from companion.book.site.content_policy import ContentPolicy
from companion.book.sphinx import subject

NUMBER = re.compile(r"([<=>]\s*)?[\[(]?[−+-]?[\d.,]*\d\s*%?([,;]\s*[−+-]?[\d.,]*\d\s*%?)*[\])]?|–|")
"""A printed number, an interval, or a cell left empty."""


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
        strip = about.say("pages.simulated.strip", address=app.builder.get_relative_uri(pagename, root))
        said = f'<p class="sim"><span class="sim-mark" aria-hidden="true"></span><span>{strip}</span></p>'
    else:
        return
    context["body"] = body.replace(end_of_title, end_of_title + said, 1)


def align_numbers(page: BeautifulSoup) -> None:
    """Mark the cells of tables that hold numbers, and the headers above them, so that they can stand right."""
    for table in page.select("article table:not(.every-number)"):
        columns: dict[int, list[bool]] = {}
        for cell in table.select("tbody td"):
            holds = NUMBER.fullmatch(cell.get_text(" ", strip=True)) is not None
            columns.setdefault(_place(cell), []).append(holds)
            if holds:
                _add_class(cell, "n")
        for header in table.select("thead th"):
            if all(columns.get(_place(header), [False])):
                _add_class(header, "n")


def _place(cell: Tag) -> int:
    return len(cell.find_previous_siblings(["td", "th"]))


def _add_class(element: Tag, name: str) -> None:
    element["class"] = " ".join([*(element.get_attribute_list("class") if element.has_attr("class") else []), name])


def mark_for_print(page: BeautifulSoup, simulated: bool) -> None:
    """Let the running foot of a printed page say that the survey is simulated: the style sheet asks for this class."""
    if page.body is not None and simulated:
        _add_class(page.body, "simulated-survey")


def load_pictures_late(page: BeautifulSoup) -> None:
    """Let a picture wait until the reader comes near it; one that opens the page comes before everything else."""
    for picture in page.select("article img"):
        if picture.find_previous("h2") is None:
            picture["fetchpriority"] = "high"
            del picture["loading"]
        else:
            picture["loading"] = "lazy"


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Take up every written page once more, then remove the files that no page needs."""
    if exception is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    paths = [path for path in sorted(site.rglob("*.html")) if not path.is_relative_to(site / "_static")]
    policy = ContentPolicy(site)
    icons: set[str] = set()
    simulated = subject.of(app.config).simulated

    def collect(_: object, done: tuple[dict[str, str], set[str]]) -> None:
        policy.rules.update(done[0])
        icons.update(done[1])

    workers = os.cpu_count() or 1
    if workers > 1 and parallel_available:
        tasks = ParallelTasks(workers)
        for first in range(workers):
            tasks.add_task(_finish_pages, (site, paths[first::workers], simulated), collect)
        tasks.join()
    else:
        collect(None, _finish_pages((site, paths, simulated)))
    policy.write()
    leftovers.delete_files(site, icons)
    bundles.bundle(site, paths)


def _finish_pages(task: tuple[Path, list[Path], bool]) -> tuple[dict[str, str], set[str]]:
    """Take up some pages; give the classes that stand for their style attributes, and their icons."""
    site, paths, simulated = task
    policy, icons = ContentPolicy(site), set[str]()
    for path in paths:
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        if policy.holds(page):
            continue
        leftovers.remove(page)
        align_numbers(page)
        accessibility.repair(page)
        mark_for_print(page, simulated)
        load_pictures_late(page)
        policy.apply(page, path)
        icons |= leftovers.icons(page)
        path.write_text(str(page), encoding="utf-8")
    return policy.rules, icons


def setup(app: Sphinx) -> None:
    """Connect to the pages; what takes up the work of others comes after it.

    The strip follows every other addition to the body. The last pass follows the theme, which writes the colours of
    code when the build has finished.
    """
    app.connect("config-inited", add_footer)
    app.connect("html-page-context", add_strip, priority=900)
    app.connect("build-finished", finish, priority=800)
