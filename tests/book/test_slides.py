"""The course has slides for each of its sessions: decks that a teacher can open, turn by keyboard, print and trust."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import shipped
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from small_pages import Pages, application, build
from test_course import COURSE, plans
from visits import noise, violations

from companion.book.site.content_policy import POLICY
from companion.book.slides import FOLDER
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / FOLDER).glob("*.md"))
ALLOWED = Path(__file__).with_name("allowed-slide-numerals.txt")
SESSIONS = ("one", "two", "three", "four", "five", "six", "seven", "eight")
FEWEST_WORDS = 25
"""Words of notes below which a teacher would be left alone with a slide."""
DESK, PHONE = {"width": 1440, "height": 810}, {"width": 390, "height": 844}

FRONT = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
HEADING = re.compile(r"^#{1,2} +(.+)$", re.MULTILINE)
NOTES = re.compile(r"^:::\{notes\}\n(.*?)^:::$", re.DOTALL | re.MULTILINE)
MINUTES = re.compile(r"^:minutes: (\d+)$", re.MULTILINE)
ROLE = re.compile(r"\{[\w:-]+\}(`+)[^`].*?(?<!`)\1(?!`)", re.DOTALL)
APART = re.compile(
    r"^```\{.*?^```$|^:\w[\w-]*:.*$|\$\$.*?\$\$|\$[^$\n]+\$|\]\([^)]*\)|^\d+\. ", re.DOTALL | re.MULTILINE
)
NUMERAL = re.compile(r"(?<![\w])[-−]?\d[\d.,]*")

OVERFLOWING = """() => {
  const said = document.querySelector("section.slide.present .said"), room = said.getBoundingClientRect();
  const parts = [...said.querySelectorAll(":not(.katex *)")].map(part => part.getBoundingClientRect());
  const within = parts.filter(box => box.height);
  const below = Math.max(0, ...within.map(box => box.bottom - room.bottom));
  const beside = Math.max(0, ...within.map(box => box.right - room.right));
  const title = document.querySelector("section.slide.present :is(h1, h2)"), place = title.getBoundingClientRect();
  const seen = document.elementFromPoint(place.left + 5, place.top + place.height / 2);
  return [Math.round(below), Math.round(beside), title.contains(seen) ? 0 : 999];
}"""
"""By how many pixels what a slide says leaves the room for it, below and beside, and by many where it is not seen."""


def slides_of(text: str) -> list[str]:
    """The slides of a deck's source, each from its heading on."""
    starts = [found.start() for found in HEADING.finditer(text)]
    return [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def too_little_said(text: str) -> list[str]:
    """The titles of slides whose notes are too short to teach from."""
    said = {slide.splitlines()[0]: " ".join(NOTES.findall(slide)).split() for slide in slides_of(text)}
    return [title for title, words in said.items() if len(words) < FEWEST_WORDS]


def typed(text: str) -> list[str]:
    """The lines with a numeral that no role prints: neither an ordinal of a list nor a letter of a formula."""
    left = APART.sub("", ROLE.sub("", FRONT.sub("", text)))
    return [line.lstrip("# ") for line in left.splitlines() if NUMERAL.search(line)]


def allowed() -> dict[str, str]:
    """What may be typed, with the reason: lines whose numbers do not come from the survey."""
    lines = (line for line in ALLOWED.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#"))
    return dict(line.split("\t") for line in lines)


def name(path: Path) -> str:
    return path.stem


# The sources


def test_every_session_of_the_course_has_its_deck() -> None:
    assert [path.stem for path in SOURCES] == [f"session-{number}" for number in range(1, 9)]


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_deck_has_twenty_to_thirty_slides(source: Path) -> None:
    assert 20 <= len(slides_of(source.read_text(encoding="utf-8"))) <= 30


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_every_slide_says_what_the_teacher_says(source: Path) -> None:
    assert too_little_said(source.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_the_parts_of_a_deck_take_the_minutes_of_the_plan(source: Path) -> None:
    session = SESSIONS[int(source.stem.removeprefix("session-")) - 1]
    planned = next(
        parts
        for title, parts in plans(COURSE.read_text(encoding="utf-8")).items()
        if title.startswith(f"Session {session}")
    )
    assert [int(minutes) for minutes in MINUTES.findall(source.read_text(encoding="utf-8"))] == planned


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_no_number_on_a_slide_is_typed(source: Path) -> None:
    assert [line for line in typed(source.read_text(encoding="utf-8")) if line not in allowed()] == []


def test_every_line_that_may_be_typed_is_on_a_slide_and_has_a_reason() -> None:
    lines = {line for source in SOURCES for line in typed(source.read_text(encoding="utf-8"))}
    assert [line for line, why in allowed().items() if line not in lines or not why.strip()] == []


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_the_course_leads_to_the_deck(source: Path) -> None:
    assert f"](../../{FOLDER}/{source.name})" in COURSE.read_text(encoding="utf-8")


def test_a_typed_number_is_seen() -> None:
    text = "# A\n\n1. {num}`a.b` of $x^2$ and 0.156 points\n\n:::{notes}\nIn `code` 2020.\n:::\n"
    assert typed(text) == ["of  and 0.156 points", "In `code` 2020."]


def test_a_slide_with_short_notes_is_seen() -> None:
    long = "word " * FEWEST_WORDS
    text = f"# One\n\n:::{{notes}}\n{long}\n:::\n\n## Two\n\n{long}\n\n:::{{notes}}\nA word.\n:::\n"
    assert too_little_said(text) == ["## Two"]


# Decks as Sphinx makes them


def deck(folder: Path, text: str) -> Pages:
    """A book whose only deck is this."""
    about = Subject(shipped.study(), Registry([]))
    sources = {"index": "# A page\n", f"{FOLDER}/one": f"---\norphan: true\n---\n\n{text}"}
    (built,) = build(application(folder, about, sources))
    return built


NOTED = ":::{notes}\nSay it.\n:::\n"
TWO = f"# A deck\n\nWords.\n\n{NOTED}\n## A slide\n\n```{{slide}} question\n:minutes: 5\n```\n\nMore.\n\n{NOTED}"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return deck(tmp_path_factory.mktemp("deck"), TWO)


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def shown(page: BeautifulSoup) -> list[Tag]:
    return page.select(".slides > section.slide")


@pytest.mark.slow
def test_a_deck_is_built_without_complaint(small: Pages) -> None:
    assert small.complaints == []


@pytest.mark.slow
def test_slides_stand_side_by_side_with_their_titles(small: Pages) -> None:
    page = BeautifulSoup(small.file(f"{FOLDER}/one.html"), "html.parser")
    assert [slide.find(["h1", "h2"]).get_text() for slide in shown(page)] == ["A deck", "A slide"]  # type: ignore[union-attr]


@pytest.mark.slow
def test_a_slide_says_what_it_is_for_and_how_long_it_takes(small: Pages) -> None:
    page = BeautifulSoup(small.file(f"{FOLDER}/one.html"), "html.parser")
    assert [kicker.get_text() for kicker in page.select(".kicker")] == ["Question · 5 minutes"]


def test_every_slide_says_that_the_survey_is_simulated(small: Pages) -> None:
    page = BeautifulSoup(small.file(f"{FOLDER}/one.html"), "html.parser")
    feet = [slide.select_one(".foot") for slide in shown(page)]
    assert ["Simulated survey" in foot.get_text() for foot in feet if foot] == [True, True]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO.removesuffix(NOTED), "the slide 'A slide' has no notes"),
        (TWO + "\n### Below\n\nMore.\n\n" + NOTED, "'Below' stands inside a slide"),
        (TWO.replace("{slide} question", "{slide} quiz"), "and not 'quiz'"),
        (TWO + "\n## Two\n\n```{book-figure} fig-none\n```\n\n" + NOTED, "no chapter has a figure 'fig-none'"),
        (TWO + "\n## Two\n\n{num}`no.such.number`\n\n" + NOTED, "no number 'no.such.number' is computed"),
    ],
)
def test_a_slip_on_a_slide_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    complaints = deck(tmp_path / "deck", text).complaints
    assert [line for line in complaints if told in line and line.startswith(f"{FOLDER}/one.md")] != []


