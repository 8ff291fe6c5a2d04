"""How many small faults, planted one at a time in the package, its fast tests and `companion verify` see.

    python benchmarks/mutations.py --faults 200                      # this book; writes benchmarks/mutations.csv
    python benchmarks/mutations.py --faults 200 --book ../earlier    # a clone of an earlier commit, with its .venv
    python benchmarks/mutations.py --only 'companion/analysis/*'

A fault is one operator, sign, constant or name that differs. The same number is drawn from every room
that makes numbers, tables, figures or decisions, with a seed, before anything is run. Each is planted in a clone of the
book's last commit and shown, until something turns red, to the tests that name its module, to all tests of its room, to
the whole verification (on what was computed before, so that only what the fault reaches is computed again), and to the
whole fast suite, what is marked as slow with it. All of these are green in the clone before the first fault, or nothing
is counted: a test that is red for want of something in the clone would see every fault there is.
What is seen by none of them is listed, and wants to be read: some faults change nothing that a reader could see.
A run that was stopped goes on: what the table holds is not looked at again (delete it to begin anew).
"""

from __future__ import annotations

import argparse
import ast
import csv
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from queue import Queue

HERE = Path(__file__).parent
ROOT = HERE.parent
SEED = 2022
ROOMS = ("survey", "sem", "analysis", "truth", "peers", "evidence", "numbers", "figures", "tables")
FAST = "not book and not browser and not reference and not network"
COLUMNS = ("room", "path", "line", "kind", "before", "after", "place", "seen_by", "what", "seconds")
PATIENCE = 1800
"""Seconds after which a stage counts as hung, which is seen."""
VERIFICATION = """
from pathlib import Path
from companion.verification import expected, worker
from companion.verification.verification import compare_results
here = Path.cwd()
reviewed = expected.load(here / "results/expected.json")
parts, _ = compare_results(reviewed, worker.recomputed(here, "*", 1), here)
misses = [row.key for part in parts.values() for row in part.misses]
print(misses[:3])
raise SystemExit(bool(misses))
"""

OPPOSITES: Mapping[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Pow: ast.Mult,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
PAIRS = (
    ("min", "max"),
    ("any", "all"),
    ("argmin", "argmax"),
    ("floor", "ceil"),
    ("mean", "median"),
    ("first", "last"),
    ("ci_lower", "ci_upper"),
    ("df1", "df2"),
    ("lhs", "rhs"),
    ("est", "se"),
    ("lower", "upper"),
    ("left", "right"),
    ("positive", "negative"),
)
SWAPPED = {one: other for pair in PAIRS for one, other in (pair, pair[::-1])}


@dataclass(frozen=True)
class Fault:
    """One small fault: where it stands, what stood there, and what stands there instead."""

    room: str
    path: str
    line: int
    kind: str
    before: str
    after: str
    place: int
    """Which of the candidates of its file."""


@dataclass(frozen=True)
class Outcome:
    """What saw a fault first; nothing, where ``seen_by`` is empty."""

    fault: Fault
    seen_by: str
    what: str
    seconds: float

    @property
    def row(self) -> dict[str, object]:
        """Its row in the table."""
        return {**asdict(self.fault), "seen_by": self.seen_by, "what": self.what, "seconds": self.seconds}


Change = tuple[str, ast.AST, Callable[[], None]]
"""Its kind, the node to show, and what makes the change in the tree."""


def changes(tree: ast.Module) -> Iterator[Change]:
    """Give every small change of a module, in the order of its source."""
    silent = set(_not_run(tree))
    for node in ast.walk(tree):
        if node in silent:
            continue
        if isinstance(node, ast.Compare) and type(node.ops[0]) in OPPOSITES:
            yield "comparison", node, lambda node=node: node.ops.__setitem__(0, OPPOSITES[type(node.ops[0])]())
        elif isinstance(node, ast.BinOp) and type(node.op) in OPPOSITES and not _of_text(node):
            yield "arithmetic", node, lambda node=node: setattr(node, "op", OPPOSITES[type(node.op)]())
        elif isinstance(node, ast.BoolOp):
            yield "logic", node, lambda node=node: setattr(node, "op", OPPOSITES[type(node.op)]())
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            yield "sign", node, lambda node=node: setattr(node, "operand", ast.UnaryOp(ast.Not(), node.operand))
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            yield "sign", node, lambda node=node: setattr(node, "op", ast.UAdd())
        elif isinstance(node, ast.Constant) and type(node.value) in (int, float):
            more = node.value + 1 if isinstance(node.value, int) else node.value * 1.5 + 0.1
            yield "constant", node, lambda node=node, more=more: setattr(node, "value", more)
        elif isinstance(node, ast.Constant) and node.value in SWAPPED:
            yield "name", node, lambda node=node: setattr(node, "value", SWAPPED[node.value])
        elif isinstance(node, ast.Attribute) and node.attr in SWAPPED:
            yield "name", node, lambda node=node: setattr(node, "attr", SWAPPED[node.attr])
        elif isinstance(node, ast.Name) and node.id in ("min", "max", "any", "all"):
            yield "name", node, lambda node=node: setattr(node, "id", SWAPPED[node.id])


def _of_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(part, (ast.JoinedStr, ast.Constant)) and isinstance(getattr(part, "value", ""), str)
        for part in (node.left, node.right)
    )


