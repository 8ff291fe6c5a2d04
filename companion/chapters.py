"""The book's pages as files: which of them hold code cells."""

from __future__ import annotations

from pathlib import Path

CELL = "{code-cell}"


def with_cells(root: Path) -> list[Path]:
    """Give the pages that hold code cells, the first page first, then by path."""
    pages = [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]
    return [page for page in pages if page.is_file() and CELL in page.read_text(encoding="utf-8")]
