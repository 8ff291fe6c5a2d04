"""A menu with its label, as the instruments on the pages have it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape


def select(name: str, label: str, options: Sequence[tuple[str, str]], chosen: str = "") -> str:
    """Give a menu with its label, as HTML.

    Parameters
    ----------
    name
        Of its field in the form.
    label
        What stands above it.
    options
        Each option by its value and its name.
    chosen
        The value that a reader meets; the first option when none has it.

    Examples
    --------
    >>> select("n", "People", [("180", "few"), ("1200", "many")], chosen="1200").partition("1200")[2]
    '" selected>many</option></select></label>'
    """
    items = "".join(
        f'<option value="{escape(value)}"{" selected" * bool(chosen and value == chosen)}>{escape(named)}</option>'
        for value, named in options
    )
    return f'<label><span>{escape(label)}</span> <select name="{name}">{items}</select></label>'
