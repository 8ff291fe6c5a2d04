"""The laboratory's engine gives the numbers of lavaan and of the package, and its page says what differs."""

from __future__ import annotations

import gzip
import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped
import shown_code
from bs4 import BeautifulSoup, Tag
from engine import TESTS, asked, node
from laboratory_pages import reviewed, with_instrument
from playwright.sync_api import Browser, Page, expect
from scipy import special, stats
from small_pages import application, build, number
from visits import AXE

from companion import sem
from companion.analysis import mediation
from companion.book.sphinx import covered, experiments, laboratory
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.sem.bootstrap import resampled_rows
from companion.study import TRUTHS
from companion.truth import plan, population, power, recovery
from companion.words import words

ROOT = Path(__file__).resolve().parents[2]
PAGE = "chapters/laboratory/check-this-book.html"
LARGEST = 60_000
"""Bytes of the compressed engine."""
LARGE = 400_000
"""People of a large draw."""


def run_tests(at: Path) -> subprocess.CompletedProcess[str]:
    return node("--test", *(str(path) for path in sorted((at / TESTS).glob("*.test.mjs"))), at=at)


# The engine


@pytest.mark.slow
def test_the_engines_own_tests_pass() -> None:
    done = run_tests(ROOT)
    assert done.returncode == 0, done.stdout
    assert re.search(r"pass [1-9]\d", done.stdout)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "right", "wrong"),
    [
        ("slices", "performance.now() < until", "true"),
        ("latent", "2 / sample.n * inverted", "2 / (sample.n - 1) * inverted"),
        ("likelihood", "(high[j] - low[j]) / (4 * step)", "(high[j] - low[j]) / (2 * step)"),
        ("optimise", "one + length * step[i]", "one - length * step[i]"),
        ("algebra", "c * first - s * second", "c * first + s * second"),
        ("latent", "df = p * (p + 1) / 2 + p * q - k", "df = p * (p + 1) / 2 + q - k"),
        ("moments", "const value = times * values", "const value = values"),
        ("page", "8 - answer", "7 - answer"),
    ],
)
def test_a_planted_fault_in_the_engine_is_seen(tmp_path: Path, module: str, right: str, wrong: str) -> None:
    file = copied(tmp_path) / f"{laboratory.SOURCES}/{module}.mjs"
    text = file.read_text(encoding="utf-8")
    assert right in text
    file.write_text(text.replace(right, wrong), encoding="utf-8")
    assert run_tests(tmp_path).returncode != 0


@pytest.mark.slow
def test_a_copy_without_a_fault_passes(tmp_path: Path) -> None:
    assert run_tests(copied(tmp_path)).returncode == 0


def copied(to: Path) -> Path:
    """The engine with its tests, apart from the book."""
    for folder in (laboratory.SOURCES, "tests/laboratory", "tests/reference"):
        shutil.copytree(ROOT / folder, to / folder)
    return to


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n", "draws", "seed"), [(7, 1030, 2021), (1200, 20, 2021), (1199, 600, 1), (3, 515, 4000000000)]
)
def test_the_rows_drawn_are_those_that_python_draws(n: int, draws: int, seed: int) -> None:
    [drawn] = asked("drawn", draws=[(n, draws, seed)])
    assert np.array_equal(np.array(drawn), np.vstack(list(resampled_rows([np.arange(n)], draws, seed))))


