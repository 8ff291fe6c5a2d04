"""The typefaces of the PDF: fixed weights, because Chromium embeds a variable font as drawings without a name."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from companion.book.site import assets
from companion.book.site.assets import COMMISSIONER, GREEK, HEADINGS, LATIN, NEWSREADER, WebFont
from companion.figures import typeface

SERIF, DISPLAY, SANS = "Companion Serif", "Companion Display", "Companion Sans"
UPRIGHT, ITALIC = NEWSREADER.format("normal"), NEWSREADER.format("italic")
NAMES = NEWSREADER.format("normal").replace("latin", "latin-ext")
EXTENDED = "".join(chr(code) for code in range(0x100, 0x180))
"""Letters of names in the bibliography that Western European languages lack."""


@dataclass(frozen=True)
class Face:
    """One face of a family.

    Parameters
    ----------
    family
        Name in the style sheet.
    weight, italic
        What the style sheet asks for.
    font
        How it is cut.
    letters
        The range of characters that it is there for, in CSS; all where empty.
    """

    family: str
    weight: int
    font: WebFont
    italic: bool = False
    letters: str = ""

    @property
    def style(self) -> str:
        """Name of the face within its family."""
        return f"{self.weight}{' Italic' if self.italic else ''}{f' {self.font.name}' if self.letters else ''}"


FACES = (
    Face(SERIF, 400, WebFont("serif-400", UPRIGHT, {"opsz": 12, "wght": 400}, LATIN)),
    Face(SERIF, 600, WebFont("serif-600", UPRIGHT, {"opsz": 12, "wght": 600}, LATIN)),
    Face(SERIF, 400, WebFont("serif-400-italic", ITALIC, {"opsz": 12, "wght": 400}, LATIN), italic=True),
    Face(SERIF, 400, WebFont("serif-400-names", NAMES, {"opsz": 12, "wght": 400}, EXTENDED), letters="U+100-17F"),
    Face(DISPLAY, 500, WebFont("display-500", UPRIGHT, {"opsz": 48, "wght": 500}, HEADINGS)),
    Face(DISPLAY, 500, WebFont("display-500-italic", ITALIC, {"opsz": 48, "wght": 500}, HEADINGS), italic=True),
    *(
        Face(SANS, weight, WebFont(f"sans-{weight}", COMMISSIONER.format("latin"), {"wght": weight}, LATIN))
        for weight in (400, 500, 600)
    ),
    *(
        Face(
            SANS,
            weight,
            WebFont(f"sans-{weight}-greek", COMMISSIONER.format("greek"), {"wght": weight}, GREEK),
            letters="U+370-3FF",
        )
        for weight in (400, 600)
    ),
)


def folder() -> Path:
    """The folder with the faces.

    Raises
    ------
    companion.figures.typeface.MissingFontsError
        The npm packages are not installed.
    """
    sources = [typeface.SOURCES / source for source in sorted({face.font.source for face in FACES})]
    return typeface.made_once("paper", [*sources, Path(__file__), Path(assets.__file__)], _make)


def _make(path: Path) -> None:
    for face in FACES:
        assets.cut(face.font, path / "fonts" / f"{face.font.name}.woff2", (face.family, face.style))


def address(target: Path, start: Path) -> str:
    """Give the address of a file as a page in a folder names it, also where a folder's name has a space or a hash.

    Examples
    --------
    >>> address(Path("/books/my book/print.css"), Path("/books/out"))
    '../my%20book/print.css'
    """
    return quote(os.path.relpath(target, start))


def rules(start: Path) -> str:
    """Give the style sheet's rules for the faces, whose files are found from a folder."""
    way = address(folder() / "fonts", start)
    return "".join(
        f'@font-face {{ font-family: "{face.family}"; src: url({way}/{face.font.name}.woff2) format("woff2"); '
        f"font-weight: {face.weight}; font-style: {'italic' if face.italic else 'normal'};"
        f"{f' unicode-range: {face.letters};' if face.letters else ''} }}\n"
        for face in FACES
    )
