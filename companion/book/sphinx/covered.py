"""Which numbers of the book the laboratory computes again, drawn for whoever reads without a script: a bar a part.

It is a table with bars rather than a picture of its own, because a row then reads on a phone, aloud and in any colours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from html import escape

from companion.book.sphinx.every_number import PARTS
from companion.book.sphinx.experiments import simulated
from companion.words import Words

HEIGHT = 12
"""Of a bar, in the units of its drawing, whose width is that of the largest part."""


@dataclass(frozen=True)
class Part:
    """One part of the registry: its name, how many numbers it has, and how many of them are computed again."""

    name: str
    count: int
    again: int


def parts(keys: Iterable[str], computes: Callable[[str], bool]) -> list[Part]:
    """Count the numbers by the first word of their keys, in the order of the page "Every number".

    Examples
    --------
    >>> parts(["sample.a", "verdict.R1", "sample.b"], lambda key: key.endswith("b"))
    [Part(name='sample', count=2, again=1), Part(name='verdict', count=1, again=0)]
    """
    of_part: dict[str, list[str]] = {name: [] for name in PARTS}
    for key in keys:
        of_part[key.split(".")[0]].append(key)
    return [Part(name, len(own), sum(map(computes, own))) for name, own in of_part.items() if own]


def html(of_parts: list[Part], of_simulated: bool, say: Words) -> str:
    """Give the figure as HTML: a caption that sums up, and for each part its name, a bar and the two counts."""
    count, again = sum(one.count for one in of_parts), sum(one.again for one in of_parts)
    words = {name: say.printed(number, "count") for name, number in (("count", count), ("again", again))}
    titles, widest = say.under("pages.every_number.parts"), max(one.count for one in of_parts)
    head = "".join(
        f'<th scope="col">{escape(say(f"pages.laboratory.covered.{name}"))}</th>' for name in ("part", "bar", "numbers")
    )
    rows = "".join(_row(one, titles[one.name], widest, say) for one in of_parts)
    mark = simulated(say) if of_simulated else ""
    return (
        f'<figure class="laboratory-covered"><figcaption>{escape(say("pages.laboratory.covered.caption", **words))}'
        f"</figcaption><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>{mark}</figure>"
    )


def _row(one: Part, title: str, widest: int, say: Words) -> str:
    bar = "".join(
        f'<rect class="{kind}" width="{width}" height="{HEIGHT}"/>'
        for kind, width in (("all", one.count), ("again", one.again))
    )
    counts = {name: say.printed(number, "count") for name, number in (("count", one.count), ("again", one.again))}
    return (
        f'<tr><th scope="row">{escape(title)}</th><td>'
        f'<svg viewBox="0 0 {widest} {HEIGHT}" preserveAspectRatio="none" aria-hidden="true">{bar}</svg></td>'
        f"<td>{escape(say('pages.laboratory.covered.of', **counts))}</td></tr>"
    )
