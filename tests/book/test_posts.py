"""The letters of the drawn posts can be read wherever they stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import shipped
from playwright.sync_api import Browser
from small_pages import application, build

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
UNITS = 2000
"""Units of the typeface in an em, in which the outlines of the letters are drawn."""
WIDTH = 400
SMALLEST = 12.0
POSTS = sorted((ROOT / "_static").glob("stimulus-*.svg"))


def letters(drawing: str) -> list[float]:
    """The sizes of all letters of a drawing, in its own units: those whose outlines stand upright and are scaled."""
    return [UNITS * float(scale) for scale in re.findall(r"scale\((0\.0\d+) -\1\)", drawing)]


def smallest(drawing: str, width: float) -> float:
    """Pixels of the smallest letter of a drawing that is shown so wide."""
    return min(letters(drawing)) * width / WIDTH


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("posts")
    shutil.copytree(ROOT / "_static", folder / "_static")
    app = application(
        folder,
        Subject(shipped.study(), Registry([])),
        {"index": "# Posts\n\n```{stimuli} negative\n```\n\n```{stimuli} positive\n```\n"},
        html_static_path=["_static"],
        html_css_files=["custom.css"],
    )
    [pages] = build(app)
    return Path(pages.app.outdir) / "index.html"


def test_there_are_six_posts_with_letters() -> None:
    assert len(POSTS) == 6
    assert all(len(letters(post.read_text())) > 5 for post in POSTS)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1440, 1180, 820, 390, 360])
def test_the_smallest_letter_of_a_post_has_twelve_pixels(page: Path, browser: Browser, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.goto(page.as_uri())
    pictures = shown.locator(".stim img")
    assert pictures.count() == 6
    for picture in pictures.all():
        drawing = (ROOT / "_static" / str(picture.get_attribute("src")).rpartition("/")[2]).read_text()
        assert smallest(drawing, picture.evaluate("picture => picture.getBoundingClientRect().width")) >= SMALLEST
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    shown.close()


@pytest.mark.browser
@pytest.mark.parametrize("width", [390, 360])
def test_on_a_phone_each_post_can_be_brought_onto_the_screen_whole(page: Path, browser: Browser, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 900})
    shown.goto(page.as_uri())
    for post in shown.locator(".stim").all():
        post.evaluate("post => post.scrollIntoView({ inline: 'start', behavior: 'instant' })")
        box = post.bounding_box()
        assert box is not None
        assert 0 <= box["x"] <= box["x"] + box["width"] <= width
    shown.close()


@pytest.mark.browser
def test_on_paper_the_three_posts_stand_side_by_side(page: Path, browser: Browser) -> None:
    shown = browser.new_page(viewport={"width": 720, "height": 900})
    shown.goto(page.as_uri())
    shown.emulate_media(media="print")
    row = shown.locator(".stims").first
    places = row.locator(".stim").evaluate_all("posts => posts.map(post => post.getBoundingClientRect().right)")
    edge = row.evaluate("row => row.getBoundingClientRect().right")
    assert len({round(place) for place in places}) == 3
    assert max(places) <= edge + 1
    shown.close()


def test_a_letter_that_is_too_small_is_seen() -> None:
    assert smallest("scale(0.0068 -0.0068)", 217) < SMALLEST
