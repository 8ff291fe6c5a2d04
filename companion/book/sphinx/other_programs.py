"""What a solution computes in Python, in other programs beside it: tabs, of which a reader's choice is remembered.

myst-nb runs cells that stand at the top of a page only, so that no tab can hold one in the source. The directive says
what another program does, and what stands before it and computes is taken into the first tab when the page is read.
"""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective
from sphinx_design.shared import create_component

from companion.book.sphinx.slips import SlipError, told

FIRST = "Python"
GROUP = "program"
CELL = "cell_code"


class NothingComputedError(SlipError):
    """Another program stands where no cell says what it should give."""


class in_program(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """What another program does: its ``program``, and blocks."""


class InProgram(SphinxDirective):
    """``:::{in-program} R``: the same in another program, behind the cell that computes it."""

    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self) -> list[nodes.Node]:
        """Give the blocks, until the page is read to its end."""
        node = in_program("", *self.parse_content_to_nodes(), program=self.arguments[0])
        self.set_source_info(node)
        return [node]


class ProgramsSideBySide(SphinxTransform):
    """Put each cell that other programs follow, and what they do, into tabs of one set."""

    default_priority = 20
    """Behind sphinx-exercise, which gathers the blocks of a solution at 10."""

    def apply(self, **kwargs: object) -> None:
        """Change the page in place."""
        for first, others in list(_followed(self.document)):
            if first is None:
                slip = NothingComputedError(
                    f"{others[0]['program']} stands behind no cell; begin with Python, executed"
                )
                for lost in others:
                    lost.replace_self(told(slip, lost, lost["program"]))
                continue
            place = first.parent.index(first)
            parent = first.parent
            for node in (first, *others):
                parent.remove(node)
            tabs = [_tab(FIRST, [first]), *(_tab(node["program"], node.children) for node in others)]
            parent.insert(place, create_component("tab-set", classes=["sd-tab-set"], children=tabs))


def _followed(page: nodes.document) -> Iterator[tuple[nodes.Element | None, list[in_program]]]:
    """Give each cell with the programs that follow it, and None where there is no cell."""
    for node in page.findall(in_program):
        blocks = node.parent.children
        place = blocks.index(node)
        if place and isinstance(blocks[place - 1], in_program):
            continue
        others = []
        for block in blocks[place:]:
            if not isinstance(block, in_program):
                break
            others.append(block)
        before = blocks[place - 1] if place else None
        computed = isinstance(before, nodes.container) and before.get("nb_element") == CELL
        yield (before if computed else None), others  # type: ignore[misc]


def _tab(program: str, blocks: list[nodes.Node]) -> nodes.container:
    label = nodes.rubric(program, program, classes=["sd-tab-label"])
    label["sync_group"], label["sync_id"] = GROUP, program.split()[0].casefold()
    content = create_component("tab-content", classes=["sd-tab-content"], children=blocks)
    return create_component("tab-item", classes=["sd-tab-item"], children=[label, content])


def setup(app: Sphinx) -> None:
    """Register directive and transform."""
    app.add_directive("in-program", InProgram)
    app.add_transform(ProgramsSideBySide)
