"""A page with an instrument of the laboratory, about the shipped survey and the reviewed numbers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import shipped
from small_pages import application, build

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


def with_instrument(folder: Path, name: str = "") -> Path:
    """Build a page in a folder with the check of the book, or with the experiment of a name."""
    shutil.copytree(ROOT / "_static", folder / "_static")
    app = application(
        folder,
        Subject(shipped.study(), reviewed()),
        {"index": f"# A laboratory?\n\n```{{laboratory}} {name}\n```\n"},
        html_static_path=["_static"],
        html_css_files=["custom.css", "laboratory.css"],
    )
    [pages] = build(app)
    return Path(pages.app.outdir) / "index.html"
