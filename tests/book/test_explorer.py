"""The explorer shows the book's own numbers in every state, to the eye, to the keyboard and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest
import shipped
from bs4 import BeautifulSoup, Tag
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect
from small_pages import application, build
from visits import AXE, noise

from companion import numbers
from companion.book.sphinx import explorer
from companion.book.sphinx.roles import row_id
from companion.book.sphinx.subject import Subject
from companion.numbers import Number, Registry
from companion.study import Study
from companion.survey.design import DESIGN

ROOT = Path(__file__).resolve().parents[2]
PAGE = "chapters/results/explorer.html"
FIRST = "index.html"
"""The page with the small form."""
TITLES = {"psr": "Parasocial relationship", "pk": "Persuasion knowledge", "pa": "Product attitude"}
STATES = list(product(DESIGN.valences, DESIGN.interactions))
NAMES = [f"{valence}-{interaction}" for valence, interaction in STATES]


def expected(valence: str, interaction: str) -> set[str]:
    """The keys that a state shows, written out: means, paths, what arrives."""
    of_means = {
        f"predicted.{construct}.{valence}.{interaction}.{part}" for construct in TITLES for part in ("est", "ci")
    }
    effects = ("psr", "direct_pk", "direct_pa", "serial", "total_pa")
    of_effects = {f"mediation.{effect}.{interaction}.{part}" for effect in effects for part in ("est", "ci")}
    shared = {f"mediation.path.{label}.{part}" for label in ("d", "b", "c") for part in ("est", "ci")}
    return of_means | of_effects | shared


BASES = sorted({key.rpartition(".")[0] for state in STATES for key in expected(*state)})


def planted(key: str) -> Number:
    """A number whose value says which it is: no two keys that the explorer asks for print alike."""
    base, _, part = key.rpartition(".")
    value = 1.5 + 0.05 * BASES.index(base)
    interval = (value - 0.25, value + 0.25)
    return replace(Number.plain(key, value), interval=interval) if part == "est" else Number.plain(key, interval)


def states() -> list[explorer.State]:
    return explorer.states(TITLES, planted)


def sections(html: str) -> dict[str, Tag]:
    """The states of an explorer by name."""
    return {str(part["data-state"]): part for part in BeautifulSoup(html, "html.parser").select(".explorer .state")}


def differences(html: str, registry: Registry) -> list[str]:
    """What an explorer shows that is not the registry's number for that state, and what it lacks."""
    faults = []
    for valence, interaction in STATES:
        shown = {
            str(link["data-num"]): link.get_text()
            for link in sections(html)[f"{valence}-{interaction}"].select("a.num")
        }
        wanted = {row_id(key): registry[key].printed() for key in expected(valence, interaction)}
        faults += [
            f"{valence}-{interaction} {row}: {shown.get(row)!r} is not {wanted.get(row)!r}"
            for row in sorted({*shown, *wanted})
            if shown.get(row) != wanted.get(row)
        ]
    return faults


def registry_of_plants() -> Registry:
    return Registry(planted(key) for key in sorted({key for state in STATES for key in expected(*state)}))


def test_every_state_shows_its_own_numbers() -> None:
    assert differences(explorer.html(states(), "every-number.html"), registry_of_plants()) == []


def test_a_wrong_number_in_one_state_is_seen() -> None:
    html = explorer.html(states(), "every-number.html")
    key = "predicted.pa.negative.reply.est"
    wrong = re.sub(rf'(data-num="{row_id(key)}">)[^<]+', r"\g<1>9.99", html)
    assert [fault.split(":")[0] for fault in differences(wrong, registry_of_plants())] == [
        f"negative-reply {row_id(key)}"
    ]


def test_the_sign_stands_at_the_mean_and_the_line_at_its_interval() -> None:
    found = states()
    for state, section in zip(found, sections(explorer.html(found, "")).values(), strict=True):
        for mean, track in zip(state.means.values(), section.select(".means .track"), strict=True):
            value = float(mean.est.value)  # type: ignore[arg-type]
            sign, line = track.select_one(".chosen"), track.select_one(".interval")
            assert sign is not None
            assert line is not None
            left, width = (float(number) for number in re.findall(r"[\d.]+(?=%)", str(line["style"])))
            assert float(re.findall(r"[\d.]+", str(sign["style"]))[0]) == pytest.approx((value - 1) / 0.06, abs=0.01)
            assert left == pytest.approx((value - 0.25 - 1) / 0.06, abs=0.01)
            assert width == pytest.approx(0.5 / 0.06, abs=0.02)