POINTS = [
    (("logGamma", 3.7), special.gammaln(3.7)),
    (("chiSquareTail", 169.5, 147), special.chdtrc(147, 169.5)),
    (("chiSquareTail", 3.0, 9), special.chdtrc(9, 3.0)),
    (("fTail", 2.3, 2, 1194), stats.f.sf(2.3, 2, 1194)),
    (("fQuantile", 0.975, 1199, 5995), stats.f.ppf(0.975, 1199, 5995)),
    (("tTwoSided", -2.1, 397.6), 2 * stats.t.sf(2.1, 397.6)),
    (("tQuantile", 0.025, 199), stats.t.isf(0.025, 199)),
    (("normalQuantile", 0.975), special.ndtri(0.975)),
    (("normalShare", -1.3), special.ndtr(-1.3)),
    (("nonCentralShare", 170.0, 147, 25.0), stats.ncx2.cdf(170.0, 147, 25.0)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("call", "value"), POINTS, ids=[str(call) for call, _ in POINTS])
def test_a_distribution_function_gives_scipys_value(call: tuple[Any, ...], value: float) -> None:
    assert asked("values", points=[call]) == [pytest.approx(value, rel=1e-9)]


# Surveys from a truth

TURNED = recovery.turned_items(shipped.study().questionnaire)
BOTH = sorted(TRUTHS)


def truth(name: str, **changed: Any) -> dict[str, Any]:
    return laboratory.truth(population.load_truth(ROOT / TRUTHS[name]), TURNED) | changed


@pytest.mark.slow
def test_normal_numbers_are_those_that_python_draws() -> None:
    drawn = asked("normals", count=200_000, seed=2020)
    np.testing.assert_allclose(drawn, np.random.default_rng(2020).standard_normal(200_000), rtol=1e-13)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize(("people", "seed"), [(180, 2020), (1200, 4000000000), (605, 7)])
def test_a_survey_has_the_answers_that_python_draws_from_the_same_truth(name: str, people: int, seed: int) -> None:
    drawn = pd.DataFrame(asked("survey", truth=truth(name), people=people, seed=seed))
    _, expected = recovery.as_answered(population.load_truth(ROOT / TRUTHS[name]), people, seed, TURNED)
    pd.testing.assert_frame_equal(drawn, expected[list(drawn)], check_dtype=False)
    assert len(drawn.columns) == 5 + 18


OWN = 0.9
"""The reliability of the relationship scale as it is written down, in hundredths."""


def like(name: str, **moved: float) -> dict[str, Any]:
    """The truth that the page makes where sliders are moved."""
    found: dict[str, Any] = asked("like", truth=truth(name), moved=moved)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("wanted", [0.6, 0.75, 0.95])
def test_a_truth_made_less_reliable_in_the_page_is_the_one_that_python_makes(name: str, wanted: float) -> None:
    written = population.load_truth(ROOT / TRUTHS[name])
    psr = tuple(item for item in written.items if item.startswith("psr"))
    expected = laboratory.truth(plan.as_reliable(written, psr, wanted), TURNED)
    made = like(name, reliability=wanted)
    for item, values in expected["items"].items():
        assert made["items"][item] == pytest.approx(values, rel=1e-12)
    assert made | {"items": None} == expected | {"items": None}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
def test_where_no_slider_is_moved_or_reliability_stands_as_written_the_truth_is_the_written_one(name: str) -> None:
    assert like(name) == truth(name)
    assert like(name, reliability=OWN) == truth(name)
    assert like(name, reliability=OWN - 0.01)["items"] != truth(name)["items"]


def test_sliders_begin_where_the_written_truth_stands() -> None:
    places = asked("sliders", truth=truth("reversal"))
    groups = experiments.EXPERIMENTS["another-survey"].controls
    sliders = {one.name: one for _, group in groups for one in group if isinstance(one, experiments.Slider)}
    assert {name: round(value, sliders[name].decimals) for name, value in places.items()} == {
        name: sliders[name].start for name in places
    }
    assert "reliability" in places


def test_a_less_reliable_survey_has_the_answers_that_python_draws() -> None:
    drawn = pd.DataFrame(asked("survey", truth=like("reversal", reliability=0.7), people=360, seed=5))
    written = population.load_truth(ROOT / TRUTHS["reversal"])
    psr = tuple(item for item in written.items if item.startswith("psr"))
    _, expected = recovery.as_answered(plan.as_reliable(written, psr, 0.7), 360, 5, TURNED)
    pd.testing.assert_frame_equal(drawn, expected[list(drawn)], check_dtype=False)


def test_the_surveys_of_a_size_are_those_of_the_table_of_power() -> None:
    expected = np.random.SeedSequence([2020, 360]).generate_state(500)
    assert asked("seeds", truth=truth("reversal"), people=360, count=500) == expected.tolist()


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
@pytest.mark.parametrize("careless", [0.0, 0.25])
def test_moments_of_a_large_draw_are_those_of_the_population_in_closed_form(name: str, careless: float) -> None:
    written = population.load_truth(ROOT / TRUTHS[name])
    drawn = population.clean_responses(written, LARGE, 1)
    drawn = population.with_straight_lines(drawn, careless, TURNED, 1)
    columns = [*written.items, *population.DUMMIES]
    found = asked("population", truth=truth(name, careless=careless), names=columns)
    sample = drawn[columns].to_numpy(dtype=float)
    spread = sample.std(axis=0)
    np.testing.assert_allclose((sample.mean(axis=0) - found["means"]) / spread, 0, atol=5 / LARGE**0.5)
    covariance = np.reshape(found["covariance"], (len(columns), len(columns)))
    gap = (np.cov(sample.T, ddof=0) - covariance) / np.outer(spread, spread)
    np.testing.assert_allclose(gap, 0, atol=7.5 / LARGE**0.5)


def test_without_rounding_of_note_the_population_is_the_written_one() -> None:
    """A scale of a hundredth of the spread shows the covariances behind the answers."""
    written = population.load_truth(ROOT / TRUTHS["reversal"])
    _, covariance = population.implied_moments(written)
    items = list(written.items)
    found = asked("population", truth=truth("reversal", careless=0.0), names=[*items, *population.DUMMIES])
    means, _ = population.implied_moments(written)
    across = means.to_numpy() - means.to_numpy().mean(axis=0)
    behind = covariance.to_numpy() + across.T @ across / len(across)
    rounded = np.reshape(found["covariance"], (len(items) + 5, len(items) + 5))[: len(items), : len(items)]
    correlated = behind / np.sqrt(np.outer(behind.diagonal(), behind.diagonal()))
    shown = rounded / np.sqrt(np.outer(rounded.diagonal(), rounded.diagonal()))
    off = ~np.eye(len(items), dtype=bool)
    assert (np.abs(shown[off]) <= np.abs(correlated[off]) + 0.005).all()
    assert np.abs(shown - correlated)[off].max() < 0.08


@pytest.fixture(scope="module")
def about() -> dict[str, Any]:
    """What the engine computes from, as the pages get it."""
    return laboratory.book(Subject(shipped.study(), reviewed()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "people", "reliability"), [("reversal", 360, OWN), ("no_reversal", 180, OWN), ("reversal", 360, 0.75)]
)
def test_a_survey_is_analysed_as_python_analyses_it(
    about: dict[str, Any], name: str, people: int, reliability: float
) -> None:
    study = shipped.study()
    written, draws = study.truth(TRUTHS[name]), 200
    items = mediation.items_of(study.questionnaire, study.analysis)
    if reliability != OWN:
        written = plan.as_reliable(written, items["psr"], reliability)
    seed = int(np.random.SeedSequence([written.seed, people]).generate_state(1)[0])
    changed = like(name, reliability=reliability)
    found = asked("analysed", book=about, truth=changed, people=people, seed=seed, count=draws)
    _, responses = recovery.as_answered(written, people, seed, TURNED)
    fit = sem.fit(mediation.model(items, study.questionnaire.design), responses)
    expected = fit.bootstrap(draws=draws, seed=seed).ci().loc[list(found["ci"])]
    np.testing.assert_allclose(list(found["est"].values()), expected["est"], atol=1e-6)
    np.testing.assert_allclose(list(found["ci"].values()), expected[["ci_lower", "ci_upper"]], atol=1e-5)
    powered = power.verdicts_of_one(written, items, TURNED, study.stated_claims, people, seed, draws)
    assert {claim: verdict == "found" for claim, verdict in found["verdicts"].items()} == {
        claim: powered[claim] for claim in found["verdicts"]
    }


@pytest.mark.slow
@pytest.mark.parametrize("number", [0, 1, 2])
def test_at_a_low_reliability_the_same_resamples_converge_as_in_python(about: dict[str, Any], number: int) -> None:
    """Few answers with large errors: some resamples have no solution, and others only Newton's method finds."""
    people, reliability, draws, study = 180, 0.6, 60, shipped.study()
    items = mediation.items_of(study.questionnaire, study.analysis)
    written = plan.as_reliable(study.truth(TRUTHS["reversal"]), items["psr"], reliability)
    seed = power.seeds(written, people, number + 1)[number]
    changed = like("reversal", reliability=reliability)
    found = asked("resampled", book=about, truth=changed, people=people, seed=seed, count=draws)
    _, responses = recovery.as_answered(written, people, seed, TURNED)
    drawn = sem.fit(mediation.model(items, study.questionnaire.design), responses).bootstrap(draws=draws, seed=seed)
    assert [one is not None for one in found] == drawn.converged.tolist()
    here = pd.DataFrame([one for one in found if one is not None])[list(drawn.estimates)]
    np.testing.assert_allclose(here, drawn.estimates, atol=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("name", BOTH)
def test_the_populations_values_are_those_that_a_million_answers_gave(about: dict[str, Any], name: str) -> None:
    numbers = reviewed()
    whole = asked("whole", book=about, truth=truth(name), people=1200)["values"]
    keys = [key for key in numbers if key.startswith(f"planted.{name}.") and key.endswith(".careless")]
    assert len(keys) > 10
    for key in keys:
        effect, _, at = key.removeprefix(f"planted.{name}.").removesuffix(".careless").partition(".")
        assert whole[f"{effect}_{at}"] == pytest.approx(numbers[key].value, abs=0.012)


@pytest.mark.slow
def test_the_standard_errors_of_a_survey_to_come_are_those_of_a_survey_drawn(about: dict[str, Any]) -> None:
    errors = asked("whole", book=about, truth=truth("reversal"), people=LARGE)["errors"]
    study = shipped.study()
    _, responses = recovery.as_answered(study.truth(TRUTHS["reversal"]), LARGE, 1, TURNED)
    items = mediation.items_of(study.questionnaire, study.analysis)
    table = sem.fit(mediation.model(items, study.questionnaire.design), responses).estimates.set_index("lhs")
    for name in ("serial_none", "serial_reply", "psr_like", "total_pa_reply"):
        assert errors[name] == pytest.approx(table.loc[name, "se"], rel=0.02)


# The script of the page


def test_the_modules_make_one_classic_script(tmp_path: Path) -> None:
    text = laboratory.bundled(ROOT)
    (tmp_path / "engine.js").write_text(text, encoding="utf-8")
    assert re.findall(r"^(import|export)\b", text, flags=re.MULTILINE) == []
    done = node(str(tmp_path / "engine.js"))
    assert done.returncode == 0, done.stderr


def test_every_module_is_in_the_script() -> None:
    assert sorted(laboratory.MODULES) == sorted(path.stem for path in (ROOT / laboratory.SOURCES).glob("*.mjs"))


def test_the_engine_is_small() -> None:
    assert len(gzip.compress(laboratory.bundled(ROOT).encode())) <= LARGEST


def test_the_page_hands_over_every_sentence_with_the_places_that_it_fills() -> None:
    place = BeautifulSoup(laboratory.html(True, words("en")), "html.parser").select_one(".laboratory")
    assert place is not None
    told = json.loads(str(place["data-words"]))
    script = (ROOT / laboratory.SOURCES / "page.mjs").read_text(encoding="utf-8")
    assert set(re.findall(r"words\.(\w+)", script)) <= set(told)
    assert "{agree}" in told["running"]
    assert "{share}" in told["running"]


# The book


def checked(registry: Registry, folder: Path) -> dict[str, list[str]]:
    """The three lists for the survey that ships, without resamples."""
    file = folder / "book.js"
    file.write_text(laboratory.script(Subject(shipped.study(), registry)), encoding="utf-8")
    done = node(str(TESTS / "recompute.mjs"), str(file))
    assert done.returncode == 0, done.stderr
    lists: dict[str, list[str]] = json.loads(done.stdout)
    return lists


@pytest.mark.slow
def test_every_number_that_the_engine_computes_is_the_reviewed_one(tmp_path: Path) -> None:
    lists = checked(reviewed(), tmp_path)
    assert lists["differ"] == []
    assert lists["extra"] == []
    assert len(lists["agree"]) > 500


@pytest.mark.slow
def test_a_number_that_somebody_changed_is_the_one_that_differs(tmp_path: Path) -> None:
    lists = checked(reviewed(**{"mediation.serial.reply.est": 0.15612}), tmp_path)
    assert lists["differ"] == ["mediation.serial.reply.est"]


@pytest.fixture(scope="module")
def computed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The keys of the reviewed numbers that the engine computes, intervals by few resamples included."""
    file = tmp_path_factory.mktemp("computed") / "book.js"
    text = laboratory.script(Subject(shipped.study(), reviewed()))
    assert '"draws":200,' in text
    file.write_text(text.replace('"draws":200,', '"draws":10,'), encoding="utf-8")
    done = node(str(TESTS / "recompute.mjs"), str(file), "intervals")
    assert done.returncode == 0, done.stderr
    lists = json.loads(done.stdout)
    return {*lists["agree"], *lists["differ"]}


@pytest.mark.slow
def test_it_computes_the_numbers_that_the_cards_say_it_computes(computed: set[str]) -> None:
    assert {key for key in reviewed() if laboratory.computes(key)} == computed


def drawn_parts(keys: Iterable[str], simulated: bool = True) -> Tag:
    """The figure for readers without a script, about these numbers."""
    made = covered.html(covered.parts(keys, laboratory.computes), simulated, words("en"))
    figure = BeautifulSoup(made, "html.parser").figure
    assert figure is not None
    return figure


def counts(figure: Tag) -> dict[str, tuple[int, int]]:
    """Part -> how many of its numbers are computed again, and how many it has, as they are printed."""
    rows = {str(row.th): row.select("td")[-1].get_text() for row in figure.select("tbody tr")}
    return {part: tuple(map(int, text.replace(",", "").split(" of "))) for part, text in rows.items()}  # type: ignore[misc]


@pytest.mark.slow
def test_the_figure_without_a_script_counts_what_the_engine_computes(computed: set[str]) -> None:
    every, again = (Counter(key.split(".")[0] for key in keys) for keys in (reviewed(), computed))
    figure = drawn_parts(reviewed())
    assert sorted(counts(figure).values()) == sorted((again[part], count) for part, count in every.items())
    assert figure.figcaption is not None
    assert (
        f"Of the {len(reviewed()):,} numbers of this book, the check computes {len(computed)}" in figure.figcaption.text
    )


def test_its_bars_are_as_long_as_their_counts_on_one_axis() -> None:
    figure = drawn_parts(reviewed())
    for row, (again, count) in zip(figure.select("tbody tr"), counts(figure).values(), strict=True):
        assert [int(str(bar["width"])) for bar in row.select("rect")] == [count, again]
    [axis] = {str(bar["viewbox"]) for bar in figure.select("svg")}
    assert int(axis.split()[2]) == max(count for _, count in counts(figure).values())


def test_a_number_that_the_engine_does_not_compute_lengthens_no_filled_bar() -> None:
    before, after = (counts(drawn_parts(keys)) for keys in (reviewed(), [*reviewed(), "sample.planted"]))
    assert {part: (again, all_of - before[part][1]) for part, (again, all_of) in after.items()} == {
        part: (again, int("The sample" in part)) for part, (again, _) in before.items()
    }


def test_it_says_simulated_exactly_where_the_survey_is() -> None:
    assert drawn_parts(reviewed()).select_one(".simtag") is not None
    assert drawn_parts(reviewed(), simulated=False).select_one(".simtag") is None


@pytest.mark.parametrize("of_simulated", [True, False])
def test_the_check_says_simulated_exactly_where_the_survey_is(of_simulated: bool) -> None:
    assert ("simtag" in laboratory.html(of_simulated, words("en"))) == of_simulated


@pytest.mark.book
def test_with_all_resamples_the_sites_own_numbers_agree(site: Path) -> None:
    done = node(str(TESTS / "recompute.mjs"), str(site / laboratory.FOLDER / laboratory.BOOK), "intervals")
    assert done.returncode == 0, done.stderr
    lists = json.loads(done.stdout)
    assert lists["differ"] == []
    assert len(lists["agree"]) > 800
    assert {"verdict.R4", "mediation.serial.reply.ci", "mediation.serial.reply.std.ci"} <= set(lists["agree"])


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the check."""
    return with_instrument(tmp_path_factory.mktemp("laboratory"))


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    shown = browser.new_page(viewport={"width": 390, "height": 844})
    shown.goto(page.as_uri())
    yield shown
    shown.close()


def pressed(page: Page) -> tuple[int, int]:
    """Check without resamples, by keyboard, and give how many numbers agree and differ."""
    box = page.locator("#laboratory-intervals")
    if box.is_checked():
        box.focus()
        page.keyboard.press("Space")
    page.locator(".laboratory-start").focus()
    page.keyboard.press("Enter")
    status = page.locator(".laboratory [role=status]")
    expect(status).to_contain_text("were not recomputed", timeout=120_000)
    found = re.search(r"([\d,]+) numbers agree, ([\d,]+) differ", status.inner_text())
    assert found
    return int(found[1].replace(",", "")), int(found[2].replace(",", ""))


@pytest.mark.browser
def test_it_writes_large_counts_as_the_book_does(opened: Page) -> None:
    pressed(opened)
    said = opened.locator(".laboratory [role=status]").inner_text()
    assert re.search(r"\b\d,\d{3} were not recomputed", said)


@pytest.mark.browser
def test_pressed_the_page_says_that_the_book_agrees(opened: Page) -> None:
    agree, differ = pressed(opened)
    assert agree > 500
    assert differ == 0


@pytest.mark.browser
@pytest.mark.parametrize("fault", ["answer", "drop", "turn"])
def test_a_change_on_purpose_is_listed(opened: Page, fault: str) -> None:
    opened.locator("#laboratory-fault").select_option(fault)
    _, differ = pressed(opened)
    assert differ > 100
    assert opened.locator(".laboratory-results table").first.locator("tbody tr").count() > 100


@pytest.mark.browser
def test_the_check_turns_red_and_names_the_verdicts_that_are_others(page: Path, browser: Browser) -> None:
    shown = browser.new_page()
    shown.add_init_script(
        "addEventListener('DOMContentLoaded', () => { laboratoryBook.draws = 20; }, { capture: true });"
    )
    shown.goto(f"{page.as_uri()}#change=turn&item=psr1")
    count = shown.locator(".laboratory-count")
    plain = str(count.evaluate("one => getComputedStyle(one).color"))
    shown.locator(".laboratory-start").click()
    expect(count).to_contain_text("were not recomputed", timeout=120_000)
    assert str(count.evaluate("one => getComputedStyle(one).color")) != plain
    assert re.search(r"others than in the book: .*R3", shown.locator(".laboratory-results p").first.inner_text())
    shown.close()


@pytest.mark.browser
def test_what_was_chosen_is_kept_in_the_address_and_given_back(opened: Page, browser: Browser) -> None:
    opened.locator("#laboratory-fault").select_option("answer")
    opened.locator("#laboratory-person").fill("17")
    opened.locator("#laboratory-item").select_option("pk2")
    opened.locator("#laboratory-intervals").uncheck()
    assert opened.evaluate("location.hash") == "#change=answer&person=17&item=pk2&intervals=no"
    other = browser.new_page()
    other.goto(str(opened.evaluate("location.href")))
    assert other.locator("#laboratory-fault").input_value() == "answer"
    assert other.locator("#laboratory-person").input_value() == "17"
    assert other.locator("#laboratory-item").input_value() == "pk2"
    assert not other.locator("#laboratory-intervals").is_checked()
    other.evaluate("() => { location.hash = '#person=3&item=nothing'; }")
    expect(other.locator("#laboratory-fault")).to_have_value("nothing")
    expect(other.locator("#laboratory-item")).to_have_value("psr1")
    other.close()


def asking(page: Path, browser: Browser, key: str, **planted: float) -> str:
    """What the page answers to an address that names a number."""
    shown = browser.new_page()
    for name, value in planted.items():
        shown.add_init_script(
            "addEventListener('DOMContentLoaded', () => "
            f"{{ globalThis.laboratoryBook.numbers['{name}'] = {value}; }}, {{ capture: true }});"
        )
    shown.goto(f"{page.as_uri()}#recompute-{key.replace('.', '-').lower()}")
    answer = shown.locator(".laboratory-one")
    expect(answer).not_to_contain_text("Computing", timeout=120_000)
    said = answer.inner_text()
    shown.close()
    return said


@pytest.mark.browser
def test_an_address_that_names_a_number_computes_it_and_its_parts(page: Path, browser: Browser) -> None:
    said = asking(page, browser, "mediation.serial.reply.est")
    assert "they agree" in said
    whole, parts = said.splitlines()[-1].replace("\N{MINUS SIGN}", "-").split(" = ")
    assert float(whole) == pytest.approx(np.prod([float(part) for part in parts.split(" × ")]), abs=2e-6)
    assert float(whole) == pytest.approx(float(str(reviewed()["mediation.serial.reply.est"].value)), abs=1e-6)


@pytest.mark.browser
def test_a_number_that_is_wrong_in_the_book_is_told_where_it_is_asked_for(page: Path, browser: Browser) -> None:
    assert "they differ" in asking(page, browser, "mediation.path.d.est", **{"mediation.path.d.est": 0.5})


@pytest.mark.browser
def test_of_a_number_that_it_does_not_compute_the_page_says_so(page: Path, browser: Browser) -> None:
    assert "does not compute it" in asking(page, browser, "literature.tiers.most-from")


@pytest.mark.browser
def test_an_address_that_names_no_number_is_told(page: Path, browser: Browser) -> None:
    assert "does not have" in asking(page, browser, "mediation.nothing")


@pytest.mark.slow
def test_a_card_leads_to_the_laboratory_exactly_where_it_computes_the_number(tmp_path: Path) -> None:
    keys = ["mediation.path.d.est", "literature.works.sources"]
    about = Subject(shipped.study(), Registry(number(key, 0.5) for key in keys))
    text = "# A page?\n\n" + " ".join(f"{{num}}`{key}`" for key in keys)
    book = {"index": f"{text}\n\n```{{toctree}}\n{laboratory.PAGE}\n```\n", laboratory.PAGE: "# A laboratory?\n"}
    [pages] = build(application(tmp_path / "book", about, book))
    made = BeautifulSoup(pages.file(), "html.parser")
    assert [str(note["id"]) for note in made.select("[data-laboratory] .again")] == ["n-mediation-path-d-est"]
    assert [str(place["data-laboratory"]) for place in made.select("[data-laboratory]")] == [f"{laboratory.PAGE}.html"]


@pytest.mark.browser
@pytest.mark.book
def test_the_way_from_a_card_ends_at_the_number_computed_again(site: Path, browser: Browser) -> None:
    shown = browser.new_page()
    shown.goto((site / "chapters/results/mediation.html").as_uri())
    shown.locator("a.num[data-num='mediation-serial-reply-est']").first.hover()
    shown.locator("#card .n-again a").click()
    expect(shown.locator(".laboratory-one")).to_contain_text("they agree", timeout=120_000)
    shown.close()


@pytest.mark.browser
def test_a_check_can_be_stopped_and_begun_again(opened: Page) -> None:
    # Both in the page, two frames apart: a busy machine could end the check before a second click from here arrives.
    opened.evaluate(
        """async () => {
            const press = (name) => document.querySelector(name).click();
            press(".laboratory-start");
            for (let frame = 0; frame < 2; frame += 1) await new Promise(requestAnimationFrame);
            press(".laboratory-stop");
        }"""
    )
    expect(opened.locator(".laboratory [role=status]")).to_contain_text("stopped")
    assert pressed(opened)[1] == 0


@pytest.mark.browser
def test_the_result_can_be_kept(opened: Page) -> None:
    agree, _ = pressed(opened)
    with opened.expect_download() as kept:
        opened.locator(".laboratory-save").click()
    saved = json.loads(Path(kept.value.path()).read_text(encoding="utf-8"))
    assert saved["origin"] == "simulated"
    assert len(saved["agree"]) == agree


@pytest.mark.browser
def test_the_lists_are_accessible_and_nothing_is_wider_than_a_phone(opened: Page) -> None:
    pressed(opened)
    for summary in opened.locator(".laboratory-results summary").all():
        summary.click()
    opened.evaluate(AXE.read_text(encoding="utf-8"))
    faults = opened.evaluate("axe.run('.laboratory').then(found => found.violations.map(one => one.id))")
    assert faults == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_without_a_script_the_page_says_what_it_would_do(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    said = shown.locator(".laboratory noscript > p")
    expect(said).to_contain_text("needs JavaScript")
    expect(said).to_be_visible()
    expect(shown.locator(".laboratory-start")).to_be_hidden()
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (390, "dark"), (1440, "light")])
def test_without_a_script_a_figure_shows_which_numbers_it_would_compute(
    page: Path, browser: Browser, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": width, "height": 900}, color_scheme=scheme
    )
    shown = context.new_page()
    shown.goto(page.as_uri())
    figure = shown.locator(".laboratory-covered")
    expect(figure).to_be_visible()
    expect(figure.locator(".simtag")).to_be_visible()
    for row in figure.locator("tbody tr").all():
        again, count = map(int, row.locator("td").last.inner_text().split(" of "))
        whole, filled = (bar.bounding_box() for bar in row.locator("rect").all())
        outline = 1
        assert whole
        assert (filled["width"] if filled else 0) == pytest.approx(again / count * (whole["width"] - outline), abs=1)
        numbers = row.locator("td").last.bounding_box()
        assert numbers
        assert numbers["x"] + numbers["width"] <= width
    context.close()


@pytest.mark.browser
def test_with_a_script_the_figure_gives_way_to_the_check(opened: Page) -> None:
    expect(opened.locator(".laboratory-covered")).to_have_count(0)


@pytest.mark.book
def test_only_pages_of_the_laboratory_load_the_engine(site: Path) -> None:
    loading = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*.html")
        if f"{laboratory.FOLDER}/" in path.read_text(encoding="utf-8")
    }
    of_the_laboratory = {path.relative_to(site).as_posix() for path in (site / PAGE).parent.glob("*.html")}
    assert PAGE in of_the_laboratory
    assert loading == of_the_laboratory


