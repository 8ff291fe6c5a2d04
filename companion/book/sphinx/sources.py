"""Where a function that made a number, a figure or a table is written, and the link that leads there.

The pages with the source are those of ``sphinx.ext.viewcode``, which shows what the API reference describes.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from html import escape
from importlib import import_module
from typing import Any, cast

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains.python import PythonDomain
from sphinx.pycode import ModuleAnalyzer
from sphinx.util import logging

import companion
from companion.book.sphinx.slips import SlipError

PACKAGE = companion.__name__
FOLDER = "_modules"
REFERENCE = "chapters/using/api-reference"
"""The page that describes every function with a page of its source."""
PLAIN = re.compile(r'<span class="(?:n|p|w|pre)">([^<]*)</span>')
"""Names, brackets and blanks, which have the colour of the text anyway: half of a page of code without them."""
logger = logging.getLogger(__name__)


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
        return f"{FOLDER}/{self.module.replace('.', '/')}"


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
    """Give the name of a function as code that leads to its source, where the built book has pages for it.

    A function that the API reference does not describe has no such page: the build warns, and so stops.
    """
    found = definition(function)
    if not has_pages(builder) or REFERENCE not in builder.env.found_docs:
        return f"<code>{escape(function)}</code>"
    if f"{found.module}.{found.name}" not in described(builder):
        logger.warning("%s made what this page shows, and %s does not describe it", function, REFERENCE, location=here)
    address = builder.get_relative_uri(here, found.page)
    return f'<a href="{address}#{found.name}"><code>{escape(function)}</code></a>'


def described(builder: Builder) -> Container[str]:
    """Give the dotted names of all functions and classes that pages of the book describe."""
    return cast(PythonDomain, builder.env.get_domain("py")).objects


def has_pages(builder: Builder) -> bool:
    """Whether what is built has pages that no chapter stands behind: the site has, a document in one piece has not."""
    return builder.name == "html"


def lighten(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Leave out of the pages of code, and of their reference, what marks a word and does not show."""
    if pagename == REFERENCE or pagename.startswith(f"{FOLDER}/"):
        bare = PLAIN.sub(r"\1", context["body"])
        context["body"] = PLAIN.sub(r"\1", bare)  # a sign inside a sign


def module_of(app: Sphinx, module: str, name: str) -> str:
    """Give the module in which something that a page describes is written, for the page with its source.

    Left to itself, ``sphinx.ext.viewcode`` takes a number for a thing of Python's own module ``builtins``, and then
    leads to a page of that.
    """
    try:
        return definition(f"{module}.{name.partition('.')[0]}").module
    except UnknownFunctionError:
        return module


def setup(app: Sphinx) -> None:
    """Connect to the pages."""
    app.setup_extension("sphinx.ext.viewcode")
    app.connect("viewcode-follow-imported", module_of)
    app.connect("html-page-context", lighten)