def test_the_line_of_a_path_is_as_wide_as_the_path_is_large() -> None:
    found = states()
    largest = max(float(est.value) for state in found for est, _ in state.paths.values())  # type: ignore[arg-type]
    for state, section in zip(found, sections(explorer.html(found, "")).values(), strict=True):
        for path, (est, interval) in state.paths.items():
            drawn = section.select_one(f".path-{path}")
            assert drawn is not None
            width = float(re.findall(r"--width:([\d.]+)px", str(drawn["style"]))[0])
            assert width == pytest.approx(5 * float(est.value) / largest, abs=0.01)  # type: ignore[arg-type]
            assert [link.get_text() for link in drawn.select("a.num")] == [est.printed(), interval.printed()]


def test_what_arrives_is_drawn_about_zero_where_its_numbers_say() -> None:
    found = states()
    reach = max(bound for state in found for _, ci in state.sums.values() for bound in ci.value)  # type: ignore[union-attr]
    for state, section in zip(found, sections(explorer.html(found, "")).values(), strict=True):
        for name, (est, _) in state.sums.items():
            value = float(est.value)  # type: ignore[arg-type]
            row = section.select_one(f".sum-{name}")
            assert row is not None
            at, line = row.select_one(".at"), row.select_one(".interval")
            assert at is not None
            assert line is not None
            left, width = (float(number) for number in re.findall(r"[\d.]+(?=%)", str(line["style"])))
            assert float(re.findall(r"[\d.]+", str(at["style"]))[0]) == pytest.approx(50 + 50 * value / reach, abs=0.01)
            assert left == pytest.approx(50 + 50 * (value - 0.25) / reach, abs=0.01)
            assert width == pytest.approx(50 * 0.5 / reach, abs=0.02)


def test_what_is_said_of_a_mean_keeps_its_name_and_its_number_apart() -> None:
    found = states()
    for state, section in zip(found, sections(explorer.html(found, "")).values(), strict=True):
        said = [" ".join(row.get_text().split()) for row in section.select(".mean.said")]
        assert said == [f"{mean.title} {mean.est.printed()} {mean.ci.printed()}" for mean in state.means.values()]


@pytest.mark.parametrize("simulated", [True, False])
def test_a_state_is_marked_exactly_when_the_survey_is_simulated(simulated: bool) -> None:
    found = explorer.states(TITLES, lambda key: replace(planted(key), simulated=simulated))
    marked = [part.select_one(".simtag") is not None for part in sections(explorer.html(found, "")).values()]
    assert marked == [simulated] * 6


def test_one_choice_is_made_in_each_group_from_the_start() -> None:
    page = BeautifulSoup(explorer.html(states(), ""), "html.parser")
    groups = [[box.get("value") for box in group.select("input[checked]")] for group in page.select("fieldset")]
    assert groups == [["negative"], ["none"]]
    assert all(group.select_one("legend") for group in page.select("fieldset"))


@pytest.fixture(scope="module")
def registry() -> Registry:
    return numbers.collect(Study(shipped.SURVEY))


@pytest.mark.book
def test_the_page_shows_the_numbers_of_the_registry(site: Path, registry: Registry) -> None:
    assert differences((site / PAGE).read_text(), registry) == []


@pytest.mark.book
@pytest.mark.parametrize("page", ["index.html", "chapters/results/mediation.html"])
def test_a_reader_finds_the_way_to_it(site: Path, page: str) -> None:
    links = BeautifulSoup((site / page).read_text(), "html.parser").select("article a[href]")
    assert [link for link in links if str(link["href"]).split("#")[0].endswith("explorer.html")]


