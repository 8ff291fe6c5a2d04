"""The living forest plot groups, filters, sorts and reads the effects that Python converted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import shipped
from bs4 import BeautifulSoup
from playwright.sync_api import Browser, Page, expect
from small_pages import dressed
from visits import SIDEWAYS, noise, violations

from companion.book.sphinx import living_forest, living_map
from companion.book.sphinx.subject import Subject
from companion.evidence import forest, literature
from companion.numbers import Registry
from companion.words import words

ROOT = Path(__file__).resolve().parents[2]
PAGE = "chapters/literature/evidence-map.html"
TEXT = """---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, name: python3}
---

# A plot?

```{living-map}
```

```{code-cell} ipython3
---
mystnb: {figure: {name: tab-findings, caption: Findings.}}
---
from companion import evidence
from companion.tables import literature as tables
tables.evidence(evidence.evidence_map())
```

```{living-forest}
```

```{code-cell} ipython3
---
mystnb: {figure: {name: tab-conversions, caption: Conversions.}}
---
tables.conversions(evidence.forest())
```

## References

```{bibliography}
:filter: docname in docnames
```
"""
EFFECTS = forest().effects


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with the map, the plot and their tables, as a reader gets it."""
    about = Subject(shipped.study(), Registry([]))
    return dressed(tmp_path_factory.mktemp("forest"), about, {"index": TEXT}, "explorer.css", nb_execution_mode="force")


@pytest.fixture
def opened(page: Path, browser: Browser) -> Iterator[Page]:
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    shown.goto(page.as_uri())
    yield shown
    shown.close()


def choose(page: Page, **choice: str) -> None:
    for name, value in choice.items():
        page.locator(f"#living-forest select[name={name}]").select_option(value)


def lines(page: Page) -> list[str]:
    """The lines that are shown, from above."""
    return page.locator("#living-forest .lm-dots button:visible").evaluate_all("lines => lines.map(line => line.value)")


def listed(page: Page) -> list[str]:
    """The rows of the table of conversions that are shown, from above."""
    return page.locator("tr[id^=effect-]:visible").evaluate_all("rows => rows.map(row => row.id)")


def anchors(effects: Any) -> list[str]:
    rows = zip(effects["path"], effects["source"], effects["outcome"], strict=True)
    return [f"effect-{path.replace('_', '-')}-{source}-{what.replace(' ', '-')}" for path, source, what in rows]


# What Python hands over


def test_every_effect_is_a_line_with_its_correlation_where_the_scale_has_it() -> None:
    html = BeautifulSoup(living_forest.html(forest(), literature(), words()), "html.parser")
    found = html.select(".lm-dots button")
    assert [str(line["value"]) for line in found] == anchors(EFFECTS)
    places = [float(str(line.select_one("circle")["cx"])) for line in found]  # type: ignore[index]
    zero = float(re.findall(r"[\d.]+", str(html.select_one(".lm-zero")["d"]))[0])  # type: ignore[index]
    unit = (places[0] - zero) / EFFECTS["r"][0]
    assert places == pytest.approx([zero + unit * r for r in EFFECTS["r"]], abs=0.2)


def test_a_line_says_its_study_its_size_and_its_interval_and_is_hollow_without_one() -> None:
    html = BeautifulSoup(living_forest.html(forest(), literature(), words()), "html.parser")
    said = {str(line["value"]): line for line in html.select(".lm-dots button")}
    trust = said["effect-valence-attitude-xiao2023-trust"]
    assert trust.get_text(" ", strip=True) == "Xiao (2023), trust .23 [.03, .42]"
    friendship = said["effect-reply-psr-lacap2024-friendship"]
    assert friendship.get_text(" ", strip=True) == "Lacap et al. (2024), friendship .75"
    fills = [line.select_one("circle")["fill"] for line in (trust, friendship)]  # type: ignore[index]
    assert fills == ["currentColor", "none"]
    assert (trust["data-design"], trust["data-how"], trust["data-year"], trust["data-n"]) == (
        "experiment",
        "means",
        "2023",
        "89",
    )


def test_the_script_asks_for_no_words_that_map_and_plot_do_not_hand_it() -> None:
    script = (living_map.HERE / "map.js").read_text(encoding="utf-8")
    asked = set(re.findall(r"\bwords\.(\w+)", script))
    told = living_forest.told(words())
    assert set(told) < asked
    assert asked - set(told) == {"rule", "sides", "verdicts", "verdict", "part"}


# The page


@pytest.mark.browser
@pytest.mark.parametrize(
    ("choice", "column"),
    [({"path": "psr_attitude"}, "path"), ({"how": "means"}, "how"), ({"path": "psr_attitude", "how": "r"}, "both")],
    ids=["a path", "a conversion", "both"],
)
def test_a_choice_leaves_its_effects_in_plot_and_table(opened: Page, choice: dict[str, str], column: str) -> None:
    left = EFFECTS[(EFFECTS[list(choice)] == list(choice.values())).all(axis=1)]
    assert 0 < len(left) < len(EFFECTS)
    choose(opened, **choice)
    assert lines(opened) == listed(opened) == anchors(left)
    works = left["source"].nunique()
    count = f"{len(left)} effects of {works} works shown."
    expect(opened.locator("#living-forest [role=status]")).to_have_text(count)


