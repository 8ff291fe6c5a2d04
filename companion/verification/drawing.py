"""What is kept of a figure as it is drawn, to see later whether it is the same picture.

The data beside a figure say what should be drawn; this says what was. Both versions count, that for the column and that
for a phone. A picture holds a thousand marks, so of each kind of shape the count, the look, and a few sums are kept: on
another machine a coordinate may end in another last digit, and the sums tell that from a mark that stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import astuple, dataclass

import numpy as np

from companion import store
from companion.figures.style import Figure
from companion.verification.compare import Comparison, Entry, Outcome, Row, compare
from companion.verification.fingerprint import GOLDEN, SHOWN
from companion.verification.geometry import Shape, shapes

POINTS = 0.05
"""Points of the page by which a drawing may differ on another platform: less than a tenth of a pixel."""

WORDS = "words"
LOOK = 16
"""Characters of the digest of a look."""
DECIMALS = 3


@dataclass(frozen=True)
class Shapes:
    """All shapes of one kind in one version of a figure.

    Parameters
    ----------
    count
        How many there are.
    look
        First characters of the sha256 of their colours and dashes, and of the words of texts, in order of drawing.
    sums
        Of the middles' x and y, the lengths and the widths, in points: the four sums, and the four sums weighted by the
        order of drawing, so that two marks that change places change them.
    """

    count: int
    look: str
    sums: tuple[float, ...]

    @classmethod
    def of(cls, found: list[Shape]) -> Shapes:
        """Give what is kept of shapes of one kind."""
        look = store.digest(shape.look.encode() for shape in found)[:LOOK]
        values = np.array([(shape.x, shape.y, shape.length, shape.width) for shape in found])
        weights = np.arange(1, len(found) + 1) * GOLDEN % 1
        sums = (*values.sum(axis=0), *(weights @ values))
        return cls(len(found), look, tuple(round(float(value), DECIMALS) + 0.0 for value in sums))


@dataclass(frozen=True)
class Drawing:
    """What is kept of the picture of one figure.

    Parameters
    ----------
    digest
        sha256 of every shape of both versions, coordinates to a hundredth of a point, without the outlines of letters.
    kinds
        Version and kind, such as ``wide lines``, -> its shapes.
    """

    digest: str
    kinds: Mapping[str, Shapes]

    @classmethod
    def of(cls, figure: Figure) -> Drawing:
        """Give what is kept of a figure as it is drawn."""
        versions = {"wide": shapes(figure.wide), "narrow": shapes(figure.narrow)}
        by_kind: dict[str, list[Shape]] = {}
        for version, found in versions.items():
            for shape in found:
                by_kind.setdefault(f"{version} {shape.kind}", []).append(shape)
        exact = (repr((version, *astuple(shape))) for version, found in versions.items() for shape in found)
        return cls(store.digest(line.encode() for line in exact), {kind: Shapes.of(of) for kind, of in by_kind.items()})


def compare_drawings(
    expected: Mapping[str, Drawing], recomputed: Mapping[str, Drawing], same_platform: bool
) -> Comparison:
    """Compare the drawings of figures by name.

    ``same``: the digests are equal, as they must be where both were drawn on one platform. Elsewhere it is a ``tie`` if
    the same shapes with the same looks and words were drawn and no sum differs by more than `POINTS`. Where words begin
    follows from the widths of letters, and counts on one platform only.

    Parameters
    ----------
    expected, recomputed
        Drawings by the name of the figure.
    same_platform
        Whether both were drawn with the same system, processor, libraries and typeface.
    """
    before, now = ({name: _entry(one) for name, one in side.items()} for side in (expected, recomputed))
    rows = [
        _judged(row, expected[row.key], recomputed[row.key], same_platform) if row.outcome == "differs" else row
        for row in compare(before, now).rows
    ]
    return Comparison(tuple(rows), 0.0 if same_platform else POINTS)


def _entry(drawing: Drawing) -> Entry:
    return Entry.word(drawing.digest, drawing.digest[:SHOWN])


def _judged(row: Row, expected: Drawing, recomputed: Drawing, same_platform: bool) -> Row:
    where = ", ".join(_changes(expected.kinds, recomputed.kinds, same_platform))
    outcome: Outcome = "differs" if where or same_platform else "tie"
    said = where or ("in the course of a line" if same_platform else f"drawn within {POINTS} pt")
    return Row(row.key, row.expected, row.recomputed, None, outcome, said)


def _changes(expected: Mapping[str, Shapes], recomputed: Mapping[str, Shapes], same_platform: bool) -> Iterator[str]:
    allowed = 0.0 if same_platform else POINTS
    for kind in dict.fromkeys((*expected, *recomputed)):
        one, other = expected.get(kind), recomputed.get(kind)
        if one is None or other is None or one.count != other.count:
            yield f"{other.count if other else 0} {kind} in place of {one.count if one else 0}"
            continue
        placed = same_platform or not kind.endswith(WORDS)
        if placed and max(abs(left - right) for left, right in zip(one.sums, other.sums, strict=True)) > allowed:
            yield f"in {kind}"
        elif one.look != other.look:
            yield f"in {kind}" if kind.endswith(WORDS) else f"in the look of {kind}"
