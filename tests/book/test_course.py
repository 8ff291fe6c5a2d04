"""The course is planned to the minute."""

from __future__ import annotations

import re
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2] / "chapters/using/course.md"
MINUTES = re.compile(r"^\* - (\d+)$", re.MULTILINE)


def plans(text: str) -> dict[str, list[int]]:
    """The minutes of each part of a session, by its title."""
    sessions = re.split(r"^## (?=Session )", text, flags=re.MULTILINE)[1:]
    return {session.splitlines()[0]: [int(part) for part in MINUTES.findall(session)] for session in sessions}


def test_each_of_eight_sessions_fills_its_ninety_minutes() -> None:
    found = plans(COURSE.read_text(encoding="utf-8"))
    assert {title: sum(parts) for title, parts in found.items()} == dict.fromkeys(found, 90)
    assert len(found) == 8


def test_a_session_that_is_too_long_is_seen() -> None:
    assert plans("## Session one\n\n* - 60\n  - Talk.\n* - 40\n  - Work.\n") == {"Session one": [60, 40]}
