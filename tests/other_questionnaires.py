"""The shipped questionnaire with scales of other lengths, fewer items and other columns."""

from __future__ import annotations

from functools import cache
from typing import Any

import shipped
import yaml

from companion.survey.questionnaire import Questionnaire

GRADED = ("agreement", "tone")
TONES = {
    "lowest": {"nl": "Heel negatief", "en": "Very negative"},
    "highest": {"nl": "Heel positief", "en": "Very positive"},
}


def said() -> dict[str, Any]:
    """What the shipped file says, to be changed."""
    read: dict[str, Any] = yaml.safe_load((shipped.DATA / "questionnaire.yml").read_text(encoding="utf-8"))
    return read


@cache
def asked(lowest: int = 1, highest: int = 7, items: int | None = None) -> Questionnaire:
    """The shipped questions on scales with other ends, and with so many items a construct at most."""
    changed = said()
    for scale in GRADED:
        points = [
            {"code": code, "nl": f"{scale} {code}", "en": f"{scale} {code}"} for code in range(lowest, highest + 1)
        ]
        changed["scales"][scale] = points
    changed["scales"]["tone"][0] |= TONES["lowest"]
    changed["scales"]["tone"][-1] |= TONES["highest"]
    changed["screening"]["attention"]["passes"] = highest - 1
    for construct in changed["constructs"].values():
        construct["items"] = dict(list(construct["items"].items())[:items])
    return Questionnaire.model_validate(changed)


@cache
def without(reaction: str) -> Questionnaire:
    """The shipped questions in a study in which nobody sees a reaction; it is asked about all the same."""
    changed = said()
    factor = changed["factors"]["interaction"]
    factor["levels"] = [level for level in factor["levels"] if level["code"] != reaction]
    return Questionnaire.model_validate(changed)