# Decks in a browser


@pytest.fixture(scope="module")
def decks(site: Path) -> list[Path]:
    """The decks of the built book."""
    return sorted((site / FOLDER).glob("*.html"))


def opened(browser: Browser, path: Path, window: dict[str, int]) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": window["width"], "height": window["height"]})
    heard = noise(page)
    page.goto(path.as_uri())
    page.evaluate("document.fonts.ready")
    return page, heard


def turned(page: Page) -> Iterator[tuple[str, list[int]]]:
    """Turn a deck from its first slide by the arrow key until it stays: each slide's name, and what leaves its room."""
    before = None
    while (here := page.evaluate("document.querySelector('section.slide.present').id")) != before:
        yield here, page.evaluate(OVERFLOWING)
        before = here
        page.keyboard.press("ArrowRight")


@pytest.mark.book
@pytest.mark.browser
def test_the_arrow_key_turns_every_deck_to_its_end_and_every_slide_holds_what_it_says(
    decks: list[Path], browser: Browser
) -> None:
    for path in decks:
        page, heard = opened(browser, path, DESK)
        found = dict(turned(page))
        assert list(found) == [str(slide["id"]) for slide in shown(parsed(path))]
        assert {name: over for name, over in found.items() if max(over) > 1} == {}
        assert heard == []
        page.close()


