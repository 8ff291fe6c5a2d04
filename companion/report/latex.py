"""A section of a paper in LaTeX, to be put into a document that loads ``booktabs``."""

from __future__ import annotations

import re

from companion.report.document import Block, Document, Heading, Listing, Paragraph

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
EMPHASIS = re.compile(r"\*([^*]+)\*")
LEVELS = {1: "section", 2: "subsection"}


def written(document: Document) -> str:
    """Give a section in LaTeX.

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
        return _escaped(block.text)
    if isinstance(block, Listing):
        return f"\\begin{{verbatim}}\n{block.text.strip()}\n\\end{{verbatim}}"
    lines = [f"{' & '.join(_escaped(cell) for cell in row)} \\\\" for row in (block.head, *block.rows)]
    return "\n".join(
        [
            r"\begin{table}[htbp]",
            f"\\caption{{{_escaped(block.title)}}}",
            f"\\begin{{tabular}}{{{'l' * len(block.head)}}}",
            r"\toprule",
            lines[0],
            r"\midrule",
            *lines[1:],
            r"\bottomrule",
            r"\end{tabular}",
            f"\\par\\emph{{Note.}} {_escaped(block.note)}",
            r"\end{table}",
        ]
    )


def _escaped(text: str) -> str:
    return EMPHASIS.sub(r"\\emph{\1}", "".join(SPECIAL.get(mark, mark) for mark in text))
