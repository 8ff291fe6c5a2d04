"""How a number is made of others, as a line of its card: each part as it is printed, linked to its own row."""

from __future__ import annotations

import re
from html import escape

from companion.book.sphinx.roles import row_id
from companion.formats import MINUS, Language, printed
from companion.numbers import Number, Registry, working

SIGNS = {"*": " × ", "+": " + ", "-": f" {MINUS} ", "/": " / "}
TOKEN = re.compile(rf"{working.PART.pattern}|[-+*/()]")


def line(number: Number, registry: Registry, rows: str, language: Language) -> str:
    """Give how a number is made as HTML, or nothing where it is made of no other numbers.

    Parameters
    ----------
    number
        The number.
    registry
        All numbers.
    rows
        Address of the page with every number, from the page that is written.
    language
        In which it is printed.
    """
    if not number.working:
        return ""
    tokens = TOKEN.findall(number.working)
    made = "".join(
        SIGNS[token] if token in SIGNS else token if token in "()" else _part(registry[token], before, rows, language)
        for before, token in zip(["", *tokens], tokens, strict=False)
    )
    return f"{escape(number.printed(language))} {_relation(number, registry)} {made}"


def _part(number: Number, before: str, rows: str, language: Language) -> str:
    shown = number.printed(language)
    link = f'<a href="{rows}#{row_id(number.key)}">{escape(shown)}</a>'
    return f"({link})" if before in {"+", "-"} and shown.startswith(MINUS) else link


def _relation(number: Number, registry: Registry) -> str:
    """The sign between a number and its parts: equal where that is true of all of them as they are printed."""
    as_printed = {key: working.rounded(registry[key]) for key in working.parts(number.working)}
    again = printed(working.value(number.working, as_printed), number.kind, "en", number.decimals)
    return "=" if again == number.printed("en") else "≈"
