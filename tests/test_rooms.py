"""Data flow one way through the rooms of the package and through the files of each room, so imports do too."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "companion"


def modules(package: Path) -> dict[str, Path]:
    """Give the file of each module of a package, by its dotted name."""
    found = {}
    for path in package.rglob("*.py"):
        parts = path.relative_to(package).with_suffix("").parts
        found[".".join(("companion", *parts)).removesuffix(".__init__")] = path
    return found


def imported(path: Path, inside: str) -> Iterator[str]:
    """Give each name that a module imports: at its head, inside its functions, and for type checkers alone.

    Parameters
    ----------
    path
        The module's file.
    inside
        The package that it stands in, from which dots count.
    """
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = inside.split(".")[: inside.count(".") + 2 - node.level] if node.level else []
            start = ".".join([*above, *([node.module] if node.module else [])])
            yield from (f"{start}.{alias.name}" for alias in node.names)


def files(package: Path) -> dict[str, set[str]]:
    """Give for each module the other modules of the package that it imports."""
    known = modules(package)
    graph: dict[str, set[str]] = {}
    for module, path in known.items():
        inside = module if path.stem == "__init__" else module.rpartition(".")[0]
        taken = {name if name in known else name.rpartition(".")[0] for name in imported(path, inside)}
        graph[module] = (taken & set(known)) - {module}
    return graph


def rooms(package: Path) -> dict[str, set[str]]:
    """Give for each room the other rooms that it imports."""
    graph: dict[str, set[str]] = {}
    for module, taken in files(package).items():
        if module != "companion":
            room = module.split(".")[1]
            graph.setdefault(room, set()).update({name.split(".")[1] for name in taken if "." in name} - {room})
    return graph


@pytest.mark.slow
def test_no_room_imports_one_that_imports_it() -> None:
    TopologicalSorter(rooms(PACKAGE)).prepare()


@pytest.mark.slow
def test_no_file_imports_one_that_imports_it() -> None:
    TopologicalSorter(files(PACKAGE)).prepare()


def test_a_circle_of_rooms_is_seen(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text("def late():\n    from companion.book import build\n")
    (tmp_path / "book").mkdir()
    (tmp_path / "book/__init__.py").write_text("")
    (tmp_path / "book/build.py").write_text("from companion import sample\n")
    with pytest.raises(CycleError):
        TopologicalSorter(rooms(tmp_path)).prepare()


@pytest.mark.parametrize(
    "back",
    [
        "from companion.sem.fit import Fit",
        "import companion.sem.fit",
        "from companion.sem import fit",
        "from .fit import Fit",
        "from . import fit",
        "def late():\n    from companion.sem.fit import Fit",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from companion.sem.fit import Fit",
    ],
)
def test_a_circle_of_files_inside_a_room_is_seen(tmp_path: Path, back: str) -> None:
    (tmp_path / "sem").mkdir()
    (tmp_path / "sem/__init__.py").write_text("from companion.sem.fit import Fit\n")
    (tmp_path / "sem/fit.py").write_text("from companion.sem.bootstrap import refit\n")
    (tmp_path / "sem/bootstrap.py").write_text(f"{back}\n")
    TopologicalSorter(rooms(tmp_path)).prepare()
    with pytest.raises(CycleError):
        TopologicalSorter(files(tmp_path)).prepare()


@pytest.mark.slow
def test_imports_by_dots_are_followed() -> None:
    assert {"companion.sem.fitted", "companion.sem.optimise"} <= files(PACKAGE)["companion.sem.bootstrap"]


@pytest.mark.slow
def test_the_layer_for_structural_equations_imports_nothing_of_the_package() -> None:
    assert rooms(PACKAGE)["sem"] == set()


@pytest.mark.slow
@pytest.mark.parametrize(("room", "users"), [("book", {"cli"}), ("verification", {"cli"}), ("cli", set())])
def test_what_comes_last_is_imported_by_what_comes_after_it_alone(room: str, users: set[str]) -> None:
    assert {name for name, taken in rooms(PACKAGE).items() if room in taken} <= users
