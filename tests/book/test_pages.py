"""The last pass over a page: the mark of the simulation, the content policy, the repairs, the leftovers."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pydata_sphinx_theme
import pytest
import shipped
import yaml
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from parsed_pages import parsed
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES, Token
from sphinx.errors import ExtensionError

from companion.book.site import (
    accessibility,
    assets,
    finished_pages,
    leftovers,
    phone_cards,
    result_menus,
    search_door,
    style_sheets,
    unused_rules,
)
from companion.book.site.content_policy import POLICY, ContentPolicy
from companion.book.sphinx import pages
from companion.book.sphinx.subject import Subject
from companion.figures import marks, typeface
from companion.figures.palette import DARK, LIGHT
from companion.survey.design import DESIGN
from companion.survey.simulated_mark import MARK_COLUMN
from companion.words import words

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "_static"


def page(body: str, head: str = "") -> BeautifulSoup:
    return BeautifulSoup(
        f'<html><head><meta charset="utf-8">{head}</head><body><article>{body}</article></body></html>', "html.parser"
    )


# What a page says of the survey


def config_of(simulated: bool, **settings: Any) -> Any:
    return SimpleNamespace(companion_subject=Subject(shipped.study(simulated)), **settings)


def said(simulated: bool, name: str) -> str:
    builder = SimpleNamespace(get_relative_uri=lambda here, there: "../index.html")
    app: Any = SimpleNamespace(config=config_of(simulated, root_doc="index"), builder=builder)
    context = {"body": "<h1>Title</h1><p>Text</p>"}
    pages.add_strip(app, name, "page.html", context, None)
    return context["body"]


@pytest.mark.parametrize("name", ["index", "chapters/results/mediation"])
def test_a_page_says_between_title_and_text_that_the_survey_is_simulated(name: str) -> None:
    assert re.search(r"</h1>.*[Ss]imulated.*<p>Text", said(True, name))


@pytest.mark.parametrize("name", ["index", "chapters/results/mediation"])
def test_with_a_survey_of_real_people_no_page_says_so(name: str) -> None:
    assert "imulated" not in said(False, name)


@pytest.mark.parametrize("simulated", [True, False])
def test_the_foot_of_every_page_says_it_exactly_when_it_is_so(simulated: bool) -> None:
    config = config_of(simulated, html_theme_options={"search_bar_text": "Search"})
    pages.add_footer(None, config)  # type: ignore[arg-type]
    assert ("simulated" in config.html_theme_options.get("extra_footer", "")) == simulated


@pytest.mark.parametrize("simulated", [True, False])
def test_the_foot_of_a_printed_page_says_it_exactly_when_it_is_so(simulated: bool) -> None:
    soup = page("text")
    finished_pages.mark_for_print(soup, simulated)
    assert bool(soup.select("body.simulated-survey")) == simulated


# Numbers in tables


@pytest.mark.parametrize("cell", ["−0.041", "[−0.081, −0.012]", "1,200", "< .001", "95 %", ".90", ""])
def test_a_number_or_an_interval_stands_right(cell: str) -> None:
    table = page(f"<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>{cell}</td></tr></tbody></table>")
    finished_pages.align_numbers(table)
    assert [element.get("class") for element in table.select("td, th")] == ["n", "n"]


@pytest.mark.parametrize("cell", ["found", "3 people", "R2", "like − none"])
def test_words_stand_left(cell: str) -> None:
    table = page(f"<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>{cell}</td></tr></tbody></table>")
    finished_pages.align_numbers(table)
    assert [element.get("class") for element in table.select("td, th")] == [None, None]


# The content policy


def under_policy(tmp_path: Path, body: str, head: str = "") -> tuple[BeautifulSoup, Path]:
    soup, policy = page(body, head), ContentPolicy(tmp_path)
    policy.apply(soup, tmp_path / "chapters" / "one.html")
    policy.write()
    return soup, tmp_path


def test_the_policy_stands_in_the_head_before_everything_that_loads(tmp_path: Path) -> None:
    soup, _ = under_policy(tmp_path, "", '<script src="a.js"></script>')
    children = [element.name for element in soup.head.find_all(True)]  # type: ignore[union-attr]
    assert children == ["meta", "meta", "script"]
    assert soup.find("meta", {"http-equiv": "Content-Security-Policy"})["content"] == POLICY  # type: ignore[index]


def test_the_policy_lets_nothing_in_from_elsewhere_and_nothing_inline() -> None:
    assert POLICY.startswith("default-src 'self'")
    assert not re.search(r"unsafe|https?:|\*", POLICY)


def test_an_inline_script_moves_to_a_file_with_the_same_text(tmp_path: Path) -> None:
    soup, site = under_policy(tmp_path, "<script>let a = 1 < 2;</script>")
    script = soup.article.script  # type: ignore[union-attr]
    assert script.string is None  # type: ignore[union-attr]
    assert (site / "chapters" / str(script["src"])).resolve().read_text() == "let a = 1 < 2;"  # type: ignore[index]


def test_an_inline_style_moves_to_a_file(tmp_path: Path) -> None:
    soup, site = under_policy(tmp_path, "<style>p { color: red }</style>")
    assert soup.find("style") is None
    assert (site / "chapters" / str(soup.article.link["href"])).resolve().read_text() == "p { color: red }"  # type: ignore[union-attr, index]


def test_a_style_attribute_becomes_a_class_with_its_precedence(tmp_path: Path) -> None:
    soup, site = under_policy(tmp_path, '<span class="strut" style="height:1em;top:2em">x</span>')
    span = soup.article.span  # type: ignore[union-attr]
    first, made = str(span["class"]).split()  # type: ignore[index]
    rules = (site / "_static/inline/attributes.css").read_text()
    assert (first, span.has_attr("style")) == ("strut", False)  # type: ignore[union-attr]
    assert f".{made}{{height:1em !important;top:2em !important}}" in rules


def test_a_handler_in_an_attribute_stops_the_build(tmp_path: Path) -> None:
    with pytest.raises(ExtensionError, match=r"chapters/one\.html, <button onclick>"):
        under_policy(tmp_path, '<button onclick="go()">Go</button>')


def test_a_page_under_the_policy_is_not_taken_up_again(tmp_path: Path) -> None:
    soup, _ = under_policy(tmp_path, "")
    assert ContentPolicy(tmp_path).holds(soup)
    assert not ContentPolicy(tmp_path).holds(page(""))


# Repairs for keyboard and screen reader


def repaired(body: str) -> BeautifulSoup:
    soup = page(body)
    accessibility.repair(soup)
    return soup


def test_an_empty_corner_of_a_table_is_no_header() -> None:
    table = repaired(
        "<table><thead><tr><th></th><th>a</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>"
    )
    assert [(cell.name, cell.get("scope")) for cell in table.find_all(["th", "td"])] == [
        ("td", None),
        ("th", "col"),
        ("th", "row"),
        ("td", None),
    ]


def test_the_label_of_a_group_heads_the_rows_of_its_body() -> None:
    table = repaired(
        '<table><tbody><tr class="row-group"><th colspan="2">a</th></tr><tr><th>b</th><td>1</td></tr></tbody></table>'
    )
    assert [header["scope"] for header in table.select("th")] == ["rowgroup", "row"]


def test_a_table_that_scrolls_is_reached_by_keyboard_and_named_by_its_caption() -> None:
    soup = repaired('<div class="pst-scrollable-table-container"><table><caption>Means</caption></table></div>')
    region = soup.select_one("div.tablewrap")
    assert region is not None
    assert (region["tabindex"], region["role"]) == ("0", "region")
    assert soup.find(id=region["aria-labelledby"]).get_text() == "Means"  # type: ignore[union-attr]


def test_a_label_that_differs_from_the_visible_words_goes() -> None:
    summary = repaired('<details><summary aria-label="Toggle">Show code</summary></details>').find("summary")
    assert not summary.has_attr("aria-label")  # type: ignore[union-attr]


def test_a_button_with_an_icon_alone_gets_its_title_as_name() -> None:
    soup = repaired('<button title="Toggle sidebar"><span class="fa-solid fa-bars"></span></button>')
    assert soup.button["aria-label"] == "Toggle sidebar"  # type: ignore[index]
    assert soup.button.span["aria-hidden"] == "true"  # type: ignore[index, union-attr]


@pytest.mark.parametrize("block", ["<pre>x</pre>", '<div class="stims"><img alt="a post"></div>'])
def test_what_may_scroll_sideways_can_be_reached_by_keyboard(block: str) -> None:
    assert repaired(block).select("article > [tabindex='0']")


# Leftovers


@pytest.mark.parametrize("name", ["searchindex.js?v=1", "_static/searchtools.js", "_static/sphinx_highlight.js"])
def test_no_page_loads_the_search_of_sphinx(name: str) -> None:
    soup = page("", f'<script src="../{name}"></script><script src="../_static/own.js"></script>')
    leftovers.remove(soup)
    assert [script["src"] for script in soup.find_all("script")] == ["../_static/own.js"]


def test_a_cell_that_only_prepares_is_left_to_the_notebook() -> None:
    cell = '<div class="cell tag_hide-input"><details>code</details>{}</div>'
    soup = page(cell.format("") + cell.format('<div class="cell_output">a table</div>'))
    leftovers.remove(soup)
    assert [kept.get_text(" ") for kept in soup.select(".cell")] == ["code a table"]


@pytest.mark.parametrize(
    ("content", "words_of_it"),
    [
        (pages.Content(figures=2, tables=1, numbers=61), "Simulated on this page: 2 figures, 1 table and 61 numbers."),
        (pages.Content(tables=3, others=True), "Simulated on this page: 3 tables."),
        (pages.Content(others=True), "Nothing that it draws, lists or counts comes from the survey"),
        (pages.Content(), "The survey in this book is invented"),
    ],
)
def test_the_strip_says_what_on_the_page_is_simulated(content: pages.Content, words_of_it: str) -> None:
    strip = pages.strip(Subject(shipped.study(True)), content, "index.html")
    assert words_of_it in strip
    assert "simulated" in strip.lower()


MARKED = re.compile(r"Simulated on this page: ([^.]+)\.")


@pytest.mark.book
def test_what_a_strip_counts_stands_on_the_page_and_nothing_simulated_stands_where_it_counts_none(
    site: Path, pages: list[Path]
) -> None:
    said = {"counted": 0, "nothing": 0}
    for path in pages:
        soup = parsed(path)
        strip = soup.select_one("p.sim")
        if strip is None or path.parent.parent != site / "chapters":
            continue
        files = [(path.parent / str(link["href"])).resolve() for link in soup.select(".result-menu a[href$='.csv']")]
        counts = {
            "drawn": sum(file.read_text().splitlines()[0].endswith(MARK_COLUMN) for file in files),
            "number": len(soup.select(".pagenotes .n-src.simulated")),
        }
        if counted := MARKED.search(strip.get_text()):
            said["counted"] += 1
            parts = {kind: int(count) for count, kind in re.findall(r"(\d+) (figure|table|number)", counted[1])}
            assert parts.get("number", 0) == counts["number"], path.name
            assert parts.get("figure", 0) + parts.get("table", 0) == counts["drawn"], path.name
        elif "No survey data" in strip.get_text():
            said["nothing"] += 1
            assert set(counts.values()) == {0}, path.name
    assert said["counted"] > 8
    assert said["nothing"] > 2


# One line under each figure and table

CELL = """<div class="cell"><details class="hide above-input"><summary>Show</summary>
<div class="cell_input"><pre>code</pre></div></details><div class="cell_output">{}</div></div>"""
LINE = """<p class="result-source"><a href="f.html"><code>made</code></a> · <a href="d.html" id="fig-a-data">data</a> ·
<a href="a.svg" download="">picture</a></p>"""


def test_code_data_and_picture_of_a_figure_are_folded_into_one_line() -> None:
    soup = page(CELL.format(f'<figure id="fig-a"><img alt="a" aria-details="fig-a-data">{LINE}</figure>'))
    result_menus.fold(soup)
    (menu,) = soup.select("figure > details.result-menu")
    assert [summary.get_text() for summary in soup.select("summary")] == ["code · data · picture"]
    assert [block.get_text(strip=True) for block in menu.select(".cell_input")] == ["code"]
    assert menu["id"] == "fig-a-data"
    assert len(menu.select(".result-source a")) == 3


def test_a_table_without_folded_code_has_only_its_data_in_its_line() -> None:
    soup = page(
        '<div class="cell"><div class="cell_output"><p class="result-source"><a href="d.csv">d</a></p></div></div>'
    )
    result_menus.fold(soup)
    assert [summary.get_text() for summary in soup.select("details.result-menu summary")] == ["data"]


@pytest.mark.parametrize(("cell", "switches"), [(CELL.format(""), 1), ("<pre>code</pre>", 0)])
def test_a_switch_for_all_code_stands_where_code_is_folded(cell: str, switches: int) -> None:
    soup = page(f'<div class="article-header-buttons"></div>{cell}')
    result_menus.fold(soup)
    assert len(soup.select("button.show-code")) == switches


# Cards on a phone


WIDE = "<thead><tr>{}</tr></thead><tbody><tr>{}</tr></tbody>"


@pytest.mark.parametrize(
    ("cells", "cards"),
    [
        (["Study", "x" * 40, "y" * 40, "for"], True),
        (["Study", "x" * 40, "y" * 40], False),
        (["Study", "x" * 40, "1", "2"], False),
    ],
)
def test_only_a_wide_table_of_words_becomes_cards(cells: list[str], cards: bool) -> None:
    heads = "".join(f"<th>head {place}</th>" for place in range(len(cells)))
    soup = page(f"<table>{WIDE.format(heads, ''.join(f'<td>{cell}</td>' for cell in cells))}</table>")
    phone_cards.mark(soup)
    assert [cell.get("data-head") for cell in soup.select("td")] == [
        f"head {place}" if cards else None for place in range(len(cells))
    ]


def test_a_wide_table_of_words_in_groups_becomes_cards_under_the_labels() -> None:
    cells = ["Study", "x" * 40, "y" * 40, "for"]
    heads, row = ("".join(f"<{kind}>{cell}</{kind}>" for cell in cells) for kind in ("th", "td"))
    label = '<tr class="row-group"><th colspan="4">Closeness</th></tr>'
    soup = page(f"<table><thead><tr>{heads}</tr></thead><tbody>{label}<tr>{row}</tr></tbody></table>")
    phone_cards.mark(soup)
    assert soup.select("table.cards td[data-head]")
    assert not soup.select(".row-group [data-head]")


# The door to the search


BUTTONS = """<html lang="en" data-content_root="../"><body><dialog id="pst-search-dialog"></dialog>
<button class="btn search-button__button pst-js-only" data-bs-toggle="tooltip"><i></i><span>Search</span></button>
<button class="icon search-button__button pst-js-only" title="Search"><i></i></button>{}</body></html>"""


def with_door(words: str = "") -> BeautifulSoup:
    soup = BeautifulSoup(BUTTONS.format(words), "html.parser")
    search_door.place(soup)
    return soup


def test_the_buttons_of_the_theme_become_links_to_the_page_of_the_search() -> None:
    doors = with_door().select("a.search-door")
    assert [(door["href"], door["title"]) for door in doors] == [("../search.html", "Search")] * 2
    assert with_door().select("button.search-button__button, .pst-js-only:not(form), #pst-search-dialog") == []


def test_a_page_has_one_dialog_to_search_in_and_the_page_of_the_search_none() -> None:
    assert len(with_door().select("dialog form[role=search]")) == 1
    page_of_search = with_door(search_door.form(words("en"), "", closes=False))
    assert len(page_of_search.select("form[role=search]")) == 1
    assert page_of_search.dialog is None


def test_a_page_without_the_theme_has_no_door() -> None:
    assert page("words").find("dialog") is None


@pytest.mark.parametrize(
    "unused",
    ['<script src="_static/scripts/fontawesome.js"></script>', '<div id="ethical-ad-placement"></div>'],
)
def test_the_icon_script_and_advertising_go(unused: str) -> None:
    soup = page(unused)
    leftovers.remove(soup)
    assert soup.article.find(True) is None  # type: ignore[union-attr]


def test_words_of_code_without_a_colour_of_their_own_stand_in_no_element() -> None:
    code = (
        '<div class="highlight"><pre><span class="n">fit</span><span class="w"> </span><span class="p">(</span>'
        '<span class="mi">1</span></pre></div><p><span class="n">12</span></p>'
    )
    soup = page(code)
    leftovers.remove(soup)
    assert str(soup.find("pre")) == '<pre>fit (<span class="mi">1</span></pre>'
    assert soup.select("p > span.n")


@pytest.mark.parametrize("paper", ["light", "dark"])
@pytest.mark.parametrize("name", leftovers.UNCOLOURED)
def test_both_styles_of_code_leave_such_words_in_the_colour_of_the_text(paper: str, name: str) -> None:
    token = next(token for token, short in STANDARD_TYPES.items() if short == name)
    theme = yaml.safe_load((ROOT / "_config.yml").read_text())["sphinx"]["config"]["html_theme_options"]
    drawn = get_style_by_name(theme[f"pygments_{paper}_style"])
    assert drawn.style_for_token(token) == drawn.style_for_token(Token.Text)
    assert drawn.style_for_token(Token.Keyword) != drawn.style_for_token(Token.Text)


@pytest.mark.parametrize(("written", "left"), [("Book — Book", "Book"), ("Page — Book", "Page — Book")])
def test_the_first_page_does_not_say_its_title_twice(written: str, left: str) -> None:
    soup = page("", f"<title>{written}</title>")
    leftovers.remove(soup)
    assert soup.title is not None
    assert soup.title.get_text() == left


def test_tabs_have_their_script_where_there_are_tabs() -> None:
    script = '<script src="_static/design-tabs.js"></script>'
    without, with_tabs = page("", script), page('<div class="sd-tab-set"></div>', script)
    for soup in (without, with_tabs):
        leftovers.remove(soup)
    assert [len(soup.find_all("script")) for soup in (without, with_tabs)] == [0, 1]


def test_a_picture_that_opens_a_page_comes_first_and_the_others_wait() -> None:
    soup = page('<img src="a.svg"><h2>More</h2><img src="b.svg">')
    finished_pages.load_pictures_late(soup)
    first, second = soup.find_all("img")
    assert (first.get("fetchpriority"), first.get("loading")) == ("high", None)
    assert (second.get("fetchpriority"), second.get("loading")) == (None, "lazy")


def test_the_icon_font_holds_the_icons_whose_rules_stay() -> None:
    icons = '.fa-bars:before{content:"\\f0c9"}.fa-sun:before{content:"\\f185"}'
    style = icons + 'p{--pst-icon-bell:"\\f0f3";content:var(--pst-icon-bell)}'
    kept = unused_rules.without_unused(style_sheets.rules_of(style), {"fa-bars"})
    assert leftovers.icons(kept) == "\uf0c9\uf0f3"


# Assets and drawings


def cut_icon_font(folder: Path) -> None:
    theme = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static/vendor/fontawesome/webfonts"
    (folder / leftovers.ICON_FONTS).mkdir(parents=True)
    shutil.copy(theme / leftovers.ICON_FONT, folder / leftovers.ICON_FONTS)
    leftovers.cut_icon_font(folder, "\uf0c9")


CUTS: dict[str, Callable[[Path], None]] = {
    "a web font": lambda folder: assets.cut(assets.WEB_FONTS[3], folder / "font.woff2"),
    "the typeface of the figures": lambda folder: typeface._cut(folder / "font.ttf", "Regular", 400, 400),
    "the icon font": cut_icon_font,
}


@pytest.mark.slow
@pytest.mark.parametrize("font", CUTS)
def test_a_font_does_not_tell_when_it_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, font: str) -> None:
    cut = []
    for moment in ("0", "1000000000"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", moment)
        (tmp_path / moment).mkdir()
        CUTS[font](tmp_path / moment)
        (made,) = [path for path in (tmp_path / moment).rglob("*") if path.is_file()]
        cut.append(made.read_bytes())
    assert cut[0] == cut[1]


@pytest.mark.parametrize("font", assets.WEB_FONTS, ids=lambda font: font.name)
def test_a_web_font_holds_every_letter_that_it_is_asked_for_and_the_source_has(font: assets.WebFont) -> None:
    made = TTFont(assets.web_fonts() / "fonts" / f"{font.name}.woff2").getBestCmap()
    source = TTFont(typeface.SOURCES / font.source).getBestCmap()
    assert {ord(letter) for letter in font.letters} & set(source) <= set(made)


def test_the_web_fonts_weigh_little_enough_for_a_phone() -> None:
    assert sum(path.stat().st_size for path in (assets.web_fonts() / "fonts").iterdir()) < 120_000


def test_the_style_sheet_of_katex_names_only_fonts_that_are_there() -> None:
    folder = assets.katex() / "katex"
    named = set(re.findall(r"url\(([^)]+)\)", (folder / "katex.min.css").read_text()))
    assert named == {f"fonts/{path.name}" for path in (folder / "fonts").iterdir()}


@pytest.mark.parametrize(("palette", "selector"), [(LIGHT, "html {"), (DARK, 'html[data-theme="dark"] {')])
def test_the_style_sheet_has_the_colours_of_the_palette(palette: dict[str, str], selector: str) -> None:
    style = (STATIC / "custom.css").read_text()
    block = style[style.index(f"\n{selector}") :].split("}")[0]
    assert dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6});", block)) == dict(palette)


@pytest.mark.parametrize("interaction", DESIGN.interactions)
@pytest.mark.parametrize("shape", ["", "-hollow"])
def test_an_icon_has_the_geometry_of_its_sign(interaction: str, shape: str) -> None:
    assert f'd="{marks.svg_path(interaction)}"' in (STATIC / f"icon-{interaction}{shape}.svg").read_text()


@pytest.mark.parametrize("drawing", sorted(STATIC.glob("*.svg")), ids=lambda path: path.stem)
def test_a_drawing_needs_nothing_from_elsewhere_and_says_what_it_is(drawing: Path) -> None:
    text = drawing.read_text().replace("http://www.w3.org/2000/svg", "")
    assert not re.search(r"https?:|<script|<text|@import|xlink", text)
    assert re.search(r"<title>.+</title>", text)


@pytest.mark.parametrize("post", sorted(STATIC.glob("stimulus-*.svg")), ids=lambda path: path.stem)
def test_a_drawn_post_says_that_it_is_not_the_thesis_s(post: Path) -> None:
    assert "not the stimulus of the thesis" in post.read_text()


@pytest.mark.parametrize("name", ["cover.svg", "social-card.svg"])
def test_cover_and_card_say_that_the_data_are_simulated(name: str) -> None:
    assert "All survey data are simulated" in (STATIC / name).read_text()
