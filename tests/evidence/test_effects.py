"""Conversions to correlations against what they stand for, and the counts of the evidence map against the file."""

import csv

import numpy as np
import pytest
from scipy import stats

from companion.evidence import evidence_map, forest
from companion.evidence.effects import fisher_interval, r_from_beta, r_from_means, together
from companion.evidence.tables import FOLDER


@pytest.mark.parametrize(
    ("mean_1", "sd_1", "mean_2", "sd_2"), [(6.0, 0.9, 5.5, 1.2), (2.0, 1.0, 5.0, 1.0), (1, 1, 1, 2)]
)
def test_r_from_means_is_the_correlation_with_group_membership(
    mean_1: float, sd_1: float, mean_2: float, sd_2: float
) -> None:
    first = mean_1 + sd_1 * np.array([-1.0, 1.0] * 50)
    second = mean_2 + sd_2 * np.array([-1.0, 1.0] * 50)
    member = np.repeat([1.0, 0.0], 100)
    expected = np.corrcoef(member, np.concatenate([first, second]))[0, 1]
    assert r_from_means(mean_1, sd_1, mean_2, sd_2) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("beta", "expected"), [(0.47, 0.52), (0.0, 0.05), (-0.2, -0.2), (0.5, 0.55)])
def test_r_from_beta_adds_five_hundredths_above_zero(beta: float, expected: float) -> None:
    assert r_from_beta(beta) == pytest.approx(expected)


@pytest.mark.parametrize("beta", [0.59, -0.51])
def test_r_from_beta_refuses_what_the_formula_was_not_made_for(beta: float) -> None:
    with pytest.raises(ValueError, match="outside"):
        r_from_beta(beta)


@pytest.mark.parametrize("n", [20, 222])
def test_the_interval_of_a_correlation_is_that_of_scipy(n: int) -> None:
    x = np.random.default_rng(1).normal(size=(2, n))
    result = stats.pearsonr(x[0], x[0] + 2 * x[1])
    expected = result.confidence_interval(0.95)
    assert fisher_interval(float(result.statistic), n) == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_the_forest_gives_the_values_computed_when_the_studies_were_coded() -> None:
    effects = forest().effects
    found = sorted((row.source, row.path, round(row.r, 3)) for row in effects.itertuples())
    assert found == [
        ("bijen2017", "valence_attitude", 0.0),
        ("lacap2024", "psr_attitude", 0.535),
        ("lacap2024", "reply_psr", 0.749),
        ("rungruangjit2022", "psr_attitude", 0.52),
        ("seminr2022", "psr_attitude", 0.418),
        ("xiao2023", "valence_attitude", 0.233),
        ("xiao2023", "valence_attitude", 0.463),
    ]


def test_an_effect_without_a_known_n_has_no_interval() -> None:
    effects = forest().effects
    assert effects.loc[effects["n"].isna(), ["low", "high"]].isna().all(axis=None)
    assert effects.loc[effects["n"].notna(), ["low", "high"]].notna().all(axis=None)


@pytest.mark.parametrize(
    ("directions", "expected"),
    [(["for"], "for"), (["null", "null"], "null"), (["for", "null"], "mixed"), (["for", "unclear"], "mixed")],
)
def test_findings_of_one_study_on_one_path_are_put_together(directions: list[str], expected: str) -> None:
    assert together(directions) == expected


def test_the_map_counts_every_study_once_on_a_path() -> None:
    with (FOLDER / "effects.csv").open(encoding="utf-8", newline="") as file:
        pairs = {(row["path"], row["source"]) for row in csv.DictReader(file)}
    found = evidence_map()
    assert len(found.findings) == len(pairs)
    assert dict(zip(found.paths["path"], found.paths["studies"], strict=True)) == {
        path: sum(pair[0] == path for pair in pairs) for path in found.paths["path"]
    }


def test_the_sides_of_a_path_add_up_to_its_studies() -> None:
    paths = evidence_map().paths
    assert (paths[["for", "mixed", "null", "against", "unclear"]].sum(axis=1) == paths["studies"]).all()
