"""Style sheets of a site as rules: read by tinycss2, with what they import, their addresses seen from one folder."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import tinycss2
from tinycss2.ast import LiteralToken

Node = Any
"""A rule, a declaration or a token: tinycss2 states no types."""
COMMA = LiteralToken(0, 0, ",")
BLANK = ("whitespace", "comment")


def rules_of(style: str, name: str = "style sheet") -> list[Node]:
    """Give the rules of a style sheet, and the comments between them.

    Raises
    ------
    ValueError
        With the name and the line of what is no CSS.
    """
    rules: list[Node] = tinycss2.parse_stylesheet(style, skip_whitespace=True)
    for part in (part for rule in rules for part in (rule, *(getattr(rule, "prelude", None) or ()))):
        if part.type == "error":
            raise ValueError(f"{name}, line {part.source_line}: {part.message}")
    return rules


def parts_of(rule: Node) -> list[Node]:
    """Give the declarations and the rules that stand in a rule; what is neither goes, as browsers pass it over."""
    parts = tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True)
    return [part for part in parts if part.type != "error"]


def at_commas(tokens: Iterable[Node]) -> list[list[Node]]:
    """Split tokens at their commas, not at those inside brackets."""
    parts: list[list[Node]] = [[]]
    for token in tokens:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def is_at(rule: Node, *keywords: str) -> bool:
    """Whether a rule is an at-rule of one of these kinds, such as ``media``."""
    return rule.type == "at-rule" and rule.lower_at_keyword in keywords


def within(tokens: Iterable[Node]) -> Iterator[Node]:
    """Give tokens with all that stands inside them."""
    for token in tokens:
        yield token
        for inside in ("prelude", "value", "arguments", "content"):
            held = getattr(token, inside, None)
            if isinstance(held, list):
                yield from within(held)


def read(site: Path, names: Iterable[str], seen_from: str) -> Mapping[str, list[Node]]:
    """Read style sheets and, before each, what it imports.

    Parameters
    ----------
    site, names
        Folder of the site, and the files from there.
    seen_from
        Folder of the site from which the addresses in the rules hold afterwards.

    Returns
    -------
    Mapping
        Name of a file -> its rules, without ``@charset`` and ``@import``, and without fonts that the site lacks.

    Raises
    ------
    ValueError
        A sheet is no CSS, or imports what is no file of the site or holds under a condition only.
    """
    sheets: dict[str, list[Node]] = {}
    for name in names:
        folder = posixpath.dirname(name)
        kept: list[Node] = []
        for rule in rules_of((site / name).read_text(encoding="utf-8"), name):
            if is_at(rule, "import"):
                sheets |= read(site, [_imported(rule, name, site)], seen_from)
            elif not is_at(rule, "charset") and not (is_at(rule, "font-face") and _is_lost(rule, site / folder)):
                kept.append(rule)
        for token in within(kept):
            _move(token, folder, seen_from)
        sheets[name] = kept
    return sheets


def _imported(rule: Node, name: str, site: Path) -> str:
    address, *condition = [token for token in rule.prelude if token.type not in BLANK]
    words = _address(address) if address.type != "string" else address
    found = posixpath.normpath(posixpath.join(posixpath.dirname(name), words.value)) if words else ""
    if condition or not (site / found).is_file():
        raise ValueError(f"{name}, line {rule.source_line}: {rule.serialize()} cannot be bundled")
    return found


def _address(token: Node) -> Node | None:
    """The token that holds the address where a token is a ``url()``, with quotes or without."""
    if token.type == "function" and token.lower_name == "url":
        return next((part for part in token.arguments if part.type == "string"), None)
    return token if token.type == "url" else None


def _move(token: Node, folder: str, seen_from: str) -> None:
    """Let the address in a token hold from another folder."""
    address = _address(token)
    if address is None or urlsplit(address.value).scheme or address.value.startswith(("#", "/")):
        return
    moved = posixpath.relpath(posixpath.normpath(posixpath.join(folder, address.value)), seen_from)
    address.value, address.representation = moved, f"url({moved})" if address is token else f'"{moved}"'


def _is_lost(font: Node, folder: Path) -> bool:
    """Take out of a font's sources, but the first, what the site has not; whether it lacks the first."""
    first, *others = at_commas(font.content)
    kept = [first, *(source for source in others if _has_its_file(source, folder))]
    font.content = [token for source in kept for token in (COMMA, *source)][1:]
    return not _has_its_file(first, folder)


def _has_its_file(source: Iterable[Node], folder: Path) -> bool:
    return all((folder / address.value).is_file() for address in map(_address, source) if address is not None)
