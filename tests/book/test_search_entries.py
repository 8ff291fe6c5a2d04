"""What readers can search a page for."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from companion.book.search.entries import Entry, SearchedPage, searched

CONTENTS = """<nav class="bd-links"><p class="caption">Elsewhere</p><ul><li><a href="x.html">X</a></li></ul>
<p class="caption"><span>How it was studied</span></p><ul><li class="current"><a href="#">Here</a></li></ul></nav>"""


def found(article: str, contents: str = CONTENTS) -> SearchedPage:
    """A chapter with some words, as it stands in the site."""
    heading = '<h1>Who is in?<a class="headerlink" href="#">#</a></h1>'
    page = f'{contents}<article><section id="top">{heading}{article}</section></article>'
    searched_page = searched(BeautifulSoup(page, "html.parser"))
    assert searched_page is not None
    return searched_page


def only(kind: str, article: str) -> Entry:
    (entry,) = (entry for entry in found(article).entries if entry.kind == kind)
    return entry


def test_a_page_has_its_title_and_its_part_of_the_book() -> None:
    page = found("")
    assert (page.title, page.part) == ("Who is in?", "How it was studied")


def test_a_page_outside_the_contents_stands_in_no_part() -> None:
    assert found("", contents="").part == ""


@pytest.mark.parametrize("article", ["<h1>Index</h1><p>words</p>", "<section><h1>Data of Figure 1</h1></section>", ""])
def test_a_page_that_no_chapter_stands_behind_is_not_searched(article: str) -> None:
    assert searched(BeautifulSoup(f"<article>{article}</article>", "html.parser")) is None


def test_the_page_itself_says_what_stands_before_its_first_section() -> None:
    entry = only("page", '<p>First words.</p><section id="a"><h2>A</h2><p>Others.</p></section>')
    assert (entry.anchor, entry.title, entry.text) == ("", "Who is in?", "First words.")


def test_a_section_names_the_headings_around_it_but_for_that_of_the_page() -> None:
    inner = '<section id="b"><h3>Inner</h3><p>Words.</p></section>'
    entries = found(f'<section id="a"><h2>Outer</h2><p>Others.</p>{inner}</section>').entries
    assert [(entry.anchor, entry.within, entry.text) for entry in entries if entry.kind == "section"] == [
        ("a", (), "Others."),
        ("b", ("Outer",), "Words."),
    ]


def test_a_section_without_words_is_no_answer() -> None:
    lists = '<div class="citation-list"><p>A work</p></div>'
    assert [e.kind for e in found(f'<section id="r"><h2>References</h2>{lists}</section>').entries] == ["page"]


def test_a_part_without_a_heading_belongs_to_what_stands_around_it() -> None:
    exercise = '<div class="exercise"><section id="exercise-content"><p>Try it.</p></section></div>'
    entry = only("exercises", f'<section id="e"><h2>Exercises</h2>{exercise}</section>')
    assert entry.text == "Try it."


def test_what_a_reader_should_know_before_a_chapter_is_not_what_it_is_about() -> None:
    assert only("page", "<p><strong>Before you start:</strong> know this.</p><p>Then that.</p>").text == "Then that."


@pytest.mark.parametrize(
    "noise",
    [
        '<div class="cell_input"><pre>import numpy</pre></div>',
        '<p class="result-source"><a href="x">data table</a></p>',
        '<span class="katex-mathml"><math>x</math></span>',
        '<p class="sim">Simulated survey.</p>',
        "<table><tr><td>1</td></tr></table>",
        '<div class="answer wrong"><label>It is not so</label></div>',
        "<!-- a note -->",
    ],
)
def test_code_links_tables_and_wrong_answers_are_no_sentences_of_the_book(noise: str) -> None:
    assert only("page", f"<p>Words.</p>{noise}").text == "Words."


FIGURE = """<figure id="fig-flow"><picture></picture><p class="result-source"><a download href="f.csv">data</a></p>
<figcaption><span class="caption-number">Figure 3 </span><span class="caption-text">Few leave.</span></figcaption>
</figure>"""
TABLE = """<p class="tabcap" id="tab-rules"><span class="caption-number">Table 2 </span>
<span class="caption-text">Each rule.</span></p><div><table><thead><tr><th>Rule</th></tr></thead>
<tbody><tr><th>consent</th><td>12</td><td lang="nl">akkoord</td></tr></tbody></table></div>"""


def test_a_figure_is_found_by_its_number_and_what_its_caption_says() -> None:
    entry = only("figure", f'<section id="a"><h2>How many?</h2><div class="cell_output">{FIGURE}</div></section>')
    assert entry == Entry("figure", "fig-flow", "Figure 3", ("How many?",), "Few leave.")


def test_a_table_is_found_by_the_names_of_its_rows_too_and_by_what_stands_in_another_language() -> None:
    assert only("table", TABLE) == Entry("table", "tab-rules", "Table 2", (), "Each rule.", "consent akkoord")


def test_a_caption_without_a_number_is_none() -> None:
    assert [entry.kind for entry in found('<p class="tabcap" id="part">The sample</p>').entries] == ["page"]


def test_terms_that_mean_the_same_stand_together_with_what_they_mean() -> None:
    glossary = (
        '<dl class="glossary"><dt id="term-AIC">AIC</dt><dt id="term-BIC">BIC</dt><dd>Misfit, at a price.</dd></dl>'
    )
    assert only("term", glossary) == Entry("term", "term-AIC", "AIC, BIC", (), "Misfit, at a price.")


def test_files_to_download_say_what_they_hold_and_lead_to_where_they_are_offered() -> None:
    files = '<p>The sample of the model:</p><p class="result-source"><a download href="s.csv">s.csv</a></p>'
    entry = only("file", f'<section id="a"><h2>Files</h2>{files}</section>')
    assert entry == Entry("file", "a", "s.csv", ("Files",), "The sample of the model:")


def test_what_a_figure_offers_is_found_with_the_figure() -> None:
    assert "file" not in {entry.kind for entry in found(f'<div class="cell_output">{FIGURE}</div>').entries}


def work(label: str) -> str:
    listed = "Hayes, A. F. (2022). Conditional process analysis. <em>Guilford</em>."
    entry = f'<div class="citation" id="id1"><span class="label">{label}</span><p>{listed}</p></div>'
    return f'<div class="citation-list">{entry}</div>'


def test_a_work_is_found_in_the_list_of_all() -> None:
    assert only("work", work("hayes2022")) == Entry(
        "work", "id1", "Hayes, A. F. (2022)", (), "Conditional process analysis."
    )


def test_the_list_of_a_chapter_which_leads_back_to_its_citations_is_not_searched_again() -> None:
    assert "work" not in {entry.kind for entry in found(work('<a href="#id9">hayes2022</a>')).entries}


def test_a_function_is_found_by_its_name() -> None:
    entry = only("function", '<dl class="py"><dt id="companion.sem.fit">fit()</dt><dd><p>Fit a model.</p></dd></dl>')
    assert entry == Entry("function", "companion.sem.fit", "companion.sem.fit")