# The code that is shown


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, list[float]]]:
    """The folder in which the Python that is shown ran, and each effect before and after the change."""
    folder = tmp_path_factory.mktemp("shown")
    rows = re.findall(r"^(\w+) (\S+) (\S+)$", shown_code.python("check-this-book", folder), flags=re.MULTILINE)
    return folder, {name: [float(before), float(after)] for name, before, after in rows}


@pytest.mark.slow
def test_the_code_that_is_shown_gives_the_book_and_what_the_page_gives_after_the_change(
    about: dict[str, Any], printed: tuple[Path, dict[str, list[float]]]
) -> None:
    here = asked("spoilt", book=about, fault="answer", person=0, item=about["scales"]["psr"][0])
    assert set(printed[1]) == set(about["effects"])
    for name, (before, after) in printed[1].items():
        key = f"mediation.{about['effects'][name]}.est"
        assert before == pytest.approx(about["numbers"][key], abs=1e-6)
        assert after == pytest.approx(here[key], abs=1e-6)


@pytest.mark.reference
@shown_code.needs_r
def test_the_r_that_is_shown_gives_the_same(printed: tuple[Path, dict[str, list[float]]]) -> None:
    folder, python = printed
    found = dict(shown_code.lavaan_rows(shown_code.r("check-this-book", folder)))
    assert set(found) == set(python)
    for name, numbers in found.items():
        assert numbers == pytest.approx(python[name], abs=6e-4)
