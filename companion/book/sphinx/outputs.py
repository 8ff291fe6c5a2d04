"""Figures and tables from code cells: numbered, captioned, with alt text from the registry and files to take along."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from myst_nb.core.render import MimeData, NbElementRenderer
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from companion.book.sphinx import subject
from companion.book.sphinx.languages import spoken
from companion.book.sphinx.slips import SlipError, told
from companion.book.sphinx.sources import definition, has_pages, link
from companion.figures.compact_svg import compact
from companion.figures.style import MIME as FIGURE_MIME
from companion.figures.style import plain
from companion.survey.simulated_mark import marked
from companion.tables.in_words import GROUP, in_groups
from companion.tables.table import MIME as TABLE_MIME

DATA = "data"
"""Folder of the pages with the figures' data."""
PHONE = 600
PIXELS_PER_POINT = 4 / 3
logger = logging.getLogger(__name__)


class drawn_figure(nodes.General, nodes.Element):  # noqa: N801  docutils names its nodes so
    """A figure drawn twice, for a column and for a phone, with all that its page offers of it."""


class result_source(nodes.General, nodes.Element):  # noqa: N801
    """The line under a table: the function that made it, and its data."""


class FigurePlugin:
    """Turns the output of a figure's cell into a picture with alt text."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", FIGURE_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Give the nodes of a figure; None for anything else."""
        if inline or data.mime_type != FIGURE_MIME:
            return None
        content: dict[str, Any] = data.content
        if fault := _unknown_maker(renderer, data):
            return [fault]
        figure = drawn_figure("", **content, alt=_alt_text(renderer, data))
        figure.source, figure.line = renderer.renderer.document["source"], data.line
        return [figure]


