"""Each page of the built book is opened once in each window, and all that tests ask of it is written down there."""

from __future__ import annotations

import functools
import gzip
import http.server
import re
import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import unquote

from playwright.sync_api import Browser, Page, Request

AXE = Path(__file__).resolve().parents[2] / "node_modules/axe-core/axe.min.js"
RUN = "axe.run(document, {resultTypes: ['violations'], preload: false})"
COLOURS = """axe.run(document, {
  resultTypes: ["violations"], preload: false, runOnly: {type: "rule", values: ["color-contrast", "link-in-text-block"]}
})"""
"""The rules of axe that ask for colours."""
MARK = """document.querySelector(".sim, .hero-sub .simtag")?.getBoundingClientRect().top"""
OWN = re.compile(r"file:|data:|blob:|http://127\.0\.0\.1[:/]")


UNREACHED = """() => {
  const how = element => getComputedStyle(element).overflowX;
  const looked = "article :is(div, figure, pre, table, svg, picture, img, p, .katex-html)";
  const beside = element => element.closest(".katex-mathml") || getComputedStyle(element).position === "absolute";
  const outside = (box, around) => {
    const frame = around.getBoundingClientRect(), scrolls = /auto|scroll/.test(how(around));
    const before = box.left < frame.left - (scrolls ? around.scrollLeft : 0) - 1, behind = box.right > frame.right + 1;
    return scrolls ? before : /hidden|clip/.test(how(around)) && (before || behind);
  };
  const found = new Set();
  for (const element of document.querySelectorAll(looked)) {
    const box = element.getBoundingClientRect();
    if (!box.width || !element.checkVisibility({visibilityProperty: true}) || beside(element)) continue;
    let around = element.parentElement;
    while (around.closest("article") && !/auto|scroll|hidden|clip/.test(how(around))) around = around.parentElement;
    const reached = around.closest("article") ? !outside(box, around) : box.left + scrollX > -1;
    if (!reached) found.add(`${element.tagName} ${element.className}`);
  }
  return [...found];
}"""
"""What of the text lies where no scrolling leads: cut by what does not scroll, or before the beginning of what does."""

TWICE = """() => {
  const seen = new Set(), twice = new Set();
  for (const {id} of document.querySelectorAll("[id]")) { if (seen.has(id)) twice.add(id); seen.add(id); }
  return [...twice];
}"""
SEARCH = """() => {
  const box = document.querySelector(".bd-sidebar-primary .search-door")?.getBoundingClientRect();
  return box ? [box.top, box.bottom] : null;
}"""
ENTRY = """() => {
  const box = document.querySelector(".bd-sidebar-primary li.current.active > a")?.getBoundingClientRect();
  return box ? [box.top, box.bottom] : null;
}"""

HALVED = """() => [...document.querySelectorAll("article .tablewrap table:not(.every-number) code")]
  .filter(name => !/\\s/.test(name.textContent) && name.getClientRects().length > 1).map(name => name.textContent)"""
"""Names of the data that a narrow column breaks in two."""

SIDEWAYS = """() => [...document.querySelectorAll("article .tablewrap")]
  .filter(wrap => wrap.checkVisibility() && wrap.scrollWidth > wrap.clientWidth + 1)
  .map(wrap => `${wrap.querySelector("table").className} ${wrap.clientWidth} of ${wrap.scrollWidth}`)"""
"""Tables that scroll sideways: their classes, how much of them is seen and how wide they are."""

WIDEST_CODE = """() => Math.max(0, ...[...document.querySelectorAll("article pre")].map(code => code.scrollWidth))"""
"""How wide the widest code or printed output is, in pixels, with what is out of sight."""

AXES = """() => {
  const left = name => document.querySelector(name)?.getBoundingClientRect().left;
  const found = [left("article h1"), left(".bd-footer-content .footer-item")];
  return found.every(Number.isFinite) ? found : null;
}"""
"""Where the title of a page begins, and where the words at its foot do."""

ON_THE_RULE = """() => [...document.querySelectorAll("article .admonition :is(ul, ol) > li")].filter(item => {
  const note = item.closest(".admonition").getBoundingClientRect(), size = parseFloat(getComputedStyle(item).fontSize);
  return item.checkVisibility() && getComputedStyle(item).listStyleType !== "none"
    && item.getBoundingClientRect().left < note.left + .8 * size;  // a bullet and the room behind it
}).map(item => item.textContent.trim().slice(0, 60))"""
"""Items of lists in a note whose bullets have no room between its rule and their words."""

Ends = tuple[float, float]


@dataclass(frozen=True)
class Window:
    """How a reader looks at the book: size in pixels, scheme of colours, from disk or over HTTP."""

    width: int
    height: int
    scheme: Literal["light", "dark"]
    over_http: bool = False

    @property
    def name(self) -> str:
        return f"{self.width}-{self.scheme}{'-http' if self.over_http else ''}"


