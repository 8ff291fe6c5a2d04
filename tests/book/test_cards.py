"""Numbers, terms and citations answer with one card, to mouse, keyboard and finger, and without a script as links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from parsed_pages import parsed
from playwright.sync_api import Browser, Locator, Page, expect
from visits import violations

from companion.book.site import leftovers
from companion.book.sphinx import terms

NUMBER, TERM, CITATION = "a.num", "a:has(> .std-term)", ".bibtex-citation a"
ANSWERING = pytest.mark.parametrize("kind", [NUMBER, TERM, CITATION], ids=["number", "term", "citation"])


# The list of terms at the foot of a page


def linked(anchor: str, words: str = "word") -> nodes.reference:
    return nodes.reference(
        "", "", nodes.inline("", words, classes=["xref", "std", "std-term"]), refuri=f"g.html#{anchor}"
    )


def document(*links: nodes.Node) -> nodes.document:
    made = nodes.document(None, None)  # type: ignore[arg-type]
    made += nodes.paragraph("", "", *links)
    return made


def test_the_terms_of_a_page_stand_in_the_order_of_their_first_use_and_once() -> None:
    assert terms.used(document(linked("term-b"), linked("term-a"), linked("term-b"))) == ["term-b", "term-a"]


def test_a_link_to_another_page_is_no_term() -> None:
    assert terms.used(document(nodes.reference("", "the next chapter", refuri="next.html#start"))) == []


def test_words_that_share_an_explanation_both_have_it() -> None:
    definition = nodes.definition("", nodes.paragraph("", "Wide enough."))
    names = [nodes.term("", name, ids=[f"term-{name}"]) for name in ("one", "two")]
    glossary = document()
    glossary += nodes.definition_list("", nodes.definition_list_item("", *names, definition))
    found = terms.explanations(glossary)
    assert {anchor: (term.astext(), said.astext()) for anchor, (term, said) in found.items()} == {
        "term-one": ("one", "Wide enough."),
        "term-two": ("two", "Wide enough."),
    }


def test_a_citation_has_no_second_text_beside_its_card() -> None:
    page = BeautifulSoup('<span class="bibtex-citation"><a href="#id1" title="Hu">Hu, 1999</a></span>', "html.parser")
    leftovers.remove(page)
    assert page.select("[title]") == []


# Every link that answers has its text on its own page


def without_text(page: BeautifulSoup) -> list[str]:
    before = {NUMBER: "n-", TERM: "t-", CITATION: ""}
    links = [
        (start + str(link["href"]).partition("#")[2], link)
        for kind, start in before.items()
        for link in page.select(kind)
    ]
    return [str(link) for identifier, link in links if not _says_something(page.find(id=identifier))]


def _says_something(text: Any) -> bool:
    return isinstance(text, Tag) and len(text.get_text()) > 10


@pytest.mark.book
def test_every_number_term_and_citation_has_its_text_on_its_own_page(pages: list[Path]) -> None:
    for path in pages:
        assert without_text(parsed(path)) == [], path.name


@pytest.mark.parametrize(
    "link",
    [
        '<a class="num" href="every-number.html#a">1</a>',
        '<a href="glossary.html#term-a"><span class="std-term">a</span></a>',
        '<span class="bibtex-citation"><a href="../references.html#id1">A (2020)</a></span>',
    ],
)
def test_a_link_whose_text_is_missing_is_found(link: str) -> None:
    assert len(without_text(BeautifulSoup(link, "html.parser"))) == 1


# The card in a browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page(viewport={"width": 1440, "height": 900})
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def chapter(pages: list[Path]) -> str:
    """The address of a chapter that has all three kinds of links."""
    return next(
        path.as_uri()
        for path in pages
        if all(parsed(path).select(f"article {kind}") for kind in (NUMBER, TERM, CITATION))
    )


def card(page: Page) -> Locator:
    return page.locator("#card")


def text_of(page: Page, link: Locator) -> str:
    """What the page itself says of the target of a link, in its lists and references."""
    target = str(link.get_attribute("href")).partition("#")[2]
    found = page.locator(f"[id='n-{target}'] p, [id='t-{target}'] p, [id='{target}'].citation > p")
    return " ".join(found.all_text_contents())


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_a_link_answers_to_the_mouse_with_the_text_of_its_page(chapter: str, page: Page, kind: str) -> None:
    page.goto(chapter)
    link = page.locator(kind).first
    link.hover()
    expect(card(page)).to_be_visible()
    said = " ".join(card(page).locator("p").all_text_contents())
    assert said == text_of(page, link) != ""
    page.mouse.move(0, 0)
    expect(card(page)).to_be_hidden()


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_the_mouse_can_move_onto_the_card_without_losing_it(chapter: str, page: Page, kind: str) -> None:
    page.goto(chapter)
    page.locator(kind).first.hover()
    expect(card(page)).to_be_visible()
    card(page).hover()
    page.wait_for_timeout(600)
    expect(card(page)).to_be_visible()


def reach(page: Page, link: Locator) -> None:
    """Come to a link with the keyboard."""
    page.keyboard.press("Tab")
    link.focus()


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_a_link_answers_to_the_keyboard_and_escape_closes_the_card(chapter: str, page: Page, kind: str) -> None:
    page.goto(chapter)
    link = page.locator(kind).first
    reach(page, link)
    expect(card(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(card(page)).to_be_hidden()
    expect(link).to_be_focused()
    assert link.get_attribute("aria-describedby") is None


@pytest.mark.browser
@pytest.mark.book
def test_the_keyboard_walks_from_a_number_through_its_card_to_what_follows(chapter: str, page: Page) -> None:
    page.goto(chapter)
    number = page.locator(NUMBER).first
    reach(page, number)
    links = card(page).locator("a")
    for place in range(links.count()):
        page.keyboard.press("Tab")
        expect(links.nth(place)).to_be_focused()
    page.keyboard.press("Tab")
    stops = "main :is(a[href], button, summary):not(#card *)"
    order = f"[...document.querySelectorAll('{stops}')].filter(one => one.checkVisibility())"
    reached = page.evaluate(f"{order}.indexOf(document.activeElement)")
    assert reached == 1 + number.evaluate(f"link => {order}.indexOf(link)")


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("key", ["Shift+Tab", "Escape"])
def test_the_keyboard_comes_back_from_a_card_to_its_number(chapter: str, page: Page, key: str) -> None:
    page.goto(chapter)
    number = page.locator(NUMBER).first
    reach(page, number)
    page.keyboard.press("Tab")
    page.keyboard.press(key)
    expect(number).to_be_focused()
    expect(card(page)).to_be_visible(visible=key == "Shift+Tab")


@pytest.mark.browser
@pytest.mark.book
def test_a_card_leads_to_the_source_of_its_function(chapter: str, page: Page) -> None:
    page.goto(chapter)
    reach(page, page.locator(NUMBER).first)
    link = card(page).locator(".n-src a").first
    function = str(link.text_content())
    link.click()
    page.wait_for_url(re.compile(rf"_modules/companion/.+#{function.rpartition('.')[2]}$"))
    assert page.evaluate("document.querySelector(':target') !== null")


@pytest.mark.browser
@pytest.mark.book
def test_the_card_stays_until_the_reader_goes_on(chapter: str, page: Page) -> None:
    page.goto(chapter)
    for kind in (NUMBER, TERM, CITATION):
        reach(page, page.locator(kind).first)
        page.wait_for_timeout(400)
        expect(card(page)).to_be_visible()


SAID = {NUMBER: "[id='n-{}'] .n-what", TERM: "[id='t-{}'] p:not(.t-name)", CITATION: "[id='{}'].citation > p"}
"""What the page says of a target, in its lists and references."""


def heard_of(page: Page) -> tuple[str, str]:
    """Name and description of what is in focus, as the browser gives them to a screen reader."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("Accessibility.enable")
    focused = session.send("Runtime.evaluate", {"expression": "document.activeElement"})["result"]["objectId"]
    tree = session.send("Accessibility.getPartialAXTree", {"objectId": focused, "fetchRelatives": False})
    node = tree["nodes"][0]
    return tuple(" ".join(str(node.get(part, {}).get("value", "")).split()) for part in ("name", "description"))  # type: ignore[return-value]


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_a_screen_reader_hears_what_the_link_says_and_what_its_card_says_of_it(
    chapter: str, page: Page, kind: str
) -> None:
    page.goto(chapter)
    link = page.locator(kind).first
    target = str(link.get_attribute("href")).partition("#")[2]
    said = " ".join(" ".join(page.locator(SAID[kind].format(target)).all_text_contents()).split())
    reach(page, link)
    name, description = heard_of(page)
    assert name == " ".join(str(link.text_content()).split())
    assert said
    assert description.casefold().startswith(said.casefold())
    page.keyboard.press("Escape")
    assert heard_of(page) == (name, "")


