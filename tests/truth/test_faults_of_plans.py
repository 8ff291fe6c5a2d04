"""Every fault of a plan is told in one run, in our own words, whichever rule sees it."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import shipped
import tiny_plans
import yaml
from typer.testing import CliRunner

from companion import problem_list
from companion.cli import app
from companion.errors import InputError, Problem

SOUND: dict[str, Any] = tiny_plans.TINY | {
    "level": 0.9,
    "no_larger": {"small": {"effect": "serial", "at": "reply", "minus": "like", "sign": "+", "limit": 1.0}},
    "targets": [{"power": 0.8, "claim": "R2"}],
    "truths": {"reversal": {"file": str(shipped.DATA / "truth.yml"), "changes": {}}},
    "scales": {"full": {}, "short": {"items": {"pa": 2}, "reliability": {"pa": 0.7}}},
    "samples": {"small": {"cells": 12, "dropout": 0.1, "excluded": 0.1}},
    "analyses": {"means": {"model": "observed", "interval": "delta", "draws": 200}},
}
GONE = object()


@dataclass(frozen=True)
class Fault:
    """A fault: where it is planted, what is written there, and what is told of it, below the key that is to be told."""

    place: tuple[str | int, ...]
    value: object
    told: str
    at: str = ""

    @property
    def column(self) -> str:
        return self.at or ".".join(map(str, self.place))


FAULTS = (
    # What a value alone shows.
    Fault(("title",), GONE, "This key is missing. Add the key."),
    Fault(("seed",), "many", "This has to be a whole number. Correct the value."),
    Fault(("replications",), 1, "This has to be at least 2. Write a larger number."),
    Fault(("population",), None, "This has to be a whole number, and nothing stands here. Correct the value."),
    Fault(("level",), 1.5, "This has to be less than 1. Write a smaller number."),
    Fault(("replicatons",), 5, "This key is unknown. Remove the key or correct its spelling."),
    Fault(("no_larger", "small", "sign"), "*", "This has to be '+', '-' or 'both'. Write one of these."),
    Fault(("no_larger", "small", "limit"), 0, "This has to be more than 0. Write a larger number."),
    Fault(("targets", 0, "power"), 80, "This has to be less than 1. Write a smaller number."),
    Fault(("scales", "short", "items", "py"), 2, "This key has to be 'psr', 'pk' or 'pa'. Remove the key or correct"),
    Fault(("scales", "short", "reliability", "pa"), 1.2, "This has to be less than 1. Write a smaller number."),
    Fault(("samples", "five"), {"cells": [9] * 5}, "This needs at least 6 entries, and has 5.", "samples.five.cells"),
    Fault(("samples", "small", "dropout"), [0.1, "x", 0, 0, 0, 0], "be a number.", "samples.small.dropout.1"),
    Fault(("analyses", "means"), ["latent"], "This has to be a set of keys, each with its value, and a list stands"),
    # What only the study, or another part of the plan, shows.
    Fault(("claims",), ["R2", "R9"], "The claims are R1, R2, R3, R4, R5. Correct the value.", "claims.1"),
    Fault(("no_larger", "small", "effect"), "seriel", "There is no such effect; there are psr, pk_via_psr, serial"),
    Fault(("no_larger", "small", "minus"), "reply", "There is no such comparison; there are like minus none"),
    Fault(("no_larger", "R3"), SOUND["no_larger"]["small"], "A claim of this name is there already. Correct"),
    Fault(("targets", 0, "claim"), "R7", "The claims of this plan are R2"),
    Fault(("scales", "short", "items", "pa"), 5, "The questionnaire has 4 items for pa. Correct the value."),
    Fault(("allocations",), {"people": 71, "weights": {"even": dict.fromkeys(("none", "like", "reply"), 1)}},
          "their number is even", "allocations.people"),
    Fault(("truths", "absent"), {"file": "absent.yml"}, "There is no such file. Check the path.", "FILE"),
    Fault(("truths", "reversal", "changes", "paths"), {"pk": {"pa": 0.1}}, "Nothing above it is called pa. Correct",
          "truths.reversal.changes.paths.pk.pa"),
    Fault(("truths", "reversal", "changes", "per_cell"), "many", "This has to be a whole number."),
    Fault(("truths", "reversal", "changes", "background"), {"gender": {"man": 0.5}}, "These shares add up to 1.32, not",
          "truths.reversal.changes.background.gender"),
)  # fmt: skip
NAMES = [fault.column for fault in FAULTS]
WORDS_OF_THE_CHECKER = (
    "pydantic", "Field required", "Input should", "valid integer", "valid string", "valid number", "valid dictionary",
    "greater than", "Extra inputs", "validation", "Value error", "unable to parse",
)  # fmt: skip


def with_faults(faults: tuple[Fault, ...]) -> dict[str, Any]:
    content = deepcopy(SOUND)
    for fault in faults:
        at: Any = content
        for part in fault.place[:-1]:
            at = at.setdefault(part, {}) if isinstance(at, dict) else at[part]
        if fault.value is GONE:
            del at[fault.place[-1]]
        else:
            at[fault.place[-1]] = deepcopy(fault.value)
    return content


def problems(folder: Path, faults: tuple[Fault, ...]) -> tuple[Problem, ...]:
    path = folder / "plan.yml"
    path.write_text(yaml.safe_dump(with_faults(faults), sort_keys=False), encoding="utf-8")
    with pytest.raises(InputError) as raised:
        tiny_plans.loaded(path)
    return raised.value.problems


def is_told(fault: Fault, told: tuple[Problem, ...]) -> bool:
    of_place = [one for one in told if one.column == fault.column or (fault.at == "FILE" and one.column is None)]
    return any(fault.told in str(one) and (one.row is not None or fault.at == "FILE") for one in of_place)


def apart(one: Fault, other: Fault) -> bool:
    """Say whether two faults can stand in one plan: neither is planted in what the other is."""
    shorter, longer = sorted((one.place, other.place), key=len)
    return longer[: len(shorter)] != shorter


def test_a_plan_without_a_planted_fault_is_read(tmp_path: Path) -> None:
    path = tiny_plans.written(tmp_path, **SOUND)
    assert tiny_plans.loaded(path).designs


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_a_fault_is_told_by_its_key_its_line_and_its_remedy(tmp_path: Path, fault: Fault) -> None:
    assert is_told(fault, problems(tmp_path, (fault,)))


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_no_other_fault_hides_it(tmp_path: Path, fault: Fault) -> None:
    others = [other for other in FAULTS if other is not fault and apart(fault, other)]
    assert [other.column for other in others if not is_told(fault, problems(tmp_path, (fault, other)))] == []


def test_one_run_tells_every_fault_that_one_plan_can_hold_in_the_order_of_the_file(tmp_path: Path) -> None:
    together: tuple[Fault, ...] = ()
    for fault in FAULTS:
        if all(apart(fault, other) for other in together):
            together += (fault,)
    assert len(together) > 20
    told = problems(tmp_path, together)
    assert [fault.column for fault in together if not is_told(fault, told)] == []
    rows = [one.row for one in told if one.row is not None]
    assert rows == sorted(rows)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=NAMES)
def test_a_fault_accuses_nothing_else(tmp_path: Path, fault: Fault) -> None:
    told = problems(tmp_path, (fault,))
    # People by allocation beside those of the samples are a fault of their own, and so is a search among allocations.
    allowed = {"samples", "targets", "allocations.claim"} if fault.place == ("allocations",) else set()
    allowed |= {f"analyses.means.{name}" for name in ("model", "interval")} if fault.place[0] == "analyses" else set()
    assert {one.column for one in told if not is_told(fault, (one,))} <= allowed


@pytest.mark.slow
def test_nothing_is_told_in_the_words_of_the_checker(tmp_path: Path) -> None:
    said = " ".join(str(one) for fault in FAULTS for one in problems(tmp_path, (fault,)))
    assert [word for word in WORDS_OF_THE_CHECKER if word in said] == []


def test_the_command_ends_with_the_code_of_wrong_input_and_lists_all(tmp_path: Path) -> None:
    together = [fault for fault in FAULTS if len(fault.place) == 1 and fault.place != ("allocations",)]
    path = tiny_plans.written(tmp_path)
    path.write_text(yaml.safe_dump(with_faults(tuple(together)), sort_keys=False), encoding="utf-8")
    result = CliRunner().invoke(app, ["plan", str(path), "--out", str(tmp_path / "out")])
    assert result.exit_code == 2
    listed = pd.read_csv(tmp_path / "out" / problem_list.FILE)
    assert {fault.column for fault in together} <= set(listed["column"])
    assert listed["row"].notna().all()
