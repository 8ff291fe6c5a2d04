"""One style sheet and one script instead of two dozen of each: what every page loads comes in one trip.

Only what is on every page goes into a bundle, so that all pages share it and the browser keeps it. What a page needs
for itself stays a file of its own, behind the bundle.

Bundlers (esbuild, Vite) start from modules that import one another; these pages load classic scripts in an order that
only the pages tell, and the pages must be rewritten in any case.
"""

from __future__ import annotations

import hashlib
import posixpath
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from companion import store
from companion.book.site import style_sheets
from companion.book.site.content_policy import FOLDER as INLINE
from companion.book.site.unused_rules import without_unused, words_of
from companion.store import Store

FOLDER = "_static/bundles"
STYLE = re.compile(r'<noscript>.*?</noscript>|<link [^>]*rel="stylesheet"[^>]*>', re.DOTALL)
SCRIPT = re.compile(r"<script [^>]*></script>")
PRELOAD = re.compile(r'<link as="script"[^>]*>\s*')
FIRST = "data-cfasync"
"""Marks the script that chooses light or dark before anything is painted: it must not wait for the others."""
FONTS = (".woff2", ".woff", ".ttf", ".otf", ".eot", ".svg")
"""What a style sheet may name as a font: whether the site has it decides whether it stays named."""
SETTINGS = "documentation_options.js"


@dataclass(frozen=True)
class Style:
    """One style sheet for all pages.

    Parameters
    ----------
    text
        Its rules.
    sheets
        The files, from the site's root, that went into it.
    """

    text: str
    sheets: Sequence[str]


def bundle(site: Path, paths: Sequence[Path], kept: Store, state: str) -> str:
    """Bundle what all pages of a site load, and give the style sheet.

    Parameters
    ----------
    site
        Folder of the site.
    paths
        Its pages.
    kept
        Where the style sheet lies: to read those of the theme takes as long as to set a few pages.
    state
        Digest of everything but the site's files that can influence it.
    """
    pages = {path: path.read_text(encoding="utf-8") for path in paths}
    dressed = {path: text for path, text in pages.items() if STYLE.search(text)}
    if not dressed:
        return ""
    styles = _on_all(dressed, site, STYLE, "href")
    scripts = _settings_first(_on_all(dressed, site, SCRIPT, "src"))
    whole = _style(site, styles, list(pages.values()), kept, state)
    style = _write(site, "css", whole.text)
    script = _write(site, "js", _script(site, scripts))
    for path, text in dressed.items():
        root = "../" * len(path.relative_to(site).parent.parts)
        link, element = (
            f'<link href="{root}{style}" rel="stylesheet"/>',
            f'<script defer src="{root}{script}"></script>',
        )
        text = _replaced(PRELOAD.sub("", text), STYLE, "href", path, site, styles, link, _as_it_is)
        text = _replaced(text, SCRIPT, "src", path, site, scripts, element, _deferred)
        path.write_text(text, encoding="utf-8")
    for name in (*whole.sheets, *scripts):
        (site / name).unlink()
    return whole.text


def _on_all(pages: dict[Path, str], site: Path, element: re.Pattern[str], attribute: str) -> list[str]:
    """The files, from the site's root, that every page loads, in the order of the first page."""
    loaded = [list(dict.fromkeys(_files(text, path, site, element, attribute))) for path, text in pages.items()]
    return [name for name in loaded[0] if all(name in names for names in loaded)]


def _files(text: str, path: Path, site: Path, element: re.Pattern[str], attribute: str) -> list[str]:
    names = (_file(found[0], path, site, attribute) for found in element.finditer(text))
    return [name for name in names if name]


def _file(element: str, path: Path, site: Path, attribute: str) -> str:
    """The file that an element loads, from the site's root; empty for one that is not to be bundled."""
    address = re.search(rf'\b{attribute}="([^"?]+)', element)
    if address is None or element.startswith("<noscript") or FIRST in element:
        return ""
    return posixpath.normpath(posixpath.join(path.relative_to(site).parent.as_posix(), address[1]))


def _settings_first(scripts: list[str]) -> list[str]:
    """Put scripts that only set a variable before those that read it, which no longer wait for the whole page."""
    return sorted(scripts, key=lambda name: (not name.endswith(SETTINGS), not name.startswith(INLINE)))


def _style(site: Path, styles: Sequence[str], pages: Sequence[str], kept: Store, state: str) -> Style:
    css = {path.relative_to(site).as_posix(): path.read_text(encoding="utf-8") for path in sorted(site.rglob("*.css"))}
    fonts = sorted(path.relative_to(site).as_posix() for path in site.rglob("*") if path.suffix in FONTS)
    words = words_of(pages, [path.read_text(encoding="utf-8") for path in site.rglob("*.js")])
    influence = [[state], styles, [part for named in css.items() for part in named], fonts, sorted(words)]

    def read() -> Style:
        sheets = style_sheets.read(site, styles, seen_from=FOLDER)
        others = [text for name, text in css.items() if name not in sheets]
        rules = [rule for sheet in sheets.values() for rule in sheet]
        return Style('@charset "UTF-8";' + without_unused(rules, words | words_of(others, [])), list(sheets))

    return kept.get("style sheet", store.digest(_digest(parts) for parts in influence), read)


def _digest(parts: Sequence[str]) -> bytes:
    return store.digest(part.encode() for part in parts).encode()


def _script(site: Path, names: Sequence[str]) -> str:
    """Scripts one after the other; the semicolon before each keeps one's ``"use strict"`` from ruling the others."""
    return "".join(f";{_without_map((site / name).read_text(encoding='utf-8'))}\n" for name in names)


def _without_map(script: str) -> str:
    return re.sub(r"\n//# sourceMappingURL=.*", "", script)


def _write(site: Path, suffix: str, text: str) -> str:
    name = f"{FOLDER}/{hashlib.sha256(text.encode()).hexdigest()[:12]}.{suffix}"
    (site / name).parent.mkdir(parents=True, exist_ok=True)
    (site / name).write_text(text, encoding="utf-8")
    return name


def _as_it_is(element: str) -> str:
    return element


def _deferred(element: str) -> str:
    """A script of one page, which waits for the bundle as the bundle waits for the page."""
    return element if FIRST in element or "defer" in element else element.replace("<script ", "<script defer ")


def _replaced(
    text: str,
    element: re.Pattern[str],
    attribute: str,
    path: Path,
    site: Path,
    bundled: Sequence[str],
    one: str,
    other: Callable[[str], str],
) -> str:
    """A page with the bundle in the place of the first file that went into it."""
    placed = False

    def replace(match: re.Match[str]) -> str:
        nonlocal placed
        if _file(match[0], path, site, attribute) not in bundled:
            return other(match[0])
        if placed:
            return ""
        placed = True
        return one

    return element.sub(replace, text)
