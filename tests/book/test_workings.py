"""A card shows how a number is made of others, and what it shows is true of the numbers as they are printed."""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from parsed_pages import parsed

from companion.book.sphinx import workings
from companion.formats import MINUS
from companion.numbers import Number, Registry

SHOWN = ".n-work, .made"


def plain(text: str) -> str:
    """Arithmetic as Python has it, and nothing else."""
    sum_ = text.replace(MINUS, "-").replace("×", "*").replace(",", "")
    assert re.fullmatch(r"[-+*/(). \d]+", sum_), text
    return sum_


def outcomes(made: str) -> list[float]:
    """What a sum comes to when each of its numbers is half a unit of its last digit larger or smaller."""
    numbers = re.split(r"(\d+\.?\d*)", plain(made))
    spread = [(_end(text, -1), _end(text, 1)) if place % 2 else (text,) for place, text in enumerate(numbers)]
    return [float(eval(compile(ast.parse("".join(one), mode="eval"), "sum", "eval"))) for one in product(*spread)]


def _end(text: str, side: int) -> str:
    return repr(float(text) + side * _half(text))


def _half(text: str) -> float:
    return 0.5 * 10 ** -len(text.partition(".")[2])


def false(shown: Tag) -> bool:
    """Whether a line cannot be true, however its numbers were rounded."""
    found = re.fullmatch(r"(\S+) [=≈] (.+)", shown.get_text())
    assert found, shown
    said, all_of = plain(found[1]), outcomes(found[2])
    half = _half(said)
    return not min(all_of) - half <= float(said) <= max(all_of) + half


def false_lines(page: BeautifulSoup) -> list[str]:
    return [shown.get_text() for shown in page.select(SHOWN) if false(shown)]


def registry(*numbers: tuple[str, float, str]) -> Registry:
    made = {key: (value, formula) for key, value, formula in numbers}
    plain_ones = {key: Number.plain(key, value) for key, (value, _) in made.items()}
    return Registry(Number(**{**vars(number), "working": made[key][1]}) for key, number in plain_ones.items())


def line(formula: str, value: float, **parts: float) -> BeautifulSoup:
    numbers = registry(("whole", value, formula), *((f"{key}.est", part, "") for key, part in parts.items()))
    return BeautifulSoup(workings.line(numbers["whole"], numbers, "rows.html", "en"), "html.parser")


def test_a_product_is_shown_by_its_parts() -> None:
    shown = line("a.est*b.est", -0.367 * 0.422, a=-0.367, b=0.422)
    assert shown.get_text() == "−0.155 = −0.367 × 0.422"


def test_each_part_leads_to_its_own_row() -> None:
    shown = line("a.est - b.est", 0.1, a=0.3, b=0.2)
    assert [link["href"] for link in shown.select("a")] == ["rows.html#a-est", "rows.html#b-est"]


def test_a_negative_part_behind_a_sign_stands_in_parentheses() -> None:
    assert line("a.est - b.est", 0.5, a=0.3, b=-0.2).get_text() == "0.500 = 0.300 − (−0.200)"


def test_a_sum_that_rounding_spoils_is_called_nearly_equal() -> None:
    assert line("a.est + b.est", 0.0008, a=0.0004, b=0.0004).get_text() == "0.001 ≈ 0.000 + 0.000"


def test_a_number_that_is_made_of_no_others_has_no_line() -> None:
    assert workings.line(Number.plain("whole", 1), Registry([]), "", "en") == ""


@pytest.mark.book
def test_what_every_page_shows_of_how_numbers_are_made_is_true(pages: list[Path]) -> None:
    read = {path.name: parsed(path) for path in pages}
    assert {name: lines for name, page in read.items() if (lines := false_lines(page))} == {}
    assert sum(len(page.select(SHOWN)) for page in read.values()) > 150


@pytest.mark.book
def test_every_part_leads_to_a_row_that_is_there_and_prints_the_same(site: Path, pages: list[Path]) -> None:
    rows = parsed(site / "chapters/using/every-number.html")
    printed = {str(row["id"]): row.td.get_text() for row in rows.select(".every-number tbody tr") if row.td}
    links = [link for path in pages for link in parsed(path).select(":is(.n-work, .made) a")]
    assert [link for link in links if printed.get(str(link["href"]).partition("#")[2]) != link.get_text()] == []


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("−0.058 = −0.367 × −0.422 × −0.375", 0),
        ("−0.085 = −0.367 × −0.422 × −0.375", 1),
        ("0.500 = 0.300 − (−0.200)", 0),
        ("0.100 ≈ 0.300 − (−0.200)", 1),
        ("1,200.5 = 1,000.2 + 200.3", 0),
    ],
)
def test_a_line_that_is_not_true_is_found(text: str, faults: int) -> None:
    assert len(false_lines(BeautifulSoup(f'<p class="n-work">{text}</p>', "html.parser"))) == faults
