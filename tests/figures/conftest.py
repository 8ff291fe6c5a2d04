"""What the tests of figures share."""

from __future__ import annotations

from typing import Any, TextIO

import pytest
from matplotlib.figure import Figure as Canvas


@pytest.fixture
def canvases(monkeypatch: pytest.MonkeyPatch) -> list[Canvas]:
    """The canvases as they would be saved, wide and then narrow; writing the SVG would take most of the time."""
    saved: list[Canvas] = []

    def note(canvas: Canvas, file: TextIO, **options: Any) -> None:
        canvas.draw_without_rendering()
        saved.append(canvas)
        file.write("<svg>")

    monkeypatch.setattr(Canvas, "savefig", note)
    return saved
