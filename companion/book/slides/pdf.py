"""The slides of the course as PDF, a file a session and a page a slide, printed by Chromium from the built site.

The style sheet of the decks sets them for paper; a script would only be in the way of that, so none runs.
"""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import sync_playwright

from companion.book import build, paper
from companion.book.paper.pdf import PATIENCE, READY, chromium
from companion.book.slides import FOLDER
from companion.store import write_aside
from companion.study import Study

ONE_BY_ONE = "() => document.querySelector('.deck').classList.add('reveal')"
"""Gives a deck the look that it has when its slides are shown one by one, without what shows them."""


def build_pdf(study: Study) -> int:
    """Build the site where it is out of date, print its decks, and give the exit code.

    Raises
    ------
    companion.errors.InputError
        There is no Chromium on this machine.
    """
    browser = chromium()
    code = build.build(study)
    if not code:
        folder = study.root / paper.FOLDER / FOLDER
        for path in write(study.root / build.SITE, folder, browser):
            print(f"{build.shown(path)}: {path.stat().st_size / 1e6:.1f} MB")
    return code


def write(site: Path, folder: Path, browser: str) -> list[Path]:
    """Print the decks of a site into a folder, and give the files.

    Parameters
    ----------
    site, folder
        Where the decks lie, and where the files are to lie.
    browser
        The program that prints.
    """
    written = []
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=browser, args=["--disable-gpu"])
        try:
            page = opened.new_context(java_script_enabled=False).new_page()
            page.set_default_timeout(PATIENCE)
            page.emulate_media(media="print", color_scheme="light")
            for deck in sorted((site / FOLDER).glob("*.html")):
                page.goto(deck.as_uri())
                page.evaluate(ONE_BY_ONE)
                page.evaluate(READY)
                path = folder / f"{deck.stem}.pdf"
                write_aside(path, page.pdf(prefer_css_page_size=True, print_background=True, tagged=True, outline=True))
                written.append(path)
        finally:
            opened.close()
    return written
