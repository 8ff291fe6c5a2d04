"""Slides for the course: each page below ``slides/`` becomes a deck, read by Sphinx as every page of the book is.

So the roles, the conditions and the links of the book work on slides, a figure is the file that its chapter shows, and
one build makes both. What a browser needs to show one slide after the other is reveal.js, from the npm lock.

sphinx-revealjs 3.2 was the other way. It is a builder of its own, so that the book would be read and resolved once
more; it starts reveal.js with a script inside the page, which the content policy forbids; and it carries reveal.js
within the package, outside the lock that names what the site is made of. Of reveal.js its notes are not used: they
write a window with scripts and styles inside (hakimel/reveal.js, issue 3375), so ``deck.js`` opens one of its own.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.nodes import Node
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from companion.book import slides
from companion.book.sphinx import subject
from companion.book.sphinx.outputs import drawn_figure, name_of, phone_source, picture_size, published_drawing, to_root
from companion.book.sphinx.slips import SlipError, told
from companion.figures.palette import DARK, LIGHT
from companion.root import ROOT
from companion.store import write_aside

HOUSE = Path(slides.__file__).parent
REVEAL = ROOT / "node_modules/reveal.js/dist"
FILES = "_static/slides"
"""Where the site keeps what all decks share."""

TALL = 0.6
"""Height of a figure by its width above which it wants the room beside the title, too."""

KINDS = ("aims", "question", "answer", "activity", "wrong", "homework")
"""What a slide is for, where it is not simply a step of the argument."""


class slide(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """One slide."""


class slide_heading(nodes.General, nodes.TextElement):  # noqa: N801
    """What stands over a slide: what kind it is, and its title."""


class slide_kind(nodes.Invisible, nodes.Element):  # noqa: N801
    """What the slide is for that it stands on, and how many minutes it is given."""


class slide_notes(nodes.General, nodes.Element):  # noqa: N801
    """What the teacher says."""


class shown_figure(nodes.General, nodes.Element):  # noqa: N801
    """A figure of a chapter, shown on a slide."""


class Slide(SphinxDirective):
    """``{slide} activity``: what a slide is for; ``:minutes:`` says how long the part takes that begins with it."""

    required_arguments = 1
    option_spec = {"minutes": directives.positive_int}  # noqa: RUF012

    def run(self) -> list[Node]:
        """Give the mark that the slide takes up."""
        kind = self.arguments[0]
        if kind not in (*KINDS, "step"):
            slip = SlipError(f"a slide is one of {', '.join(KINDS)} or step, and not {kind!r}")
            return [nodes.paragraph("", "", told(slip, self.get_location(), self.block_text))]
        return [slide_kind("", kind=kind, minutes=self.options.get("minutes", 0))]


class Notes(SphinxDirective):
    """``{notes}``: what the teacher says while the slide is shown."""

    has_content = True

    def run(self) -> list[Node]:
        """Give the notes."""
        return [slide_notes("", *self.parse_content_to_nodes())]


class BookFigure(SphinxDirective):
    """``{book-figure} fig-serial``: a figure of a chapter, by its name there."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Give the place of the figure."""
        figure = shown_figure("", name=self.arguments[0])
        self.set_source_info(figure)
        return [figure]


def check(app: Sphinx, doctree: nodes.document) -> None:
    """Tell of a deck's slides without notes, and of what would be slides on a slide."""
    if not _is_deck(app.env.docname):
        return
    for section in doctree.findall(nodes.section):
        title = section[0].astext()
        if not any(isinstance(child, slide_notes) for child in section.children):
            told(
                SlipError(f"the slide {title!r} has no notes: write what the teacher says under {{notes}}"), section, ""
            )
        if isinstance(section.parent, nodes.section) and isinstance(section.parent.parent, nodes.section):
            told(
                SlipError(f"{title!r} stands inside a slide: a deck has a title and slides, one # and many ##"),
                section,
                "",
            )


