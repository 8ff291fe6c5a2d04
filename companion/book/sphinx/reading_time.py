"""How long a chapter takes, under its title: to read it, and to do its exercises as well.

The words are counted in the page as it is written: text under a condition that does not hold is not there any more.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx_exercise.nodes import is_exercise_node, is_solution_node

from companion.book.sphinx import subject
from companion.book.sphinx.figure_guide import figure_guide

WORDS_A_MINUTE = 175
"""The lower end of the range in which most adults read English non-fiction silently, 175 to 300 (Brysbaert, 2019,
https://doi.org/10.1016/j.jml.2019.104047): many readers of this book learned English at school, and it has formulas."""

MINUTES: Mapping[str, int] = {"understand": 3, "apply": 8, "extend": 15}
"""What an exercise of each level is given, in minutes: a lecturer's guess, which the chapter on teaching tells."""

ASIDE = (nodes.literal_block, nodes.math_block, nodes.table, nodes.citation, nodes.comment, nodes.raw, figure_guide)
"""What is not read from word to word: code, formulas, tables, the list of works, the guides through figures."""


def minutes_to_read(page: nodes.Element) -> int:
    """Give the minutes that the running text of a page or a section takes, at least one.

    Examples
    --------
    >>> from docutils.core import publish_doctree
    >>> minutes_to_read(publish_doctree("word " * 700))
    4
    """
    return max(1, round(sum(len(text.split()) for text in _running_text(page)) / WORDS_A_MINUTE))


def _running_text(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Text):
        yield node.astext()
    elif not isinstance(node, ASIDE) and not is_exercise_node(node) and not is_solution_node(node):
        for child in node.children:
            yield from _running_text(child)


def minutes_to_work(page: nodes.document) -> int:
    """Give the minutes that the exercises of a page take, by their levels; none where it has no exercise."""
    classes = [exercise["classes"] for exercise in page.findall(is_exercise_node)]
    return sum(minutes for each in classes for level, minutes in MINUTES.items() if level in each)


def tell(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    """Say under the title of a page with exercises how long it takes."""
    if doctree is None or not (work := minutes_to_work(doctree)):
        return
    said = subject.of(app.config).say("pages.reading_time", read=minutes_to_read(doctree), work=work)
    context["body"] = context["body"].replace("</h1>", f'</h1><p class="reading-time">{said}</p>', 1)


def setup(app: Sphinx) -> None:
    """Connect to the pages, after the strip that follows the title, so that the line stands between the two."""
    app.connect("html-page-context", tell, priority=950)
