"""How a chapter is cited follows from CITATION.cff, and says that the data are simulated."""

from __future__ import annotations

from pathlib import Path

import pytest
import shipped
import yaml
from pybtex.database import parse_string

from companion.book import build, citation
from companion.study import Study, digest

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
CFF = """\
cff-version: 1.2.0
title: "A Book & Its Title: a companion"
version: 2.1.0
date-released: 2031-05-06
authors:
  - family-names: Aa
    name-particle: van der
    given-names: Eva Petra
  - name: The Readers
"""
CHAPTER, ADDRESS = "Does PSR turn?", "https://someone.example/book/chapters/results/turn.html"


@pytest.fixture
def edition(tmp_path: Path) -> citation.Edition:
    (tmp_path / "CITATION.cff").write_text(CFF)
    return citation.read(tmp_path)


def reference(edition: citation.Edition, chapter: str = CHAPTER, address: str = "", simulated: bool = False) -> str:
    return citation.apa(citation.entry(edition, chapter, address, simulated))[0]


def test_a_chapter_is_cited_as_a_part_of_its_edition(edition: citation.Edition) -> None:
    assert reference(edition) == (
        "van der Aa, E. P., & The Readers. (2031). Does PSR turn? In A Book & Its Title: a companion (Version 2.1.0)."
    )


def test_the_book_is_cited_as_a_whole(edition: citation.Edition) -> None:
    assert reference(edition, chapter="") == (
        "van der Aa, E. P., & The Readers. (2031). A Book & Its Title: a companion (Version 2.1.0)."
    )


def test_the_address_stands_in_the_reference_where_there_is_one(edition: citation.Edition) -> None:
    assert reference(edition, address=ADDRESS).endswith(f" {ADDRESS}")
    assert "http" not in reference(edition)


@pytest.mark.parametrize("simulated", [True, False])
def test_a_reference_says_that_the_data_are_simulated_exactly_when_they_are(
    edition: citation.Edition, simulated: bool
) -> None:
    entry = citation.entry(edition, CHAPTER, "", simulated)
    assert ("simulated" in citation.apa(entry)[0]) == ("simulated" in citation.bibtex("k", entry)) == simulated


def test_in_html_the_title_of_the_book_is_in_italics(edition: citation.Edition) -> None:
    assert (
        "<em>A Book &amp; Its Title: a companion</em>" in citation.apa(citation.entry(edition, CHAPTER, "", False))[1]
    )


def test_the_bibtex_entry_reads_back_as_what_was_written(edition: citation.Edition) -> None:
    written = citation.bibtex("a-key", citation.entry(edition, CHAPTER, ADDRESS, True))
    read = parse_string(written, "bibtex").entries["a-key"]
    assert read.type == "incollection"
    assert dict(read.fields) == {
        "title": "{Does PSR turn?}",
        "booktitle": r"A Book \& Its Title: a companion",
        "year": "2031",
        "version": "2.1.0",
        "note": "All survey data are simulated",
        "url": ADDRESS,
    }
    assert [str(person) for person in read.persons["author"]] == ["van der Aa, Eva Petra", "{The Readers}"]


def test_keys_tell_chapters_and_editions_apart(edition: citation.Edition) -> None:
    keys = [citation.key(edition, name, CHAPTER) for name in ("chapters/results/turn", "chapters/method/sample")]
    assert [*keys, citation.key(edition, "index", "")] == [
        "companion-2.1.0-turn",
        "companion-2.1.0-sample",
        "companion-2.1.0",
    ]


def test_a_changed_citation_file_builds_the_book_again(tmp_path: Path) -> None:
    digests = []
    for version in ("2.1.0", "2.1.1"):
        (tmp_path / "CITATION.cff").write_text(CFF.replace("2.1.0", version))
        own = Study(shipped.SURVEY, tmp_path, asked=shipped.DATA / "questionnaire.yml")
        digests.append(digest(build.inputs(own)))
    assert digests[0] != digests[1]


def test_the_shipped_book_is_cited_with_what_its_citation_file_says() -> None:
    shipped = citation.read(ROOT)
    said = reference(shipped, chapter="")
    assert shipped.title == SHIPPED["title"]
    for stated in (
        SHIPPED["title"],
        SHIPPED["version"],
        str(SHIPPED["date-released"].year),
        SHIPPED["authors"][0]["name"],
    ):
        assert stated in said
