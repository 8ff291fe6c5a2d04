"""The tables that are kept with the book are those of the plan beside them."""

from __future__ import annotations

from pathlib import Path

import pytest
import shipped
import tiny_plans

from companion.truth import kept_plans

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("name", kept_plans.names(ROOT))
def test_a_kept_table_has_every_design_and_claim_of_its_plan(name: str) -> None:
    read = tiny_plans.loaded(ROOT / kept_plans.PLANS / f"{name}.yml")
    kept = kept_plans.kept(ROOT, name)
    assert set(zip(kept.power["truth"], kept.power["sample"], strict=True)) == {
        (design.names[0], design.names[2]) for design in read.designs
    }
    assert set(kept.rates_of_claims["claim"]) == set(read.plan.claims)
    assert set(kept.runs["replications"]) == {read.plan.replications} == set(kept.found["found"].str.len())


def test_false_finds_are_counted_where_something_is_missing() -> None:
    true = (power := kept_plans.kept(ROOT, kept_plans.FALSE_FINDS).power)[power["holds"]]
    assert set(zip(true["truth"], true["claim"], strict=True)) == {
        ("all effects equal", "R2"),
        ("all effects equal", "R3"),
    }


def test_a_folder_that_keeps_no_plan_has_none() -> None:
    assert kept_plans.names(shipped.DATA) == []
