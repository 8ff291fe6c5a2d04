"""Sentences and paragraphs that hold only under a result: the role ``{if}`` and the directive ``{if}``.

They are always parsed, so that an author's slip in them is told whatever the survey says. Where the condition does not
hold, nothing of them is left: no word, number, name, footnote or citation; and a number in them need not exist. A
catalogue for translators has them all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from types import SimpleNamespace
from typing import Any, TypeVar, cast

from docutils import nodes
from docutils.nodes import Node, system_message
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from companion.book.sphinx import subject
from companion.book.sphinx.conditions import ConditionError, holds
from companion.book.sphinx.roles import DOES_NOT_HOLD, ResultRole, result_text
from companion.book.sphinx.slips import SlipError, told
from companion.book.sphinx.subject import UnknownKeyError

Parsed = TypeVar("Parsed")

CATALOGUE = "gettext"
"""The builder that collects sentences for translators."""


class IfRole(ResultRole):
    """``{if}``condition: sentence``: the sentence, where the condition holds; nothing elsewhere."""

    def result(self) -> tuple[list[Node], list[system_message]]:
        """Give the sentence, or nothing."""
        condition, colon, sentence = self.text.partition(":")
        if not colon:
            raise ConditionError("a condition ends with a colon")
        context = cast(SimpleNamespace, self.inliner)  # MyST's inliner is its own context

        def parse() -> tuple[list[Node], list[system_message]]:
            parsed, messages = self.inliner.parse(sentence.strip(), self.lineno, context, self.inliner.parent)
            return [result_text("", "", *parsed)], messages

        renderer = self.inliner._renderer  # type: ignore[attr-defined]
        return _where_it_holds(self.env, renderer, condition, parse) or ([], [])


class IfDirective(SphinxDirective):
    """``:::{if} condition``: whole paragraphs that hold only under a result."""

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[Node]:
        """Give the paragraphs, or nothing."""

        def parse() -> list[Node]:
            container = nodes.container(classes=["result-text"])
            self.state.nested_parse(self.content, self.content_offset, container)
            return [container]

        renderer = self.state._renderer  # type: ignore[attr-defined]
        try:
            return _where_it_holds(self.env, renderer, self.arguments[0], parse) or []
        except UnknownKeyError as slip:
            # Around it a condition does not hold, as for a role in such a place: the number need not exist.
            return [] if self.env.temp_data.get(DOES_NOT_HOLD) else self._told(slip)
        except SlipError as slip:
            return self._told(slip)

    def _told(self, slip: SlipError) -> list[Node]:
        return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]


def _where_it_holds(env: BuildEnvironment, renderer: Any, condition: str, parse: Callable[[], Parsed]) -> Parsed | None:
    """Parse, and give what was parsed if the condition holds or if every sentence is wanted."""
    stands, fault = False, None
    try:
        stands = holds(condition.strip(), subject.of(env.config).look_up)
    except SlipError as slip:
        fault = slip
    stays = stands or env.app.builder.name == CATALOGUE
    around = env.temp_data.get(DOES_NOT_HOLD, False)
    env.temp_data[DOES_NOT_HOLD] = around or not (stands or fault)
    with nullcontext() if stays else unnoticed(env, renderer):
        parsed = parse()
    env.temp_data[DOES_NOT_HOLD] = around
    if fault is not None:
        raise fault
    return parsed if stays else None


@contextmanager
def unnoticed(env: BuildEnvironment, renderer: Any) -> Iterator[None]:
    """Let nothing that is parsed meanwhile count for the page or the book.

    Parameters
    ----------
    env
        What Sphinx knows of the book.
    renderer
        MyST's renderer of the page.
    """
    document = renderer.document
    ours = [env.metadata[env.docname], renderer.md_env, getattr(env, "sphinx_exercise_registry", {})]
    of_page = [*vars(document).values(), document.transformer.transforms]
    of_book = [value for data in env.domaindata.values() for value in data.values()]
    registries = [value for value in (*ours, *of_page, *of_book) if isinstance(value, (list, dict))]
    before = [_copied(registry) for registry in registries]
    try:
        yield
    finally:
        for registry, kept in zip(registries, before, strict=True):
            registry.clear()
            if isinstance(registry, list):
                registry.extend(kept)
            else:
                registry.update(kept)


def _copied(registry: Any) -> Any:
    """Copy a list, or a dictionary with the collections in it."""
    if isinstance(registry, list):
        return list(registry)
    return {key: copy(value) if isinstance(value, (list, dict, set)) else value for key, value in registry.items()}


def setup(app: Sphinx) -> None:
    """Register role and directive."""
    app.add_role("if", IfRole())
    app.add_directive("if", IfDirective)
