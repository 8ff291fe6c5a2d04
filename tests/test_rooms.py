"""Data flow one way through the rooms of the package, so imports do too."""

from __future__ import annotations

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "companion"


def imported(module: Path) -> set[str]:
    """Give the rooms that a module imports, at its head or inside its functions."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module == "companion":
            names = [f"companion.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        else:
            continue
        found |= {name.split(".")[1] for name in names if name.startswith("companion.")}
    return found


def rooms(package: Path) -> dict[str, set[str]]:
    """Give for each room the other rooms that it imports."""
    graph: dict[str, set[str]] = {}
    for module in package.rglob("*.py"):
        if module.parent == package and module.stem == "__init__":
            continue
        room = module.relative_to(package).parts[0].removesuffix(".py")
        graph.setdefault(room, set()).update(imported(module) - {room})
    return graph


def test_no_room_imports_one_that_imports_it() -> None:
    TopologicalSorter(rooms(PACKAGE)).prepare()


def test_a_circle_of_imports_is_seen(tmp_path: Path) -> None:
    (tmp_path / "sample.py").write_text("def late():\n    from companion.book import build\n")
    (tmp_path / "book").mkdir()
    (tmp_path / "book/build.py").write_text("from companion import sample\n")
    with pytest.raises(CycleError):
        TopologicalSorter(rooms(tmp_path)).prepare()


def test_the_layer_for_structural_equations_imports_nothing_of_the_package() -> None:
    assert rooms(PACKAGE)["sem"] == set()


@pytest.mark.parametrize(("room", "users"), [("book", {"cli"}), ("verification", {"cli"}), ("cli", set())])
def test_what_comes_last_is_imported_by_what_comes_after_it_alone(room: str, users: set[str]) -> None:
    assert {name for name, taken in rooms(PACKAGE).items() if room in taken} <= users
