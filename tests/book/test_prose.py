"""No result is typed by hand: take the roles away, and no numeral and no verdict word is left."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from branches import BLOCK, ROLE, SOURCES
from docutils import nodes

from companion.book.sphinx.roles import number_node, result_text

ROOT = Path(__file__).resolve().parents[2]
ALLOWED = Path(__file__).with_name("allowed-numerals.txt")
PARTS = ("method", "results", "implications")
COMPUTED = (number_node, result_text)
APART = (
    nodes.literal_block,
    nodes.math,
    nodes.math_block,
    nodes.raw,
    nodes.literal,
    nodes.table,
    nodes.comment,
    nodes.pending,
)
VERDICT_WORDS = re.compile(
    r"\b(found reversed|not found|is found|are found|was found|were found|stronger|strongest|significant(ly)?"
    r"|confirm(s|ed)?|support(s|ed)|proves|proved|replicat\w+)\b",
    re.IGNORECASE,
)
NUMERAL = re.compile(r"[-−]?\d[\d.,]*")
NOT_TYPED = re.compile(r"```.*?```|(?:\{[\w:]+\})?(`+)(?!`).+?(?<!`)\1(?!`)|\$[^$\n]+\$|\]\([^)]*\)", re.DOTALL)
"""Code, roles, formulas and addresses in a source."""
CODES = {"mediation": {"3", "2"}}
"""What stands alone under a condition as a code of the data, by page: that of a reply."""


def allowed(file: Path = ALLOWED) -> list[tuple[re.Pattern[str], str]]:
    """Give each allowed pattern with its reason; a line without a reason is a fault."""
    entries = []
    for line in file.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            pattern, reason = line.split("\t")
            assert reason.strip(), f"{pattern} is allowed without a reason"
            entries.append((re.compile(pattern), reason))
    return entries


def doctrees(work: Path) -> Iterator[tuple[str, nodes.document]]:
    """Give the resolved pages of the parts in which every result is a role."""
    for part in PARTS:
        for file in sorted((work / "chapters" / part).glob("*.doctree")):
            yield f"{part}/{file.stem}", pickle.loads(file.read_bytes())


def typed_text(document: nodes.document) -> Iterator[str]:
    """Give the text of paragraphs, captions, titles and lists that no role computed."""
    for block in document.findall(
        lambda node: isinstance(node, (nodes.paragraph, nodes.caption, nodes.title, nodes.term))
    ):
        if _inside(block, (*APART, *COMPUTED)) or _is_output(block):
            continue
        words = [text.astext() for text in block.findall(nodes.Text) if not _inside(text, (*APART, *COMPUTED, *CITED))]
        yield " ".join("".join(words).split())


CITED = (nodes.citation_reference, nodes.reference, nodes.citation, nodes.footnote_reference)


def _inside(node: nodes.Node, kinds: tuple[type, ...]) -> bool:
    while node is not None:
        if isinstance(node, kinds) or getattr(node, "tagname", "") == "pending_xref":
            return True
        node = node.parent
    return False


def _is_output(node: nodes.Node) -> bool:
    while node is not None:
        if isinstance(node, nodes.Element) and {"cell_output", "cell_input"} & set(node.get("classes", [])):
            return not isinstance(node, nodes.caption) and not any(
                isinstance(up, nodes.figure) for up in _ancestors(node)
            )
        node = node.parent
    return False


def _ancestors(node: nodes.Node) -> Iterator[nodes.Node]:
    while node is not None:
        yield node
        node = node.parent


def left_over(text: str, patterns: list[re.Pattern[str]]) -> list[str]:
    """Give the numerals and verdict words that remain when what is allowed has been taken out."""
    for pattern in patterns:
        text = pattern.sub("", text)
    return [match.group() for match in (*NUMERAL.finditer(text), *VERDICT_WORDS.finditer(text))]


@pytest.mark.book
def test_no_numeral_and_no_verdict_word_is_typed_in_the_chapters_on_the_study(doctree_folder: Path) -> None:
    patterns = [pattern for pattern, _ in allowed()]
    found = {
        (page, word, text)
        for page, document in doctrees(doctree_folder)
        for text in typed_text(document)
        for word in left_over(text, patterns)
    }
    assert not found, "\n".join(f"{page}: {word!r} in: {text}" for page, word, text in sorted(found))


@pytest.mark.book
def test_every_allowed_pattern_is_needed(doctree_folder: Path) -> None:
    texts = [text for _, document in doctrees(doctree_folder) for text in typed_text(document)]
    idle = [pattern.pattern for pattern, _ in allowed() if not any(pattern.search(text) for text in texts)]
    assert not idle


def under_conditions(source: str) -> Iterator[str]:
    """Give what a source says under conditions, whether they hold or not, without what a role computes in it."""
    texts = [found["text"] for found in BLOCK.finditer(source)]
    texts += [found[3].partition(":")[2] for found in ROLE.finditer(source) if found[1] == "if"]
    return (" ".join(NOT_TYPED.sub("", text).split()) for text in texts)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_no_numeral_is_typed_under_a_condition_whether_it_holds_or_not(source: Path) -> None:
    patterns = [pattern for pattern, _ in allowed()]
    texts = [
        text for text in under_conditions(source.read_text(encoding="utf-8")) if text not in CODES.get(source.stem, ())
    ]
    assert [text for text in texts if NUMERAL.search("".join(left_over(text, patterns)))] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{if}`design.like no: All 12 saw it.`", ["All 12 saw it."]),
        (":::{if} R2 found\nBy 0.3 points, `code 4` and {num}`a.b`.\n:::\n", ["By 0.3 points, and ."]),
    ],
    ids=["a sentence", "a block"],
)
def test_what_stands_under_a_condition_is_read_without_what_is_computed(source: str, found: list[str]) -> None:
    assert list(under_conditions(source)) == found
    assert all(NUMERAL.search(text) for text in found)


def sentence(*parts: nodes.Node) -> nodes.document:
    document = nodes.document("", "")
    document += nodes.paragraph("", "", *parts)
    return document


def test_a_typed_number_is_seen() -> None:
    document = sentence(nodes.Text("The effect is 0.16 points."))
    assert left_over(next(typed_text(document)), []) == ["0.16"]


def test_a_typed_verdict_is_seen() -> None:
    document = sentence(nodes.Text("The reversal is significant."))
    assert left_over(next(typed_text(document)), []) == ["significant"]


def test_what_a_role_prints_is_not_taken_for_typed() -> None:
    document = sentence(nodes.Text("The effect is "), number_node("", "0.16", key="x"), nodes.Text(" points."))
    assert left_over(next(typed_text(document)), []) == []
