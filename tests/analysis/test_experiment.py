"""What the groups show agrees with other software and with what was planted."""

import numpy as np
import pandas as pd
import pingouin
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.anova import anova_lm
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

from companion.analysis import experiment
from companion.survey.design import DESIGN, Design

LEVEL = 0.95


@pytest.fixture(scope="module")
def scores() -> pd.DataFrame:
    """Unbalanced groups with an interaction of valence and reaction."""
    random = np.random.default_rng(8)
    cells = [
        (v, w, n)
        for (v, w), n in zip(
            [(v, w) for v in DESIGN.valences for w in DESIGN.interactions],
            (20, 31, 25, 28, 22, 35),
            strict=True,
        )
    ]
    frame = pd.DataFrame([(v, w) for v, w, n in cells for _ in range(n)], columns=["valence", "interaction"])
    shift = 0.8 * ((frame["valence"] == "negative") & (frame["interaction"] == "reply"))
    frame["psr"] = 4 + shift + random.normal(0, 1.2, len(frame))
    frame["participant"] = range(len(frame))
    return frame


def test_the_anova_is_the_type_three_one_of_statsmodels(scores: pd.DataFrame) -> None:
    model = smf.ols("psr ~ C(valence, Sum) * C(interaction, Sum)", scores).fit()
    expected = anova_lm(model, typ=3).iloc[1:4]
    table = experiment.anova(scores, ("psr",))
    assert list(table["source"]) == ["valence", "interaction", "valence x interaction"]
    np.testing.assert_allclose(table["F"], expected["F"], rtol=1e-9)
    np.testing.assert_allclose(table["p"], expected["PR(>F)"], rtol=1e-9)
    np.testing.assert_allclose(table["df1"], expected["df"])
    assert (table["df2"] == model.df_resid).all()


def test_with_one_reaction_the_interaction_is_the_contrast_of_four_means(scores: pd.DataFrame) -> None:
    four = scores[scores["interaction"] != "like"]
    cells = four.groupby(["valence", "interaction"])["psr"].agg(["mean", "var", "size"])
    signs = np.array([-1, 1, 1, -1])  # negative none, negative reply, positive none, positive reply
    within = (cells["var"] * (cells["size"] - 1)).sum() / (cells["size"].sum() - 4)
    product = experiment.anova(four, ("psr",)).set_index("source").loc["valence x interaction"]
    assert (product["df1"], product["df2"]) == (1, len(four) - 4)
    contrast = float(signs @ cells["mean"])
    assert product["F"] == pytest.approx(contrast**2 / (within * (1 / cells["size"]).sum()))
    assert product["p"] == pytest.approx(2 * stats.t.sf(np.sqrt(product["F"]), len(four) - 4))


def test_a_simple_effect_is_welchs_test(scores: pd.DataFrame) -> None:
    row = experiment.simple_effects(scores, ("psr",), DESIGN, LEVEL).set_index("interaction").loc["reply"]
    reply = scores[scores["interaction"] == "reply"]
    negative, positive = (reply.loc[reply["valence"] == v, "psr"] for v in ("negative", "positive"))
    expected = pingouin.ttest(negative, positive, correction=True).iloc[0]
    assert row["est"] == pytest.approx(negative.mean() - positive.mean())
    assert row["t"] == pytest.approx(expected["T"])
    assert row["df"] == pytest.approx(expected["dof"])
    assert row["p"] == pytest.approx(expected["p_val"])
    assert [row["ci_lower"], row["ci_upper"]] == pytest.approx(list(expected["CI95"]), abs=0.006)


def test_the_standardised_difference_is_hedges_g(scores: pd.DataFrame) -> None:
    one, two = scores["psr"][:30], scores["psr"][40:75]
    expected = pingouin.compute_effsize(one, two, eftype="hedges")
    assert experiment.welch(one, two, LEVEL)["hedges_g"] == pytest.approx(expected)


@pytest.mark.slow
def test_the_adjustment_is_holms() -> None:
    p = np.array([0.04, 0.001, 0.03, 0.5])
    np.testing.assert_allclose(experiment.holm(p), multipletests(p, method="holm")[1])


def test_a_cells_interval_is_the_t_interval_of_its_mean(scores: pd.DataFrame) -> None:
    cell = (
        experiment.cell_means(scores, ("psr",), DESIGN, LEVEL)
        .set_index(["valence", "interaction"])
        .loc["positive", "none"]
    )
    values = scores.query("valence == 'positive' and interaction == 'none'")["psr"]
    expected = stats.t.interval(LEVEL, len(values) - 1, loc=values.mean(), scale=stats.sem(values))
    assert [cell["ci_lower"], cell["ci_upper"]] == pytest.approx(list(expected))
    assert cell["n"] == 20


def test_recognition_counts_only_the_reaction_that_was_shown() -> None:
    shown = ["none"] * 10 + ["like"] * 10 + ["reply"] * 10
    recalled = ["none"] * 9 + ["unsure"] + ["like"] * 5 + ["reply"] * 5 + ["reply"] * 10
    table, share = experiment.recognition(
        pd.DataFrame({"interaction": shown, "perceived_interaction": recalled}), DESIGN, LEVEL
    )
    assert list(share["correct"]) == [9, 5, 10]
    assert table.loc["like", "reply"] == 5
    expected = [proportion_confint(correct, 10, method="wilson") for correct in (9, 5, 10)]
    np.testing.assert_allclose(share[["ci_lower", "ci_upper"]], expected, atol=1e-12)


def test_whoever_recalls_a_reaction_that_nobody_saw_counts_among_those_who_answered() -> None:
    shown, recalled = ["none"] * 10 + ["reply"] * 10, ["none"] * 6 + ["like"] * 4 + ["reply"] * 9 + ["like"]
    table, share = experiment.recognition(
        pd.DataFrame({"interaction": shown, "perceived_interaction": recalled}),
        Design(DESIGN.valences, ("none", "reply")),
        LEVEL,
    )
    assert list(share["share"]) == [0.6, 0.9]
    assert list(table["like"]) == [4, 1]


def test_answers_of_an_own_questionnaire_are_counted_together_behind_those_of_the_design() -> None:
    shown = ["none"] * 10 + ["like"] * 10 + ["reply"] * 10
    recalled = ["none"] * 8 + ["shared", 9] + ["like"] * 10 + ["reply"] * 9 + [9]
    table, share = experiment.recognition(
        pd.DataFrame({"interaction": shown, "perceived_interaction": recalled}), DESIGN, LEVEL
    )
    assert list(table) == [*DESIGN.interactions, experiment.UNSURE, experiment.ANOTHER]
    assert list(table[experiment.ANOTHER]) == [2, 0, 1]
    assert list(share["share"]) == [0.8, 1, 0.9]
