"""Tables of the method chapters: they say what the results say, no more and no less."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from companion.analysis.claims import Judgement, Verdict, Verdicts
from companion.analysis.invariance import EQUAL, Invariance
from companion.analysis.measurement import Measurement
from companion.survey import questionnaire as asked
from companion.survey import sample
from companion.tables import method
from companion.truth import population
from companion.truth.recovery import Recovery

DATA = Path(__file__).resolve().parents[2] / "data"


def column(table: Any, name: str) -> list[str]:
    return list(table.frame[name])


def test_a_column_of_wordings_says_its_language_where_it_is_not_the_tables(
    questionnaire: asked.Questionnaire,
) -> None:
    """A screen reader would read Dutch as English."""
    for table in (
        method.items(questionnaire, ["psr"]),
        method.questions(questionnaire, ["check"]),
        method.scales(questionnaire),
    ):
        (dutch,) = (name for name in table.frame if "Dutch" in name)
        assert table.languages == {dutch: "nl"}


def test_the_flow_ends_with_the_people_that_are_analysed(chosen: sample.Sample) -> None:
    assert column(method.flow(chosen), "Remaining")[-1] == f"**{len(chosen.data):,}**"


def test_a_box_of_the_flow_leaves_nobody_out(chosen: sample.Sample) -> None:
    rows = method.flow(chosen).frame
    boxes = rows["Step"].str.startswith("**")
    assert boxes.sum() == 4
    assert set(rows.loc[boxes, "Left out"]) == {method.NOTHING}


def test_a_rule_that_could_not_be_applied_shows_no_number(chosen: sample.Sample) -> None:
    flow = chosen.flow.copy()
    flow.loc[flow["rule"] == "second_answer", ["applied", "removed"]] = [False, pd.NA]
    table = method.flow(replace(chosen, flow=flow))
    assert table.frame.loc[flow["rule"] == "second_answer", "Left out"].item() == method.NOTHING


def test_every_cell_loses_as_many_as_lie_between_randomised_and_analysed(
    chosen: sample.Sample, questionnaire: asked.Questionnaire
) -> None:
    frame = method.cells(chosen, questionnaire).frame.set_index("Cell")
    counts = frame.map(lambda cell: int(cell.strip("*").replace(",", "")))
    lost = counts.drop(columns=["Randomised", "Analysed"])
    assert (counts["Randomised"] - lost.sum(axis=1) == counts["Analysed"]).all()
    assert (counts.drop("All").sum() == counts.loc["All"]).all()


def test_what_was_planted_is_what_the_rules_found(chosen: sample.Sample, truth: population.Truth) -> None:
    table = method.planted(truth, chosen)
    assert column(table, "Planted") == column(table, "Found by the rules")


def test_a_rule_that_misses_someone_planted_shows(chosen: sample.Sample, truth: population.Truth) -> None:
    more = truth.model_copy(
        update={"planted": truth.planted.model_copy(update={"no_consent": truth.planted.no_consent + 1})}
    )
    data = method.planted(more, chosen).data
    assert data is not None
    assert list(data.loc[data["planted"] != data["found"], "what"]) == ["did not consent"]


def test_every_rule_of_the_flow_is_held_against_the_truth(chosen: sample.Sample) -> None:
    assert set(method.PLANTED) == set(chosen.flow["rule"]) - set(method.BOXES)


def test_everything_planted_that_a_rule_should_find_is_counted_once() -> None:
    counted = [name for names in method.PLANTED.values() for name in names]
    assert sorted([*counted, "straight_liners"]) == sorted(population.Planted.model_fields)


def test_overlap_and_attrition_have_a_row_for_each_of_their_results(chosen: sample.Sample) -> None:
    assert len(method.overlap(chosen).frame) == len(chosen.overlap)
    assert len(method.attrition(chosen).frame) == len(chosen.attrition)


def test_background_is_a_share_or_a_mean_of_the_cell(
    chosen: sample.Sample, questionnaire: asked.Questionnaire, analysis: asked.Analysis
) -> None:
    frame = method.background(chosen, questionnaire, analysis).frame.set_index("Cell")
    silent = chosen.data.query("valence == 'negative' and interaction == 'none'")
    assert frame.loc["Negative {reaction}`none`", "Woman"] == f"{100 * silent['woman'].mean():.0f}\u202f%"
    assert frame.loc["All", "Age"] == f"{chosen.data['age'].mean():.1f} ({chosen.data['age'].std():.1f})"


def test_a_comparison_without_a_test_shows_no_p(chosen: sample.Sample) -> None:
    row = {
        "what": "left before the outcome",
        "removed": 0,
        "randomised": 9,
        "difference": 0.0,
        "chisq": np.nan,
        "df": 5,
        "p": np.nan,
        "method": "not needed: the same in every cell",
    }
    assert column(method.attrition(replace(chosen, attrition=pd.DataFrame([row]))), "p") == [method.NOTHING]


def test_items_show_both_wordings_and_which_are_turned(questionnaire: asked.Questionnaire) -> None:
    frame = method.items(questionnaire, ["psr"]).frame.set_index("Item")
    turned = [name for name, item in questionnaire.constructs["psr"].items.items() if item.reversed]
    assert list(frame.index[frame["Turned"] == "yes"]) == turned
    assert "stranger" in frame.loc["psr3", "In English"]
    assert "vreemde" in frame.loc["psr3", "As shown, in Dutch"]


def test_reliability_sets_alpha_and_omega_beside_each_other(
    measurement: Measurement, questionnaire: asked.Questionnaire
) -> None:
    first = method.reliability(measurement, questionnaire).frame.iloc[0]
    assert list(first) == ["Parasocial relationship", "6", ".91", "[.90, .92]", ".92", "[.91, .93]", ".64"]


def test_correlations_stand_below_the_diagonal_only(
    measurement: Measurement, questionnaire: asked.Questionnaire
) -> None:
    assert column(method.correlations(measurement, questionnaire), "1") == [method.NOTHING, "−.43"]


def test_loadings_stand_beside_their_own_item(measurement: Measurement) -> None:
    frame = method.loadings(measurement).frame.set_index("Item")
    assert frame.loc["psr1", "M"] == "4.10"
    assert frame.loc["pk1", "95\N{NARROW NO-BREAK SPACE}% interval"] == "[.75, .85]"
    assert "-0.00" not in frame.to_string()


def test_a_small_p_of_the_fit_is_a_bound(measurement: Measurement) -> None:
    frame = method.fit_measures(measurement).frame.set_index("Measure")
    assert frame.loc["p", "Value"] == "< .001"
    assert frame.loc["Degrees of freedom", "Value"] == "129"


def test_distinctness_names_both_scales(measurement: Measurement, questionnaire: asked.Questionnaire) -> None:
    row = method.distinctness(measurement, questionnaire).frame.iloc[0]
    assert list(row)[:3] == ["Parasocial relationship and persuasion knowledge, evaluative", "−.43", ".48"]


@pytest.mark.parametrize(
    ("claim", "condition"),
    [
        ("R1", "a(none) < 0; a(none)·d > 0; a(none)·d·b < 0"),
        ("R3", "a(reply) > 0; a(reply)·d < 0; a(reply)·d·b > 0"),
        ("R4", "(a(reply) − a(like))·d·b > 0"),
        ("R5", "R2 is found; R3 is found; (a(like) − a(none))·d·b > 0; (a(reply) − a(none))·d·b > 0"),
    ],
)
def test_a_claim_stands_beside_what_it_needs(claim: str, condition: str, stated: asked.Claims) -> None:
    assert method.claims(stated).frame.set_index("Claim").loc[claim, "Found when"] == condition


def test_power_has_a_row_a_size_and_a_column_a_claim() -> None:
    rates = pd.DataFrame({"n": [360, 360, 1200, 1200], "claim": ["R1", "R4"] * 2, "power": [0.5, 0.3, 0.99, 0.904]})
    frame = method.power(rates).frame
    assert frame.to_numpy().tolist() == [["360", ".50", ".30"], ["1,200", ".99", ".90"]]


def test_false_finds_has_a_row_a_truth_and_says_where_a_claim_is_true() -> None:
    shared = {"truth": "all effects equal", "ci_lower": 0.016, "ci_upper": 0.0364}
    rates = pd.DataFrame(
        [
            shared | {"claim": "R1", "holds": False, "rate": 0.024},
            shared | {"claim": "R2", "holds": True, "rate": 0.9},
        ]
    )
    [row] = method.false_finds(rates).frame.to_numpy().tolist()
    assert row[1:] == [".024 [.016, .036]", "true, .900 [.016, .036]"]


def test_recovery_shows_the_chosen_effects_and_whether_their_interval_holds_the_population_value() -> None:
    shared = {"structural": 0.3, "rounded": 0.29, "careless": 0.28, "est": 0.25, "ci_lower": 0.2}
    rows = [
        {"effect": "serial", "interaction": "none", "ci_upper": 0.29, "covered": True},
        {"effect": "serial", "interaction": "reply", "ci_upper": 0.27, "covered": False},
        {"effect": "serial", "interaction": "reply - none", "ci_upper": 0.29, "covered": True},
        {"effect": "psr", "interaction": "none", "ci_upper": 0.29, "covered": True},
    ]
    recovered = Recovery(effects=pd.DataFrame([shared | row for row in rows]), people=10)
    table = method.recovery(recovered, {"serial": "through the chain"}, 0.95)
    assert column(table, "Effect; reaction") == ["{reaction}`No reaction <none>`", "{reaction}`Reply <reply>`"]
    assert table.groups == ["through the chain"] * 2
    assert column(table, "Holds it") == ["yes", "no"]


def test_verdicts_of_two_surveys_keep_to_their_columns(stated: asked.Claims) -> None:
    def verdicts(verdict: Verdict) -> Verdicts:
        judged = {
            name: Judgement(name, verdict, verdict, named=True, estimands=pd.DataFrame()) for name in stated.results
        }
        return Verdicts(judged, simulated=True)

    frame = method.verdicts_beside(verdicts("found"), verdicts("undecided"), stated, ("one", "other")).frame
    assert set(frame["one"]) == {"found in the simulated survey"}
    assert set(frame["other"]) == {"not found"}


def test_the_codebook_shows_every_variable_once(questionnaire: asked.Questionnaire) -> None:
    book = asked.codebook(questionnaire)
    shown = [
        name for group in book["group"].unique() for name in method.questions(questionnaire, [group]).frame["Name"]
    ]
    assert len(shown) == len(book)
    assert [name.split("`")[1] for name in shown] == list(book["name"])


def test_every_answer_scale_that_a_question_names_is_explained(questionnaire: asked.Questionnaire) -> None:
    explained = set(method.scales(questionnaire).groups)
    assert {question.scale for question in questionnaire.closed.values()} <= explained


def test_thresholds_are_those_of_the_analysis(analysis: asked.Analysis) -> None:
    youngest, oldest = analysis.exclusions.age
    assert method.rules(analysis).frame.set_index("Setting").loc["age", "Value"] == f"{youngest} to {oldest}"


def test_a_step_of_invariance_stands_beside_what_it_loses_against_the_step_before(invariance: Invariance) -> None:
    rows = method.invariance(invariance).frame.to_numpy().tolist()
    space = method.NO_BREAK
    assert rows[0][2:5] == [f"100.00{space}(90)", method.NOTHING, method.NOTHING]
    assert rows[2][2:] == [f"180.00{space}(110)", f"67.50{space}(10)", "< .001", ".960", "−.029", ".060", ".029"]


def test_invariance_that_could_not_be_tested_shows_no_number(invariance: Invariance) -> None:
    untested = Invariance(invariance.steps * np.nan, invariance.direct, ("n is too small",), 0.95)
    numbers = method.invariance(untested).frame.drop(columns=["Step", "Equal in all groups"])
    assert set(numbers.to_numpy().ravel()) == {method.NOTHING}


def test_every_step_of_invariance_has_a_name() -> None:
    assert set(method.STEPS) == set(EQUAL)


def test_direct_paths_stand_beside_their_item_and_the_chain_that_is_left(invariance: Invariance) -> None:
    first = method.direct_paths(invariance).frame.iloc[0]
    assert list(first) == ["psr1", f"30.00{method.NO_BREAK}(5)", "< .001", "< .001", "−0.100", "0.100", "0.200"]
