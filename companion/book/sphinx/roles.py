"""Roles for prose that depends on results and on what was asked: num, verdict, direction, asked.

MyST-NB's own roles, glue and eval, only warn of a missing name, and its number then vanishes from the sentence; they
hold values of other pages from an earlier build, and no provenance.
"""

from __future__ import annotations

from collections.abc import Sequence

from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.conditions import SIGNS, ConditionError, claim_key, direction
from companion.book.sphinx.slips import SlipError, told
from companion.book.sphinx.subject import UnknownKeyError
from companion.numbers import Number
from companion.survey import scale_words

EVERY_NUMBER = "chapters/using/every-number"


DOES_NOT_HOLD = "companion_does_not_hold"
"""Set while a sentence is read whose condition does not hold: its numbers may exist only where it does."""


class number_node(nodes.inline):  # noqa: N801  docutils names its nodes so
    """A printed number, which links to its row on the page "Every number"."""


class result_text(nodes.inline):  # noqa: N801
    """Words that depend on a result: a direction or a conditional sentence."""


def note(env: BuildEnvironment, number: Number) -> None:
    """Note that the page being read prints a number, for its list "Numbers on this page"."""
    used = env.metadata[env.docname].setdefault("numbers", [])
    if number.key not in used:
        used.append(number.key)


class ResultRole(SphinxRole):
    """A role whose text depends on a result; an author's slip in it is told, and the page goes on."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Give what stands in the place of the role."""
        try:
            return self.result()
        except SlipError as slip:
            if isinstance(slip, UnknownKeyError) and self.env.temp_data.get(DOES_NOT_HOLD):
                return [], []
            return [told(slip, self.get_location(), self.rawtext)], []

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give what stands there.

        Raises
        ------
        SlipError
            With what the author can mend.
        """
        raise NotImplementedError

    def number(self, key: str) -> Number:
        """Give the number of a key."""
        return subject.of(self.config).look_up(key)

    def note(self, number: Number) -> None:
        """Note that the page prints a number."""
        note(self.env, number)


class NumRole(ResultRole):
    """``{num}`key``: the number as printed."""

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give the number, linked to its row."""
        number = self.number(self.text.strip())
        self.note(number)
        return [number_node("", number.printed(subject.of(self.config).language), key=number.key)], []


class VerdictRole(ResultRole):
    """``{verdict}`R2``: the verdict in the words of the analysis plan, with its badge."""

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give the number, linked to its row."""
        number = self.number(claim_key(self.text.strip()))
        self.note(number)
        return [
            number_node(
                "",
                number.printed(subject.of(self.config).language),
                key=number.key,
                classes=["verdict", str(number.value)],
            )
        ], []


class DirectionRole(ResultRole):
    """``{direction}`key | word if above zero | word if below | word if the interval holds zero``."""

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give the word for the direction of the number."""
        key, *words = (part.strip() for part in self.text.split("|"))
        if len(words) != len(SIGNS):
            raise ConditionError("a direction wants a key and three words: key | above zero | below zero | undecided")
        return [result_text("", words[SIGNS.index(direction(self.number(key)))])], []


class AskedRole(ResultRole):
    """``{asked}`points``: how long the questionnaire's scales are, in words (see `companion.survey.scale_words`)."""

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give the word."""
        about = subject.of(self.config)
        known = scale_words.told(about.study.questionnaire, about.study.analysis.model.constructs, about.language)
        name = self.text.strip()
        if name not in known:
            raise SlipError(f"the questionnaire does not say {name!r}; it says {', '.join(known)}")
        return [result_text("", known[name])], []


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
    """Register roles and nodes."""
    app.add_node(number_node, html=(visit_number, depart_number))
    app.add_node(result_text, html=(visit_result_text, visit_result_text))
    app.add_role("num", NumRole())
    app.add_role("verdict", VerdictRole())
    app.add_role("direction", DirectionRole())
    app.add_role("asked", AskedRole())
