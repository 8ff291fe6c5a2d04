"""A design of a plan as an R script finds with lavaan what the plan finds, within Monte Carlo error."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import other_questionnaires
import pandas as pd
import pytest
import shipped
import tiny_plans

from companion.store import Store
from companion.survey.questionnaire import Questionnaire
from companion.truth import in_r, planned, replications
from companion.truth.planned import Outcome

OURS, R = 200, 60
PLAN = {
    "claims": ["R1", "R3"],
    "no_larger": {"small": {"effect": "serial", "at": "like", "sign": "both", "limit": 0.1}},
    "population": 10_000,
    "scales": {"three": {"items": {"psr": 3, "pk": 3, "pa": 3}, "reliability": {"pk": 0.7}}},
    "samples": {"some": {"cells": [40, 50, 60, 40, 50, 60], "dropout": 0.1}},
}


def ours(folder: Path, asked: Questionnaire, analysis: dict[str, object]) -> Outcome:
    read = tiny_plans.planned(folder, asked, replications=OURS, analyses={"one": analysis}, **PLAN)
    kept = Store(folder / "kept")
    list(replications.run(replications.jobs_of(read), kept))
    return planned.outcome(read, shipped.claims(), kept)


def of_r(folder: Path, asked: Questionnaire, analysis: dict[str, object]) -> tuple[pd.DataFrame, pd.DataFrame]:
    read = tiny_plans.planned(folder, asked, replications=R, analyses={"one": analysis}, **PLAN)
    [file] = in_r.write(read, shipped.claims(), folder / "r")
    said = subprocess.run(["Rscript", str(file)], capture_output=True, text=True, check=False, timeout=120)
    assert said.returncode == 0, said.stderr
    rates, effects = said.stdout.split("\n\n")
    return pd.read_csv(io.StringIO(rates), index_col="claim"), pd.read_csv(io.StringIO(effects), index_col="effect")


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not there")
@pytest.mark.parametrize(
    ("ends", "analysis"),
    [
        ((1, 7), {"model": "latent", "interval": "monte-carlo", "draws": 400}),
        ((1, 7), {"model": "observed", "interval": "delta"}),
        ((0, 100), {"model": "observed", "interval": "delta"}),
    ],
)
def test_lavaan_finds_what_the_plan_finds_within_monte_carlo_error(
    tmp_path: Path, ends: tuple[int, int], analysis: dict[str, object]
) -> None:
    asked = other_questionnaires.asked(*ends)
    found = ours(tmp_path, asked, analysis)
    rates, effects = of_r(tmp_path, asked, analysis)
    for row in found.power.query("claim != 'all together'").itertuples():
        share = (row.rate * OURS + rates.loc[row.claim, "rate"] * R) / (OURS + R)
        error = (share * (1 - share) * (1 / OURS + 1 / R)) ** 0.5
        assert abs(row.rate - rates.loc[row.claim, "rate"]) <= 3.5 * error
    for row in found.precision.itertuples():
        error = row.sd * (1 / OURS + 1 / R) ** 0.5
        assert abs(row.est - effects.loc[row.effect, "mean"]) <= 3.5 * error
        assert effects.loc[row.effect, "sd"] == pytest.approx(row.sd, rel=0.35)


@pytest.mark.reference
@pytest.mark.skipif(shutil.which("Rscript") is None, reason="R is not there")
def test_a_script_without_a_reaction_judges_the_claims_that_are_left_and_names_the_others(tmp_path: Path) -> None:
    shares = {"claim": "R3", "people": 120, "weights": {"it": {"none": 1, "like": 0, "reply": 1}}}
    changes = {key: value for key, value in PLAN.items() if key in ("no_larger", "population", "scales")}
    read = tiny_plans.planned(
        tmp_path, claims=["R1", "R3", "R5"], samples={}, allocations=shares, replications=3, **changes
    )
    [file] = in_r.write(read, shipped.claims(), tmp_path / "r")
    assert "# Untestable in this design, which drops a reaction: R5, small." in file.read_text(encoding="utf-8")
    said = subprocess.run(["Rscript", str(file)], capture_output=True, text=True, check=False, timeout=120)
    assert said.returncode == 0, said.stderr
    rates, effects = said.stdout.split("\n\n")
    assert pd.read_csv(io.StringIO(rates))["claim"].tolist() == ["R1", "R3"]
    assert pd.read_csv(io.StringIO(effects))["effect"].tolist() == replications.effects(read.designs[0])


def test_a_script_has_a_file_for_each_design_and_says_what_it_is(tmp_path: Path) -> None:
    read = tiny_plans.planned(tmp_path, samples={"small": {"cells": 12}, "Larger, by far": {"cells": 24}})
    files = in_r.write(read, shipped.claims(), tmp_path / "r")
    assert [file.name for file in files] == ["reversal-full-small-means.R", "reversal-full-larger-by-far-means.R"]
    assert "WRITTEN DOWN" in files[0].read_text(encoding="utf-8")


def test_a_claim_that_requires_others_is_found_only_with_them(tmp_path: Path) -> None:
    read = tiny_plans.planned(tmp_path, claims=["R5"])
    text = in_r.script(read.designs[0], read.plan, shipped.claims())
    [line] = [line for line in text.splitlines() if line.strip().startswith("`R5` <-")]
    assert line.endswith("&& `R2` && `R3`")
    assert text.index("`R2` <-") < text.index("`R3` <-") < text.index("`R5` <-")
