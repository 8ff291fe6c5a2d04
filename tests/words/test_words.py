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
