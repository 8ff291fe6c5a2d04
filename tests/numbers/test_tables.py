"""What is derived from a result before it becomes a number: extremes, shares, counts, differences and their signs."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.analysis import claims, experiment, invariance, measurement, predictions, robustness
from companion.analysis.claims import Judgement, Verdicts
from companion.analysis.invariance import Invariance
from companion.analysis.robustness import Robustness
from companion.peers import cross_check, known_results
from companion.peers.cross_check import CrossCheck
from companion.peers.known_results import KnownResults
from companion.survey import sample
from companion.survey.design import DESIGN
from companion.truth import recovery
from companion.truth.recovery import Recovery

NOTHING = pd.DataFrame()


def only(table: pd.DataFrame) -> dict[str, Any]:
    """The cells of a table of one row."""
    (row,) = table.to_dict("records")
    return {str(column): cell for column, cell in row.items()}


@pytest.fixture(scope="module")
def counted() -> dict[str, pd.DataFrame]:
    chosen = shipped.selected()
    items = shipped.asked().items_of(shipped.plan().model.constructs)
    return dict(sample.tables(chosen, items, DESIGN, 0.95))


def test_the_flow_gives_a_count_for_each_box_rule_and_cell(counted: dict[str, pd.DataFrame]) -> None:
    people = counted["flow"].set_index("place")["people"]
    steps = shipped.selected().flow.set_index("rule")
    assert people["analysed"] == len(shipped.selected().data)
    for rule, step in steps.iterrows():
        if rule not in sample.BOXES and step["applied"]:
            assert (people[f"removed.{rule}"], people[f"left.{rule}"]) == (step["removed"], step["left"])
    for rule in ("randomised", "analysed"):
        cells = [people[f"{rule}.{valence}.{interaction}"] for valence, interaction in DESIGN.cells]
        assert cells == [steps.loc[rule, " ".join(cell)] for cell in DESIGN.cells]
        assert sum(cells) == people[rule]


def test_those_left_out_before_and_after_randomisation_are_the_sums_of_their_rules(
    counted: dict[str, pd.DataFrame],
) -> None:
    removed, people = counted["stages"].set_index("short")["removed"], counted["flow"].set_index("place")["people"]
    assert removed["before"] == people["recorded"] - people["randomised"]
    assert removed["after"] == people["randomised"] - people["retained"]


def test_rows_that_several_rules_mark_are_those_with_two_or_more(counted: dict[str, pd.DataFrame]) -> None:
    hits = counted["hits"].set_index("hits")["rows"]
    assert only(counted["hits_together"])["several"] == hits.sum() - hits[0] - hits[1]


def test_the_cells_differ_where_p_lies_below_one_minus_the_level(counted: dict[str, pd.DataFrame]) -> None:
    table = counted["attrition"]
    assert list(table["differs"]) == list(table["p"] < 0.05)
    assert list(table["short"]) == ["left", "excluded"]


def test_background_is_that_of_the_analysed(counted: dict[str, pd.DataFrame]) -> None:
    cells, data = only(counted["people"]), shipped.selected().data
    assert (cells["age_min"], cells["age_max"]) == (min(data["age"]), max(data["age"]))
    assert cells["age_mean"] == pytest.approx(np.mean(data["age"]))
    assert cells["age_sd"] == pytest.approx(np.std(data["age"], ddof=1))
    assert cells["women"] == (data["gender"] == "woman").mean()
    assert cells["with_missing"] == len(shipped.selected().with_missing)


def test_a_pair_of_scales_has_its_own_correlation_and_p() -> None:
    names = ["psr", "pk", "pa"]
    r = pd.DataFrame([[1, 0.1, 0.2], [0.1, 1, 0.3], [0.2, 0.3, 1]], names, names)
    result = SimpleNamespace(
        correlations=r,
        correlation_p=r / 10,
        cfa=SimpleNamespace(
            measures={"chisq": 1.0}, estimates=pd.DataFrame(columns=["lhs", "op", "rhs", "est", "std_all"])
        ),
        loadings=pd.DataFrame({"std_all": [0.7, 0.5, 0.9]}),
        **dict.fromkeys(("reliability", "validity", "htmt"), NOTHING),
    )
    tables = measurement.tables(cast(Any, result))
    assert tables["correlations"].to_numpy().tolist() == [
        ["psr", "pk", 0.1, pytest.approx(0.01)],
        ["psr", "pa", 0.2, pytest.approx(0.02)],
        ["pk", "pa", 0.3, pytest.approx(0.03)],
    ]
    assert only(tables["loading_range"]) == {"smallest": 0.5, "largest": 0.9}


def invariant(**steps: Any) -> Invariance:
    direct = pd.DataFrame(
        {
            "item": ["psr1", "psr2"],
            "p_holm": [0.2, 0.01],
            **{f"serial_{w}": [0.1 * place, 0.1 * place + 0.5] for place, w in enumerate(DESIGN.interactions, start=1)},
        }
    )
    compared = pd.DataFrame({"pvalue": [np.nan, 0.2, 0.001], "df": [1, 2, 3]}, ["configural", "metric", "scalar"])
    return Invariance(compared, direct, level=0.95, **steps)


def test_a_step_says_whether_it_is_rejected_but_for_the_first() -> None:
    tables = invariance.tables(invariant(obstacles=()), DESIGN)
    assert list(tables["steps"]["rejected"]) == [None, False, True]


def test_steps_that_could_not_be_fitted_give_no_numbers() -> None:
    tables = invariance.tables(invariant(obstacles=("metric: no end",)), DESIGN)
    assert tables["steps"].empty
    assert only(tables["tested"]) == {"tested": False}


def test_the_smallest_p_and_the_flagged_items_are_told_together() -> None:
    tables = invariance.tables(invariant(obstacles=()), DESIGN)
    assert only(tables["direct_together"]) == {"smallest": 0.01, "any": True, "flagged": "psr2"}
    assert only(tables["direct_count"]) == {"items": 2}


def test_the_serial_effects_range_from_lowest_to_highest_at_each_reaction() -> None:
    table = invariance.tables(invariant(obstacles=()), DESIGN)["direct_serial"].set_index("interaction")
    assert table.loc["like"].tolist() == pytest.approx([0.2, 0.7])


def test_the_product_of_the_factors_has_a_short_name() -> None:
    result = SimpleNamespace(
        anova=pd.DataFrame({"source": ["valence", "interaction", "valence x interaction"]}),
        valence_difference={"est": 1.0},
        **dict.fromkeys(("cells", "simple_effects", "valence_check", "recognised"), NOTHING),
    )
    tables = experiment.tables(cast(Any, result))
    assert list(tables["anova"]["term"]) == ["valence", "interaction", "product"]


def predicted() -> pd.DataFrame:
    means = dict(zip(DESIGN.cells, (4.0, 4.5, 5.0, 3.0, 5.5, 4.0), strict=True))
    rows = [("psr", valence, interaction, est) for (valence, interaction), est in means.items()]
    return pd.DataFrame(rows, columns=["construct", "valence", "interaction", "est"])


def test_the_range_goes_from_the_lowest_predicted_mean_to_the_highest() -> None:
    cells = only(predictions.tables(predicted(), pd.Series([1.0, 0.8]))["range"])
    assert cells == {
        "construct": "psr",
        "highest": "negative comments and a like",
        "lowest": "negative comments and no reaction",
        "range": 2.5,
        "loading": 0.9,
    }


def test_the_gap_is_the_largest_on_either_side() -> None:
    observed = predicted().rename(columns={"construct": "scale", "est": "mean"})
    observed.loc[2, "mean"] += 0.25
    observed.loc[4, "mean"] -= 0.5
    assert only(predictions.gap(predicted(), observed)["gap"]) == {"largest_gap": 0.5}


def judged(*verdicts: tuple[claims.Verdict, claims.Verdict]) -> dict[str, pd.DataFrame]:
    judgements = {
        f"R{place}": Judgement(f"R{place}", verdict, simultaneous, named=True, estimands=NOTHING)
        for place, (verdict, simultaneous) in enumerate(verdicts, start=1)
    }
    return dict(claims.tables(Verdicts(judgements, simulated=True), shipped.claims()))


def test_a_verdict_is_told_in_the_words_of_a_simulated_survey() -> None:
    table = judged(("found", "undecided"))["claims"]
    assert only(table[["verdict_label", "simultaneous_label"]]) == {
        "verdict_label": "found in the simulated survey",
        "simultaneous_label": "not found",
    }


@pytest.mark.parametrize(("second", "same"), [("found", True), ("undecided", False)])
def test_both_kinds_of_interval_agree_when_they_do_on_every_claim(second: claims.Verdict, same: bool) -> None:
    tables = judged(("found", "found"), ("found", second))
    assert only(tables["together"]) == {"same": same}
    assert list(tables["claims"]["same"]) == [True, same]


def test_a_verdict_that_no_correlation_changes_has_no_tipping_point() -> None:
    rows = [("psr-pk", at, "R1", "found") for at in (-0.5, 0.0, 0.5)]
    rows += [("psr-pk", at, "R2", verdict) for at, verdict in ((-0.5, "undecided"), (0.0, "found"), (0.5, "found"))]
    table = pd.DataFrame(rows, columns=["pair", "correlation", "claim", "verdict"])
    found = claims.confounding_tables(table)["confounding"].set_index("claim")
    assert found["changes"].to_dict() == {"R1": False, "R2": True}
    assert found.loc["R2", "correlation"] == -0.5
    assert set(found["constructs"]) == {"psr_pk"}


def varied() -> Robustness:
    """Results of robustness in which little stands."""
    return Robustness(
        manifest=pd.DataFrame({"name": ["psr_like"]}),
        samples=pd.DataFrame({"variant": ["without straight lines"]}),
        full_information=NOTHING,
        order=pd.DataFrame(
            {"order": ["relationship first", "knowledge first", "knowledge first"], "chisq": [1.0, 2.0, 2.0]}
        ),
        equality=pd.DataFrame({"chisq_diff": [np.nan, 3.0]}),
        obstacles=(),
        groups=pd.DataFrame({"path": ["d", "b"], "interaction": ["like", "like"], "est": [0.2, 0.3]}),
        moderation=pd.DataFrame({"term": ["pk", "psr_x_pk"], "est": [1.0, 2.0]}),
        confounding=NOTHING,
        specifications=pd.DataFrame(columns=["interaction", "est", "ci_lower", "ci_upper"]),
        draws=10,
    )


def test_where_equal_paths_were_tested_the_last_comparison_is_told() -> None:
    tables = robustness.tables(varied(), DESIGN)
    assert only(tables["equality_tested"]) == {"tested": True}
    assert only(tables["equality"]) == {"chisq_diff": 3.0}
    assert list(tables["groups"]["est"]) == [0.2, 0.3]


def test_where_equal_paths_were_not_tested_only_that_is_told() -> None:
    usual = varied()
    nowhere = usual.groups.assign(est=np.nan)
    result = replace(usual, equality=usual.equality.head(0), obstacles=("free: no convergence",), groups=nowhere)
    tables = robustness.tables(result, DESIGN)
    assert only(tables["equality_tested"]) == {"tested": False}
    assert tables["equality"].empty
    assert tables["groups"].empty


def test_specifications_without_a_solution_are_counted_apart_and_leave_the_others_as_they_are() -> None:
    columns = ["interaction", "est", "ci_lower", "ci_upper"]
    solved = [(w, 0.5, 0.1, 0.9) for w in DESIGN.interactions]
    specifications = pd.DataFrame([*solved, *((w, *[np.nan] * 3) for w in DESIGN.interactions)], columns=columns)
    tables = robustness.tables(replace(varied(), specifications=specifications), DESIGN)
    assert only(tables["unsolved"]) == {"unsolved": 1}
    assert list(tables["specifications"]["n"]) == [1, 1, 1]
    assert list(tables["specifications"]["positive"]) == [1.0, 1.0, 1.0]


def test_specifications_are_counted_and_those_above_and_below_zero_are_shares() -> None:
    specifications = pd.DataFrame(
        {
            "interaction": "like",
            "est": [0.5, 0.2, -0.3, 0.1],
            "ci_lower": [0.1, -0.1, -0.5, 0.05],
            "ci_upper": [0.9, 0.5, -0.1, 0.2],
        }
    )
    tables = robustness.tables(replace(varied(), specifications=specifications), DESIGN)
    assert only(tables["specifications"]) == {
        "interaction": "like",
        "n": 4,
        "lowest": -0.3,
        "highest": 0.5,
        "positive": 0.5,
        "negative": 0.25,
    }
    assert only(tables["unsolved"]) == {"unsolved": 0}
    assert list(tables["order_fit"]["short"]) == ["relationship", "knowledge"]
    assert list(tables["samples"]["short"]) == ["without_straight_lines"]
    assert list(tables["manifest"]["estimand"]) == ["psr.like"]
    assert only(tables["product"])["est"] == 2.0


def peer(semopys_critical: float) -> dict[str, pd.DataFrame]:
    measures = [("chisq", 100.0, 90.0), ("critical", 95.0, semopys_critical)]
    result = CrossCheck(
        measures=pd.DataFrame(measures, columns=["measure", "ours", "semopy"]),
        estimates=NOTHING,
        runs=NOTHING,
        rivals=pd.DataFrame(
            {
                "model": ["whole", "without the link"],
                "chisq": [1.0, 2.0],
                "aic_ours": [10.0, 13.0],
                "aic_semopy": [5, 4],
            }
        ),
        indirect=pd.DataFrame(
            [
                ("psr_alone", "pingouin", "bias-corrected", 0.0),
                ("psr_alone", "ours", "bias-corrected", np.nan),
                ("psr_alone", "ours", "percentile", np.nan),
            ],
            columns=["effect", "program", "kind", "p"],
        ),
        interaction="reply",
        people=7,
        draws=9,
        finished=True,
    )
    return dict(cross_check.tables(result))


@pytest.mark.parametrize(("critical", "same"), [(80.0, True), (99.0, False)])
def test_both_programs_are_on_one_side_when_both_reject_or_neither(critical: float, same: bool) -> None:
    assert only(peer(critical)["same_side"]) == {"same_side": same}


def test_the_change_of_a_criterion_is_that_without_the_link_less_that_of_the_whole() -> None:
    changes = peer(80)["changes"].set_index("program")["change"]
    assert changes.to_dict() == {"ours": 3.0, "semopy": -1.0}


def test_a_change_is_called_by_its_criterion_whichever_program_printed_it() -> None:
    changes = peer(80)["changes"]
    assert list(changes["criterion"]) == [measure.upper() for measure in changes["measure"]]
    assert {*changes["criterion"]} <= {"AIC", "BIC"}


def test_only_our_percentile_intervals_and_those_of_pingouin_are_numbers() -> None:
    shown = peer(80)["indirect"]
    assert list(zip(shown["made_by"], shown["kind"], strict=True)) == [
        ("pingouin", "bias-corrected"),
        ("reply", "percentile"),
    ]
    assert only(peer(80)["zero_p"]) == {"zero_p": True}


def test_covered_intervals_are_counted_among_all_effects() -> None:
    effects = pd.DataFrame({"name": ["psr_like", "psr_none", "serial_like"], "covered": [True, False, True]})
    tables = recovery.tables(Recovery(effects, people=5), DESIGN)
    assert only(tables["together"]) == {"covered": 2, "effects": 3, "people": 5}


def test_published_numbers_are_counted_with_and_without_chance() -> None:
    comparison = pd.DataFrame(
        {"analysis": "tal_or", "draws": [0, 0, 0, 1000, 1000], "agrees": [True, True, False, True, False]}
    )
    tables = known_results.tables(KnownResults(comparison, 10))
    assert only(tables["together"]) == {
        "values": 5,
        "exact": 3,
        "exact_agreeing": 2,
        "bounds": 2,
        "bounds_agreeing": 1,
        "agree": False,
    }
