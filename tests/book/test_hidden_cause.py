"""Under a hidden cause the laboratory gives the package's effects, intervals and verdicts, and the page shows them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shipped
import unreliable
from laboratory_pages import shown_alone
from playwright.sync_api import Browser, Page, expect
from small_pages import application, build
from test_laboratory import ROOT, TESTS, node, reviewed
from visits import AXE

from companion import sem
from companion.analysis import claims, estimands, mediation, robustness
from companion.book.sphinx import downloads, laboratory, listings
from companion.book.sphinx.subject import Subject
from companion.formats import MINUS
from companion.survey.design import DESIGN

STUDY_ORDER, OTHER_ORDER = ["psr", "pk", "pa"], ["pk", "psr", "pa"]
CASES = [("psr-pk", 0.3), ("psr-pk", -0.4), ("pk-pa", -0.4), ("pk-pa", 0.2), ("psr-pa", 0.5)]


@cache
def items() -> dict[str, tuple[str, ...]]:
    return mediation.items_of(shipped.asked(), shipped.plan())


@cache
def script() -> str:
    return laboratory.script(Subject(shipped.study(), reviewed()))


def computed(folder: Path, draws: int, *cases: tuple[list[str], str, float]) -> dict[str, Any]:
    file = folder / "book.js"
    file.write_text(script(), encoding="utf-8")
    done = node(str(TESTS / "hidden.mjs"), str(file), str(draws), json.dumps(cases))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@cache
def packages(pair: str, correlation: float) -> tuple[sem.Fit, pd.DataFrame]:
    """The model with that correlation fixed, fitted anew to the sample and to each resample."""
    one, two = pair.split("-")
    fit = sem.fit(robustness.confounded_model(items(), DESIGN, (one, two), correlation), shipped.selected().data)
    return fit, fit.bootstrap(draws=shipped.FEW_DRAWS, seed=shipped.plan().bootstrap.seed).ci()


@pytest.fixture(scope="module")
def under(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, float], dict[str, Any]]:
    cases = [(STUDY_ORDER, *case) for case in CASES]
    found = computed(tmp_path_factory.mktemp("hidden"), shipped.FEW_DRAWS, *cases)
    return dict(zip(CASES, found["all"], strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_effects_and_intervals_are_those_of_the_model_fitted_anew_to_every_resample(
    under: dict[tuple[str, float], dict[str, Any]], case: tuple[str, float]
) -> None:
    _, intervals = packages(*case)
    for one in estimands.deciding(DESIGN):
        row = intervals.loc[one.parameter]
        here = under[case]["effects"][one.key]
        assert here["est"] == pytest.approx(row["est"], abs=1e-6)
        assert here["ci"] == pytest.approx([row["ci_lower"], row["ci_upper"]], abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_verdicts_are_those_of_the_package(
    under: dict[tuple[str, float], dict[str, Any]], case: tuple[str, float]
) -> None:
    assert under[case]["verdicts"] == claims.verdicts(packages(*case)[1], shipped.claims())


@pytest.mark.parametrize("case", CASES)
def test_the_model_that_the_page_fits_is_that_of_the_package(
    under: dict[tuple[str, float], dict[str, Any]], case: tuple[str, float]
) -> None:
    fit, intervals = packages(*case)
    assert under[case]["chisq"] == pytest.approx(fit.measures["chisq"], abs=1e-5)
    for one in estimands.deciding(DESIGN):
        assert under[case]["live"][one.parameter] == pytest.approx(intervals.loc[one.parameter, "est"], abs=1e-6)


def test_some_verdict_changes_and_some_cause_changes_none(under: dict[tuple[str, float], dict[str, Any]]) -> None:
    plain = claims.verdicts(packages("psr-pk", 0.0)[1], shipped.claims())
    assert under["psr-pk", -0.4]["verdicts"] != plain
    assert under["psr-pa", 0.5]["verdicts"] == plain


@pytest.mark.slow
def test_both_orders_of_the_mediators_give_the_books_numbers_with_its_resamples(tmp_path: Path) -> None:
    orders = {"relationship": STUDY_ORDER, "knowledge": OTHER_ORDER}
    found = computed(tmp_path, robustness.SHORT_DRAWS, *((order, "psr-pk", 0.0) for order in orders.values()))
    printed = reviewed()
    assert found["swapped"] == pytest.approx(found["chisq"], abs=1e-6)
    for name, here in zip(orders, found["all"], strict=True):
        assert found["chisq"] == pytest.approx(printed[f"robustness.order.{name}.chisq"].value, abs=1e-5)
        for w in DESIGN.interactions:
            key = f"robustness.order.{name}.{w}"
            assert here["effects"][f"serial.{w}"]["est"] == pytest.approx(printed[f"{key}.est"].value, abs=1e-6)
            assert here["effects"][f"serial.{w}"]["ci"] == pytest.approx(printed[f"{key}.ci"].value, abs=1e-5)


def test_the_page_marks_the_correlations_at_which_the_books_verdicts_change() -> None:
    book = json.loads(script().removeprefix("globalThis.laboratoryBook = ").rstrip(";\n"))
    assert book["hidden"]["changes"]["psr-pk"]["R3"] == reviewed()["robustness.confounding.psr_pk.R3.at"].value
    assert book["hidden"]["changes"]["psr-pa"] == {}


# The code that the chapter shows


def block(language: str) -> str:
    text = (ROOT / "chapters/laboratory/hidden-cause.md").read_text(encoding="utf-8")
    found = re.search(rf"```{language}\n(.+?)```", text, flags=re.DOTALL)
    assert found
    return listings.filled(found[1], shipped.asked())


def test_the_python_that_the_chapter_shows_runs_and_gives_the_same_fit(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python"), "chapter", "exec"), {})
    assert float(capsys.readouterr().out.split()[0]) == pytest.approx(packages("psr-pk", 0.3)[0].measures["chisq"])


def test_the_r_that_the_chapter_shows_holds_the_packages_model() -> None:
    assert robustness.confounded_model(items(), DESIGN, ("psr", "pk"), 0.3) in block("r")


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="Rscript is not on the path")
def test_the_r_that_the_chapter_shows_gives_the_packages_effects(tmp_path: Path) -> None:
    (tmp_path / downloads.SAMPLE).write_text(downloads.sample(shipped.study()), encoding="utf-8")
    (tmp_path / "shown.R").write_text(block("r"), encoding="utf-8")
    done = subprocess.run(["Rscript", "shown.R"], cwd=tmp_path, check=True, capture_output=True, text=True)
    shown = dict(re.findall(r"^\s*\d+ +(\w+) +(-?[\d.]+)$", done.stdout, flags=re.MULTILINE))
    intervals = packages("psr-pk", 0.3)[1]
    assert len(shown) == len(estimands.deciding(DESIGN))
    for name, est in shown.items():
        assert float(est) == pytest.approx(intervals.loc[name, "est"], abs=6e-4)


# The page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The experiment on a page, about the shipped survey and the reviewed numbers."""
    folder = tmp_path_factory.mktemp("hidden-page")
    shutil.copytree(ROOT / "_static", folder / "_static")
    app = application(
        folder,
        Subject(shipped.study(), reviewed()),
        {"index": "# How strong?\n\n```{laboratory} hidden-cause\n```\n"},
        html_static_path=["_static"],
        html_css_files=["custom.css", "laboratory.css"],
    )
    [pages] = build(app)
    return Path(pages.app.outdir) / "index.html"


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    shown = browser.new_page(viewport={"width": 390, "height": 844})
    shown.goto(page.as_uri())
    yield shown
    shown.close()


