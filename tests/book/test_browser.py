"""The built book in a real browser, from disk: quiet, private, light, and everything works."""

from __future__ import annotations

import functools
import gzip
import http.server
import io
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

pytestmark = [pytest.mark.browser, pytest.mark.book]

FIRST_PAGE = 300_000
NEXT_PAGE = 100_000
WHOLE_SITE = 15_000_000
"""Bytes, compressed as a host does, that opening a page may cost: the first, and another when the first was open
before; and bytes of all files on disk."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


def noise(page: Page) -> list[str]:
    """Collects what the browser complains of, and every address outside the site."""
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "requestfailed", lambda request: heard.append(f"{request.failure}: {request.url}") if failed(request) else None
    )
    page.on(
        "response",
        lambda response: heard.append(f"{response.status}: {response.url}") if response.status >= 400 else None,
    )
    own = re.compile(r"file:|data:|blob:|http://127\.0\.0\.1[:/]")
    page.on("request", lambda request: None if own.match(request.url) else heard.append(f"elsewhere: {request.url}"))
    return heard


def failed(request: Request) -> bool:
    """Whether a request failed for another reason than that the next page was opened before it was done."""
    return request.failure != "net::ERR_ABORTED"


def with_solution(pages: list[Path]) -> Path:
    """A page with a folded solution."""
    return next(path for path in pages if "solution dropdown" in path.read_text())


def test_every_page_opens_from_disk_without_a_complaint_and_asks_nobody_else(page: Page, pages: list[Path]) -> None:
    heard = noise(page)
    for path in pages:
        page.goto(path.as_uri())
        assert heard == [], path.name


def test_a_page_that_breaks_the_policy_or_asks_elsewhere_is_heard(page: Page, site: Path) -> None:
    text = (site / "index.html").read_text()
    planted = text.replace("</body>", '<p onclick="x" style="top:0">.</p><img src="https://example.org/x.png"></body>')
    broken = site / "planted-fault.html"
    broken.write_text(planted)
    try:
        heard = noise(page)
        page.goto(broken.as_uri())
        page.wait_for_timeout(200)
    finally:
        broken.unlink()
    assert any("Content Security Policy" in line for line in heard)
    assert any("example.org" in line for line in heard)


def test_over_http_every_page_is_as_quiet_as_from_disk(site: Path, page: Page, pages: list[Path]) -> None:
    handler = functools.partial(QuietHandler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    heard = noise(page)
    try:
        for path in pages:
            page.goto(f"http://127.0.0.1:{server.server_port}/{path.relative_to(site)}")
            assert heard == [], path.name
    finally:
        server.shutdown()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the site without writing a log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def test_on_a_phone_no_page_scrolls_sideways(browser: Browser, pages: list[Path]) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    wide = {}
    for path in pages:
        page.goto(path.as_uri())
        if (width := page.evaluate("document.documentElement.scrollWidth")) > 360:
            wide[path.name] = width
    page.close()
    assert wide == {}


def test_on_a_phone_the_first_screen_says_that_the_data_are_simulated(browser: Browser, pages: list[Path]) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    for path in pages:
        if path.name in ("search.html", "genindex.html"):
            continue
        page.goto(path.as_uri())
        box = page.locator(".sim, .hero-sub .simtag").first.bounding_box()
        assert box is not None
        assert box["y"] < 740, path.name
    page.close()


def asked_for(page: Page, address: Path) -> set[Path]:
    """The files that the browser reads to show a page."""
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url.removeprefix("file://").split("?")[0].split("#")[0]))
    page.goto(address.as_uri())
    page.wait_for_load_state("networkidle")
    return {Path(path) for path in asked if path.startswith("/")}


def weight(files: set[Path]) -> int:
    """What files weigh on the way; fonts and photographs are compressed already."""
    done = (".woff2", ".png")
    return sum(
        path.stat().st_size if path.suffix in done else len(gzip.compress(path.read_bytes(), 6)) for path in files
    )


def test_the_first_page_is_light(site: Path, page: Page) -> None:
    assert weight(asked_for(page, site / "index.html")) < FIRST_PAGE


def test_a_page_that_is_too_heavy_is_noticed(site: Path, page: Page) -> None:
    ballast, heavy = site / "ballast.png", site / "planted-weight.html"
    ballast.write_bytes(bytes(FIRST_PAGE))
    heavy.write_text((site / "index.html").read_text().replace("</h1>", '</h1><img alt="" src="ballast.png">', 1))
    try:
        assert weight(asked_for(page, heavy)) > FIRST_PAGE
    finally:
        ballast.unlink()
        heavy.unlink()


def test_every_next_page_adds_little(site: Path, browser: Browser, pages: list[Path]) -> None:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    kept = asked_for(page, site / "index.html")
    heavy = {}
    for path in pages:
        opened = browser.new_page(viewport={"width": 1440, "height": 900})
        if (added := weight(asked_for(opened, path) - kept)) > NEXT_PAGE:
            heavy[path.name] = added
        opened.close()
    page.close()
    assert heavy == {}


def test_the_whole_site_is_small_enough_to_take_along(site: Path) -> None:
    assert sum(path.stat().st_size for path in site.rglob("*") if path.is_file()) < WHOLE_SITE


def test_search_finds_a_chapter_from_disk(site: Path, page: Page) -> None:
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("Control+k")
    page.locator("#pst-search-dialog input").fill("parasocial")
    page.keyboard.press("Enter")
    expect(page.locator("#search-results li").first).to_be_visible(timeout=20_000)


@pytest.mark.parametrize(
    ("asked", "chapter"),
    [
        ("mediating", "Where in the chain does it turn?"),
        ("influencers", "How small is micro?"),
        ("akkoord", "What was asked, word for word?"),
    ],
)
def test_search_knows_other_forms_of_a_word_and_dutch_ones(site: Path, page: Page, asked: str, chapter: str) -> None:
    page.goto(f"{(site / 'search.html').as_uri()}?q={asked}")
    expect(page.locator("#search-results li a", has_text=chapter).first).to_be_visible(timeout=20_000)


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
