"""The section is written in Markdown and LaTeX, and the command writes both."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import shipped
from marked import marked
from typer.testing import CliRunner

from companion.cli import app
from companion.report import latex, markdown, results_section
from companion.report.document import Heading, Listing, Paragraph, TableOfCells

DOCUMENT = (
    Heading("Results", 1),
    Paragraph("*p* < .05 for a_b & 5 % [0, 1]"),
    TableOfCells("Table 1", ("Scale", "α"), (("a | b", ".9"),), "All of it."),
    Listing("a ~ b\n"),
)
WRITTEN = {
    markdown: """# Results

*p* \\< .05 for a\\_b & 5 % \\[0, 1\\]

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


def run(out: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.setattr(results_section, "numbers_of", lambda study: marked())
    done = CliRunner().invoke(app, ["report", "--out", str(out)])
    return done.exit_code, done.output


def test_the_command_writes_both_formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code, output = run(tmp_path / "report", monkeypatch)
    assert (code, sorted(path.name for path in (tmp_path / "report").iterdir())) == (0, ["results.md", "results.tex"])
    assert output.count("results.") == 2
    for name in ("results.md", "results.tex"):
        assert "are simulated" in (tmp_path / "report" / name).read_text(encoding="utf-8")


def test_a_place_that_is_no_folder_is_told_with_exit_code_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "report").write_text("mine")
    code, output = run(tmp_path / "report", monkeypatch)
    assert code == 2
    assert (tmp_path / "report").read_text() == "mine"
    assert "Traceback" not in output
