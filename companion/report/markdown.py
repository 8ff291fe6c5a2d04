"""A section of a paper in Markdown."""

from __future__ import annotations

import re

from companion.report.document import Block, Document, Heading, Listing, Paragraph

SPECIAL = re.compile(r"([\\`_{}\[\]<>#|])")


def written(document: Document) -> str:
    """Give a section in Markdown.

    Examples
    --------
    >>> written((Heading("Results", 1), Paragraph("*p* = .05 [0, 1]")))
    '# Results\\n\\n*p* = .05 \\\\[0, 1\\\\]\\n'
    """
    return "\n\n".join(_block(block) for block in document) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _escaped(block.text)
    if isinstance(block, Listing):
        return f"```\n{block.text.strip()}\n```"
    rows = [block.head, ["---"] * len(block.head), *block.rows]
    cells = "\n".join(f"| {' | '.join(cell if cell == '---' else _escaped(cell) for cell in row)} |" for row in rows)
    return f"**{_escaped(block.title)}**\n\n{cells}\n\n*Note.* {_escaped(block.note)}"


def _escaped(text: str) -> str:
    """Keep what an answer or a label holds from being read as markup; emphasis stays."""
    return SPECIAL.sub(r"\\\1", text)
