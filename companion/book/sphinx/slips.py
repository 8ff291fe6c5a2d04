"""An author's slips: each is told with its place, and the build goes on to the next, so that all come at once."""

from __future__ import annotations

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging

logger = logging.getLogger(__name__)


class SlipError(ExtensionError):
    """Something in a chapter that its author can mend, in words that say what and how."""

    def __init__(self, message: str) -> None:
        super().__init__(message, modname="companion.book")


def told(slip: SlipError, place: str | nodes.Node, written: str) -> nodes.problematic:
    """Warn of a slip at its place, and give what stands there instead.

    Parameters
    ----------
    slip
        What is wrong.
    place
        File and line as "index.md:12", or the node at fault.
    written
        What the author wrote.
    """
    logger.warning("%s", slip, location=place, type="companion")
    return nodes.problematic(written, written)
