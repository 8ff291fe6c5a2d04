"""Whether the kept tables of plans hold: a few replications are simulated again, and every share is counted again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any

import pandas as pd

from companion.analysis import mediation
from companion.analysis.experiment import wilson
from companion.formats import Kind, printed
from companion.study import Study
from companion.truth import kept_plans, planned, replications
from companion.truth import plan as plans
from companion.truth.kept_plans import PLANS, KeptPlan
from companion.truth.plan import Planned
from companion.truth.planned import PARTS
from companion.truth.replications import Job
from companion.verification.compare import Comparison, Entry, compare

ROOM = "plans."
"""What the keys of this comparison begin with."""
KIND: Kind = "coefficient"
Entries = dict[str, Entry]


def check(study: Study, pattern: str) -> Comparison:
    """Compare the kept tables of plans with what a few of their replications, and their own counts, give now.

    Parameters
    ----------
    study
        The study whose folder holds plans and tables.
    pattern
        Of keys such as ``plans.false-finds.*``; nothing is simulated where none can fit.
    """
    expected: Entries = {}
    found: Entries = {}
    start = re.split(r"[*?\[]", pattern, maxsplit=1)[0]
    for name in kept_plans.names(study.root):
        key = f"{ROOM}{name}."
        if key.startswith(start) or start.startswith(key):
            of_kept, again = of_plan(study, name)
            expected |= {key + end: entry for end, entry in of_kept.items()}
            found |= {key + end: entry for end, entry in again.items()}
    fitting = [key for key in {**expected, **found} if fnmatchcase(key, pattern)]
    return compare(
        {key: expected[key] for key in fitting if key in expected}, {key: found[key] for key in fitting if key in found}
    )


def of_plan(study: Study, name: str) -> tuple[Entries, Entries]:
    """Give what the kept tables of a plan say, and what is simulated and counted now."""
    items = mediation.items_of(study.questionnaire, study.analysis)
    path = study.root / PLANS / f"{name}.yml"
    kept = kept_plans.kept(study.root, name)
    read = plans.load_plan(path, study.questionnaire, items, study.stated_claims)
    expected = dict(_shares(kept.power)) | dict(_spots(kept.spots)) | dict(_hits(kept))
    return expected, dict(_counted(kept, read.plan.level)) | simulated(read, kept, study)


def simulated(read: Planned, kept: KeptPlan, study: Study) -> Entries:
    """Draw and analyse again the replications that the kept spots name, those of a design together.

    What is found of each claim has one entry, and each effect of a claim one for its estimate and one for its interval.
    """
    effects = planned.at_stake(read.plan, study.stated_claims)
    entries: Entries = {}
    for design in read.designs:
        where = dict(zip(PARTS, design.names, strict=True))
        numbers = tuple(_numbers(kept.spots, where))
        part = replications.computed(Job(design, numbers))
        assert isinstance(part, replications.Part)
        claims = planned.found_in(design, part, read.plan, study.stated_claims)
        own = [name for name in effects if name in replications.effects(design)]
        for row, number in enumerate(numbers):
            rows = pd.DataFrame([where | effect for effect in planned.spot(part, row, number, own)])
            entries |= dict(_spots(rows))
            for claim, hits in claims.items():
                entries |= {f"{_place(where)}.{number}.{claim}": Entry.word(_in_words(bool(hits[row])))}
    return entries


def _numbers(spots: pd.DataFrame, where: dict[str, str]) -> list[int]:
    of_design = spots[[_place(row) == _place(where) for row in spots.to_dict("records")]]
    return sorted({int(number) for number in of_design["replication"]})


def _spots(spots: pd.DataFrame) -> Iterator[tuple[str, Entry]]:
    for row in spots.to_dict("records"):
        key = f"{_place(row)}.{row['replication']}.{row['effect']}"
        yield f"{key}.est", _entry(float(row["est"]))
        yield f"{key}.ci", _entry((float(row["lower"]), float(row["upper"])))


def _hits(kept: KeptPlan) -> Iterator[tuple[str, Entry]]:
    """Say of each spot which claims are found in it, by the long rows of all replications."""
    for row in kept.found.to_dict("records"):
        where = {part: str(row[part]) for part in PARTS}
        for number in _numbers(kept.spots, where):
            yield f"{_place(where)}.{number}.{row['claim']}", Entry.word(_in_words(row["found"][number] == "1"))


def _shares(power: pd.DataFrame) -> Iterator[tuple[str, Entry]]:
    for row in power.to_dict("records"):
        yield f"{_place(row)}.{row['claim']}.share", _entry(float(row["rate"]))
        yield f"{_place(row)}.{row['claim']}.ci", _entry((float(row["ci_lower"]), float(row["ci_upper"])))


def _counted(kept: KeptPlan, level: float) -> Iterator[tuple[str, Entry]]:
    """Count in the long rows of all replications how often each claim is found."""
    for row in kept.found.to_dict("records"):
        hits, n = row["found"].count("1"), len(row["found"])
        yield f"{_place(row)}.{row['claim']}.share", _entry(hits / n)
        yield f"{_place(row)}.{row['claim']}.ci", _entry(wilson(hits, n, level))


def _place(row: Any) -> str:
    return " / ".join(str(row[part]) for part in PARTS)


def _entry(value: float | tuple[float, float]) -> Entry:
    return Entry(value, printed(value, KIND), KIND)


def _in_words(found: bool) -> str:
    return "found" if found else "not found"
