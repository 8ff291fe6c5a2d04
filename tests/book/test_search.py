"""The search of the built book: forty queries as people type them, what it weighs, and how it is used."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import finder
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from visits import noise, violations, wait_until, weight

from companion.book.search import synonyms
from companion.book.search.index import NAME

pytestmark = pytest.mark.book

LIGHT = 120_000
"""Bytes, compressed as a host does, that the first search of a reader may cost."""

FIRST = 3
"""Hits that a reader sees at a glance."""

GLOSSARY, NUMBERS = "using/glossary.html#term-", "using/every-number.html#"
QUERIES = {
    # what a term means
    "indirect effect": f"{GLOSSARY}indirect-effect",
    "what is a mediator": f"{GLOSSARY}mediator",
    "moderated mediation": f"{GLOSSARY}moderated-mediation",
    "PSR": f"{GLOSSARY}parasocial-relationship",
    "cronbach's alpha": f"{GLOSSARY}Cronbach-s-alpha",
    "confidence interval": f"{GLOSSARY}percentile-interval",
    "AIC": f"{GLOSSARY}AIC",
    "model fit": f"{GLOSSARY}model-fit",
    # a question of the book
    "p value": "method/sample.html#are-the-groups-alike",
    "how many followers is micro": "literature/influencer-tiers.html#where-does-micro-begin-and-end",
    "what should an influencer do": "implications/influencers.html",
    "PROCESS": "results/robustness.html",
    "sample size": "method/analysis-plan.html#fig-power",
    "degrees of freedom": "results/naive-output.html#how-many-degrees-of-freedom-does-the-model-have",
    "missing data": "method/sample.html#what-about-skipped-items",
    "limitations": "implications/limits.html",
    "R3": "literature/hypotheses.html#r3-with-a-reply-the-order-turns-over",
    "confounding": "results/robustness.html#how-strong-would-a-common-cause-have-to-be",
    "ethics": "method/experiment.html#is-it-fair-to-the-people",
    "own survey": "using/your-own-survey.html",
    "report an error": "using/errata.html",
    "exam questions": "using/teaching.html#what-could-you-ask-in-an-examination",
    "fake data": f"{GLOSSARY}simulated-data",
    # with a slip in it, or not yet at its end
    "mediaton": f"{GLOSSARY}mediator",
    "bootstap": f"{GLOSSARY}bootstrap",
    "parasocal": f"{GLOSSARY}parasocial-relationship",
    "percentile int": f"{GLOSSARY}percentile-interval",
    # another program's words, and other forms of a word
    "SPSS": f"{GLOSSARY}SPSS",
    "download data": "using/codebook.html#what-do-the-answers-mean",
    "mediating": f"{GLOSSARY}moderated-mediation",
    "influencers": f"{GLOSSARY}influencer",
    # Dutch
    "overtuigingskennis": f"{GLOSSARY}persuasion-knowledge",
    "persuasie kennis": f"{GLOSSARY}persuasion-knowledge",
    "betrouwbaarheid": f"{GLOSSARY}reliability",
    "volgers": "index.html#what-does-a-follower-see",
    "akkoord": "using/codebook.html#tab-codebook-before",
    # numbers, figures, tables, works
    "0.156": f"{NUMBERS}mediation-serial-reply-est",
    "0,156": f"{NUMBERS}mediation-serial-reply-est",
    "figure 14": "results/mediation.html#fig-path",
    "hayes 2022": "using/references.html#",
}
"""A query -> the address of what must be among the first hits; one that ends with # is any place on the page."""


@pytest.fixture(scope="module")
def answers(site: Path) -> dict[str, list[dict[str, Any]]]:
    """The hits of each query, from the script of the site."""
    return dict(zip(QUERIES, finder.find(site / NAME, *QUERIES), strict=True))


def leads(hit: dict[str, Any], to: str) -> bool:
    address = str(hit["href"]).removeprefix("chapters/")
    return address.startswith(to) if to.endswith("#") else address == to


