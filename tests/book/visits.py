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
MARK = """document.querySelector(".sim, .hero-sub .simtag")?.getBoundingClientRect().top"""
OWN = re.compile(r"file:|data:|blob:|http://127\.0\.0\.1[:/]")


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
"""Four looks at every page: both sizes in both schemes, and one of the four over HTTP."""


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
    """

    heard: tuple[str, ...]
    asked: frozenset[str]
    width: int
    mark: float | None
    violations: tuple[str, ...]


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


def failed(request: Request) -> bool:
    """Whether a request failed for another reason than that the next page was opened before it was done."""
    return request.failure != "net::ERR_ABORTED"


def violations(page: Page) -> list[str]:
    """What axe-core finds on the page that is open."""
    page.evaluate(AXE.read_text())
    found: list[dict[str, Any]] = page.evaluate(RUN)["violations"]
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
            faults = violations(page)
            found[name] = Visit(
                heard=tuple(heard),
                asked=frozenset(address.removeprefix(f"{base}/") for address in asked if address.startswith(base)),
                width=page.evaluate("document.documentElement.scrollWidth"),
                mark=page.evaluate(MARK),
                violations=tuple(faults),
            )
            heard.clear()
            asked.clear()
    page.close()
    return found


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
