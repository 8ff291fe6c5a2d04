"""What sums a passage up, "So: ...", beside the end of that passage, where a window has room for it.

The sentence stays where it was written, behind what it sums up: so it is read aloud, printed, and shown in a narrow
window. Here it is only bound to the paragraphs before it, so that a style sheet can set the two side by side. They are
one block, as tall as the taller of the two, and what follows begins below both. After a figure or a table, which may
fill the margin itself, the sentence stays in the text.
"""

from __future__ import annotations

from itertools import takewhile

from docutils import nodes
from sphinx.application import Sphinx

from companion.book.sphinx import subject

BLOCK, PASSAGE, NOTE = "summed-up", "passage", "so"
"""Classes of the two together, of the paragraphs, and of the sentence that sums them up."""


def bind(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Bind each sentence of a page that sums up to the paragraphs before it; the book in one piece has no margin."""
    if app.builder.name != "html":
        return
    label = subject.of(app.config).say("pages.sums_up")
    for note in [paragraph for paragraph in doctree.findall(nodes.paragraph) if sums_up(paragraph, label)]:
        passage = passage_before(note, label)
        if passage:
            _bind(passage, note)


def sums_up(node: nodes.Node, label: str) -> bool:
    """Whether a node is a paragraph of a section that begins with a label in bold.

    Examples
    --------
    >>> section = nodes.section("", nodes.paragraph("", "", nodes.strong("", "So:"), nodes.Text(" it is.")))
    >>> sums_up(section[0], "So:"), sums_up(section[0], "But:")
    (True, False)
    """
    if not (isinstance(node, nodes.paragraph) and isinstance(node.parent, nodes.section)):
        return False
    # MyST begins a paragraph that begins with bold words by an empty text.
    first = next((child for child in node.children if child.astext()), None)
    return isinstance(first, nodes.strong) and first.astext() == label


def passage_before(note: nodes.paragraph, label: str) -> list[nodes.Node]:
    """Give the paragraphs right before a sentence that sums up, in their order; none where something else is there."""
    before = note.parent.children[: note.parent.index(note)]
    run = takewhile(lambda node: isinstance(node, nodes.paragraph) and not sums_up(node, label), reversed(before))
    return [*run][::-1]


def _bind(passage: list[nodes.Node], note: nodes.paragraph) -> None:
    section, start = note.parent, note.parent.index(passage[0])
    note["classes"].append(NOTE)
    section[start : start + len(passage) + 1] = [
        nodes.container("", nodes.container("", *passage, classes=[PASSAGE]), note, classes=[BLOCK])
    ]


def setup(app: Sphinx) -> None:
    """Connect to the pages when they are written: whatever else looks at their paragraphs finds these as they were."""
    app.connect("doctree-resolved", bind, priority=950)
