"""The glossary explains every term that a chapter links to it, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "chapters" / "using" / "glossary.md"
CHAPTERS = sorted([ROOT / "index.md", *(ROOT / "chapters").glob("*/*.md")])
USE = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")
FEWEST_TERMS = 30


def entries(text: str) -> dict[tuple[str, ...], str]:
    """Terms that share an explanation -> the explanation."""
    body = text.split("```{glossary}\n")[1].split("\n```")[0]
    found = {}
    for block in body.split("\n\n"):
        lines = block.splitlines()
        terms = tuple(line for line in lines if line and not line.startswith(" "))
        found[terms] = " ".join(line.strip() for line in lines if line.startswith(" "))
    return found


def used(text: str) -> set[str]:
    return {term.strip().casefold() for term in USE.findall(text)}


@pytest.fixture(scope="module")
def glossary() -> dict[tuple[str, ...], str]:
    return entries(GLOSSARY.read_text(encoding="utf-8"))


def test_every_linked_term_is_explained(glossary: dict[tuple[str, ...], str]) -> None:
    known = {term.casefold() for terms in glossary for term in terms}
    missing = {
        (chapter.name, term) for chapter in CHAPTERS for term in used(chapter.read_text(encoding="utf-8")) - known
    }
    assert missing == set()


def test_every_term_is_explained_and_has_a_dutch_equivalent(glossary: dict[tuple[str, ...], str]) -> None:
    assert [
        terms for terms, words in glossary.items() if not re.fullmatch(r".+\. Dutch: \*\{nl\}`.+`\*\.", words)
    ] == []


def test_at_least_thirty_explained_terms_are_used(glossary: dict[tuple[str, ...], str]) -> None:
    in_use = set().union(*(used(chapter.read_text(encoding="utf-8")) for chapter in CHAPTERS))
    assert sum(any(term.casefold() in in_use for term in terms) for terms in glossary) >= FEWEST_TERMS


def test_terms_stand_in_the_order_of_the_alphabet(glossary: dict[tuple[str, ...], str]) -> None:
    first = [terms[0].casefold() for terms in glossary]
    assert first == sorted(first)


def test_a_term_is_found_with_and_without_words_of_its_own() -> None:
    assert used("{term}`Valence` and {term}`two tiers <tier>`") == {"valence", "tier"}
