"""A text in Markdown."""

from __future__ import annotations

import re
import textwrap

from companion.documents.document import Block, Document, Heading, Listing, Paragraph, Points, Style, spans

SPECIAL = re.compile(r"[\\`{}<>#|]|\](?=[(\[:])|(?<!\w)_|_(?!\w)")
"""What Markdown would read as markup: a bracket only where a link could follow, a line only outside words."""
MARKS: dict[Style, str] = {"plain": "", "italic": "*", "bold": "**", "code": "`"}


def written(document: Document, width: int | None = None) -> str:
    """Give a text in Markdown.

    Parameters
    ----------
    document
        The text.
    width
        Characters in a line of prose, where a line may not be as long as it likes.

    Examples
    --------
    >>> written((Heading("Results", 1), Paragraph("*p* < .05 [0, 1]")))
    '# Results\\n\\n*p* \\\\< .05 [0, 1]\\n'
    """
    return "\n\n".join(_block(block, width) for block in document) + "\n"


def _block(block: Block, width: int | None) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {_escaped(block.text)}"
    if isinstance(block, Paragraph):
        return _filled(_marked(block.text), width)
    if isinstance(block, Points):
        return "\n".join(_filled(f"- {_marked(point)}", width, "  ") for point in block.points)
    if isinstance(block, Listing):
        return f"```\n{block.text.strip()}\n```"
    rows = [[_marked(cell) for cell in row] for row in (block.head, *block.rows)]
    rows.insert(1, ["---"] * len(block.head))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    title = [f"**{_escaped(block.title)}**"] if block.title else []
    note = [f"*Note.* {_marked(block.note)}"] if block.note else []
    return "\n\n".join([*title, table, *note])


def _filled(text: str, width: int | None, indent: str = "") -> str:
    if width is None:
        return text
    return textwrap.fill(text, width, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _marked(text: str) -> str:
    """Set the marks of a sentence as Markdown has them, and keep all else from being read as markup."""
    return "".join(
        f"{MARKS[style]}{part if style == 'code' else _escaped(part)}{MARKS[style]}" for part, style in spans(text)
    )


def _escaped(text: str) -> str:
    return SPECIAL.sub(r"\\\g<0>", text)
