"""What theme and Sphinx write and no reader needs: an icon script of 1.5 MB, icon fonts, advertising, source maps."""

from __future__ import annotations

import logging
import re
import shutil
from pathlib import Path

from bs4 import BeautifulSoup

ICON_STYLES = "_static/styles/pydata-sphinx-theme.css"
ICON_FONTS = "_static/vendor/fontawesome/webfonts"
ICON_FONT = "fa-solid-900.woff2"
ICON_SOURCE = re.compile(r"url\([^)]*/(?!fa-solid-900\.woff2)fa-[a-z0-9-]+\.\w+\)[^,;}]*,?")
ICON_RULE = re.compile(r'((?:\.fa-[a-z0-9-]+:+before,?)+)\{content:"\\([0-9a-f]+)"\}')
SEARCH_SCRIPTS = ("searchtools.js", "language_data.js", "searchindex.js")
UNUSED = (
    ".buildinfo",  # only a second build on top of this one would read it, and it depends on where the book lies
    "_static/scripts/fontawesome.js",
    "_static/scripts/fontawesome.js.LICENSE.txt",
    "_static/locales",
    "_static/webpack-macros.html",
    "_static/sbt-webpack-macros.html",
    "_static/plus.png",
    "_static/minus.png",
    "_static/copybutton_funcs.js",
)


def remove(page: BeautifulSoup) -> None:
    """Take elements out of a page that do nothing for its reader."""
    unused = [
        "script[src*='fontawesome.js']",
        "#ethical-ad-placement",
        "#bd-header-version-warning",
        "meta[name='docsearch:version']",
        "meta[name='viewport'] ~ meta[name='viewport']",
    ]
    for element in page.select(", ".join(unused)):
        element.decompose()
    for script in page.find_all("script", src=False):
        if "DOCUMENTATION_OPTIONS.pagename" in (script.string or ""):
            script.decompose()
    for link in page.select(".bibtex-citation a[title]"):
        del link["title"]  # the card of the citation says the same, for keyboard and touch too
    if page.title is not None:
        title, _, book = page.title.get_text().partition(" — ")
        if title == book:  # the first page has the book's own
            page.title.string = title
    if page.find(id="search-results") is None:
        for script in page.find_all("script", src=True):
            if str(script["src"]).split("?")[0].endswith(SEARCH_SCRIPTS):
                script.decompose()
    if page.find(class_="sd-tab-set") is None:
        for script in page.select("script[src*='design-tabs.js']"):
            script.decompose()
    if page.find(class_="katex") is None:
        for style in page.select("link[href*='katex']"):
            style.decompose()


def icons(page: BeautifulSoup) -> set[str]:
    """The names of the icons that a page shows."""
    return {name for icon in page.select("[class*='fa-']") for name in icon.get_attribute_list("class") if name}


def delete_files(site: Path, used: set[str]) -> None:
    """Delete the files that no page asks for, and cut the icon font down to the icons used.

    Parameters
    ----------
    site
        Folder of the built site.
    used
        Class names of the icons on its pages.
    """
    for name in UNUSED:
        path = site / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for source_map in site.glob("_static/**/*.map"):
        source_map.unlink()
    style = site / ICON_STYLES
    if used and style.exists():
        kept, letters = _cut_icon_rules(style.read_text(encoding="utf-8"), used)
        style.write_text(kept, encoding="utf-8")
        _cut_icon_font(site / ICON_FONTS, letters)


def _cut_icon_rules(style: str, used: set[str]) -> tuple[str, str]:
    """The theme's style sheet with the rules of the used icons only, and the letters that these rules print."""
    letters: set[str] = set(re.findall(r'--pst-icon-[a-z-]+:"(.)"', style))
    letters |= {chr(int(code, 16)) for code in re.findall(r'--pst-icon-[a-z-]+:"\\([0-9a-f]+)"', style)}

    def keep(rule: re.Match[str]) -> str:
        if not used & set(re.findall(r"\.(fa-[a-z0-9-]+)", rule[1])):
            return ""
        letters.add(chr(int(rule[2], 16)))
        return rule[0]

    return ICON_SOURCE.sub("", ICON_RULE.sub(keep, style)), "".join(sorted(letters))


def _cut_icon_font(folder: Path, letters: str) -> None:
    from fontTools import subset  # here: only the end of a build needs it
    from fontTools.ttLib import TTFont

    # Sphinx prints what any library says, and this one tells of every step.
    logging.getLogger(subset.__name__).setLevel(logging.WARNING)
    font = TTFont(folder / ICON_FONT, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(hinting=False, layout_features=[], name_IDs=[1, 2]))
    subsetter.populate(text=letters)
    subsetter.subset(font)
    font.flavor = "woff2"
    for whole in folder.iterdir():
        whole.unlink()
    font.save(folder / ICON_FONT)
