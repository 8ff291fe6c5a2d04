"""Roles and directive for prose that depends on results: num, verdict, direction, if."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import cast

from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.conditions import SIGNS, ConditionError, claim_key, direction, holds
from companion.numbers import Number

EVERY_NUMBER = "chapters/using/every-number"


class number_node(nodes.inline):  # noqa: N801  docutils names its nodes so
    """A printed number, which links to its row on the page "Every number"."""


class result_text(nodes.inline):  # noqa: N801
    """Words that depend on a result: a direction or a conditional sentence."""


def note(env: BuildEnvironment, number: Number) -> None:
    """Note that the page being read prints a number, for its list "Numbers on this page"."""
    used = env.metadata[env.docname].setdefault("numbers", [])
    if number.key not in used:
        used.append(number.key)


class _ResultRole(SphinxRole):
    def place(self) -> str:
        source, line = self.get_source_info()
        return f"{source}:{line}"

    def number(self, key: str) -> Number:
        return subject.of(self.config).look_up(key, self.place())

    def note(self, number: Number) -> None:
        note(self.env, number)


class NumRole(_ResultRole):
    """``{num}`key``: the number as printed."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        number = self.number(self.text.strip())
        self.note(number)
        return [number_node("", number.printed, key=number.key)], []


class VerdictRole(_ResultRole):
    """``{verdict}`R2``: the verdict in the words of the analysis plan, with its badge."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        number = self.number(claim_key(self.text.strip()))
        self.note(number)
        return [number_node("", number.printed, key=number.key, classes=["verdict", str(number.value)])], []


class DirectionRole(_ResultRole):
    """``{direction}`key | word if above zero | word if below | word if the interval holds zero``."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        key, *words = (part.strip() for part in self.text.split("|"))
        if len(words) != len(SIGNS):
            raise ConditionError(f"{self.place()}: direction wants a key and three words", modname="companion.book")
        return [result_text("", words[SIGNS.index(direction(self.number(key)))])], []


class IfRole(_ResultRole):
    """``{if}``condition: sentence``: the sentence, where the condition holds; nothing elsewhere."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        condition, colon, sentence = self.text.partition(":")
        if not colon:
            raise ConditionError(f"{self.place()}: a condition ends with a colon", modname="companion.book")
        if not holds(condition.strip(), self.number):
            return [], []
        context = cast(SimpleNamespace, self.inliner)  # MyST's inliner is its own context
        parsed, messages = self.inliner.parse(sentence.strip(), self.lineno, context, self.inliner.parent)
        return [result_text("", "", *parsed)], messages


class IfDirective(SphinxDirective):
    """Whole paragraphs that hold only under a result."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[Node]:
        source, line = self.get_source_info()
        if not holds(self.arguments[0], lambda key: subject.of(self.config).look_up(key, f"{source}:{line}")):
            return []
        container = nodes.container(classes=["result-text"])
        self.state.nested_parse(self.content, self.content_offset, container)
        return [container]


def row_id(key: str) -> str:
    """Give the anchor of a number's row on the page "Every number"."""
    return key.replace(".", "-").lower()


def every_number_address(translator: HTML5Translator) -> str:
    """Give the way from the page being written to the page "Every number"."""
    docname = getattr(translator.builder, "current_docname", EVERY_NUMBER)
    return str(translator.builder.get_relative_uri(docname, EVERY_NUMBER))


def opened_link(key: str, address: str, classes: Sequence[str] = (), anchor: str = "") -> str:
    """Give the start tag of a number's link to its row on the page at ``address``; the number's card finds it."""
    row, own = row_id(key), f' id="{anchor}"' if anchor else ""
    return f'<a class="{" ".join(["num", *classes])}"{own} href="{address}#{row}" data-num="{row}">'


def visit_number(self: HTML5Translator, node: number_node) -> None:
    """Write a number as a link to its row."""
    anchor = node.get("anchor", "") if self.builder.name == "html" else ""
    self.body.append(opened_link(node["key"], every_number_address(self), node["classes"], anchor))


def depart_number(self: HTML5Translator, node: number_node) -> None:
    """Close the link."""
    self.body.append("</a>")


def visit_result_text(self: HTML5Translator, node: result_text) -> None:
    """Write the words as they are."""


def setup(app: Sphinx) -> None:
    """Register roles, directive and nodes."""
    app.add_node(number_node, html=(visit_number, depart_number))
    app.add_node(result_text, html=(visit_result_text, visit_result_text))
    app.add_role("num", NumRole())
    app.add_role("verdict", VerdictRole())
    app.add_role("direction", DirectionRole())
    app.add_role("if", IfRole())
    app.add_directive("if", IfDirective)
