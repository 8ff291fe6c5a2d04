"""A plain page that is one file: what students and teachers of a class read in a browser or print."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from companion.words import Words

TEMPLATE = Path(__file__).parent / "page.html"


@dataclass(frozen=True)
class Part:
    """A part of a page: a heading, lines of text, and a table whose first column names its rows."""

    title: str = ""
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def written(title: str, parts: Sequence[Part], say: Words) -> bytes:
    """Write a page; every text is escaped, and the page says that the survey is simulated."""
    return _template().render(title=title, simulated=say("classes.sheet.simulated"), parts=parts).encode()


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
