"""What a page weighs, how many requests it makes, and when its largest part is painted, on a slow line.

    companion book
    python benchmarks/pages.py                   # writes benchmarks/pages.csv; about a quarter of an hour
    python benchmarks/pages.py --only index      # pages whose name holds a word, printed and not written

Every page is opened in Chromium over 1.6 Mbit/s with 150 ms to the server and back, from a server of this machine that
compresses text with gzip, as GitHub Pages does, and lets a browser keep files for ten minutes. Cold: an empty cache.
Warm: the first page of the book was open before. A page is measured until its network has been quiet for half a second,
so pictures that a browser fetches ahead of the reader's scrolling count.

Beside it the same chapters are built by Jupyter Book with its own settings: its theme, style sheets and scripts, no
style sheet or script of ours, no content policy, no clearing up. Only the roles and the figures and tables are ours,
without which the chapters do not build; so the pictures and the lists of numbers weigh the same on both sides. Its
mathematics comes from another host, which is not reached here: those requests are counted under `elsewhere`, and their
weight, some hundred kilobytes, is missing from its figures.
"""

from __future__ import annotations

import argparse
import functools
import gzip
import http.server
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
import yaml
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from playwright.sync_api import TimeoutError as TookTooLong

HERE = Path(__file__).parent
ROOT = HERE.parent
SITE = ROOT / "_build/html"
DOWN = 1.6e6 / 8
UP = 0.75e6 / 8
DELAY = 150
COMPRESSED = (".html", ".css", ".js", ".svg", ".json", ".csv", ".txt", ".xml")
FIRST = "index.html"
OBSERVER = """
window.largest = 0;
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) window.largest = entry.startTime;
}).observe({type: "largest-contentful-paint", buffered: true});
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
    seen.requests -= len(seen.cached)
    page.close()
    return seen


def measured(browser: Browser, site: Path, name: str, rounds: int, only: str) -> list[dict[str, object]]:
    """Open every page of a site, cold and warm; the median of some rounds."""
    pages = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.relative_to(site).parts]
    rows: list[dict[str, object]] = []
    with served(site) as home:
        for path in pages:
            page = str(path.relative_to(site))
            if only not in page:
                continue
            for state in ("cold", "warm"):
                visits = []
                for _ in range(rounds):
                    context = browser.new_context(viewport={"width": 1440, "height": 900})
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
                    }
                )
                print(*rows[-1].values(), flush=True)
    return rows


PLAIN_EXTENSION = '''"""The roles, figures and tables of the book, without anything that it does to its pages."""

from companion.book import {parts}


def setup(app):
    for part in ({parts},):
        part.setup(app)
    return {{"parallel_read_safe": True, "parallel_write_safe": True}}
'''
DRESSING = ("assets", "pages", "publishing")
"""The parts of our extension that make pages lighter, carry our fonts, or stand around the pages."""


def default_site(folder: Path) -> Path:
    """Build the same chapters with Jupyter Book's own settings."""
    for name in ("index.md", "_toc.yml", "references.bib", "CITATION.cff"):
        shutil.copy(ROOT / name, folder / name)
    shutil.copytree(ROOT / "chapters", folder / "chapters")
    (folder / "_static").mkdir()
    for drawing in (ROOT / "_static").glob("*.svg"):
        shutil.copy(drawing, folder / "_static")
    extension = (ROOT / "companion/book/sphinx/extension.py").read_text()
    listed = extension.split("from companion.book import (")[1].split(")")[0]
    parts = [part for part in listed.replace(",", " ").split() if part not in DRESSING]
    (folder / "plain").mkdir()
    (folder / "plain/plain_book.py").write_text(PLAIN_EXTENSION.format(parts=", ".join(parts)))
    ours = yaml.safe_load((ROOT / "_config.yml").read_text())
    settings = {
        "title": ours["title"],
        "logo": ours["logo"],
        "only_build_toc_files": True,
        "execute": ours["execute"],
        "parse": ours["parse"],
        "bibtex_bibfiles": ours["bibtex_bibfiles"],
        "sphinx": {
            "local_extensions": {"plain_book": "plain"},
            "extra_extensions": ["sphinx_exercise"],
            "config": {
                name: value
                for name, value in ours["sphinx"]["config"].items()
                if name.startswith(("bibtex", "numfig", "nb_", "suppress"))
            },
        },
    }
    (folder / "_config.yml").write_text(yaml.safe_dump(settings))
    command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(folder), "-q"]
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return folder / "_build/html"


def main() -> None:
    """Measure both sites and write the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="")
    parser.add_argument("--site", type=Path, default=SITE)
    parser.add_argument("--no-default", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare, sync_playwright() as playwright:
        sites = {"this book": options.site}
        if not options.no_default:
            sites["default Jupyter Book"] = default_site(Path(spare))
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        rows = [
            row for name, site in sites.items() for row in measured(browser, site, name, options.rounds, options.only)
        ]
        browser.close()
        for name, site in sites.items():
            size = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
            print(f"{name}: {size / 1e6:.1f} MB in all")
    if not options.only:
        pd.DataFrame(rows).to_csv(HERE / "pages.csv", index=False, float_format="%.4g")


if __name__ == "__main__":
    main()
