"""The parts of a figure that a reader can be led through: what belongs to each, and where it lies in the picture.

The place of a part is that of the marks which were drawn for it, in each of the two drawings, so that it follows the
data and nobody types it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeAlias

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure as Canvas
from matplotlib.transforms import Bbox, BboxBase

Box: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height in per cent of a picture's width and height, from its upper left corner."""

PREFIX = "part:"
AIR = 4.0
"""Points around a part."""
POINTS = 72
"""Points in an inch."""


@contextmanager
def part(holder: Axes | Canvas, name: str) -> Iterator[None]:
    """Count whatever is drawn within as one part of the figure.

    Parameters
    ----------
    holder
        What is drawn on.
    name
        Of the part, by which a page asks for it, without spaces; a second use of it adds to the part, and parts within
        a part belong to both.

    Examples
    --------
    >>> canvas = Canvas(figsize=(2, 1), dpi=72)
    >>> axes = canvas.add_axes((0, 0, 1, 1))
    >>> _ = axes.set(xlim=(0, 1), ylim=(0, 1))
    >>> with part(axes, "line"):
    ...     _ = axes.plot([0.25, 0.5], [0.5, 0.5])
    >>> taken_off(canvas)["line"][0]
    22.2
    """
    before = holder.get_children()
    yield
    for artist in holder.get_children():
        if artist not in before:
            artist.set_gid(f"{artist.get_gid() or PREFIX}{name} ")


def taken_off(canvas: Canvas) -> dict[str, Box]:
    """Give the place of each part of a drawing, and take the names off it: its file is the same as without parts."""
    resolution = canvas.dpi
    canvas.set_dpi(POINTS)  # as its file is written; measuring a word there sets it, too, and leaves it so
    for axes in canvas.axes:
        axes.get_xlim()  # settles limits that are to follow from the data
    found: dict[str, list[Bbox]] = {}
    for artist in canvas.findobj():
        names = artist.get_gid() or ""
        if not names.startswith(PREFIX):
            continue
        artist.set_gid(None)
        extent = _in_sight(artist)
        if extent is not None:
            for name in names.removeprefix(PREFIX).split():
                found.setdefault(name, []).append(extent)
    boxes = {name: _box(canvas.bbox, Bbox.union(extents)) for name, extents in found.items()}
    canvas.set_dpi(resolution)
    return boxes


def _in_sight(artist: Artist) -> Bbox | None:
    extent = _extent(artist)
    if artist.get_clip_on() and artist.axes is not None:
        return Bbox.intersection(extent, artist.axes.bbox)
    return extent


def _extent(artist: Artist) -> Bbox:
    if not isinstance(artist, LineCollection):
        return artist.get_window_extent()
    # its own answer is empty, or all of its axes
    return Bbox.union([artist.get_transform().transform_path(path).get_extents() for path in artist.get_paths()])


def _box(whole: BboxBase, extent: Bbox) -> Box:
    left, right = max(extent.x0 - AIR, 0), min(extent.x1 + AIR, whole.width)
    bottom, top = max(extent.y0 - AIR, 0), min(extent.y1 + AIR, whole.height)
    shares = (left / whole.width, 1 - top / whole.height, (right - left) / whole.width, (top - bottom) / whole.height)
    across, down, width, height = (round(100 * float(share), 1) for share in shares)
    return across, down, width, height
