"""The book's pages as files: which of them hold code cells, and what these import."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from pathlib import Path

from companion.closure import Package

CELL = "{code-cell}"
LINES = re.MULTILINE | re.DOTALL
FENCE = re.compile(r"^(?P<fence>`{3,}|:{3,})\{code-cell\}[^\n]*\n(?P<body>.*?)^(?P=fence)[ \t]*$", LINES)
OPTIONS = re.compile(r"\A(?:---\n.*?^---$|(?::[\w-]+:[^\n]*\n)+)", LINES)
"""What a cell is told before its code: lines between dashes, or between colons."""


def with_cells(root: Path) -> list[Path]:
    """Give the pages that hold code cells, the first page first, then by path."""
    pages = [root / "index.md", *sorted((root / "chapters").rglob("*.md"))]
    return [page for page in pages if page.is_file() and CELL in page.read_text(encoding="utf-8")]


def code(text: str) -> list[str]:
    """Give the code of the cells of a page.

    Examples
    --------
    >>> code("```{code-cell} ipython3\\n:tags: [hide-input]\\nimport numpy\\n```\\n")
    ['import numpy\\n']
    """
    return [OPTIONS.sub("", found["body"]).lstrip("\n") for found in FENCE.finditer(text)]


def imported(text: str, package: Package) -> Iterable[str]:
    """Give the modules of a package that the cells of a page import.

    All of them where a cell is no plain Python, or where there may be cells that are not seen here.
    """
    cells = code(text)
    try:
        found = [package.imported(ast.parse(cell)) for cell in cells]
    except SyntaxError:
        return package.modules
    return frozenset[str]().union(*found) if len(cells) == text.count(CELL) else package.modules