@pytest.mark.browser
@pytest.mark.book
def test_a_label_on_the_card_would_be_heard_instead_of_what_it_says(chapter: str, page: Page) -> None:
    page.goto(chapter)
    link = page.locator(NUMBER).first
    reach(page, link)
    card(page).evaluate("card => { card.setAttribute('role', 'group'); card.setAttribute('aria-label', 'A card'); }")
    link.evaluate("link => link.setAttribute('aria-describedby', 'card')")
    assert heard_of(page)[1] == "A card"


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_the_sheet_of_a_narrow_window_does_not_hide_the_link_in_focus(
    chapter: str, browser: Browser, kind: str
) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 500})
    page.goto(chapter)
    link = page.locator(kind).first
    link.evaluate("link => scrollTo(0, link.getBoundingClientRect().bottom + scrollY - innerHeight + 10)")
    page.keyboard.press("Shift")
    link.evaluate("link => link.focus({preventScroll: true, focusVisible: true})")
    expect(card(page)).to_be_visible()
    seen, sheet = link.bounding_box(), card(page).bounding_box()
    page.close()
    assert seen is not None
    assert sheet is not None
    assert seen["y"] >= 0
    assert seen["y"] + seen["height"] <= sheet["y"]


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_on_a_phone_the_first_tap_opens_the_card_and_the_second_follows_the_link(
    chapter: str, browser: Browser, kind: str
) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(chapter)
    link = page.locator(kind).first
    target = str(link.get_attribute("href")).partition("#")[2]
    link.tap()
    expect(card(page)).to_be_visible()
    assert page.url == chapter
    link.tap()
    page.wait_for_url(re.compile(f"#{target}$"))
    context.close()


