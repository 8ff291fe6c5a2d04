"""Tables of the results: every cell says what the result holds, in the units and on the side that its heading names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.analysis.claims import Verdicts
from companion.analysis.experiment import Experiment
from companion.analysis.mediation import Mediation
from companion.analysis.mistakes import Mistakes
from companion.analysis.robustness import Robustness
from companion.survey.design import DESIGN
from companion.tables import results

MINUS = "\N{MINUS SIGN}"
INTERACTIONS = DESIGN.interactions


def in_words(cell: str) -> str:
    """A cell as it is read, without the signs of the reactions."""
    return re.sub(r"\{reaction\}`([^<]+) <\w+>`", r"\1", cell)


def row_of(table: Any, head: str, group: str = "") -> dict[str, str]:
    """The row of a table by its header, and by the label over it where rows stand in groups."""
    frame = table.frame.rename(columns=in_words)
    if group:
        frame = frame[[label == group for label in table.groups]]
    frame = frame.set_index(frame.columns[0]).rename(index=in_words)
    assert frame.index.is_unique
    return dict(frame.loc[head])


def test_recognition_sets_the_share_that_is_right_beside_the_counts_of_all_answers(experiment: Experiment) -> None:
    like = row_of(results.recognition(experiment), "Like")
    assert like["Recalled rightly"] == "97.5\N{NARROW NO-BREAK SPACE}%"
    assert [like[f"Said: {said}"] for said in ("no reaction", "like", "reply", "not sure")] == ["1", "39", "0", "0"]


def test_answers_of_an_own_questionnaire_have_one_column(experiment: Experiment) -> None:
    counts = experiment.interaction_check.assign(another=[2, 0, 1])
    with_another = replace(experiment, interaction_check=counts)
    table = results.recognition(with_another).frame
    assert table.columns[-1] == "Said: another answer"
    assert list(table.iloc[:, -1]) == ["2", "0", "1"]


def test_a_reaction_stands_with_its_sign_in_headers_of_rows_and_columns(
    experiment: Experiment, mediation: Mediation
) -> None:
    columns = list(results.cell_means(experiment, shipped.asked()).frame)
    names = {"none": "No reaction", "like": "Like", "reply": "Reply"}
    assert columns[1:] == [f"{{reaction}}`{name} <{w}>`" for w, name in names.items()]
    rows = results.effects(mediation, ["serial"]).frame["Effect; reaction"]
    assert rows.iloc[2] == "{reaction}`Reply <reply>`"


def test_cell_means_stand_under_their_reaction(experiment: Experiment) -> None:
    row = row_of(results.cell_means(experiment, shipped.asked()), "Negative", "Parasocial relationship")
    assert row == {"No reaction": "3.50 (1.20)", "Like": "4.60 (1.20)", "Reply": "5.25 (1.20)"}


def test_the_analysis_of_variance_prints_both_degrees_of_freedom_and_a_tiny_p_as_a_bound(
    experiment: Experiment,
) -> None:
    row = row_of(results.anova(experiment, shipped.asked()), "Valence × reaction", "Parasocial relationship")
    assert row == {"F": "10.46", "df": "2, 1,194", "p": "< .001", "Partial η²": ".017"}


def test_a_bound_that_would_round_to_zero_shows_its_side_in_simple_effects(experiment: Experiment) -> None:
    row = row_of(results.simple_effects(experiment, shipped.asked()), "No reaction", "Parasocial relationship")
    assert row["95\N{NARROW NO-BREAK SPACE}% interval of g"] == f"[{MINUS}0.700, {MINUS}0.002]"
    assert row["p (Holm)"] == ".034"


def test_paths_are_named_by_outcome_and_predictor(mediation: Mediation) -> None:
    row = row_of(results.paths(mediation), "Negative comments × reply", "Parasocial relationship")
    assert row["Label"] == "a3"
    assert row["Estimate"] == "1.350"


@pytest.mark.parametrize(
    ("group", "head", "estimate", "standardised"),
    [
        ("Attitude, through the whole chain", "Reply", "0.160", "0.080"),
        ("Attitude, in total", "No reaction", f"{MINUS}0.300", f"{MINUS}0.150"),
        ("Attitude, in total", "Like", "0.000", "0.000"),
    ],
)
def test_effects_stand_in_points_and_in_standard_deviations(
    mediation: Mediation, group: str, head: str, estimate: str, standardised: str
) -> None:
    row = row_of(results.effects(mediation, ("serial", "total_pa")), head, group)
    assert (row["Estimate"], row["In SD"]) == (estimate, standardised)


def test_effects_that_were_not_asked_for_are_left_out(mediation: Mediation) -> None:
    assert len(results.effects(mediation, ("serial",)).frame) == 3


def test_contrasts_say_which_reaction_is_taken_from_which(mediation: Mediation) -> None:
    assert row_of(results.contrasts(mediation, "serial"), "Reply minus like")["Estimate"] == "0.090"


def test_a_claim_shows_its_verdict_by_the_role_that_links_to_its_row(verdicts: Verdicts) -> None:
    table = results.claims(verdicts, shipped.claims())
    assert row_of(table, "R1")["Verdict"] == "{verdict}`R1`"
    assert row_of(table, "R1")["Reported by the thesis"] == shipped.claims().results["R1"].reported


@pytest.mark.parametrize(
    ("head", "alone", "together"),
    [
        ("Reply: on the relationship", "yes", "no"),
        ("Reply minus like: on attitude, through both", "no", "no"),
    ],
)
def test_deciding_intervals_say_whether_each_lies_on_the_named_side(
    verdicts: Verdicts, head: str, alone: str, together: str
) -> None:
    row = row_of(results.deciding_intervals(verdicts, 0.95), head, "R1")
    assert (row["on it"], row["on it too"]) == (alone, together)


def test_the_manifest_version_shows_the_chain_only(mediation: Mediation, robustness: Robustness) -> None:
    table = results.latent_and_means(mediation, robustness)
    assert list(table.frame["Version"]) == ["Latent", "Means of items"]
    assert row_of(table, "Means of items")["Reply"].split() == ["0.120", "[0.070,", "0.170]"]


def test_a_narrow_cell_breaks_before_its_interval_and_not_inside(mediation: Mediation, robustness: Robustness) -> None:
    cell = row_of(results.latent_and_means(mediation, robustness), "Means of items")["Reply"]
    assert cell.split(" ") == ["0.120", "[0.070,\N{NO-BREAK SPACE}0.170]"]


def test_samples_name_how_many_people_they_hold(robustness: Robustness) -> None:
    heads = list(results.samples(robustness).frame["People"])
    plain = [head.replace("\N{NO-BREAK SPACE}", " ") for head in heads]
    assert plain == ["Primary (n = 1,200)", "Primary, full information (n = 1,236)"]


def test_a_mistake_stands_below_the_plan_with_the_claims_whose_verdict_it_changes(made: Mistakes) -> None:
    table = results.mistakes(made)
    assert list(table.frame["Analysis"]) == ["As planned", "One covariate too many"]
    assert list(table.frame["Other verdict on"]) == ["—", "R1"]
    assert row_of(table, "One covariate too many")["Reply"].split()[0] == "0.020"


def test_both_orders_of_the_mediators_show_their_fit(robustness: Robustness) -> None:
    heads = list(results.orders(robustness).frame["Order and fit"])
    assert heads == ["Relationship first; χ²(147) = 169.54", "Knowledge first; χ²(147) = 169.54"]


def test_links_by_group_stand_with_their_standard_errors(robustness: Robustness) -> None:
    row = row_of(results.chain_by_group(robustness), "b: persuasion knowledge to attitude")
    assert row["Like"] == f"{MINUS}0.300 (0.050)"


def test_links_of_groups_without_a_solution_are_left_empty(robustness: Robustness) -> None:
    nowhere = replace(robustness, groups=robustness.groups.assign(est=np.nan, se=np.nan))
    assert row_of(results.chain_by_group(nowhere), "b: persuasion knowledge to attitude")["Like"] == "—"


def test_the_moderation_table_leaves_constant_and_conditions_out(robustness: Robustness) -> None:
    heads = list(results.moderation(robustness, 0.95).frame["Term"])
    assert heads == ["Parasocial relationship", "Persuasion knowledge", "Relationship × persuasion knowledge"]


def test_tipping_says_where_a_verdict_changes_and_where_none_does() -> None:
    points = pd.DataFrame(
        [("psr-pk", "R1", -0.4), ("pk-pa", "R1", 0.1), ("psr-pa", "R1", np.nan)],
        columns=["pair", "claim", "correlation"],
    )
    assert list(row_of(results.tipping(points, 0.5), "R1").values()) == [f"{MINUS}.4", ".1", "none up to ±.5"]


def test_specifications_count_intervals_on_either_side(robustness: Robustness) -> None:
    row = row_of(results.specifications(robustness), "Reply")
    assert row["Analyses"] == "3"
    assert (row["Smallest"], row["Median"], row["Largest"]) == ("0.100", "0.200", "0.300")
    assert (row["Interval below zero"], row["Interval above zero"]) == ("0", "2")


def test_specifications_without_a_solution_are_not_among_the_analyses(robustness: Robustness) -> None:
    shown = robustness.specifications
    nothing = shown[shown["interaction"] == "reply"].head(1).assign(est=np.nan, ci_lower=np.nan, ci_upper=np.nan)
    more = pd.concat([shown, nothing], ignore_index=True)
    row = row_of(results.specifications(replace(robustness, specifications=more)), "Reply")
    assert row == row_of(results.specifications(robustness), "Reply")


def test_an_interval_that_ends_at_zero_lies_on_neither_side(robustness: Robustness) -> None:
    ending = robustness.specifications.copy()
    ending.loc[ending["interaction"] == "reply", ["ci_lower", "ci_upper"]] = [[0.0, 0.2], [-0.2, 0.0], [0.1, 0.3]]
    row = row_of(results.specifications(replace(robustness, specifications=ending)), "Reply")
    assert (row["Interval below zero"], row["Interval above zero"]) == ("0", "1")
