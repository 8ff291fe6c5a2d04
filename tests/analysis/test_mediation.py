"""The study's model: its effects are the products they claim to be, and its sample decides nothing else."""

from functools import partial

import numpy as np
import pandas as pd
import pytest
import shipped

from companion import sem
from companion.analysis import mediation
from companion.study import ROOT, Study
from companion.survey.design import DESIGN, Design
from companion.truth import population, recovery

LABELS = {"none": ("a1",), "like": ("a1", "a2"), "reply": ("a1", "a3")}


@pytest.fixture(scope="module")
def study() -> Study:
    return shipped.study()


@pytest.fixture(scope="module")
def fitted(study: Study) -> mediation.Mediation:
    return study.mediation


@pytest.mark.slow
@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_the_serial_effect_is_the_product_along_the_chain(fitted: mediation.Mediation, interaction: str) -> None:
    path = fitted.paths.set_index("label")["est"]
    first = sum(path[label] for label in LABELS[interaction])
    serial = fitted.at_interactions("serial").set_index("interaction").loc[interaction, "est"]
    assert serial == pytest.approx(first * path["d"] * path["b"])


@pytest.mark.slow
@pytest.mark.parametrize("interaction", DESIGN.interactions)
def test_the_total_effect_is_the_sum_of_its_ways(fitted: mediation.Mediation, interaction: str) -> None:
    at = fitted.effects.set_index(["effect", "interaction"])["est"]
    ways = sum(at[effect, interaction] for effect in ("serial", "pa_via_psr", "pa_via_pk", "direct_pa"))
    assert at["total_pa", interaction] == pytest.approx(ways)


@pytest.mark.slow
def test_a_contrast_is_the_difference_of_its_effects_draw_by_draw(fitted: mediation.Mediation) -> None:
    difference = fitted.draws["serial_reply"] - fitted.draws["serial_like"]
    np.testing.assert_allclose(fitted.draws["serial_reply_minus_like"], difference, atol=1e-12)


def test_the_partially_standardised_effect_is_the_raw_one_over_the_attitudes_standard_deviation(
    fitted: mediation.Mediation,
) -> None:
    rows = fitted.at_interactions("serial")
    spread = rows["est"] / rows["std"]
    np.testing.assert_allclose(spread, spread.iloc[0])
    variance = fitted.fit.estimates.query("lhs == 'pa' and op == '~~' and rhs == 'pa'")
    # std_all of a residual variance is its share of the variable's whole variance.
    assert spread.iloc[0] ** 2 == pytest.approx((variance["est"] / variance["std_all"]).item())


def test_a_percentile_interval_is_the_quantiles_of_the_draws(fitted: mediation.Mediation) -> None:
    row = fitted.at_interactions("serial").set_index("interaction").loc["reply"]
    bounds = np.quantile(fitted.draws["serial_reply"], [0.025, 0.975])
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx(list(bounds))


@pytest.mark.parametrize(("bound", "expected"), [(0.0029, True), (-0.0029, True), (0.0031, False)])
def test_a_bound_within_three_monte_carlo_errors_of_zero_asks_for_more_draws(bound: float, expected: bool) -> None:
    table = pd.DataFrame({"ci_lower": [bound], "ci_upper": [0.5], "mc_lower": [0.001], "mc_upper": [0.001]})
    assert mediation.too_close(table, errors=3) is expected


@pytest.mark.slow
def test_the_population_value_of_an_unrounded_survey_is_the_written_down_one(study: Study) -> None:
    truth = population.load_truth(ROOT / "data" / "truth.yml")
    items = mediation.items_of(study.questionnaire, study.analysis)
    clean = population.clean_responses(truth, 300_000, seed=5, round_answers=False)
    found = sem.fit(mediation.model(items, DESIGN), clean).estimates.query("op == ':='").set_index("lhs")
    written = population.implied(truth).query("effect == 'serial' and interaction in ('none', 'like', 'reply')")
    for row in written.itertuples():
        estimate = found.loc[f"serial_{row.interaction}"]
        assert abs(estimate["est"] - row.points) < 4 * estimate["se"]


def test_recovery_says_of_every_effect_whether_its_interval_holds_the_population_value(
    study: Study, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recovery, "population_values", partial(recovery.population_values, people=12_000))
    items = mediation.items_of(study.questionnaire, study.analysis)
    values = recovery.recover(shipped.truth(), study.mediation, study.questionnaire, items).effects
    inside = (values["ci_lower"] <= values["careless"]) & (values["careless"] <= values["ci_upper"])
    assert (values["covered"] == inside).all()
    assert set(values["effect"]) == set(recovery.SHOWN)


def test_the_model_of_two_interactions_has_one_reaction_and_one_contrast(study: Study) -> None:
    two = Design(("positive", "negative"), ("none", "reply"))
    text = mediation.model(mediation.items_of(study.questionnaire, study.analysis), two)
    assert "psr ~ a1*neg + w1*reply + a2*neg:reply" in text
    assert "serial_reply_minus_none := (a1 + a2)*d*b - (a1*d*b)" in text
    assert "like" not in text