DESK = Window(1440, 900, "light")
DESK_DARK = Window(1440, 900, "dark")
PHONE = Window(360, 740, "light")
PHONE_DARK = Window(360, 740, "dark", over_http=True)
WINDOWS = (DESK, DESK_DARK, PHONE, PHONE_DARK)
"""Four looks at the pages: both sizes in both schemes, and one of the four over HTTP."""
COMPLETING = (DESK_DARK, PHONE)
"""The two whose size and scheme the other two have, though not together: here axe looks at what depends on both, which
are the colours, and pages of code, all of which are made alike, are left out."""


@dataclass(frozen=True)
class Visit:
    """What a browser found on one page.

    Parameters
    ----------
    heard
        What the browser complained of, and every address outside the site.
    asked
        The files of the site that it read to show the page, as paths below the site.
    width
        How wide the page is, in pixels.
    mark
        How far below the top of the window the first mark "simulated" stands, in pixels; None without one.
    violations
        What axe-core finds.
    unreached
        What of the text lies where no scrolling leads.
    twice
        Identifiers that two elements have.
    halved
        Names of the data that are broken in two in a table.
    sideways
        Classes and widths of the tables that scroll sideways.
    widest_code
        How wide the widest code is, in pixels.
    axes
        Where the title and the words at the foot begin, in pixels from the left; None on a page without one of them.
    on_the_rule
        Items of lists in a note whose bullets stand on its rule.
    search, entry
        Where the sidebar's search and its entry of the page begin and end below the top of the window, in pixels; None
        without one.
    """

    heard: tuple[str, ...]
    asked: frozenset[str]
    width: int
    mark: float | None
    violations: tuple[str, ...]
    unreached: tuple[str, ...]
    twice: tuple[str, ...]
    halved: tuple[str, ...]
    sideways: tuple[str, ...]
    widest_code: float
    axes: Ends | None
    on_the_rule: tuple[str, ...]
    search: Ends | None
    entry: Ends | None


Look = Callable[[Window], Mapping[str, Visit]]
"""Gives what was found on every page in a window, by the page's path below the site."""


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
    page.on("request", lambda request: None if OWN.match(request.url) else heard.append(f"elsewhere: {request.url}"))
    return heard


def wait_until(page: Page, holds: str) -> None:
    """Wait till an expression is true; asked anew each time, since the pages' policy forbids them to evaluate text."""
    for _ in range(600):
        if page.evaluate(holds):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"after half a minute it is not so that {holds}")


def failed(request: Request) -> bool:
    """Whether a request failed for another reason than that the next page was opened before it was done."""
    return request.failure != "net::ERR_ABORTED"


def violations(page: Page, run: str = RUN) -> list[str]:
    """What axe-core finds on the page that is open."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(run)["violations"]
    return [f"{rule['id']}: {node['html'][:120]}" for rule in found for node in rule["nodes"]]


def weight(site: Path, files: Collection[str]) -> int:
    """What files weigh on the way; fonts and photographs are compressed already."""
    done, paths = (".woff2", ".png"), [site / name for name in files]
    return sum(
        path.stat().st_size if path.suffix in done else len(gzip.compress(path.read_bytes(), 6)) for path in paths
    )


def visit(browser: Browser, window: Window, site: Path, names: Sequence[str]) -> dict[str, Visit]:
    """Open pages of a site one after the other in a window, and give what was found on each by its name.

    The names are paths below the site.
    """
    page = browser.new_page(viewport={"width": window.width, "height": window.height}, color_scheme=window.scheme)
    heard, asked, found = noise(page), set[str](), {}
    page.on("request", lambda request: asked.add(unquote(request.url).split("?")[0].split("#")[0]))
    with served(site) if window.over_http else from_disk(site) as base:
        for name in names:
            page.goto(f"{base}/{name}")
            faults = violations(page, COLOURS if window in COMPLETING else RUN)
            found[name] = Visit(
                heard=tuple(heard),
                asked=frozenset(address.removeprefix(f"{base}/") for address in asked if address.startswith(base)),
                width=page.evaluate("document.documentElement.scrollWidth"),
                mark=page.evaluate(MARK),
                violations=tuple(faults),
                unreached=tuple(page.evaluate(UNREACHED)),
                twice=tuple(page.evaluate(TWICE)),
                halved=tuple(page.evaluate(HALVED)),
                sideways=tuple(page.evaluate(SIDEWAYS)),
                widest_code=page.evaluate(WIDEST_CODE),
                axes=_ends(page.evaluate(AXES)),
                on_the_rule=tuple(page.evaluate(ON_THE_RULE)),
                search=_ends(page.evaluate(SEARCH)),
                entry=_ends(page.evaluate(ENTRY)),
            )
            heard.clear()
            asked.clear()
    page.close()
    return found


def _ends(found: Sequence[float] | None) -> Ends | None:
    return (found[0], found[1]) if found else None


@contextmanager
def from_disk(site: Path) -> Iterator[str]:
    """Give the address of a site on disk."""
    yield site.as_uri()


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a site on this machine and give its address."""
    handler = functools.partial(QuietHandler, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves the site without writing a log."""

    def log_message(self, *_: Any) -> None:
        """Say nothing."""
