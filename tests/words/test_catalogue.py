"""The catalogue and the code agree: no key is asked for that is not there, and none is there that nobody asks for."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest
import words_in_code

import companion
from companion import words

PACKAGE = Path(companion.__file__).parent
LANGUAGES = sorted(folder.name for folder in words.FOLDER.iterdir() if list(folder.glob("*.yml")))
KEYS = frozenset(words.read(words.FOLDER / "en"))
FILES = frozenset(key.partition(".")[0] for key in KEYS)


@pytest.mark.slow
def test_every_key_that_code_asks_for_is_in_the_catalogue() -> None:
    assert words_in_code.unknown(words_in_code.asked_for(PACKAGE, FILES), KEYS) == {}


@pytest.mark.slow
def test_every_key_of_the_catalogue_is_asked_for() -> None:
    # Those of numbers are asked for by declarations, which tests/numbers/test_declared.py holds against the catalogue;
    # numerals by what counts, below.
    keys = frozenset(key for key in KEYS if not key.startswith(("numbers.", "numerals.")))
    assert words_in_code.unused(words_in_code.asked_for(PACKAGE, FILES), keys) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_numerals_count_from_zero_without_a_gap(language: str) -> None:
    numerals = words.words(language).under("numerals")  # type: ignore[arg-type]
    assert list(numerals) == [str(number) for number in range(len(numerals))]


@pytest.mark.parametrize(
    "code",
    [
        'say("tables.gone")',
        'say.under("tables.none_below")',
        'say(f"tables.{name}.gone")',
        'say("tables.yes" if answer else "tables.gone")',
        'words(language)("tables.gone", filled=1)',
    ],
)
def test_a_key_that_is_not_there_is_seen(tmp_path: Path, code: str) -> None:
    (tmp_path / "page.py").write_text(f"\n{code}\n")
    unknown = words_in_code.unknown(words_in_code.asked_for(tmp_path, FILES), KEYS)
    assert list(unknown.values()) == ["page.py:2"]


def test_a_template_asks_for_keys_too(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<p>{{ say("tables.gone") }} {{ say.under("tables.method.flow.heads").step }}</p>'
    )
    assert list(words_in_code.unknown(words_in_code.asked_for(tmp_path, FILES), KEYS)) == [r"tables\.gone"]


@pytest.mark.parametrize(
    ("code", "used"),
    [
        ('say("tables.one")', {"tables.one"}),
        ('say.under("tables.heads")', {"tables.heads.step", "tables.heads.left"}),
        ('say(f"tables.heads.{name}")', {"tables.heads.step", "tables.heads.left"}),
        ('self.say("tables.one")', {"tables.one"}),
        ('words("en").under("tables")', {"tables.one"}),
        ("say(key)", set()),
        ('module("tables.one")', set()),
        ('"tables.one"', set()),
    ],
)
def test_a_key_that_nobody_asks_for_is_seen(tmp_path: Path, code: str, used: set[str]) -> None:
    keys = frozenset({"tables.one", "tables.heads.step", "tables.heads.left", "tables.heads.deeper.still"})
    (tmp_path / "page.py").write_text(code)
    assert words_in_code.unused(words_in_code.asked_for(tmp_path, frozenset({"tables"})), keys) == sorted(keys - used)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences_and_fills_in_the_same(language: str) -> None:
    def filled(sentences: dict[str, str]) -> dict[str, set[str]]:
        return {
            key: {name for _, name, _, _ in string.Formatter().parse(sentence) if name}
            for key, sentence in sentences.items()
        }

    assert filled(words.read(words.FOLDER / language)) == filled(words.read(words.FOLDER / "en"))


def test_no_sentence_is_filled_in_by_place() -> None:
    assert [key for key, sentence in words.words("en").items() if re.search(r"(?<!\{)\{\d*\}", sentence)] == []


ROOMS = ("tables", "figures", "numbers", "evidence", "survey/exclusions.py", "book/sphinx", "book/paper")
NOT_SAID = {
    "primary, full information": "the name of a variant in the results",
    "counted from the coded literature: no model": "why R is not asked",
    "{} is missing. Run `make env`, which installs the npm packages.": "a warning to those who draw",
}
"""Texts of three words that no reader sees, and what they are."""


STYLE = ("script, style, link", "({numbers, blanks})")
"""How selectors and scripts of the paper begin."""


def said_in_code(package: Path) -> dict[str, str]:
    return {
        place: text
        for place, text in words_in_code.sentences(package).items()
        if place.startswith(ROOMS) and text not in NOT_SAID and not text.startswith(STYLE)
    }


@pytest.mark.slow
def test_no_sentence_for_readers_stands_in_code() -> None:
    assert said_in_code(PACKAGE) == {}


@pytest.mark.slow
def test_every_exception_is_still_needed() -> None:
    assert set(NOT_SAID) - set(words_in_code.sentences(PACKAGE).values()) == set()


@pytest.mark.parametrize(
    "code",
    [
        'HEADS = ["What came out"]',
        'f"<p class=\\"note\\">Numbers on {page} are rounded</p>"',
        'def head(words="with the link"): ...',
        'print("<b>Take this page along</b>")',
        """f"{', '.join(row + ' and the other one' for row in rows)}" """,
    ],
)
def test_a_sentence_in_code_is_seen(tmp_path: Path, code: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/page.py").write_text(f"{code}\n")
    assert list(said_in_code(tmp_path)) == ["tables/page.py:1"]


@pytest.mark.parametrize(
    "code",
    [
        '"""Give the rows of a table."""',
        'raise ValueError("two columns are headed alike")',
        'InputError(Problem("a.csv", "There is no such row.", "Look at the file."))',
        'logger.warning("a figure without a name")',
        "'<div class=\"tab wide result source\">{cells}</div>'",
        'say("tables.method.flow.heads")',
        '"no sentence"',
    ],
)
def test_what_no_reader_sees_may_stand_in_code(tmp_path: Path, code: str) -> None:
    (tmp_path / "tables").mkdir()
    (tmp_path / "tables/page.py").write_text(f"{code}\n")
    assert said_in_code(tmp_path) == {}
