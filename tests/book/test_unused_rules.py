"""Style sheets lose what can apply to no page, and nothing else."""

from __future__ import annotations

import pytest

from companion.book.site.style_sheets import rules_of
from companion.book.site.unused_rules import without_unused, words_of


@pytest.mark.parametrize(
    ("style", "left"),
    [
        (".kept{top:0}", ".kept{top:0}"),
        (".gone{top:0}", ""),
        (".kept .gone{top:0}", ""),
        (".gone,.kept>a{top:0}", ".kept>a{top:0}"),
        ("#gone{top:0}#kept{top:0}", "#kept{top:0}"),
        ("p>a[href='.gone']:hover{top:0}", 'p>a[href=".gone"]:hover{top:0}'),
        (".kept:not(.gone,#gone){top:0}", ".kept:not(.gone,#gone){top:0}"),
        (".kept:is(.a,.gone) b{top:0}", ".kept:is(.a,.gone) b{top:0}"),
        ("html:has(.a:not(.b)).gone{top:0}", ""),
        ("@media print{.gone{top:0}.kept{top:1px}}", "@media print{.kept{top:1px}}"),
        ("@media print{.gone{top:0}}", ""),
        ("@keyframes gone{from{top:0}to{top:1px}}", "@keyframes gone{from{top:0}to{top:1px}}"),
        ("@page{margin:1cm;@bottom-right{content:'}'}}", '@page{margin:1cm;@bottom-right{content:"}"}}'),
        ("@font-face{unicode-range:U+370-3FF}", "@font-face{unicode-range:U+370-3FF}"),
        ("@layer base,kept;", "@layer base,kept;"),
        (".kept{top:0;&.on{top:1px}@media print{top:2px}}", ".kept{top:0;&.on{top:1px};@media print{top:2px}}"),
        (".kept{top:0;*zoom:1;left:0}", ".kept{top:0;left:0}"),
        (r".md\:gone{top:0}.is\:kept{top:0}", r".is\:kept{top:0}"),
        (".kept{content:'.gone{;}/*'}", '.kept{content:".gone{;}/*"}'),
        (".kept{background:url(data:image/png;base64,a{b)}", ".kept{background:url(data:image/png;base64,a{b)}"),
        ("/* said */.kept{top:0}/*! licence */", "/*! licence */.kept{top:0}"),
        (".kept{color:#gone}", ".kept{color:#gone}"),
    ],
)
def test_a_rule_stays_when_a_page_can_ask_for_it(style: str, left: str) -> None:
    assert without_unused(rules_of(style), {"kept", "is:kept"}) == left


def test_a_custom_property_stays_when_a_rule_a_page_or_a_script_reads_it() -> None:
    style = "html{--a:var(--b);--b:1px;--c:2px;--d:3px;--e:4px}p{top:var( --a )}"
    words = words_of(['<p style="top:var(--d)">'], ["style.getPropertyValue('--e')"])
    assert without_unused(rules_of(style), words) == "html{--a:var(--b);--b:1px;--d:3px;--e:4px}p{top:var( --a )}"


@pytest.mark.parametrize("style", ["html{--a:var(--b);--b:var(--c);--c:1px}", "html{--a:var(--b);--b:var(--a)}"])
def test_custom_properties_that_only_read_one_another_go_and_so_does_the_rule_that_held_them(style: str) -> None:
    assert without_unused(rules_of(style), set()) == ""


def test_the_words_are_classes_and_ids_of_pages_and_any_word_of_a_script() -> None:
    page = '<p class="a b-c" id="d" data-x="no" style="top:var(--t)">words</p>'
    assert words_of([page], ["toggle('is-open')"]) == {"a", "b-c", "d", "--t", "toggle", "is-open"}


@pytest.mark.parametrize("style", ["p{top:0}}", "p", "p{top:0}\n}q{top:0}"])
def test_what_is_no_style_sheet_stops_the_build_with_its_name_and_line(style: str) -> None:
    with pytest.raises(ValueError, match=r"theme\.css, line \d: "):
        rules_of(style, "theme.css")
