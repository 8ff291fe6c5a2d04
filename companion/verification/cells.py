"""The chapters' code cells, run one after the other in a plain process: which figures and tables they show."""

from __future__ import annotations

import ast
import contextlib
import io
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
from myst_nb.core.read import read_myst_markdown_notebook

from companion.figures.style import Figure
from companion.tables import Table


class CellError(Exception):
    """A chapter's cell that fails, or does not show what it names; with the chapter and the cell."""


def shown_names(chapter: Path) -> list[str]:
    """Give the names of the figures and tables that a chapter's cells show."""
    return [name for cell in _cells(chapter) if (name := _name(cell))]


def shown(chapter: Path, wanted: Callable[[str], bool]) -> dict[str, Figure | Table]:
    """Run the cells of a chapter and give what they show under a wanted name.

    Raises
    ------
    CellError
        If a cell fails, or shows no figure and no table although it names one.
    """
    found: dict[str, Figure | Table] = {}
    space: dict[str, object] = {"__name__": "__main__"}
    for number, cell in enumerate(_up_to_last(chapter, wanted), start=1):
        place = f"{chapter}, code cell {number}"
        try:
            result = _run(cell.source, place, space)
        except Exception as error:
            raise CellError(f"{place}: {type(error).__name__}: {error}") from error
        name = _name(cell)
        if not name or not wanted(name):
            continue
        if not isinstance(result, (Figure, Table)):
            raise CellError(f"{place}: the cell is named {name} and shows neither a figure nor a table.")
        found[name] = result
    return found


def _up_to_last(chapter: Path, wanted: Callable[[str], bool]) -> list[nbformat.NotebookNode]:
    cells = list(_cells(chapter))
    last = max((number for number, cell in enumerate(cells, start=1) if wanted(_name(cell))), default=0)
    return cells[:last]


def _cells(chapter: Path) -> Iterator[nbformat.NotebookNode]:
    notebook = read_myst_markdown_notebook(chapter.read_text(encoding="utf-8"))
    return (cell for cell in notebook.cells if cell.cell_type == "code")


def _name(cell: nbformat.NotebookNode) -> str:
    return str(cell.metadata.get("mystnb", {}).get("figure", {}).get("name", ""))


def _run(source: str, place: str, space: dict[str, object]) -> object:
    """Run a cell as a notebook does, and give the value of its last expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()):
        exec(compile(tree, place, "exec"), space)
        return eval(compile(ast.Expression(last.value), place, "eval"), space) if isinstance(last, ast.Expr) else None
