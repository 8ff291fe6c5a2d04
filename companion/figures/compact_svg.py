"""The drawings that matplotlib writes with less around them: no indentation, short names, no decimals that nobody sees.

SVG optimisers (scour, svgo) know neither the style variables of these drawings nor that the names of groups and the
words before a text are read again when drawings are verified.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache

SHRUNK = ' transform="scale(0.015625)"'
"""Of the outline of a letter: its numbers are in sixty-fourths of a unit, of which about ten are a point."""
OUTLINE = re.compile(rf'(?<= )d="([^"]*)"(?={re.escape(SHRUNK)})')
FINENESS = 8
"""Sixty-fourths in a unit of the outlines that are written: less than a hundredth of a point, which nobody sees."""
UNIT = Decimal(FINENESS) / 64
WORD = re.compile(r"scale\(([\d.]+) -\1\)")
NUMBER = re.compile(r"-?[\d.]+")
LETTER = re.compile(r'(<use [^>]*)transform="translate\(([-\d.]+) ([-\d.]+)\)"')
REFERENCE = re.compile(r'(?:xlink:href="|url\()#([^")]+)')
SPACED = re.compile(r"\s*([:;,])\s*")
STEP = re.compile(r"([A-Za-z])([^A-Za-z]*)")

Step = tuple[str, list[Decimal]]

ORIGIN = (Decimal(0), Decimal(0))


@cache
def compact(svg: str) -> str:
    """Give the same drawing in about half of the letters.

    Parameters
    ----------
    svg
        A drawing as `companion.figures.style.themed` or `companion.figures.style.plain` gives it.

    Examples
    --------
    >>> compact('<g id="patch_1"> <path d="M 0 -1.5 \\nL 3 5 \\nL 3 7 \\nz\\n" style="fill: none; stroke: red"/> </g>')
    '<g id="patch_1"><path d="M0-1.5l3 6.5v2z" style="fill:none;stroke:red"/></g>'
    """
    svg = re.sub(r">\s+<", "><", svg)
    svg = WORD.sub(_in_units_of_outlines, svg)
    svg = OUTLINE.sub(lambda outline: f'd="{NUMBER.sub(_coarser, outline[1])}"', svg).replace(SHRUNK, "")
    svg = re.sub(r'(?<= )d="([^"]*)"', lambda path: f'd="{_from_step_to_step(path[1])}"', svg)
    svg = re.sub(r'(?<= )style="[^"]*"', lambda style: SPACED.sub(r"\1", style[0]), svg)
    svg = LETTER.sub(lambda use: use[1] + _placed(use[2], use[3]), svg)
    return _with_short_names(svg)


def _from_step_to_step(path: str) -> str:
    """A path told by where each step goes from the one before, which takes fewer digits than where it stands."""
    written, last = "", ""
    for letter, numbers in _joined(_relative(path)):
        told = " ".join(_shortest(number) for number in numbers).replace(" -", "-")
        named = letter != last or letter in "mM"  # what follows the numbers of a move is read as a line
        separated = " " if not named and not told.startswith("-") else ""
        written += (letter if named else separated) + told
        last = letter
    return written


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Steps with those that go on straight across or straight down taken together."""
    waiting: Step = ("", [])
    for letter, numbers in steps:
        if letter == waiting[0] and letter in ("h", "v") and (numbers[0] > 0) == (waiting[1][0] > 0):
            waiting = letter, [waiting[1][0] + numbers[0]]
        else:
            yield waiting
            waiting = letter, numbers
    yield waiting


def _relative(path: str) -> Iterator[Step]:
    """The steps of a path after its first move, each from where the one before ended."""
    start = here = ORIGIN
    for letter, told in STEP.findall(path):
        numbers = [Decimal(number) for number in NUMBER.findall(told)]
        if letter in "zZ":
            here = start
            yield "z", []
        elif letter.islower():
            raise ValueError(f"A path is written from step to step already: {path}")
        else:
            first = letter == "M" and start == here == ORIGIN
            moved = [number - here[place % 2] for place, number in enumerate(numbers)]
            here = (numbers[-2], numbers[-1])
            if letter == "M":
                start = here
            yield ("M", numbers) if first else _straight(letter.lower(), moved)


def _straight(letter: str, moved: list[Decimal]) -> Step:
    """A step; a line straight across or down needs one number, and so does a curve whose handle lies on such a line."""
    if letter not in ("l", "q"):
        return letter, moved
    across, down = moved[0::2], moved[1::2]
    if not any(down) and _onwards(across):
        return "h", across[-1:]
    if not any(across) and _onwards(down):
        return "v", down[-1:]
    return letter, moved


def _onwards(places: list[Decimal]) -> bool:
    """Whether places on a line follow each other without turning back."""
    return min(Decimal(0), places[-1]) <= places[0] <= max(Decimal(0), places[-1])


def _shortest(number: Decimal | int) -> str:
    """A number without the zeros that say nothing."""
    text = f"{Decimal(number).normalize():f}"
    return re.sub(r"^(-?)0\.", r"\1.", text)


def _coarser(number: re.Match[str]) -> str:
    return str(round(Decimal(number[0]) / FINENESS))


def _in_units_of_outlines(word: re.Match[str]) -> str:
    """The size of a word's letters, in place of one size for the word and one for each letter's outline."""
    size = _shortest(Decimal(word[1]) * UNIT)
    return f"scale({size} -{size})"


def _placed(x: str, y: str) -> str:
    """Where a letter stands in its word, in the units of its outline, of which about eighty are a point."""
    across, down = (_shortest(round(Decimal(number) / UNIT)) for number in (x, y))
    return f'x="{across}"' + (f' y="{down}"' if down not in ("0", "-0") else "")


def _with_short_names(svg: str) -> str:
    """Call what is used by name by a number instead, in the order of its first use."""
    names = {name: f"i{place}" for place, name in enumerate(dict.fromkeys(REFERENCE.findall(svg)))}
    svg = re.sub(r'(?<= )id="([^"]+)"', lambda given: f'id="{names.get(given[1], given[1])}"', svg)
    return REFERENCE.sub(lambda used: used[0].replace(f"#{used[1]}", f"#{names[used[1]]}"), svg)
