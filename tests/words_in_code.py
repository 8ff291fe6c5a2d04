"""Which keys of the catalogue a folder of code asks for, read from the code without running it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

IN_TEMPLATE = re.compile(r"""\bsay(\.under)?\(["']([^"']+)["']""")


def asked_for(folder: Path, files: frozenset[str]) -> dict[str, str]:
    """Give a pattern for every key that code asks for, and where it does.

    Words are asked for by the names ``say`` and ``words``, and by a text: ``say("tables.yes")``,
    ``words(language)("tables.yes")``. ``say.under("tables.method.flow.heads")`` asks for what is right below a key, and
    what is filled into ``f"design.label.{level}"`` may be any one part of a key.
    """
    patterns: dict[str, str] = {}
    for module in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            for pattern in _patterns(node, files):
                patterns[pattern] = f"{module.relative_to(folder)}:{getattr(node, 'lineno', 0)}"
    for template in sorted(folder.rglob("*.html")):
        for asked in IN_TEMPLATE.finditer(template.read_text(encoding="utf-8")):
            patterns[re.escape(asked[2]) + (r"\.[^.]+" if asked[1] else "")] = str(template.relative_to(folder))
    return patterns


def unknown(patterns: dict[str, str], keys: frozenset[str]) -> dict[str, str]:
    """Give the patterns that no key fits, and where they stand."""
    return {pattern: place for pattern, place in patterns.items() if not any(re.fullmatch(pattern, k) for k in keys)}


def unused(patterns: dict[str, str], keys: frozenset[str]) -> list[str]:
    """Give the keys that fit no pattern."""
    return sorted(key for key in keys if not any(re.fullmatch(pattern, key) for pattern in patterns))


def _patterns(node: ast.AST, files: frozenset[str]) -> Iterator[str]:
    if not isinstance(node, ast.Call) or not node.args:
        return
    below = isinstance(node.func, ast.Attribute) and node.func.attr == "under"
    asked = node.func.value if below and isinstance(node.func, ast.Attribute) else node.func
    if _name(asked) not in ("say", "words"):
        return
    for text in _texts(node.args[0]):
        if text.partition("\\.")[0] in files and (below or "\\." in text):
            yield text + (r"\.[^.]+" if below else "")


def _name(asked: ast.expr) -> str:
    """Give the name of what is called: the last part of a dotted one, and of the function where a call is called."""
    if isinstance(asked, ast.Call):
        return _name(asked.func)
    return asked.attr if isinstance(asked, ast.Attribute) else asked.id if isinstance(asked, ast.Name) else ""


def _texts(node: ast.expr) -> Iterator[str]:
    """Give the pattern of a text; of either text where a condition chooses between two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield re.escape(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^.]+" for part in node.values
        )
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)


WORD = re.compile(r"[A-Za-z][a-z'’]*")
RUN = re.compile(r"(?:[A-Za-z][a-z'’]*|\{\})(?:[,;:.]? (?:[A-Za-z][a-z'’]*|\{\}))+")
"""Words in a row, some of which may be filled in."""

FEWEST = 3
"""Words that make a sentence of a text."""

MARKUP = re.compile(r"<[^<>]*>|\{[^{}]+\}|&\w+;|`[^`]*`")
FOR_OPERATORS = re.compile(r".*(Error|Problem)$|^(warn|warning|info|debug|error)$")
"""Calls whose words are for those who build the book: errors, warnings, lines of a log."""


def sentences(folder: Path) -> dict[str, str]:
    """Give the sentences that stand in code, by their place, but for docstrings and what is said to operators."""
    found: dict[str, str] = {}
    for module in sorted(folder.rglob("*.py")):
        for line, text in _said(ast.parse(module.read_text(encoding="utf-8"))):
            runs = RUN.findall(MARKUP.sub(" \N{MIDDLE DOT} ", text))
            if any(len(WORD.findall(run)) >= FEWEST for run in runs):
                found[f"{module.relative_to(folder)}:{line}"] = text
    return found


def _said(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Give the texts below a node and their lines."""
    if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        return
    if isinstance(node, ast.Call) and FOR_OPERATORS.match(_name(node.func)):
        return
    if isinstance(node, ast.Constant):
        if isinstance(node.value, str):
            yield node.lineno, node.value
    elif isinstance(node, ast.JoinedStr):
        whole = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
        yield node.lineno, whole
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                yield from _said(part)
    else:
        for child in ast.iter_child_nodes(node):
            yield from _said(child)


MASK = str.maketrans(
    {chr(start + i): chr(0x410 + 32 * low + i) for low, start in enumerate((65, 97)) for i in range(26)}
)
"""Each letter as a Cyrillic one, so that no word is English and no two words become one."""


def masked(language: Path, other: Path) -> None:
    """Write another language with the same keys, in which each letter of each sentence is masked."""
    other.mkdir()
    for file in language.glob("*.yml"):
        content = _masked(yaml.safe_load(file.read_text(encoding="utf-8")))
        (other / file.name).write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")


def _masked(entry: Any) -> Any:
    """Mask an entry, but for what is filled in and what is markup."""
    if isinstance(entry, dict):
        return {key: _masked(value) for key, value in entry.items()}
    parts = re.split(r"(\{[^{}]*\}|<[^<>]*>)", entry)
    return "".join(part if part[:1] in ("{", "<") else part.translate(MASK) for part in parts)