def test_forty_queries_are_asked() -> None:
    assert len(QUERIES) == 40


@pytest.mark.parametrize("query", QUERIES)
def test_what_people_look_for_is_among_the_first_hits(answers: dict[str, list[dict[str, Any]]], query: str) -> None:
    first = answers[query][:FIRST]
    assert any(leads(hit, QUERIES[query]) for hit in first), [hit["href"] for hit in first]


def test_every_hit_leads_to_a_place_of_the_site_and_says_where_that_is(
    site: Path, answers: dict[str, list[dict[str, Any]]]
) -> None:
    pages: dict[str, str] = {}
    for hit in (hit for hits in answers.values() for hit in hits):
        name, _, anchor = hit["href"].partition("#")
        page = pages.setdefault(name, (site / name).read_text())
        assert not anchor or f'id="{anchor}"' in page, hit["href"]
        assert hit["trail"] or name == "index.html", hit["href"]


def test_every_synonym_finds_what_it_stands_for(site: Path) -> None:
    pairs = [(said, synonym.book) for synonym in synonyms.read().synonyms for said in synonym.typed]
    found = finder.find(site / NAME, *[said for pair in pairs for said in pair])
    lost = []
    for place, (typed, book) in enumerate(pairs):
        own = {hit["href"] for hit in found[2 * place + 1][:FIRST]}
        if not own or not any(hit["href"] in own for hit in found[2 * place]):
            lost.append((typed, book))
    assert lost == []


def test_the_first_search_is_light(site: Path) -> None:
    assert weight(site, [NAME]) <= LIGHT


def test_a_search_that_is_too_heavy_is_noticed(site: Path, tmp_path: Path) -> None:
    heavier = LIGHT - weight(site, [NAME]) + 1000
    ballast = random.Random(1).randbytes(heavier).hex()
    (tmp_path / "search.js").write_text(f"{(site / NAME).read_text()}/* {ballast} */")
    assert weight(tmp_path, ["search.js"]) > LIGHT


def test_nothing_of_the_search_of_sphinx_is_left(site: Path) -> None:
    names = ("searchindex.js", "searchtools.js", "language_data.js", "sphinx_highlight.js", "doctools.js")
    assert [path.name for path in site.rglob("*.js") if path.name in names] == []
    scripts = "".join(path.read_text() for path in (site / "_static/bundles").glob("*.js"))
    assert "sphinx_highlight_terms" not in scripts
    assert "SphinxHighlight" not in scripts


# In a browser

CHAPTER = "chapters/results/mediation.html"


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    opened.goto((site / CHAPTER).as_uri())
    yield opened
    opened.close()


def ask(page: Page, query: str) -> None:
    """Open the search by its key and type."""
    page.keyboard.press("Control+k")
    page.keyboard.type(query)
    expect(page.get_by_role("option").first).to_be_visible()


browser_test = pytest.mark.browser


@browser_test
def test_nothing_of_the_search_is_loaded_before_somebody_searches(site: Path, browser: Browser) -> None:
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((site / CHAPTER).as_uri())
    assert not [url for url in asked if url.endswith(NAME)]
    ask(page, "mediator")
    assert len([url for url in asked if url.endswith(NAME)]) == 1
    page.close()


@browser_test
@pytest.mark.parametrize("key", ["Control+k", "/"])
def test_a_key_opens_the_search_and_escape_closes_it(page: Page, key: str) -> None:
    focused = "document.activeElement.outerHTML.slice(0, 80)"
    before = page.evaluate(focused)
    page.keyboard.press(key)
    field = page.get_by_role("combobox", name="Search the book")
    expect(field).to_be_focused()
    expect(field).to_have_value("")
    page.keyboard.press("Escape")
    expect(field).to_be_hidden()
    wait_until(page, f"{focused} === {json.dumps(before)}")