class TablePlugin:
    """Turns the output of a table's cell into a real table."""

    mime_priority_overrides: ClassVar[Sequence[tuple[str, str, int | None]]] = [("*", TABLE_MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """Give the nodes of a table; None for anything else."""
        if inline or data.mime_type != TABLE_MIME:
            return None
        content: dict[str, Any] = data.content
        if fault := _unknown_maker(renderer, data):
            return [fault]
        about = subject.of(renderer.renderer.document.settings.env.config)
        simulated = content["about"] == "planted" or (content["about"] == "survey" and about.simulated)
        source = result_source("", function=content["function"], data=content["data"], simulated=simulated)
        return [_table(renderer, content, data.line), source]


class HoistCaptions(SphinxTransform):
    """Make a table's caption its title, so that tables are numbered as tables and not as figures."""

    default_priority = 200

    def apply(self, **kwargs: object) -> None:
        """Replace each figure that holds a result table by the table itself."""
        for figure in list(self.document.findall(nodes.figure)):
            table = next(iter(figure.findall(nodes.table)), None)
            if table is None or "result" not in table["classes"]:
                continue
            caption = next(iter(figure.findall(nodes.caption)), None)
            if caption is None:
                logger.warning("a table without a caption", location=figure)
                continue
            table.insert(0, nodes.title(caption.rawsource, "", *caption.children))
            for attribute in ("ids", "names"):
                table[attribute] = list(figure[attribute])
            for identifier in figure["ids"]:
                self.document.ids[identifier] = table
            source = next(iter(figure.findall(result_source)))
            source.parent.remove(source)
            table.parent.remove(table)
            figure.replace_self([table, source])


def _alt_text(renderer: NbElementRenderer, data: MimeData) -> str:
    options = renderer.renderer.get_cell_level_config("render_image_options", data.cell_metadata, line=data.line) or {}
    template = str(options.get("alt", "")).strip()
    if not template:
        logger.warning("a figure without alt text", location=_place(renderer, data), type="companion")
    return " ".join(_inline(renderer, template, data.line).astext().split())


def _inline(renderer: NbElementRenderer, text: str, line: int | None) -> nodes.Element:
    holder = nodes.inline()
    with renderer.renderer.current_node_context(holder):
        renderer.renderer.nested_render_text(text, line or 0, inline=True)
    return holder


def _table(renderer: NbElementRenderer, content: dict[str, Any], line: int | None) -> nodes.table:
    columns: list[str] = content["columns"]
    group = nodes.tgroup(cols=len(columns))
    group += [nodes.colspec(colwidth=1, stub=1 if index == 0 else None) for index in range(len(columns))]
    group += nodes.thead("", _row(renderer, columns, [""] * len(columns), line))
    for label, rows in in_groups(content["rows"], content["groups"]):
        heads = [_head_of_group(renderer, label, len(columns), line)] if label else []
        group += nodes.tbody("", *heads, *(_row(renderer, cells, content["languages"], line) for cells in rows))
    for row, anchor in zip(_rows(group), content["anchors"], strict=False):
        row["ids"] = [anchor]
    return nodes.table("", group, classes=["result"])


def _rows(group: nodes.tgroup) -> Iterator[nodes.row]:
    bodies = (row for body in group.findall(nodes.tbody) for row in body.findall(nodes.row))
    return (row for row in bodies if GROUP not in row["classes"])


def _head_of_group(renderer: NbElementRenderer, label: str, columns: int, line: int | None) -> nodes.row:
    entry = nodes.entry("", nodes.paragraph("", "", *_inline(renderer, label, line).children), morecols=columns - 1)
    return nodes.row("", entry, classes=[GROUP])


def _row(renderer: NbElementRenderer, cells: list[str], languages: list[str], line: int | None) -> nodes.row:
    return nodes.row(
        "",
        *[
            nodes.entry("", nodes.paragraph("", "", *_inline(renderer, cell, line).children), classes=spoken(language))
            for cell, language in zip(cells, languages, strict=True)
        ],
    )


def _unknown_maker(renderer: NbElementRenderer, data: MimeData) -> nodes.Element | None:
    """Give what stands in the place of an output that names a function which the package does not have."""
    function = data.content["function"]
    try:
        definition(function)
    except SlipError as slip:
        return nodes.paragraph("", "", told(slip, _place(renderer, data), function))
    return None


def _place(renderer: NbElementRenderer, data: MimeData) -> str:
    return f"{renderer.renderer.document['source']}:{data.line}"


def published(outdir: str | Path, folder: str, stem: str, suffix: str, content: bytes) -> str:
    """Write a file into the site, unless its folder has the same one, and give its path from the site's root.

    Its name carries its digest.
    """
    digest = hashlib.sha256(content).hexdigest()[:10]
    path = Path(outdir) / folder / f"{stem}-{digest}.{suffix}"
    path.parent.mkdir(parents=True, exist_ok=True)
    for same in sorted(path.parent.glob(f"*-{digest}.{suffix}")):
        return f"{folder}/{same.name}"
    path.write_bytes(content)
    return f"{folder}/{path.name}"


def page_files(translator: HTML5Translator, folder: str, stem: str, source: Path) -> str:
    """Write a style sheet and a script of one page into the site, and give the elements that load them.

    Parameters
    ----------
    translator
        Of the page.
    folder
        Of the site.
    stem
        Their name.
    source
        The folder that has both, under ``stem``.
    """
    style, script = (
        to_root(translator)
        + published(translator.builder.outdir, folder, stem, suffix, (source / f"{stem}.{suffix}").read_bytes())
        for suffix in ("css", "js")
    )
    return f'<link rel="stylesheet" href="{style}"><script defer src="{script}"></script>'


def published_drawing(outdir: str | Path, stem: str, svg: str) -> str:
    """Write a drawing into the site, and give its path from the site's root."""
    return published(outdir, "_images", stem, "svg", compact(svg).encode())


def to_root(translator: HTML5Translator) -> str:
    """Give the way from the page being written to the site's root."""
    return "../" * str(getattr(translator.builder, "current_docname", "")).count("/")


def name_of(figure: drawn_figure) -> str:
    """Give the name of a figure, under which its files and the page with its data stand; nothing where it has none."""
    around = around_drawing(figure)
    return str(around["ids"][0]) if around is not None and around["ids"] else ""


def around_drawing(figure: drawn_figure) -> nodes.figure | None:
    """Give the figure, with its name and caption, that a drawing stands in; nothing where it stands in none."""
    around: nodes.Element | None = figure.parent
    while around is not None and not isinstance(around, nodes.figure):
        around = around.parent
    return around


def visit_figure(self: HTML5Translator, node: drawn_figure) -> None:
    """Write both drawings as files, a picture element that chooses by width, and the line with files to take along."""
    stem = name_of(node) or "figure"
    wide, narrow = (
        to_root(self) + published_drawing(self.builder.outdir, f"{stem}{part}", node[size])
        for size, part in (("wide", ""), ("narrow", "-narrow"))
    )
    width, height = picture_size(node["wide"])
    links = _taken_along(self, node, stem)
    details = ""
    if has_pages(self.builder):
        address = self.builder.get_relative_uri(self.builder.current_docname, f"{DATA}/{stem}")
        said = subject.of(self.config).say("pages.result.table")
        links.insert(0, f'<a id="{stem}-data" href="{address}">{said}</a>')
        details = f' aria-details="{stem}-data"'
    alt = escape(node["alt"])
    image = f'<img src="{wide}" alt="{alt}" width="{width}" height="{height}"{details}>'
    self.body.append(f"<picture>{phone_source(narrow, node['narrow'])}{image}</picture>")
    self.body.append(_source_line(self, node["function"], links))
    raise nodes.SkipNode


def _taken_along(self: HTML5Translator, node: drawn_figure, stem: str) -> list[str]:
    """Publish a figure's data and its picture for other programs; give the links."""
    data = marked(node["data"]) if node["simulated"] else node["data"]
    say = subject.of(self.config).say
    alt = say("pages.simulated.alt", alt=node["alt"]) if node["simulated"] else node["alt"]
    return [
        _download(self, stem, "csv", data.encode(), say("pages.result.csv")),
        _download(self, stem, "svg", compact(plain(node["wide"], alt)).encode(), say("pages.result.svg")),
        _download(self, stem, "png", base64.b64decode(node["png"]), say("pages.result.png")),
    ]


def _download(self: HTML5Translator, stem: str, suffix: str, content: bytes, words: str) -> str:
    address = to_root(self) + published(self.builder.outdir, "_downloads", stem, suffix, content)
    return f'<a href="{address}" download="{stem}.{suffix}">{words}</a>'


def _source_line(self: HTML5Translator, function: str, links: list[str]) -> str:
    made_by = link(self.builder, getattr(self.builder, "current_docname", ""), function)
    return f'<p class="result-source">{" · ".join([made_by, *links])}</p>'


def picture_size(svg: str) -> tuple[int, int]:
    """Give width and height of an SVG in CSS pixels."""
    head = svg[svg.index("<svg") : svg.index(">", svg.index("<svg"))]
    found = {name: re.search(rf'\b{name}="([0-9.]+)(pt)?"', head) for name in ("width", "height")}
    width, height = (float(size[1]) * (PIXELS_PER_POINT if size[2] else 1) for size in found.values() if size)
    return round(width), round(height)


def phone_source(address: str, svg: str) -> str:
    """Give the element that lets a phone take the narrow drawing."""
    width, height = picture_size(svg)
    return f'<source media="(max-width: {PHONE}px)" srcset="{address}" width="{width}" height="{height}">'


def visit_source(self: HTML5Translator, node: result_source) -> None:
    """Write the line with the function's name and the data as CSV."""
    stem = node["function"].rsplit(".", 1)[-1].replace("_", "-")
    data = marked(node["data"]) if node["simulated"] else node["data"]
    offered = _download(self, stem, "csv", data.encode(), subject.of(self.config).say("pages.result.csv"))
    self.body.append(_source_line(self, node["function"], [offered]))
    raise nodes.SkipNode


def setup(app: Sphinx) -> None:
    """Register nodes and the transform (the mime plug-ins are entry points of the package)."""
    app.add_node(drawn_figure, html=(visit_figure, None))
    app.add_node(result_source, html=(visit_source, None))
    app.add_transform(HoistCaptions)
