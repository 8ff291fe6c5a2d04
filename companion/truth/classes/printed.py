"""The plain page of a class as a PDF: tagged, in typefaces that every machine has, the same bytes on each run.

Typst sets it, within the process and in hundredths of a second; a browser would take seconds a student, and is not on
every teacher's machine. Typst carries its first typeface, and matplotlib the one that has what the first one lacks.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Final

import matplotlib
import typst
from fontTools.ttLib import TTFont

from companion.truth.classes.page import Part
from companion.words import Words

TEMPLATE = Path(__file__).parent / "page.typ"
STANDARD: Final = "ua-1"
"""PDF/UA, for readers who hear the page; Typst refuses to write what does not hold to it."""
FONTS = Path(matplotlib.get_data_path(), "fonts/ttf")
WIDEST = FONTS / "DejaVuSans.ttf"


def written(title: str, parts: Sequence[Part], say: Words) -> bytes:
    """Write a page, as `companion.truth.classes.page.written` does; no text is read as markup."""
    told = handed_over(title, parts, say)
    content = _compiler().compile(_template(), format="pdf", sys_inputs=told, pdf_standards=[STANDARD])
    assert isinstance(content, bytes)  # one PDF, whatever its pages
    return content


def handed_over(title: str, parts: Sequence[Part], say: Words) -> dict[str, str]:
    """Give what the template reads: the page as JSON, under ``parts``."""
    told = {"title": title, "simulated": say("classes.sheet.simulated"), "parts": [asdict(part) for part in parts]}
    return {"parts": json.dumps(told, ensure_ascii=False)}


def printable(text: str) -> bool:
    """Say whether there is a letter for every character of a text.

    Examples
    --------
    >>> [printable(name) for name in ("Łukasz Ångström", "Αθηνά", "王")]
    [True, True, False]
    """
    return all(ord(character) in _letters() for character in unicodedata.normalize("NFC", text))


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=[str(FONTS)], ignore_system_fonts=True)


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()


@cache
def _letters() -> frozenset[int]:
    with TTFont(WIDEST) as font:
        return frozenset(font.getBestCmap())
