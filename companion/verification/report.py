"""A verification as a page to read, as JSON to process, and as a few lines on the screen."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import jinja2
from rich.console import Console
from rich.table import Table

from companion import store
from companion.figures.palette import DARK, LIGHT
from companion.formats import Language
from companion.verification.compare import OUTCOMES, Comparison, Entry, Row, is_finite
from companion.verification.verification import Verification
from companion.words import Words, words

TEMPLATE, STYLE = (Path(__file__).with_name(f"report.{kind}") for kind in ("html", "css"))
DIGEST = 64
ON_SCREEN = 20
"""Rows that do not agree of which the screen shows so many; the page has all."""


def write(verification: Verification, path: Path) -> None:
    """Write the report as ``path.html`` and ``path.json``, each aside and then into place."""
    store.write_aside(path.with_suffix(".html"), page(verification).encode())
    store.write_aside(path.with_suffix(".json"), data(verification).encode())


def data(verification: Verification) -> str:
    """Give the report as JSON."""
    content = {
        "about": words("en")("verification.about"),
        "engine": verification.engine,
        "agrees": verification.agrees,
        "machine": asdict(verification.machine),
        "asides": verification.asides,
        "compared": {name: _part(part) for name, part in verification.parts.items()},
        "noted": {name: _part(part) for name, part in verification.noted.items()},
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def page(verification: Verification, language: Language = "en") -> str:
    """Give the report as an HTML page that needs no other file."""
    say = words(language)
    style = palette_rules() + STYLE.read_text(encoding="utf-8")
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    return (
        environment.from_string(TEMPLATE.read_text(encoding="utf-8"))
        .render(
            verification=verification,
            sentence=sentence(verification, language),
            say=say,
            style=style,
            style_digest=base64.b64encode(hashlib.sha256(style.encode()).digest()).decode(),
            words=say.under("verification.outcomes"),
            moved=say.under("verification.moved"),
            outcomes=OUTCOMES,
            called=say.under("verification.part_names"),
            difference=partial(_difference, say=say),
            precise=str,
        )
        .lstrip()
    )


def palette_rules() -> str:
    """Give the book's colours as CSS, on light and on dark paper."""

    def rule(tokens: Mapping[str, str]) -> str:
        return ":root{" + "".join(f"--{token}:{colour};" for token, colour in tokens.items()) + "}"

    return f":root{{color-scheme:light dark}}{rule(LIGHT)}@media (prefers-color-scheme:dark){{{rule(DARK)}}}\n"


def sentence(verification: Verification, language: Language = "en") -> str:
    """Say the outcome in one sentence."""
    say = words(language)
    called, parts = say.under("verification.part_names"), verification.parts.items()

    def count(rows: Sequence[Row]) -> str:
        return say.printed(len(rows), "count")

    if verification.agrees:
        whole = [say("verification.part", count=count(part.rows), part=called[name]) for name, part in parts]
        ties = sum(len(part.ties) for _, part in parts)
        close = say("verification.close", count=ties) if ties else ""
        return say("verification.agrees", parts=", ".join(whole), close=close)
    misses = [
        say("verification.misses", count=count(part.misses), whole=count(part.rows), part=called[name])
        for name, part in parts
        if part.misses
    ]
    return say("verification.differs", parts=", ".join(misses))


def show(verification: Verification, console: Console) -> None:
    """Print the outcome, what does not agree, and what has changed around the numbers."""
    say = words("en")
    outcomes, called = say.under("verification.outcomes"), say.under("verification.part_names")
    table = Table(
        "",
        *(outcomes[outcome] for outcome in OUTCOMES),
        "largest difference",
        title="Verification on the simulated survey",
        title_justify="left",
    )
    for name, part in verification.parts.items():
        counts = (str(part.counts[outcome]) for outcome in OUTCOMES)
        table.add_row(called[name], *counts, _difference(part.largest, say))
    console.print(table)
    for part in verification.parts.values():
        _show_rows(part.misses, outcomes, console)
    for name, part in verification.noted.items():
        if part.misses:
            console.print(f"These {name} are not as they were (noted; the numbers decide):")
            _show_rows(part.misses, say.under("verification.moved"), console)
    console.print(sentence(verification), style="bold")


def _show_rows(rows: Sequence[Row], outcomes: Mapping[str, str], console: Console) -> None:
    for row in rows[:ON_SCREEN]:
        before, now = (_brief(entry) for entry in (row.expected, row.recomputed))
        values = f"expected {before}, recomputed {now}, " if before and now else ""
        console.print(
            f"  {row.key}: {values}{outcomes[row.outcome]} {row.where}".rstrip(), highlight=False, soft_wrap=True
        )
    if len(rows) > ON_SCREEN:
        console.print(f"  and {len(rows) - ON_SCREEN:,} more")


def _brief(entry: Entry | None) -> str:
    """Give an entry in a few characters: nothing for a digest, all digits where the printed form says too little."""
    if entry is None:
        return "none"
    if isinstance(entry.value, str):
        return "" if len(entry.value) >= DIGEST else entry.printed
    return f"{entry.value} ({entry.printed})"


def _difference(value: float | None, say: Words) -> str:
    if value is None:
        return ""
    return say.printed(value, "scientific") if value else "0"


def _part(part: Comparison) -> dict[str, Any]:
    return {
        "tolerance": part.tolerance,
        "outcomes": part.counts,
        "rows": [
            {
                "key": row.key,
                "outcome": row.outcome,
                "expected": _entry(row.expected),
                "recomputed": _entry(row.recomputed),
                "difference": row.difference,
                "where": row.where,
            }
            for row in part.rows
        ],
    }


def _entry(entry: Entry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {"value": entry.value if is_finite(entry.value) else str(entry.value), "printed": entry.printed}
