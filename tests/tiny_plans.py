"""Small plans for the tests of the planner."""

from __future__ import annotations

from pathlib import Path

import shipped
import yaml

from companion.analysis import mediation
from companion.survey.questionnaire import Questionnaire
from companion.truth import plan

TINY = {
    "title": "Tiny",
    "seed": 5,
    "replications": 4,
    "population": 10_000,
    "claims": ["R2"],
    "truths": {"reversal": {"file": str(shipped.DATA / "truth.yml")}},
    "scales": {"full": {}},
    "samples": {"small": {"cells": 12}},
    "analyses": {"means": {"model": "observed", "interval": "delta"}},
}


def written(folder: Path, **changes: object) -> Path:
    """Write the tiny plan with some keys changed."""
    path = folder / "plan.yml"
    path.write_text(yaml.safe_dump(TINY | changes, sort_keys=False), encoding="utf-8")
    return path


def loaded(path: Path, asked: Questionnaire | None = None) -> plan.Planned:
    """Read a plan about the study that ships, or about one that asks otherwise."""
    asked = asked or shipped.asked()
    return plan.load_plan(path, asked, mediation.items_of(asked, shipped.plan()), shipped.claims())


def planned(folder: Path, asked: Questionnaire | None = None, **changes: object) -> plan.Planned:
    """Give the tiny plan with some keys changed."""
    return loaded(written(folder, **changes), asked)
