"""Whether the printed numbers depend on how many threads linear algebra runs on, or on the processor it is written for.

    python benchmarks/numerics.py         # writes benchmarks/numerics.csv

OpenBLAS holds a kernel for each kind of processor and adds up in another order in each, so the last digits of a sum
differ from machine to machine. Here the whole analysis runs once under every kernel that this processor can run, on one
thread and on two, each time in a process of its own and from nothing; every number is set beside that of the first run.
A kernel that the processor cannot run ends its process with an illegal instruction, and is left out.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
KERNELS = ("Katmai", "Nehalem", "Sandybridge", "Haswell", "SkylakeX")
"""The kernels that the libraries in the wheels of numpy and scipy hold for this kind of processor."""
THREADS = (1, 2)

PROBE = """
import json, numpy, scipy.linalg, threadpoolctl
square = numpy.random.default_rng(0).normal(size=(64, 64))
scipy.linalg.solve(square @ square.T + numpy.eye(64), numpy.linalg.svd(square)[1])
pools = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
blas = sorted({(p["filepath"].rsplit("/", 1)[-1], p["architecture"], p["num_threads"]) for p in pools})
"""
SHOW = "print(json.dumps(blas))"
ANALYSIS = """
import sys
from pathlib import Path
from companion import numbers
from companion.study import Study

root = Path(sys.argv[1])
collected = numbers.collect(Study(root / "data/survey.csv", root))
found = {key: [number.printed(), number.value] for key, number in collected.items()}
print(json.dumps([blas, found], default=lambda scalar: scalar.item()))
"""

Value = float | str | list[float]


class OtherKernelError(Exception):
    """Linear algebra did not run as it was told to."""


@dataclass(frozen=True)
class Setting:
    """How linear algebra runs.

    Parameters
    ----------
    kernel
        Name of an OpenBLAS kernel.
    threads
        Number of threads.
    """

    kernel: str
    threads: int

    def environment(self, package: Path) -> dict[str, str]:
        """Give the environment of a process that runs so, with the package from a folder."""
        given = {"OPENBLAS_CORETYPE": self.kernel, "PYTHONPATH": str(package)}
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
            given[name] = str(self.threads)
        return {**os.environ, **given}

    def check(self, blas: list[list[str | int]]) -> None:
        """Check that every BLAS library runs so: numpy and scipy each bring one.

        Parameters
        ----------
        blas
            (file, kernel, threads) of each library.

        Raises
        ------
        OtherKernelError
            One runs otherwise.
        """
        for file, kernel, threads in blas:
            if (str(kernel).lower(), threads) != (self.kernel.lower(), self.threads):
                raise OtherKernelError(f"{file} runs {kernel} on {threads} threads, not {self}")


@dataclass(frozen=True)
class Run:
    """The numbers of one run: key -> printed form and value."""

    setting: Setting
    printed: dict[str, str]
    full: dict[str, Value]


@dataclass(frozen=True)
class Comparison:
    """How far the numbers of one run lie from those of another.

    Parameters
    ----------
    otherwise_printed
        Keys whose printed forms differ.
    largest
        Largest difference of two values, in units of the larger of the value and one.
    where
        The key of that number.
    """

    otherwise_printed: tuple[str, ...]
    largest: float
    where: str


def run_child(code: str, setting: Setting, package: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in a process of its own."""
    command = [sys.executable, "-c", code, *arguments]
    environment = setting.environment(package)
    return subprocess.run(command, env=environment, cwd=package, capture_output=True, text=True, check=False)


def runnable(kernel: str) -> bool:
    """Say whether this processor can run a kernel; tried in a process of its own, which an unknown instruction ends.

    OpenBLAS takes another kernel where it does not hold the one that it is asked for.
    """
    setting = Setting(kernel, 1)
    done = run_child(PROBE + SHOW, setting, ROOT)
    if done.returncode:
        return False
    try:
        setting.check(json.loads(done.stdout))
    except OtherKernelError:
        return False
    return True


def analyse(setting: Setting, package: Path = ROOT) -> Run:
    """Compute every number from nothing.

    Parameters
    ----------
    setting
        How linear algebra runs.
    package
        The folder with package, data and results.

    Raises
    ------
    OtherKernelError
        Linear algebra ran otherwise.
    """
    with tempfile.TemporaryDirectory() as folder:
        for name in ("data", "results"):
            (Path(folder) / name).symlink_to(package / name)
        done = run_child(PROBE + ANALYSIS, setting, package, folder)
    if done.returncode:
        raise RuntimeError(f"{setting}: {done.stderr}")
    blas, numbers = json.loads(done.stdout)
    setting.check(blas)
    return Run(
        setting,
        printed={key: printed for key, (printed, _) in numbers.items()},
        full={key: value for key, (_, value) in numbers.items()},
    )


def compare(one: Run, other: Run) -> Comparison:
    """Set the numbers of two runs side by side.

    Raises
    ------
    ValueError
        They are not the same numbers.
    """
    if one.printed.keys() != other.printed.keys():
        raise ValueError(f"other numbers: {sorted(one.printed.keys() ^ other.printed.keys())}")
    gaps = {key: gap(one.full[key], other.full[key]) for key in one.full}
    where = max(gaps, key=gaps.__getitem__)
    differ = tuple(key for key in one.printed if one.printed[key] != other.printed[key])
    return Comparison(differ, gaps[where], where)


def gap(one: Value, other: Value) -> float:
    """Give the difference of two values in units of the larger of the first and one; infinite for other words."""
    if isinstance(one, list) and isinstance(other, list):
        return max(gap(a, b) for a, b in zip(one, other, strict=True))
    if isinstance(one, str) or isinstance(other, str) or isinstance(one, list) or isinstance(other, list):
        return 0.0 if one == other else math.inf
    return abs(one - other) / max(1.0, abs(one))


def settings() -> Iterator[Setting]:
    """Give every kernel that this processor can run, on one thread and on two."""
    for kernel in filter(runnable, KERNELS):
        for threads in THREADS:
            yield Setting(kernel, threads)


def main() -> None:
    """Run the analysis under every setting and write the table."""
    first, rows = None, []
    for setting in settings():
        run = analyse(setting)
        first = first or run
        found = compare(first, run)
        rows.append(
            {
                "kernel": setting.kernel,
                "threads": setting.threads,
                "numbers": len(run.printed),
                "otherwise_printed": len(found.otherwise_printed),
                "largest_difference": found.largest,
                "where": found.where if found.largest else "",
            }
        )
        print(rows[-1], *found.otherwise_printed, flush=True)
    pd.DataFrame(rows).to_csv(HERE / "numerics.csv", index=False, float_format="%.2g", lineterminator="\n")


if __name__ == "__main__":
    main()
