"""The process that recomputes, in a folder that holds the inputs and nothing else.

``python -m companion.verification.worker PATTERN OUTPUT``
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import warnings
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatchcase
from pathlib import Path

from companion import chapters as pages
from companion import numbers, store
from companion.errors import InputError, NothingLeftError
from companion.figures.style import Figure
from companion.study import SETTINGS, SHIPPED_SURVEY, Study
from companion.verification import cells as chapters
from companion.verification import expected
from companion.verification.compare import Entry
from companion.verification.expected import EVERYTHING, Results
from companion.verification.fingerprint import Fingerprint

Shown = dict[str, Fingerprint]


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
    figures, tables = _shown(root, pattern, workers)
    return Results(entries, figures, tables, digests(root))


def digests(root: Path) -> dict[str, str]:
    """Give the sha256 of every file that the numbers depend on, by path."""
    files = {file for pattern in (SHIPPED_SURVEY, *SETTINGS) for file in root.glob(pattern)}
    return {file.relative_to(root).as_posix(): store.sha256(file.read_bytes()) for file in sorted(files)}


def _shown(root: Path, pattern: str, workers: int) -> tuple[Shown, Shown]:
    with_some = [
        chapter
        for chapter in pages.with_cells(root)
        if any(fnmatchcase(name, pattern) for name in chapters.shown_names(chapter))
    ]
    figures: Shown = {}
    tables: Shown = {}
    if with_some:
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(min(workers, len(with_some)), mp_context=context) as pool:
            for of_chapter in pool.map(_of_chapter, with_some, [pattern] * len(with_some)):
                figures |= of_chapter[0]
                tables |= of_chapter[1]
    return figures, tables


def _of_chapter(chapter: Path, pattern: str) -> tuple[Shown, Shown]:
    # The typeface is not among the inputs: the drawings are not compared, only what they show.
    warnings.filterwarnings("ignore", "The figures are set in DejaVu Sans")
    found = chapters.shown(chapter, lambda name: fnmatchcase(name, pattern))
    prints = {name: Fingerprint.of(result) for name, result in found.items()}
    figures = {name: one for name, one in prints.items() if isinstance(found[name], Figure)}
    return figures, {name: one for name, one in prints.items() if name not in figures}


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
