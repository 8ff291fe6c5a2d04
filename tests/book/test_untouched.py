"""A test that writes into the built site is named by what it wrote."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from untouched import untouched

FAULTS: dict[str, Callable[[Path], object]] = {
    "planted.html": lambda site: (site / "planted.html").write_text("planted"),
    "index.html": lambda site: (site / "index.html").write_text("changed"),
    "_static/book.css": lambda site: (site / "_static/book.css").unlink(),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static/book.css").write_text("p {}")
    (tmp_path / "index.html").write_text("a page")
    return tmp_path


@pytest.mark.parametrize("name", FAULTS)
def test_what_was_added_changed_or_removed_is_named(folder: Path, name: str) -> None:
    with pytest.raises(AssertionError, match=name), untouched(folder):
        FAULTS[name](folder)


def test_a_site_that_was_only_read_is_in_order(folder: Path) -> None:
    with untouched(folder):
        assert (folder / "index.html").read_text() == "a page"
