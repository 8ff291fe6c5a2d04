"""The printed book: what it holds, where its links lead, and that its contents name the right pages."""

from __future__ import annotations

import gc
import io
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import shipped
import yaml
from paper_of_site import ROOT, made, parts
from parsed_pages import parsed
from pypdf import PageObject, PdfReader
from pypdf.generic import IndirectObject

from companion.book.paper import checked_access, page_content, pdf
from companion.book.paper.pdf import NO_BREAK
from companion.book.paper.universal_access import said
from companion.errors import InputError
from companion.survey import scale_words

pytestmark = [pytest.mark.book, pytest.mark.browser]

SIGNS = "■□◧"
"""The reactions, beside their names."""
LIMIT = 10_000_000


@pytest.fixture(scope="session")
def path(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of the built book."""
    if shutil.which("chromium") is None:
        pytest.skip("no Chromium on this machine")
    return made("pdf", site, tmp_path_factory.mktemp("pdf"))


@pytest.fixture(scope="session")
def printed(path: Path) -> PdfReader:
    return PdfReader(path)


@dataclass(frozen=True)
class Read:
    """A page of the file, read once and by pypdf: for a whole book that takes as long as all else of these tests.

    Parameters
    ----------
    words
        What it says.
    apart
        The words that no tag holds, by the height at which they stand.
    agreed
        Whether the program that makes the PDF reads the same operations, tags and letters.
    """

    words: str
    apart: dict[float, str]
    agreed: bool

    @classmethod
    def of(cls, page: PageObject) -> Read:
        seen: list[tuple[Any, bytes]] = []
        words = page.extract_text(visitor_operand_before=lambda sign, given, *_: seen.append((given, sign)))
        ours = [(operator, known(operands, operator)) for operands, operator in page_content.operations(page)]
        theirs = [(operator, known_to_pypdf(operands, operator)) for operands, operator in seen]
        return cls(" ".join(words.split()), without_a_tag(page, seen), ours == theirs)


@pytest.fixture(scope="session")
def read(printed: PdfReader) -> list[Read]:
    """Every page, without a search for circles among its objects: there are few, and it takes a third of the time."""
    gc.disable()
    try:
        return [Read.of(page) for page in printed.pages]
    finally:
        gc.enable()


@pytest.fixture(scope="session")
def texts(read: list[Read]) -> list[str]:
    """The words of every page."""
    return [page.words for page in read]


@pytest.fixture(scope="session")
def bodies(texts: list[str], titles: list[str]) -> list[str]:
    """The words of every page without its foot."""
    running = "|".join(re.escape(title) for title in [*titles, "About this book", settings()["title"]])
    return [
        re.sub(rf"^{number}//// Simulated survey · (?:{running}) ?", "", text) for number, text in enumerate(texts, 1)
    ]


@pytest.fixture(scope="session")
def titles(site: Path) -> list[str]:
    """The titles of the chapters, from their sources."""
    names = [name for chapters in parts().values() for name in chapters]
    replaced = {"chapters/using/every-number": "Where do the numbers come from?"}
    return [replaced.get(name) or heading(ROOT / f"{name}.md") for name in names]


def settings() -> dict[str, Any]:
    read: dict[str, Any] = yaml.safe_load((ROOT / "_config.yml").read_text())
    return read


def heading(source: Path) -> str:
    words = scale_words.told(shipped.asked(), shipped.plan().model.constructs)
    title = next(line[2:].strip() for line in source.read_text().splitlines() if line.startswith("# "))
    return re.sub(r"\{asked\}`(\w+)`", lambda found: words[found[1]], title)


def wrong_pages(bodies: list[str], titles: list[str]) -> list[str]:
    """The chapters that do not begin on the page that the contents name, told by the words of the pages alone."""
    start, end = (
        next(number for number, body in enumerate(bodies) if body.startswith(words))
        for words in ("Contents", "About this book")
    )
    contents = " ".join(bodies[start:end])
    wrong = []
    for title in titles:
        named = re.search(rf"{re.escape(title)} ?(\d+)", contents)
        if named is None or int(named[1]) > len(bodies) or not bodies[int(named[1]) - 1].startswith(title):
            wrong.append(title)
    return wrong


def elements(node: Any) -> Iterator[Any]:
    """Every element of the structure tree."""
    stack = [node]
    while stack:
        element = stack.pop()
        element = element.get_object() if isinstance(element, IndirectObject) else element
        if isinstance(element, list):
            stack.extend(element)
        elif isinstance(element, dict):
            yield element
            if "/K" in element:
                stack.append(element["/K"])


def known(operands: bytes, operator: bytes) -> object:
    """What the program that makes the PDF wants to know of an operation."""
    if operator in page_content.BEGUN:
        return page_content.name(operands), page_content.tag(operands)
    if operator == b"Tf":
        return page_content.name(operands)
    if operator == b"Tm":
        return float(operands.split()[5])
    return page_content.codes(operands) if operator == b"Tj" else None


def known_to_pypdf(operands: Any, operator: bytes) -> object:
    """The same, as pypdf reads it."""
    if operator in page_content.BEGUN:
        return operands[0], operands[1].get("/MCID") if len(operands) > 1 else None
    if operator == b"Tf":
        return operands[0]
    if operator == b"Tm":
        return pytest.approx(float(operands[5]), abs=1e-7)  # pypdf rounds
    return operands[0].original_bytes if operator == b"Tj" else None


def without_a_tag(page: PageObject, operations: list[tuple[Any, bytes]]) -> dict[float, str]:
    """The words on a page that no tag holds, by the height at which they stand."""
    words, height, font, marks = defaultdict[float, str](str), 0.0, "", []
    for operands, operator in operations:
        if operator in (b"BDC", b"BMC"):
            marks.append(operands[0])
        elif operator == b"EMC":
            marks.pop()
        elif operator == b"Tf":
            font = str(operands[0])
        elif operator == b"Tm":
            height = float(operands[5])
        elif operator == b"Tj" and "/Artifact" in marks:
            words[height] += said(page["/Resources"]["/Font"][font], operands[0].original_bytes)  # type: ignore[index]
    return words


def links(printed: PdfReader) -> Iterator[Any]:
    for page in printed.pages:
        for annotation in page.get("/Annots", []):
            if annotation.get_object()["/Subtype"] == "/Link":
                yield annotation.get_object()


def test_it_is_a_whole_book(printed: PdfReader) -> None:
    assert len(printed.pages) > 120


def test_it_is_small_enough_to_send(path: Path) -> None:
    assert path.stat().st_size <= LIMIT


def test_the_contents_name_the_pages_on_which_chapters_begin(bodies: list[str], titles: list[str]) -> None:
    assert wrong_pages(bodies, titles) == []


def test_one_page_too_many_in_front_turns_the_check_red(bodies: list[str], titles: list[str]) -> None:
    first = next(number for number, body in enumerate(bodies) if body.startswith("About this book"))
    assert wrong_pages([*bodies[:first], "", *bodies[first:]], titles) == titles


def test_every_part_opens_on_a_right_hand_page(bodies: list[str], titles: list[str]) -> None:
    left = iter(titles)
    for part, chapters in parts().items():
        first, *_ = [next(left) for _ in chapters]
        opening = [n for n, body in enumerate(bodies, start=1) if body.startswith(f"{part} {first}")]
        assert len(opening) == 1
        assert opening[0] % 2 == 1


def test_every_page_with_words_says_that_the_survey_is_simulated(texts: list[str]) -> None:
    assert [number for number, text in enumerate(texts, start=1) if text and "Simulated survey" not in text] == []


def test_only_the_cover_and_the_backs_of_parts_are_without_words(texts: list[str]) -> None:
    empty = [number for number, text in enumerate(texts, start=1) if not text]
    assert empty[0] == 1
    assert all(number % 2 == 0 for number in empty[1:])
    assert len(empty) <= 1 + len(parts())


def test_the_cover_says_in_words_that_the_survey_is_simulated(printed: PdfReader) -> None:
    tree = printed.root_object["/StructTreeRoot"]
    described = [str(element["/Alt"]) for element in elements(tree) if "/Alt" in element]
    assert any("All survey data are simulated" in words for words in described)


def test_it_is_tagged_in_its_language(printed: PdfReader) -> None:
    root = printed.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    kinds = {str(element.get("/S")) for element in elements(root["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/Figure", "/Link", "/LI"} <= kinds


def test_every_picture_is_described(printed: PdfReader) -> None:
    figures = [
        element for element in elements(printed.root_object["/StructTreeRoot"]) if element.get("/S") == "/Figure"
    ]
    assert len(figures) > 20
    assert [figure for figure in figures if not figure.get("/Alt")] == []


def test_a_program_finds_nothing_that_keeps_anybody_from_using_it(printed: PdfReader) -> None:
    assert checked_access.faults(printed) == []


def test_the_program_that_makes_it_and_pypdf_read_the_same_on_each_page(read: list[Read]) -> None:
    assert [number for number, page in enumerate(read, start=1) if not page.agreed] == []


def test_it_says_that_it_is_for_everybody(printed: PdfReader) -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in printed.root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]


def test_only_the_foot_of_a_page_and_signs_beside_their_words_are_said_to_be_no_text(read: list[Read]) -> None:
    pages = [page.apart for page in read]
    feet = Counter(height for lines in pages for height in lines)
    ((foot, times),) = feet.most_common(1)
    assert times > len(pages) / 2
    others = {letter for lines in pages for height, words in lines.items() if height != foot for letter in words}
    assert others <= {"/", *SIGNS, NO_BREAK}


def test_every_formula_is_read_as_it_was_typed(printed: PdfReader, site: Path) -> None:
    names = [name for chapters in parts().values() for name in chapters]
    pages = [parsed(site / f"{name}.html") for name in names]
    typed = [" ".join(said.get_text().split()) for page in pages for said in page.select("article .katex annotation")]
    assert typed
    found = elements(printed.root_object["/StructTreeRoot"])
    assert Counter(str(one["/Alt"]) for one in found if one.get("/S") == "/Formula") == Counter(typed)


def test_title_and_author_are_set(printed: PdfReader) -> None:
    assert printed.metadata is not None
    assert (printed.metadata.title, printed.metadata.author) == (settings()["title"], settings()["author"])


def test_the_outline_holds_every_chapter_below_its_part(printed: PdfReader, titles: list[str]) -> None:
    below = [entry for entry in printed.outline if isinstance(entry, list)]
    chapters = [str(entry.title) for part in below for entry in part if not isinstance(entry, list)]
    assert [title for title in titles if title not in chapters] == []


def test_every_link_leads_to_a_place_in_the_book_or_to_the_web(printed: PdfReader) -> None:
    places, lost, inside = set(printed.named_destinations), [], 0
    for link in links(printed):
        if "/Dest" in link:
            inside += 1
            if str(link["/Dest"]) not in places:
                lost.append(str(link["/Dest"]))
        elif not str(link["/A"].get("/URI", "")).startswith("https://"):
            lost.append(str(link["/A"]))
    assert inside > 1000
    assert lost == []


def test_every_typeface_is_embedded_and_the_text_is_set_in_the_book_s_own(printed: PdfReader) -> None:
    fonts: dict[str, bool] = {}
    for page in printed.pages:
        for reference in (page["/Resources"].get("/Font") or {}).values():
            font = reference.get_object()
            if font["/Subtype"] == "/Type3":
                continue
            described = font.get("/DescendantFonts", [font])[0].get_object()["/FontDescriptor"]
            fonts[str(font["/BaseFont"])] = any(f"/FontFile{number}" in described for number in ("", "2", "3"))
    assert all(fonts.values()), fonts
    # the 500 of the sans is that of the numbers, which the style sheet of the site sets
    own = {"CompanionSerif-400", "CompanionSans-400", "CompanionSans-500", "CompanionDisplay-500"}
    assert own <= {name.partition("+")[2] for name in fonts}


def test_no_place_on_this_machine_is_named(printed: PdfReader) -> None:
    names = [str(ROOT).encode(), b"file:", str(Path.home()).encode() + b"/", b"/tmp/"]
    for number in range(1, len(printed.xref[0]) + 1):
        thing = printed.get_object(number)
        content = thing.get_data() if hasattr(thing, "get_data") else str(thing).encode()
        assert [name for name in names if name in content] == []


def test_the_same_pages_give_the_same_bytes(tmp_path: Path, browser: object) -> None:
    source = tmp_path / "page.html"
    source.write_text('<html lang="en"><title>One</title><h1 id="a">A page</h1><a href="#a">to it</a></html>')
    chromium = pdf.chromium()
    program = (
        "import sys; from pathlib import Path; from companion.book.paper import pdf\n"
        "from companion.book.paper.manuscript import Manuscript\n"
        "here = Path('.')\n"
        "text = Manuscript('One', 'Somebody', 'en', '2026', ('1', '2026-01-02'), '', True, (), here, here, '')\n"
        f"content = pdf.print_settled(Path({str(source)!r}), {chromium!r})\n"
        "sys.stdout.buffer.write(pdf.finish(content, text)[0])"
    )
    first, second = (
        subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout for _ in range(2)
    )
    assert first == second
    assert PdfReader(io.BytesIO(first)).metadata["/CreationDate"] == "D:20260102000000Z"  # type: ignore[index]
    assert PdfReader(io.BytesIO(first)).pdf_header >= "%PDF-1.4"  # the first version that has tags and metadata


def test_without_chromium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(InputError, match="apt-get install chromium"):
        pdf.chromium()
