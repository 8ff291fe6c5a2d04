"""A chapter as a Jupyter notebook: its prose in plain Markdown with numbers and citations filled in, and its cells.

The notebook is written from the page as Sphinx has read it, so that every role, condition and cross-reference stands
there as on the page. The cells are those of the chapter, without outputs: whoever runs them computes the outputs. What
the page holds and no method here names stops the build. jupytext converts the source, in which each number is a role;
sphinx-tojupyter fills roles in, too, but brings a builder of its own that would read and run every chapter again.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NoReturn
from urllib.parse import urljoin

import nbformat
from bs4 import BeautifulSoup
from docutils import nodes
from nbformat import NotebookNode
from sphinx.builders import Builder
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxTranslator

CELL = "cell_code"
SPECIAL = re.compile(r"([\\`*_$<\[\]])")


class UnknownNodeError(ExtensionError):
    """A chapter holds something of which nobody has said how it reads in a notebook."""


class Translator(SphinxTranslator):
    """What the translators of words and of blocks have in common.

    Parameters
    ----------
    page
        The chapter.
    builder
        The builder of the site.
    site
        Address of the chapter's page on the web, to which its links are relative; empty when the book has none.
    """

    def __init__(self, page: nodes.document, builder: Builder, site: str) -> None:
        super().__init__(page, builder)
        self.site = site

    def unknown_visit(self, node: nodes.Node) -> NoReturn:
        """Refuse what no method names.

        Raises
        ------
        UnknownNodeError
            With the place.
        """
        raise UnknownNodeError(
            f"{node.source or self.document.get('source', '')}:{node.line or ''}: {type(self).__name__} has no method "
            f"visit_{type(node).__name__} that says how this reads in the chapter's notebook",
            modname="companion.book.sphinx.notebooks",
        )

    def passed_through(self, node: nodes.Element) -> None:
        """Go on with what stands inside a node, or leave it: the node itself has no words."""

    def dropped(self, node: nodes.Element) -> NoReturn:
        """Leave out a node without words, or with words that stand elsewhere."""
        raise nodes.SkipNode

    visit_comment = visit_index = visit_label = visit_target = dropped


class Words(Translator):
    """Words of a line as Markdown, in ``body``."""

    def __init__(self, page: nodes.document, builder: Builder, site: str) -> None:
        super().__init__(page, builder, site)
        self.body: list[str] = []
        self.opened: list[int] = []

    visit_inline = depart_inline = Translator.passed_through
    # What stands where an author slipped: the build fails in the end, but goes on to tell the other slips.
    visit_problematic = depart_problematic = Translator.passed_through

    def visit_Text(self, node: nodes.Text) -> NoReturn:  # noqa: N802  docutils names it so
        self._plain(node.astext())

    def visit_raw(self, node: nodes.raw) -> NoReturn:
        self._plain(BeautifulSoup(node.astext(), "html.parser").get_text())

    def _plain(self, words: str) -> NoReturn:
        self.body.append(SPECIAL.sub(r"\\\1", words))
        raise nodes.SkipNode

    def visit_math(self, node: nodes.math) -> NoReturn:
        self.body.append(f"${node.astext()}$")
        raise nodes.SkipNode

    def visit_literal(self, node: nodes.literal) -> NoReturn:
        self.body.append(f"`{node.astext()}`")
        raise nodes.SkipNode

    def visit_emphasis(self, node: nodes.emphasis) -> None:
        self.body.append("*")

    depart_emphasis = visit_emphasis

    def visit_strong(self, node: nodes.strong) -> None:
        self.body.append("**")

    depart_strong = visit_strong

    def visit_reference(self, node: nodes.reference) -> None:
        self.opened.append(len(self.body))

    def depart_reference(self, node: nodes.reference) -> None:
        start = self.opened.pop()
        words, address = "".join(self.body[start:]), str(node.get("refuri", ""))
        if not address.startswith(("http://", "https://")):
            address = urljoin(self.site, address) if self.site and address else ""
        self.body[start:] = [f"[{words}]({address})" if address else words]


class Blocks(Translator):
    """Blocks of a page as cells of a notebook, in ``cells``; ``prose`` holds what has not become a cell yet.

    Parameters
    ----------
    page, builder, site
        See `Translator`.
    number
        Gives the number of a figure, table or exercise by its id: "3", or "" where it has none.
    """

    def __init__(self, page: nodes.document, builder: Builder, site: str, number: Callable[[str], str]) -> None:
        super().__init__(page, builder, site)
        self.number = number
        self.cells: list[NotebookNode] = []
        self.prose: list[str] = []

    visit_document = depart_document = Translator.passed_through
    visit_compound = depart_compound = Translator.passed_through
    visit_citation = depart_citation = Translator.passed_through
    visit_chain_walk = depart_chain_walk = Translator.passed_through
    visit_raw = visit_toctree = visit_sd_tab_input = Translator.dropped
    # of this book: what only a page can show or offer
    visit_downloads = visit_drawing = visit_explorer = visit_self_test = Translator.dropped
    visit_drawn_ahead = visit_laboratory = visit_living_forest = visit_living_map = visit_path_list = Translator.dropped
    visit_figure_guide = Translator.dropped

    def visit_section(self, node: nodes.section) -> None:
        self.end_prose()

    depart_section = Translator.passed_through

    def visit_container(self, node: nodes.container) -> None:
        if node.get("nb_element") == CELL:
            self._code(node)
            raise nodes.SkipNode

    depart_container = Translator.passed_through

    def _code(self, node: nodes.container) -> None:
        self.end_prose()
        source = next(block for block in node.findall(nodes.literal_block))
        self.cells.append(nbformat.v4.new_code_cell(source.astext().rstrip()))  # type: ignore[no-untyped-call]
        for shown in node.findall(nodes.Element):
            if not isinstance(shown, (nodes.figure, nodes.table)):
                continue
            said = next(iter(shown.findall(lambda found: isinstance(found, (nodes.caption, nodes.title)))), None)
            if said is not None:
                word = "Table" if isinstance(shown, nodes.table) else "Figure"
                self.prose.append(f"**{self._numbered(word, shown)}.** {self.words(said)}")

    def _numbered(self, word: str, node: nodes.Element) -> str:
        number = next((found for found in map(self.number, node["ids"]) if found), "")
        return f"{word} {number}".strip()

    def visit_title(self, node: nodes.title) -> NoReturn:
        depth = sum(isinstance(parent, nodes.section) for parent in _parents(node))
        self.prose.append(f"{'#' * depth} {self.words(node)}")
        raise nodes.SkipNode

    def visit_paragraph(self, node: nodes.TextElement) -> NoReturn:
        self.prose.append(self.words(node).strip())
        raise nodes.SkipNode

    visit_PassthroughTextElement = visit_paragraph  # noqa: N815  sphinx-design names it so

    def visit_sd_tab_label(self, node: nodes.Element) -> NoReturn:
        self.prose.append(f"**{self.words(node)}**")
        raise nodes.SkipNode

    def visit_admonition(self, node: nodes.Element) -> NoReturn:
        self._titled(node, self.words(node.children[0]))

    visit_solution_node = visit_admonition

    def visit_exercise_node(self, node: nodes.Element) -> NoReturn:
        title = self.words(node.children[0])
        self._titled(node, " ".join([self._numbered("Exercise", node), title]).strip())

    visit_exercise_enumerable_node = visit_exercise_node

    def _titled(self, node: nodes.Element, title: str) -> NoReturn:
        cells = any(found.get("nb_element") for found in node.findall(nodes.container))
        folded = "dropdown" in node["classes"] and not cells
        self.prose.append(f"<details>\n<summary>{title}</summary>" if folded else f"**{title}**")
        for child in node.children[1:]:
            for block in child.children if isinstance(child, nodes.section) else [child]:
                block.walkabout(self)
        if folded:
            self.prose.append("</details>")
        raise nodes.SkipNode

    def visit_bullet_list(self, node: nodes.bullet_list) -> NoReturn:
        self._list(node, ["- "] * len(node))

    def visit_enumerated_list(self, node: nodes.enumerated_list) -> NoReturn:
        self._list(node, [f"{place}. " for place in range(1, len(node) + 1)])

    def _list(self, node: nodes.Element, marks: list[str]) -> NoReturn:
        items = [self._apart(item.children) for item in node.children]
        lines = [mark + item.replace("\n", "\n" + " " * len(mark)) for mark, item in zip(marks, items, strict=True)]
        self.prose.append("\n".join(lines))
        raise nodes.SkipNode

    def visit_math_block(self, node: nodes.math_block) -> NoReturn:
        self.prose.append(f"$$\n{node.astext().strip()}\n$$")
        raise nodes.SkipNode

    def visit_literal_block(self, node: nodes.literal_block) -> NoReturn:
        self.prose.append(f"```{node.get('language', '')}\n{node.astext()}\n```")
        raise nodes.SkipNode

    def visit_block_quote(self, node: nodes.block_quote) -> NoReturn:
        self.prose.append("\n".join(f"> {line}" for line in self._apart(node.children).splitlines()))
        raise nodes.SkipNode

    def visit_table(self, node: nodes.table) -> NoReturn:
        title = next(iter(node.findall(nodes.title)), None)
        if title is not None:
            self.prose.append(f"**{self._numbered('Table', node)}.** {self.words(title)}")
        rows = [
            [" ".join(self._apart(cell.children).split()) for cell in row.findall(nodes.entry)]
            for row in node.findall(nodes.row)
        ]
        lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
        self.prose.append("\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]))
        raise nodes.SkipNode

    def words(self, node: nodes.Node) -> str:
        """Give the words of a block as Markdown."""
        inner = Words(self.document, self.builder, self.site)
        for child in node.children:
            child.walkabout(inner)
        return "".join(inner.body)

    def _apart(self, children: Iterable[nodes.Node]) -> str:
        """Give blocks as Markdown of their own."""
        inner = Blocks(self.document, self.builder, self.site, self.number)
        for child in children:
            child.walkabout(inner)
        return "\n\n".join(inner.prose)

    def end_prose(self) -> None:
        """Make a cell of the prose that has gathered."""
        if text := "\n\n".join(part for part in self.prose if part.strip()):
            self.cells.append(nbformat.v4.new_markdown_cell(text))  # type: ignore[no-untyped-call]
        self.prose.clear()


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def has_code(page: nodes.document) -> bool:
    """Whether a page has cells that can be run."""
    return any(container.get("nb_element") == CELL for container in page.findall(nodes.container))


def notebook(page: nodes.document, builder: Builder, preface: str, site: str, number: Callable[[str], str]) -> str:
    """Give a chapter as the text of a notebook file.

    Parameters
    ----------
    page
        The chapter as Sphinx has read it, with every reference resolved.
    preface
        Markdown that stands under the chapter's title.
    builder, site, number
        See `Blocks`.

    Raises
    ------
    UnknownNodeError
        The page holds something of which nobody has said how it reads in a notebook.
    """
    chapter = Blocks(page, builder, site, number)
    page.walkabout(chapter)
    chapter.end_prose()
    first = chapter.cells[0]
    title, _, rest = first.source.partition("\n\n")
    first.source = "\n\n".join(part for part in (title, preface, rest) if part)
    # Ids by chance would give every build another file.
    for place, cell in enumerate(chapter.cells):
        cell.id = f"cell-{place}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=chapter.cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]
    nbformat.validate(made)
    text: str = nbformat.writes(made, indent=0)  # type: ignore[no-untyped-call]
    return f"{text}\n"
