"""The process that recomputes, in a folder that holds the inputs and nothing else.

``python -m companion.verification.worker PATTERN OUTPUT``
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import warnings
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import reduce
from operator import or_
from pathlib import Path

from companion import chapters as pages
from companion import numbers, store
from companion.errors import InputError, NothingLeftError
from companion.figures.style import Figure
from companion.study import SETTINGS, SHIPPED_SURVEY, Study
from companion.verification import cells as chapters
from companion.verification import expected, surroundings
from companion.verification.compare import Entry
from companion.verification.drawing import Drawing
from companion.verification.expected import EVERYTHING, Results
from companion.verification.fingerprint import Fingerprint


@dataclass(frozen=True)
class Shown:
    """What is kept of the figures and tables of chapters, by name."""

    figures: Mapping[str, Fingerprint] = field(default_factory=dict)
    tables: Mapping[str, Fingerprint] = field(default_factory=dict)
    drawings: Mapping[str, Drawing] = field(default_factory=dict)

    def __or__(self, other: Shown) -> Shown:
        return Shown(
            {**self.figures, **other.figures}, {**self.tables, **other.tables}, {**self.drawings, **other.drawings}
        )


def recomputed(root: Path, pattern: str, workers: int) -> Results:
    """Give the results of the inputs in this folder, of what fits a pattern.

    Everything is computed side by side; for a part, only what the part needs.
    """
    current = Study(root / SHIPPED_SURVEY, root)
    if pattern == EVERYTHING:
        registry = numbers.collect_side_by_side(current, workers)
    else:
        registry = numbers.collect_starting(current, re.split(r"[*?\[]", pattern, maxsplit=1)[0])
    entries = {key: Entry.of(number) for key, number in registry.items() if fnmatchcase(key, pattern)}
    shown = _shown(root, pattern, workers)
    return Results(entries, shown.figures, shown.tables, digests(root), shown.drawings, surroundings.platform())


def digests(root: Path) -> dict[str, str]:
    """Give the sha256 of every file that the numbers depend on, by path."""
    files = {file for pattern in (SHIPPED_SURVEY, *SETTINGS) for file in root.glob(pattern)}
    return {file.relative_to(root).as_posix(): store.sha256(file.read_bytes()) for file in sorted(files)}


def _shown(root: Path, pattern: str, workers: int) -> Shown:
    with_some = [
        chapter
        for chapter in pages.with_cells(root)
        if any(fnmatchcase(name, pattern) for name in chapters.shown_names(chapter))
    ]
    if not with_some:
        return Shown()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(with_some)), mp_context=context) as pool:
        return reduce(or_, pool.map(_of_chapter, with_some, [pattern] * len(with_some)), Shown())


def _of_chapter(chapter: Path, pattern: str) -> Shown:
    # The book's typeface is not among the inputs, so that every machine draws with the one that matplotlib brings.
    warnings.filterwarnings("ignore", "The figures are set in DejaVu Sans")
    found = chapters.shown(chapter, lambda name: fnmatchcase(name, pattern))
    figures = {name: result for name, result in found.items() if isinstance(result, Figure)}
    return Shown(
        figures={name: Fingerprint.of(figure) for name, figure in figures.items()},
        tables={name: Fingerprint.of(result) for name, result in found.items() if name not in figures},
        drawings={name: Drawing.of(figure) for name, figure in figures.items()},
    )


def main(pattern: str, output: str) -> int:
    """Write the results of this folder; give the exit code."""
    try:
        expected.write(Path(output), recomputed(Path.cwd(), pattern, os.cpu_count() or 1))
    except (InputError, chapters.CellError) as error:
        print(error, file=sys.stderr)
        return 2
    except NothingLeftError as error:
        print(error, file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))
