"""The button "Another survey" shows the committed surveys one by one, to the eye, to the keyboard and aloud."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
import shipped
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Locator, Page, expect
from small_pages import dressed
from visits import SIDEWAYS, noise, violations

from companion.book.sphinx import drawn_ahead
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.study import ROOT
from companion.truth import drawn_ahead as surveys
from companion.truth import power
from companion.words import words

TEXT = """# Another?

```{drawn-ahead}
```
"""
SMALL = """# First page

```{drawn-ahead}
:small:
```
"""
CLAIMS = list(shipped.claims().results)
SAID = {"found": "found", "undecided": "not found", "reversed": "found reversed"}
LIGHT = 50_000
"""Bytes, compressed, that the surveys may weigh."""


@pytest.fixture(scope="module")
def committed() -> pd.DataFrame:
    return surveys.committed(ROOT)


def test_the_script_of_the_surveys_is_light(committed: pd.DataFrame) -> None:
    assert len(zlib.compress(drawn_ahead.script(committed, CLAIMS).encode(), 9)) < LIGHT


def test_estimates_are_packed_in_thousandths_and_verdicts_as_letters() -> None:
    rows = [
        ("reversal", 60, 1, -0.5, -1, 0.25, 0, 0, 0, 0, 0, 0.001, "found", "undecided", "reversed", "found", "found")
    ]
    table = pd.DataFrame(rows, columns=surveys.columns(shipped.claims()))
    packed = drawn_ahead.packed(table, CLAIMS)["reversal"]["60"]
    assert packed == {"numbers": [-500, -1000, 250, 0, 0, 0, 0, 0, 1], "verdicts": "furff"}


def test_the_share_of_many_surveys_is_that_of_the_table_of_power_for_its_truth(committed: pd.DataFrame) -> None:
    goals = drawn_ahead.goals(committed, power.committed(ROOT), CLAIMS, words())
    counted = power.committed(ROOT).query("n == 360 and claim == 'R4'").iloc[0]
    share = f"{counted['power']:.2f}".removeprefix("0")
    assert goals["reversal"]["360"]["R4"] == f"{share} of {counted['samples']} surveys"
    of_other = (committed.query("truth == 'no_reversal' and n == 360")["R1"] == "found").mean()
    assert goals["no_reversal"]["360"]["R1"] == f"{of_other:.2f}".removeprefix("0") + " of 200 surveys"


def test_no_interval_lies_outside_the_axis(committed: pd.DataFrame) -> None:
    low, high = drawn_ahead.limits(committed)
    ends = committed.filter(regex="_ci_")
    assert low == ends.to_numpy().min()
    assert high == ends.to_numpy().max()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the button and its table, and one with the button alone."""
    about = Subject(shipped.study(), Registry([]))
    return dressed(tmp_path_factory.mktemp("ahead"), about, {"index": TEXT, "small": SMALL}).parent


@pytest.fixture
def opened(pages: Path, browser: Browser) -> Iterator[Page]:
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    shown.goto((pages / "index.html").as_uri())
    yield shown
    shown.close()


def press(page: Page) -> None:
    page.get_by_role("button", name="Another survey").click()


def status(page: Page) -> Locator:
    """What the surveys have to say; the page has other places that are read aloud when they change."""
    return page.locator(".drawn-ahead [role=status]")


@pytest.mark.browser
def test_before_the_first_press_nothing_is_shown_and_nothing_is_loaded(opened: Page) -> None:
    expect(opened.locator(".da-rows")).to_be_hidden()
    expect(opened.locator(".drawn-ahead table")).to_be_hidden()
    assert opened.evaluate("typeof surveysDrawnAhead") == "undefined"


@pytest.mark.browser
@pytest.mark.parametrize(("truth", "n"), [("reversal", 360), ("no_reversal", 180)])
def test_each_press_shows_the_next_survey_and_says_its_verdicts(
    opened: Page, committed: pd.DataFrame, truth: str, n: int
) -> None:
    opened.locator("select[name=truth]").select_option(truth)
    opened.locator("select[name=n]").select_option(str(n))
    rows = committed.query("truth == @truth and n == @n")
    for number in (1, 2, 3):
        press(opened)
        row = rows.query("survey == @number").iloc[0]
        said = ", ".join(f"{claim} {SAID[row[claim]]}" for claim in CLAIMS)
        expect(status(opened)).to_have_text(f"Survey {number} of 200, with {n} people, all simulated: {said}.")
        for at in ("none", "like", "reply"):
            est, low, high = (f"{row[f'{at}_{end}']:.3f}".replace("-", "\N{MINUS SIGN}") for end in surveys.ENDS)
            expect(opened.locator(f".da-row.{at} .da-number")).to_have_text(f"{est} [{low}, {high}]")


