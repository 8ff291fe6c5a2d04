"""Build again whenever a file of the book is saved, and let the browser load the page anew.

The site is served on this machine alone. What makes a page load itself again is added while it is sent: the site that
is published holds nothing of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import watchfiles

ADDRESS = "127.0.0.1"
SCRIPT = "/-/reload.js"
EVENTS = "/-/events"
TAG = f'<script defer src="{SCRIPT}"></script></head>'.encode()
RELOAD = f"new EventSource('{EVENTS}').addEventListener('built', () => location.reload());\n"
PATIENCE = 15.0
"""Seconds after which a silent connection is told that somebody is still there."""
SOURCES = (
    "*.md",
    "_config.yml",
    "_toc.yml",
    "CITATION.cff",
    "references.bib",
    "requirements.lock",
    "_static",
    "chapters",
    "slides",
    "companion",
    "data",
    "results",
)
"""What a build depends on, in the book's folder."""


class Site(ThreadingHTTPServer):
    """The built site on this machine; it tells the pages that are open when it has been built.

    Parameters
    ----------
    folder
        The built site.
    port
        Where it is served; 0 for any that is free.
    """

    daemon_threads = True

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__((ADDRESS, port), partial(_Pages, directory=str(folder)))
        self._new = threading.Condition()
        self._builds = 0

    @property
    def address(self) -> str:
        """The first page's address."""
        return f"http://{ADDRESS}:{self.server_port}/"

    def tell_built(self) -> None:
        """Tell every open page that the site has been built."""
        with self._new:
            self._builds += 1
            self._new.notify_all()

    def builds(self) -> Iterator[bool]:
        """Give whether the site was built, each time that it was, or that nothing was heard for a while."""
        seen = self._builds
        while True:
            with self._new:
                self._new.wait_for(lambda: self._builds != seen, PATIENCE)  # noqa: B023  called before it changes
                news, seen = self._builds != seen, self._builds
            yield news


class _Pages(SimpleHTTPRequestHandler):
    """Sends files, and adds to pages what makes them load again."""

    server: Site

    def do_GET(self) -> None:
        path = self.path.split("?")[0]
        file = Path(self.translate_path(path))
        file = file / "index.html" if file.is_dir() else file
        if path == EVENTS:
            self._send_events()
        elif path == SCRIPT:
            self._send(RELOAD.encode(), "text/javascript")
        elif file.suffix == ".html" and file.is_file() and (not path or path[-1] == "/" or path.endswith(".html")):
            self._send(file.read_bytes().replace(b"</head>", TAG, 1), "text/html; charset=utf-8")
        else:
            super().do_GET()

    def log_message(self, *_: object) -> None:
        """Say nothing of each file."""

    def _send(self, body: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(body)

    def _send_events(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        try:
            for news in self.server.builds():
                self.wfile.write(b"event: built\ndata:\n\n" if news else b": still here\n\n")
                self.wfile.flush()
        except OSError:
            self.close_connection = True  # the page was closed


@contextmanager
def served(folder: Path, port: int = 0) -> Iterator[Site]:
    """Serve a built site for as long as somebody wants it."""
    with Site(folder, port) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        try:
            yield site
        finally:
            site.shutdown()


def is_source(root: Path, path: Path) -> bool:
    """Say whether a build depends on a file."""
    inside = path.relative_to(root)
    named = any(Path(inside.parts[0]).match(pattern) for pattern in SOURCES)
    return named and "__pycache__" not in inside.parts and not path.name.startswith((".", "#")) and path.name[-1] != "~"


def watch(root: Path, site: Site, build: Callable[[], int], stop: threading.Event | None = None) -> None:
    """Build whenever a file is saved that the book depends on, and tell the open pages when it has worked.

    Parameters
    ----------
    root
        The book's folder.
    site
        Where the book is served.
    build
        Builds it, and gives an exit code.
    stop
        Ends the watch when it is set.
    """
    sources = [path for pattern in SOURCES for path in root.glob(pattern)]
    for _ in watchfiles.watch(
        *sources,
        watch_filter=lambda _, path: is_source(root, Path(path)),
        stop_event=stop,
        raise_interrupt=False,
    ):
        if build() == 0:
            site.tell_built()
