"""The lists at the foot of a page, from which its cards are made: folded, and on paper where they were unfolded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal


def section(name: str, title: str, items: Sequence[str], kind: Literal["ol", "ul"], attributes: str = "") -> str:
    """Give a list of notes as HTML.

    Parameters
    ----------
    name
        First part of the identifier of its heading.
    title
        What the heading says; how many notes there are stands behind it.
    items
        The notes, each a ``li`` element.
    kind
        Whether the order of the notes means something.
    attributes
        What else the section carries for the script of the cards, written as in HTML.
    """
    return (
        f'<section class="pagenotes" aria-labelledby="{name}-title"{attributes}><details>'
        f'<summary><h2 id="{name}-title">{title}</h2> <span>{len(items)}</span></summary>'
        f"<{kind}>{''.join(items)}</{kind}></details></section>"
    )
