"""No file to take along prints more than ten significant digits: those that follow are others on another processor."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FRACTION = re.compile(r"(?<![\w.-])-?(\d+)\.(\d+)(?:e[+-]?\d+)?(?![\w.])")
MOST = 10


def too_long(text: str) -> list[str]:
    """Give the fractions of a text that have more digits."""
    return [found[0] for found in FRACTION.finditer(text) if len((found[1] + found[2]).lstrip("0")) > MOST]


@pytest.mark.parametrize("text", ["0.2443364332272433", "a,-1.4306828655413695e-07", '{"value": 28.01610587972}'])
def test_a_fraction_of_more_digits_is_seen(text: str) -> None:
    assert len(too_long(text)) == 1


@pytest.mark.parametrize("text", ["0.2443364332", "-1.430682866e-07", "0.000001234567891", "0f3a.12345678901", "1200"])
def test_a_fraction_of_ten_digits_and_what_is_none_are_not(text: str) -> None:
    assert too_long(text) == []


@pytest.mark.book
def test_no_file_to_take_along_has_more_digits(site: Path) -> None:
    files = [path for path in site.rglob("*") if path.suffix in (".csv", ".json")]
    assert len(files) > 50
    assert {path.name: found for path in files if (found := too_long(path.read_text(encoding="utf-8")))} == {}
