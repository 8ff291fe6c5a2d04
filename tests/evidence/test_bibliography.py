"""The printed bibliography agrees with what was checked, and every citation of the chapters rests on something seen."""

import csv
import io
import re
import subprocess
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest
from pybtex.database import BibliographyData, Entry, parse_file
from pybtex.richtext import Text

from companion.evidence import citations, engagement, evidence_map, forest, literature, tier_claims, tiers, timeline
from companion.evidence.tables import Citation
from companion.tables import Table
from companion.tables import literature as tables

ROOT = Path(__file__).resolve().parents[2]
CITATIONS = "data/literature/citations.csv"
CHAPTERS = sorted((ROOT / "chapters" / "literature").glob("*.md"))
SHOWN = re.compile(r"^tables\.(\w+)\(", re.MULTILINE)
TABLES: dict[str, Callable[[], Table]] = {
    "tier_profile": lambda: tables.tier_profile(tiers(), engagement(), tier_claims(), literature()),
    "tier_claims": lambda: tables.tier_claims(tier_claims()),
    "nearest_experiments": lambda: tables.nearest_experiments(literature()),
    "evidence": lambda: tables.evidence(evidence_map()),
    "paths": lambda: tables.paths(evidence_map()),
    "conversions": lambda: tables.conversions(forest()),
    "rules": lambda: tables.rules(timeline()),
    "scales": lambda: tables.scales(literature()),
}
CITATION = re.compile(r"\{cite:[a-z]+\}`([^`]+)`")
DOI = re.compile(r"10\.\d{4,9}/[^\s{}\"<>]+")
FEWEST_WORKS = 60
IN_A_TABLE = "In a table: "
LONGEST = 170
"""Characters of a sentence that the citation table keeps."""


@pytest.fixture(scope="module")
def bibliography() -> BibliographyData:
    return parse_file(str(ROOT / "references.bib"))


def plain(latex: str) -> str:
    return str(Text.from_latex(latex))


def first_author(entry: Entry) -> str:
    person = entry.persons["author"][0]
    return plain(" ".join([*person.prelast_names, *person.last_names]))


def cited(text: str) -> list[str]:
    return [key.strip() for keys in CITATION.findall(text) for key in keys.split(",")]


def shortened(line: str) -> str:
    """Give a line of a chapter as the citation table keeps it: its words, cut at a space near `LONGEST`."""
    works = literature().works
    for pattern, words in (
        (r"\{cite:t\}`([^`]+)`", lambda found: works[found[1]].label),
        (r"\s*\{cite:p\}`[^`]+`", lambda found: ""),
        (r"\{num\}`[^`]+`", lambda found: "(number)"),
        (r"\{(?:term|nl)\}`([^`<]+?)(?: <[^`]*)?`", lambda found: found[1]),
        (r"\[([^\]]*)\]\([^)]*\)", lambda found: found[1]),
        (r"\*|^\s*(?:- |\d\. )", lambda found: ""),
    ):
        line = re.sub(pattern, words, line)
    line = line.strip()
    return line if len(line) <= LONGEST else line[:LONGEST].rsplit(" ", 1)[0] + " …"


def test_the_bibliography_holds_exactly_the_checked_works(bibliography: BibliographyData) -> None:
    assert set(bibliography.entries) == set(literature().works)


def test_title_year_first_author_and_doi_are_those_that_were_seen(bibliography: BibliographyData) -> None:
    printed = {
        key: (plain(entry.fields["title"]), entry.fields["year"], first_author(entry), entry.fields.get("doi"))
        for key, entry in bibliography.entries.items()
    }
    seen = {key: (work.title, work.year, work.first_author, work.doi) for key, work in literature().works.items()}
    assert printed == seen


def test_the_short_name_of_a_work_begins_with_its_first_author_or_journal_and_holds_its_year() -> None:
    wrong = [
        work.label
        for work in literature().works.values()
        if f"({work.year}" not in work.label and f"({work.year}-" not in work.label
    ]
    assert wrong == []


def test_no_two_works_have_the_same_short_name() -> None:
    labels = Counter(work.label for work in literature().works.values())
    assert [label for label, times in labels.items() if times > 1] == []


def test_every_doi_has_the_form_of_one(bibliography: BibliographyData) -> None:
    wrong = [
        entry.fields["doi"]
        for entry in bibliography.entries.values()
        if "doi" in entry.fields and not DOI.fullmatch(entry.fields["doi"])
    ]
    assert wrong == []


