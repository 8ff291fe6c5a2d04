"""Pages of a built site, each parsed once by a process, for all tests that only look."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup


@cache
def parsed(path: Path) -> BeautifulSoup:
    """Give a page that no test changes."""
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
