"""Other surveys, drawn in the page: what comes out, the address that keeps it, and who can use it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import shipped
import shown_code
from laboratory_pages import shown_alone, with_instrument
from playwright.sync_api import Browser, Page, expect
from visits import AXE

from companion import sem
from companion.analysis import mediation
from companion.study import ROOT, TRUTHS
from companion.truth import plan, population, power, recovery

NAME = "another-survey"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_instrument(tmp_path_factory.mktemp(NAME), NAME)


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    with shown_alone(browser, f"{page.as_uri()}#people=30") as shown:
        yield shown


def pressed(page: Page, button: str, surveys: int) -> str:
    """Press a button by keyboard, and give the sentence that is said when so many surveys are drawn."""
    page.locator(f"button[name={button}]").focus()
    page.keyboard.press("Enter")
    status = page.locator(".laboratory [role=status]")
    expect(status).to_contain_text(f"surveys so far: {surveys}. I", timeout=120_000)
    return status.inner_text()


def dots(page: Page) -> int:
    return sum(str(path.get_attribute("d")).count("M") for path in page.locator(".laboratory-dots .dots").all())


def verdicts(page: Page) -> dict[str, list[str]]:
    rows = page.locator(".laboratory-verdicts tbody tr").all()
    return {row.locator("th").inner_text(): row.locator("td").all_inner_texts() for row in rows}


@pytest.mark.browser
def test_the_first_survey_is_the_one_that_python_draws(opened: Page) -> None:
    opened.goto(f"{opened.url.split('#')[0]}#effect=serial_reply")
    opened.reload()
    pressed(opened, "one", 1)
    assert (
        "estimate 0.10, 95 % interval from 0.05 to 0.19; found by the rule: R3"
        in opened.locator(".laboratory-text").inner_text()
    )
    assert verdicts(opened)["R3"][:3] == ["1", "0", "0"]


@pytest.mark.browser
def test_each_survey_is_a_dot_an_interval_a_row_and_a_verdict(opened: Page) -> None:
    pressed(opened, "one", 1)
    said = pressed(opened, "one", 2)
    assert dots(opened) == 2
    assert opened.locator(".laboratory-lines .interval").count() == 2
    opened.locator(".laboratory-every summary").click()
    assert opened.locator(".laboratory-every tbody tr").count() == 2
    assert all(sum(map(int, counts[:2])) <= 2 for counts in verdicts(opened).values())
    found = re.search(r"hold the true value, .*: (\d+); that miss it: (\d+)", said)
    assert found
    assert int(found[1]) + int(found[2]) == 2
    assert opened.locator(".laboratory-lines .interval.miss").count() == int(found[2])


@pytest.mark.browser
def test_the_committed_table_of_power_stands_beside(opened: Page) -> None:
    pressed(opened, "one", 1)
    counted = power.committed(ROOT).query("n == 180")["power"]
    assert [row[-1] for row in verdicts(opened).values()] == [f"{100 * share:.0f} %" for share in counted]


@pytest.mark.browser
def test_a_truth_of_ones_own_has_no_row_in_the_table_of_power(opened: Page) -> None:
    opened.locator("#another-survey-like").fill("-0.4")
    assert opened.locator("#another-survey-truth").input_value() == "own"
    pressed(opened, "one", 1)
    assert {row[-1] for row in verdicts(opened).values()} == {"–"}


def width(page: Page) -> float:
    """How wide the interval is that the last survey gave."""
    found = re.search(r"interval from (−?[\d.]+) to (−?[\d.]+);", page.locator(".laboratory-text").inner_text())
    assert found
    low, high = (float(bound.replace("−", "-")) for bound in found.groups())
    return high - low


@pytest.mark.browser
def test_a_less_reliable_scale_is_chosen_by_keyboard_and_widens_the_interval(opened: Page) -> None:
    pressed(opened, "one", 1)
    before = width(opened)
    slider = opened.get_by_label("Reliability of the relationship scale (omega)")
    slider.focus()
    for _ in range(20):
        opened.keyboard.press("ArrowLeft")
    assert slider.input_value() == "0.7"
    assert opened.locator("#another-survey-truth").input_value() == "own"
    assert dots(opened) == 0
    pressed(opened, "one", 1)
    assert width(opened) > 1.1 * before


@pytest.mark.browser
def test_resamples_that_did_not_converge_are_counted_where_there_are_any(opened: Page) -> None:
    pressed(opened, "one", 1)
    assert "did not converge" not in opened.locator(".laboratory-text").inner_text()
    opened.locator("#another-survey-reliability").fill("0.6")
    pressed(opened, "one", 1)
    found = re.search(r"did not converge, .*: (\d+) of 200\.", opened.locator(".laboratory-text").inner_text())
    assert found
    assert 0 < int(found[1]) < 100


@pytest.mark.browser
def test_reliability_is_kept_in_the_address_and_the_written_one_comes_back_with_its_truth(opened: Page) -> None:
    slider = opened.locator("#another-survey-reliability")
    assert slider.input_value() == "0.9"
    slider.fill("0.72")
    assert "reliability=0.72" in str(opened.evaluate("location.href"))
    assert opened.locator("output[for=another-survey-reliability]").inner_text() == "0.72"
    opened.locator("#another-survey-truth").select_option("no_reversal")
    assert slider.input_value() == "0.9"
    assert "reliability" not in str(opened.evaluate("location.href"))


@pytest.mark.browser
def test_the_address_keeps_what_was_chosen_and_gives_it_back(opened: Page, browser: Browser) -> None:
    opened.locator("#another-survey-truth").select_option("no_reversal")
    opened.locator("#another-survey-people").fill("90")
    assert opened.locator("#another-survey-reply").input_value() == "-0.4"
    other = browser.new_page()
    other.goto(str(opened.evaluate("location.href")))
    assert other.locator("#another-survey-truth").input_value() == "no_reversal"
    assert other.locator("#another-survey-people").input_value() == "90"
    assert other.locator("#another-survey-reply").input_value() == "-0.4"
    other.close()


@pytest.mark.browser
def test_another_choice_begins_again_but_another_effect_shows_the_same_surveys(opened: Page) -> None:
    pressed(opened, "one", 1)
    opened.locator("#another-survey-effect").select_option("psr_like")
    assert dots(opened) == 1
    opened.locator("#another-survey-people").fill("40")
    assert dots(opened) == 0


def begun_and_stopped(opened: Page) -> None:
    """Ask for a hundred surveys and stop after two: in the page, since a busy machine could draw all before a click."""
    opened.locator("button[name=hundred]").click()
    opened.evaluate(
        """async () => {
            const drawn = () => document.querySelectorAll(".laboratory-lines .interval").length;
            while (drawn() < 2) await new Promise(requestAnimationFrame);
            document.querySelector("button[name=stop]").click();
        }"""
    )
    expect(opened.locator(".laboratory [role=status]")).to_contain_text("stopped")


@pytest.mark.browser
def test_a_hundred_can_be_stopped_and_what_was_drawn_stays(opened: Page) -> None:
    begun_and_stopped(opened)
    assert dots(opened) >= 2
    expect(opened.locator("button[name=one]")).to_be_enabled()


WITHOUT_A_CHAIN = "truth=own&d=0&b=0&reliability=0.6&people=30"
"""A truth of one's own in which one of the first hundred surveys has no solution."""
UNFITTED = 87
"""Its number."""


