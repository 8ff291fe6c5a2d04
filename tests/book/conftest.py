"""The built book and a browser to read it in, once for all tests that want them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import matplotlib.pyplot as plt
import pytest
from links import leads_on
from once import made_once
from playwright.sync_api import Browser, expect, sync_playwright
from small_book import compute_study
from untouched import untouched
from visits import COMPLETING, Look, visit

from companion.book.slides import is_deck

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "_build/html"

expect.set_options(timeout=30_000)
"""A heavy page on a busy machine takes longer than the five seconds that are waited by default."""


@pytest.fixture(autouse=True)
def _no_figure_stays_open() -> Iterator[None]:
    """The cards that sphinxext-opengraph draws for each book made in this process stay open until closed."""
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def site() -> Iterator[Path]:
    """The folder of the built book; built here if it is missing or older than its inputs. Tests only read it."""
    built = subprocess.run([Path(sys.executable).with_name("companion"), "book"], cwd=ROOT, check=False)
    assert built.returncode == 0, "the book was not built"
    with untouched(SITE):
        yield SITE


@pytest.fixture(scope="session")
def small_study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a study of few draws, computed once for all who test with it."""
    return made_once(tmp_path_factory, "small-study", compute_study)


@pytest.fixture(scope="session")
def doctree_folder(site: Path) -> Path:
    """The pages as Sphinx read them in the last build, before they were written as HTML."""
    return ROOT / "_build/work/_build/.doctrees"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without sandbox because tests also run as root in a container."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def look(site: Path, browser: Browser, pages: list[Path]) -> Look:
    """What a browser finds on every page that stays open, in a window that a test names; each is opened there once."""
    names = [path.relative_to(site).as_posix() for path in pages if not leads_on(path)]
    without_code = [name for name in names if not name.startswith("_modules/")]
    return cache(lambda window: visit(browser, window, site, without_code if window in COMPLETING else names))


@pytest.fixture(scope="session")
def pages(site: Path) -> list[Path]:
    """Every page of the built book; the slides of its course are no pages, and have tests of their own."""
    found = [path for path in sorted(site.rglob("*.html")) if "_static" not in path.relative_to(site).parts]
    return [path for path in found if not is_deck(path.relative_to(site))]