@pytest.fixture
def opened(site: Path, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.goto((site / getattr(request, "param", PAGE)).as_uri())
    yield page
    page.close()


def visible(page: Page) -> dict[str, str]:
    """The numbers that the explorer shows now: row -> text."""
    links = page.locator("#explorer a.num:visible")
    rows = links.evaluate_all("links => links.map(link => [link.dataset.num, link.textContent])")
    return dict(rows)


def choose(page: Page, valence: str, interaction: str) -> None:
    """Go to a state by keyboard alone, from wherever the explorer stands."""
    for group, wanted in (("valence", valence), ("interaction", interaction)):
        page.locator(f"#explorer input[name=explorer-{group}]:checked").focus()
        while page.evaluate("document.activeElement.value") != wanted:
            page.keyboard.press("ArrowRight")


@pytest.mark.browser
@pytest.mark.book
def test_by_keyboard_every_state_shows_exactly_the_registrys_numbers(opened: Page, registry: Registry) -> None:
    heard = noise(opened)
    for valence, interaction in STATES:
        choose(opened, valence, interaction)
        wanted = {row_id(key): registry[key].printed() for key in expected(valence, interaction)}
        assert visible(opened) == wanted, (valence, interaction)
    assert heard == []


@pytest.mark.browser
@pytest.mark.book
def test_the_keyboard_comes_from_one_group_to_the_next_and_sees_where_it_is(opened: Page) -> None:
    opened.locator("#explorer input[name=explorer-valence]:checked").focus()
    met = []
    for _ in range(5):
        opened.keyboard.press("Tab")
        met.append(opened.evaluate("document.activeElement.name || document.activeElement.dataset.reaction"))
        assert opened.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    assert met == ["like", "reply", "like", "reply", "explorer-interaction"]


@pytest.mark.browser
@pytest.mark.book
def test_a_new_state_is_said_aloud_with_its_numbers(opened: Page, registry: Registry) -> None:
    status = opened.locator("#explorer [role=status]")
    assert status.text_content() == ""
    choose(opened, "negative", "reply")
    said = str(status.text_content())
    assert said.startswith("With negative comments and a reply, the model predicts")
    for construct, title in TITLES.items():
        key = f"predicted.{construct}.negative.reply"
        assert f"{title} {registry[f'{key}.est'].printed()} {registry[f'{key}.ci'].printed()}" in said
    assert registry["mediation.total_pa.reply.est"].printed() in said


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("name", NAMES)
def test_a_state_has_an_address(opened: Page, name: str) -> None:
    choose(opened, *name.split("-"))
    if name != NAMES[3]:  # where it starts, nothing changes
        assert opened.url.endswith(f"#{name}")
    opened.goto(opened.url.split("#")[0] + f"#{name}")
    opened.reload()
    expect(opened.locator(f".state-{name}")).to_be_visible()
    expect(opened.locator("#explorer .state:visible")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.book
def test_an_address_that_names_no_state_changes_nothing(opened: Page) -> None:
    opened.goto(opened.url + "#a-b'c\"]")
    opened.reload()
    expect(opened.locator("#explorer .state:visible")).to_have_count(1)
    expect(opened.locator(".state-negative-none")).to_be_visible()


@pytest.mark.browser
@pytest.mark.book
def test_without_a_script_the_figure_stands_there_and_choosing_works_too(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto((site / PAGE).as_uri())
    figure = page.locator("figure#fig-predicted img")
    expect(figure).to_be_visible()
    assert "Product attitude" in str(figure.get_attribute("alt"))
    page.locator("#explorer label", has_text="Reply").click()
    expect(page.locator("#explorer .state:visible")).to_have_count(1)
    expect(page.locator(".state-negative-reply")).to_be_visible()
    expect(page.locator("#explorer .when-negative:visible", has_text="Thank you, Jonas")).to_have_count(1)
    expect(page.locator("#explorer button:visible")).to_have_count(0)
    context.close()


@pytest.mark.browser
@pytest.mark.book
def test_a_number_of_the_explorer_has_its_card(opened: Page) -> None:
    choose(opened, "positive", "like")
    number = opened.locator("#explorer .state-positive-like a.num").first
    number.hover()
    expect(opened.locator("#card")).to_contain_text("companion.analysis.predictions.predict")


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_in_any_state_and_no_state_is_too_wide(
    site: Path, browser: Browser, scheme: Any, width: int
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto((site / PAGE).as_uri())
    page.evaluate(AXE.read_text())
    found = {}
    for valence, interaction in STATES:
        choose(page, valence, interaction)
        violations = page.evaluate("axe.run('#explorer', {resultTypes: ['violations'], preload: false})")["violations"]
        found[valence, interaction] = [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in violations]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()
    assert not any(found.values()), found


@pytest.mark.browser
@pytest.mark.book
def test_on_a_phone_every_choice_is_large_enough_to_touch(site: Path, browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((site / PAGE).as_uri())
    boxes = [label.bounding_box() for label in page.locator("#explorer label").all()]
    page.close()
    assert len(boxes) == 5
    assert all(box is not None and min(box["width"], box["height"]) >= 24 for box in boxes)


@pytest.mark.browser
@pytest.mark.book
def test_paper_has_the_figure_in_place_of_the_explorer(opened: Page) -> None:
    opened.emulate_media(media="print")
    expect(opened.locator("#explorer")).to_be_hidden()
    expect(opened.locator("figure#fig-predicted img")).to_be_visible()


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_in_the_readers_own_colours_the_drawing_and_the_choice_can_still_be_seen(
    site: Path, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme, forced_colors="active")
    page.goto((site / PAGE).as_uri())
    style = "name => getComputedStyle(document.querySelector(name)).backgroundColor"
    ground, interval = (page.evaluate(style, name) for name in ("#explorer", "#explorer .state .interval"))
    assert len({ground, interval, "rgba(0, 0, 0, 0)"}) == 3
    chosen, other = (middle(page.locator(f"#explorer input{which}").first) for which in (":checked", ":not(:checked)"))
    assert sum(abs(one - two) for one, two in zip(chosen, other, strict=True)) > 300
    page.close()


def middle(shown: Locator) -> tuple[int, int, int]:
    """The colour in the middle of what is drawn, as red, green and blue up to 255."""
    picture = Image.open(BytesIO(shown.screenshot())).convert("RGB")
    red, green, blue = np.asarray(picture)[picture.height // 2, picture.width // 2]
    return int(red), int(green), int(blue)


# The post


DRAWN = {f"{valence}-{w}": (ROOT / f"_static/stimulus-{valence}-{w}.svg").read_text() for valence, w in STATES}
LINE = re.compile(r'<g fill="[^"]*" transform="translate\([^)]*\) scale\([^)]*\)">(.*?)</g>')


def drawn_lines(drawing: str) -> list[list[str]]:
    """The letters of each line of a drawn post, as names of outlines."""
    return [re.findall(r'href="#(g\d+)"', line) for line in LINE.findall(drawing)]


def written_lines(valence: str, interaction: str) -> list[str]:
    """What the explorer's post says in a state, in the order of the drawing."""
    post = BeautifulSoup(explorer.html(states(), ""), "html.parser").select_one(".post")
    assert post is not None
    others = {"positive": "negative", "negative": "positive"}
    for gone in post.select(f".when-{others[valence]}, fieldset, button"):
        gone.decompose()
    for reaction in {"like", "reply"} - {interaction}:
        for gone in post.select(f".when-{reaction}"):
            gone.decompose()
    return [" ".join(text.split()) for text in post.stripped_strings]


def misread(drawing: str, written: list[str]) -> str:
    """Where a drawn post and what is written differ: each letter has one outline, and no other letter has it."""
    outlines = [letter for line in drawn_lines(drawing) for letter in line]
    letters = [letter for text in written for letter in "".join(text.split())]
    if len(outlines) != len(letters):
        return f"{len(outlines)} letters are drawn and {len(letters)} written"
    # Names are set in a bolder letter, whose outlines are others.
    read: dict[str, str] = {}
    for outline, letter in zip(outlines, letters, strict=True):
        if read.setdefault(outline, letter) != letter:
            return f"the outline of {read[outline]} stands for {letter}"
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_the_post_says_what_the_drawn_post_says(name: str) -> None:
    assert misread(DRAWN[name], written_lines(*name.split("-"))) == ""


def test_a_post_with_other_words_is_seen() -> None:
    written = [text.replace("soaked", "dripped") for text in written_lines("negative", "none")]
    assert "are drawn and" in misread(DRAWN["negative-none"], written)
    swapped = [text.replace("week", "year") for text in written_lines("negative", "none")]
    assert "stands for" in misread(DRAWN["negative-none"], swapped)


@pytest.mark.parametrize(
    "picture", [(ROOT / "_static/post-photo.svg").read_text(), explorer.FACE], ids=["photo", "face"]
)
def test_the_pictures_of_the_post_are_those_of_the_drawn_posts(picture: str) -> None:
    inside = re.sub(r"^<svg[^>]*>(<title>[^<]*</title>)?|</svg>\s*$", "", picture)
    assert len(inside) > 200
    assert [inside in drawing for drawing in DRAWN.values()] == [True] * 6


@pytest.mark.browser
@pytest.mark.book
def test_hearts_and_replies_are_pressed_in_the_post_and_pressed_again_are_taken_back(opened: Page) -> None:
    for reaction, name in (("like", "Like the comment of noor.vdb"), ("reply", "Reply to jonas_e")):
        button = opened.get_by_role("button", name=name, exact=True)
        button.press("Enter")
        expect(opened.locator(f".state-negative-{reaction}")).to_be_visible()
        expect(opened.get_by_role("button", name=name, exact=True, pressed=True)).to_be_focused()
        expect(opened.locator("#explorer button[aria-pressed=true]")).to_have_count(2)  # she treats both comments alike
        expect(opened.locator(f"#explorer input[value={reaction}]")).to_be_checked()
        button.press("Enter")
        expect(opened.locator(".state-negative-none")).to_be_visible()
        expect(opened.locator("#explorer button[aria-pressed=true]")).to_have_count(0)


@pytest.mark.browser
@pytest.mark.book
def test_a_pressed_heart_is_said_aloud_with_the_new_means_and_kept_in_the_address(opened: Page) -> None:
    opened.get_by_role("button", name="Like the comment of jonas_e").click()
    expect(opened.locator("#explorer [role=status]")).to_contain_text("With negative comments and a like")
    assert opened.url.endswith("#negative-like")


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("name", NAMES)
def test_who_hears_the_post_hears_the_comments_and_what_was_done_with_them(opened: Page, name: str) -> None:
    valence, interaction = name.split("-")
    choose(opened, valence, interaction)
    heard = opened.get_by_role("group", name="A post of lotte.buiten, drawn for this book").aria_snapshot()
    assert 'img "A white water bottle' in heard
    assert 'list "Comments"' in heard
    assert ("Mine leaked after a week." in heard) == (valence == "negative")
    assert ("Would buy it again." in heard) == (valence == "positive")
    assert heard.count("liked by lotte.buiten") == 2 * (interaction == "like")
    assert heard.count("thanks for telling us!") == (interaction == "reply")
    assert re.findall(r'button "(.*?)"( \[pressed\])?', heard) == [
        (said, " [pressed]" if interaction == what else "")
        for person in ("noor.vdb", "jonas_e")
        for what, said in (("like", f"Like the comment of {person}"), ("reply", f"Reply to {person}"))
    ]


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("width", [1440, 360])
def test_the_letters_of_the_post_have_sixteen_pixels(site: Path, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.goto((site / PAGE).as_uri())
    choose(page, "negative", "reply")
    sizes = page.locator("#explorer .post *:visible").evaluate_all(
        """all => all.filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
            .filter(one => !one.closest(".visually-hidden")).map(one => parseFloat(getComputedStyle(one).fontSize))"""
    )
    page.close()
    assert len(sizes) > 15
    assert 16 <= min(sizes) <= max(sizes) <= 18


OVERLAPS = """([every]) => {
  const visible = [...document.querySelectorAll("#explorer .state")].find(state => state.offsetParent);
  const boxes = [...visible.querySelectorAll(every)].map(one => [one, one.getBoundingClientRect()]);
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 0.5
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 0.5;
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([other, b]) => meet(a, b))
    .map(([other]) => `${one.closest("[class]").parentElement.className} ${other.parentElement.className}`));
}"""
SIGNS, WEIGHTS = ".track .mk path", ".paths .weight, .paths .box"


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("width", [360, 768, 1024, 1440])
def test_no_sign_and_no_number_lies_on_another(site: Path, browser: Browser, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto((site / PAGE).as_uri())
    found = {}
    for valence, interaction in STATES:
        choose(page, valence, interaction)
        found[valence, interaction] = [page.evaluate(OVERLAPS, [every]) for every in (SIGNS, WEIGHTS)]
    page.close()
    assert found == {state: [[], []] for state in STATES}


@pytest.mark.browser
@pytest.mark.book
def test_signs_in_one_lane_are_seen_to_lie_on_one_another(opened: Page) -> None:
    low = "signs => signs.forEach(sign => sign.style.setProperty('top', '0', 'important'))"
    opened.locator("#explorer .ghost").evaluate_all(low)
    assert opened.evaluate(OVERLAPS, [SIGNS])


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
def test_signs_move_to_their_new_places_unless_a_reader_wants_calm(
    site: Path, browser: Browser, motion: Literal["no-preference", "reduce"]
) -> None:
    page = browser.new_page(reduced_motion=motion)
    page.goto((site / PAGE).as_uri())
    moved = page.evaluate(
        """() => {
          document.querySelector("#explorer button[data-reaction=reply]").click();
          const moving = document.getAnimations().map(one => one.effect.target).filter(one => one.closest(".track"));
          return moving.map(one => one.className.split(" ")[0]);
        }"""
    )
    page.close()
    assert sorted(moved) == ([] if motion == "reduce" else sorted(3 * ["chosen"] + 5 * ["interval"] + 2 * ["at"]))


def test_a_mean_stands_on_a_scale_of_another_length() -> None:
    found = explorer.states(TITLES, planted, (0, 10))
    html = explorer.html(found, "")
    value = next(iter(found[0].means.values())).est.value
    assert isinstance(value, float)
    assert f"left:{10 * value:.2f}%" in html
    digits = BeautifulSoup(html, "html.parser").select(".digits")[0]
    assert [span.get_text() for span in digits.select("span")] == [str(number) for number in range(11)]
    assert "on scales from 0 to 10" in html
    # The style sheet draws a stroke at each of them.
    assert {str(means["style"]) for means in BeautifulSoup(html, "html.parser").select(".means")} == {"--steps:10"}


# The small form


on_the_first_page = pytest.mark.parametrize("opened", [FIRST], indirect=True)


def expected_small(valence: str, interaction: str) -> set[str]:
    """The keys that a state of the small form shows: the attitude, and what reaches it in total."""
    bases = (f"predicted.pa.{valence}.{interaction}", f"mediation.total_pa.{interaction}")
    return {f"{base}.{part}" for base in bases for part in ("est", "ci")}


def small(simulated: bool = True) -> str:
    found = explorer.states(TITLES, lambda key: replace(planted(key), simulated=simulated), small=True)
    return explorer.html(found, "every-number.html", whole="whole.html")


def test_the_small_form_shows_the_attitude_and_its_total_in_each_state_and_nothing_else() -> None:
    for name, section in sections(small()).items():
        wanted = {row_id(key): planted(key).printed() for key in expected_small(*name.split("-"))}
        assert {str(link["data-num"]): link.get_text() for link in section.select("a.num")} == wanted
        assert section.select(".ghost, .paths") == []


def test_the_small_form_is_the_same_post_with_the_same_choices() -> None:
    posts = [BeautifulSoup(html, "html.parser").select_one(".post") for html in (small(), explorer.html(states(), ""))]
    assert posts[0] == posts[1]


@pytest.mark.parametrize("simulated", [True, False])
def test_the_small_form_says_in_each_state_when_the_survey_is_simulated(simulated: bool) -> None:
    marked = [part.select_one(".simtag") is not None for part in sections(small(simulated)).values()]
    assert marked == [simulated] * 6


def test_only_the_small_form_leads_to_the_whole_one() -> None:
    ways = [
        [link["href"] for link in BeautifulSoup(html, "html.parser").select(".explorer-whole")]
        for html in (small(), explorer.html(states(), ""))
    ]
    assert ways == [["whole.html"], []]


@pytest.mark.slow
@pytest.mark.parametrize(("page", "told"), [("gone", 1), ("index", 0)])
def test_a_small_form_that_leads_to_no_page_is_told_with_its_place(tmp_path: Path, page: str, told: int) -> None:
    text = f"# A post\n\nWords.\n\n```{{explorer}}\n:small: {page}\n```\n"
    keys = sorted({key for state in STATES for key in expected_small(*state)})
    numbers_of = "companion.analysis.mediation.analyse"
    about = Subject(shipped.study(), Registry(replace(planted(key), function=numbers_of) for key in keys))
    [pages] = build(application(tmp_path, about, {"index": text}))
    heard = [line for line in pages.complaints if line.startswith("index.md:5")]
    assert sum("explorer: there is no page gone" in line for line in heard) == len(heard) == told


@pytest.mark.browser
@pytest.mark.book
@on_the_first_page
def test_on_the_first_page_every_state_shows_the_registrys_numbers_by_keyboard_and_aloud(
    opened: Page, registry: Registry
) -> None:
    heard = noise(opened)
    for valence, interaction in STATES:
        choose(opened, valence, interaction)
        printed = {row_id(key): registry[key].printed() for key in expected_small(valence, interaction)}
        assert visible(opened) == printed, (valence, interaction)
        said = str(opened.locator("#explorer [role=status]").text_content())
        reaction = {"none": "no reaction", "like": "a like", "reply": "a reply"}[interaction]
        assert said.startswith(f"With {valence} comments and {reaction}, the model predicts this mean")
        assert all(text in said for text in printed.values())
    assert heard == []


@pytest.mark.browser
@pytest.mark.book
@on_the_first_page
def test_the_small_form_is_pressed_in_its_post_and_leads_to_the_same_state_of_the_whole_one(opened: Page) -> None:
    opened.get_by_role("button", name="Reply to jonas_e").press("Enter")
    expect(opened.locator("#explorer .state:visible")).to_have_count(1)
    expect(opened.locator("#explorer .state-negative-reply .simtag")).to_be_visible()
    opened.get_by_role("link", name="This version with all three means and every path").click()
    opened.wait_for_url("**/explorer.html#negative-reply")
    expect(opened.locator("#explorer .state-negative-reply .paths")).to_be_visible()


@pytest.mark.browser
@pytest.mark.book
def test_the_small_form_works_without_a_script(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto((site / FIRST).as_uri())
    page.locator("#explorer label", has_text="Like").click()
    expect(page.locator("#explorer .state:visible")).to_have_count(1)
    expect(page.locator(".state-negative-like")).to_be_visible()
    expect(page.locator("#explorer button:visible")).to_have_count(0)
    context.close()


@pytest.mark.browser
@pytest.mark.book
@on_the_first_page
def test_in_the_readers_own_colours_the_small_form_shows_its_interval_and_its_choice(opened: Page) -> None:
    opened.emulate_media(forced_colors="active")
    style = "name => getComputedStyle(document.querySelector(name)).backgroundColor"
    ground, interval = (opened.evaluate(style, name) for name in ("#explorer", "#explorer .state .interval"))
    assert len({ground, interval, "rgba(0, 0, 0, 0)"}) == 3
    chosen, other = (
        middle(opened.locator(f"#explorer input{which}").first) for which in (":checked", ":not(:checked)")
    )
    assert sum(abs(one - two) for one, two in zip(chosen, other, strict=True)) > 300


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_phone_axe_finds_nothing_in_the_small_form_and_it_shows_what_moves_while_one_presses(
    site: Path, browser: Browser, scheme: Any
) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844}, color_scheme=scheme)
    page.goto((site / FIRST).as_uri())
    page.evaluate(AXE.read_text())
    for valence, interaction in STATES:
        choose(page, valence, interaction)
        violations = page.evaluate("axe.run('#explorer', {resultTypes: ['violations'], preload: false})")["violations"]
        assert [f"{v['id']}: {v['nodes'][0]['html'][:120]}" for v in violations] == []
        press, moves = page.locator("#explorer button").first, page.locator(f".state-{valence}-{interaction} .arrives")
        top, end = press.bounding_box(), moves.bounding_box()
        assert top is not None
        assert end is not None
        assert end["y"] + end["height"] - top["y"] < 844
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()
