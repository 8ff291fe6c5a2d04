"""Nothing that a figure draws is cut off: every mark lies inside its axes, asked from what matplotlib would paint."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from figures.planted import FIGURES
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import Collection
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle

from companion.evidence import engagement, evidence_map, forest, tiers, timeline
from companion.figures import literature
from companion.figures.style import Figure

PIXEL = 0.5
"""What may stand out: a line's own thickness on the edge of its axes."""

FROM_THE_EVIDENCE: dict[str, Callable[[], Figure]] = {
    "tier_ranges": lambda: literature.tier_ranges(tiers()),
    "engagement_rates": lambda: literature.engagement_rates(engagement()),
    "evidence_map": lambda: literature.evidence_map(evidence_map()),
    "effect_sizes": lambda: literature.effect_sizes(forest()),
    "rules_timeline": lambda: literature.rules_timeline(timeline()),
}


def outside(canvas: Canvas) -> list[str]:
    """Marks, lines and areas that end outside their axes, in pixels of the drawing."""
    return [
        f"{type(artist).__name__} {places.min(axis=0).round(1)} to {places.max(axis=0).round(1)}"
        for axes in canvas.axes
        if axes.get_visible()
        for artist, places in painted(axes)
        if not _holds(axes if artist.get_clip_on() or artist.get_transform() == axes.transData else canvas, places)
    ]


def painted(axes: Axes) -> list[tuple[Artist, np.ndarray]]:
    """Each artist of some axes with the corners of what it paints."""
    return [
        *((line, _of_line(line)) for line in axes.lines),
        *((patch, _of_patch(patch)) for patch in axes.patches),
        *((area, _of_collection(area)) for area in axes.collections),
    ]


def _of_line(line: Line2D) -> np.ndarray:
    places = np.asarray(line.get_transform().transform(line.get_xydata()))
    if line.get_marker() in ("None", None, "") or line.get_clip_on() is False:
        return places
    half = line.get_markersize() / 2 * line.figure.dpi / 72  # type: ignore[union-attr]
    return np.concatenate([places - half, places + half])


def _of_patch(patch: Patch) -> np.ndarray:
    return np.asarray(patch.get_transform().transform(patch.get_path().vertices))


def _of_collection(collection: Collection) -> np.ndarray:
    paths, offsets = collection.get_paths(), collection.get_offsets()
    where = collection.get_transform()
    corners = [where.transform(path.vertices) for path in paths if len(path.vertices)]
    if not corners:
        return np.empty((0, 2))
    shifts = collection.get_offset_transform().transform(np.asarray(offsets)) if np.any(offsets) else np.zeros((1, 2))
    return np.concatenate([part + shift for part in corners for shift in shifts])


def _holds(frame: Axes | Canvas, places: np.ndarray) -> bool:
    """Whether corners lie in some axes, or, where axes do not cut and no scale gives the place, in the picture."""
    known = places[~np.isnan(places).any(axis=1)]
    low, high = frame.bbox.min - PIXEL, frame.bbox.max + PIXEL
    return bool((known >= low).all() and (known <= high).all())


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_every_mark_of_a_figure_lies_inside_its_axes(canvases: list[Canvas], name: str) -> None:
    FIGURES[name]()
    assert [outside(canvas) for canvas in canvases] == [[], []]


@pytest.mark.slow
@pytest.mark.parametrize("name", FROM_THE_EVIDENCE)
def test_every_mark_of_the_books_own_evidence_lies_inside_its_axes(canvases: list[Canvas], name: str) -> None:
    FROM_THE_EVIDENCE[name]()
    assert [outside(canvas) for canvas in canvases] == [[], []]


@pytest.mark.parametrize(
    "cut",
    [
        lambda axes: axes.plot([0.5, 1.5], [0.5, 0.5]),
        lambda axes: axes.plot([1.0], [0.5], "o", markersize=9),
        lambda axes: axes.plot([1.2], [0.5], "o", clip_on=False),
        lambda axes: axes.hlines(0.5, -0.2, 0.5),
        lambda axes: axes.scatter([0.5], [1.3]),
        lambda axes: axes.fill_betweenx([0.4, 0.6], 0.5, 1.2),
        lambda axes: axes.add_patch(Rectangle((0.9, 0.5), 0.3, 0.1)),
    ],
    ids=["line", "half a point", "point beside", "interval", "scatter", "bar", "patch"],
)
def test_what_ends_outside_its_axes_is_found(cut: Callable[[Axes], object]) -> None:
    canvas = Canvas()
    axes = canvas.add_subplot(xlim=(0, 1), ylim=(0, 1))
    axes.plot([0.1, 0.9], [0.5, 0.5])
    assert outside(canvas) == []
    cut(axes)
    axes.set(xlim=(0, 1), ylim=(0, 1))
    assert len(outside(canvas)) == 1
