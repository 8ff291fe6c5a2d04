"""The predicted mean of a group: what lavaan implies, close to what the group answered, and in step with the paths."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shipped

from companion import sem
from companion.analysis import mediation, predictions
from companion.study import Study
from companion.survey.design import DESIGN

CELL = ["valence", "interaction"]
REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def study() -> Study:
    return shipped.study()


@pytest.fixture(scope="module")
def predicted(study: Study) -> pd.DataFrame:
    return study.mediation.predictions


@pytest.fixture(scope="module")
def items(study: Study) -> dict[str, tuple[str, ...]]:
    return mediation.items_of(study.questionnaire, study.analysis)


def test_it_is_the_mean_of_the_item_means_that_lavaan_implies(
    predicted: pd.DataFrame, items: dict[str, tuple[str, ...]]
) -> None:
    theirs = predictions.conditions(DESIGN).merge(pd.read_csv(REFERENCE / "implied-means" / "means.csv"))
    for construct, names in items.items():
        expected = theirs.assign(est=theirs[list(names)].mean(axis=1)).set_index(CELL)["est"]
        ours = predicted[predicted["construct"] == construct].set_index(CELL)["est"]
        pd.testing.assert_series_equal(ours, expected, check_exact=False, atol=1e-7, rtol=0)


@pytest.mark.slow
def test_it_lies_near_the_mean_of_the_groups_answers(study: Study, predicted: pd.DataFrame) -> None:
    observed = study.experiment.cells.rename(columns={"scale": "construct", "se": "_"})
    both = predicted.merge(observed, on=["construct", *CELL], suffixes=("", "_observed"))
    assert len(both) == 18
    standard_error = both["sd"] / np.sqrt(both["n"])
    assert ((both["est"] - both["mean"]).abs() < standard_error / 2).all()


@pytest.mark.parametrize(("construct", "effect"), [("psr", "psr"), ("pk", "total_pk"), ("pa", "total_pa")])
def test_negative_minus_positive_is_the_total_effect_times_the_mean_loading(
    study: Study, predicted: pd.DataFrame, construct: str, effect: str
) -> None:
    at = predicted[predicted["construct"] == construct].set_index(CELL)["est"]
    total = study.mediation.at_interactions(effect).set_index("interaction")["est"]
    estimates = study.mediation.fit.estimates
    loading = estimates.loc[(estimates["op"] == "=~") & (estimates["lhs"] == construct), "est"].mean()
    for interaction in DESIGN.interactions:
        difference = at["negative", interaction] - at["positive", interaction]
        assert difference == pytest.approx(loading * total[interaction], abs=1e-9)


@pytest.mark.slow
def test_the_groups_weighted_by_their_sizes_give_the_mean_of_all(study: Study, predicted: pd.DataFrame) -> None:
    sizes = study.sample.data.groupby(CELL, observed=True).size()
    for construct, rows in predicted.groupby("construct"):
        mean = np.average(rows.set_index(CELL)["est"], weights=sizes.loc[list(rows.set_index(CELL).index)])
        assert mean == pytest.approx(study.experiment.scores[construct].mean(), abs=1e-9)


def test_the_interval_is_the_quantiles_of_draws_of_the_whole_sample(items: dict[str, tuple[str, ...]]) -> None:
    data = pd.read_csv(REFERENCE / "data" / "study-360.csv")
    text = mediation.measurement_model(items) + "\n" + mediation.structural_model(DESIGN)
    bootstrap = sem.fit(text, data).bootstrap(60, seed=3)
    found = predictions.predict(bootstrap, items, DESIGN, level=0.9).set_index(["construct", *CELL])
    scores = [one.mean() for one in bootstrap.implied_means(predictions.conditions(DESIGN))[:, 5, 11:]]
    row = found.loc["pa", "negative", "reply"]
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx(list(np.quantile(scores, [0.05, 0.95])))
    assert row["se"] == pytest.approx(np.std(scores, ddof=1))