@pytest.mark.browser
def test_the_table_counts_what_was_found_so_far(opened: Page, committed: pd.DataFrame) -> None:
    for _ in range(20):
        press(opened)
    seen = committed.query("truth == 'reversal' and n == 360 and survey <= 20")
    for place, claim in enumerate(CLAIMS):
        cells = opened.locator(".drawn-ahead tbody tr").nth(place).locator("td")
        expect(cells.nth(1)).to_have_text(f"{(seen[claim] == 'found').sum()} of 20")


@pytest.mark.browser
def test_the_interval_is_drawn_where_its_numbers_say(opened: Page, committed: pd.DataFrame) -> None:
    press(opened)
    expect(opened.locator(".da-rows")).to_be_visible()
    low, high = drawn_ahead.limits(committed)
    row = committed.query("truth == 'reversal' and n == 360 and survey == 1").iloc[0]
    boxes = opened.evaluate(
        """[...document.querySelectorAll(".da-row.like .da-track, .da-row.like .da-bar")].map(one => {
             const {left, right, width} = one.getBoundingClientRect(); return [left, right, width]; })"""
    )
    (start, _, width), (left, right, _) = boxes
    drawn = [(end - start) / width * (high - low) + low for end in (left, right)]
    assert drawn == pytest.approx([row["like_ci_lower"], row["like_ci_upper"]], abs=0.005)


@pytest.mark.browser
def test_after_the_last_survey_it_says_so_and_another_choice_begins_anew(opened: Page) -> None:
    opened.evaluate(
        """() => { for (let i = 0; i < 200; i++) document.querySelector(".drawn-ahead form").requestSubmit(); }"""
    )
    expect(status(opened)).to_contain_text("Survey 200 of 200")
    expect(status(opened)).to_contain_text("These were all")
    expect(opened.get_by_role("button", name="Another survey")).to_be_disabled()
    opened.locator("select[name=n]").select_option("1200")
    expect(status(opened)).to_contain_text("Nobody has been asked yet")
    press(opened)
    expect(status(opened)).to_contain_text("Survey 1 of 200, with 1,200 people, all simulated")


@pytest.mark.browser
def test_where_the_surveys_are_missing_it_says_so_and_a_second_press_tries_again(pages: Path, opened: Page) -> None:
    [data] = (pages / "_drawn-ahead").glob("surveys-*.js")
    away = data.rename(data.with_suffix(".away"))
    press(opened)
    expect(status(opened)).to_contain_text("could not be loaded")
    away.rename(data)
    press(opened)
    expect(status(opened)).to_contain_text("Survey 1 of 200")


@pytest.mark.browser
def test_it_goes_by_keyboard(opened: Page) -> None:
    opened.locator("select[name=n]").focus()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Enter")
    expect(status(opened)).to_contain_text("Survey 1 of 200")


@pytest.mark.browser
def test_the_small_form_has_no_table(pages: Path, opened: Page) -> None:
    opened.goto((pages / "small.html").as_uri())
    press(opened)
    expect(status(opened)).to_contain_text("Survey 1 of 200")
    expect(opened.locator(".drawn-ahead table")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.parametrize("width", [360, 1440])
def test_it_is_accessible_fits_the_screen_and_makes_no_noise(pages: Path, browser: Browser, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 800})
    heard = noise(shown)
    shown.goto((pages / "index.html").as_uri())
    press(shown)
    expect(status(shown)).to_contain_text("Survey 1 of 200")
    assert [fault for fault in violations(shown) if "da-" in fault or "drawn-ahead" in fault] == []
    assert not shown.evaluate(SIDEWAYS)
    assert [line for line in heard if "theme mode" not in line] == []  # these pages have no theme to choose
    shown.close()


@pytest.mark.browser
def test_what_it_shows_is_marked_as_simulated(pages: Path) -> None:
    place = BeautifulSoup((pages / "index.html").read_text(encoding="utf-8"), "html.parser").select_one(".drawn-ahead")
    assert place is not None
    assert place.select_one(".simtag") is not None
