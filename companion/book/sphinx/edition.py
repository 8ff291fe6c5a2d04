"""Which edition is built, the open one or that for students, and paragraphs that one of them has: ``:::{edition}``."""

from __future__ import annotations

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from companion.book.sphinx.conditional_text import CATALOGUE
from companion.book.sphinx.slips import SlipError, told

SETTING = "companion_edition"
OPEN, STUDENT = "open", "student"


class EditionDirective(SphinxDirective):
    """``:::{edition} student``: paragraphs that stand in one edition only."""

    has_content = True
    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Give the paragraphs in their edition, and to translators."""
        named = self.arguments[0]
        if named not in (OPEN, STUDENT):
            slip = SlipError(f"no edition {named!r}; there are {OPEN}, {STUDENT}")
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        stands = named == self.config[SETTING] or self.env.app.builder.name == CATALOGUE
        return self.parse_content_to_nodes() if stands else []


def has_keys(app: Sphinx) -> bool:
    """Say whether the edition that is built may tell right answers."""
    return bool(app.config[SETTING] == OPEN)


def setup(app: Sphinx) -> None:
    """Register setting and directive."""
    app.add_config_value(SETTING, OPEN, "env", (str,))
    app.add_directive("edition", EditionDirective)
