"""The walk through the chain: one drawing from the numbers of the book, and five steps that each light their part."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shipped
from bs4 import Tag
from playwright.sync_api import Browser, Page, expect
from small_pages import Pages, application, build, dressed, number
from visits import SIDEWAYS, violations

from companion.book.sphinx import chain_walk
from companion.book.sphinx.chain_walk import STEPS, THICKEST, THINNEST
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.survey.design import DESIGN

ROOT = Path(__file__).resolve().parents[2]
VALUES = {key: round(0.9 - 0.13 * place, 3) for place, key in enumerate(chain_walk.keys(DESIGN))}
"""A value of its own for each number of the drawing; the largest is the first path, the later ones turn negative."""
WRITTEN = "```{chain-walk}\n" + "".join(f"{place}. Step {place}.\n" for place in range(1, 6)) + "```\n"


def about(values: dict[str, float] = VALUES) -> Subject:
    return Subject(shipped.study(), Registry([number(key, value) for key, value in values.items()]))


def pages(folder: Path, text: str, subject: Subject | None = None) -> Pages:
    (built,) = build(application(folder, subject or about(), {"index": f"# A page\n\n{text}"}))
    return built


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages(tmp_path_factory.mktemp("walk"), WRITTEN)


@pytest.fixture(scope="module")
def walk(written: Pages) -> Tag:
    found = written.article().select_one(".walk")
    assert found is not None
    return found


@pytest.mark.slow
def test_a_page_with_a_walk_is_built_without_complaint(written: Pages) -> None:
    assert written.complaints == []


@pytest.mark.slow
def test_every_number_of_the_drawing_is_printed_in_it_once_as_the_book_prints_it(walk: Tag) -> None:
    shown = " ".join(text.get_text() for text in walk.select(".walk-view text"))
    printed = [one.printed() for one in about().registry.values()]
    assert [len(re.findall(rf"(?<![\d.−]){re.escape(value)}(?!\d)", shown)) for value in printed] == [1] * len(printed)


def test_the_steps_of_the_chapter_say_every_number_of_the_drawing_which_is_no_link() -> None:
    chapter = (ROOT / "chapters/results/mediation.md").read_text(encoding="utf-8")
    [steps] = re.findall(r"^```\{chain-walk\}\n(.*?)^```$", chapter, re.MULTILINE | re.DOTALL)
    shown = chain_walk.keys(DESIGN)
    assert [key for key in shown if f"{{num}}`{key}`" not in steps] == []


@pytest.mark.slow
def test_a_line_is_as_wide_as_its_path_is_large(walk: Tag) -> None:
    widths = [float(str(line["stroke-width"])) for line in walk.select(".walk-line")]
    sizes = [abs(VALUES[road.key]) for road in chain_walk.ROADS]
    per_point = THICKEST / max(sizes)
    assert widths == pytest.approx([max(size * per_point, THINNEST) for size in sizes], abs=0.006)


@pytest.mark.slow
def test_whoever_hears_the_drawing_hears_every_path_with_its_number(walk: Tag) -> None:
    drawing = walk.select_one(".walk-view svg")
    assert drawing is not None
    heard = str(drawing["aria-label"])
    assert [road.key for road in chain_walk.ROADS if about().registry[road.key].printed() not in heard] == []


def test_each_step_shows_the_one_drawing_again_and_says_what_it_is_about(walk: Tag) -> None:
    steps = walk.select("li")
    assert [step["class"] for step in steps] == [[f"walk-{name}"] for name in STEPS]
    assert [step.select("svg use")[0]["href"] for step in steps] == [f"#{chain_walk.DRAWING}"] * len(STEPS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "subject", "said"),
    [
        ("```{chain-walk}\n1. One.\n2. Two.\n```", about(), "one numbered list of 5 steps"),
        ("```{chain-walk}\nWords.\n```", about(), "one numbered list of 5 steps"),
        (WRITTEN, about({"mediation.psr.none.est": 0.1}), "mediation.psr.like.est"),
    ],
)
def test_a_slip_in_a_walk_is_told_with_its_place(tmp_path: Path, text: str, subject: Subject, said: str) -> None:
    complaints = "\n".join(pages(tmp_path / "pages", text, subject).complaints)
    assert re.search(r"index\.md:\d+", complaints)
    assert said in complaints


# In a browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    filled = "".join(f"{place}. **Step {place}** " + "has words. " * 60 + "\n" for place in range(1, 6))
    text = f"# A page\n\n```{{chain-walk}}\n{filled}```\n\n" + "After it. " * 400
    return dressed(tmp_path_factory.mktemp("dressed"), about(), {"index": text}, "explorer.css")


def opened(browser: Browser, page: Path, **settings: Any) -> Page:
    context = browser.new_context(**{"viewport": {"width": 1440, "height": 900}, "bypass_csp": True, **settings})
    shown = context.new_page()
    shown.goto(page.as_uri())
    return shown


@pytest.fixture(params=[1440, 390])
def walked(browser: Browser, page: Path, request: pytest.FixtureRequest) -> Iterator[Page]:
    shown = opened(browser, page, viewport={"width": request.param, "height": 844})
    yield shown
    shown.context.close()


@pytest.mark.browser
def test_the_buttons_go_from_step_to_step_and_light_its_part_of_the_drawing(walked: Page) -> None:
    drawing = walked.locator(".walk-view > svg")
    walked.get_by_role("button", name="Next").press("Enter")
    expect(drawing).to_have_class("walk-later")
    expect(walked.locator(".walk [role=status]")).to_contain_text("Step 2")
    walked.get_by_role("button", name="Back").press("Enter")
    expect(drawing).to_have_class("walk-first")


AT_REST = """() => new Promise(rested => {
  let last = -1;
  const look = () => scrollY === last ? rested() : (last = scrollY, setTimeout(look, 200));
  look();
})"""


@pytest.mark.browser
@pytest.mark.parametrize("size", [(1440, 900), (820, 1100), (390, 844), (390, 660)])
def test_a_step_that_a_button_goes_to_stays_lit_and_begins_where_it_can_be_read(
    browser: Browser, page: Path, size: tuple[int, int]
) -> None:
    width, height = size
    shown = opened(browser, page, viewport={"width": width, "height": height})
    shown.locator("#chain-walk").evaluate("walk => walk.scrollIntoView()")
    shown.evaluate(AT_REST)
    drawing, buttons = shown.locator(".walk-view > svg"), shown.locator(".walk-buttons")
    expect(drawing).to_have_class("walk-first")
    for place, name in enumerate(STEPS[1:], start=1):
        shown.get_by_role("button", name="Next").press("Enter")
        shown.evaluate(AT_REST)
        expect(drawing).to_have_class(f"walk-{name}")
        step, above = shown.locator(".walk li").nth(place).bounding_box(), buttons.bounding_box()
        assert step is not None
        assert above is not None
        beside = step["x"] > above["x"] + above["width"]
        assert (0 if beside else above["y"] + above["height"]) <= step["y"] < height - 100
    shown.context.close()


@pytest.mark.browser
def test_scrolling_lights_the_part_of_the_step_that_is_read_while_the_drawing_stays_in_sight(walked: Page) -> None:
    for place, name in ((3, "other"), (4, "total")):
        walked.locator(".walk li").nth(place).evaluate("step => step.scrollIntoView({block: 'center'})")
        walked.mouse.wheel(0, 1)
        expect(walked.locator(".walk-view > svg")).to_have_class(f"walk-{name}")
        top = walked.locator(".walk-view > svg").evaluate("drawing => drawing.getBoundingClientRect().top")
        assert 0 <= top < 844


@pytest.mark.browser
def test_what_a_step_is_not_about_is_faint_and_its_numbers_are_gone(walked: Page) -> None:
    walked.locator(".walk li").first.evaluate("step => step.scrollIntoView({block: 'center'})")
    opacities = {"walk-is-first": "1", "walk-is-other": "0.18", "walk-if-first": "1", "walk-if-other": "0"}
    for name, opacity in opacities.items():
        expect(walked.locator(f".walk-view .{name}").first).to_have_css("opacity", opacity)


@pytest.mark.browser
def test_while_one_walks_the_drawing_is_there_once(walked: Page) -> None:
    expect(walked.locator(".walk-view > svg:visible")).to_have_count(1)
    expect(walked.locator(".walk-small:visible")).to_have_count(0)


@pytest.mark.browser
def test_axe_finds_nothing_in_the_walk_and_nothing_is_too_wide(walked: Page) -> None:
    assert [fault for fault in violations(walked) if "walk" in fault] == []
    assert walked.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert walked.evaluate("innerWidth > 600") or walked.evaluate(SIDEWAYS) == []


@pytest.mark.browser
@pytest.mark.parametrize("settings", [{"java_script_enabled": False}, {"reduced_motion": "reduce"}])
def test_without_a_script_or_motion_there_are_five_figures(
    browser: Browser, page: Path, settings: dict[str, Any]
) -> None:
    shown = opened(browser, page, **settings)
    widths = [one.bounding_box() for one in shown.locator(".walk-small").all()]
    assert [box is not None and box["width"] >= 240 for box in widths] == [True] * len(STEPS)
    expect(shown.locator(".walk button:visible")).to_have_count(0)
    shown.context.close()


@pytest.mark.browser
def test_paper_has_five_figures_as_well(browser: Browser, page: Path) -> None:
    shown = opened(browser, page)
    shown.evaluate("dispatchEvent(new Event('beforeprint'))")
    shown.emulate_media(media="print")
    assert [one.is_visible() for one in shown.locator(".walk-small").all()] == [True] * len(STEPS)
    shown.context.close()
