"""The built book in a real browser, from disk and over HTTP: quiet, private, light, and everything works."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from visits import (
    AXES,
    COMPLETING,
    DESK,
    DESK_DARK,
    HALVED,
    ON_THE_RULE,
    PHONE,
    PHONE_DARK,
    SIDEWAYS,
    UNREACHED,
    WIDEST_CODE,
    WINDOWS,
    Look,
    Visit,
    Window,
    visit,
    weight,
)

pytestmark = [pytest.mark.browser, pytest.mark.book]

FIRST_PAGE = 300_000
NEXT_PAGE = 100_000
NEXT_EXPERIMENT = 120_000
WHOLE_SITE = 16_000_000
"""Bytes, compressed as a host does, that opening a page may cost: the first, and another when the first was open
before, which on a page of the laboratory brings the engine and the answers along; and bytes of all files on disk."""
WIDEST = 1100
"""Pixels that a line of code may be wide; the text is 688 wide, and what is out of sight scrolls."""
GLOSSARY = "chapters/using/glossary.html"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


def with_solution(pages: list[Path]) -> Path:
    """A page with a folded solution."""
    return next(path for path in pages if "solution dropdown" in path.read_text())


def in_each(*windows: Window) -> pytest.MarkDecorator:
    """A test for each window; those of one window stay together in a lane, so that each page is opened in it once."""
    return pytest.mark.parametrize("window", windows, ids=lambda window: window.name)


@in_each(*WINDOWS)
def test_every_page_opens_without_a_complaint_and_asks_nobody_else(look: Look, window: Window) -> None:
    assert {name: page.heard for name, page in look(window).items() if page.heard} == {}


def test_the_book_is_looked_at_from_disk_and_over_http_in_both_sizes_and_schemes() -> None:
    assert {window.over_http for window in WINDOWS} == {False, True}
    assert {(window.width, window.scheme) for window in WINDOWS} == set(product((360, 1440), ("light", "dark")))


@in_each(*WINDOWS)
def test_axe_finds_nothing_on_any_page(look: Look, window: Window) -> None:
    assert {name: page.violations for name, page in look(window).items() if page.violations} == {}


@in_each(*WINDOWS)
def test_nothing_lies_where_no_scrolling_leads(look: Look, window: Window) -> None:
    assert {name: page.unreached for name, page in look(window).items() if page.unreached} == {}


@in_each(DESK, DESK_DARK)
def test_on_a_desk_no_name_of_the_data_is_broken_in_two_by_a_narrow_column(look: Look, window: Window) -> None:
    assert {name: page.halved for name, page in look(window).items() if page.halved} == {}


@in_each(DESK, DESK_DARK)
def test_on_a_desk_every_table_of_a_chapter_is_seen_whole(look: Look, window: Window) -> None:
    chapters = {name: page.sideways for name, page in look(window).items() if name.startswith("chapters/")}
    assert {name: tables for name, tables in chapters.items() if tables} == {}


@in_each(DESK)
def test_on_a_desk_no_line_of_code_is_much_wider_than_the_text(look: Look, window: Window) -> None:
    assert {name: page.widest_code for name, page in look(window).items() if page.widest_code > WIDEST} == {}


@in_each(DESK, PHONE)
def test_a_title_and_the_foot_of_its_page_stand_on_one_axis(look: Look, window: Window) -> None:
    axes = {name: page.axes for name, page in look(window).items() if page.axes}
    assert {"search.html", "genindex.html", GLOSSARY} <= set(axes)
    assert {name: ends for name, ends in axes.items() if abs(ends[0] - ends[1]) > 1} == {}


@in_each(DESK, PHONE)
def test_no_bullet_stands_on_the_rule_of_a_note(look: Look, window: Window) -> None:
    assert {name: page.on_the_rule for name, page in look(window).items() if page.on_the_rule} == {}


@in_each(PHONE, PHONE_DARK)
def test_on_a_phone_no_table_of_words_scrolls_sideways(look: Look, window: Window) -> None:
    cards = {name: [table for table in page.sideways if "cards" in table] for name, page in look(window).items()}
    assert {name: tables for name, tables in cards.items() if tables} == {}


@in_each(DESK)
def test_no_identifier_is_given_twice(look: Look, window: Window) -> None:
    assert {name: page.twice for name, page in look(window).items() if page.twice} == {}


@in_each(DESK, DESK_DARK)
def test_search_and_the_entry_of_the_page_are_in_sight_on_every_page(look: Look, window: Window) -> None:
    ends = {name: (page.search, page.entry) for name, page in look(window).items()}
    assert all(search is not None for search, _ in ends.values())
    assert sum(entry is not None for _, entry in ends.values()) > 20
    hidden = {
        name: places
        for name, places in ends.items()
        if any(place is not None and not (place[0] >= -1 and place[1] <= window.height) for place in places)
    }
    assert hidden == {}


@in_each(PHONE, PHONE_DARK)
def test_on_a_phone_no_page_scrolls_sideways(look: Look, window: Window) -> None:
    assert {name: page.width for name, page in look(window).items() if page.width > window.width} == {}


@in_each(PHONE, PHONE_DARK)
def test_on_a_phone_the_first_screen_says_that_the_data_are_simulated(look: Look, window: Window) -> None:
    marks = {name: page.mark for name, page in look(window).items() if name not in ("search.html", "genindex.html")}
    assert {name: mark for name, mark in marks.items() if mark is None or not 0 <= mark < window.height} == {}


@in_each(DESK)
def test_the_first_page_is_light(look: Look, site: Path, window: Window) -> None:
    assert weight(site, look(window)["index.html"].asked) < FIRST_PAGE


@in_each(DESK)
def test_every_next_page_adds_little(look: Look, site: Path, window: Window) -> None:
    visits = look(window)
    added = {name: weight(site, page.asked - visits["index.html"].asked) for name, page in visits.items()}
    allowed = {name: NEXT_EXPERIMENT if name.startswith("chapters/laboratory/") else NEXT_PAGE for name in added}
    assert {name: more for name, more in added.items() if more > allowed[name]} == {}


# What the record of a visit holds when something is wrong with the page


@pytest.fixture
def seen(site: Path, browser: Browser, tmp_path: Path) -> Callable[..., Visit]:
    """Looks at the first page with something planted in it, among links to the files of the site."""
    for path in site.iterdir():
        (tmp_path / path.name).symlink_to(path)

    def look(planted: str, window: Window = DESK) -> Visit:
        text = (site / "index.html").read_text()
        (tmp_path / "planted.html").write_text(re.sub(r"<article[^>]*>", rf"\g<0>{planted}", text, count=1))
        return visit(browser, window, tmp_path, ["planted.html"])["planted.html"]

    return look


@pytest.mark.parametrize("window", [DESK, PHONE_DARK], ids=["from disk", "over HTTP"])
def test_a_page_with_nothing_planted_in_it_is_in_order(seen: Callable[..., Visit], site: Path, window: Window) -> None:
    found = seen("", window)
    assert (found.heard, found.violations) == ((), ())
    assert found.width == window.width
    assert found.mark is not None
    assert any(name.startswith("_static/bundles/") for name in found.asked)


@pytest.mark.parametrize("window", [DESK, PHONE_DARK], ids=["from disk", "over HTTP"])
def test_a_page_that_breaks_the_policy_or_asks_elsewhere_is_heard(seen: Callable[..., Visit], window: Window) -> None:
    heard = seen('<p onclick="x" style="top:0">.</p><img src="https://example.org/x.png" alt="">', window).heard
    assert any("Content Security Policy" in line for line in heard)
    assert any("example.org" in line for line in heard)


def test_a_file_that_is_not_there_is_heard(seen: Callable[..., Visit]) -> None:
    for window in (DESK, PHONE_DARK):
        assert any("gone.png" in line for line in seen('<img src="gone.png" alt="">', window).heard)


def test_a_page_that_is_too_heavy_is_noticed(seen: Callable[..., Visit], tmp_path: Path) -> None:
    (tmp_path / "ballast.png").write_bytes(bytes(FIRST_PAGE))
    assert weight(tmp_path, seen('<img src="ballast.png" alt="">').asked) > FIRST_PAGE


def test_a_page_that_is_too_wide_is_noticed(seen: Callable[..., Visit]) -> None:
    assert seen('<canvas width="700" height="9"></canvas>', PHONE).width > PHONE.width


@pytest.mark.parametrize(
    ("style", "found"),
    [
        ("display: flex; flex-direction: row-reverse; overflow: hidden", True),
        ("display: flex; justify-content: center; overflow: auto", True),
        ("overflow: hidden", True),
        ("overflow: auto", False),
    ],
)
def test_what_no_scrolling_leads_to_is_noticed(page: Page, style: str, found: bool) -> None:
    wide = '<div style="width: 300px; flex: none; height: 9px"></div>'
    page.set_content(f'<article><div style="width: 90px; {style}">{wide}</div></article>')
    assert bool(page.evaluate(UNREACHED)) == found


def test_a_long_line_is_measured_with_what_is_out_of_sight(page: Page) -> None:
    line = '<pre style="width: 90px; overflow: auto; font: 10px monospace">{}</pre>'
    page.set_content(f"<article>{line.format('x')}{line.format(305 * 'x')}</article>")
    assert page.evaluate(WIDEST_CODE) > WIDEST


def test_a_foot_that_stands_off_the_axis_is_noticed(page: Page) -> None:
    foot = '<div class="bd-footer-content" style="padding-left: 136px"><p class="footer-item">F</p></div>'
    page.set_content(f"<article><h1>T</h1></article>{foot}")
    title, words = page.evaluate(AXES)
    assert words - title == 136


@pytest.mark.parametrize(("indent", "found"), [("0", ["one"]), ("2em", [])])
def test_a_bullet_on_a_rule_is_noticed(page: Page, indent: str, found: list[str]) -> None:
    page.set_content(
        f'<article><div class="admonition"><ul style="padding-left: {indent}"><li>one</ul></div></article>'
    )
    assert page.evaluate(ON_THE_RULE) == found


def test_an_identifier_given_twice_is_noticed(seen: Callable[..., Visit]) -> None:
    assert seen('<p id="one">.</p><p id="one">.</p>').twice == ("one",)


TABLE = '<div class="tablewrap" style="width: 90px; overflow: auto"><table class="cards"><td>{}</td></table></div>'


def test_a_name_that_is_broken_in_two_is_noticed(page: Page) -> None:
    name = '<code style="overflow-wrap: anywhere">interaction_of_two</code>'
    page.set_content(f"<article>{TABLE.format(name)}</article>")
    assert page.evaluate(HALVED) == ["interaction_of_two"]


def test_a_table_that_scrolls_sideways_is_noticed(page: Page) -> None:
    page.set_content(f"<article>{TABLE.format('interaction_of_two_and_more')}</article>")
    assert [seen.split()[:2] for seen in page.evaluate(SIDEWAYS)] == [["cards", "90"]]


def test_the_switch_unfolds_all_code_of_a_page_and_folds_it_again(site: Path, page: Page) -> None:
    page.goto((site / "chapters/results/mediation.html").as_uri())
    blocks, switch = page.locator("details > .cell_input"), page.get_by_role("button", name="Show all code")
    assert blocks.count() > 5
    for shown in (False, True, False):
        assert {block.is_visible() for block in blocks.all()} == {shown}
        switch.click()


def test_a_mark_below_the_first_screen_is_noticed(seen: Callable[..., Visit]) -> None:
    mark = seen('<canvas width="9" height="900"></canvas>', PHONE).mark
    assert mark is not None
    assert mark > PHONE.height


def test_a_page_that_fails_axe_is_noticed(seen: Callable[..., Visit]) -> None:
    assert any(fault.startswith("image-alt") for fault in seen('<img src="_static/favicon.svg">').violations)


@in_each(*WINDOWS)
def test_a_colour_that_hardly_stands_out_is_noticed_in_every_window(seen: Callable[..., Visit], window: Window) -> None:
    pale = {"light": "#aaaaaa", "dark": "#444444"}[window.scheme]
    found = seen(f'<p><font color="{pale}">Hardly to be seen.</font></p>', window).violations
    assert any(fault.startswith("color-contrast") for fault in found)


def test_every_rule_of_axe_is_asked_for_at_both_sizes_and_in_both_schemes() -> None:
    whole = [window for window in WINDOWS if window not in COMPLETING]
    assert {window.width for window in whole} == {window.width for window in WINDOWS}
    assert {window.scheme for window in whole} == {window.scheme for window in WINDOWS}


def test_the_whole_site_is_small_enough_to_take_along(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < WHOLE_SITE


def test_the_switch_turns_the_page_dark_and_figures_with_it(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    before = page.evaluate("getComputedStyle(document.body).backgroundColor")
    while page.evaluate("document.documentElement.dataset.theme") != "dark":
        page.locator("button.theme-switch-button:visible").first.click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != before
    assert page.evaluate("getComputedStyle(document.querySelector('article img')).colorScheme") == "dark"


def test_without_a_script_a_reader_who_prefers_dark_gets_dark_paper(site: Path, browser: Browser) -> None:
    context = browser.new_context(
        java_script_enabled=False, color_scheme="dark", viewport={"width": 1440, "height": 900}
    )
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    corner = Image.open(io.BytesIO(page.screenshot())).getpixel((1430, 890))
    context.close()
    assert max(corner[:3]) < 64


def test_a_solution_is_folded_and_opens_by_keyboard(pages: list[Path], page: Page) -> None:
    page.goto(with_solution(pages).as_uri())
    solution = page.locator(".solution").first
    button = solution.locator("button.toggle-button")
    text = solution.locator("section").first
    expect(text).to_be_hidden()
    button.focus()
    page.keyboard.press("Enter")
    expect(text).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")


def test_a_phone_gets_the_narrow_drawing(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((site / "index.html").as_uri())
    shown = page.locator("article picture img").first.evaluate("image => image.currentSrc")
    page.close()
    assert "-narrow" in shown


def test_print_opens_solutions_and_names_the_simulation(pages: list[Path], page: Page) -> None:
    page.goto(with_solution(pages).as_uri())
    page.emulate_media(media="print")
    expect(page.locator(".solution section").first).to_be_visible()
    expect(page.locator(".sim").first).to_be_visible()
    expect(page.locator(".bd-sidebar-primary")).to_be_hidden()


def test_paper_has_the_lists_of_a_page_where_a_reader_unfolded_them(site: Path, page: Page) -> None:
    page.goto((site / "chapters/results/mediation.html").as_uri())
    lists = page.locator(".pagenotes")
    assert lists.count() > 1
    page.locator(".pagenotes summary").first.click()
    page.emulate_media(media="print")
    assert [shown.is_visible() for shown in lists.all()] == [True] + [False] * (lists.count() - 1)