@browser_test
def test_a_stroke_is_a_letter_where_somebody_writes(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("1/2")
    expect(page.get_by_role("combobox")).to_have_value("1/2")


@browser_test
def test_arrows_go_through_the_hits_and_enter_opens_one(page: Page) -> None:
    ask(page, "indirect effect")
    options, field = page.get_by_role("option"), page.get_by_role("combobox")
    expect(options.nth(0)).to_have_attribute("aria-selected", "true")
    for key, place in (("ArrowDown", 1), ("ArrowDown", 2), ("ArrowUp", 1), ("ArrowUp", 0), ("ArrowUp", -1)):
        page.keyboard.press(key)
        option = options.nth(place) if place >= 0 else options.last
        expect(option).to_have_attribute("aria-selected", "true")
        expect(field).to_have_attribute("aria-activedescendant", str(option.get_attribute("id")))
        expect(page.locator("[role=option][aria-selected=true]")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/glossary.html#term-indirect-effect")


@browser_test
def test_a_hit_on_the_same_page_closes_the_search(page: Page) -> None:
    ask(page, "figure 14")
    page.get_by_role("option").first.click()
    expect(page.get_by_role("combobox")).to_be_hidden()
    assert page.url.endswith("#fig-path")


def said(page: Page) -> Locator:
    """What the search says aloud; other parts of a page may speak too."""
    return page.get_by_role("search", name="Search the book").get_by_role("status")


@browser_test
def test_a_screen_reader_hears_kind_title_words_and_place_of_a_hit_and_how_many_there_are(page: Page) -> None:
    ask(page, "indirect effect")
    heard = page.get_by_role("option").first
    expect(heard).to_have_accessible_name(
        "Term indirect effect The part of an effect that runs through a mediator: the product of the links. "
        "Dutch: indirect effect. Using this book › What does that word mean?"
    )
    expect(page.get_by_role("listbox", name="What was found")).to_be_visible()
    expect(said(page)).to_have_text("20 hits, the best first")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "true")


@browser_test
def test_who_finds_nothing_is_told_what_to_try(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("qqqqqqqq")
    expect(said(page)).to_contain_text("Nothing found")
    expect(page.get_by_role("combobox")).to_have_attribute("aria-expanded", "false")


@browser_test
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_axe_and_the_policy_have_nothing_against_the_open_search(
    site: Path, browser: Browser, width: int, scheme: Any
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    heard = noise(page)
    page.goto((site / CHAPTER).as_uri())
    ask(page, "p value")
    assert violations(page) == []
    page.goto(f"{(site / 'search.html').as_uri()}?q=0.156")
    expect(page.get_by_role("option").first).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert heard == []
    page.close()


@browser_test
def test_the_page_that_is_opened_from_a_hit_and_the_next_one_are_not_marked(page: Page) -> None:
    ask(page, "p value")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sample.html*")
    assert page.locator("article mark, .highlighted").count() == 0
    page.goto(page.url.split("chapters/")[0] + CHAPTER)
    assert page.locator("article mark, .highlighted").count() == 0


@browser_test
def test_under_colours_of_the_reader_s_own_the_chosen_hit_has_a_frame(page: Page) -> None:
    ask(page, "bootstap")
    chosen = page.locator("[role=option][aria-selected=true]")
    read = "element => getComputedStyle(element).outlineStyle"
    assert chosen.evaluate(read) == "none"
    page.emulate_media(forced_colors="active")
    assert chosen.evaluate(read) == "solid"


@browser_test
def test_without_a_script_the_door_leads_to_a_page_with_other_ways(site: Path, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.locator("a.search-door:visible").first.click()
    page.wait_for_url("**/search.html")
    said = "The search runs in your browser and needs JavaScript."
    expect(page.locator("article")).to_contain_text(said, use_inner_text=True)
    expect(page.get_by_role("combobox")).to_be_hidden()
    for name in ("chapters", "glossary", "index", "number"):
        expect(page.locator("article ul a", has_text=name).first).to_be_visible()
    context.close()
