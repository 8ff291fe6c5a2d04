"""The report says what agrees and what does not, in words, on a page that stands alone, and as JSON."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import math
import re
from pathlib import Path

import pytest
import words_in_code
from bs4 import BeautifulSoup
from rich.console import Console

from companion import words
from companion.verification import report
from companion.verification.compare import Entry, compare
from companion.verification.surroundings import Machine
from companion.verification.verification import Verification

MACHINE = Machine("CPython 3.11", "System <1>", "Processor", 2, ("blas: openblas",))
HALF = Entry(0.5, "0.500", "coefficient")
CLOSE, OTHER = Entry(0.4324999999, "0.432", "coefficient"), Entry(0.4325000001, "0.433", "coefficient")


def verified(recomputed: dict[str, Entry], files: dict[str, Entry] | None = None) -> Verification:
    before = {"a.est": HALF, "b.est": CLOSE}
    noted = {"files": compare({"data/survey.csv": Entry.word("0" * 64, "0" * 12)}, files or {})}
    return Verification("companion", {"numbers": compare(before, recomputed)}, noted, MACHINE, ("An aside.",))


AGREES = verified({"a.est": HALF, "b.est": OTHER})
DIFFERS = verified({"a.est": HALF.with_value(0.7), "new<b>": HALF, "b.est": OTHER.with_value(math.nan)})


def soup(verification: Verification) -> BeautifulSoup:
    return BeautifulSoup(report.page(verification), "html.parser")


def captions(verification: Verification) -> list[str]:
    return [caption.get_text() for caption in soup(verification).find_all("caption")]


def test_the_sentence_counts_what_agrees_and_what_does_not() -> None:
    assert report.sentence(AGREES) == (
        "Everything agrees: 2 numbers. At a rounding boundary, and printed or drawn otherwise: 1."
    )
    assert report.sentence(DIFFERS) == "Not everything agrees: 3 of 3 numbers do not."


def test_figures_are_counted_as_data_and_as_drawn() -> None:
    one = compare({"fig-one": Entry.word("d")}, {"fig-one": Entry.word("d")})
    both = Verification("companion", {"figures": one, "drawings": one}, {}, MACHINE)
    assert report.sentence(both) == "Everything agrees: 1 figures as data, 1 figures as drawn."
    assert list(json.loads(report.data(both))["compared"]) == ["figures", "drawings"]


def test_a_changed_file_does_not_decide() -> None:
    assert not AGREES.noted["files"].agrees
    assert AGREES.agrees


def test_the_page_lists_what_does_not_agree_before_everything_else() -> None:
    found = captions(DIFFERS)
    assert found.index("Numbers that do not agree") < found.index("All numbers")
    rows = soup(DIFFERS).find_all("table")[1].find_all("tr")[1:]
    assert [row.find("th").get_text() for row in rows] == ["a.est", "b.est", "new<b>"]
    assert "Numbers that do not agree" not in captions(AGREES)
    assert "Numbers at a rounding boundary" in captions(AGREES)


def test_the_page_says_simulated_and_names_file_machine_and_aside() -> None:
    text = soup(AGREES).get_text()
    for said in ("simulated", "data/survey.csv", "not there", "System <1>", "An aside."):
        assert said in text


def test_the_page_asks_for_nothing_and_its_policy_allows_its_style_alone() -> None:
    page = soup(DIFFERS)
    assert page.find_all(["script", "link", "img", "iframe"]) == []
    assert page.find_all(style=True) == []
    policy = page.find("meta", {"http-equiv": "Content-Security-Policy"})["content"]
    digest = base64.b64encode(hashlib.sha256(page.find("style").string.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; style-src 'sha256-{digest}';")
    assert not re.search(r"url\(|@import", page.find("style").string)


def test_every_table_has_a_caption_headers_and_a_way_to_scroll_by_keyboard() -> None:
    for table in soup(DIFFERS).find_all("table"):
        assert table.find("caption").get_text()
        assert all(cell.get("scope") in ("col", "row") for cell in table.find_all("th"))
        assert {len(row.find_all(["th", "td"])) for row in table.find_all("tr")} == {len(table.thead.find_all("th"))}
        assert (table.parent["tabindex"], table.parent["role"]) == ("0", "region")
        assert table.parent["aria-label"]


def test_the_json_holds_every_row_and_no_value_that_json_does_not_know() -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    content = json.loads(report.data(DIFFERS), parse_constant=refuse)
    assert content["agrees"] is False
    assert [(row["key"], row["outcome"]) for row in content["compared"]["numbers"]["rows"]] == [
        ("a.est", "differs"),
        ("b.est", "differs"),
        ("new<b>", "new"),
    ]
    assert content["machine"]["cores"] == 2
    assert "SIMULATED" in content["about"]


def test_the_screen_names_each_number_with_both_values() -> None:
    console = Console(file=io.StringIO(), width=200)
    report.show(DIFFERS, console)
    said = console.file.getvalue()
    assert "a.est: expected 0.5 (0.500), recomputed 0.7 (0.700), differs" in said
    assert "data/survey.csv: not there" in said
    assert "simulated survey" in said


@pytest.mark.parametrize("count", [report.ON_SCREEN, report.ON_SCREEN + 5])
def test_the_screen_shows_some_and_counts_the_rest(count: int) -> None:
    console = Console(file=io.StringIO(), width=200)
    many = Verification("companion", {"numbers": compare({f"k{i}": HALF for i in range(count)}, {})}, {}, MACHINE)
    report.show(many, console)
    assert ("and 5 more" in console.file.getvalue()) == (count > report.ON_SCREEN)


def test_both_reports_are_written_side_by_side(tmp_path: Path) -> None:
    report.write(AGREES, tmp_path / "verification")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["verification.html", "verification.json"]


@pytest.mark.slow
def test_no_english_is_left_in_the_report_of_another_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    words_in_code.masked(words.FOLDER / "en", tmp_path / "nl")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    words.words.cache_clear()
    page = BeautifulSoup(report.page(DIFFERS, "nl"), "html.parser")
    words.words.cache_clear()
    for given in page.select("style, code, dd"):
        given.decompose()
    said = [*page.stripped_strings, *(str(region["aria-label"]) for region in page.select("[aria-label]"))]
    assert [text for text in said if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", text)] == ["An aside."]
    assert page.html is not None
    assert page.html["lang"] == "nl"


@pytest.mark.parametrize("part", ["numbers", "figures", "drawings", "tables", "replications", "files", "packages"])
def test_every_part_has_a_name_in_print(part: str) -> None:
    shown = Verification("companion", {part: compare({"a": HALF}, {})}, {}, MACHINE)
    assert report.sentence(shown).startswith("Not everything agrees: 1 of 1 ")