def arrange(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Turn the sections of a deck, whose links are all resolved, into slides side by side."""
    if not _is_deck(docname) or app.builder.name != "html":
        return
    for place in list(doctree.findall(shown_figure)):
        _fill(app, place)
    (whole,) = [child for child in doctree.children if isinstance(child, nodes.section)]
    others = [child for child in whole.children if isinstance(child, nodes.section)]
    for other in others:
        whole.remove(other)
    doctree.children = []
    doctree.extend([_slide(whole, level=1), *(_slide(other, level=2) for other in others)])


def _slide(section: nodes.section, level: int) -> slide:
    title, *rest = section.children
    kinds = [child for child in rest if isinstance(child, slide_kind)]
    notes = [child for child in rest if isinstance(child, slide_notes)]
    said = [child for child in rest if not isinstance(child, slide_kind | slide_notes)]
    kind, minutes = (kinds[0]["kind"], kinds[0]["minutes"]) if kinds else ("title" if level == 1 else "step", 0)
    heading = slide_heading("", "", *title.children, kind=kind, minutes=minutes, level=level)
    return slide("", heading, nodes.container("", *said, classes=["said"]), *notes, ids=section["ids"], kind=kind)


def _fill(app: Sphinx, place: shown_figure) -> None:
    """Fill the place of a figure with the drawings that its chapter shows."""
    name = place["name"]
    page, anchor, _ = app.env.get_domain("std").data["labels"].get(name, ("", "", ""))
    drawn = next((one for one in _figures(app, page) if name_of(one) == anchor), None) if page else None
    if drawn is None:
        place.replace_self(nodes.paragraph("", "", told(SlipError(f"no chapter has a figure {name!r}"), place, name)))
        return
    number = app.env.toc_fignumbers[page]["figure"][anchor]
    called = app.config.numfig_format["figure"] % ".".join(map(str, number))
    here = app.builder.get_relative_uri(f"{slides.FOLDER}/any", page)
    place.attributes.update(
        {part: drawn[part] for part in ("wide", "narrow", "alt")}, address=f"{here}#{anchor}", called=called
    )


def _figures(app: Sphinx, page: str) -> Iterator[drawn_figure]:
    yield from app.env.get_doctree(page).findall(drawn_figure)


def visit_slide(self: HTML5Translator, node: slide) -> None:
    """Open a slide."""
    self.body.append(f'<section class="slide {node["kind"]}" id="{node["ids"][0]}">')


def depart_slide(self: HTML5Translator, node: slide) -> None:
    """Say at the foot of a slide that the survey is simulated, and close it."""
    about = subject.of(self.config)
    if about.simulated:
        self.body.append(f'<p class="foot"><span class="simtag"></span>{about.say("pages.slides.foot")}</p>')
    self.body.append("</section>\n")


def visit_heading(self: HTML5Translator, node: slide_heading) -> None:
    """Write what kind of slide it is and how long the part takes, and open the title."""
    say = subject.of(self.config).say
    told = [say(f"pages.slides.kinds.{node['kind']}")] if node["kind"] in KINDS else []
    if node["minutes"]:
        told.append(f'<span class="minutes">{say("pages.slides.minutes", count=node["minutes"])}</span>')
    kicker = f'<p class="kicker">{" · ".join(told)}</p>' if told else ""
    self.body.append(f"<header>{kicker}<h{node['level']}>")


def depart_heading(self: HTML5Translator, node: slide_heading) -> None:
    """Close the title."""
    self.body.append(f"</h{node['level']}></header>")


def visit_notes(self: HTML5Translator, node: slide_notes) -> None:
    """Open the notes."""
    said = escape(subject.of(self.config).say("pages.slides.page.notes"))
    self.body.append(f'<div class="notes" role="note" aria-label="{said}">')


def depart_notes(self: HTML5Translator, node: slide_notes) -> None:
    """Close the notes."""
    self.body.append("</div>")


def visit_shown_figure(self: HTML5Translator, node: shown_figure) -> None:
    """Write the picture: the files are those of the chapter, by name and by every letter."""
    wide, narrow = (
        to_root(self) + published_drawing(self.builder.outdir, f"{node['name']}{part}", node[size])
        for size, part in (("wide", ""), ("narrow", "-narrow"))
    )
    width, height = picture_size(node["wide"])
    tall = ' class="tall"' if height > TALL * width else ""
    image = f'<img src="{wide}" alt="{escape(node["alt"])}" width="{width}" height="{height}">'
    self.body.append(
        f"<figure{tall}><picture>{phone_source(narrow, node['narrow'])}{image}</picture>"
        f'<figcaption><a href="{node["address"]}">{node["called"]}</a></figcaption></figure>'
    )
    raise nodes.SkipNode


def page(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> str | None:
    """Give a deck a page of its own kind, to which no other part of the book adds: it finds an empty one."""
    if not _is_deck(pagename) or doctree is None:
        return None
    about = subject.of(app.config)
    context["say"] = about.say
    context["book"] = app.config.html_title
    context["course"] = app.builder.get_relative_uri(pagename, "chapters/using/course")
    context["files"] = f"../{FILES}"
    context["deck"], context["body"] = context["body"], ""
    context["formulas"] = "katex" in context["deck"]
    return "deck.html"


def find_template(app: Sphinx, config: Config) -> None:
    """Let Sphinx find the page of a deck, and read the decks, which stand in no table of contents."""
    config.templates_path = [*config.templates_path, str(HOUSE)]
    config.exclude_patterns = [
        pattern for pattern in config.exclude_patterns if not pattern.startswith(f"{slides.FOLDER}/")
    ]


def style() -> str:
    """Give the style sheet of the decks, with the colours of the book."""
    text = (HOUSE / "deck.css").read_text(encoding="utf-8")
    for name, tokens in {"light": LIGHT, "dark": DARK}.items():
        text = text.replace(f"/* {name} */", "".join(f"--{token}:{colour};" for token, colour in tokens.items()))
    return text


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write what the decks share, once all pages are finished; a book without decks needs nothing."""
    if exception is not None or app.builder.name != "html" or not any(map(_is_deck, app.env.found_docs)):
        return
    if not REVEAL.is_dir():
        raise ExtensionError("reveal.js is not installed: run npm ci", modname=__name__)
    folder = Path(app.outdir) / FILES
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("reveal.js", "reveal.css"):
        shutil.copyfile(REVEAL / name, folder / name)
    shutil.copyfile(HOUSE / "deck.js", folder / "deck.js")
    write_aside(folder / "deck.css", style().encode())


def _is_deck(docname: str) -> bool:
    return docname.startswith(f"{slides.FOLDER}/")


def setup(app: Sphinx) -> None:
    """Register nodes and directives.

    The settings are changed after the table of contents has said which pages are not in it; the page comes before
    everything that others add to pages; the files after the last pass over the pages, which puts style sheets together.
    """
    app.add_node(slide, html=(visit_slide, depart_slide))
    app.add_node(slide_heading, html=(visit_heading, depart_heading))
    app.add_node(slide_kind)
    app.add_node(slide_notes, html=(visit_notes, depart_notes))
    app.add_node(shown_figure, html=(visit_shown_figure, None))
    app.add_directive("slide", Slide)
    app.add_directive("notes", Notes)
    app.add_directive("book-figure", BookFigure)
    app.connect("config-inited", find_template, priority=900)
    app.connect("doctree-read", check)
    app.connect("doctree-resolved", arrange, priority=900)
    app.connect("html-page-context", page, priority=0)
    app.connect("build-finished", write_files, priority=850)
