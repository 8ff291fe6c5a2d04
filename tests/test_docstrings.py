"""What a docstring names is there: a full name in backticks is one that can be imported."""

from __future__ import annotations

import ast
import re
from importlib import import_module
from pathlib import Path

import pytest

import companion

PACKAGE = Path(companion.__file__).parent
NAME = re.compile(r"`(companion(?:\.\w+)+)`")
WITH_DOCSTRING = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def named(code: str) -> set[str]:
    """The full names of the package in the docstrings of a module."""
    nodes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, WITH_DOCSTRING)]
    return {name for node in nodes for name in NAME.findall(ast.get_docstring(node) or "")}


def is_there(name: str) -> bool:
    """Whether a name is a module, or something in a module or in a class of one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for part in parts[length:]:
            if part in getattr(found, "__annotations__", {}):
                return True
            found = getattr(found, part, None)
        return found is not None
    return False


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_docstring_names_what_is_there(path: Path) -> None:
    assert [name for name in sorted(named(path.read_text(encoding="utf-8"))) if not is_there(name)] == []


@pytest.mark.parametrize(
    "docstring",
    ["See `companion.analysis.mediation.analysed`.", "See `companion.meditation`.", "`companion.study.Study.digests`"],
)
def test_a_name_that_is_not_there_is_seen(docstring: str) -> None:
    assert not all(map(is_there, named(f'def function():\n    """{docstring}"""')))
