"""The level of an exercise beside its title: whether it asks to understand, to apply, or to extend what was said.

sphinx-exercise knows no levels. The level is a class of the exercise, and its word is added when a page is written, so
that the title of the solution, which repeats that of the exercise, stays as it is.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import is_exercise_node

from companion.book.sphinx import subject

LEVELS = ("understand", "apply", "extend")


def tell_levels(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add to the title of each exercise of a page its level."""
    say = subject.of(app.config).say
    for exercise in doctree.findall(is_exercise_node):
        for level in LEVELS:
            if level in exercise["classes"]:
                exercise[0] += nodes.inline("", f" · {say(f'pages.levels.{level}')}", classes=["level"])


def setup(app: Sphinx) -> None:
    """Connect to the pages, behind what sphinx-exercise makes of its titles."""
    app.connect("doctree-resolved", tell_levels, priority=900)