def cells(page: Page, caption: str) -> list[list[str]]:
    table = page.locator(".laboratory-results table", has_text=caption)
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def number(text: str) -> float:
    return float(text.replace(MINUS, "-"))


def at_correlation(page: Page, presses: int) -> None:
    """Move the slider with the keyboard."""
    slider = page.locator("#hidden-cause-correlation")
    slider.focus()
    for _ in range(abs(presses)):
        page.keyboard.press("ArrowRight" if presses > 0 else "ArrowLeft")


def drawn(page: Page) -> None:
    page.locator("button[name=draw]").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".laboratory-results table", has_text="nearest zero")).to_be_visible(timeout=120_000)
    expect(page.locator(".laboratory-results")).not_to_contain_text("being tried", timeout=60_000)


@pytest.mark.browser
def test_the_estimates_follow_the_slider_and_the_fit_does_not(opened: Page) -> None:
    expect(opened.locator(".laboratory-live")).to_contain_text("chi-square", timeout=60_000)
    at_correlation(opened, 6)
    expect(opened.locator(".laboratory-live")).to_contain_text("with the cause", timeout=60_000)
    fit, intervals = packages("psr-pk", 0.3)
    said = re.findall(r"\d+\.\d{3}", opened.locator(".laboratory-live").inner_text())
    assert said == [f"{fit.measures['chisq']:.3f}"] * 2
    shown = [number(row[1]) for row in cells(opened, "whole chain")]
    assert shown == pytest.approx([intervals.loc[f"serial_{w}", "est"] for w in DESIGN.interactions], abs=6e-4)
    assert opened.evaluate("location.hash") == "#correlation=0.3"


