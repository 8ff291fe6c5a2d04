"""The last pass over the pages of a site: each is taken up once more, then the files that no page needs are removed.

A page that Sphinx wrote as it did for an earlier build is as it was finished then, as long as what finishes pages is
the same. So the edit of one page costs the finishing of that page.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bs4 import BeautifulSoup, Tag
from sphinx.util.parallel import ParallelTasks, parallel_available

from companion import store
from companion.book.search.entries import SearchedPage, searched
from companion.book.site import (
    accessibility,
    bundles,
    first_paint,
    leftovers,
    phone_cards,
    result_menus,
    search_door,
    text_size,
)
from companion.book.site.content_policy import ContentPolicy
from companion.book.slides import is_deck
from companion.formats import MINUS
from companion.store import Store

KEPT = 2
"""Sets of finished pages, and style sheets, that stay."""

NUMBER = re.compile(r"([<=>]\s*)?[\[(]?[−+-]?[\d.,]*\d\s*%?([,;]\s*[−+-]?[\d.,]*\d\s*%?)*[\])]?|–|")
"""A printed number, an interval, or a cell left empty."""


@dataclass(frozen=True)
class FinishedPage:
    """A page as it stands in the site, and what it needs beside it.

    Parameters
    ----------
    text
        Its HTML.
    rules
        Classes that stand for its style attributes.
    files
        Scripts and styles that were in it: name of the file -> text.
    found
        What readers can search it for; nothing on a page that is not searched.
    """

    text: str
    rules: Mapping[str, str]
    files: Mapping[str, str]
    found: SearchedPage | None


def finish(site: Path, simulated: bool, kept: Store, state: str) -> Mapping[str, SearchedPage]:
    """Take up every page of a site once more, and give what readers can search them for, by their addresses.

    Parameters
    ----------
    site
        Folder of the site, as Sphinx wrote it.
    simulated
        Whether the survey is simulated.
    kept
        Where finished pages lie.
    state
        Digest of everything but a page's own text that can influence how it is finished.
    """
    paths = [path for path in sorted(site.rglob("*.html")) if not path.is_relative_to(site / "_static")]
    names = {path: path.relative_to(site).as_posix() for path in paths}
    keys = {path: _key(names[path], path.read_bytes(), simulated) for path in paths}
    known: dict[str, FinishedPage] = kept.find("finished", state) or {}
    new = [path for path in paths if keys[path] not in known]
    known |= {keys[path]: page for path, page in _finished(site, new, simulated).items()}
    pages = {path: known[keys[path]] for path in paths}
    kept.put("finished", state, {keys[path]: page for path, page in pages.items()})
    policy = ContentPolicy(site)
    for path, page in pages.items():
        path.write_text(page.text, encoding="utf-8")
        policy.rules |= page.rules
        policy.files |= page.files
    policy.write()
    leftovers.delete_files(site)
    of_the_theme = [path for path in paths if not is_deck(path.relative_to(site))]
    style = bundles.bundle(site, of_the_theme, kept, state)
    kept.let_go(KEPT)
    leftovers.cut_icon_font(site, style)
    return {names[path]: page.found for path, page in pages.items() if page.found is not None}


def _key(name: str, content: bytes, simulated: bool) -> str:
    return store.digest([name.encode(), content, str(simulated).encode()])


def _finished(site: Path, paths: Sequence[Path], simulated: bool) -> dict[Path, FinishedPage]:
    """Finish pages, on as many cores as there are."""
    found: dict[Path, FinishedPage] = {}

    def collect(_: object, done: dict[Path, FinishedPage]) -> None:
        found.update(done)

    workers = os.cpu_count() or 1
    if workers > 1 and len(paths) > 1 and parallel_available:
        tasks = ParallelTasks(workers)
        for first in range(workers):
            tasks.add_task(_finish_some, (site, paths[first::workers], simulated), collect)
        tasks.join()
    else:
        collect(None, _finish_some((site, paths, simulated)))
    return found


def _finish_some(task: tuple[Path, Sequence[Path], bool]) -> dict[Path, FinishedPage]:
    site, paths, simulated = task
    return {path: finished(site, path, simulated) for path in paths}


def finished(site: Path, path: Path, simulated: bool) -> FinishedPage:
    """Finish one page: leftovers of the theme go, what keeps readers out is repaired, what is forbidden moves to files.

    Raises
    ------
    sphinx.errors.ExtensionError
        The page holds what no file can stand for.
    """
    text = path.read_text(encoding="utf-8")
    page, policy = BeautifulSoup(text, "html.parser"), ContentPolicy(site)
    if policy.holds(page):  # a page from an earlier build
        return FinishedPage(text, {}, {}, searched(page))
    leftovers.remove(page)
    result_menus.fold(page)
    search_door.place(page)
    text_size.place(page)
    first_paint.settle(page)
    set_minus_signs(page)
    align_numbers(page)
    phone_cards.mark(page)
    accessibility.repair(page)
    mark_for_print(page, simulated)
    load_pictures_late(page)
    policy.apply(page, path)
    return FinishedPage(str(page), policy.rules, policy.files, searched(page))


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


def set_minus_signs(page: BeautifulSoup) -> None:
    """Give the negative numbers in a table that pandas prints the sign that all other tables have."""
    for cell in page.select("table.dataframe td"):
        if cell.string and NUMBER.fullmatch(cell.string.strip()):
            cell.string = cell.string.replace("-", MINUS)


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
