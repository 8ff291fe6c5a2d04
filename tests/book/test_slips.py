"""An author's slips come all at once: each is told with its place, and what was written stays where it stood."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
import shipped
from docutils import nodes
from small_pages import Pages, application, build, number

from companion.book.sphinx.subject import Subject
from companion.figures.style import MIME
from companion.numbers import Registry

NUMBERS = [
    number("sample.analysed", 12, "count"),
    number("path.a.est", -0.3, interval=(-0.5, -0.1)),
    number("verdict.R2", "found", "word", values=("found", "undecided", "reversed"), label="found in the survey"),
]


def read(folder: Path, sources: dict[str, str]) -> Pages:
    """Read pages, and write none."""
    about = Subject(shipped.study(), Registry(NUMBERS))
    (pages,) = build(application(folder, about, sources, "dummy"))
    return pages


@pytest.mark.slow
def test_three_unknown_keys_are_three_complaints_with_their_places_and_the_nearest_keys(tmp_path: Path) -> None:
    text = "# A page\n\nOf {num}`sample.analysd` people,\n{num}`path.b.est` and {verdict}`R9`.\n"
    assert read(tmp_path, {"index": text}).complaints == [
        "index.md:3: WARNING: no number 'sample.analysd' is computed; nearest: sample.analysed, path.a.est, verdict.R2",
        "index.md:3: WARNING: no number 'path.b.est' is computed; nearest: path.a.est, verdict.R2, sample.analysed",
        "index.md:3: WARNING: no number 'verdict.R9' is computed; nearest: verdict.R2, path.a.est, sample.analysed",
    ]


def test_what_was_written_stays_where_it_stood(tmp_path: Path) -> None:
    page = read(tmp_path, {"index": "# A page\n\nOf {num}`nobody` people.\n"}).read()
    (problem,) = page.findall(nodes.problematic)
    assert problem.parent.astext() == "Of :num:`nobody` people."


def test_a_page_without_slips_is_built_without_complaint(tmp_path: Path) -> None:
    text = "# A page\n\n{num}`sample.analysed`, {verdict}`R2`, {if}`R2 found: {num}`path.a.est``\n"
    assert read(tmp_path, {"index": text}).complaints == []


SLIPS = {
    "what the questionnaire does not say": ("{asked}`length`", "does not say 'length'; it says lowest"),
    "a direction with two words": ("{direction}`path.a.est | up | down`", "three words"),
    "a direction of a word": ("{direction}`verdict.R2 | up | down | open`", "only a number has a direction"),
    "a direction of an unknown number": ("{direction}`path.z | up | down | open`", "no number 'path.z'"),
    "a condition without a colon": ("{if}`R2 found`", "ends with a colon"),
    "a condition without a state": ("{if}`R2: Yes.`", "cannot read the condition 'R2'"),
    "a condition that can never hold": ("{if}`R2 confirmed: Yes.`", "verdict.R2 is never 'confirmed'"),
    "a state that numbers do not have": ("{if}`path.a.est large: Yes.`", "not 'large'"),
    "a condition on an unknown number": ("{if}`R9 found: Yes.`", "no number 'verdict.R9'"),
    "a slip behind a term that does not hold": ("{if}`R2 reversed and R9 found: Yes.`", "no number 'verdict.R9'"),
    "a slip in a sentence that does not hold": ("{if}``R2 reversed: {direction}`path.a.est | up` ``", "three words"),
    "a block whose condition can never hold": (":::{if} R2 confirmed\nYes.\n:::", "verdict.R2 is never 'confirmed'"),
    "a slip in a block that does not hold": (":::{if} R2 reversed\n{direction}`path.a.est | up`\n:::", "three words"),
    "a file to take along that nothing makes": ("```{downloads} answers.csv\n```", "no file answers.csv"),
}


@pytest.mark.slow
@pytest.mark.parametrize("slip", SLIPS)
def test_a_slip_is_told_with_its_line(tmp_path: Path, slip: str) -> None:
    written, said = SLIPS[slip]
    (complaint,) = read(tmp_path, {"index": f"# A page\n\nText.\n\n{written}\n"}).complaints
    assert complaint.startswith(("index.md:5: WARNING: ", "index.md:6: WARNING: "))
    assert said in complaint


@pytest.mark.slow
@pytest.mark.parametrize("written", ["{if}``R2 reversed: {num}`a.b` ``", ":::{if} R2 reversed\n{num}`a.b`\n:::"])
def test_a_number_need_not_exist_where_its_sentence_does_not_hold(tmp_path: Path, written: str) -> None:
    assert read(tmp_path, {"index": f"# A page\n\n{written}\n"}).complaints == []


def test_behind_a_sentence_that_does_not_hold_numbers_must_exist_again(tmp_path: Path) -> None:
    text = "# A page\n\n{if}``R2 reversed: {num}`a.b` `` and {num}`c.d`\n"
    (complaint,) = read(tmp_path, {"index": text}).complaints
    assert "no number 'c.d'" in complaint


def test_a_condition_and_its_sentence_are_read_both(tmp_path: Path) -> None:
    complaints = read(tmp_path, {"index": "# A page\n\n{if}``R9 found: {num}`nobody` ``\n"}).complaints
    assert [complaint.split("'")[1] for complaint in complaints] == ["nobody", "verdict.R9"]


def notebook(function: str, column: str, name: str = "fig-one") -> str:
    """A page with the output of a figure's cell."""
    content = {
        "function": function,
        "data": f"{column}\n1\n",
        "wide": '<svg width="1pt" height="1pt"></svg>',
        "narrow": '<svg width="1pt" height="1pt"></svg>',
        "png": "",
        "simulated": True,
    }
    given: dict[str, Any] = {"figure": {"name": name, "caption": "A figure."}, "image": {"alt": "A picture."}}
    cell = nbformat.v4.new_code_cell("figure", metadata={"mystnb": given}, id="cell")
    cell.outputs = [nbformat.v4.new_output("execute_result", {MIME: content}, execution_count=1)]
    title = nbformat.v4.new_markdown_cell("# A page", id="title")
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    made = nbformat.v4.new_notebook(cells=[title, cell], metadata={"kernelspec": kernel})
    return json.dumps(made)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "column", "said"),
    [
        ("companion.figures.unknown", "path", "no function 'companion.figures.unknown' in the package"),
        ("companion.figures.results.raw_scores", "odd", "does not say what odd means"),
    ],
)
def test_a_figure_that_cannot_be_explained_is_told_with_its_page(
    tmp_path: Path, function: str, column: str, said: str
) -> None:
    (complaint,) = read(tmp_path, {"index.ipynb": notebook(function, column)}).complaints
    assert complaint.startswith("index.ipynb:")
    assert said in complaint


def test_a_figure_that_can_be_explained_is_no_slip(tmp_path: Path) -> None:
    page = notebook("companion.figures.results.raw_scores", "path")
    assert read(tmp_path, {"index.ipynb": page}).complaints == []
