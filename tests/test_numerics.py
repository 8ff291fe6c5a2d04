"""No printed number depends on how many threads linear algebra runs on, or on the processor it is written for."""

from __future__ import annotations

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import pytest
from small_book import copied

ROOT = Path(__file__).resolve().parents[1]
ALIKE = 1e-9


def loaded() -> ModuleType:
    """Load the benchmark, which is no part of the package."""
    spec = importlib.util.spec_from_file_location("numerics", ROOT / "benchmarks" / "numerics.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


numerics = loaded()
OLDEST, NEWEST = "Nehalem", "Haswell"


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package with fewer draws, in a folder of its own."""
    return copied(tmp_path_factory.mktemp("package")).root


@pytest.mark.book
def test_every_printed_number_is_the_same_under_other_kernels_and_threads(package: Path) -> None:
    kernels = [kernel for kernel in (OLDEST, NEWEST) if numerics.runnable(kernel)]
    assert OLDEST in kernels
    settings = [numerics.Setting(kernel, threads) for kernel, threads in zip(kernels, (1, 2), strict=False)]
    one, other = (numerics.analyse(setting, package) for setting in settings)
    found = numerics.compare(one, other)
    assert found.otherwise_printed == ()
    assert found.largest < ALIKE


def run(printed: str, value: object) -> object:
    return numerics.Run(numerics.Setting("Haswell", 1), {"key": printed, "same": "1"}, {"key": value, "same": 1})


CASES = {
    "nothing": ("0.12", 0.1234, "0.12", 0.1234, (), 0.0),
    "more than is printed": ("0.12", 0.1234, "0.12", 0.1235, (), 1e-4),
    "what is printed": ("0.12", 0.1249, "0.13", 0.1251, ("key",), 2e-4),
    "one bound": ("[0, 200]", [0.0, 200.0], "[0, 201]", [0.0, 201.0], ("key",), 0.005),
    "a word": ("found", "found", "not found", "undecided", ("key",), math.inf),
}


@pytest.mark.parametrize("case", CASES)
def test_a_difference_is_found_and_measured(case: str) -> None:
    printed, value, other_printed, other_value, keys, largest = CASES[case]
    found = numerics.compare(run(printed, value), run(other_printed, other_value))
    assert found.otherwise_printed == keys
    assert found.largest == pytest.approx(largest)
    assert found.where == "key"


def test_runs_with_other_numbers_are_not_compared() -> None:
    other = numerics.Run(numerics.Setting("Haswell", 1), {"other": "1"}, {"other": 1})
    with pytest.raises(ValueError, match="key"):
        numerics.compare(run("1", 1), other)


@pytest.mark.parametrize(("kernel", "threads"), [("Haswell", 1), ("Nehalem", 2)])
def test_a_library_that_runs_otherwise_than_told_is_a_fault(kernel: str, threads: int) -> None:
    with pytest.raises(numerics.OtherKernelError, match=r"libone\.so"):
        numerics.Setting("Nehalem", 1).check([["libother.so", "Nehalem", 1], ["libone.so", kernel, threads]])


@pytest.mark.slow
def test_a_kernel_that_the_libraries_do_not_hold_is_not_runnable() -> None:
    assert not numerics.runnable("Abacus")
