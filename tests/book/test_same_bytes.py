"""The book is the same byte for byte wherever and whenever it is built."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest
from small_book import ROOT, TYPEFACES, WHOLE, copied, files

pytestmark = pytest.mark.book

LATER = """
import ctypes, datetime, gc, time

shift = datetime.timedelta(days=400)
kind = datetime.datetime
of_today, now, utc_of, local_of, written = time.time, kind.now, time.gmtime, time.localtime, time.strftime
time.time = lambda: of_today() + shift.total_seconds()
time.gmtime = lambda seconds=None: utc_of(time.time() if seconds is None else seconds)
time.localtime = lambda seconds=None: local_of(time.time() if seconds is None else seconds)
time.strftime = lambda form, moment=None: written(form, moment or time.localtime())
# Compiled code wants this very class, so its own functions change; date.today asks time.time.
(functions,) = gc.get_referents(kind.__dict__)
functions["now"] = classmethod(lambda own, tz=None: now(tz) + shift)
functions["utcnow"] = classmethod(lambda own: now(datetime.timezone.utc).replace(tzinfo=None) + shift)
ctypes.pythonapi.PyType_Modified(ctypes.py_object(kind))
"""
"""What makes every Python process that finds it as ``sitecustomize`` live 400 days later."""

ELSEWHERE = {"TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1", "SOURCE_DATE_EPOCH": "1000000000"}

OF_SOMEBODY_ELSE = {
    ".ipython/profile_default/startup/own.py": "import pandas\npandas.options.display.precision = 1\nprint('Hello!')\n",
    ".config/matplotlib/matplotlibrc": "axes.grid: True\nfont.size: 20\nsvg.fonttype: none\n",
}
"""What the person who builds it may have set for other work."""


def first_difference(one: Mapping[str, bytes], other: Mapping[str, bytes]) -> str | None:
    """Name the first file that only one site has, or that the two have with other bytes."""
    return next((name for name in sorted({*one, *other}) if one.get(name) != other.get(name)), None)


@pytest.fixture(scope="module")
def built(site: Path) -> dict[str, bytes]:
    """The whole book as it was built here."""
    return files(site)


@pytest.fixture(scope="module")
def rebuilt(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The whole book, built in another folder, a year later, elsewhere, by somebody else: nothing is kept."""
    book = copied(tmp_path_factory.mktemp("a folder with a longer name"), extra=WHOLE, smaller=False)
    for kept in [book.root / TYPEFACES, *(book.root / "companion").rglob("__pycache__")]:
        shutil.rmtree(kept, ignore_errors=True)
    home = tmp_path_factory.mktemp("home")
    for file, settings in OF_SOMEBODY_ELSE.items():
        (home / file).parent.mkdir(parents=True)
        (home / file).write_text(settings)
    clock = tmp_path_factory.mktemp("clock")
    (clock / "sitecustomize.py").write_text(LATER)
    path = f"{book.root}{os.pathsep}{clock}"
    result = book.build(**ELSEWHERE, HOME=str(home), PYTHONPATH=path)
    assert result.returncode == 0, result.stderr
    return book.site()


def test_the_clock_of_the_other_build_is_another(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(LATER)
    code = """
import datetime, time
moments = datetime.datetime.now(), datetime.datetime.today(), datetime.datetime.now(datetime.timezone.utc)
print(time.time(), time.mktime(time.localtime()), *(moment.timestamp() for moment in moments))
"""
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert all(300 < (float(word) - time.time()) / 86400 < 500 for word in said.stdout.split())


def test_the_whole_book_is_the_same_byte_for_byte_elsewhere_and_later(
    built: dict[str, bytes], rebuilt: dict[str, bytes]
) -> None:
    assert first_difference(built, rebuilt) is None


def test_no_file_of_the_site_names_the_folder_that_it_was_built_in(built: dict[str, bytes]) -> None:
    assert [name for name, content in built.items() if str(ROOT).encode() in content] == []


FAULTS = {
    "another byte": ("chapters/results/mediation.html", lambda content: content + b" "),
    "a file that is gone": ("_static/book-search.js", lambda _: None),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_first_file_that_differs_is_named(built: dict[str, bytes], fault: str) -> None:
    name, change = FAULTS[fault]
    changed = change(built[name])
    other = {**built, name: changed} if changed else {file: built[file] for file in built if file != name}
    assert first_difference(built, other) == name


def test_a_file_that_only_one_site_has_is_named(built: dict[str, bytes]) -> None:
    assert first_difference(built, {**built, "added.html": b""}) == "added.html"