@pytest.mark.browser
@pytest.mark.book
def test_on_a_phone_the_way_back_to_the_top_makes_room_for_an_open_card(chapter: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(chapter)
    back = page.locator("#pst-back-to-top")
    page.locator(NUMBER).nth(4).tap()
    expect(card(page)).to_be_visible()
    page.mouse.wheel(0, 60)
    page.mouse.wheel(0, -30)  # the theme shows it to those who scroll upwards
    expect(back).to_have_css("display", "block")
    expect(back).to_be_hidden()
    page.keyboard.press("Escape")
    expect(back).to_be_visible()
    context.close()


@pytest.mark.browser
@pytest.mark.book
@ANSWERING
def test_without_a_script_a_link_leads_to_its_text(chapter: str, browser: Browser, kind: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(chapter)
    link = page.locator(kind).first
    target = str(link.get_attribute("href")).partition("#")[2]
    link.click()
    expect(page.locator(f"[id='{target}']")).to_be_visible()
    context.close()


@pytest.mark.browser
@pytest.mark.book
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
@ANSWERING
def test_axe_finds_nothing_while_a_card_is_open(
    chapter: str, browser: Browser, scheme: Any, width: int, kind: str
) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.emulate_media(reduced_motion="reduce")
    page.goto(chapter)
    reach(page, page.locator(kind).first)
    expect(card(page)).to_be_visible()
    found = violations(page)
    page.close()
    assert found == []