@pytest.mark.browser
def test_the_verdicts_change_where_the_books_table_has_it(opened: Page) -> None:
    drawn(opened)
    rows = cells(opened, "nearest zero")
    assert [row[0] for row in rows] == list(shipped.claims().results)
    for claim, before, now, here, printed in rows:
        assert before == now
        book = reviewed()[f"robustness.confounding.psr_pk.{claim}.at"].value
        assert number(printed) == pytest.approx(book)
        # The page tries steps half as wide, so that it may find the change one step earlier.
        assert abs(number(here)) <= abs(number(printed)) <= abs(number(here)) + 0.051


@pytest.mark.browser
def test_resamples_left_out_are_counted_in_the_status_and_in_both_tables(page: Path, browser: Browser) -> None:
    draws = 60
    lost = unreliable.converged(draws).count(False)
    assert lost > 1
    with shown_alone(browser, page.as_uri(), unreliable.script(draws)) as shown:
        drawn(shown)
        for place in (".laboratory [role=status]", "caption >> nth=0", "caption >> nth=1"):
            expect(shown.locator(place)).to_contain_text(unreliable.said(lost, draws))
        shown.locator("#hidden-cause-order").select_option("knowledge")
        expect(shown.locator(".laboratory [role=status]")).to_contain_text(unreliable.said(lost, draws))


@pytest.mark.browser
def test_where_every_resample_converged_nothing_is_said_to_be_left_out(opened: Page) -> None:
    drawn(opened)
    expect(opened.locator(".laboratory")).not_to_contain_text("left out of the intervals")


@pytest.mark.browser
def test_a_link_opens_the_page_at_a_correlation_and_says_which_verdicts_change(page: Path, browser: Browser) -> None:
    shown = browser.new_page()
    shown.goto(f"{page.as_uri()}#pair=pk_pa&correlation=-0.45")
    drawn(shown)
    expect(shown.locator(".laboratory [role=status]")).to_contain_text("other verdicts hold on R1")
    shown.close()


@pytest.mark.browser
def test_the_other_order_fits_as_well_and_tells_another_story(opened: Page) -> None:
    drawn(opened)
    opened.locator("#hidden-cause-order").select_option("knowledge")
    expect(opened.locator(".laboratory-live")).to_contain_text("in this order", timeout=60_000)
    said = re.findall(r"\d+\.\d{3}", opened.locator(".laboratory-live").inner_text())
    assert len(set(said)) == 1
    for w, (_, est, interval) in zip(DESIGN.interactions, cells(opened, "both mediators"), strict=True):
        key = f"robustness.order.knowledge.{w}"
        assert number(est) == pytest.approx(reviewed()[f"{key}.est"].value, abs=6e-4)
        bounds = [number(bound) for bound in interval.strip("[]").split(", ")]
        assert bounds == pytest.approx(reviewed()[f"{key}.ci"].value, abs=6e-4)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_it_shows_is_accessible_and_fits_a_phone(page: Path, browser: Browser, scheme: Any) -> None:
    shown = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    shown.goto(page.as_uri())
    drawn(shown)
    shown.evaluate(AXE.read_text(encoding="utf-8"))
    assert shown.evaluate("axe.run('.laboratory').then(found => found.violations.map(one => one.id))") == []
    assert shown.evaluate("document.documentElement.scrollWidth <= innerWidth")
    shown.close()


@pytest.mark.browser
def test_without_a_script_the_page_points_to_its_table(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    expect(shown.locator(".laboratory noscript p")).to_contain_text("The table below")
    context.close()