def has_solution(number: int) -> bool:
    """Say whether the package finds one in the survey of a number from that truth."""
    study = shipped.study()
    items = mediation.items_of(study.questionnaire, study.analysis)
    written = plan.as_reliable(study.truth(TRUTHS["reversal"]), items["psr"], 0.6).model_dump(by_alias=True)
    written["paths"]["pk"]["psr"] = written["paths"]["pa"]["pk"] = 0.0
    chainless = population.Truth.model_validate(written)
    seed = power.seeds(chainless, 180, number)[-1]
    _, answers = recovery.as_answered(chainless, 180, seed, recovery.turned_items(study.questionnaire))
    return sem.fit(mediation.model(items, study.questionnaire.design), answers).converged


@pytest.mark.slow
@pytest.mark.parametrize(("number", "some"), [(UNFITTED - 1, True), (UNFITTED, False), (UNFITTED + 1, True)])
def test_the_package_finds_no_solution_in_that_survey_either(number: int, some: bool) -> None:
    assert has_solution(number) is some


@pytest.mark.browser
def test_a_survey_whose_fit_did_not_converge_is_counted_and_told(page: Path, browser: Browser) -> None:
    with shown_alone(browser, f"{page.as_uri()}#{WITHOUT_A_CHAIN}&first={UNFITTED}") as opened:
        said = pressed(opened, "one", 1)
        assert said.endswith("Surveys whose fit did not converge, in which no claim is found: 1 of 1.")
        assert f"Survey {UNFITTED}: its fit did not converge" in opened.locator(".laboratory-text").inner_text()
        assert dots(opened) == 0
        assert {row[3] for row in verdicts(opened).values()} == {"1"}
        assert {row[4] for row in verdicts(opened).values()} == {"0 %"}
        said = pressed(opened, "one", 2)
        assert said.endswith("in which no claim is found: 1 of 2.")
        assert dots(opened) == 1
        for *counts, _, _ in verdicts(opened).values():
            assert sum(int(count) for count in counts if count.isdigit()) == 2
        opened.locator(".laboratory-every summary").click()
        rows = [row.locator("th, td").all_inner_texts() for row in opened.locator(".laboratory-every tbody tr").all()]
        assert [row[0] for row in rows] == [str(UNFITTED), str(UNFITTED + 1)]
        assert ["did not converge" in row for row in rows] == [True, False]


