"""The typeface of the figures for matplotlib: two fixed weights of Commissioner, made once from the variable web font.

The web font comes with the npm package ``@fontsource-variable/commissioner`` (SIL Open Font License); nothing of it is
committed. matplotlib reads no woff2 and no variable axes, so the weights are cut here and kept under ``_build/assets``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from companion import store
from companion.root import ROOT

SOURCES = ROOT / "node_modules/@fontsource-variable"
ASSETS = ROOT / "_build/assets"

FAMILY = "Companion Sans"
"""The name by which matplotlib finds the weights; not "Commissioner", lest another version on the machine be taken."""

_COMMISSIONER = "commissioner/files/commissioner-latin-wght-normal.woff2"
_GREEK = "commissioner/files/commissioner-greek-wght-normal.woff2"


class MissingFontsError(Exception):
    """The npm packages of the fonts are not installed."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path.relative_to(ROOT)} is missing. Run `make env`, which installs the npm packages.")


def made_once(name: str, sources: list[Path], make: Callable[[Path], None]) -> Path:
    """A folder of derived files under ``_build/assets``, made when its sources or its recipe have changed.

    The folder is written aside and moved into place, so two processes that start together cannot see half of it.

    Parameters
    ----------
    name
        First part of the folder's name; a digest of the sources is the rest.
    sources
        Files that decide what is made, the recipe's own module among them.
    make
        Writes the files into the folder that it is given.

    Raises
    ------
    MissingFontsError
        A source is not there.
    """
    for source in sources:
        if not source.exists():
            raise MissingFontsError(source)
    folder = ASSETS / f"{name}-{store.digest(source.read_bytes() for source in sources)[:12]}"
    if folder.exists():
        return folder
    ASSETS.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=ASSETS))
    try:
        make(aside)
        aside.chmod(0o755)
        os.rename(aside, folder)
    except OSError:
        if not folder.exists():
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def weights() -> tuple[Path, ...]:
    """The font files that matplotlib needs, regular and bold.

    Raises
    ------
    MissingFontsError
        The npm package of the font is not installed.
    """
    sources = [SOURCES / _COMMISSIONER, SOURCES / _GREEK, Path(__file__)]
    folder = made_once("typeface", sources, _make)
    return tuple(sorted(folder.glob("*.ttf")))


def _make(folder: Path) -> None:
    _cut(folder / "regular.ttf", "Regular", wght=400, weight_class=400)
    _cut(folder / "bold.ttf", "Bold", wght=600, weight_class=700)


def _cut(path: Path, style: str, wght: int, weight_class: int) -> None:
    """Write one weight, Greek included, under names of its own: equal PostScript names mix up glyphs in SVG."""
    from fontTools.merge import Merger  # here: a page that draws nothing new need not load fontTools
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    parts: list[Path] = []
    for source in (_COMMISSIONER, _GREEK):
        font = instantiateVariableFont(TTFont(SOURCES / source, recalcTimestamp=False), {"wght": wght})
        font.flavor = None
        part = path.with_suffix(f".{len(parts)}.part")
        font.save(part)
        parts.append(part)
    font = Merger().merge([str(part) for part in parts])
    rename(font, FAMILY, style)
    font["OS/2"].usWeightClass = weight_class
    # The merger writes the time, and so would saving.
    font["head"].created = font["head"].modified = 0
    font.recalcTimestamp = False
    font.save(path)
    for part in parts:
        part.unlink()


def rename(font: Any, family: str, style: str) -> None:
    """Give a font (a fontTools ``TTFont``) names of its own, by which programs tell it from others of its family."""
    names = {
        1: family,
        2: style,
        4: f"{family} {style}",
        6: f"{family}-{style}".replace(" ", ""),
        16: family,
        17: style,
    }
    for record in font["name"].names:
        if record.nameID in names:
            record.string = names[record.nameID]
