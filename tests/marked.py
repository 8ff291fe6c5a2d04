"""Numbers that are printed as their own keys, so that a text says which number stands where."""

from __future__ import annotations

from companion.numbers import Number, Registry
from companion.study import ROOT
from companion.verification import expected

REVIEWED = expected.load(ROOT / expected.FILE).numbers


def marked(without: str = "nothing", **values: str | int) -> Registry:
    """Numbers that are printed as their own keys between marks, some with another value or left out."""
    return Registry(
        Number(
            key=key,
            value=values.get(key.replace(".", "_"), entry.value),
            kind=entry.kind,
            what="",
            function="",
            digest="",
            label=f"«{key}»",
        )
        for key, entry in REVIEWED.items()
        if not key.startswith(without)
    )
