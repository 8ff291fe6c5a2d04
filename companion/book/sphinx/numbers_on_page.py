"""Where a number comes from: the list "Numbers on this page", from which the cards are made."""

from __future__ import annotations

from html import escape
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

from companion.book.sphinx import laboratory, page_notes, subject, workings
from companion.book.sphinx.places import Places
from companion.book.sphinx.roles import EVERY_NUMBER, row_id
from companion.book.sphinx.sources import has_pages, link
from companion.book.sphinx.subject import Subject
from companion.formats import Language
from companion.numbers import Number, Registry
from companion.words import Words

FEW = 3
"""Other pages that a card names; the number's row names all."""


def note(number: Number, registry: Registry, places: Places, builder: Builder, here: str, say: Words) -> str:
    """Give what a card says of a number, as HTML.

    Parameters
    ----------
    number
        The number.
    registry
        All numbers, of which it may be made.
    places
        Where the numbers of the book stand.
    builder
        Knows the pages and their addresses.
    here
        The page on which the note stands.
    say
        The words of the book's language.
    """
    rows = str(builder.get_relative_uri(here, EVERY_NUMBER))
    row = f"{rows}#{row_id(number.key)}"
    of_others = workings.line(number, registry, rows, say.language)
    work = f'<p class="n-work">{of_others}</p>' if of_others else ""
    mark, name = number.origin, "n-src"
    if number.simulated:
        mark, name = say("pages.number.simulated"), "n-src simulated"
    made = say("pages.number.made", mark=escape(mark), digest=number.short_digest)
    return (
        f'<p class="n-what">{escape(number.what)}</p>'
        f'<p class="n-val"><b>{escape(number.printed(say.language))}</b> '
        f"<span>{escape(_precise(number, say.language))}</span></p>"
        f"{work}"
        f"{_elsewhere(number, places, builder, here, row, say)}"
        f'<p class="{name}">{made} · '
        f'{link(builder, here, number.function)} · <a href="{row}">{say("pages.number.row")}</a></p>'
    )


def _precise(number: Number, language: Language) -> str:
    parts = [] if number.precise == number.printed(language) else [number.precise]
    if interval := number.interval_printed(language):
        parts.append(interval)
    return "; ".join(parts)


def _elsewhere(number: Number, places: Places, builder: Builder, here: str, row: str, say: Words) -> str:
    """The other pages on which the number stands: a few, then how many more."""
    others = [place for place in places.of(number.key) if place.page != here]
    if not others or not has_pages(builder):
        return ""
    named = [places.links(here, place)[0] for place in others[:FEW]]
    if len(others) > FEW:
        named.append(f'<a href="{row}">{say("pages.number.more", count=len(others) - FEW)}</a>')
    return f'<p class="n-also">{say("pages.number.also", pages=", ".join(named))}</p>'


class Lists:
    """The lists of one application's pages."""

    def gather(self, app: Sphinx, env: BuildEnvironment) -> None:
        """Note, once for all lists, where the numbers stand; all pages have been read by now."""
        self.places = Places(app.builder)

    def append(
        self, app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
    ) -> None:
        """Set the list at the foot of every page that prints numbers."""
        used: list[str] = app.env.metadata.get(pagename, {}).get("numbers", [])
        if not used or pagename == EVERY_NUMBER or not context.get("body"):
            return
        about = subject.of(app.config)
        laboratory_is_here = laboratory.PAGE in app.env.found_docs
        marks = [' class="again"' if laboratory_is_here and laboratory.computes(key) else "" for key in used]
        items = [
            f'<li id="n-{row_id(key)}"{mark}>{self._note(app.builder, about, key, pagename)}</li>'
            for key, mark in zip(used, marks, strict=True)
        ]
        again = ""
        if any(marks):
            address = app.builder.get_relative_uri(pagename, laboratory.PAGE)
            again = f' data-laboratory="{address}" data-again="{escape(about.say("pages.number.again"))}"'
        context["body"] += page_notes.section("numnotes", about.say("pages.number.list"), items, "ol", again)

    def _note(self, builder: Builder, about: Subject, key: str, page: str) -> str:
        return note(about.registry[key], about.registry, self.places, builder, page, about.say)


def setup(app: Sphinx) -> None:
    """Connect the lists to the pages."""
    lists = Lists()
    app.connect("env-updated", lists.gather)
    app.connect("html-page-context", lists.append)
