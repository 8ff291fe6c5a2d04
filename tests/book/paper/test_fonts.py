"""The typefaces of the printed book are found wherever the book lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion.book.paper import fonts


def test_faces_are_found_below_a_folder_whose_name_has_a_space(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "folder", lambda: Path("/my books/first"))
    assert fonts.rules(Path("/out")).count("src: url(../my%20books/first/fonts/") == len(fonts.FACES)
