"""The three signs of the reactions, full stop, heart and speech bubble, as one geometry for SVG and for matplotlib.

Each sign is a closed path of SVG commands in a box of 24 by 24, y downwards.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from matplotlib.path import Path

Command = tuple[str | float, ...]

BOX = 24.0
QUARTER_CIRCLE = 0.5523
"""Length of a Bezier handle that draws a quarter of a circle of radius 1."""


def _disc(radius: float = 6.2, centre: float = 12.0) -> list[Command]:
    near, far, handle = centre - radius, centre + radius, QUARTER_CIRCLE * radius
    before, after = centre - handle, centre + handle
    return [
        ("M", far, centre),
        ("C", far, after, after, far, centre, far),
        ("C", before, far, near, after, near, centre),
        ("C", near, before, before, near, centre, near),
        ("C", after, near, far, before, far, centre),
        ("Z",),
    ]


def _heart() -> list[Command]:
    return [
        ("M", 12.0, 20.8),
        ("C", 5.4, 16.2, 2.4, 13.0, 2.4, 9.0),
        ("C", 2.4, 5.9, 4.7, 3.7, 7.4, 3.7),
        ("C", 9.3, 3.7, 11.0, 4.7, 12.0, 6.5),
        ("C", 13.0, 4.7, 14.7, 3.7, 16.6, 3.7),
        ("C", 19.3, 3.7, 21.6, 5.9, 21.6, 9.0),
        ("C", 21.6, 13.0, 18.6, 16.2, 12.0, 20.8),
        ("Z",),
    ]


def _bubble(
    left: float = 2.6, top: float = 3.4, right: float = 21.4, bottom: float = 17.2, radius: float = 4.4
) -> list[Command]:
    inset = radius * (1 - QUARTER_CIRCLE)
    return [
        ("M", left + radius, top),
        ("L", right - radius, top),
        ("C", right - inset, top, right, top + inset, right, top + radius),
        ("L", right, bottom - radius),
        ("C", right, bottom - inset, right - inset, bottom, right - radius, bottom),
        ("L", 12.4, bottom),
        ("L", 7.2, 21.6),
        ("L", 7.2, bottom),
        ("L", left + radius, bottom),
        ("C", left + inset, bottom, left, bottom - inset, left, bottom - radius),
        ("L", left, top + radius),
        ("C", left, top + inset, left + inset, top, left + radius, top),
        ("Z",),
    ]


SIGNS: Mapping[str, list[Command]] = MappingProxyType({"none": _disc(), "like": _heart(), "reply": _bubble()})
"""Interaction -> path commands of its sign."""

CENTRES: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"none": (12.0, 12.0), "like": (12.0, 11.4), "reply": (12.0, 10.4)}
)
"""Interaction -> the point of the sign that the eye takes for its middle; it stands on the estimate."""

_CODES = {"M": [int(Path.MOVETO)], "L": [int(Path.LINETO)], "C": [int(Path.CURVE4)] * 3}


def svg_path(interaction: str) -> str:
    """Path data of a sign for the attribute ``d`` of an SVG path.

    Examples
    --------
    >>> svg_path("like")[:14]
    'M12 20.8C5.4 1'
    """
    return "".join(str(name) + " ".join(f"{value:g}" for value in values) for name, *values in SIGNS[interaction])


def svg_icon(interaction: str, hollow: bool = False) -> str:
    """A sign as an inline SVG that takes size and colour of the text around it; decoration, the words stand beside it.

    Parameters
    ----------
    interaction
        ``none``, ``like`` or ``reply``.
    hollow
        True for negative comments, False for positive ones.
    """
    shape = " hollow" if hollow else ""
    return (
        f'<svg class="mk mk-{interaction}{shape}" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">'
        f'<path d="{svg_path(interaction)}"/></svg>'
    )


def marker(interaction: str) -> Path:
    """A sign as a matplotlib marker: y upwards, one box wide, its visual centre on the point."""
    x, y = CENTRES[interaction]
    vertices: list[tuple[float, float]] = []
    codes: list[int] = []
    for name, *values in SIGNS[interaction]:
        if name == "Z":
            vertices.append((0.0, 0.0))
            codes.append(int(Path.CLOSEPOLY))
            continue
        points = zip(values[::2], values[1::2], strict=True)
        vertices += [((float(px) - x) / BOX, (y - float(py)) / BOX) for px, py in points]
        codes += _CODES[str(name)]
    return Path(vertices, codes)
