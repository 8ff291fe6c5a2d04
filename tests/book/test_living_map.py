"""The living map counts, judges, sorts and reads what Python does, to the eye, to the keyboard and aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shipped
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from small_pages import dressed
from visits import SIDEWAYS, noise, violations

from companion.book.sphinx import living_map
from companion.book.sphinx.subject import Subject
from companion.evidence import evidence_map, literature
from companion.evidence.effects import counted, judged
from companion.numbers import Registry
from companion.words import words

ROOT = Path(__file__).resolve().parents[2]
PAGE = "chapters/literature/evidence-map.html"
TEXT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, name: python3}
---

# A map?

```{living-map}
```
""" + "".join(
    f"""
```{{code-cell}} ipython3
---
mystnb: {{figure: {{name: tab-{name}, caption: Findings.}}}}
---
from companion import evidence
from companion.tables import literature as tables
tables.evidence(evidence.evidence_map(), {roles})
```
"""
    for name, roles in (("model", ["model"]), ("around", ["total", "neighbour", "rival"]))
)
MOVED = """
window.moved = 0;
new MutationObserver(seen => {
  for (const { target, removedNodes } of seen) if (target.tagName === "TBODY") window.moved += removedNodes.length;
}).observe(document, { subtree: true, childList: true });
"""
"""Counts the rows of tables that scripts take up to put them elsewhere."""

CHOICES: dict[str, dict[str, str]] = {
    "all": {},
    "a path": {"path": "psr_attitude"},
    "a direction": {"direction": "null"},
    "experiments": {"design": "experiment"},
    "a country": {"country": "USA"},
    "from a year": {"from": "2021"},
    "a span of years": {"from": "2018", "to": "2020"},
    "several at once": {"path": "psr_pk", "design": "experiment", "to": "2022"},
    "nothing left": {"path": "like_engagement", "direction": "against"},
    "what is no research among it": {"path": "psr_attitude", "to": "2022", "design": "survey"},
}


def fitting(choice: dict[str, str]) -> pd.DataFrame:
    """The findings under a choice, by what the evidence tables hold of each."""
    findings, evidence = evidence_map().findings, literature()
    printed = findings["source"].map(lambda source: evidence.works[source].year[:4])
    years = pd.to_numeric(printed, errors="coerce")
    fits = pd.Series(True, index=findings.index)
    for name in ("path", "direction", "design"):
        fits &= findings[name] == choice.get(name, findings[name])
    if "country" in choice:
        fits &= findings["country"].str.split(" (", regex=False).str[0] == choice["country"]
    if "from" in choice:
        fits &= years >= int(choice["from"])
    if "to" in choice:
        fits &= years <= int(choice["to"])
    return findings[fits]


