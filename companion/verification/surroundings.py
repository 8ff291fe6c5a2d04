"""What a recomputation ran on: versions against the lock, the machine, and its libraries for linear algebra."""

from __future__ import annotations

import importlib.metadata
import os
import platform as system
from dataclasses import dataclass
from pathlib import Path

import matplotlib.ft2font
import scipy.linalg  # noqa: F401  its library for linear algebra is to be among those that are listed
from packaging.requirements import Requirement
from threadpoolctl import threadpool_info

from companion.verification.compare import Comparison, Entry, compare

LOCK = "requirements.lock"


@dataclass(frozen=True)
class Machine:
    """What the numbers were computed on.

    Parameters
    ----------
    python
        Implementation and version of the interpreter.
    system
        Operating system, its version, and the kind of processor.
    processor
        Name of the processor, where the system tells it.
    cores
        How many cores the process may use.
    linear_algebra
        Each library for linear algebra: its name, version, and the kind of processor that it chose.
    """

    python: str
    system: str
    processor: str
    cores: int
    linear_algebra: tuple[str, ...]


def machine() -> Machine:
    """Describe this machine and this interpreter."""
    return Machine(
        python=f"{system.python_implementation()} {system.python_version()}",
        system=system.platform(),
        processor=_processor(),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1,
        linear_algebra=tuple(sorted({_library(found) for found in threadpool_info()})),
    )


def platform() -> str:
    """Name all that the last digit of a drawing may depend on: system, processor, linear algebra, library, typeface.

    The drawings of a recomputation are set in the typeface that comes with matplotlib, whatever the machine has.
    """
    algebra = sorted({_library(found) for found in threadpool_info() if found["user_api"] == "blas"})
    freetype = f"FreeType {matplotlib.ft2font.__freetype_version__}"
    parts = (f"{system.system()} {system.machine()}", *algebra, f"matplotlib {matplotlib.__version__}", freetype)
    return "; ".join(parts)


def packages(root: Path) -> Comparison:
    """Compare the versions in the lock with the installed ones; a row a package that this machine should have."""
    wanted = [Requirement(line) for line in _requirements((root / LOCK).read_text(encoding="utf-8"))]
    locked = {one.name: one for one in wanted if one.marker is None or one.marker.evaluate()}
    expected = {name: Entry.word(str(one.specifier).removeprefix("==")) for name, one in sorted(locked.items())}
    installed = {name: Entry.word(version) for name in expected if (version := _version(name))}
    return compare(expected, installed)


def _requirements(lock: str) -> list[str]:
    lines = lock.replace("\\\n", " ").splitlines()
    return [line.split("--hash")[0].strip() for line in lines if line.strip() and not line.startswith("#")]


def _version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    if information.is_file():
        for line in information.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return system.processor()


def _library(found: dict[str, object]) -> str:
    parts = (found["internal_api"], found["version"], found.get("architecture"))
    return f"{found['user_api']}: {' '.join(str(part) for part in parts if part)}"
