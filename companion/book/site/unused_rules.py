"""Take out of a style sheet what can apply to no page of the site: the theme's sheets serve every site there is.

A rule stays when every class and every id that its selector asks for occurs somewhere: on a page, or as a word in one
of the scripts, which may set it. Selectors without classes and ids stay. Attributes and whatever stands in ``:not``,
``:is``, ``:where`` or ``:has`` are not looked at: keeping too much does no harm.

tinycss2 reads and writes the CSS; only the choice is made here. PurgeCSS would make it too, in a program of its own and
with thirty packages from npm; what it would have to be told of scripts, licences and properties is as long.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from companion.book.site.style_sheets import Node, at_commas, is_at, parts_of, within

GROUPS = ("media", "supports", "layer", "container")
"""At-rules that hold rules."""
WORD = re.compile(r"-{0,2}[A-Za-z_][\w-]*")
NAMES_ON_PAGE = re.compile(r'\b(?:class|id)="([^"]*)"')
VARIABLE = re.compile(r"var\(\s*(--[\w-]+)")


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


def without_unused(rules: Sequence[Node], words: set[str]) -> str:
    """Give a style sheet without the rules, the comments and the custom properties that nothing asks for.

    Parameters
    ----------
    rules
        Those of the style sheet. Comments that begin with ``!`` hold a licence: they stay, and come first.
    words
        What `words_of` found.

    Examples
    --------
    >>> from companion.book.site.style_sheets import rules_of
    >>> without_unused(rules_of(".a{color:red} .b,.a p{top:0} @media print{.b{top:1px}}"), {"a"})
    '.a{color:red}.a p{top:0}'
    """
    licences = [rule.serialize() for rule in rules if rule.type == "comment" and rule.value.startswith("!")]
    used = list(_used(rules, words))
    read = _properties_read(used, words)
    return "".join([*licences, *(_written(rule, read) for rule in used)])


def _used(rules: Iterable[Node], words: set[str]) -> Iterator[Node]:
    """Give the rules that can apply, each with the selectors that can, their contents parsed."""
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [selector for selector in at_commas(rule.prelude) if _can_apply(selector, words)]
            rule.prelude = ",".join(map(_text, selectors))
            rule.content = parts_of(rule)
            if selectors:
                yield rule
        elif is_at(rule, *GROUPS) and rule.content is not None:
            rule.content = list(_used(parts_of(rule), words))
            if rule.content:
                yield rule
        elif rule.type == "at-rule":
            yield rule


def _can_apply(selector: Sequence[Node], words: set[str]) -> bool:
    ids = {token.value for token in selector if token.type == "hash"}
    classes = {name.value for mark, name in pairwise(selector) if mark == "." and name.type == "ident"}
    return ids | classes <= words


def _properties_read(rules: Iterable[Node], words: set[str]) -> set[str]:
    """Give the custom properties that words and rules read, and those that these read in turn."""
    read, passed_on = set(words), dict[str, set[str]]()
    for part in _leaves(rules):
        if part.type == "declaration" and part.name.startswith("--"):
            passed_on.setdefault(part.name, set()).update(_variables(part.value))
        else:
            read.update(_variables([part]))
    new = read
    while new:
        new = {name for known in new for name in passed_on.get(known, ())} - read
        read |= new
    return read


def _leaves(rules: Iterable[Node]) -> Iterator[Node]:
    for rule in rules:
        if rule.type == "qualified-rule":
            yield from rule.content
        elif is_at(rule, *GROUPS) and rule.content is not None:
            yield from _leaves(rule.content)
        else:
            yield rule


def _variables(tokens: Iterable[Node]) -> Iterator[str]:
    for token in within(tokens):
        if token.type == "function" and token.lower_name == "var":
            yield next(part.value for part in token.arguments if part.type == "ident")


def _written(rule: Node, read: set[str]) -> str:
    if rule.type == "qualified-rule":
        head, inside = rule.prelude, ";".join(filter(None, (_declared(part, read) for part in rule.content)))
    else:
        head = f"@{rule.at_keyword} {_text(rule.prelude)}".rstrip()
        if rule.content is None:
            return f"{head};"
        grouped = is_at(rule, *GROUPS)
        inside = "".join(_written(part, read) for part in rule.content) if grouped else _text(rule.content)
    return f"{head}{{{inside}}}" if inside else ""


def _declared(part: Node, read: set[str]) -> str:
    if part.type != "declaration":
        return str(part.serialize())
    if part.name.startswith("--") and part.name not in read:
        return ""
    return f"{part.name}:{_text(part.value) or ' '}{'!important' * part.important}"


def _text(tokens: Iterable[Node]) -> str:
    """Write tokens as they stood; tinycss2 would set comments between some, which a ``unicode-range`` cannot bear."""
    words = "".join(" " if token.type in ("whitespace", "comment") else token.serialize() for token in tokens)
    return words.strip()
