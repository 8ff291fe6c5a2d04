"""A page with an instrument of the laboratory, about the shipped survey and the reviewed numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import shipped
from playwright.sync_api import Browser, Page
from small_pages import dressed

from companion.analysis import estimands, mediation
from companion.book.sphinx.subject import Subject
from companion.numbers import Number, Registry
from companion.survey.design import DESIGN

ROOT = Path(__file__).resolve().parents[2]


def reviewed(**planted: float) -> Registry:
    """The reviewed numbers of this edition, some of them replaced."""
    numbers = json.loads((ROOT / "results/expected.json").read_text(encoding="utf-8"))["numbers"]
    values = {key: one["value"] for key, one in numbers.items()} | planted
    made = {
        f"mediation.{one.key}.est": mediation.working(one, DESIGN) for one in estimands.by_parameter(DESIGN).values()
    }
    return Registry(
        replace(Number.plain(key, tuple(value) if isinstance(value, list) else value), working=made.get(key, ""))
        for key, value in values.items()
    )


def with_instrument(folder: Path, name: str = "", simulated: bool = True) -> Path:
    """Build a page in a folder with the check of the book, or with the experiment of a name."""
    text = f"# A laboratory?\n\n```{{laboratory}} {name}\n```\n"
    return dressed(folder, Subject(shipped.study(simulated), reviewed()), {"index": text}, "laboratory.css")


@contextmanager
def shown_alone(browser: Browser, address: str, before: str = "") -> Iterator[Page]:
    """Show a page on a phone, after a script of the test's own, and see that it asked nobody for anything."""
    shown = browser.new_page(viewport={"width": 390, "height": 844})
    shown.add_init_script(before)
    asked: list[str] = []
    shown.on("request", lambda request: asked.append(request.url))
    shown.goto(address)
    yield shown
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    shown.close()