@pytest.mark.book
@pytest.mark.browser
def test_a_deck_is_as_wide_as_a_phone(decks: list[Path], browser: Browser) -> None:
    for path in decks:
        page, heard = opened(browser, path, PHONE)
        assert (page.evaluate("document.documentElement.scrollWidth"), heard) == (PHONE["width"], [])
        page.close()


@pytest.mark.book
@pytest.mark.browser
@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing_on_a_deck(decks: list[Path], browser: Browser, window: dict[str, int]) -> None:
    page, _ = opened(browser, decks[len(decks) // 2], window)
    assert violations(page) == []
    page.close()


@pytest.mark.book
@pytest.mark.browser
def test_the_notes_open_in_a_window_that_follows_and_leads(decks: list[Path], browser: Browser) -> None:
    page, heard = opened(browser, decks[0], DESK)
    first, second = (slide.select_one(".notes") for slide in shown(parsed(decks[0]))[:2])
    assert first is not None
    assert second is not None
    with page.expect_popup() as window:
        page.keyboard.press("s")
    notes = window.value
    notes.locator(".presenter-view .notes", has_text=first.get_text(" ", strip=True)[:40]).wait_for()
    notes.keyboard.press("ArrowRight")
    notes.locator(".presenter-view .notes", has_text=second.get_text(" ", strip=True)[:40]).wait_for()
    assert page.evaluate("document.querySelector('section.slide.present').id") == shown(parsed(decks[0]))[1]["id"]
    assert heard == []
    page.close()


@pytest.mark.book
def test_a_deck_has_the_content_policy_of_the_book(decks: list[Path]) -> None:
    policies = {str(meta["content"]) for path in decks for meta in parsed(path).select("meta[http-equiv]")}
    assert policies == {POLICY}


@pytest.mark.book
def test_a_figure_on_a_slide_is_the_file_that_its_chapter_shows(site: Path, decks: list[Path]) -> None:
    def pictures(paths: list[Path]) -> set[str]:
        found = {str(image["src"]) for path in paths for image in parsed(path).select("img[src*='_images/']")}
        return {source.rpartition("/")[2] for source in found}

    assert pictures(decks) != set()
    assert pictures(decks) <= pictures(sorted((site / "chapters").rglob("*.html")))


@pytest.mark.book
@pytest.mark.browser
def test_a_deck_is_printed_a_slide_a_page(decks: list[Path], tmp_path: Path, site: Path) -> None:
    printing = (
        "from pathlib import Path; from companion.book.paper.pdf import chromium; from companion.book.slides import pdf"
    )
    command = f"{printing}; pdf.write(Path({str(site)!r}), Path({str(tmp_path)!r}), chromium())"
    subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=True)
    pages = {path.stem: len(PdfReader(path).pages) for path in tmp_path.glob("*.pdf")}
    assert pages == {path.stem: len(shown(parsed(path))) for path in decks}


@pytest.mark.browser
def test_a_slide_that_says_too_much_and_what_comes_from_elsewhere_are_seen(browser: Browser, small: Pages) -> None:
    path = Path(small.app.outdir) / FOLDER / "two.html"
    text = small.file(f"{FOLDER}/one.html").replace("More.", "More.<br>" * 40)
    path.write_text(text.replace(POLICY, "").replace("Words.", '<img src="https://somebody.example/a.png" alt="">'))
    page, heard = opened(browser, path, DESK)
    assert [name for name, over in turned(page) if max(over) > 1] == ["a-slide"]
    assert "elsewhere: https://somebody.example/a.png" in heard
    page.close()
