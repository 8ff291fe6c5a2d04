"""How damaged exports of every tool fare: read, refused in words, or a fault of ours.

    python benchmarks/damaged_exports.py --files 10000     # writes benchmarks/damaged_exports.csv

Bytes of each sample export are changed, cut, repeated or inserted as the tests do it with a few; each file is then
imported as `companion import` would. A fault is any error that is not told in words, a cell in the table that no code
of the questionnaire allows, a file that appears beside the one that was given, or more than ten seconds for one file.
The command names each fault with the seed that makes it again, and ends with 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import product
from pathlib import Path
from typing import NamedTuple

import pandas as pd

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "tests/survey")]

import test_mutated_exports as damaged  # noqa: E402  the tests' own way of damaging a file and of looking at the table

from companion.errors import InputError  # noqa: E402

LONGEST = 10.0


class Fate(NamedTuple):
    """What became of one damaged file."""

    name: str
    seed: int
    outcome: str
    seconds: float


def fate(name: str, seed: int) -> Fate:
    """Import one damaged file in a folder of its own."""
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(damaged.damaged(name, seed))
        try:
            damaged.import_and_look(file)
            outcome = "read"
        except InputError:
            outcome = "refused"
        except Exception as fault:
            outcome = f"fault: {type(fault).__name__}: {fault}"
        if sorted(path.name for path in Path(folder).iterdir()) != [name]:
            outcome = "fault: another file was written"
    seconds = time.perf_counter() - start
    return Fate(name, seed, outcome if seconds <= LONGEST else f"fault: {seconds:.0f} seconds", seconds)


def main() -> None:
    """Damage, import and count."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    names = list(damaged.examples.EXAMPLES)
    each = -(-asked.files // len(names))
    with ProcessPoolExecutor(asked.workers) as pool:
        fates = list(pool.map(fate, *zip(*product(names, range(each)), strict=True), chunksize=20))
    faults = [one for one in fates if one.outcome.startswith("fault")]
    for one in faults:
        print(f"{one.name}, seed {one.seed}: {one.outcome}")
    counts = Counter((one.name, one.outcome.partition(":")[0]) for one in fates)
    table = pd.DataFrame(
        {
            "export": name,
            "files": each,
            **{outcome: counts[name, outcome] for outcome in ("read", "refused", "fault")},
            "longest_s": max(one.seconds for one in fates if one.name == name),
        }
        for name in names
    )
    table.to_csv(HERE / "damaged_exports.csv", index=False, float_format="%.2g")
    print(table.to_string(index=False))
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
