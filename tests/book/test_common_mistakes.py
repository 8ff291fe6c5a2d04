"""Mistakes on purpose: the page gives the package's numbers, and asks before it shows."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shipped
import shown_code
import unreliable
from engine import asked
from laboratory_pages import reviewed, shown_alone, with_instrument
from playwright.sync_api import Browser, Page, expect
from visits import AXE

from companion import sem
from companion.analysis import claims, estimands, mediation, mistakes
from companion.book.sphinx import laboratory
from companion.book.sphinx.subject import Subject
from companion.formats import MINUS
from companion.survey.design import DESIGN

NAME = "common-mistakes"
ALL = (mistakes.AS_PLANNED, *mistakes.MISTAKES)
DRAWS = 60


@cache
def book() -> dict[str, Any]:
    return laboratory.book(Subject(shipped.study(), reviewed()))


@cache
def analyses() -> dict[str, mistakes.Mistaken]:
    study = shipped.study()
    items = mediation.items_of(study.questionnaire, study.analysis)
    return mistakes.mistaken(study.sample.data, study.mistakes.everybody, study.questionnaire, items)


@pytest.mark.slow
@pytest.mark.parametrize("mistake", ALL)
def test_the_engine_makes_each_mistake_as_the_package_does(mistake: str) -> None:
    here = asked("mistaken", book=book(), mistake=mistake, count=DRAWS)
    one = analyses()[mistake]
    drawn = sem.fit(one.model, one.data).bootstrap(draws=DRAWS, seed=book()["seed"]).ci()
    assert here["n"] == len(one.data)
    for effect in estimands.deciding(DESIGN):
        row, found = drawn.loc[effect.parameter], here["effects"][effect.key]
        assert found["est"] == pytest.approx(row["est"], abs=1e-6)
        np.testing.assert_allclose(found["ci"], [row["ci_lower"], row["ci_upper"]], atol=1e-5)
    assert here["verdicts"] == claims.verdicts(drawn, shipped.claims())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("here", "what"),
    [
        ([-0.6, 0.7, 1.6], "same"),
        ([-0.55, 0.65, 1.45], "same"),
        ([-0.5, 0.6, 1.3], "smaller"),
        ([-0.9, 0.9, 1.9], "larger"),
        ([0.01, 0.7, 1.6], "turned"),
    ],
)
def test_what_a_mistake_did_is_said_by_sides_and_sizes(here: list[float], what: str) -> None:
    found = asked("outcome", planned=[-0.6, 0.7, 1.6], here=here)
    assert found["what"] == what
    assert found["share"] == pytest.approx(sum(map(abs, here)) / 2.9)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_instrument(tmp_path_factory.mktemp(NAME), NAME)


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    with shown_alone(browser, page.as_uri()) as shown:
        yield shown


def status(page: Page) -> Any:
    return page.locator(".laboratory [role=status]")


def made(page: Page, mistake: str, guess: str) -> str:
    page.get_by_label("Mistake", exact=True).select_option(mistake)
    page.get_by_label("The effects through the whole chain will be").select_option(guess)
    page.get_by_role("button", name="Make the mistake").focus()
    page.keyboard.press("Enter")
    expect(status(page)).to_contain_text("erdict", timeout=120_000)
    expect(page.get_by_role("button", name="Make the mistake")).to_be_enabled(timeout=120_000)
    return status(page).inner_text()


def cells(page: Page, caption: str) -> list[list[str]]:
    table = page.locator(".laboratory-results table", has_text=caption)
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


@pytest.mark.browser
def test_nothing_is_shown_before_the_reader_has_said_what_to_expect(opened: Page) -> None:
    opened.get_by_role("button", name="Make the mistake").click()
    expect(status(opened)).to_contain_text("Choose first")
    expect(opened.get_by_label("The effects through the whole chain will be")).to_be_focused()
    assert opened.locator(".laboratory-results table").count() == 0


@pytest.mark.browser
def test_a_right_guess_is_called_right_and_the_numbers_are_the_packages(opened: Page) -> None:
    said = made(opened, "means", "smaller")
    assert said == "As you expected: the effects are closer to zero. No verdict changes."
    fit = sem.fit(analyses()["means"].model, analyses()["means"].data).estimates.set_index("lhs")
    rows = [float(est.replace(MINUS, "-")) for _, est, _ in cells(opened, "in points")]
    printed = [reviewed()[f"mediation.serial.{w}.est"].value for w in DESIGN.interactions]
    assert rows[::2] == pytest.approx(printed, abs=6e-4)
    assert rows[1::2] == pytest.approx([fit.loc[f"serial_{w}", "est"] for w in DESIGN.interactions], abs=6e-4)


@pytest.mark.browser
def test_a_wrong_guess_is_told_apart_and_changed_verdicts_are_named(opened: Page) -> None:
    said = made(opened, "reference", "same")
    assert said.startswith("You expected the effects to be hardly different. They are on the other side of zero")
    assert said.endswith("Other verdicts hold on R1, R2, R5.")
    verdicts = {row[0]: row[1:] for row in cells(opened, "by the written rule")}
    assert verdicts["R1"] == ["found", "found reversed"]
    assert verdicts["R3"] == ["found", "found"]


@pytest.mark.browser
def test_resamples_left_out_are_counted_in_the_status_in_the_tables_and_in_the_list(
    page: Path, browser: Browser
) -> None:
    draws, ticked = 60, mistakes.as_ticked(unreliable.survey(), shipped.asked())
    lost = unreliable.converged(draws, ticked).count(False)
    assert lost > 1
    with shown_alone(browser, page.as_uri(), unreliable.script(draws)) as opened:
        assert made(opened, "not_turned", "same").endswith(unreliable.said(lost, draws))
        for caption in ("in points", "by the written rule"):
            table = opened.locator(".laboratory-results caption", has_text=caption)
            expect(table).to_contain_text(unreliable.said(lost, draws))
        made(opened, "means", "smaller")
        assert [row[-1] for row in cells(opened, "what came out")] == [str(lost), "0"]


@pytest.mark.browser
def test_what_was_tried_is_listed_and_another_mistake_asks_again(opened: Page) -> None:
    made(opened, "not_turned", "smaller")
    opened.get_by_label("Mistake", exact=True).select_option("not_turned_means")
    assert opened.locator(f"#{NAME}-guess").input_value() == "none"
    expect(status(opened)).to_contain_text("What do you expect")
    made(opened, "not_turned_means", "smaller")
    rows = cells(opened, "what came out")
    assert [row[2] for row in rows] == ["hardly different", "closer to zero"]
    assert rows[0][3] == "100 %"


@pytest.mark.browser
def test_a_link_brings_mistake_and_guess_and_shows_nothing_yet(page: Path, opened: Page, browser: Browser) -> None:
    opened.get_by_label("Mistake", exact=True).select_option("covariate")
    opened.get_by_label("The effects through the whole chain will be").select_option("larger")
    assert opened.evaluate("location.hash") == "#mistake=covariate&guess=larger"
    with shown_alone(browser, f"{page.as_uri()}#mistake=covariate&guess=larger") as other:
        assert other.locator(f"#{NAME}-guess").input_value() == "larger"
        assert other.locator(".laboratory-results table").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible_named_and_not_wider_than_a_phone(opened: Page, scheme: Any) -> None:
    opened.emulate_media(color_scheme=scheme)
    made(opened, "everybody", "same")
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    assert opened.evaluate("axe.run('.laboratory').then(found => found.violations.map(one => one.id))") == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture = opened.get_by_role("img", name="Drawing of the effects in the table below")
    assert picture.locator(".sim").text_content() == "simulated data"
    expect(opened.get_by_role("region", name="What you expected, and what came out")).to_be_visible()


@pytest.mark.browser
def test_answers_of_people_who_were_left_out_are_not_handed_on(tmp_path: Path, page: Path, browser: Browser) -> None:
    of_people = with_instrument(tmp_path, NAME, simulated=False)
    for address, some in ((page, True), (of_people, False)):
        with shown_alone(browser, address.as_uri()) as shown:
            assert (shown.locator("option[value=everybody]").count() == 1) is some
            assert shown.evaluate("laboratoryBook.mistakes.left_out !== null") is some


@pytest.mark.browser
def test_without_a_script_the_page_points_to_its_table(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    expect(shown.locator(".laboratory noscript p")).to_contain_text("The table below")
    expect(shown.locator("button[name=show]")).to_be_hidden()
    context.close()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[float]]]:
    """The folder in which the Python that is shown ran, and what it printed of each analysis."""
    folder = tmp_path_factory.mktemp("shown")
    return folder, chains(shown_code.python(NAME, folder))


def chains(text: str) -> dict[str, list[float]]:
    """The three effects behind the name of each analysis, of what a program printed."""
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: [float(one) for one in row[1:]] for row in rows if row and row[0] in ALL}


@pytest.mark.slow
def test_the_python_that_is_shown_makes_every_mistake(printed: tuple[Path, dict[str, list[float]]]) -> None:
    rows = shipped.study().mistakes.effects.groupby("mistake", sort=False)["est"]
    assert set(printed[1]) == set(ALL)
    for name, est in rows:
        assert printed[1][str(name)] == pytest.approx(est.tolist(), abs=1e-6)


@pytest.mark.reference
@shown_code.needs_r
def test_the_r_that_is_shown_makes_every_mistake_and_begins_with_like(
    printed: tuple[Path, dict[str, list[float]]],
) -> None:
    folder, python = printed
    text = shown_code.r(NAME, folder)
    assert text.startswith('[1] "like"')
    found = chains(text)
    assert set(found) == set(ALL)
    for name, est in found.items():
        assert est == pytest.approx(python[name], abs=6e-5)
