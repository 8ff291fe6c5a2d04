"""The script that finds: what it holds, what it weighs, and how it takes what people type."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import finder
import pytest
from small_pages import number

from companion.book.search import index, synonyms
from companion.book.search.entries import Entry, SearchedPage
from companion.book.search.synonyms import Synonym, Synonyms
from companion.errors import InputError
from companion.words import words

EVERY = "every.html"
PAGES = {
    "chain.html": SearchedPage(
        "Where does it turn?",
        "What the survey shows",
        (
            Entry("page", "", "Where does it turn?", (), "A chain of links."),
            Entry(
                "section", "fit", "Does it fit?", (), "The p of the model is large. Mediation is a claim about causes."
            ),
            Entry("section", "again", "And again?", ("Does it fit?",), "A bootstrap draws people."),
            Entry("exercises", "exercises", "Exercises", (), "Compute the mediation."),
            Entry("figure", "fig-1", "Figure 1", (), "The bootstrap leans."),
            Entry("file", "again", "sample.csv", (), "The sample:"),
        ),
    ),
    "glossary.html": SearchedPage(
        "Which words?",
        "Using this book",
        (
            Entry("page", "", "Which words?", (), "Words."),
            Entry("term", "term-mediator", "mediator", (), "What lies between. Dutch: mediator."),
            Entry("term", "term-AIC", "AIC, BIC", (), "Misfit, at a price."),
            Entry("term", "term-pk", "persuasion knowledge", (), "What people know of it. Dutch: kennis."),
        ),
    ),
    EVERY: SearchedPage("Which numbers?", "Using this book", (Entry("page", "", "Which numbers?", (), "All."),)),
}
NUMBERS = [
    number("serial.reply.est", 0.15603, what="effect with a reply", interval=(0.109, 0.21)),
    number("serial.reply.ci", (0.109, 0.21), "interval", what="interval of the effect with a reply"),
    number("rows", 1451, "count", what="rows in the file"),
]
TABLE = Synonyms(synonyms=(Synonym(book="persuasion knowledge", typed=("overtuigingskennis", "persuasie kennis")),))


def text(pages: dict[str, SearchedPage] = PAGES) -> str:
    return index.script(pages, EVERY, NUMBERS, TABLE, words("en"))


Asked = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Asked:
    """What a small book answers to a query."""
    script = tmp_path_factory.mktemp("search") / "book-search.js"
    script.write_text(text(), encoding="utf-8")
    return lambda query: finder.find(script, query)[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("mediator", "glossary.html#term-mediator"),
        ("mediators", "glossary.html#term-mediator"),
        ("mediatr", "glossary.html#term-mediator"),
        ("what is a mediator", "glossary.html#term-mediator"),
        ("BIC", "glossary.html#term-AIC"),
        ("bootstap", "chain.html#again"),
        ("boots", "chain.html#again"),
        ("figure 1", "chain.html#fig-1"),
        ("where does it turn", "chain.html"),
        ("Overtuigingskennis", "glossary.html#term-pk"),
        ("persuasie kennis", "glossary.html#term-pk"),
        ("0.156", "every.html#serial-reply-est"),
        (".156", "every.html#serial-reply-est"),
        ("0,156", "every.html#serial-reply-est"),
        ("0.15603", "every.html#serial-reply-est"),
        ("-0.156", "every.html#serial-reply-est"),
        ("0.109", "every.html#serial-reply-est"),
        ("1,451", "every.html#rows"),
        ("1451", "every.html#rows"),
        ("effect with a reply", "every.html#serial-reply-est"),
        ("download sample", "chain.html#again"),
    ],
)
def test_what_people_type_leads_first_to(asked: Asked, query: str, first: str) -> None:
    assert [hit["href"] for hit in asked(query)][:1] == [first]


@pytest.mark.slow
@pytest.mark.parametrize("query", ["", "   ", "?!", "qqqqqq"])
def test_nothing_is_found_for_nothing(asked: Asked, query: str) -> None:
    assert asked(query) == []


def test_a_hit_says_part_chapter_and_section(asked: Asked) -> None:
    assert asked("draws people")[0]["trail"] == "What the survey shows › Where does it turn? › Does it fit?"


def test_a_hit_quotes_the_sentence_with_the_words_and_marks_them_whole(asked: Asked) -> None:
    hit = next(hit for hit in asked("p") if hit["href"] == "chain.html#fit")
    assert finder.words(hit["text"]).startswith("The p of the model is large.")
    assert finder.marked(hit["text"]) == ["p"]


def test_a_term_shows_all_that_it_means(asked: Asked) -> None:
    assert finder.words(asked("mediator")[0]["text"]) == "What lies between. Dutch: mediator."


def test_a_number_shows_its_value_and_its_interval(asked: Asked) -> None:
    assert finder.words(asked("0.156")[0]["text"]).split(" ", 1)[0] == "0.156"
    assert "[0.109, 0.210]" in finder.words(asked("0.156")[0]["text"])


def test_exercises_come_behind_what_explains(asked: Asked) -> None:
    places = [hit["href"] for hit in asked("mediation")]
    assert places.index("chain.html#fit") < places.index("chain.html#exercises")


def test_an_interval_that_stands_beside_its_estimate_is_no_hit_of_its_own() -> None:
    assert [kept.key for kept in index.told_once(NUMBERS)] == ["serial.reply.est", "rows"]


def test_of_a_long_section_the_first_sentences_stand_whole_and_each_other_word_once() -> None:
    sentences = [f"Sentence {number} is about reply and answer." for number in range(40)]
    shown, rest = index.shortened(" ".join(sentences))
    assert len(shown) < index.SHOWN
    assert shown == " ".join(sentences[: shown.count(".")])
    assert index.rest_of_words(f"{rest} A newcomer.", but_for=shown) == "newcomer"


def test_the_library_keeps_its_licence_and_loses_its_comments() -> None:
    assert "Permission is hereby granted, free of charge" in text()
    assert "* @param" not in text()


def test_a_title_cannot_end_the_script() -> None:
    page = SearchedPage("</script>", "", (Entry("page", "", "</script>", (), ""),))
    assert "</script>" not in text({**PAGES, "odd.html": page})


# The table of synonyms


def test_the_book_s_table_is_in_order() -> None:
    assert len(synonyms.read().synonyms) > 30


@pytest.mark.parametrize(
    ("written", "fault"),
    [
        ("synonyms: [{book: a, typed: [Big]}]", "write Big as big"),
        ("synonyms: [{book: a, typed: [enquête]}]", "write enquête as enquete"),
        ("synonyms: [{book: a, typed: [b]}, {book: c, typed: [b]}]", "typed in more than one place: b"),
        ("synonyms: [{book: a b, typed: [a b]}]", "stands for itself"),
        ("synonyms: [{book: a, types: [b]}]", "This key is unknown"),
    ],
)
def test_a_fault_in_the_table_is_told_with_its_line(tmp_path: Path, written: str, fault: str) -> None:
    path = tmp_path / "synonyms.yml"
    path.write_text(written, encoding="utf-8")
    with pytest.raises(InputError) as error:
        synonyms.read(path)
    assert fault in str(error.value)
    assert "1" in str(error.value)
