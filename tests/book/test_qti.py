"""The self-tests of a page as an IMS content package of QTI 2.1, held to a schema and read as a platform would."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
import shipped
from small_pages import application, build, number
from sphinx.errors import ExtensionError
from xmlschema import XMLSchema

from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = Path(__file__).with_name("qti")
SPACES = {"q": "http://www.imsglobal.org/xsd/imsqti_v2p1", "p": "http://www.imsglobal.org/xsd/imscp_v1p1"}
ITEM = "items/test-sum.xml"
PAGE = """# Sums, and/or "products"

::::{self-test} test-sum
What is *two* and [two](other.md), if 1 < 2?

- [ ] Three.

  That is one less.

- [x] Four, as `2 + 2`.

  Count them.

  Twice.
::::

::::{self-test} test-product
And two times two?

- [x] Four & no more.

  Yes.

- [ ] Five.

  - One
  - Two
::::
"""


def packaged(folder: Path, sources: dict[str, str]) -> bytes:
    """Build a page and give the package beside it."""
    index = "# A book\n\n```{toctree}\npage\nother\n```\n"
    about = Subject(shipped.study(), Registry([number("design.like", "yes", "word")]))
    (pages,) = build(application(folder, about, {"index": index, "other": "# Two\n", **sources}))
    assert pages.complaints == []
    return (Path(pages.app.outdir) / "_downloads/page.zip").read_bytes()


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return packaged(tmp_path_factory.mktemp("qti") / "book", {"page": PAGE})


def unpacked(package: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@cache
def schema(name: str) -> XMLSchema:
    return XMLSchema(str(SCHEMAS / f"{name}_subset.xsd"))


def faults(files: dict[str, str]) -> Iterator[str]:
    """Tell what a learning platform could not import: what the schemas forbid, and what is named and not there."""
    for name, text in files.items():
        held_to = schema("imscp_v1p1" if name == "imsmanifest.xml" else "imsqti_v2p1")
        yield from (f"{name}: {error.reason}" for error in held_to.iter_errors(text))
    manifest = ElementTree.fromstring(files["imsmanifest.xml"])
    listed = {file.get("href", "") for file in manifest.iterfind(".//p:file", SPACES)}
    yield from (f"{name} is not in the manifest" for name in files.keys() - listed - {"imsmanifest.xml"})
    yield from (f"{name} is not in the package" for name in listed - files.keys())
    test = ElementTree.fromstring(files["test.xml"])
    for reference in test.iterfind(".//q:assessmentItemRef", SPACES):
        item = files.get(reference.get("href", ""), "<nothing/>")
        if ElementTree.fromstring(item).get("identifier") != reference.get("identifier"):
            yield f"the test asks for {reference.get('identifier')}, which is not at {reference.get('href')}"
    for name in sorted(listed - {"test.xml"}):
        yield from _faults_of_item(name, ElementTree.fromstring(files.get(name, "<nothing/>")))


def _faults_of_item(name: str, item: ElementTree.Element) -> Iterator[str]:
    choices = {choice.get("identifier") for choice in item.iterfind(".//q:simpleChoice", SPACES)}
    key = [value.text for value in item.iterfind(".//q:correctResponse/q:value", SPACES)]
    if len(key) != 1 or key[0] not in choices:
        yield f"{name}: the key {key} is not one of the choices"
    said = {feedback.get("identifier") for feedback in item.iterfind("q:modalFeedback", SPACES)}
    if said != choices:
        yield f"{name}: not every choice is answered"


def marked(item: ElementTree.Element, chosen: str) -> tuple[float, str]:
    """Mark an answer by the item's own rules, as a platform does; give the points and what is said."""
    known = {"RESPONSE": chosen, "SCORE": "0", "SAID": ""}
    key = str(item.findtext(".//q:correctResponse/q:value", namespaces=SPACES))

    def value(expression: ElementTree.Element) -> str | bool:
        match expression.tag.rpartition("}")[2]:
            case "variable":
                return known[expression.get("identifier", "")]
            case "correct":
                return key
            case "baseValue":
                return str(expression.text)
            case "match":
                one, other = map(value, expression)
                return one == other
        raise AssertionError(expression.tag)

    def carry_out(rule: ElementTree.Element) -> None:
        if rule.tag.endswith("setOutcomeValue"):
            known[rule.get("identifier", "")] = str(value(rule[0]))
        elif value(rule[0][0]):
            for inner in rule[0][1:]:
                carry_out(inner)

    rules = item.find("q:responseProcessing", SPACES)
    assert rules is not None
    for rule in rules:
        carry_out(rule)
    said = item.find(f"q:modalFeedback[@identifier='{known['SAID']}']", SPACES)
    assert said is not None
    return float(known["SCORE"]), " ".join("".join(said.itertext()).split())


@pytest.mark.slow
def test_a_package_holds_manifest_test_and_an_item_for_each_question(package: bytes) -> None:
    assert list(unpacked(package)) == ["imsmanifest.xml", "test.xml", ITEM, "items/test-product.xml"]


