"""On a survey without the reversal the same book says no: every conditional sentence follows its result."""

from __future__ import annotations

import pickle
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import shipped
from bs4 import BeautifulSoup
from docutils import nodes
from small_book import ROOT, STUDY, WHOLE, Book, copied
from test_prose import allowed, doctrees, left_over, typed_text

from companion.book.sphinx.conditions import holds
from companion.numbers import Registry
from companion.store import Store
from companion.truth import simulate

pytestmark = pytest.mark.book
CONDITION = re.compile(r"\{if\}``([^:`]+):((?:[^`]|`(?!`))*)``|^:{3,}\{if\} (.+)$", re.MULTILINE)
REVERSALS = ("R2", "R3", "R4", "R5")


@pytest.fixture(scope="module")
def other(small_study: Path, tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The whole book, built on the survey whose truth has no reversal."""
    book = copied(tmp_path_factory.mktemp("no-reversal"), extra=WHOLE, computed=small_study)
    survey = book.root / "no-reversal.csv"
    survey.write_bytes(simulate.survey(shipped.truth("truth-no-reversal.yml"), shipped.asked()))
    result = book.build(survey=survey)
    assert result.returncode == 0, result.stderr
    return book


@pytest.fixture(scope="module")
def found(small_study: Path, other: Book) -> dict[str, Registry]:
    """The numbers of the shipped survey, and those from which the other book was built."""
    (shipped_numbers,) = kept_numbers(small_study)
    (other_numbers,) = kept_numbers(other.root) - {shipped_numbers}
    return {
        "shipped": registry(small_study, shipped_numbers),
        "other": registry(other.root, other_numbers),
    }


def kept_numbers(root: Path) -> set[str]:
    """The states of the studies below a folder whose numbers were collected."""
    return {path.stem for path in (root / STUDY).glob("numbers/*.pickle")}


def registry(root: Path, state: str) -> Registry:
    return Store(root / STUDY).get("numbers", state, lambda: pytest.fail("the numbers are damaged"))


def conditions() -> Iterator[tuple[str, str]]:
    for file in [ROOT / "index.md", *sorted((ROOT / "chapters").rglob("*.md"))]:
        for inline, _, block in CONDITION.findall(file.read_text(encoding="utf-8")):
            yield file.name, (inline or block).strip()


def test_sentences_that_rest_on_a_reversal_give_way_to_their_alternatives(found: dict[str, Registry]) -> None:
    def state(condition: str) -> tuple[bool, bool]:
        one, other = (holds(condition, registry.__getitem__) for registry in (found["shipped"], found["other"]))
        return one, other

    states = {condition: state(condition) for _, condition in conditions()}
    on_reversals = {c: s for c, s in states.items() if any(re.search(rf"\b{claim}\b", c) for claim in REVERSALS)}
    only_shipped = [condition for condition, (one, other) in on_reversals.items() if one and not other]
    only_other = [condition for condition, (one, other) in on_reversals.items() if other and not one]
    assert only_shipped
    assert only_other


def test_no_page_says_that_a_reversal_was_found(other: Book) -> None:
    said = set()
    for path in (other.root / "_build/html").rglob("*.html"):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        for link in page.select("a.num.verdict"):
            if re.fullmatch(r"verdict-r[2-5]", str(link["data-num"])):
                said.add((link["data-num"], link.get_text(strip=True)))
    assert {claim for claim, _ in said} == {"verdict-r2", "verdict-r3", "verdict-r4", "verdict-r5"}
    assert not [pair for pair in said if pair[1].startswith("found in")]


def test_what_no_role_computed_holds_no_numeral_and_no_verdict_on_this_survey_either(other: Book) -> None:
    patterns = [pattern for pattern, _ in allowed()]
    folder = other.root / "_build/work/_build/.doctrees"
    left = {
        (page, word)
        for page, tree in doctrees(folder)
        for text in typed_text(tree)
        for word in left_over(text, patterns)
    }
    assert not left


def test_conditional_sentences_stand_on_the_page_exactly_when_they_hold(
    other: Book, found: dict[str, Registry]
) -> None:
    wrong = []
    for file in sorted((ROOT / "chapters").rglob("*.md")):
        tree = other.root / "_build/work/_build/.doctrees" / file.relative_to(ROOT).with_suffix(".doctree")
        page = _words(pickle.loads(tree.read_bytes()))
        for inline, sentence, _ in CONDITION.findall(file.read_text(encoding="utf-8")):
            plain = max(re.split(r"(?:\{[a-z:]+\})?`[^`]*`|[*_\[\]()]", sentence), key=len).strip(" .,;:")
            if len(plain) > 25 and (" ".join(plain.split()) in page) != holds(
                inline.strip(), found["other"].__getitem__
            ):
                wrong.append((file.name, inline, plain))
    assert not wrong


def _words(document: nodes.document) -> str:
    return " ".join(document.astext().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'").split())


def test_the_page_is_read_whole(tmp_path: Path) -> None:
    document = nodes.document("", "")
    document += nodes.paragraph("", "It's  one\nsentence.")
    assert _words(document) == "It's one sentence."
