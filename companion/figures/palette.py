"""The colours of the book, by what they mean, on light and on dark paper.

The colours of the reactions stand for data and nothing else; ``accent`` is for links and never for data. The limits
that they keep (contrast, distance under colour blindness) are tested in ``tests/figures/test_palette.py``.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LIGHT: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#fcfdfc",
        "surface": "#ecf1f0",
        "line": "#ccd6d5",
        "ink": "#17212b",
        "ink2": "#4c5963",
        "accent": "#00625b",
        "none": "#6a6c6d",
        "like": "#c2410c",
        "reply": "#2336b4",
        "none-soft": "#e3e7ea",
        "like-soft": "#fbe3d8",
        "reply-soft": "#e0e5fa",
    }
)
"""Token -> colour on light paper: page, set-apart ground, hairline, text, small text, link, reactions, fills."""

DARK: Mapping[str, str] = MappingProxyType(
    {
        "paper": "#11181d",
        "surface": "#1a242a",
        "line": "#36454e",
        "ink": "#e3e9e8",
        "ink2": "#a8b5bb",
        "accent": "#6fcbbb",
        "none": "#b9bbba",
        "like": "#ff9468",
        "reply": "#8b9fff",
        "none-soft": "#2a343b",
        "like-soft": "#452a1e",
        "reply-soft": "#26305a",
    }
)
"""The same tokens on dark paper."""