@pytest.mark.browser
def test_a_run_goes_on_behind_a_survey_whose_fit_did_not_converge_and_can_be_stopped(
    page: Path, browser: Browser
) -> None:
    with shown_alone(browser, f"{page.as_uri()}#{WITHOUT_A_CHAIN}&first={UNFITTED}") as opened:
        begun_and_stopped(opened)
        assert dots(opened) >= 2
        assert {row[3] for row in verdicts(opened).values()} == {"1"}
        expect(opened.locator("button[name=hundred]")).to_be_enabled()


@pytest.mark.browser
def test_where_every_survey_has_a_solution_none_is_said_to_have_none(opened: Page) -> None:
    said = pressed(opened, "one", 1)
    assert "did not converge" not in said
    assert {len(row) for row in verdicts(opened).values()} == {5}


@pytest.mark.browser
def test_a_fault_of_another_kind_still_ends_the_run_and_is_told(page: Path, browser: Browser) -> None:
    fault = "addEventListener('DOMContentLoaded', () => { laboratoryBook.claims.R1 = null; }, { capture: true });"
    with shown_alone(browser, f"{page.as_uri()}#people=30", fault) as opened:
        opened.locator("button[name=one]").click()
        expect(opened.locator(".laboratory [role=status]")).to_contain_text("could not go on", timeout=120_000)


@pytest.mark.browser
def test_it_is_accessible_and_not_wider_than_a_phone(opened: Page) -> None:
    pressed(opened, "one", 1)
    opened.locator(".laboratory-every summary").click()
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    faults = opened.evaluate("axe.run('.laboratory').then(found => found.violations.map(one => one.id))")
    assert faults == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for picture in opened.locator(".laboratory-picture").all():
        assert "simulated survey" in str(picture.get_attribute("aria-label"))
        assert picture.locator(".sim").text_content() == "simulated data"


@pytest.mark.browser
def test_without_a_script_it_points_to_the_figure(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    expect(shown.locator(".laboratory noscript p")).to_be_visible()
    expect(shown.locator("button[name=one]")).to_be_hidden()
    context.close()


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder in which the Python that is shown ran, and what it printed."""
    folder = tmp_path_factory.mktemp("shown")
    return folder, shown_code.python(NAME, folder)


@pytest.mark.slow
def test_the_code_that_is_shown_gives_the_first_survey_of_the_page(printed: tuple[Path, str]) -> None:
    folder, text = printed
    assert re.search(r"serial_reply +0\.1045\d* +0\.046\d* +0\.187\d*", text)
    assert "'R3': 'found'" in text
    assert (folder / f"{NAME}.csv").read_text().count("\n") == 361


@pytest.mark.reference
@shown_code.needs_r
def test_the_r_that_is_shown_finds_the_same_effects_in_that_survey(printed: tuple[Path, str]) -> None:
    folder, text = printed
    python = dict(re.findall(r"^(serial_\w+) +(-?[\d.]+)", text, flags=re.MULTILINE))
    rows = shown_code.lavaan_rows(shown_code.r(NAME, folder))
    assert [name for name, _ in rows] == list(python)
    for name, (est, low, high) in rows:
        assert est == pytest.approx(float(python[name]), abs=6e-4)
        assert low < est < high
