"""Small plans for the tests of the planner."""

from __future__ import annotations

from pathlib import Path

import shipped
import yaml

from companion.analysis import mediation
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


def loaded(path: Path) -> plan.Planned:
    """Read a plan about the study that ships."""
    items = mediation.items_of(shipped.asked(), shipped.plan())
    return plan.load_plan(path, shipped.asked(), items, shipped.claims())


def planned(folder: Path, **changes: object) -> plan.Planned:
    """Give the tiny plan with some keys changed."""
    return loaded(written(folder, **changes))
