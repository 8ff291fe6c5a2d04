"""A guide through a figure: its parts, named one after the other, each framed in the picture while it is read.

What is written is a list, an item a part: ``[draws-reply]`` and what the reader sees there. Where the part lies, the
figure knows (see `companion.figures.parts`). Without a script the list unfolds under the picture; on paper there is the
caption.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.outputs import drawn_figure, page_files
from companion.book.sphinx.slips import SlipError, told
from companion.figures.parts import Box

HERE = Path(__file__).parent
FOLDER = "_figure-guide"
PART = re.compile(r"\[([\w-]+)\]\s+")
"""What stands before the words about a part."""


class figure_guide(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """The guide through a figure; each child says something of a part."""


class part_read(nodes.Part, nodes.Element):  # noqa: N801
    """What is said of one part: its name in ``part``, its places in both drawings in ``boxes``."""


class FigureGuide(SphinxDirective):
    """``{figure-guide} fig-name``: a list, an item for each part of that figure, in the order of reading."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the guide; `GuideFigures` brings it to its figure."""
        try:
            guide = figure_guide("", *_read(self.arguments[0], self.parse_content_to_nodes()), figure=self.arguments[0])
        except SlipError as slip:
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        self.set_source_info(guide)
        return [guide]


def _read(figure: str, content: list[nodes.Node]) -> Iterator[part_read]:
    match content:
        case [nodes.bullet_list() as listed]:
            items = listed.children
        case _:
            raise SlipError(f"The guide through {figure} is not one list, an item for each part.")
    for item in items:
        first = item.children[0]
        start = first.children[0] if isinstance(first, nodes.paragraph) and first.children else None
        named = PART.match(start) if isinstance(start, nodes.Text) else None
        if named is None:
            raise SlipError(f"The item {item.astext()!r} does not begin with the name of a part, such as [zero].")
        assert isinstance(first, nodes.paragraph)
        assert isinstance(start, nodes.Text)
        first.replace(start, nodes.Text(start[named.end() :]))
        yield part_read("", *first.children, part=named[1])


class GuideFigures(SphinxTransform):
    """Bring each guide into its figure, below the picture, and tell it where the parts lie."""

    default_priority = 210

    def apply(self, **kwargs: object) -> None:
        """Move the guides; one without its figure, or with a part that the figure lacks, is told and left out."""
        figures = {str(name): figure for figure in self.document.findall(nodes.figure) for name in figure["ids"]}
        for guide in list(self.document.findall(figure_guide)):
            guide.parent.remove(guide)
            try:
                figure = _guided(figures.get(guide["figure"]), guide)
            except SlipError as slip:
                told(slip, guide, guide["figure"])
                continue
            place = figure.index(next(iter(figure.findall(nodes.caption))))
            figure.insert(place, guide)


def _guided(figure: nodes.figure | None, guide: figure_guide) -> nodes.figure:
    """Give the figure of a guide whose items have been told where their parts lie."""
    drawn = next(iter(figure.findall(drawn_figure)), None) if figure is not None else None
    if figure is None or drawn is None:
        raise SlipError(f"The guide has no figure {guide['figure']!r} on its page.")
    parts: Mapping[str, tuple[Box, Box]] = drawn["parts"]
    missing = [item["part"] for item in guide.findall(part_read) if item["part"] not in parts]
    if missing:
        has = ", ".join(sorted(parts)) or "none"
        raise SlipError(f"The figure {guide['figure']!r} has no part {', '.join(missing)}; it has {has}.")
    for item in guide.findall(part_read):
        item["boxes"] = parts[item["part"]]
    return figure


def visit_figure_guide(self: HTML5Translator, node: figure_guide) -> None:
    """Open the guide: what unfolds it, the buttons that the script shows, the list."""
    say = subject.of(self.config).say
    back, onwards = (
        f'<button type="button" class="btn" value="{step}">{escape(say(f"pages.figure_guide.{name}"))}</button>'
        for step, name in ((-1, "back"), (1, "next"))
    )
    self.body.append(
        f"{page_files(self, FOLDER, 'guide', HERE)}"
        f'<details class="figure-guide screen-only"><summary>{escape(say("pages.figure_guide.open"))}</summary>'
        f'<ol aria-live="polite">'
    )
    for item in node.findall(part_read):
        wide, narrow = (" ".join(f"{share:g}" for share in box) for box in item["boxes"])
        self.body.append(f'<li data-wide="{wide}" data-narrow="{narrow}">')
        for child in item.children:
            child.walkabout(self)
        self.body.append("</li>")
    self.body.append(f'</ol><p class="figure-guide-steps" hidden>{back}<span></span>{onwards}</p></details>')
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register nodes, directive and transform."""
    app.add_node(figure_guide, html=(visit_figure_guide, None))
    app.add_node(part_read)
    app.add_directive("figure-guide", FigureGuide)
    app.add_transform(GuideFigures)