@pytest.mark.parametrize("doi", ["https://doi.org/10.1000/x", "10.1000", "doi:10.1000/x", "10.1000/a b"])
def test_what_is_not_a_doi_is_not_taken_for_one(doi: str) -> None:
    assert DOI.fullmatch(doi) is None


def test_no_field_of_the_checking_is_printed(bibliography: BibliographyData) -> None:
    fields = {field for entry in bibliography.entries.values() for field in entry.fields}
    assert fields.isdisjoint({"verified", "keywords"})


def test_every_citation_of_the_chapters_resolves(bibliography: BibliographyData) -> None:
    unknown = {
        (chapter.name, key)
        for chapter in CHAPTERS
        for key in cited(chapter.read_text(encoding="utf-8"))
        if key not in bibliography.entries
    }
    assert unknown == set()


@pytest.mark.slow
def test_every_cited_work_of_a_chapter_stands_in_the_citation_table_and_nothing_else_does() -> None:
    in_chapters = set()
    for chapter in CHAPTERS:
        text = chapter.read_text(encoding="utf-8")
        shown = [cell for name in SHOWN.findall(text) for cell in TABLES[name]().frame.to_numpy().flat]
        in_chapters |= {(chapter.stem, key) for part in [text, *shown] for key in cited(part)}
    assert in_chapters == {(citation.chapter, citation.key) for citation in citations()}


def test_every_sentence_that_cites_stands_in_the_citation_table() -> None:
    written = {
        (chapter.stem, shortened(line), key)
        for chapter in CHAPTERS
        for line in chapter.read_text(encoding="utf-8").splitlines()
        for key in cited(line)
    }
    in_table = {(row.chapter, row.sentence, row.key) for row in citations() if not row.sentence.startswith(IN_A_TABLE)}
    assert sorted(written ^ in_table) == []


def test_a_sentence_is_shortened_to_its_words() -> None:
    line = "- *So:* {cite:t}`park2021` call {term}`tiers <tier>` [small](a.md) in {num}`a.b` cases {cite:p}`kay2020`."
    assert shortened(line) == "So: Park et al. (2021) call tiers small in (number) cases."
    assert shortened("the word *{nl}`reclame`*") == "the word reclame"
    assert shortened("word " * 40) == "word " * 34 + "…"


def test_a_citation_in_any_form_is_found() -> None:
    assert cited("{cite:t}`a2020` and {cite:p}`b2021, c2022`; {term}`d`") == ["a2020", "b2021", "c2022"]


def test_what_was_seen_of_a_cited_work_is_said_as_in_the_table_of_works() -> None:
    works = literature().works
    assert [row for row in citations() if (row.seen, row.where) != (works[row.key].seen, works[row.key].address)] == []


def noted_late(rows: Iterable[Citation], days: Mapping[tuple[str, str, str], str]) -> list[Citation]:
    """The rows that name a later day than the one on which the history first has what they say was seen."""
    known = [(row, days.get((row.key, row.seen, row.where))) for row in rows]
    return [row for row, day in known if day is not None and row.noted.isoformat() > day]


def test_a_day_after_the_one_of_the_history_is_seen() -> None:
    said = {
        "chapter": "a",
        "sentence": "It is so.",
        "key": "known2020",
        "seen": "abstract",
        "where": "https://a.example",
    }
    row = Citation.model_validate(said | {"noted": date(2026, 11, 23)})
    days = {(row.key, row.seen, row.where): "2026-11-22"}
    assert noted_late([row, row.model_copy(update={"noted": date(2026, 11, 22)})], days) == [row]


def test_what_was_seen_was_noted_by_the_day_on_which_the_history_first_holds_it() -> None:
    if not (ROOT / ".git").exists() or git("rev-parse", "--is-shallow-repository") == "true":
        pytest.skip("this copy of the book has no history, or not all of it")
    days: dict[tuple[str, str, str], str] = {}
    for line in git("log", "--reverse", "--format=%H %as", "--", CITATIONS).splitlines():
        commit, day = line.split()
        for row in csv.DictReader(io.StringIO(git("show", f"{commit}:{CITATIONS}"))):
            days.setdefault((row["key"], row["seen"], row["where"]), day)
    assert days
    assert noted_late(citations(), days) == []


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def test_the_literature_chapters_rest_on_sixty_works() -> None:
    assert len({citation.key for citation in citations()}) >= FEWEST_WORKS
