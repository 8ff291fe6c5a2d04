"""The glossary explains every term that a chapter links to it, in both languages."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
GLOSSARY = ROOT / "chapters" / "using" / "glossary.md"
CHAPTERS = sorted([ROOT / "index.md", *(ROOT / "chapters").glob("*/*.md")])
USE = re.compile(r"\{term\}`(?:[^`<]*<)?([^`<>]+)>?`")
FEWEST_TERMS = 30
CODE = re.compile(
    r"\A---\n.*?\n---\n|^```(?:\{code-cell\}|(?:python|r|text)$).*?^```$|^```\{index\}.*?^```$",
    re.DOTALL | re.MULTILINE,
)
TERM = re.compile(r"\{term\}`([^`<]*)[^`]*`")
NO_WORDS = re.compile(r"\$[^$]+\$|(?:\{[a-z:]+\})?`[^`]*`|\]\([^)]*\)")
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]+\b")
LABEL = re.compile(r"[RTI]\d|II+|PROCESS|SURVEY|MAPPING|QUESTIONNAIRE|ENGINE|VS|QTI")
"""What is written in capitals and is a name: of a claim, a finding, a program, a file format, a setting."""


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


def abbreviations(text: str) -> set[str]:
    """Abbreviations in the prose of a chapter."""
    prose = NO_WORDS.sub("", TERM.sub(r"\1", CODE.sub("", text).replace("```", "")))
    return {found for found in ABBREVIATION.findall(prose) if not LABEL.fullmatch(found)}


def unexplained(text: str, glossary: dict[tuple[str, ...], str]) -> set[str]:
    """Abbreviations of a chapter that it nowhere links to their explanation."""
    linked = used(text)
    known = {name for terms in glossary for name in terms if linked & {term.casefold() for term in terms}}
    return abbreviations(text) - known


@pytest.mark.parametrize("chapter", [path for path in CHAPTERS if path != GLOSSARY], ids=lambda path: path.stem)
def test_a_chapter_links_its_abbreviations_to_their_explanation(
    chapter: Path, glossary: dict[tuple[str, ...], str]
) -> None:
    assert unexplained(chapter.read_text(encoding="utf-8"), glossary) == set()


def test_an_abbreviation_without_explanation_is_found(glossary: dict[tuple[str, ...], str]) -> None:
    text = "---\nXML: 1\n---\nThe {term}`RMSEA`, the SRMR and `AIC`, of R2.\n```{code-cell}\nBIC\n```\n"
    assert unexplained(text, glossary) == {"SRMR"}


def test_at_least_thirty_explained_terms_are_used(glossary: dict[tuple[str, ...], str]) -> None:
    in_use = set().union(*(used(chapter.read_text(encoding="utf-8")) for chapter in CHAPTERS))
    assert sum(any(term.casefold() in in_use for term in terms) for terms in glossary) >= FEWEST_TERMS


def test_terms_stand_in_the_order_of_the_alphabet(glossary: dict[tuple[str, ...], str]) -> None:
    first = [terms[0].casefold() for terms in glossary]
    assert first == sorted(first)


def test_a_term_is_found_with_and_without_words_of_its_own() -> None:
    assert used("{term}`Valence` and {term}`two tiers <tier>`") == {"valence", "tier"}
