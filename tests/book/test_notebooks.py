"""A chapter's notebook holds its prose in plain Markdown and its cells, and is the same in every build."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from docutils import nodes
from docutils.utils import new_document

from companion.book.addresses import Addresses
from companion.book.citation import Edition
from companion.book.sphinx import notebooks
from companion.book.sphinx.notebooks import UnknownNodeError
from companion.book.sphinx.roles import number_node
from companion.book.sphinx.take_along import preface

BUILDER: Any = SimpleNamespace(config=None)
SITE = "https://someone.example/book/chapters/results/turn.html"


def cell(source: str, *shown: nodes.Node) -> nodes.container:
    code = nodes.container("", nodes.literal_block(source, source), nb_element="cell_code_source")
    return nodes.container("", code, nodes.container("", *shown, nb_element="cell_code_output"), nb_element="cell_code")


def page(*blocks: nodes.Node) -> nodes.document:
    made = new_document("chapters/results/turn.md")
    made += nodes.section("", nodes.title("", "Does it turn?"), *blocks)
    return made


def made(*blocks: nodes.Node, site: str = "") -> list[tuple[str, str]]:
    text = notebooks.notebook(page(*blocks), BUILDER, "Preface.", site, {"fig-a": "3", "exercise-a": "7"}.get)  # type: ignore[arg-type]
    return [(found["cell_type"], "".join(found["source"])) for found in json.loads(text)["cells"]]


def prose(*blocks: nodes.Node, site: str = "") -> str:
    return made(*blocks, site=site)[0][1].split("Preface.\n\n")[1]


def paragraph(*words: nodes.Node) -> nodes.paragraph:
    return nodes.paragraph("", "", *words)


def test_title_and_preface_come_first_then_prose_and_cells_in_their_order() -> None:
    blocks = [paragraph(nodes.Text("Before.")), cell("x = 1"), paragraph(nodes.Text("After."))]
    assert made(*blocks) == [
        ("markdown", "# Does it turn?\n\nPreface.\n\nBefore."),
        ("code", "x = 1"),
        ("markdown", "After."),
    ]


@pytest.mark.parametrize(
    ("node", "markdown"),
    [
        (number_node("", "−0.042", key="a.b"), "−0.042"),
        (nodes.raw("", '<span class="chip"><svg><path/></svg>a like</span>', format="html"), "a like"),
        (nodes.math("", "a_1 d"), "$a_1 d$"),
        (nodes.literal("", "psr_1"), "`psr_1`"),
        (nodes.emphasis("", "not"), "*not*"),
        (nodes.strong("", "So:"), "**So:**"),
        (nodes.Text("2 * 3 costs $5, see [1] and a_b"), r"2 \* 3 costs \$5, see \[1\] and a\_b"),
        (nodes.reference("", "doi", refuri="https://doi.org/1"), "[doi](https://doi.org/1)"),
        (nodes.reference("", "Hu, 1999", refid="id3"), "Hu, 1999"),
    ],
)
def test_words_become_plain_markdown(node: nodes.Node, markdown: str) -> None:
    assert prose(paragraph(node)) == markdown


@pytest.mark.parametrize(
    ("site", "markdown"),
    [("", "the plan"), (SITE, "[the plan](https://someone.example/book/chapters/method/plan.html)")],
)
def test_a_link_within_the_book_leads_to_the_site_where_the_site_has_an_address(site: str, markdown: str) -> None:
    assert prose(paragraph(nodes.reference("", "the plan", refuri="../method/plan.html")), site=site) == markdown


def test_a_list_keeps_its_items() -> None:
    items = [nodes.list_item("", paragraph(nodes.Text(word))) for word in ("one", "two")]
    assert prose(nodes.bullet_list("", *items)) == "- one\n- two"


def test_a_table_keeps_its_cells() -> None:
    rows = [
        nodes.row("", *[nodes.entry("", paragraph(nodes.Text(word))) for word in row])
        for row in (("A", "B"), ("1", "2|3"))
    ]
    table = nodes.table("", nodes.tgroup("", nodes.thead("", rows[0]), nodes.tbody("", rows[1]), cols=2))
    assert prose(table) == "| A | B |\n| --- | --- |\n| 1 | 2\\|3 |"


def test_a_figure_leaves_its_caption_and_number_under_its_cell() -> None:
    figure = nodes.figure("", nodes.caption("", "It turns."), ids=["fig-a"])
    assert made(cell("draw()", figure))[1:] == [("code", "draw()"), ("markdown", "**Figure 3.** It turns.")]


class exercise_node(nodes.Admonition, nodes.Element):  # noqa: N801
    """An exercise, as sphinx-exercise calls its node."""


class solution_node(nodes.Admonition, nodes.Element):  # noqa: N801
    """A solution, as sphinx-exercise calls its node."""


def solution(*blocks: nodes.Node) -> solution_node:
    return solution_node("", nodes.title("", "Solution"), nodes.section("", *blocks), classes=["solution", "dropdown"])


def test_an_exercise_has_its_number_and_its_solution_is_folded() -> None:
    exercise = exercise_node(
        "", nodes.title("", ""), nodes.section("", paragraph(nodes.Text("Why?"))), ids=["exercise-a"]
    )
    text = prose(exercise, solution(paragraph(nodes.Text("Because."))))
    assert text == "**Exercise 7**\n\nWhy?\n\n<details>\n<summary>Solution</summary>\n\nBecause.\n\n</details>"


def test_a_solution_with_a_cell_stays_open_because_a_cell_cannot_be_folded_into_text() -> None:
    assert made(solution(cell("x = 1")))[-2:] == [
        ("markdown", "# Does it turn?\n\nPreface.\n\n**Solution**"),
        ("code", "x = 1"),
    ]


class marginal_note(nodes.General, nodes.Element):  # noqa: N801
    """Something that an extension may bring and nobody has thought of."""


@pytest.mark.parametrize(
    "block", [marginal_note(), paragraph(marginal_note()), nodes.bullet_list("", nodes.list_item("", marginal_note()))]
)
def test_what_nobody_has_said_how_to_write_stops_the_build_with_its_place(block: nodes.Element) -> None:
    document = page(block)
    for found in document.findall(marginal_note):
        found.source, found.line = "chapters/turn.md", 12
    with pytest.raises(UnknownNodeError, match=r"chapters/turn\.md:12: .*visit_marginal_note"):
        notebooks.notebook(document, BUILDER, "", "", lambda name: "")


def test_the_same_chapter_gives_the_same_file_and_a_valid_one() -> None:
    texts = [notebooks.notebook(page(cell("x = 1")), BUILDER, "Preface.", "", lambda name: "") for _ in range(2)]
    assert texts[0] == texts[1]
    nbformat.validate(nbformat.reads(texts[0], as_version=4))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize(("blocks", "found"), [([cell("x = 1")], True), ([nodes.paragraph("", "Words.")], False)])
def test_a_page_without_cells_has_no_notebook(blocks: Any, found: bool) -> None:
    assert notebooks.has_code(page(*blocks)) == found


EDITION = Edition(("{The Readers}",), "2031", "2.1.0", "A Book")


def test_a_notebook_says_first_that_the_data_are_simulated_and_what_it_needs() -> None:
    said = preface(EDITION, Addresses("https://github.com/someone/book"), simulated=True)
    assert said.startswith("> **All survey data are simulated**")
    assert "make env" in said
    assert "https://github.com/someone/book" in said


def test_with_a_survey_of_real_people_a_notebook_does_not_say_so() -> None:
    assert "simulated" not in preface(EDITION, Addresses(), simulated=False)
