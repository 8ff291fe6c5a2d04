"""A guide through a figure: it names parts that the figure has, and frames each where its marks lie."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
import shipped
from bs4 import Tag
from figures.planted import RESULTS
from playwright.sync_api import Browser, Locator, Page, expect
from small_pages import Pages, application, build, dressed
from visits import violations

from companion.book.sphinx.subject import Subject
from companion.figures.style import Figure
from companion.numbers import Registry

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("zero", "draws-reply", "interval-reply")
GUIDE = """```{figure-guide} fig-planted
- [zero] Begin *here*.
- [draws-reply] Then the cloud.
- [interval-reply] At last the line.
```"""


@pytest.fixture(scope="module")
def figure() -> Figure:
    return RESULTS["conditional_effects"]()


def notebook(figure: Figure, guide: str) -> str:
    """A chapter with a figure, as it is once its cells have run, and what is written below it."""
    shown = {"name": "fig-planted", "caption": "What was planted."}
    output = {"output_type": "display_data", "metadata": {}, "data": figure._repr_mimebundle_()}
    cells = [
        {"cell_type": "markdown", "metadata": {}, "source": "# A page"},
        {
            "cell_type": "code",
            "metadata": {"mystnb": {"figure": shown, "image": {"alt": "A figure."}}},
            "source": "figure",
            "execution_count": 1,
            "outputs": [output],
        },
        {"cell_type": "markdown", "metadata": {}, "source": guide},
    ]
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 4})


def pages(folder: Path, figure: Figure, guide: str) -> Pages:
    about = Subject(shipped.study(), Registry([]))
    (built,) = build(application(folder, about, {"index.ipynb": notebook(figure, guide)}, numfig=True))
    return built


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, figure: Figure) -> Pages:
    return pages(tmp_path_factory.mktemp("guide"), figure, GUIDE)


@pytest.fixture(scope="module")
def items(written: Pages) -> list[Tag]:
    return list(written.article().select("figure .figure-guide li"))


@pytest.mark.slow
def test_a_page_with_a_guide_is_built_without_complaint(written: Pages) -> None:
    assert written.complaints == []


@pytest.mark.slow
def test_the_guide_stands_between_the_picture_and_its_caption(written: Pages) -> None:
    parts = written.article().select("figure > :is(picture, .figure-guide, figcaption)")
    assert [part.name for part in parts] == ["picture", "details", "figcaption"]


def test_an_item_says_what_was_written_of_its_part(items: list[Tag]) -> None:
    assert [item.get_text() for item in items] == ["Begin here.", "Then the cloud.", "At last the line."]


@pytest.mark.slow
@pytest.mark.parametrize(("place", "drawing"), [(0, "data-wide"), (1, "data-narrow")])
def test_an_item_knows_where_its_part_lies_in_each_drawing(
    items: list[Tag], figure: Figure, place: int, drawing: str
) -> None:
    told = [tuple(float(share) for share in str(item[drawing]).split()) for item in items]
    assert told == [figure.parts[name][place] for name in PARTS]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("guide", "said"),
    [
        ("```{figure-guide} fig-planted\nWords.\n```", "is not one list"),
        ("```{figure-guide} fig-planted\n- Words.\n```", "does not begin with the name of a part"),
        ("```{figure-guide} fig-other\n- [zero] Words.\n```", "no figure 'fig-other' on its page"),
        ("```{figure-guide} fig-planted\n- [nil] Words.\n```", "has no part nil; it has draws-like, draws-none"),
    ],
)
def test_a_slip_in_a_guide_is_told_with_its_place_and_the_page_is_built(
    tmp_path: Path, figure: Figure, guide: str, said: str
) -> None:
    built = pages(tmp_path / "pages", figure, guide)
    [complaint] = built.complaints
    assert re.search(r"index\.ipynb:\d+", complaint)
    assert said in complaint
    assert built.article().select_one("figure img") is not None


def test_six_figures_of_the_book_have_a_guide() -> None:
    guided = [
        name
        for chapter in sorted((ROOT / "chapters").rglob("*.md"))
        for name in re.findall(r"^```\{figure-guide\} (\S+)$", chapter.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert sorted(guided) == [
        "fig-claims",
        "fig-power",
        "fig-predicted",
        "fig-psr-cells",
        "fig-serial",
        "fig-specifications",
    ]


# In a browser


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory, figure: Figure) -> Path:
    about = Subject(shipped.study(), Registry([]))
    sources = {"index.ipynb": notebook(figure, GUIDE)}
    return dressed(tmp_path_factory.mktemp("dressed"), about, sources, "explorer.css", numfig=True)


@pytest.fixture(params=[1440, 390])
def opened(page: Path, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, reduced_motion="reduce", bypass_csp=True
    )
    shown = context.new_page()
    shown.goto(page.as_uri())
    shown.locator(".figure-guide > summary").focus()
    shown.keyboard.press("Enter")
    expect(shown.locator(".figure-guide li:visible")).to_have_count(1)  # told of the opening only after it
    yield shown
    context.close()


def framed(page: Page) -> list[float]:
    """Left, top, width and height of the frame in per cent of the picture, as they are on the screen."""
    return page.evaluate(
        """() => {
          const [frame, picture] = [".figure-guide-veil > span", ".is-guided img"]
            .map(name => document.querySelector(name).getBoundingClientRect());
          return [
            (frame.left - picture.left) / picture.width, (frame.top - picture.top) / picture.height,
            frame.width / picture.width, frame.height / picture.height,
          ].map(share => 100 * share);
        }"""
    )


@pytest.mark.browser
def test_each_part_is_framed_where_the_drawing_in_sight_has_it(opened: Page, figure: Figure) -> None:
    narrow = opened.evaluate("innerWidth <= 600")
    for place, name in enumerate(PARTS, start=1):
        expect(opened.locator(".figure-guide-steps span")).to_have_text(f"{place} / {len(PARTS)}")
        assert framed(opened) == pytest.approx(figure.parts[name][narrow], abs=0.4)
        if place < len(PARTS):
            opened.get_by_role("button", name="Next").press("Enter")


@pytest.mark.browser
def test_one_part_is_read_at_a_time_and_the_way_back_leads_to_the_one_before(opened: Page) -> None:
    shown = opened.locator(".figure-guide li:visible")
    expect(shown).to_have_text("Begin here.")
    opened.get_by_role("button", name="Next").press("Enter")
    expect(shown).to_have_text("Then the cloud.")
    opened.get_by_role("button", name="Back").press("Enter")
    expect(shown).to_have_text("Begin here.")


@pytest.mark.browser
def test_where_there_is_no_further_part_the_focus_is_on_the_button_that_still_works(opened: Page) -> None:
    onwards, back = opened.get_by_role("button", name="Next"), opened.get_by_role("button", name="Back")
    expect(back).to_be_disabled()
    for _ in PARTS[1:]:
        onwards.press("Enter")
    expect(onwards).to_be_disabled()
    expect(back).to_be_focused()


@pytest.mark.browser
def test_closing_the_guide_takes_the_frame_away(opened: Page) -> None:
    expect(opened.locator(".figure-guide-veil")).to_have_count(1)
    opened.locator(".figure-guide > summary").press("Enter")
    expect(opened.locator(".figure-guide-veil")).to_have_count(0)


@pytest.mark.browser
def test_axe_finds_nothing_in_an_open_guide_and_nothing_is_too_wide(opened: Page) -> None:
    assert [fault for fault in violations(opened) if "figure-guide" in fault] == []
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_under_the_reader_s_own_colours_the_frame_is_in_ink_on_the_picture_s_paper_and_the_rest_is_dimmed(
    opened: Page, scheme: Literal["light", "dark"]
) -> None:
    opened.emulate_media(forced_colors="active", color_scheme=scheme)
    frame, paper = opened.locator(".figure-guide-veil > span"), opened.locator(".is-guided img")
    assert style(frame, "boxShadow") != "none"
    assert (style(frame, "borderTopColor"), style(frame, "borderTopWidth")) == (style(paper, "--ink"), "3px")
    assert style(paper, "backgroundColor") == style(paper, "--paper")


@pytest.mark.browser
def test_under_the_reader_s_own_colours_a_button_that_leads_nowhere_is_grey_and_not_faint(opened: Page) -> None:
    opened.emulate_media(forced_colors="active")
    back, onwards = (opened.get_by_role("button", name=name) for name in ("Back", "Next"))
    assert style(back, "opacity") == "1"
    assert style(back, "color") != style(onwards, "color")


def style(element: Locator, name: str) -> str:
    """A style as the browser computed it, a custom property as the colour that it names."""
    return str(
        element.evaluate(
            """(element, name) => {
              const style = getComputedStyle(element);
              if (!name.startsWith("--")) return style[name];
              const probe = document.body.appendChild(document.createElement("i"));
              probe.style.cssText = `forced-color-adjust: none; color: ${style.getPropertyValue(name)}`;
              const colour = getComputedStyle(probe).color;
              probe.remove();
              return colour;
            }""",
            name,
        )
    )


@pytest.mark.browser
def test_without_a_script_the_guide_unfolds_to_its_whole_list(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    shown.locator(".figure-guide > summary").press("Enter")
    expect(shown.locator(".figure-guide li:visible")).to_have_count(len(PARTS))
    expect(shown.locator(".figure-guide button:visible")).to_have_count(0)
    context.close()
