"""The size of the text: a button goes through its steps, the browser keeps one, and at the largest nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from links import leads_on
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect
from visits import UNREACHED, wait_until

from companion.book.site import text_size

CHAPTER = "chapters/results/mediation.html"
NARROW = {"width": 360, "height": 800}
OUTSIDE = """() => [...document.querySelectorAll("body *")].filter(element => {
  const box = element.getBoundingClientRect();
  if (!box.width || box.right <= innerWidth + 1 || !element.checkVisibility({visibilityProperty: true})) return false;
  for (let around = element; around !== document.body; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (style.position === "fixed" || around !== element && style.overflowX !== "visible") return false;
  }
  return true;
}).map(element => `${element.tagName} ${element.className.baseVal ?? element.className}`)"""
"""What stands beyond the right edge of the window, and not in a frame of its own that scrolls."""
PAINTED = """() => {
  window.sizes = [];
  const note = () => {
    if (document.body) window.sizes.push(getComputedStyle(document.documentElement).fontSize);
    requestAnimationFrame(note);
  };
  requestAnimationFrame(note);
}"""
"""Notes the size of the text in every frame that the browser paints."""


def placed(page: str) -> BeautifulSoup:
    soup = BeautifulSoup(page, "html.parser")
    text_size.place(soup)
    return soup


def test_the_kept_size_is_set_by_the_script_that_runs_before_anything_is_painted() -> None:
    head = '<head><script data-cfasync="false">let theme;</script></head>'
    page = placed(f'<html lang="en">{head}<body><div class="article-header-buttons"></div></body></html>')
    [script] = page.select("script")
    assert (script.string or "").startswith("try {")
    assert (script.string or "").endswith("let theme;")
    assert [button["aria-label"] for button in page.select("button")] == ["Text size: 100\N{NARROW NO-BREAK SPACE}%"]


def test_a_page_without_the_buttons_of_an_article_is_left_as_it_is() -> None:
    assert placed('<html lang="en"><script data-cfasync="false">a</script></html>').select("button") == []


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """Somebody with a phone, whose browser keeps what pages ask it to keep."""
    context = browser.new_context(viewport=NARROW)  # type: ignore[arg-type]
    yield context
    context.close()


def opened(reader: BrowserContext, site: Path, name: str = CHAPTER) -> Page:
    page = reader.new_page()
    page.goto((site / name).as_uri())
    return page


def button(page: Page) -> Locator:
    return page.get_by_role("button", name="Text size")


def root_size(page: Page) -> float:
    return float(page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)"))


@pytest.mark.browser
@pytest.mark.book
def test_each_press_of_a_key_gives_the_size_that_the_button_names_and_the_last_one_the_first_again(
    reader: BrowserContext, site: Path
) -> None:
    page = opened(reader, site)
    usual = root_size(page)
    button(page).focus()
    for size in (*text_size.SIZES[1:], text_size.SIZES[0]):
        page.keyboard.press("Enter")
        expect(button(page)).to_have_accessible_name(f"Text size: {size}\N{NARROW NO-BREAK SPACE}%")
        expect(button(page)).to_be_focused()
        assert root_size(page) == pytest.approx(usual * size / 100)


@pytest.mark.browser
@pytest.mark.book
def test_the_next_page_begins_in_the_chosen_size_and_never_shows_another(reader: BrowserContext, site: Path) -> None:
    first = opened(reader, site)
    usual = root_size(first)
    button(first).click()
    reader.add_init_script(f"({PAINTED})()")
    page = opened(reader, site, "index.html")
    wait_until(page, "window.sizes.length > 0")
    page.wait_for_timeout(300)
    assert {float(size.removesuffix("px")) for size in page.evaluate("window.sizes")} == {usual * 1.25}
    expect(button(page)).to_have_accessible_name("Text size: 125\N{NARROW NO-BREAK SPACE}%")


@pytest.mark.browser
@pytest.mark.book
def test_the_place_that_is_read_stays_where_it_is(reader: BrowserContext, site: Path) -> None:
    page = opened(reader, site)
    heading = page.locator("article h2").nth(2)
    heading.evaluate("heading => scrollTo(0, heading.getBoundingClientRect().top + scrollY - innerHeight / 4 - 5)")
    before = heading.bounding_box()
    button(page).dispatch_event("click")
    after = heading.bounding_box()
    assert before is not None
    assert after is not None
    assert after["y"] == pytest.approx(before["y"], abs=3)


@pytest.mark.browser
@pytest.mark.book
def test_who_keeps_nothing_chooses_for_the_page(reader: BrowserContext, site: Path) -> None:
    reader.add_init_script(
        "Object.defineProperty(Storage.prototype, 'setItem', { value() { throw new Error('refused'); } })"
    )
    page = opened(reader, site)
    button(page).click()
    expect(button(page)).to_have_accessible_name("Text size: 125\N{NARROW NO-BREAK SPACE}%")


@pytest.mark.browser
@pytest.mark.book
def test_at_the_largest_size_nothing_is_out_of_reach_on_a_narrow_phone(
    reader: BrowserContext, site: Path, pages: list[Path]
) -> None:
    reader.add_init_script(f"localStorage.setItem('text-size', '{text_size.SIZES[-1]}')")
    page, found = reader.new_page(), {}
    for path in (path for path in pages if not leads_on(path)):
        page.goto(path.as_uri())
        lost = [*page.evaluate(OUTSIDE), *page.evaluate(UNREACHED)]
        if lost:
            found[path.relative_to(site).as_posix()] = lost
    assert found == {}


@pytest.mark.browser
def test_what_stands_beyond_the_edge_is_seen(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.set_content('<p class="wide" style="width: 500px">words</p><div style="overflow: auto"><pre>code</pre></div>')
    assert page.evaluate(OUTSIDE) == ["P wide"]
