"""A figure speaks the language that it is asked for: its words come from the catalogue, its numbers have its comma."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from figures.planted import FIGURES
from matplotlib.figure import Figure as Canvas
from matplotlib.text import Text

from companion import words

PLANTED = (
    *("Source A", "Source B", "nano", "micro", "macro", "First series", "Second series"),
    *("First path", "Second path", "Third path", "Study A", "Study B", "Study C", "trust", "liking", "attitude"),
    *("Early rule", "Short rule", "Rule in force", "Later rule", "EU", "NL"),
    *("did not consent", "answered too fast", "answered twice", "Relationship", "Effect"),
    *("latent", "mean", "none", "age", "like", "reply", "R1", "R2", "R3", "R4", "R5"),
)
"""Words of the tables that the figures draw."""
ENGLISH_DECIMAL = re.compile(r"\b0\.\d|(?<!\d)\.\d|\d\.\d{1,2}(?!\d)")


def marked(entry: object) -> object:
    """A part of a catalogue with every sentence between marks."""
    if isinstance(entry, dict):
        return {key: marked(value) for key, value in entry.items()}
    return f"‹{entry}›"


@pytest.fixture
def dutch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second language whose sentences are the English ones between marks."""
    for file in (words.FOLDER / "en").glob("*.yml"):
        copy = tmp_path / "nl" / file.name
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(yaml.safe_dump(marked(yaml.safe_load(file.read_text())), allow_unicode=True))
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words.words.cache_clear()
    yield
    words.words.cache_clear()


def texts(canvas: Canvas) -> list[str]:
    return [text.get_text() for text in canvas.findobj(Text) if text.get_visible() and text.get_text().strip()]


def own_words(text: str) -> str:
    """The letters of a text that come neither from the catalogue nor from a table."""
    rest = text.replace("\n", " ")
    while "‹" in rest:
        rest = re.sub("‹[^‹›]*›", "", rest)
    for word in PLANTED:
        rest = rest.replace(word, "")
    return "".join(re.findall(r"[^\W\d_]", rest))


@pytest.mark.slow
@pytest.mark.usefixtures("dutch")
@pytest.mark.parametrize("name", FIGURES)
def test_every_word_of_a_figure_is_one_of_its_language(canvases: list[Canvas], name: str) -> None:
    FIGURES[name](language="nl")
    for canvas in canvases:
        said = texts(canvas)
        assert any("‹" in text for text in said)
        assert [text for text in said if own_words(text)] == []


@pytest.mark.slow
@pytest.mark.usefixtures("dutch")
@pytest.mark.parametrize("name", FIGURES)
def test_every_number_of_a_figure_is_printed_by_the_rules_of_its_language(canvases: list[Canvas], name: str) -> None:
    FIGURES[name](language="nl")
    assert [text for canvas in canvases for text in texts(canvas) if ENGLISH_DECIMAL.search(text)] == []


@pytest.mark.parametrize(
    ("text", "left"),
    [("‹Followers› 1,000", ""), ("‹‹Effect›, in\npoints›", ""), ("Source A", ""), ("Followers", "Followers")],
)
def test_a_word_that_stands_in_code_is_found(text: str, left: str) -> None:
    assert own_words(text) == left
