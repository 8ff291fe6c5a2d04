"""What a page weighs on a slow phone, when its largest part is painted, and how long it does not listen meanwhile.

    companion book
    python benchmarks/pages.py --before ../first/_build/html   # writes benchmarks/pages.csv; about ten minutes
    python benchmarks/pages.py --only index                    # pages whose name holds a word, printed and not written

The landing page, "Every number" and the three chapters that weigh most, in this book and in an earlier one that stands
built in another clone, in the same sitting. Every page is opened in Chromium as on a phone of 390 x 844 pixels whose
processor is slowed down four times, over 1.6 Mbit/s with 150 ms to the server and back, from a server of this machine
that compresses text with gzip, as GitHub Pages does, and lets a browser keep files for ten minutes. Cold: an empty
cache. Warm: the first page of the book was open before. A page is measured until its network has been quiet for half a
second, so pictures that a browser fetches ahead of the reader's scrolling count. Blocking time is what its tasks take
beyond 50 ms each, which is how long a tap may wait.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import itertools
import re
import shutil
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

HERE = Path(__file__).parent
SITE = HERE.parent / "_build/html"
DOWN = 1.6e6 / 8
UP = 0.75e6 / 8
DELAY = 150
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".xml")
FIRST = "index.html"
ALWAYS = (FIRST, "chapters/using/every-number.html")
HEAVIEST = 3
SLOWER = 4
OBSERVER = """
window.largest = 0;
window.blocked = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.largest = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.blocked += entry.duration - 50;
}).observe({type: "longtask", buffered: true});
"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves a site as GitHub Pages does: text compressed, kept for ten minutes, one connection for many files."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file, compressed where that pays."""
        path = Path(self.translate_path(self.path))
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6, mtime=0)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Type", self.guess_type(str(path)))
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "max-age=600")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@dataclass
class Visit:
    """What one opening of a page cost."""

    bytes: float = 0
    requests: int = 0
    elsewhere: int = 0
    largest_paint: float = 0
    blocking: float = 0
    cached: set[str] = field(default_factory=set)


@contextmanager
def served(site: Path) -> Iterator[str]:
    """Serve a folder and give its address."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Compressing, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def visit(context: BrowserContext, address: str, home: str) -> Visit:
    """Open a page on the slow line and weigh what came."""
    page, seen = context.new_page(), Visit()
    line = context.new_cdp_session(page)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line.send("Network.enable")
    line.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": DELAY, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )

    def asked(event: dict[str, Any]) -> None:
        url = event["request"]["url"]
        if url.startswith(home):
            seen.requests += 1
        elif url.startswith("http"):
            seen.elsewhere += 1

    def kept(event: dict[str, Any]) -> None:
        seen.cached.add(event["requestId"])

    def came(event: dict[str, Any]) -> None:
        seen.bytes += event["encodedDataLength"]

    def answered(event: dict[str, Any]) -> None:
        if event["response"].get("fromDiskCache"):
            kept(event)

    line.on("Network.requestWillBeSent", asked)
    line.on("Network.requestServedFromCache", kept)
    line.on("Network.responseReceived", answered)
    line.on("Network.loadingFinished", came)
    page.add_init_script(OBSERVER)
    page.goto(address, wait_until="load")
    try:
        page.wait_for_load_state("networkidle", timeout=20_000)
    except TookTooLong:
        print(f"{address}: the network was not quiet after 20 s", file=sys.stderr)
    seen.largest_paint = page.evaluate("window.largest") / 1000
    seen.blocking = page.evaluate("window.blocked")
    seen.requests -= len(seen.cached)
    page.close()
    return seen


def weighed(site: Path, page: str) -> int:
    """Give how many bytes a page and the pictures on it take on the way, without what all pages share."""
    text = (site / page).read_text()
    pictures = {(site / page).parent / name for name in re.findall(r'src="([^":]+\.svg)"', text)}
    return sum(len(gzip.compress(path.read_bytes(), 6)) for path in (site / page, *pictures))


def chosen(site: Path) -> list[str]:
    """Name the pages that are always measured and the heaviest chapters, which the other site must have, too."""
    chapters = {str(path.relative_to(site)) for path in (site / "chapters").rglob("*.html")} - {*ALWAYS}
    return [*ALWAYS, *sorted(chapters, key=lambda page: weighed(site, page))[: -HEAVIEST - 1 : -1]]


def measured(browser: Browser, site: Path, name: str, pages: list[str], rounds: int) -> list[dict[str, object]]:
    """Open some pages of a site, cold and warm; the median of some rounds."""
    rows: list[dict[str, object]] = []
    with served(site) as home:
        for page, state in itertools.product(pages, ("cold", "warm")):
            visits = []
            for _ in range(rounds):
                context = browser.new_context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True)
                if state == "warm":
                    visit(context, home + FIRST, home)
                visits.append(visit(context, home + page, home))
                context.close()
            rows.append(
                {
                    "site": name,
                    "page": page,
                    "cache": state,
                    "kilobytes": statistics.median(one.bytes for one in visits) / 1000,
                    "requests": int(statistics.median(one.requests for one in visits)),
                    "elsewhere": int(statistics.median(one.elsewhere for one in visits)),
                    "largest_paint_s": statistics.median(one.largest_paint for one in visits),
                    "blocking_ms": round(statistics.median(one.blocking for one in visits)),
                }
            )
            print(*rows[-1].values(), flush=True)
    return rows


def main() -> None:
    """Measure both sites and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--before", type=Path, help="the built site of an earlier edition")
    options = parser.parse_args()
    sites = {"this book": SITE} | ({"before": options.before} if options.before else {})
    pages = [page for page in chosen(SITE) if options.only in page]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        rows = [
            row
            for name, site in sites.items()
            for row in measured(browser, site, name, [page for page in pages if (site / page).exists()], options.rounds)
        ]
        browser.close()
    if not options.only:
        pd.DataFrame(rows).to_csv(HERE / "pages.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
