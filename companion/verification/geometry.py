"""What a picture shows, read from the SVG that readers get: every line, mark, area and text, with its place in points.

matplotlib writes each artist as a group that is named by its kind (``line2d_3``), a marker as a path that is used at
many places, and the words of a text as a comment before the outlines of its letters. The outlines belong to a typeface,
so of a text its words are kept, and where they begin.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
KINDS: Mapping[str, str] = {"line2d": "lines", "patch": "patches", "xtick": "ticks", "ytick": "ticks", "text": "words"}
"""What matplotlib calls a group -> what is said of its shapes; a collection keeps the name of its class."""
FRAMES = ("figure", "axes", "matplotlib.axis", "legend")
"""Groups that hold artists and draw nothing themselves."""
UNSEEN = ("defs", "style")

Point = tuple[float, float]


class UnknownShapeError(Exception):
    """A drawing holds something that nothing here can compare."""


@dataclass(frozen=True)
class Shape:
    """One thing in a picture.

    Parameters
    ----------
    kind
        ``lines``, ``marks`` (of a line), ``patches``, ``ticks``, ``words``, or the class of a collection, such as
        ``LineCollection``.
    look
        Its colours by their tokens, whether it is dashed, clipped or see-through; of a text, its words too.
    outline
        Its path, or nothing for a text, in points and as the SVG has it; with where the path is moved to.
    x, y
        Its middle: the mean of its outline, each piece by its length; of a text, where it begins.
    length
        Of its outline, curves by their control points.
    width
        Of its line; 0 without one.
    """

    kind: str
    look: str
    outline: str
    x: float
    y: float
    length: float = 0.0
    width: float = 0.0


@dataclass(frozen=True)
class _Context:
    """What a group hands on to the shapes inside it."""

    kind: str = ""
    style: str = ""
    clipped: bool = False


def shapes(svg: str) -> list[Shape]:
    """Give all that a drawing shows, in the order in which it is drawn.

    Parameters
    ----------
    svg
        A drawing as `companion.figures.style.themed` gives it.

    Raises
    ------
    UnknownShapeError
        If it holds an element that is neither a group, nor a path, nor the use of a path.

    Examples
    --------
    >>> head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
    >>> line = '<g id="line2d_1"><path d="M 0 1 L 3 5" style="stroke: var(--ink, #17212b); stroke-width: 2"/></g>'
    >>> [(shape.kind, shape.x, shape.y, shape.length, shape.width) for shape in shapes(f"{head}{line}</svg>")]
    [('lines', 1.5, 3.0, 5.0, 2.0)]
    """
    parser = ElementTree.XMLParser(target=ElementTree.TreeBuilder(insert_comments=True))
    root = ElementTree.fromstring(svg, parser=parser)
    paths = {path.get("id", ""): path.get("d", "") for path in root.iter(f"{SVG}path")}
    return list(_inside(root, _Context(), paths))


def _inside(group: ElementTree.Element, context: _Context, paths: Mapping[str, str]) -> Iterator[Shape]:
    for element in group:
        if _is_comment(element) or _name(element) in UNSEEN:
            continue
        here = _context(element, context)
        if _name(element) == "g":
            yield from _words(element) if here.kind == "words" else _inside(element, here, paths)
        elif _name(element) == "path":
            yield _shape(here, element.get("d", ""), (0.0, 0.0))
        elif _name(element) == "use":
            kind = "marks" if here.kind == "lines" else here.kind
            place = (float(element.get("x", 0)), float(element.get("y", 0)))
            yield _shape(replace(here, kind=kind), paths[element.get(LINK, "").removeprefix("#")], place)
        else:
            raise UnknownShapeError(f"The drawing holds <{_name(element)}>, and nothing says how to compare it.")


def _is_comment(element: Any) -> bool:
    return element.tag is ElementTree.Comment  # the tag of a comment is no string, whatever its type says


def _name(element: ElementTree.Element) -> str:
    return str(element.tag).removeprefix(SVG)


def _context(element: ElementTree.Element, around: _Context) -> _Context:
    name = re.sub(r"_\d+$", "", element.get("id", ""))
    known = not name or name in FRAMES or (around.kind == "ticks" and name != "text")
    return _Context(
        kind=around.kind if known else KINDS.get(name, name),
        style=element.get("style", around.style),
        clipped=around.clipped or element.get("clip-path") is not None,
    )


def _shape(context: _Context, path: str, moved: Point) -> Shape:
    x, y, length = _measured(path)
    style = _declarations(context.style)
    drawn = style.get("stroke", "none") != "none"
    return Shape(
        kind=context.kind,
        look=f"{_look(style)}{' clipped' if context.clipped else ''}",
        outline=f"{path} {moved[0]:.2f} {moved[1]:.2f}",
        x=x + moved[0],
        y=y + moved[1],
        length=length,
        width=float(style.get("stroke-width", 1)) if drawn else 0.0,
    )


def _words(text: ElementTree.Element) -> Iterator[Shape]:
    """The lines of a text; a ground behind it is as large as its letters, so that only its colour is kept."""
    said = ""
    for element in text:
        if _is_comment(element):
            said = (element.text or "").strip()
        elif element.get("id"):
            ground = _declarations(element.find(f"{SVG}path").get("style", ""))  # type: ignore[union-attr]
            yield Shape("words", f"ground {_look(ground)}", "", 0.0, 0.0)
        else:
            placed = re.findall(r"(\w+)\(([^)]*)\)", element.get("transform", ""))
            x, y = (float(part) for part in dict(placed)["translate"].split())
            turned = dict(placed).get("rotate", "0")
            size = 100 * float(dict(placed)["scale"].split()[0])
            look = f"{said} {_look(_declarations(element.get('style', '')))} {turned}"
            yield Shape("words", look, f"{x:.2f} {y:.2f} {size:.2f}", x, y, width=size)


def _declarations(style: str) -> dict[str, str]:
    pairs = (declaration.partition(":") for declaration in style.split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs if name.strip()}


def _look(style: Mapping[str, str]) -> str:
    """Colours by their tokens, and how a line is drawn, without the numbers that may follow from the data."""
    colours = {name: re.sub(r"var\(--([\w-]+),[^)]*\)", r"\1", style.get(name, "")) for name in ("fill", "stroke")}
    dashes = len(style.get("stroke-dasharray", "").split(","))
    others = [f"{name} {style[name]}" for name in sorted(style) if name.endswith(("opacity", "linecap", "linejoin"))]
    return " ".join((colours["fill"] or "black", colours["stroke"] or "none", str(dashes), *others))


@lru_cache(maxsize=256)
def _measured(path: str) -> tuple[float, float, float]:
    """The middle and the length of a path; a curve goes from control point to control point."""
    pieces = [
        (math.dist(start, end), (start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        for line in _polylines(path)
        for start, end in pairwise(line)
    ]
    length = sum(piece for piece, _, _ in pieces)
    if length:
        return sum(w * x for w, x, _ in pieces) / length, sum(w * y for w, _, y in pieces) / length, length
    points = [point for line in _polylines(path) for point in line] or [(0.0, 0.0)]
    return sum(x for x, _ in points) / len(points), sum(y for _, y in points) / len(points), 0.0


def _polylines(path: str) -> list[list[Point]]:
    """The points of each part of a path, the first one again at its end where it is closed."""
    lines: list[list[Point]] = []
    for part in re.findall(r"[Mm][^Mm]*", path):
        numbers = [float(number) for number in re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", part)]
        line = list(zip(numbers[::2], numbers[1::2], strict=True))
        lines.append([*line, line[0]] if part.rstrip().endswith(("z", "Z")) else line)
    return lines
