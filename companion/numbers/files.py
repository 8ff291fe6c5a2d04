"""Every number as a file: JSON for programs, CSV for a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from numbers import Integral
from typing import Any

from companion.formats import Language
from companion.numbers.number import SIGNIFICANT_DIGITS, Number, Registry
from companion.words import words

COLUMNS = ("key", "value", "lower", "upper", "printed", "interval", "what", "function", "digest", "simulated", "origin")


def as_json(registry: Registry, language: Language = "en") -> str:
    """Give the registry as JSON, an object of objects by key and a line a number; an interval as a value is a pair."""
    rows = {number.key: _entry(number, language) for number in registry.values()}
    about = words(language)("pages.downloads.about")
    lines = ",\n".join(f"{_line(key)}:{_line(row)}" for key, row in rows.items())
    return f'{{"about":{_line(about)},"numbers":{{\n{lines}\n}}}}\n'


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def as_csv(registry: Registry, language: Language = "en") -> str:
    """Give the registry as CSV, a row a number; a value that is an interval stands in `lower` and `upper` alone."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for number in registry.values():
        entry = _entry(number, language)
        pair = entry["interval"] or (entry["value"] if isinstance(entry["value"], list) else [None, None])
        writer.writerow(
            {
                **{column: entry[column] for column in COLUMNS if column in entry},
                "key": number.key,
                "value": None if isinstance(entry["value"], list) else entry["value"],
                "lower": pair[0],
                "upper": pair[1],
                "interval": entry["interval_kind"],
                "simulated": str(number.simulated).lower(),
            }
        )
    return text.getvalue()


def _entry(number: Number, language: Language) -> dict[str, Any]:
    return {
        "value": _rounded(number.value),
        "printed": number.printed(language),
        "interval": _rounded(number.interval) if number.interval else None,
        "interval_kind": number.interval_kind,
        "what": number.what,
        "function": number.function,
        "digest": number.short_digest,
        "simulated": number.simulated,
        "origin": number.origin or words(language)("pages.number.origin.survey"),
    }


def _rounded(value: Any) -> Any:
    """A value to the digits that the book gives at most."""
    if isinstance(value, tuple):
        return [_rounded(bound) for bound in value]
    if isinstance(value, str):
        return value
    if isinstance(value, Integral):
        return int(value)
    return float(f"{value:.{SIGNIFICANT_DIGITS}g}")