@pytest.mark.browser
def test_a_choice_that_fits_nothing_says_so(opened: Page) -> None:
    choose(opened, path="reply_psr", how="beta")
    assert lines(opened) == listed(opened) == []
    expect(opened.locator("#living-forest .lm-said").first).to_have_text("No effect is left here.")


@pytest.mark.browser
def test_together_and_by_size_they_stand_in_the_order_of_their_correlations(opened: Page) -> None:
    choose(opened, group="all", sort="size")
    ordered = EFFECTS.sort_values("r", ascending=False, kind="stable")
    assert lines(opened) == listed(opened) == anchors(ordered)
    assert opened.locator("#living-forest .lm-path:visible").count() == 1
    choose(opened, group="path", sort="path")
    assert lines(opened) == listed(opened) == anchors(EFFECTS)


@pytest.mark.browser
@pytest.mark.parametrize("group", living_forest.GROUPS[:-1])
def test_in_every_grouping_an_effect_stands_in_its_own_group(opened: Page, group: str) -> None:
    table = living_forest.rows(forest(), literature())
    choose(opened, group=group)
    shown = opened.locator("#living-forest .lm-path:visible")
    assert shown.count() == table[group].nunique()
    for each in shown.all():
        key = each.get_attribute("data-key")
        inside = each.locator("button").evaluate_all("lines => lines.map(line => line.value)")
        assert inside == list(table.loc[table[group] == key, "anchor"])


@pytest.mark.browser
def test_the_plot_leaves_the_map_alone_and_the_map_the_plot(opened: Page) -> None:
    dots = opened.locator("#living-map .lm-dots button:visible").count()
    choose(opened, path="psr_attitude")
    assert opened.locator("#living-map .lm-dots button:visible").count() == dots
    opened.locator("#living-map select[name=path]").select_option("reply_psr")
    assert len(lines(opened)) == (EFFECTS["path"] == "psr_attitude").sum()


@pytest.mark.browser
def test_by_keyboard_a_line_reads_where_its_effect_comes_from_and_the_next_stands_below(opened: Page) -> None:
    opened.locator("#living-forest button[type=reset]").focus()
    opened.keyboard.press("Tab")
    opened.keyboard.press("Tab")
    study = opened.locator("#living-forest .lm-study")
    choose(opened, group="all")
    opened.locator("#living-forest .lm-dots button").first.focus()
    expect(study).to_contain_text("goes with the friendship side of PSR")
    opened.keyboard.press("ArrowDown")
    expect(study).to_contain_text("brand credibility")
    opened.keyboard.press("Escape")
    expect(study).to_be_hidden()


@pytest.mark.browser
def test_every_state_has_an_address_that_opens_it_again(opened: Page, browser: Browser) -> None:
    choose(opened, group="design", how="means", sort="largest")
    opened.locator("[value=effect-valence-attitude-xiao2023-trust]").click()
    again = browser.new_page()
    again.goto(opened.url)
    assert lines(again) == lines(opened)
    assert again.locator("#living-forest .lm-study").inner_text() == opened.locator(".lm-study:visible").inner_text()
    again.close()


@pytest.mark.browser
def test_no_identifier_is_given_twice_while_effect_and_study_are_read(opened: Page) -> None:
    opened.locator("#living-map .lm-dots button").first.click()
    opened.locator("#living-forest .lm-dots button").first.click()
    names = opened.evaluate("[...document.querySelectorAll('article [id]')].map(element => element.id)")
    assert len(names) == len(set(names))


@pytest.mark.browser
def test_without_a_script_the_table_is_whole_and_the_plot_is_not_there(page: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    shown = context.new_page()
    shown.goto(page.as_uri())
    expect(shown.locator("#living-forest")).to_be_hidden()
    assert listed(shown) == anchors(EFFECTS)
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_axe_finds_nothing_and_nothing_is_too_wide(page: Path, browser: Browser, scheme: Any, width: int) -> None:
    shown = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme, bypass_csp=True)
    shown.goto(page.as_uri())
    shown.locator("#living-forest .lm-dots button").first.click()
    assert [fault for fault in violations(shown) if "living-forest" in fault or "lm-" in fault] == []
    assert shown.evaluate("document.documentElement.scrollWidth") <= width
    assert width > 600 or shown.evaluate(SIDEWAYS) == []
    sizes = [control.bounding_box() for control in shown.locator("#living-forest :is(select, button):visible").all()]
    assert all(size and size["width"] >= 24 and size["height"] >= 24 for size in sizes)
    shown.close()


# The book


@pytest.mark.book
@pytest.mark.browser
def test_the_chapters_page_has_the_plot_once_with_its_script(site: Path, browser: Browser) -> None:
    shown = browser.new_page(viewport={"width": 1440, "height": 900})
    heard = noise(shown)
    shown.goto((site / PAGE).as_uri())
    assert lines(shown) == anchors(EFFECTS)
    assert shown.locator("script[src*='_living-map']").count() == 1
    assert heard == []
    shown.close()