@pytest.mark.slow
def test_a_learning_platform_can_import_it(package: bytes) -> None:
    assert list(faults(unpacked(package))) == []


def test_only_the_right_answer_has_a_point_and_each_is_told_its_reason(package: bytes) -> None:
    item = ElementTree.fromstring(unpacked(package)[ITEM])
    found = {
        "".join(choice.itertext()).strip(): marked(item, choice.get("identifier", ""))
        for choice in item.iterfind(".//q:simpleChoice", SPACES)
    }
    assert found == {"Three.": (0.0, "That is one less."), "Four, as 2 + 2.": (1.0, "Count them. Twice.")}


@pytest.mark.slow
def test_a_question_keeps_its_emphasis_and_leads_to_no_page_of_the_book(package: bytes) -> None:
    prompt = ElementTree.fromstring(unpacked(package)[ITEM]).find(".//q:prompt", SPACES)
    assert prompt is not None
    assert "".join(prompt.itertext()).strip() == "What is two and two, if 1 < 2?"
    assert [part.tag.rpartition("}")[2] for part in prompt.iter()] == ["prompt", "em"]


@pytest.mark.slow
def test_the_test_has_the_title_of_its_page(package: bytes) -> None:
    assert ElementTree.fromstring(unpacked(package)["test.xml"]).get("title") == "Sums, and/or “products”"


@pytest.mark.slow
def test_the_same_page_gives_the_same_bytes(package: bytes, tmp_path: Path) -> None:
    assert packaged(tmp_path / "again", {"page": PAGE}) == package


PLANTED: dict[str, tuple[str, Callable[[str], str]]] = {
    "a missing attribute": (ITEM, lambda text: text.replace(' timeDependent="false"', "")),
    "an unknown element": (ITEM, lambda text: text.replace("<prompt>", "<prompt><blink/>")),
    "feedback before the question": (
        ITEM,
        lambda text: text.replace("<itemBody>", '<modalFeedback outcomeIdentifier="SAID"/><itemBody>'),
    ),
    "a block in the question": (ITEM, lambda text: text.replace("<prompt>", "<prompt><p>No</p>")),
    "a choice twice": (ITEM, lambda text: text.replace('identifier="answer-2"', 'identifier="answer-1"')),
    "a key that is no choice": (ITEM, lambda text: text.replace("<value>answer-2<", "<value>answer-3<")),
    "an answer without feedback": (
        ITEM,
        lambda text: re.sub(r"<modalFeedback.*?</modalFeedback>", "", text, count=1, flags=re.DOTALL),
    ),
    "a name that no platform takes": (
        "test.xml",
        lambda text: text.replace('identifier="section"', 'identifier="1 section"'),
    ),
    "an item elsewhere": ("test.xml", lambda text: text.replace(ITEM, "items/other.xml")),
    "a file that the manifest lacks": (
        "imsmanifest.xml",
        lambda text: text.replace(f'<file href="{ITEM}" />', ""),
    ),
    "a file that is not there": (
        "imsmanifest.xml",
        lambda text: text.replace('<file href="test.xml" />', '<file href="test.xml" /><file href="lost.xml" />'),
    ),
    "a dependency on nothing": (
        "imsmanifest.xml",
        lambda text: text.replace('identifierref="item-test-sum"', 'identifierref="item-lost"'),
    ),
    "another version": ("imsmanifest.xml", lambda text: text.replace("QTIv2.1 Package", "QTI 1.2")),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_seen(package: bytes, fault: str) -> None:
    name, plant = PLANTED[fault]
    files = unpacked(package)
    planted = plant(files[name])
    assert planted != files[name]
    files[name] = planted
    assert list(faults(files)) != []


@pytest.mark.slow
def test_a_question_with_a_formula_stops_the_build(tmp_path: Path) -> None:
    formula = PAGE.replace("And two times two?", "And {math}`2^2`?")
    with pytest.raises(ExtensionError, match="formula"):
        packaged(tmp_path / "book", {"page": formula})


@pytest.mark.slow
@pytest.mark.parametrize("page", ["self-tests", "concept-inventory"])
def test_the_questions_of_the_book_can_be_imported(page: str, tmp_path: Path) -> None:
    text = (ROOT / f"chapters/using/{page}.md").read_text(encoding="utf-8")
    start = text.index("::::{self-test}")
    questions = text[start : text.rindex("\n::::\n") + 6]
    package = packaged(tmp_path / "book", {"page": f"# Questions\n\n{without_links(questions)}"})
    files = unpacked(package)
    assert list(faults(files)) == []
    assert len(files) - 2 == text.count("{self-test}")


def without_links(text: str) -> str:
    """Words in the place of links and terms, whose targets are not on a small page."""
    return re.sub(r"\{term\}`([^`]*)`", r"\1", re.sub(r"\[([^\]]{3,})\]\([^)]*\)", r"\1", text))
