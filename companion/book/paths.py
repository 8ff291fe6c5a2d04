"""The paths through the book that a reader can choose, by the minutes there are or by role; ``chapters/paths.yml``."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import PositiveInt
from sphinx_external_toc.parsing import parse_toc_yaml

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked

FILE = "chapters/paths.yml"


class Way(Checked):
    """One path.

    Parameters
    ----------
    by
        What it is chosen by: the time that a reader has, or what the reader does.
    title
        What it is called.
    stops
        Pages, or sections of pages (``page#section``), in the order in which they are read.
    parts
        In place of stops: captions of the contents; the path is then the first page and every chapter of these parts.
    at_most
        The minutes that reading it may take; any where not given.
    """

    by: Literal["time", "role"]
    title: str
    stops: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    at_most: PositiveInt | None = None


class Paths(Checked):
    """Every path, by its name."""

    paths: dict[str, Way]


def page_of(stop: str) -> str:
    """Give the page of a stop.

    Examples
    --------
    >>> page_of("chapters/results/verdicts#one-by-one")
    'chapters/results/verdicts'
    """
    return stop.partition("#")[0]


def load(root: Path) -> Paths:
    """Read the paths of the book in a folder; none where it names none.

    Raises
    ------
    InputError
        The file holds a fault, or a path names a page or a part that the contents do not have, or a page twice; with
        the line of each.
    """
    file = root / FILE
    if not file.is_file():
        return Paths(paths={})
    found = checked_yaml.load(file, Paths)
    contents = parse_toc_yaml(root / "_toc.yml")
    parts = {tree.caption or "": [str(item) for item in tree.items] for tree in contents.root.subtrees}
    faults = [fault for name, way in found.paths.items() for fault in _faults(name, way, set(contents), parts)]
    if faults:
        raise InputError(
            [
                Problem(
                    file,
                    message,
                    remedy,
                    row=checked_yaml.line_of(file, where),
                    column=".".join(map(str, where[:3])),
                    value=value,
                )
                for where, value, message, remedy in faults
            ]
        )
    first = contents.root.docname
    return Paths(paths={name: _with_stops(way, first, parts) for name, way in found.paths.items()})


def _with_stops(way: Way, first: str, parts: Mapping[str, Sequence[str]]) -> Way:
    """Give a path with its stops, those of its parts where it names parts."""
    if not way.parts:
        return way
    return way.model_copy(update={"stops": (first, *(page for part in way.parts for page in parts[part]))})


def _faults(
    name: str, way: Way, pages: Collection[str], parts: Collection[str]
) -> Iterator[tuple[tuple[str | int, ...], str, str, str]]:
    """Give the place, the value, what is wrong and what to do of everything in a path that cannot be."""
    if bool(way.stops) == bool(way.parts):
        yield ("paths", name), name, "A path has stops, or parts in their place.", "Name one of the two."
    for place, part in enumerate(way.parts):
        if part not in parts:
            yield ("paths", name, "parts", place), part, "There is no such part.", f"There are: {', '.join(parts)}."
    for place, stop in enumerate(way.stops):
        where = ("paths", name, "stops", place)
        if page_of(stop) not in pages:
            yield where, stop, "There is no such page.", "Write it as _toc.yml does, such as chapters/results/verdicts."
        elif stop in way.stops[:place]:
            yield where, stop, "The path stops here twice.", "Remove one of the two."
