"""What the book draws in its prose: the sign of a reaction, the legend of the six signs, drawn posts, the schema."""

from __future__ import annotations

from html import escape
from pathlib import Path

from docutils import nodes
from docutils.nodes import Node, system_message
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.outputs import phone_source, picture_size, to_root
from companion.figures import marks
from companion.figures.style import level_name

STATIC = "_static"


class drawing(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """A drawing of the book's own, with a version for a phone where there is one."""


class ReactionRole(SphinxRole):
    """``{reaction}`like` `` or ``{reaction}`words <like>` ``: a reaction with its sign."""

    def run(self) -> tuple[list[Node], list[system_message]]:
        """Give the sign and the words as one chip."""
        words, _, rest = self.text.partition("<")
        interaction = rest.rstrip("> ") or words.strip()
        shown = words.strip() if rest else level_name(interaction, subject.of(self.config).language).lower()
        html = f'<span class="chip chip-{interaction}">{marks.svg_icon(interaction)}{escape(shown)}</span>'
        return [nodes.raw("", html, format="html")], []


class Legend(SphinxDirective):
    """``{legend}``: a sign for each cell."""

    def run(self) -> list[Node]:
        """Give the legend as a table with headers."""
        about = subject.of(self.config)
        said = about.say.under("pages.drawings")
        shown = about.study.questionnaire.design.interactions
        head = "".join(f'<th scope="col">{level_name(w, about.language)}</th>' for w in shown)
        rows = "".join(
            f'<tr><th scope="row">{words}</th>'
            + "".join(f'<td>{marks.svg_icon(w, hollow)}<span class="visually-hidden">{form}</span></td>' for w in shown)
            + "</tr>"
            for words, hollow, form in (
                (said["positive"], False, said["solid"]),
                (said["negative"], True, said["hollow"]),
            )
        )
        return [
            nodes.raw(
                "",
                f'<div class="legend"><table><thead><tr><td></td>{head}</tr></thead>'
                f"<tbody>{rows}</tbody></table></div>",
                format="html",
            )
        ]


class Drawing(SphinxDirective):
    """``{drawing} NAME``: a drawing from ``_static``, with ``NAME-narrow`` for a phone where there is one."""

    required_arguments = 1
    has_content = True
    option_spec = {"name": directives.unchanged, "alt": directives.unchanged_required, "class": directives.class_option}  # noqa: RUF012

    def run(self) -> list[Node]:
        """Give the drawing, as a figure where there is a caption."""
        name = self.arguments[0]
        source = Path(self.env.srcdir) / STATIC
        self.env.note_dependency(str(source / f"{name}.svg"))
        picture = drawing("", drawing=name, alt=self.options["alt"])
        if not self.content:
            return [picture]
        figure = nodes.figure("", picture, classes=self.options.get("class", []))
        caption = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, caption)
        figure += nodes.caption("", "", *caption.children[0].children)
        self.add_name(figure)
        return [figure]


class Stimuli(SphinxDirective):
    """``{stimuli} negative``: the three drawn posts with negative (or positive) comments, side by side."""

    required_arguments = 1

    def run(self) -> list[Node]:
        """Give a figure for each reaction, with the sign and name of the reaction as caption."""
        valence, about = self.arguments[0], subject.of(self.config)
        valence_said = level_name(valence, about.language).lower()
        box = nodes.container(classes=["stims"])
        for interaction in about.study.questionnaire.design.interactions:
            name = f"stimulus-{valence}-{interaction}"
            reaction = level_name(interaction, about.language)
            alt = about.say("pages.stimulus", valence=valence_said, reaction=reaction.lower())
            mark = nodes.raw("", marks.svg_icon(interaction, valence == "negative"), format="html")
            caption = nodes.caption("", "", mark, nodes.Text(f" {reaction}"))
            box += nodes.container(
                "", drawing("", drawing=name, alt=alt), nodes.paragraph("", "", *caption.children), classes=["stim"]
            )
        return [box]


def visit_drawing(self: HTML5Translator, node: drawing) -> None:
    """Write the drawing as a picture from ``_static``."""
    source = Path(self.builder.srcdir) / STATIC
    base = f"{to_root(self)}{STATIC}/{node['drawing']}"
    width, height = picture_size((source / f"{node['drawing']}.svg").read_text())
    narrow = source / f"{node['drawing']}-narrow.svg"
    phone = ""
    if narrow.is_file():
        phone = phone_source(f"{base}-narrow.svg", narrow.read_text())
    image = f'<img src="{base}.svg" alt="{escape(node["alt"])}" width="{width}" height="{height}">'
    self.body.append(f"<picture>{phone}{image}</picture>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register role, directives and node."""
    app.add_node(drawing, html=(visit_drawing, None))
    app.add_role("reaction", ReactionRole())
    app.add_directive("legend", Legend)
    app.add_directive("drawing", Drawing)
    app.add_directive("stimuli", Stimuli)
