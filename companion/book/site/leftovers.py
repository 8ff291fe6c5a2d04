"""What theme and Sphinx write and no reader needs: an icon script of 1.5 MB, icon fonts, advertising, source maps."""

from __future__ import annotations

import logging
import shutil
from pathlib import Path
from unicodedata import category

from bs4 import BeautifulSoup

ICON_FONTS = "_static/vendor/fontawesome/webfonts"
ICON_FONT = "fa-solid-900.woff2"
SEARCH_OF_SPHINX = ("searchtools.js", "language_data.js", "searchindex.js", "sphinx_highlight.js", "doctools.js")
"""Scripts of the search that the book has not, which mark words on the page opened next, and what only they need."""

LAUNCH_LOGOS = ("binder.svg", "colab.png", "deepnote.svg", "jupyterhub.svg", "jupyterlite.svg")
"""Signs of services that run notebooks, for buttons that the book has not."""

UNCOLOURED = ("n", "nn", "p", "w")
"""Pygments' classes of what both styles of the book leave in the colour of the text around it: names, signs, gaps."""

UNUSED = (
    ".buildinfo",  # only a second build on top of this one would read it, and it depends on where the book lies
    "_static/scripts/fontawesome.js",
    "_static/scripts/fontawesome.js.LICENSE.txt",
    "_static/lab",  # the modules that the laboratory's script was put together from
    "_static/locales",
    "_static/webpack-macros.html",
    "_static/sbt-webpack-macros.html",
    "_static/social-card.svg",  # what social-card.png was drawn from
    *(f"_static/images/logo_{host}" for host in LAUNCH_LOGOS),
    "_static/plus.png",
    "_static/minus.png",
    "_static/copybutton_funcs.js",
    *(f"_static/{name}" for name in SEARCH_OF_SPHINX),
)


def remove(page: BeautifulSoup) -> None:
    """Take elements out of a page that do nothing for its reader."""
    unused = [
        "script[src*='fontawesome.js']",
        "#ethical-ad-placement",
        "#bd-header-version-warning",
        "#jb-print-docs-body",  # title and contents once more, for a print that the style sheet sets otherwise
        ".cell.tag_hide-input:not(:has(.cell_output))",  # what only prepares; the notebook of the page has it
        "meta[name='docsearch:version']",
        "meta[name='viewport'] ~ meta[name='viewport']",
        "meta[property='og:url']:not([content^='https:'])",  # a site without an address
    ]
    for element in page.select(", ".join(unused)):
        element.decompose()
    for script in page.find_all("script", src=False):
        if "DOCUMENTATION_OPTIONS.pagename" in (script.string or ""):
            script.decompose()
    for word in page.select(", ".join(f".highlight span.{name}" for name in UNCOLOURED)):
        word.unwrap()
    for link in page.select(".bibtex-citation a[title]"):
        del link["title"]  # the card of the citation says the same, for keyboard and touch too
    if page.title is not None:
        title, _, book = page.title.get_text().partition(" — ")
        if title == book:  # the first page has the book's own
            page.title.string = title
    for script in page.find_all("script", src=True):
        if str(script["src"]).split("?")[0].endswith(SEARCH_OF_SPHINX):
            script.decompose()
    if page.find(class_="sd-tab-set") is None:
        for script in page.select("script[src*='design-tabs.js']"):
            script.decompose()
    if page.find(class_="katex") is None:
        for style in page.select("link[href*='katex']"):
            style.decompose()


def delete_files(site: Path) -> None:
    """Delete the files that no page asks for, all icon fonts but one among them."""
    for name in UNUSED:
        path = site / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    for source_map in site.glob("_static/**/*.map"):
        source_map.unlink()
    for font in (site / ICON_FONTS).glob("*"):
        if font.name != ICON_FONT:
            font.unlink()


def cut_icon_font(site: Path, style: str) -> None:
    """Cut the icon font down to the icons that a style sheet still prints.

    Parameters
    ----------
    site
        Folder of the built site.
    style
        The style sheet of all pages, without unused rules.
    """
    path = site / ICON_FONTS / ICON_FONT
    if not path.exists():
        return
    from fontTools import subset  # here: only the end of a build needs it
    from fontTools.ttLib import TTFont

    # Sphinx prints what any library says, and this one tells of every step.
    logging.getLogger(subset.__name__).setLevel(logging.WARNING)
    font = TTFont(path, recalcTimestamp=False)
    subsetter = subset.Subsetter(subset.Options(hinting=False, layout_features=[], name_IDs=[1, 2]))
    subsetter.populate(text=icons(style))
    subsetter.subset(font)
    font.flavor = "woff2"
    font.save(path)


def icons(style: str) -> str:
    """Give the letters of a style sheet that only an icon font has: those that Unicode leaves to private use."""
    return "".join(sorted({letter for letter in style if category(letter) == "Co"}))
