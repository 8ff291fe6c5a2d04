"""Paths lead from stop to stop in the minutes that are counted, and what a reader has read stays with the reader."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shipped
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from small_pages import Pages, application, build
from visits import noise, violations, wait_until

from companion.book import paths
from companion.book.sphinx.reading_time import WORDS_A_MINUTE
from companion.book.sphinx.subject import Subject
from companion.errors import InputError
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
TOC = "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n"
WAYS = """paths:
  short:
    by: time
    title: In short
    at_most: 5
    stops: [index, two#the-end]
  student:
    by: role
    title: Student
    stops: [one, two]
"""


def text(minutes: int) -> str:
    return "word " * (minutes * WORDS_A_MINUTE - 2)


PAGES = {
    "index": "# Front\n\n```{toctree}\none\ntwo\n```\n\n```{paths}\n```\n",
    "one": f"# First\n\n{text(7)}\n",
    "two": f"# Second\n\n{text(3)}\n\n## The end\n\n{text(2)}\n\n## References\n\n{text(1)}\n",
    "_toc.yml": TOC,
}


def pages(folder: Path, ways: str = WAYS) -> Pages:
    shutil.copytree(ROOT / "_static", folder / "_static")
    about = Subject(shipped.study(), Registry([]))
    app = application(
        folder,
        about,
        {**PAGES, "chapters/paths.yml": ways},
        html_static_path=["_static"],
        html_css_files=["custom.css", "explorer.css", "paths.css"],
        html_js_files=["paths.js"],
    )
    (built,) = build(app)
    return built


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages(tmp_path_factory.mktemp("paths") / "book")


# The file


def refused(folder: Path, ways: str) -> str:
    (folder / "chapters").mkdir()
    (folder / "_toc.yml").write_text(TOC)
    (folder / paths.FILE).write_text(ways)
    with pytest.raises(InputError) as told:
        paths.load(folder)
    return str(told.value)


@pytest.mark.parametrize(
    ("right", "wrong", "row", "said"),
    [
        ("[one, two]", "\n      - one\n      - three", 12, "value 'three': There is no such page."),
        ("[one, two]", "\n      - one\n      - one", 12, "value 'one': The path stops here twice."),
        ("by: role", "by: mood", 8, "value 'mood'"),
        ("title: Student", "tilte: Student", 9, "This key is unknown."),
        ("at_most: 5", "at_most: 0", 5, "value '0'"),
        ("stops: [one, two]", "parts: [Numbers]", 10, "value 'Numbers': There is no such part."),
        ("    stops: [one, two]\n", "", 7, "A path has stops, or parts in their place."),
    ],
    ids=["unknown page", "twice", "unknown kind", "unknown key", "no minutes", "unknown part", "no stops"],
)
def test_a_fault_in_the_file_is_told_with_its_line(tmp_path: Path, right: str, wrong: str, row: int, said: str) -> None:
    told = refused(tmp_path, WAYS.replace(right, wrong))
    assert f"row {row}" in told
    assert said in told


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    assert len(refused(tmp_path, WAYS.replace("[one, two]", "[three, four]")).splitlines()) == 2


def test_the_books_own_paths_are_those_by_minutes_and_by_role() -> None:
    found = paths.load(ROOT).paths
    assert [name for name, way in found.items() if way.by == "time"] == ["minutes-5", "minutes-30", "all"]
    roles = {"student", "influencer", "marketeer", "methodologist", "teacher"}
    assert {name for name, way in found.items() if way.by == "role"} == roles
    assert (found["minutes-5"].at_most, found["minutes-30"].at_most) == (5, 30)


def test_all_of_it_is_every_chapter_but_those_on_using_the_book() -> None:
    parts = yaml.safe_load((ROOT / "_toc.yml").read_text())["parts"]
    chapters = [entry["file"] for part in parts if part["caption"] != "Using this book" for entry in part["chapters"]]
    assert list(paths.load(ROOT).paths["all"].stops) == ["index", *chapters]


# The pages


@pytest.mark.slow
def test_pages_with_paths_are_built_without_complaint(written: Pages) -> None:
    assert written.complaints == []


@pytest.mark.slow
def test_a_path_says_its_stops_and_the_minutes_that_are_counted(written: Pages) -> None:
    said = [summary.get_text() for summary in written.article().select(".reading-paths summary")]
    assert said == ["In short 2 stops, 3 minutes to read", "Student 2 stops, 13 minutes to read"]


def test_the_minutes_of_a_path_are_those_of_its_stops(written: Pages) -> None:
    stops = written.article().select(".reading-paths [data-path=student] li .paths-time")
    assert [stop.get_text() for stop in stops] == ["7 min", "6 min"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("at_most: 5", "at_most: 2", "the path short takes 3 minutes, more than its 2"),
        ("two#the-end", "two#the-and", "a section that is not there"),
    ],
)
def test_a_path_that_is_too_long_or_leads_nowhere_is_told(
    tmp_path: Path, right: str, wrong: str, complaint: str
) -> None:
    told = pages(tmp_path / "book", WAYS.replace(right, wrong)).complaints
    assert any(complaint in line for line in told)


@pytest.mark.slow
def test_without_a_script_the_list_leads_to_every_stop(written: Pages) -> None:
    links = [str(link["href"]) for link in written.article().select(".reading-paths ol a")]
    assert links == ["#", "two.html#the-end", "one.html", "two.html"]


# The reader


@pytest.fixture
def opened(written: Pages, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((Path(written.app.outdir) / "index.html").as_uri())
    yield page
    context.close()


def follow(page: Page, name: str) -> None:
    page.locator(f".reading-paths [data-path={name}] summary").click()
    page.locator(f".reading-paths [data-path={name}] .paths-follow").click()


def stored(page: Page) -> Any:
    """What the browser keeps; the theme keeps whether pages are dark."""
    return page.evaluate("JSON.parse(localStorage.getItem('reading-path'))")


@pytest.mark.browser
def test_nothing_is_kept_before_a_path_is_chosen(opened: Page) -> None:
    opened.goto(opened.url.replace("index", "one"))
    opened.keyboard.press("End")
    assert stored(opened) is None
    expect(opened.locator(".path-nav")).to_have_count(0)


@pytest.mark.browser
def test_next_and_previous_follow_the_chosen_path(opened: Page) -> None:
    heard = noise(opened)
    follow(opened, "student")
    expect(opened.locator("[data-path=student] [data-stop=one] a")).to_be_focused()
    opened.keyboard.press("Enter")
    ways = opened.get_by_role("navigation", name="Your path, Student: stop 1 of 2")
    expect(ways.locator("a[rel=prev]")).to_have_count(0)
    ways.get_by_role("link", name="Next: Second").click()
    assert opened.url.endswith("two.html")
    ways = opened.get_by_role("navigation", name="Your path, Student: stop 2 of 2")
    expect(ways).to_contain_text("This is the last stop.")
    expect(ways.get_by_role("link", name="Before: First")).to_have_attribute("href", "one.html")
    expect(opened.locator(".prev-next-area")).to_have_count(0)
    assert heard == []


@pytest.mark.browser
def test_on_a_page_that_the_path_leaves_out_the_contents_lead_on(opened: Page) -> None:
    follow(opened, "short")
    opened.goto(opened.url.replace("index", "one"))
    expect(opened.locator(".path-nav")).to_have_count(0)
    expect(opened.locator(".prev-next-area a")).not_to_have_count(0)


@pytest.mark.browser
def test_a_section_that_is_a_stop_ends_with_the_way_on(opened: Page) -> None:
    follow(opened, "short")
    opened.goto(opened.url.replace("index.html", "two.html#the-end"))
    expect(opened.locator("section#the-end > .path-nav")).to_contain_text("stop 2 of 2")


@pytest.mark.browser
def test_a_stop_is_read_when_its_end_was_seen_and_the_list_says_so(opened: Page) -> None:
    follow(opened, "student")
    opened.goto(opened.url.replace("index", "one"))
    opened.wait_for_timeout(200)
    assert stored(opened) == {"path": "student", "read": []}
    opened.locator(".path-nav").scroll_into_view_if_needed()
    wait_until(opened, "localStorage.getItem('reading-path').includes('one')")
    opened.goto(opened.url.replace("one", "index"))
    expect(opened.locator(".reading-paths [role=status]")).to_have_text(
        "You follow the path Student: 1 of 2 stops read."
    )
    expect(opened.locator("[data-path=student] [data-stop=one]")).to_contain_text("read")
    expect(opened.locator("[data-path=student] [data-stop=two] .paths-read")).to_have_count(0)


@pytest.mark.browser
def test_what_is_kept_can_be_cleared(opened: Page) -> None:
    follow(opened, "short")
    opened.get_by_role("button", name="Leave the path").click()
    assert stored(opened) is None
    expect(opened.locator(".reading-paths [role=status]")).to_have_text("")
    expect(opened.locator(".paths-clear")).to_be_hidden()


@pytest.mark.browser
def test_where_storage_is_refused_nothing_breaks_and_the_list_says_so(written: Pages, browser: Browser) -> None:
    page = browser.new_page()
    heard = noise(page)
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new Error('refused'); } })")
    page.goto((Path(written.app.outdir) / "index.html").as_uri())
    follow(page, "short")
    expect(page.locator(".reading-paths [role=status]")).to_contain_text("Your browser keeps nothing")
    page.goto(page.url.replace("index", "two"))
    expect(page.locator(".path-nav")).to_have_count(0)
    assert [line for line in heard if "paths" in line] == []
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("kept", ["nonsense", '{"path": "toString", "read": []}', '{"path": 3}', "null"])
def test_what_another_version_kept_changes_nothing(opened: Page, kept: str) -> None:
    opened.evaluate("kept => localStorage.setItem('reading-path', kept)", kept)
    heard = noise(opened)
    opened.goto(opened.url.replace("index", "one"))
    expect(opened.locator(".path-nav")).to_have_count(0)
    opened.goto(opened.url.replace("one", "index"))
    expect(opened.locator(".reading-paths [role=status]")).to_have_text("")
    assert heard == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_the_list_and_on_a_stop(written: Pages, browser: Browser, scheme: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme, bypass_csp=True)
    page.goto((Path(written.app.outdir) / "index.html").as_uri())
    follow(page, "short")
    assert [fault for fault in violations(page) if "path" in fault] == []
    page.goto(page.url.replace("index", "two"))
    assert [fault for fault in violations(page) if "path" in fault] == []
    page.close()


# The book


@pytest.mark.book
def test_the_books_paths_take_the_minutes_that_its_chapters_say(site: Path) -> None:
    index = BeautifulSoup((site / "index.html").read_text(), "html.parser")
    said = {}
    for stop in index.select(".reading-paths [data-path=all] [data-stop]"):
        minutes = stop.select_one(".paths-time")
        assert minutes is not None
        said[str(stop["data-stop"])] = int(minutes.get_text().removesuffix(" min"))
    for page in list(said)[1:]:
        line = BeautifulSoup((site / f"{page}.html").read_text(), "html.parser").select_one(".reading-time")
        assert line is not None
        assert re.match(rf"{said[page]} minutes? to read", line.get_text()), page
    whole = index.select_one(".reading-paths [data-path=all] summary .paths-time")
    assert whole is not None
    assert whole.get_text() == f"{len(said)} stops, {sum(said.values())} minutes to read"
