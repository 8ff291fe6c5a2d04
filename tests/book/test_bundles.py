"""What every page loads becomes one style sheet and one script; what one page loads stays its own."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from companion.book.site import style_sheets
from companion.book.site.bundles import bundle
from companion.store import Store

HEAD = """<script data-cfasync="false" src="{root}_static/mode.js"></script>
<noscript><link href="{root}_static/plain.css" rel="stylesheet"/></noscript>
<link href="{root}_static/styles/theme.css?v=1" rel="stylesheet"/>
<link as="script" href="{root}_static/late.js" rel="preload"/>
{extra}<script src="{root}_static/reader.js"></script>
<script src="{root}_static/inline/setting.js"></script>"""
FILES = {
    "_static/mode.js": "mode()",
    "_static/plain.css": "p{top:0}",
    "_static/basic.css": ".a{--on-one:2px;background:url(images/a.svg)}.gone{top:0}",
    "_static/styles/theme.css": '@charset "UTF-8";@import "../basic.css";.a{src:url("./../fonts/b.woff2")}'
    "@font-face{font-family:b;src:url(../fonts/b.woff2) format('woff2'),url(../fonts/b.ttf)}"
    "@font-face{font-family:c;src:url(../fonts/c.woff2)}@font-face{font-family:d;src:local(D)}",
    "_static/fonts/b.woff2": "",
    "_static/reader.js": '"use strict";read(setting)',
    "_static/inline/setting.js": "let setting = 1;",
    "_static/own.css": ".own{top:0}",
    "_static/own.js": "own()",
    "_static/late.js": "late()\n//# sourceMappingURL=late.js.map",
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site whose pages have been bundled."""
    written(tmp_path)
    bundled_again(tmp_path, tmp_path / "kept")
    return tmp_path


def written(tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    own = '<link href="../_static/own.css" rel="stylesheet"/><script src="../_static/own.js"></script>'
    for name, root, extra in (("index.html", "", ""), ("chapters/one.html", "../", own)):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        head, foot = HEAD.format(root=root, extra=extra), f'<script defer="" src="{root}_static/late.js"></script>'
        path.write_text(f'<html><head>{head}</head><body class="a own">{foot}</body></html>')
    (tmp_path / "moved.html").write_text('<meta http-equiv="refresh" content="0; url=index.html">')


def bundled_again(site: Path, kept: Path) -> str:
    return bundle(site, sorted(site.rglob("*.html")), Store(kept), "state")


def loaded(page: Path) -> list[str]:
    """The files that a page loads, in their order, the bundles by kind."""
    names = re.findall(r'(?:href|src)="([^"]+)"', page.read_text())
    return [re.sub(r"bundles/[0-9a-f]{12}", "bundle", name) for name in names]


def bundled(site: Path, suffix: str) -> str:
    (path,) = (site / "_static/bundles").glob(f"*.{suffix}")
    return path.read_text()


def test_a_page_loads_the_two_bundles_and_what_must_not_wait(site: Path) -> None:
    assert loaded(site / "index.html") == [
        "_static/mode.js",
        "_static/plain.css",
        "_static/bundle.css",
        "_static/bundle.js",
    ]


def test_what_one_page_loads_stays_a_file_of_its_own_in_its_place(site: Path) -> None:
    assert loaded(site / "chapters/one.html") == [
        "../_static/mode.js",
        "../_static/plain.css",
        "../_static/bundle.css",
        "../_static/own.css",
        "../_static/own.js",
        "../_static/bundle.js",
    ]


def test_every_script_but_the_first_waits_for_the_page_and_keeps_its_turn(site: Path) -> None:
    scripts = re.findall(r"<script[^>]*>", (site / "chapters/one.html").read_text())
    assert ["defer" in script for script in scripts] == [False, True, True]


def test_settings_come_before_the_scripts_that_read_them_and_nobody_is_made_strict(site: Path) -> None:
    assert bundled(site, "js") == ';let setting = 1;\n;"use strict";read(setting)\n;late()\n'


def test_imports_are_taken_in_addresses_hold_and_what_no_page_asks_for_is_gone(site: Path) -> None:
    assert bundled(site, "css").split("@font-face")[0] == (
        '@charset "UTF-8";.a{background:url(../images/a.svg)}.a{src:url("../fonts/b.woff2")}'
    )


def test_a_font_keeps_the_files_that_there_are_and_goes_where_there_is_none(site: Path) -> None:
    assert bundled(site, "css").split("@font-face")[1:] == [
        '{font-family:b;src:url(../fonts/b.woff2) format("woff2")}',
        "{font-family:d;src:local(D)}",
    ]


@pytest.mark.parametrize(
    "statement", ['@import "gone.css";', '@import "plain.css" print;', '@import url("https://someone.example/a.css");']
)
def test_an_import_that_a_bundle_cannot_hold_stops_the_build_with_its_place(site: Path, statement: str) -> None:
    (site / "_static/asks.css").write_text(f"p{{top:0}}\n{statement}")
    with pytest.raises(ValueError, match=r"_static/asks\.css, line 2: @import"):
        style_sheets.read(site, ["_static/asks.css"], "_static/bundles")


def test_the_files_that_went_into_a_bundle_are_gone(site: Path) -> None:
    left = {str(path.relative_to(site)) for path in site.rglob("_static/**/*") if path.is_file()}
    assert {name for name in left if "bundles" not in name} == {
        "_static/mode.js",
        "_static/plain.css",
        "_static/own.css",
        "_static/own.js",
        "_static/fonts/b.woff2",
    }


def test_a_page_that_only_leads_elsewhere_is_left_alone(site: Path) -> None:
    assert (site / "moved.html").read_text() == '<meta http-equiv="refresh" content="0; url=index.html">'


CHANGES = {
    "nothing": ("index.html", "own", "own", ""),
    "a class on a page": ("index.html", 'class="a own"', 'class="a own gone"', ".gone{top:0}"),
    "a rule": ("_static/basic.css", ".a{", ".a{left:1px}.a{", "left:1px"),
    "a word of a script": ("_static/reader.js", "read(", "read('gone',", ".gone{top:0}"),
    "a style sheet of one page": ("_static/own.css", "top:0", "top:var(--on-one)", "--on-one:2px"),
    "a font that came": ("_static/fonts/b.ttf", "", "", "b.ttf"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_style_sheet_that_is_kept_is_the_one_that_would_be_read(tmp_path: Path, change: str) -> None:
    name, old, new, told = CHANGES[change]
    kept = tmp_path / "kept"
    for place in ("before", "after", "anew"):
        written(tmp_path / place)
    before = bundled_again(tmp_path / "before", kept)
    for place in ("after", "anew"):
        file = tmp_path / place / name
        file.write_text(file.read_text().replace(old, new, 1) if file.exists() else new)
    after, anew = bundled_again(tmp_path / "after", kept), bundled_again(tmp_path / "anew", tmp_path / "nothing")
    assert after == anew
    assert (told in after, told in before) == (True, not told)


def test_the_same_style_sheets_are_not_read_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for place in ("one", "two"):
        written(tmp_path / place)
    first = bundled_again(tmp_path / "one", tmp_path / "kept")
    monkeypatch.setattr(style_sheets, "read", None)
    assert bundled_again(tmp_path / "two", tmp_path / "kept") == first
