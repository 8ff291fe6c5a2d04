"""A chapter as a Jupyter notebook: its prose in plain Markdown with numbers and citations filled in, and its cells.

The notebook is written from the page as Sphinx has read it, so that every role, condition and cross-reference stands
there as on the page. The cells are those of the chapter, without outputs: whoever runs them computes the outputs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

import nbformat
from bs4 import BeautifulSoup
from docutils import nodes
from nbformat import NotebookNode

from companion.book.sphinx.roles import number_node

CELL = "cell_code"
SPECIAL = re.compile(r"([\\`*_$<\[\]])")
DROPPED = (
    "index",
    "target",
    "label",
    "HideCodeCellNode",
    "result_source",
    "drawing",
    "downloads",
    "colspec",
    "comment",
)
"""Nodes without words, or with words that stand elsewhere."""
TITLED = ("admonition", "solution_node", "exercise_node", "exercise_enumerable_node")


@dataclass
class Chapter:
    """One chapter on its way to a notebook.

    Parameters
    ----------
    site
        Address of the chapter's page on the web, to which its links are relative; empty when the book has none.
    number
        Gives the number of a figure, table or exercise by its id: "3", or "" where it has none.
    """

    site: str
    number: Callable[[str], str]
    cells: list[NotebookNode] = field(default_factory=list)
    prose: list[str] = field(default_factory=list)

    # Blocks

    def blocks(self, children: Iterable[nodes.Node]) -> None:
        """Add blocks of a page, one after the other."""
        for node in children:
            self.block(node)

    def block(self, node: nodes.Node) -> None:
        """Add one block: as Markdown, or as a code cell."""
        kind = type(node).__name__
        if not isinstance(node, nodes.Element) or kind in DROPPED:
            return
        if node.get("nb_element") == CELL:
            self._code(node)
        elif kind == "section":
            self._end_prose()
            self.blocks(node.children)
        elif kind == "title":
            depth = sum(isinstance(parent, nodes.section) for parent in _parents(node))
            self.prose.append(f"{'#' * depth} {self.inline(node)}")
        elif kind in TITLED:
            self._titled(node)
        elif isinstance(node, nodes.table):
            self._table(node)
        elif isinstance(node, (nodes.bullet_list, nodes.enumerated_list)):
            self.prose.append("\n".join(self._items(node)))
        elif isinstance(node, nodes.math_block):
            self.prose.append(f"$$\n{node.astext().strip()}\n$$")
        elif isinstance(node, nodes.literal_block):
            self.prose.append(f"```{node.get('language', '')}\n{node.astext()}\n```")
        elif isinstance(node, nodes.block_quote):
            self.prose.append("\n".join(f"> {line}" for line in self._apart(node.children).splitlines()))
        elif kind == "drawing":
            self.prose.append(f"*{node['alt']}*")
        elif isinstance(node, nodes.TextElement) and not isinstance(node, nodes.raw):
            self.prose.append(self.inline(node).strip())
        else:
            self.blocks(node.children)

    def _code(self, node: nodes.Element) -> None:
        self._end_prose()
        source = next(block for block in node.findall(nodes.literal_block))
        self.cells.append(nbformat.v4.new_code_cell(source.astext().rstrip()))  # type: ignore[no-untyped-call]
        for shown in node.findall(nodes.Element):
            if not isinstance(shown, (nodes.figure, nodes.table)):
                continue
            said = next(iter(shown.findall(lambda found: isinstance(found, (nodes.caption, nodes.title)))), None)
            if said is not None:
                word = "Table" if isinstance(shown, nodes.table) else "Figure"
                self.prose.append(f"**{self._numbered(word, shown)}.** {self.inline(said)}")

    def _numbered(self, word: str, node: nodes.Element) -> str:
        number = next((found for found in map(self.number, node["ids"]) if found), "")
        return f"{word} {number}".strip()

    def _titled(self, node: nodes.Element) -> None:
        first, *rest = node.children
        title = self.inline(first)
        if "exercise" in type(node).__name__:
            title = " ".join([self._numbered("Exercise", node), title]).strip()
        folded = "dropdown" in node["classes"] and not any(
            found.get("nb_element") for found in node.findall(nodes.container)
        )
        self.prose.append(f"<details>\n<summary>{title}</summary>" if folded else f"**{title}**")
        self.blocks(
            child for section in rest for child in (section if isinstance(section, nodes.section) else [section])
        )
        if folded:
            self.prose.append("</details>")

    def _items(self, node: nodes.Element) -> Iterator[str]:
        for place, item in enumerate(node.children, start=1):
            mark = f"{place}. " if isinstance(node, nodes.enumerated_list) else "- "
            assert isinstance(item, nodes.Element)
            yield mark + self._apart(item.children).replace("\n", "\n" + " " * len(mark))

    def _apart(self, children: Iterable[nodes.Node]) -> str:
        """Give blocks as Markdown of their own."""
        inner = Chapter(self.site, self.number)
        inner.blocks(children)
        return "\n\n".join(inner.prose)

    def _table(self, node: nodes.table) -> None:
        title = next(iter(node.findall(nodes.title)), None)
        if title is not None:
            self.prose.append(f"**{self._numbered('Table', node)}.** {self.inline(title)}")
        rows = [
            [" ".join(self._apart(cell.children).split()) for cell in row.findall(nodes.entry)]
            for row in node.findall(nodes.row)
        ]
        lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
        self.prose.append("\n".join([lines[0], "|" + " --- |" * len(rows[0]), *lines[1:]]))

    def _end_prose(self) -> None:
        if text := "\n\n".join(part for part in self.prose if part.strip()):
            self.cells.append(nbformat.v4.new_markdown_cell(text))  # type: ignore[no-untyped-call]
        self.prose.clear()

    # Words

    def inline(self, node: nodes.Node) -> str:
        """Give words as Markdown."""
        if isinstance(node, nodes.Text):
            return SPECIAL.sub(r"\\\1", node.astext())
        if isinstance(node, nodes.raw):
            return SPECIAL.sub(r"\\\1", BeautifulSoup(node.astext(), "html.parser").get_text())
        if isinstance(node, nodes.math):
            return f"${node.astext()}$"
        if isinstance(node, nodes.literal):
            return f"`{node.astext()}`"
        assert isinstance(node, nodes.Element)
        if type(node).__name__ in DROPPED:
            return ""
        words = "".join(self.inline(child) for child in node.children)
        if isinstance(node, number_node):
            return words
        if isinstance(node, nodes.emphasis):
            return f"*{words}*"
        if isinstance(node, nodes.strong):
            return f"**{words}**"
        if isinstance(node, nodes.reference):
            return self._link(node, words)
        return words

    def _link(self, node: nodes.reference, words: str) -> str:
        address = str(node.get("refuri", ""))
        if not address.startswith(("http://", "https://")):
            address = urljoin(self.site, address) if self.site and address else ""
        return f"[{words}]({address})" if address else words


def _parents(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def has_code(page: nodes.document) -> bool:
    """Whether a page has cells that can be run."""
    return any(container.get("nb_element") == CELL for container in page.findall(nodes.container))


def notebook(page: nodes.document, preface: str, site: str, number: Callable[[str], str]) -> str:
    """Give a chapter as the text of a notebook file.

    Parameters
    ----------
    page
        The chapter as Sphinx has read it, with every reference resolved.
    preface
        Markdown that stands under the chapter's title.
    site, number
        See `Chapter`.
    """
    chapter = Chapter(site, number)
    chapter.blocks(page.children)
    chapter._end_prose()
    first = chapter.cells[0]
    title, _, rest = first.source.partition("\n\n")
    first.source = "\n\n".join(part for part in (title, preface, rest) if part)
    # Ids by chance would give every build another file.
    for place, cell in enumerate(chapter.cells):
        cell.id = f"cell-{place}"
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    made = nbformat.v4.new_notebook(cells=chapter.cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]
    nbformat.validate(made)
    text: str = nbformat.writes(made)  # type: ignore[no-untyped-call]
    return f"{text}\n"
