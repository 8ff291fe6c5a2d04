"""No result depends on a file that is not among its inputs: steps and cells are watched while they run."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from small_book import WHOLE, Book, copied

pytestmark = pytest.mark.book

WATCH = """
import json, sys, threading
from pathlib import Path

from companion import chapters, numbers, study
from companion.verification import cells

root, asked = Path.cwd().resolve(), sys.argv[1:]
ran, opened = set(), set()


def below(file):
    path = Path(file).resolve()
    inside = path.is_relative_to(root) and path.is_file()
    name = path.relative_to(root).as_posix() if inside else ""
    return name if not name.startswith(("_build/", "node_modules/")) else ""


def hear(event, arguments):
    if event == "open" and isinstance(arguments[0], str) and not arguments[0].endswith((".py", ".pyc")):
        if "__pycache__" not in arguments[0]:  # Numba keeps what it compiled beside Python's bytecode
            opened.add(arguments[0])


def watch(frame, event, _):
    if event == "call":
        ran.add(frame.f_code.co_filename)


def used(run):
    ran.clear(), opened.clear()
    threading.setprofile(watch), sys.setprofile(watch)
    try:
        run()
    finally:
        sys.setprofile(None), threading.setprofile(None)
    return {below(file) for file in {*ran, *opened}} - {""}


sys.addaudithook(hear)
book, missed = study.of_this_book(), {}
truth = study.TRUTHS["reversal"]
steps = {
    "sample": lambda: book.sample,
    "mediation": lambda: book.mediation,
    "measurement": lambda: book.measurement,
    "experiment": lambda: book.experiment,
    "invariance": lambda: book.invariance,
    "robustness": lambda: book.robustness,
    "verdicts": lambda: book.verdicts,
    "cross_check": lambda: book.cross_check,
    "known_results": lambda: book.known_results,
    "recovery": lambda: book.recovery(truth),
    "drawn": lambda: book.drawn(truth),
}
keeping = {"companion/store.py", "companion/closure.py", "data/survey.csv"}
for step, run in steps.items():
    if not asked or step in asked:
        missed[step] = sorted(used(run) - set(book.inputs_of(step)) - keeping - set(study.LOCKS))
patterns = [pattern for patterns in study.DATA.values() for pattern in patterns]
everything = {file.relative_to(root).as_posix() for pattern in patterns for file in root.glob(pattern)}
everything |= set(study.LOCKS)
if not asked:
    files = {path.relative_to(root).as_posix() for path in book.package.closure(["companion.numbers"])}
    missed["numbers"] = sorted(used(lambda: numbers.collect(book)) - files - everything - {"data/survey.csv"})
for page in chapters.with_cells(root):
    name = page.relative_to(root).as_posix()
    if not asked or name in asked:
        modules = book.package.closure(chapters.imported(page.read_text(), book.package))
        files = {path.relative_to(root).as_posix() for path in modules} | everything
        files |= {"data/survey.csv"} if "companion/study.py" in files else set()
        files |= {name, "companion/verification/cells.py", "companion/verification/__init__.py"}
        missed[name] = sorted(used(lambda: cells.shown(page, lambda _: True)) - files)
print("MISSED", json.dumps(missed))
"""
"""Runs steps and cells of a book, and tells which files each used that are not among its inputs."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Book:
    """The whole book with a smaller study."""
    return copied(tmp_path_factory.mktemp("inputs"), extra=WHOLE)


def missed(book: Book, *asked: str) -> dict[str, list[str]]:
    """Give for each step and each page the files that it used without naming them."""
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", WATCH, *asked],
        cwd=book.root,
        env=book.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return dict(json.loads(said.stdout.rpartition("MISSED ")[2]))


def test_steps_and_cells_use_no_file_that_is_not_among_their_inputs(book: Book) -> None:
    found = missed(book)
    assert len(found) > 30
    assert {name: files for name, files in found.items() if files} == {}


@contextmanager
def changed(book: Book, file: str, old: str, new: str) -> Iterator[None]:
    """Change a file of the package for a while."""
    path = book.root / file
    before = path.read_text(encoding="utf-8")
    book.change(file, old, new)
    yield
    path.write_text(before, encoding="utf-8")


def test_a_data_file_that_is_not_declared_is_seen(book: Book) -> None:
    with changed(book, "companion/study.py", '    "stated_claims": ("data/claims.yml",),\n', ""):
        assert missed(book, "verdicts") == {"verdicts": ["data/claims.yml"]}


def test_a_module_that_is_reached_past_all_imports_is_seen(book: Book) -> None:
    hidden = 'import sys\n    sys.modules["companion.truth." + "power"].committed(Path.cwd())\n    '
    with changed(book, "companion/analysis/claims.py", "percentile = pd.concat(", f"{hidden}percentile = pd.concat("):
        book.change(
            "companion/analysis/claims.py", "import pandas as pd", "from pathlib import Path\n\nimport pandas as pd"
        )
        assert missed(book, "verdicts") == {"verdicts": ["companion/truth/power.py", "results/power.csv"]}
