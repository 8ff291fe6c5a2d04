"""No link of the book that leads to the book leads nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest
from links import Link, broken


@pytest.mark.book
def test_every_link_inside_the_book_leads_to_a_file_and_a_place_that_are_there(site: Path) -> None:
    assert broken(site) == []


FAULTS = {
    "a page that is not there": '<a href="gone.html">x</a>',
    "a page outside the site": '<a href="../../outside.html">x</a>',
    "a place that is not on the page": '<a href="#gone">x</a>',
    "a place that is not on another page": '<a href="../index.html#gone">x</a>',
    "a picture that is not there": '<img src="gone.svg" alt="">',
    "a drawing for phones that is not there": '<picture><source srcset="gone.svg"></picture>',
    "a style sheet that is not there": '<link rel="stylesheet" href="gone.css">',
    "a script that is not there": '<script src="gone.js"></script>',
    "a new address that is not there": '<meta http-equiv="refresh" content="0; url=gone.html">',
}


def small_site(root: Path, body: str) -> Path:
    site = root / "site"
    (site / "chapters").mkdir(parents=True)
    (root / "outside.html").write_text("outside")
    (site / "index.html").write_text('<h1 id="here">x</h1>')
    (site / "chapters/one.html").write_text(body)
    return site


@pytest.mark.parametrize("fault", FAULTS)
def test_a_link_that_leads_nowhere_is_found_with_its_page(tmp_path: Path, fault: str) -> None:
    found = broken(small_site(tmp_path, FAULTS[fault]))
    assert [link.source for link in found] == ["chapters/one.html"]


def test_a_picture_that_a_style_sheet_asks_for_in_vain_is_found(tmp_path: Path) -> None:
    site = small_site(tmp_path, "")
    (site / "book.css").write_text("p{background:url('gone.svg')}q{background:url(index.html)}")
    assert broken(site) == [Link("book.css", "gone.svg")]


@pytest.mark.parametrize(
    "address", ["../index.html#here", "..", "https://example.org/gone", "mailto:a@b.c", "#", "?q=x"]
)
def test_a_link_that_holds_or_leads_elsewhere_is_no_fault(tmp_path: Path, address: str) -> None:
    assert broken(small_site(tmp_path, f'<a href="{address}">x</a>')) == []


NAMED_ELSEWHERE = frozenset(["cover.svg", "social-card.png", "design-tabs.js"])
"""Pictures of the paper edition and of a site that has an address, and the script of a page that has tabs."""
LIGHT = 4_000


def unasked(site: Path) -> list[str]:
    """Files of the theme and of the book, heavier than a sign, that no page, style or script names."""
    readers = (path for path in site.rglob("*") if path.suffix in (".html", ".css", ".js"))
    text = "\n".join(path.read_text(encoding="utf-8") for path in readers)
    heavy = (path for path in (site / "_static").rglob("*") if path.is_file() and path.stat().st_size > LIGHT)
    return sorted(path.name for path in heavy if path.name not in NAMED_ELSEWHERE and path.name not in text)


@pytest.mark.book
def test_no_file_lies_in_the_site_that_nothing_asks_for(site: Path) -> None:
    assert unasked(site) == []


def test_a_picture_that_nothing_asks_for_would_be_found(tmp_path: Path) -> None:
    site = small_site(tmp_path, '<img src="../_static/shown.svg" alt="">')
    (site / "_static").mkdir()
    for name in ("shown.svg", "forgotten.svg"):
        (site / "_static" / name).write_text(" " * (LIGHT + 1))
    assert unasked(site) == ["forgotten.svg"]
