"""Resampling by hand: the intervals are right by other programs, and the page shows people, dots and bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import shipped
import shown_code
import unreliable
from engine import asked
from laboratory_pages import reviewed, shown_alone, with_instrument
from playwright.sync_api import Browser, Page, expect
from scipy.stats import norm
from visits import AXE

from companion import sem
from companion.analysis import mediation
from companion.book.sphinx import laboratory
from companion.book.sphinx.subject import Subject

NAME = "resampling"
LEVEL = 0.95


@pytest.mark.slow
@pytest.mark.parametrize(("skew", "estimate"), [(0.3, 1.0), (0.8, 1.4), (0.5, 0.9)])
def test_bias_corrected_bounds_are_those_of_the_formula(skew: float, estimate: float) -> None:
    """Efron & Tibshirani (1993), equation 14.10 without acceleration, in scipy's normal distribution."""
    drawn = np.random.default_rng(1).lognormal(0, skew, 999)
    shift = norm.ppf(np.mean(drawn < estimate))
    expected = np.quantile(drawn, norm.cdf(2 * shift + norm.ppf([(1 - LEVEL) / 2, (1 + LEVEL) / 2])))
    assert asked("corrected", drawn=drawn.tolist(), estimate=estimate, level=LEVEL) == pytest.approx(expected, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("effect", ["serial_reply", "serial_none", "psr_like"])
def test_the_three_intervals_are_those_that_python_gives_from_the_same_people(effect: str) -> None:
    study, draws, seed = shipped.study(), 200, 2021
    found = asked("intervals", book=laboratory.book(Subject(study, reviewed())), effect=effect, seed=seed, count=draws)
    items = mediation.items_of(study.questionnaire, study.analysis)
    fit = sem.fit(mediation.model(items, study.questionnaire.design), study.sample.data)
    drawn, row = fit.bootstrap(draws=draws, seed=seed), fit.estimates.set_index("lhs").loc[effect]
    for name, kind in (("percentile", "percentile"), ("corrected", "bias-corrected")):
        expected = drawn.ci(kind=kind).loc[effect, ["ci_lower", "ci_upper"]]  # type: ignore[arg-type]
        np.testing.assert_allclose(found[name], expected.tolist(), atol=1e-5)
    half = norm.ppf((1 + LEVEL) / 2) * row["se"]
    np.testing.assert_allclose(found["delta"], [row["est"] - half, row["est"] + half], atol=1e-6)


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return with_instrument(tmp_path_factory.mktemp(NAME), NAME)


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    with shown_alone(browser, page.as_uri()) as shown:
        yield shown


def pressed(page: Page, button: str, resamples: int) -> None:
    page.locator(f"button[name={button}]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".laboratory [role=status]")).to_contain_text(f"so far: {resamples}, from", timeout=120_000)


def counted(page: Page) -> list[int]:
    return [int(text) for text in page.locator(".laboratory-people tbody td").all_inner_texts()]


@pytest.mark.browser
def test_one_resample_shows_every_person_and_a_dot(opened: Page) -> None:
    pressed(opened, "one", 1)
    people = counted(opened)
    assert sum(people) == len(shipped.study().sample.data)
    assert people[1] + 2 * people[2] + 3 * people[3] <= sum(people)
    ways = [str(path.get_attribute("d")) for path in opened.locator(".laboratory-people svg path").all()]
    assert [way.count("M") for way in ways] == people
    assert str(opened.locator(".laboratory-dots .dots").get_attribute("d")).count("M") == 1
    expect(opened.locator(".laboratory-intervals")).to_contain_text("hundredth")


@pytest.mark.browser
def test_many_resamples_give_three_intervals_and_the_symmetric_one_is_deltas(opened: Page) -> None:
    pressed(opened, "thousand", shipped.study().analysis.bootstrap.draws)
    rows = opened.locator(".laboratory-intervals tbody tr").all()
    arms = {row.locator("th").inner_text(): row.locator("td").all_inner_texts()[2:] for row in rows}
    assert arms["delta method"][0] == arms["delta method"][1]
    assert arms["percentile"][0] != arms["percentile"][1]
    assert arms["bias-corrected"] != arms["percentile"]
    assert len(rows) == 4


@pytest.mark.browser
def test_a_resample_that_did_not_converge_is_no_dot_and_is_told(page: Path, browser: Browser) -> None:
    assert unreliable.converged(2) == [False, True]
    with shown_alone(browser, page.as_uri(), unreliable.script(200)) as opened:
        pressed(opened, "one", 0)
        expect(opened.locator(".laboratory-text")).to_have_text(
            "Resample 1 gives no estimate: its fit did not converge."
        )
        assert sum(counted(opened)) == unreliable.PEOPLE
        expect(opened.locator(".laboratory-dots .dots")).to_have_count(0)
        pressed(opened, "one", 1)
        expect(opened.locator(".laboratory-text")).to_contain_text("Resample 2 gives the estimate")
        expect(opened.locator(".laboratory [role=status]")).to_contain_text(unreliable.said(1, 2))
        assert str(opened.locator(".laboratory-dots .dots").get_attribute("d")).count("M") == 1


@pytest.mark.browser
def test_resamples_left_out_are_counted_in_the_status_and_in_the_table_of_intervals(
    page: Path, browser: Browser
) -> None:
    draws = 120
    lost = unreliable.converged(draws).count(False)
    assert lost > 1
    with shown_alone(browser, page.as_uri(), unreliable.script(draws)) as opened:
        pressed(opened, "thousand", draws - lost)
        expect(opened.locator(".laboratory [role=status]")).to_contain_text(unreliable.said(lost, draws))
        expect(opened.locator(".laboratory-intervals caption")).to_contain_text(unreliable.said(lost, draws))
        dots = str(opened.locator(".laboratory-dots .dots").get_attribute("d")).count("M")
        assert dots == draws - lost


@pytest.mark.browser
def test_where_every_resample_converged_nothing_is_said_to_be_left_out(opened: Page) -> None:
    pressed(opened, "one", 1)
    expect(opened.locator(".laboratory")).not_to_contain_text("left out of the intervals")


@pytest.mark.browser
def test_another_effect_shows_the_same_resamples_and_another_seed_begins_again(opened: Page) -> None:
    pressed(opened, "one", 1)
    before = counted(opened)
    opened.locator("#resampling-effect").select_option("psr_like")
    assert counted(opened) == before
    opened.locator("#resampling-seed").fill("7")
    assert opened.evaluate("location.hash") == "#effect=psr_like&seed=7"
    assert counted(opened) == []
    pressed(opened, "one", 1)
    assert counted(opened) != before


@pytest.mark.browser
def test_it_is_accessible_and_not_wider_than_a_phone(opened: Page) -> None:
    pressed(opened, "one", 1)
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    faults = opened.evaluate("axe.run('.laboratory').then(found => found.violations.map(one => one.id))")
    assert faults == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for picture in opened.locator(".laboratory-picture").all():
        assert "simulated survey" in str(picture.get_attribute("aria-label"))
        assert picture.locator(".sim").text_content() == "simulated data"


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[float]]]:
    """The folder in which the Python that is shown ran, and the intervals that it printed."""
    folder = tmp_path_factory.mktemp("shown")
    rows = re.findall(r"^(\S+) (\S+) (\S+)$", shown_code.python(NAME, folder), flags=re.MULTILINE)
    return folder, {name: [float(low), float(high)] for name, low, high in rows}


@pytest.mark.slow
def test_the_code_that_is_shown_runs_and_gives_three_intervals(printed: tuple[Path, dict[str, list[float]]]) -> None:
    folder, intervals = printed
    assert list(intervals) == ["percentile", "bias-corrected", "delta"]
    assert (folder / f"{NAME}.csv").is_file()


@pytest.mark.reference
@shown_code.needs_r
def test_the_r_that_is_shown_gives_three_intervals_and_the_delta_method_agrees(
    printed: tuple[Path, dict[str, list[float]]],
) -> None:
    folder, intervals = printed
    rows = shown_code.lavaan_rows(shown_code.r(NAME, folder))
    assert [name for name, _ in rows] == ["serial_reply"] * 3
    percentile, corrected, delta = (bounds for _, (_, *bounds) in rows)
    assert delta == pytest.approx(intervals["delta"], abs=6e-4)
    assert percentile != delta
    assert corrected[0] < corrected[1]
