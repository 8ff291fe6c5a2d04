"""A text in LaTeX, to be put into a document that loads ``booktabs``."""

from __future__ import annotations

from collections.abc import Iterator

from companion.documents.document import (
    Block,
    Document,
    Heading,
    Listing,
    Paragraph,
    Points,
    Style,
    TableOfCells,
    spans,
)

SPECIAL = {
    "\\": r"\textbackslash{}",
    **{mark: f"\\{mark}" for mark in "&%$#_{}"},
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "\N{MINUS SIGN}": "$-$",
    "\N{NARROW NO-BREAK SPACE}": r"\,",
    "\N{NO-BREAK SPACE}": "~",
    "χ": r"$\chi$",
    "²": r"$^2$",
    "Δ": r"$\Delta$",
    "α": r"$\alpha$",
    "ω": r"$\omega$",
    "η": r"$\eta$",
    "–": "--",
    "“": "``",
    "”": "''",
}
"""What LaTeX would read as a command, or has not got in its usual fonts."""
COMMANDS: dict[Style, str] = {
    "plain": "{}",
    "italic": r"\emph{{{}}}",
    "bold": r"\textbf{{{}}}",
    "code": r"\texttt{{{}}}",
}
LEVELS = {1: "section", 2: "subsection"}


def written(document: Document) -> str:
    """Give a text in LaTeX.

    Examples
    --------
    >>> written((Heading("Results", 1), Paragraph("*p* < .05, 5 % of them")))
    '\\\\section{Results}\\n\\n\\\\emph{p} \\\\textless{} .05, 5 \\\\% of them\\n'
    """
    return "\n\n".join(_block(block) for block in document) + "\n"


def _block(block: Block) -> str:
    if isinstance(block, Heading):
        return f"\\{LEVELS[block.level]}{{{_escaped(block.text)}}}"
    if isinstance(block, Paragraph):
        return _marked(block.text)
    if isinstance(block, Points):
        return "\n".join(
            [r"\begin{itemize}", *(f"\\item {_marked(point)}" for point in block.points), r"\end{itemize}"]
        )
    if isinstance(block, Listing):
        return f"\\begin{{verbatim}}\n{block.text.strip()}\n\\end{{verbatim}}"
    return "\n".join(_table(block))


def _table(table: TableOfCells) -> Iterator[str]:
    lines = [f"{' & '.join(_marked(cell) for cell in row)} \\\\" for row in (table.head, *table.rows)]
    yield r"\begin{table}[htbp]"
    if table.title:
        yield f"\\caption{{{_escaped(table.title)}}}"
    yield f"\\begin{{tabular}}{{{'l' * len(table.head)}}}"
    yield r"\toprule"
    yield lines[0]
    yield r"\midrule"
    yield from lines[1:]
    yield r"\bottomrule"
    yield r"\end{tabular}"
    if table.note:
        yield f"\\par\\emph{{Note.}} {_marked(table.note)}"
    yield r"\end{table}"


def _marked(text: str) -> str:
    return "".join(COMMANDS[style].format(_escaped(part)) for part, style in spans(text))


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(mark, mark) for mark in text)
