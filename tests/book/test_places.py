"""A card names exactly the other pages on which its number stands, and the page of every number names all places."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from parsed_pages import parsed

from companion.book.sphinx import places
from companion.book.sphinx.numbers_on_page import FEW
from companion.book.sphinx.roles import number_node

ROOT = Path(__file__).resolve().parents[2]
EVERY_NUMBER = "chapters/using/every-number.html"
Site = dict[str, BeautifulSoup]


def in_order(toc: Path) -> list[str]:
    """The pages in the order of the contents."""
    content = yaml.safe_load(toc.read_text())
    parts = content.get("parts", [content])
    return [
        f"{name}.html" for name in [content["root"], *(page["file"] for part in parts for page in part["chapters"])]
    ]


def standing(page: BeautifulSoup) -> dict[str, list[str]]:
    """The anchors of every printed number on a page, by the row that it leads to; the explorer has one anchor."""
    found: dict[str, dict[str, None]] = {}
    for number in page.select("a.num"):
        anchor = number if number.get("id") else number.find_parent(id=True)
        row = str(number["href"]).partition("#")[2]
        found.setdefault(row, {})[str(anchor["id"]) if anchor else ""] = None
    return {row: list(anchors) for row, anchors in found.items()}


def leads(link: Tag, here: str) -> tuple[str, str]:
    """Page and anchor that a link leads to."""
    file, _, anchor = str(link["href"]).partition("#")
    folder = Path("/", here).parent
    return str((folder / file).resolve().relative_to("/")), anchor


def faults(site: Site, order: list[str]) -> list[str]:
    """What the cards and the rows say wrongly of where numbers stand."""
    where = {page: standing(site[page]) for page in order}
    wrong = []
    for page in order:
        for row in where[page]:
            others = [(other, where[other][row][0]) for other in order if other != page and row in where[other]]
            links = site[page].select(f"[id='n-{row}'] .n-also a")
            said = [leads(link, page) for link in links[:FEW]]
            if said != others[:FEW]:
                wrong.append(f"{page}, card of {row}: {said}, not {others[:FEW]}")
            more = [(link.get_text(), leads(link, page)) for link in links[FEW:]]
            if more != ([(f"{len(others) - FEW} more", (EVERY_NUMBER, row))] if len(others) > FEW else []):
                wrong.append(f"{page}, card of {row}: {more}")
    for tr in site[EVERY_NUMBER].select(".every-number tbody tr"):
        row = str(tr["id"])
        everywhere = [(page, anchor) for page in order for anchor in where[page].get(row, [])]
        if [leads(link, EVERY_NUMBER) for link in tr.select(".stands a")] != everywhere:
            wrong.append(f"row {row}")
    return wrong


def repeated(page: BeautifulSoup) -> list[str]:
    """Anchors of numbers that a page has twice."""
    anchors = Counter(str(tag["id"]) for tag in page.select("[id^='at-']"))
    return [name for name, times in anchors.items() if times > 1]


@pytest.mark.parametrize(("time", "anchor"), [(1, "at-sample-analysed"), (2, "at-sample-analysed.2")])
def test_each_time_that_a_number_stands_on_a_page_has_an_anchor(time: int, anchor: str) -> None:
    assert places.anchor("sample.analysed", time) == anchor


def test_a_block_that_shows_numbers_is_their_place() -> None:
    class Block(nodes.General, nodes.Element):
        pass

    document = nodes.document(None, None)  # type: ignore[arg-type]
    document += [
        number_node("", "1", key="a.b"),
        Block("", shows=["a.b", "c", "c"], anchor="block"),
        number_node("", "1", key="a.b"),
    ]
    metadata: dict[str, dict[str, Any]] = {"page": {}}
    app: Any = SimpleNamespace(env=SimpleNamespace(docname="page", metadata=metadata))
    places.set_anchors(app, document)
    assert metadata["page"][places.KEPT] == {"a.b": ["at-a-b", "block", "at-a-b.3"], "c": ["block"]}


@pytest.fixture(scope="module")
def read(site: Path) -> Site:
    return {page: parsed(site / page) for page in in_order(ROOT / "_toc.yml")}


@pytest.mark.book
def test_cards_and_rows_name_exactly_the_places_of_their_numbers(read: Site) -> None:
    assert faults(read, list(read)) == []


@pytest.mark.book
def test_some_numbers_stand_on_more_pages_than_a_card_names(read: Site) -> None:
    assert any(len(note.select("a")) > FEW for page in read.values() for note in page.select(".n-also"))


@pytest.mark.book
def test_a_page_is_called_by_its_title(read: Site) -> None:
    headings = {page: soup.select("article h1")[0] for page, soup in read.items()}
    titles = {page: heading.get_text().removesuffix("#").strip() for page, heading in headings.items()}
    for page, soup in read.items():
        for link in soup.select(".n-also a"):
            if not re.fullmatch(r"\d+ more", link.get_text()):
                assert link.get_text() == titles[leads(link, page)[0]]


@pytest.mark.book
def test_no_page_has_the_anchor_of_a_number_twice(read: Site) -> None:
    assert {page: repeated(soup) for page, soup in read.items() if repeated(soup)} == {}


def planted(also: str = "", stands: str = "", second: str = "at-a.2") -> Site:
    """Two pages that print one number, one of them twice, with what is said of it."""
    first = f"""<a class="num" href="chapters/using/every-number.html#a" id="at-a">1</a>
        <a class="num" href="chapters/using/every-number.html#a" id="{second}">1</a><ol><li id="n-a">{also}</li></ol>"""
    other = """<a class="num" href="every-number.html#a" id="at-a">1</a>
        <ol><li id="n-a"><p class="n-also"><a href="../../index.html#at-a">One</a></p></li></ol>"""
    row = f'<table class="every-number"><tbody><tr id="a"><td class="stands">{stands}</td></tr></tbody></table>'
    texts = {"index.html": first, "chapters/using/other.html": other, EVERY_NUMBER: row}
    return {page: BeautifulSoup(text, "html.parser") for page, text in texts.items()}


ALSO = '<p class="n-also"><a href="chapters/using/other.html#at-a">Other</a></p>'
STANDS = '<a href="../../index.html#at-a">One</a><a href="../../index.html#at-a.2">2</a><a href="other.html#at-a">O</a>'


def test_what_is_said_rightly_is_no_fault() -> None:
    site = planted(ALSO, STANDS)
    assert faults(site, list(site)) == []


@pytest.mark.parametrize(
    ("also", "stands"),
    [
        ("", STANDS),
        (ALSO.replace("other.html#at-a", "other.html#at-b"), STANDS),
        (ALSO.replace("</p>", '<a href="index.html#at-a">here</a></p>'), STANDS),
        (ALSO, STANDS.replace('<a href="other.html#at-a">O</a>', "")),
        (ALSO, ""),
    ],
    ids=["a card without a place", "a wrong anchor", "a place too many", "a row without a place", "an empty row"],
)
def test_a_place_left_out_or_invented_is_found(also: str, stands: str) -> None:
    site = planted(also, stands)
    assert faults(site, list(site))


def test_an_anchor_that_stands_twice_is_found() -> None:
    assert repeated(planted(ALSO, STANDS, second="at-a")["index.html"]) == ["at-a"]