def _not_run(tree: ast.Module) -> Iterator[ast.AST]:
    """Give the nodes whose change is no fault: annotations, docstrings, sentences of errors."""
    for node in ast.walk(tree):
        annotations = [getattr(node, name, None) for name in ("annotation", "returns")]
        parts = [part for part in annotations if isinstance(part, ast.AST)]
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            parts.append(node)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            parts.append(node)
        for part in parts:
            yield from ast.walk(part)


def drawn(book: Path, number: int, only: str = "*") -> list[Fault]:
    """Draw the same number of faults from every room, or all of a room that has fewer."""
    chance = random.Random(SEED)
    each = -(-number // len(ROOMS))
    found = []
    for room in ROOMS:
        places = [
            (file, place)
            for file in sorted((book / "companion" / room).rglob("*.py"))
            if fnmatchcase(file.relative_to(book).as_posix(), only)
            for place, _ in enumerate(changes(_parsed(file)))
        ]
        for file, place in chance.sample(places, min(each, len(places))):
            _, kind, line, before, after = planted(file, place)
            found.append(Fault(room, file.relative_to(book).as_posix(), line, kind, before, after, place))
    chance.shuffle(found)
    return found


def _parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def planted(file: Path, place: int) -> tuple[str, str, int, str, str]:
    """Give the source of a module with one fault, its kind and line, and the expression before and after it."""
    tree = _parsed(file)
    kind, node, change = next(islice(changes(tree), place, None))
    before = ast.unparse(node)
    change()
    return ast.unparse(tree), kind, getattr(node, "lineno", 0), before, ast.unparse(node)


@dataclass(frozen=True)
class Copy:
    """A clone of a book in which faults are planted, warm: everything has been computed once."""

    root: Path
    python: Path
    packages: Path
    """The npm packages of the book, which its tests ask for."""

    @classmethod
    def of(cls, book: Path, folder: Path) -> Copy:
        """Clone a book's last commit and compute everything in it once."""
        subprocess.run(["git", "clone", "-q", str(book), str(folder)], check=True)
        made = cls(folder, book / ".venv/bin/python", book / "node_modules")
        made.must_be_green("verification", made.verification())
        return made

    def must_be_green(self, stage: str, outcome: tuple[int, str]) -> None:
        """Stop, where a stage is red before there is a fault."""
        code, said = outcome
        if code:
            raise SystemExit(f"Without any fault the {stage} is red, and would see every one: {said}")

    def run(self, *arguments: str) -> tuple[int, str]:
        """Run Python in the copy; give its exit code, -1 where it hangs, and its last lines."""
        environment = {
            **os.environ,
            "PYTHONPATH": str(self.root),
            "OMP_NUM_THREADS": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        command = [str(self.python), *arguments]
        try:
            done = subprocess.run(
                command, cwd=self.root, env=environment, capture_output=True, text=True, timeout=PATIENCE
            )
        except subprocess.TimeoutExpired:
            return -1, "hung"
        return done.returncode, _telling((done.stdout + done.stderr).replace(f"{self.root}/", "").splitlines())

    def verification(self) -> tuple[int, str]:
        """Compute again what a fault reaches, and compare everything; as in `companion verify`, without npm packages.

        With the book's typeface, which is one of them, the words of every figure would differ from the reviewed ones.
        """
        return self.run("-c", VERIFICATION)

    def tests(self, *which: str) -> tuple[int, str]:
        """Run fast tests until one fails, with the npm packages that some of them ask for."""
        link = self.root / "node_modules"
        link.symlink_to(self.packages)
        try:
            return self.run("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-m", FAST, *which)
        finally:
            link.unlink()

    def named(self, path: str) -> list[str]:
        """Give the test files that name a module, and the module itself for its examples.

        The module comes last: pytest would import it by its path, and then again for a test of the package; a class of
        the one is not that of the other, and what pickles it is red.
        """
        stem = Path(path).stem
        name = Path(path).parent.name if stem == "__init__" else stem
        room = self.root / "tests" / Path(path).parts[1]
        files = [file for file in sorted(room.rglob("test_*.py")) if name in file.read_text(encoding="utf-8")]
        return [*(str(file.relative_to(self.root)) for file in files), path]

    def room(self, path: str) -> list[str]:
        """Give the folder with the tests of its room and the module itself: a folder that is not there would be red."""
        folder = Path("tests", Path(path).parts[1])
        return [*([str(folder)] if (self.root / folder).is_dir() else []), path]

    def look_at(self, fault: Fault) -> Outcome:
        """Plant a fault, ask one stage after the other, and put the module back."""
        start = time.perf_counter()
        file = self.root / fault.path
        whole = file.read_text(encoding="utf-8")
        stages: tuple[tuple[str, Callable[[], tuple[int, str]]], ...] = (
            ("its own tests", lambda: self.tests(*self.named(fault.path))),
            ("tests of its room", lambda: self.tests(*self.room(fault.path))),
            ("verification", self.verification),
            ("fast suite", lambda: self.tests("tests", "companion")),
        )
        seen_by, what = "", ""
        try:
            file.write_text(planted(file, fault.place)[0], encoding="utf-8")
            for name, stage in stages:
                code, said = stage()
                if code not in (0, 5):  # 5: pytest found no test among those that name the module
                    seen_by, what = name, said
                    break
        finally:
            file.write_text(whole, encoding="utf-8")
        return Outcome(fault, seen_by, what, round(time.perf_counter() - start, 1))


def looked_at(table: Path, faults: list[Fault]) -> list[Outcome]:
    """Give what an earlier run wrote of these faults."""
    if not table.exists():
        return []
    with table.open(newline="", encoding="utf-8") as file:
        rows = {(row["path"], int(row["place"]), row["before"], row["after"]): row for row in csv.DictReader(file)}
    found = []
    for fault in faults:
        row = rows.get((fault.path, fault.place, fault.before, fault.after))
        if row:
            found.append(Outcome(fault, row["seen_by"], row["what"], float(row["seconds"])))
    return found


def _telling(lines: list[str]) -> str:
    failed = [line for line in lines if line.startswith(("FAILED", "ERROR"))]
    return (failed or [line for line in lines if line.strip()] or [""])[-1][:160]


def main() -> None:
    """Draw, plant, look, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--book", type=Path, default=ROOT)
    parser.add_argument("--only", default="*")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", type=Path, default=HERE / "mutations.csv")
    given = parser.parse_args()
    faults = drawn(given.book.resolve(), given.faults, given.only)
    kept = looked_at(given.out, faults)
    left = [fault for fault in faults if fault not in {outcome.fault for outcome in kept}]
    with tempfile.TemporaryDirectory() as folder, given.out.open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS)
        table.writeheader()
        table.writerows(outcome.row for outcome in kept)
        file.flush()
        copies: Queue[Copy] = Queue()
        for number in range(given.workers):
            copies.put(Copy.of(given.book.resolve(), Path(folder) / f"copy-{number}"))
        first = copies.get()
        first.must_be_green("fast suite", first.tests("tests", "companion"))
        copies.put(first)

        def look(fault: Fault) -> Outcome:
            one = copies.get()
            try:
                return one.look_at(fault)
            finally:
                copies.put(one)

        seen = sum(bool(outcome.seen_by) for outcome in kept)
        with ThreadPoolExecutor(given.workers) as pool:
            for number, outcome in enumerate(pool.map(look, left), start=len(kept) + 1):
                table.writerow(outcome.row)
                file.flush()
                seen += bool(outcome.seen_by)
                place = f"{outcome.fault.path}:{outcome.fault.line}"
                print(f"{seen} of {number} seen; {place} {outcome.seen_by or 'BY NONE'}", file=sys.stderr)
    print(f"{seen} of {len(faults)} faults are seen ({seen / len(faults):.0%}).")


if __name__ == "__main__":
    main()
