"""Take out of a style sheet what can apply to no page of the site: the theme's sheets serve every site there is.

A rule stays when every class and every id that its selector asks for occurs somewhere: on a page, or as a word in one
of the scripts, which may set it. Selectors without classes and ids stay. Attributes and whatever stands in ``:not``,
``:is``, ``:where`` or ``:has`` are not looked at: keeping too much does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

OPAQUE = re.compile(r"""/\*.*?\*/|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|url\([^)"']*\)""", re.DOTALL)
"""What may hold a brace, a semicolon or a comma that is none."""
HIDDEN = re.compile("\x00(\\d+)\x01")
GROUPS = ("@media", "@supports", "@layer", "@container")
CONDITION = re.compile(r"\[[^\]]*\]|:(?:not|is|where|has)\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)")
NAME = re.compile(r"[.#](-?(?:[A-Za-z_]|\\.)(?:[\w-]|\\.)*)")
WORD = re.compile(r"-{0,2}[A-Za-z_][\w-]*")
NAMES_ON_PAGE = re.compile(r'\b(?:class|id)="([^"]*)"')
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")
PROPERTY = re.compile(r"(?<=[{;])\s*(--[\w-]+)\s*:[^;{}]*(?:;|(?=\}))")


def words_of(pages: Iterable[str], scripts: Iterable[str]) -> set[str]:
    """Give the classes, ids and custom properties that pages name, and every word of scripts."""
    found: set[str] = set()
    for page in pages:
        for names in NAMES_ON_PAGE.findall(page):
            found.update(names.split())
        found.update(VARIABLE.findall(page))
    for script in scripts:
        found.update(WORD.findall(script))
    return found


def without_unused(style: str, words: set[str]) -> str:
    """Give a style sheet without the rules, the comments and the custom properties that nothing asks for.

    Parameters
    ----------
    style
        The style sheet. Comments that begin with ``!`` hold a licence: they stay, and come first.
    words
        What `words_of` found.

    Examples
    --------
    >>> without_unused(".a{color:red} .b,.a p{top:0} @media print{.b{top:1px}}", {"a"})
    '.a{color:red}.a p{top:0}'
    """
    opaque: list[str] = []
    licences: list[str] = []

    def hide(match: re.Match[str]) -> str:
        if match[0].startswith("/*"):
            if match[0].startswith("/*!"):
                licences.append(match[0])
            return ""
        opaque.append(match[0])
        return f"\x00{len(opaque) - 1}\x01"

    kept = _used(OPAQUE.sub(hide, style), words)
    kept = _without_properties(kept, words)
    return "".join(licences) + HIDDEN.sub(lambda match: opaque[int(match[1])], kept)


def _used(style: str, words: set[str]) -> str:
    kept = []
    for prelude, body in _blocks(style):
        if body is None:
            kept.append(f"{prelude};")
        elif prelude.startswith(GROUPS):
            if inner := _used(body, words):
                kept.append(f"{prelude}{{{inner}}}")
        elif prelude.startswith("@"):
            kept.append(f"{prelude}{{{_squeezed(body)}}}")
        elif selectors := [one for one in _selectors(prelude) if _can_apply(one, words)]:
            kept.append(f"{','.join(selectors)}{{{_squeezed(body)}}}")
    return "".join(kept)


def _blocks(style: str) -> Iterator[tuple[str, str | None]]:
    """Give each rule's prelude and body; a statement such as ``@charset`` has no body."""
    depth = start = inside = 0
    prelude = ""
    for mark in re.finditer("[{};]", style):
        if mark[0] == "{":
            if depth == 0:
                prelude, inside = _squeezed(style[start : mark.start()]), mark.end()
            depth += 1
        elif mark[0] == "}":
            depth -= 1
            if depth == 0:
                yield prelude, style[inside : mark.start()]
                start = mark.end()
        elif depth == 0:
            yield _squeezed(style[start : mark.start()]), None
            start = mark.end()
        if depth < 0:
            break
    if depth != 0 or style[start:].strip():
        raise ValueError("a style sheet whose braces do not match")


def _selectors(prelude: str) -> Iterator[str]:
    """Split a list of selectors at its commas, not at those inside brackets."""
    depth = start = 0
    for mark in re.finditer(r"[(),]", prelude):
        depth += {"(": 1, ")": -1, ",": 0}[mark[0]]
        if mark[0] == "," and depth == 0:
            yield prelude[start : mark.start()].strip()
            start = mark.end()
    yield prelude[start:].strip()


def _can_apply(selector: str, words: set[str]) -> bool:
    names = NAME.findall(CONDITION.sub("", selector))
    return all(name.replace("\\", "") in words for name in names)


def _without_properties(style: str, words: set[str]) -> str:
    """Take out custom properties that nothing reads, until each is read by what is left."""
    read = words.union(VARIABLE.findall(style))
    left = PROPERTY.sub(lambda match: match[0] if match[1] in read else "", style)
    return style if left == style else _without_properties(left, words)


def _squeezed(text: str) -> str:
    return " ".join(text.split())
