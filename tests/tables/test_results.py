"""Tables of the results: every cell says what the result holds, in the units and on the side that its heading names."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped

from companion.analysis import estimands
from companion.analysis.claims import Judgement, Verdicts
from companion.analysis.experiment import Experiment
from companion.analysis.mediation import Mediation
from companion.analysis.robustness import Robustness
from companion.survey.design import DESIGN
from companion.tables import results

MINUS = "\N{MINUS SIGN}"
INTERACTIONS = DESIGN.interactions


def in_words(cell: str) -> str:
    """A cell as it is read, without the signs of the reactions."""
    return re.sub(r"\{reaction\}`([^<]+) <\w+>`", r"\1", cell)


def row_of(table: Any, head: str) -> dict[str, str]:
    """The row of a table by its header."""
    frame = table.frame.rename(columns=in_words)
    frame = frame.set_index(frame.columns[0]).rename(index=in_words)
    assert frame.index.is_unique
    return dict(frame.loc[head])


@pytest.fixture
def experiment() -> Experiment:
    cells = [
        ("psr", valence, w, 20, mean, 1.2, mean - 0.5, mean + 0.5)
        for valence, means in (("positive", (4.0, 4.1, 4.2)), ("negative", (3.5, 4.6, 5.25)))
        for w, mean in zip(INTERACTIONS, means, strict=True)
    ]
    names = ["scale", "valence", "interaction", "n", "mean", "sd", "ci_lower", "ci_upper"]
    return Experiment(
        level=0.95,
        scores=pd.DataFrame(),
        valence_check=pd.DataFrame(),
        valence_difference={},
        cells=pd.DataFrame(cells, columns=names),
        anova=pd.DataFrame(
            [("psr", "valence x interaction", 2.0, 1194.0, 10.456, 0.00004, 0.0172)],
            columns=["scale", "source", "df1", "df2", "F", "p", "partial_eta2"],
        ),
        simple_effects=pd.DataFrame(
            {
                "scale": ["psr"],
                "interaction": ["none"],
                "est": [-0.5],
                "ci_lower": [-0.9],
                "ci_upper": [-0.1],
                "hedges_g": [-0.4],
                "g_lower": [-0.7],
                "g_upper": [-0.002],
                "t": [-2.5],
                "df": [37.6],
                "p_holm": [0.0341],
            }
        ),
        interaction_check=pd.DataFrame(
            [[30, 4, 3, 3], [1, 39, 0, 0], [0, 0, 20, 20]],
            index=pd.Index(INTERACTIONS, name="interaction"),
            columns=[*INTERACTIONS, "unsure"],
        ),
        recognised=pd.DataFrame(
            {
                "interaction": INTERACTIONS,
                "share": [0.75, 0.975, 0.5],
                "ci_lower": [0.6, 0.87, 0.35],
                "ci_upper": [0.86, 0.996, 0.65],
            }
        ),
    )


def effect_rows(effect: str, estimates: tuple[float, ...], at: tuple[str, ...] = INTERACTIONS) -> pd.DataFrame:
    est = np.array(estimates)
    bounds = {"ci_lower": est - 0.05, "ci_upper": est + 0.05}
    halves = {"std": est / 2, "std_lower": est / 2 - 0.025, "std_upper": est / 2 + 0.025}
    return pd.DataFrame({"effect": effect, "interaction": at, "est": est, **bounds, **halves})


@pytest.fixture
def mediation() -> Mediation:
    effects = pd.concat(
        [effect_rows("serial", (-0.06, 0.07, 0.16)), effect_rows("total_pa", (-0.3, 0.0, 0.28))], ignore_index=True
    )
    no_fit: Any = None
    return Mediation(
        level=0.95,
        design=DESIGN,
        fit=no_fit,
        simultaneous=pd.DataFrame(),
        predictions=pd.DataFrame(),
        draws=pd.DataFrame(),
        draws_not_converged=0,
        draws_inadmissible=0,
        redrawn=False,
        effects=effects,
        contrasts=effect_rows("serial", (0.13, 0.22, 0.09), ("like - none", "reply - none", "reply - like")).assign(
            name=[one.parameter for one in estimands.contrasts("serial", DESIGN)]
        ),
        paths=pd.DataFrame(
            [("a3", "psr", "neg:reply", 1.35, 1.02, 1.68)],
            columns=["label", "outcome", "predictor", "est", "ci_lower", "ci_upper"],
        ),
    )


@pytest.fixture
def robustness(mediation: Mediation) -> Robustness:
    serial = mediation.at_interactions("serial")
    return Robustness(
        equality=pd.DataFrame(),
        confounding=pd.DataFrame(),
        draws=0,
        manifest=pd.concat([effect_rows("serial", (-0.04, 0.05, 0.12)), effect_rows("psr", (-0.3, 0.4, 0.9))]),
        samples=serial.assign(variant="primary", n=1200),
        full_information=serial.assign(n=1236),
        order=pd.concat(
            [
                serial.assign(order="relationship first", chisq=169.539, df=147),
                effect_rows("serial", (-0.02, 0.03, 0.01)).assign(order="knowledge first", chisq=169.539, df=147),
            ]
        ),
        groups=pd.DataFrame(
            [(path, w, -0.4 + i / 10, 0.05) for path in "dbc" for i, w in enumerate(INTERACTIONS)],
            columns=["path", "interaction", "est", "se"],
        ),
        moderation=pd.DataFrame(
            {
                "term": ["const", "psr", "pk", "neg", "psr_x_pk"],
                "est": [4.5, 0.3, -0.3, -0.1, 0.01],
                "ci_lower": [4.3, 0.2, -0.4, -0.3, -0.03],
                "ci_upper": [4.7, 0.4, -0.2, 0.1, 0.05],
                "t": [60.0, 10.0, -12.0, -1.4, 0.5],
                "p": [0.0, 0.0, 0.0, 0.16, 0.62],
            }
        ),
        specifications=pd.DataFrame(
            {
                "interaction": ["reply"] * 3 + ["none"] + ["like"],
                "est": [0.1, 0.3, 0.2, -0.1, 0.05],
                "ci_lower": [-0.1, 0.2, 0.1, -0.2, -0.1],
                "ci_upper": [0.3, 0.4, 0.3, -0.05, 0.2],
            }
        ),
    )


@pytest.fixture
def verdicts() -> Verdicts:
    estimands = pd.DataFrame(
        {
            "effect": ["psr", "serial"],
            "at": ["reply", "reply"],
            "minus": [None, "like"],
            "sign": ["+", "-"],
            "name": ["psr_reply", "serial_reply_minus_like"],
            "est": [0.4, 0.1],
            "ci_lower": [0.1, 0.02],
            "ci_upper": [0.7, 0.2],
            "simultaneous_lower": [-0.05, -0.01],
            "simultaneous_upper": [0.85, 0.21],
        }
    )
    return Verdicts({"R1": Judgement("R1", "undecided", "undecided", named=True, estimands=estimands)}, simulated=True)


def test_recognition_sets_the_share_that_is_right_beside_the_counts_of_all_answers(experiment: Experiment) -> None:
    like = row_of(results.recognition(experiment), "Like")
    assert like["Recalled rightly"] == "97.5\N{NARROW NO-BREAK SPACE}%"
    assert [like[f"Said: {said}"] for said in ("no reaction", "like", "reply", "not sure")] == ["1", "39", "0", "0"]


def test_a_reaction_stands_with_its_sign_in_headers_of_rows_and_columns(
    experiment: Experiment, mediation: Mediation
) -> None:
    columns = list(results.cell_means(experiment, shipped.asked()).frame)
    names = {"none": "No reaction", "like": "Like", "reply": "Reply"}
    assert columns[1:] == [f"{{reaction}}`{name} <{w}>`" for w, name in names.items()]
    rows = results.effects(mediation, ["serial"]).frame["Effect; reaction"]
    assert rows.iloc[2] == "Attitude, through the whole chain; {reaction}`reply <reply>`"


def test_cell_means_stand_under_their_reaction(experiment: Experiment) -> None:
    row = row_of(results.cell_means(experiment, shipped.asked()), "Parasocial relationship, negative")
    assert row == {"No reaction": "3.50 (1.20)", "Like": "4.60 (1.20)", "Reply": "5.25 (1.20)"}


def test_the_analysis_of_variance_prints_both_degrees_of_freedom_and_a_tiny_p_as_a_bound(
    experiment: Experiment,
) -> None:
    row = row_of(results.anova(experiment, shipped.asked()), "Parasocial relationship, valence × reaction")
    assert row == {"F": "10.46", "df": "2, 1,194", "p": "< .001", "Partial η²": ".017"}


def test_a_bound_that_would_round_to_zero_shows_its_side_in_simple_effects(experiment: Experiment) -> None:
    row = row_of(results.simple_effects(experiment, shipped.asked()), "Parasocial relationship, no reaction")
    assert row["95\N{NARROW NO-BREAK SPACE}% interval of g"] == f"[{MINUS}0.700, {MINUS}0.002]"
    assert row["p (Holm)"] == ".034"


def test_paths_are_named_by_outcome_and_predictor(mediation: Mediation) -> None:
    row = row_of(results.paths(mediation), "Parasocial relationship, negative comments × reply")
    assert row["Label"] == "a3"
    assert row["Estimate"] == "1.350"


@pytest.mark.parametrize(
    ("head", "estimate", "standardised"),
    [
        ("Attitude, through the whole chain; reply", "0.160", "0.080"),
        ("Attitude, in total; no reaction", f"{MINUS}0.300", f"{MINUS}0.150"),
        ("Attitude, in total; like", "0.000", "0.000"),
    ],
)
def test_effects_stand_in_points_and_in_standard_deviations(
    mediation: Mediation, head: str, estimate: str, standardised: str
) -> None:
    row = row_of(results.effects(mediation, ("serial", "total_pa")), head)
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
        ("R1, reply: on the relationship", "yes", "no"),
        ("R1, reply minus like: on attitude, through both", "no", "no"),
    ],
)
def test_deciding_intervals_say_whether_each_lies_on_the_named_side(
    verdicts: Verdicts, head: str, alone: str, together: str
) -> None:
    row = row_of(results.deciding_intervals(verdicts, 0.95), head)
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


def test_both_orders_of_the_mediators_show_their_fit(robustness: Robustness) -> None:
    heads = list(results.orders(robustness).frame["Order and fit"])
    assert heads == ["Relationship first; χ²(147) = 169.54", "Knowledge first; χ²(147) = 169.54"]


def test_links_by_group_stand_with_their_standard_errors(robustness: Robustness) -> None:
    row = row_of(results.chain_by_group(robustness), "b: persuasion knowledge to attitude")
    assert row["Like"] == f"{MINUS}0.300 (0.050)"


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
