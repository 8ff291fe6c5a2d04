"""Sentences are found by key, filled in, and a key that is not there is told with its nearest."""

from __future__ import annotations

from pathlib import Path

import pytest

from companion import words
from companion.words import UnknownWordsError, Words


def test_a_key_is_the_file_and_the_path_inside_it(tmp_path: Path) -> None:
    (tmp_path / "figures.yml").write_text("raw_scores:\n  axis: mean of {scale}\n")
    assert Words("en", words.read(tmp_path))("figures.raw_scores.axis", scale="attitude") == "mean of attitude"


def test_an_unknown_key_names_the_nearest() -> None:
    with pytest.raises(UnknownWordsError, match=r"figures\.axis"):
        Words("en", {"figures.axis": "mean"})("figures.axes")


def test_words_say_which_keys_they_hold() -> None:
    say = Words("en", {"figures.axis": "mean"})
    assert ("figures.axis" in say, "figures.axes" in say) == (True, False)


def test_what_is_not_filled_in_is_not_passed_over() -> None:
    with pytest.raises(KeyError, match="scale"):
        Words("en", {"figures.axis": "mean of {scale}"})("figures.axis")


@pytest.mark.parametrize("entry", ["yes", "1", "[one, two]"])
def test_an_entry_that_yaml_takes_for_something_else_is_refused(tmp_path: Path, entry: str) -> None:
    (tmp_path / "pages.yml").write_text(f"answer: {entry}\n")
    with pytest.raises(TypeError, match=r"pages\.answer"):
        words.read(tmp_path)


def test_what_stands_right_below_a_key_is_given_together_and_filled_in() -> None:
    say = Words("en", {"t.heads.n": "N", "t.heads.ci": "{level} interval", "t.heads.of.n": "deeper", "t.other": "x"})
    assert say.under("t.heads", level="95%") == {"n": "N", "ci": "95% interval"}


def test_below_an_unknown_key_nothing_is_made_up() -> None:
    with pytest.raises(UnknownWordsError, match=r"t\.head"):
        Words("en", {"t.heads.n": "N"}).under("t.head")


def test_numbers_are_printed_as_the_language_prints_them() -> None:
    assert [Words(language, {}).printed(1234.5, "points") for language in ("en", "nl")] == ["1234.50", "1234,50"]


def test_a_language_without_a_folder_has_no_sentence() -> None:
    with pytest.raises(UnknownWordsError, match="nl"):
        Words("nl", words.read(words.FOLDER / "nowhere"))("tables.yes")


@pytest.mark.parametrize("key", ["yes", "null", "1"])
def test_a_key_that_yaml_takes_for_something_else_is_refused(tmp_path: Path, key: str) -> None:
    (tmp_path / "pages.yml").write_text(f"{key}: some words\n")
    with pytest.raises(TypeError, match="pages"):
        words.read(tmp_path)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pages.yml").write_text("notes:\n  left: one\n  left: other\n")
    with pytest.raises(ValueError, match="left stands twice"):
        words.read(tmp_path)
