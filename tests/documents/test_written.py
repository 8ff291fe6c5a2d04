"""What a format would read as markup is written as text, and what is marked is set as it is marked."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped
from marked import marked

from companion.documents import files, latex, markdown
from companion.documents.document import Heading, Listing, Paragraph, Points, TableOfCells
from companion.errors import InputError
from companion.report import results_section

DOCUMENT = (
    Heading("Results", 1),
    Paragraph("*p* < .05 for a_b & 5 % [0, 1]"),
    Points(("**a** of `a_b`", "_b_ [c](d)")),
    TableOfCells("Table 1", ("Scale", "α"), (("a | b", ".9"),), "All of it."),
    Listing("a ~ b\n"),
)
WRITTEN = {
    markdown: """# Results

*p* \\< .05 for a_b & 5 % [0, 1]

- **a** of `a_b`
- \\_b\\_ [c\\](d)

**Table 1**

| Scale | α |
| --- | --- |
| a \\| b | .9 |

*Note.* All of it.

```
a ~ b
```
""",
    latex: r"""\section{Results}

\emph{p} \textless{} .05 for a\_b \& 5 \% [0, 1]

\begin{itemize}
\item \textbf{a} of \texttt{a\_b}
\item \_b\_ [c](d)
\end{itemize}

\begin{table}[htbp]
\caption{Table 1}
\begin{tabular}{ll}
\toprule
Scale & $\alpha$ \\
\midrule
a | b & .9 \\
\bottomrule
\end{tabular}
\par\emph{Note.} All of it.
\end{table}

\begin{verbatim}
a ~ b
\end{verbatim}
""",
}


@pytest.mark.parametrize("form", WRITTEN, ids=["markdown", "latex"])
def test_what_a_format_would_read_as_markup_is_written_as_text(form: object) -> None:
    assert form.written(DOCUMENT) == WRITTEN[form]  # type: ignore[attr-defined,index]


def test_nothing_of_the_section_is_left_that_latex_has_not_got() -> None:
    text = latex.written(results_section.results(shipped.study(), marked()))
    assert [sign for sign in sorted({*text} - {*"«»\n"}) if not (sign.isalpha() or " " <= sign <= "~")] == []
    assert not re.search("[Α-Ωα-ω]", text)


def test_a_title_and_a_note_that_are_empty_are_not_written() -> None:
    bare = (TableOfCells("", ("a",), (("b",),), ""),)
    assert markdown.written(bare) == "| a |\n| --- |\n| b |\n"
    assert not re.search("caption|Note", latex.written(bare))


def test_lines_of_prose_are_no_longer_than_asked_and_what_has_to_stay_in_one_line_does() -> None:
    long = "ten signs, " * 9 + "an end"
    text = markdown.written((Paragraph(long), Points((long,)), TableOfCells("", (long,), (), "")), 40)
    prose = [line for line in text.splitlines() if not line.startswith("|")]
    assert max(map(len, prose)) <= 40
    assert f"| {long} |" in text.splitlines()
    assert [line[:2] for line in prose if "- " in line[:2] or line.startswith("  ")] == ["- ", "  ", "  "]


@pytest.mark.parametrize("name", ["form.pdf", "form.doc", "form", "form.DOCX"])
def test_a_name_that_tells_no_format_is_refused_with_those_that_there_are(name: str) -> None:
    with pytest.raises(InputError, match=r"Let it end in \.md, \.tex or \.docx\."):
        files.check(Path(name))
