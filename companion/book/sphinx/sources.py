"""Where a function that made a number, a figure or a table is written, and the link that leads there."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module

from sphinx.builders import Builder
from sphinx.pycode import ModuleAnalyzer

import companion
from companion.book.sphinx.slips import SlipError

PACKAGE = companion.__name__
FOLDER = "source"


@dataclass(frozen=True)
class Definition:
    """Where a function is written.

    Parameters
    ----------
    module
        Dotted name of its module, which need not be the one that it is imported from.
    name
        Its name there; also its anchor on the module's page.
    """

    module: str
    name: str

    @property
    def page(self) -> str:
        """The page that shows it."""
        return f"{FOLDER}/{self.module}"


class UnknownFunctionError(SlipError):
    """A number, figure or table names a function as its maker that the package does not have."""


@cache
def definition(function: str) -> Definition:
    """Give where a function is written, by the dotted name under which a reader would import it.

    Raises
    ------
    UnknownFunctionError
        There is no such function in the package.
    """
    module, _, name = function.rpartition(".")
    try:
        made = inspect.unwrap(getattr(import_module(module), name))
        found = Definition(made.__module__, made.__qualname__)
    except (ImportError, AttributeError, ValueError):
        found = None
    if found is None or found.module.split(".")[0] != PACKAGE or found.name not in tags(found.module):
        raise UnknownFunctionError(f"no function {function!r} in the package")
    return found


@cache
def tags(module: str) -> dict[str, int]:
    """Functions and classes of a module with the lines on which they begin, counted from 1."""
    tags = ModuleAnalyzer.for_module(module).find_tags()
    return {name: start for name, (kind, start, _) in tags.items() if kind in ("def", "class")}


def link(builder: Builder, here: str, function: str) -> str:
    """Give the name of a function as code that leads to its source, where the built book has pages for it."""
    found = definition(function)
    if not has_pages(builder):
        return f"<code>{escape(function)}</code>"
    address = builder.get_relative_uri(here, found.page)
    return f'<a href="{address}#{found.name}"><code>{escape(function)}</code></a>'


def has_pages(builder: Builder) -> bool:
    """Whether what is built has pages that no chapter stands behind: the site has, a document in one piece has not."""
    return builder.name == "html"
