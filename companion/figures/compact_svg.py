"""The drawings that matplotlib writes with less around them: no indentation, short names, no decimals that nobody sees.

SVG optimisers (scour, svgo) know neither the style variables of these drawings nor that the names of groups and the
words before a text are read again when drawings are verified.
"""

from __future__ import annotations

import re

USED_LETTER = re.compile(r'(<use [^>]*transform="translate\()([^)"]*)')
REFERENCE = re.compile(r'(?:xlink:href="|url\()#([^")]+)')
SPACED = re.compile(r"\s*([:;,])\s*")


def compact(svg: str) -> str:
    """Give the same drawing in about three quarters of the letters.

    Parameters
    ----------
    svg
        A drawing as `companion.figures.style.themed` or `companion.figures.style.plain` gives it.

    Examples
    --------
    >>> compact('<g id="patch_1"> <path d="M 0 -1.5 \\nL 3 5 \\nz\\n" style="fill: none; stroke: red"/> </g>')
    '<g id="patch_1"><path d="M0-1.5L3 5z" style="fill:none;stroke:red"/></g>'
    """
    svg = re.sub(r">\s+<", "><", svg)
    svg = re.sub(r'(?<= )d="([^"]*)"', _tight, svg)
    svg = re.sub(r'(?<= )style="[^"]*"', lambda style: SPACED.sub(r"\1", style[0]), svg)
    svg = USED_LETTER.sub(lambda use: use[1] + re.sub(r"-?\d+\.\d{4,}", _three_decimals, use[2]), svg)
    return _with_short_names(svg)


def _tight(path: re.Match[str]) -> str:
    """A path without the spaces and signs that its grammar does not ask for."""
    steps = re.sub(r" ?([A-Za-z]) ?", r"\1", " ".join(path[1].split()))
    return f'd="{steps.replace(" -", "-")}"'


def _three_decimals(number: re.Match[str]) -> str:
    """Where a letter stands in its word, in units of which more than ten are a point."""
    return f"{float(number[0]):.3f}".rstrip("0").rstrip(".")


def _with_short_names(svg: str) -> str:
    """Call what is used by name by a number instead, in the order of its first use."""
    names = {name: f"i{place}" for place, name in enumerate(dict.fromkeys(REFERENCE.findall(svg)))}
    svg = re.sub(r'(?<= )id="([^"]+)"', lambda given: f'id="{names.get(given[1], given[1])}"', svg)
    return REFERENCE.sub(lambda used: used[0].replace(f"#{used[1]}", f"#{names[used[1]]}"), svg)