def expected(findings: pd.DataFrame) -> dict[str, str]:
    """What the map says of each path when only these findings are left."""
    sides = words().under("evidence.directions")
    said = {}
    for path in evidence_map().paths.itertuples():
        here = findings[findings["path"] == path.path]
        counts = counted(here)
        works = counts.pop("studies")
        parts = ", ".join(f"{count} {sides[side]}" for side, count in counts.items() if count)
        start = f"{works} work{'s' * (works != 1)}: {parts}" if works else "No work"
        said[str(path.label)] = f"{start}. By the rule: {judged(here)}."
    return said


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the map and both tables, as a reader gets it."""
    references = "\n## References\n\n```{bibliography}\n:filter: docname in docnames\n```\n"
    sources = {"index": TEXT + references}
    about = Subject(shipped.study(), Registry([]))
    return dressed(tmp_path_factory.mktemp("map"), about, sources, "explorer.css", nb_execution_mode="force")


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    shown.goto(page.as_uri())
    yield shown
    shown.close()


def choose(page: Page, choice: dict[str, str]) -> None:
    for name, value in choice.items():
        page.locator(f"#living-map select[name={name}]").select_option(value)


def said(page: Page) -> dict[str, str]:
    lines = page.locator("#living-map .lm-path").all()
    return {line.locator(".lm-name").inner_text(): line.locator(".lm-said").inner_text() for line in lines}


def listed(page: Page, part: str) -> list[str]:
    """A cell of each finding that the tables show, in their order."""
    return page.locator(f"table.result tbody tr:visible > {part}").all_inner_texts()


# What Python hands over


def test_every_finding_is_a_dot_with_what_it_can_be_filtered_by() -> None:
    map_, evidence = evidence_map(), literature()
    html = BeautifulSoup(living_map.html(map_, evidence, words()), "html.parser")
    found = {str(dot["value"]): dict(dot.attrs) for dot in html.select(".lm-dots button")}
    assert len(found) == len(map_.findings)
    dot = found["finding-reply-psr-munnukka2019"]
    assert dot["aria-label"] == "Munnukka et al. (2019), Reaction → PSR: as expected"
    assert {name: dot[f"data-{name}"] for name in ("direction", "design", "year", "n", "country", "research")} == {
        "direction": "for",
        "design": "experiment",
        "year": "2019",
        "n": "203",
        "country": "not seen",
        "research": "true",
    }


def test_a_sign_stands_for_each_direction() -> None:
    assert set(living_map.SIGNS) == set(words().under("evidence.directions"))


def test_the_script_asks_for_no_words_that_it_is_not_handed() -> None:
    told = living_map.told(words())
    script = (living_map.HERE / "map.js").read_text(encoding="utf-8")
    assert set(re.findall(r"\bwords\.(\w+)", script)) == set(told)


# The page


@pytest.mark.browser
@pytest.mark.parametrize("choice", [pytest.param(choice, id=name) for name, choice in CHOICES.items()])
def test_counts_and_verdicts_under_a_choice_are_those_of_python(opened: Page, choice: dict[str, str]) -> None:
    findings = fitting(choice)
    choose(opened, choice)
    assert said(opened) == expected(findings)
    works = findings["source"].nunique()
    count = f"{len(findings)} finding{'s' * (len(findings) != 1)} of {works} work{'s' * (works != 1)} shown."
    expect(opened.locator("#living-map [role=status]")).to_have_text(count)


@pytest.mark.browser
def test_a_count_that_the_script_got_wrong_is_seen(opened: Page) -> None:
    opened.evaluate("document.querySelector('.lm-dots button').dataset.direction = 'against'")
    choose(opened, {"from": "2012"})
    assert said(opened) != expected(fitting({"from": "2012"}))


@pytest.mark.browser
def test_the_tables_show_the_findings_of_the_choice(opened: Page) -> None:
    choose(opened, {"design": "quasi-experiment"})
    assert len(listed(opened, "th")) == len(fitting({"design": "quasi-experiment"}))


@pytest.mark.browser
def test_experiments_only_and_the_design_are_one_choice(opened: Page) -> None:
    only, design = opened.get_by_label("Experiments only"), opened.locator("#living-map select[name=design]")
    only.check()
    expect(design).to_have_value("experiment")
    design.select_option("survey")
    expect(only).not_to_be_checked()


@pytest.mark.browser
@pytest.mark.parametrize(("order", "column"), [("study", "th"), ("direction", "td:nth-child(3)")])
def test_a_table_is_sorted_and_says_by_what(opened: Page, order: str, column: str) -> None:
    choose(opened, {"sort": order})
    first = opened.locator("table.result").first
    cells = first.locator(f"tbody tr > {column}").all_inner_texts()
    places = list(words().under("evidence.directions").values())
    wanted = sorted(cells, key=str.casefold) if order == "study" else sorted(cells, key=places.index)
    assert cells == wanted
    expect(first.locator("thead [aria-sort=ascending]")).to_have_count(1)


@pytest.mark.browser
@pytest.mark.parametrize(("order", "moves"), [("path", False), ("newest", True)])
def test_rows_move_only_where_another_order_is_asked_for(page: Path, browser: Browser, order: str, moves: bool) -> None:
    reader = browser.new_page()
    reader.add_init_script(MOVED)
    reader.goto(f"{page.as_uri()}#living-map&sort={order}")
    reader.locator(f"#living-map select[name=sort] option[value={order}]:checked").wait_for(state="attached")
    moved = reader.evaluate("window.moved")
    reader.close()
    assert (moved > 0) is moves


@pytest.mark.browser
def test_the_newest_study_comes_first_and_one_without_a_year_last(opened: Page) -> None:
    choose(opened, {"sort": "newest"})
    years = [re.findall(r"\d{4}|n\.d\.", cell)[-1] for cell in listed(opened, "th")]
    model = years[: len(evidence_map().findings.merge(evidence_map().paths.query("role == 'model'"), on="path"))]
    assert model == sorted(model, key=lambda year: -int(year) if year.isdigit() else 0)


@pytest.mark.browser
def test_by_keyboard_a_dot_reads_its_study_and_the_arrows_lead_to_the_next(opened: Page) -> None:
    opened.locator("#living-map button[type=reset]").focus()
    opened.keyboard.press("Tab")
    study = opened.locator(".lm-study")
    expect(study).to_be_visible()
    first = study.inner_text()
    assert "Reaction → PSR" in first
    opened.keyboard.press("ArrowRight")
    expect(opened.locator(".lm-dots button:focus")).to_have_attribute("aria-current", "true")
    assert study.inner_text() != first
    links = study.locator("a").count()
    for _ in range(links + 1):  # through the links of the study to the next path
        opened.keyboard.press("Tab")
    expect(study).to_contain_text("Comments × reaction")
    opened.keyboard.press("Escape")
    expect(study).to_be_hidden()


@pytest.mark.browser
def test_a_dot_is_called_by_its_study_and_described_by_what_was_found(opened: Page) -> None:
    dot = opened.locator("[value=finding-reply-psr-munnukka2019]")
    dot.focus()
    session = opened.context.new_cdp_session(opened)
    tree = session.send("Accessibility.getFullAXTree")["nodes"]
    named = {node["name"]["value"]: node for node in tree if node.get("name") and node["role"]["value"] == "button"}
    node = named["Munnukka et al. (2019), Reaction → PSR: as expected"]
    assert "Audience participation in a vlog raises the parasocial relationship" in node["description"]["value"]


@pytest.mark.browser
def test_every_state_has_an_address_that_opens_it_again(opened: Page, browser: Browser) -> None:
    choose(opened, {"path": "reply_psr", "from": "2019", "sort": "newest"})
    opened.locator("[value=finding-reply-psr-munnukka2019]").click()
    again = browser.new_page()
    again.goto(opened.url)
    assert said(again) == said(opened)
    assert again.locator(".lm-study").inner_text() == opened.locator(".lm-study").inner_text()
    assert listed(again, "th") == listed(opened, "th")
    again.close()


@pytest.mark.browser
@pytest.mark.parametrize("state", ["&path=nobody", '&study=x"]', "&from=%E0%A4%A", "&&=&path"])
def test_an_address_that_names_no_state_changes_nothing(opened: Page, page: Path, state: str) -> None:
    heard = noise(opened)
    before = said(opened)
    opened.goto("about:blank")
    opened.goto(f"{page.as_uri()}#living-map{state}")
    assert said(opened) == before
    assert heard == []


@pytest.mark.browser
def test_reset_shows_all_again(opened: Page) -> None:
    before = said(opened)
    choose(opened, {"path": "rival", "country": "China"})
    opened.locator("#living-map button[type=reset]").click()
    assert said(opened) == before
    assert opened.url.endswith("#living-map")


@pytest.mark.browser
def test_no_identifier_is_given_twice_while_a_study_is_read(opened: Page) -> None:
    opened.locator(".lm-dots button").first.click()
    names = opened.evaluate("[...document.querySelectorAll('article [id]')].map(element => element.id)")
    assert len(names) == len(set(names))


@pytest.mark.browser
def test_without_a_script_the_tables_are_whole_and_the_map_is_not_there(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(f"{page.as_uri()}#finding-reply-psr-munnukka2019")
    expect(shown.locator("#living-map")).to_be_hidden()
    assert len(listed(shown, "th")) == len(evidence_map().findings)
    expect(shown.locator("#finding-reply-psr-munnukka2019")).to_be_in_viewport()
    context.close()


@pytest.mark.browser
def test_paper_has_every_finding_whatever_is_chosen(opened: Page) -> None:
    choose(opened, {"path": "rival"})
    opened.emulate_media(media="print")
    expect(opened.locator("#living-map")).to_be_hidden()
    assert len(listed(opened, "th")) == len(evidence_map().findings)


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Path, browser: Browser, scheme: Any, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    shown.goto(page.as_uri())
    shown.locator(".lm-dots button").first.click()
    assert [fault for fault in violations(shown) if "living-map" in fault or "lm-" in fault] == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert width > 600 or shown.evaluate(SIDEWAYS) == []
    shown.close()


@pytest.mark.browser
def test_on_a_phone_every_control_is_large_enough_to_touch(page: Path, browser: Browser) -> None:
    shown = browser.new_page(viewport={"width": 390, "height": 844}, has_touch=True)
    shown.goto(page.as_uri())
    sizes = [control.bounding_box() for control in shown.locator("#living-map :is(select, button):visible").all()]
    assert all(size and size["width"] >= 24 and size["height"] >= 24 for size in sizes)
    shown.close()


@pytest.mark.browser
def test_in_the_readers_own_colours_the_chosen_dot_has_a_frame_and_signs_can_be_seen(opened: Page) -> None:
    opened.emulate_media(forced_colors="active")
    dots = opened.locator(".lm-dots button")
    dots.nth(1).click()

    def drawn(place: int, name: str) -> str:
        return str(dots.nth(place).evaluate("(dot, name) => getComputedStyle(dot)[name]", name))

    assert drawn(1, "borderTopColor") != drawn(0, "borderTopColor")
    assert drawn(0, "color") != drawn(0, "backgroundColor")


# The book


@pytest.mark.book
@pytest.mark.browser
def test_the_chapters_page_has_the_map_and_asks_nobody_else(site: Path, browser: Browser) -> None:
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    heard = noise(shown)
    shown.goto((site / PAGE).as_uri())
    assert said(shown) == expected(evidence_map().findings)
    shown.locator("[value=finding-reply-psr-munnukka2019]").click()
    expect(shown.locator(".lm-study a").first).to_have_attribute("href", re.compile("#id"))
    assert heard == []
    shown.close()


@pytest.mark.book
def test_no_other_page_loads_the_map(site: Path) -> None:
    having = [path for path in site.rglob("*.html") if "_living-map" in path.read_text(encoding="utf-8")]
    assert [str(path.relative_to(site)) for path in having] == [PAGE]
