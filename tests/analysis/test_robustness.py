"""Other ways to ask the same question: each agrees with what it should agree with, and differs where it should."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shipped
import statsmodels.api as sm

from companion import sem
from companion.analysis import mediation, robustness
from companion.survey.design import DESIGN

ITEMS = mediation.items_of(shipped.asked(), shipped.plan())


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return shipped.selected().data


def serial_of(fit: sem.Fit) -> dict[str, float]:
    defined = fit.estimates.query("op == ':='").set_index("lhs")["est"]
    return {w: defined[f"serial_{w}"] for w in DESIGN.interactions}


def test_the_manifest_model_is_three_regressions_by_least_squares(data: pd.DataFrame) -> None:
    means = robustness.with_means(data, ITEMS)
    x = means[["neg", "like", "reply"]].assign(nl=means["neg"] * means["like"], nr=means["neg"] * means["reply"])
    psr = sm.OLS(means["psr"], sm.add_constant(x)).fit().params
    pk = sm.OLS(means["pk"], sm.add_constant(x.assign(psr=means["psr"]))).fit().params
    pa = sm.OLS(means["pa"], sm.add_constant(x.assign(psr=means["psr"], pk=means["pk"]))).fit().params
    found = serial_of(sem.fit(robustness.manifest_model(DESIGN), means))
    assert found["reply"] == pytest.approx((psr["neg"] + psr["nr"]) * pk["psr"] * pa["pk"])
    assert found["none"] == pytest.approx(psr["neg"] * pk["psr"] * pa["pk"])


def test_both_orders_of_the_mediators_fit_exactly_alike(data: pd.DataFrame) -> None:
    first, second = (
        sem.fit(text, data).measures
        for text in (mediation.model(ITEMS, DESIGN), robustness.reversed_order(ITEMS, DESIGN))
    )
    assert first["df"] == second["df"]
    assert first["chisq"] == pytest.approx(second["chisq"], abs=1e-6)


@pytest.mark.parametrize("pair", robustness.PAIRS)
def test_a_residual_correlation_of_zero_leaves_the_studys_effects_as_they_are(
    data: pd.DataFrame, pair: tuple[str, str]
) -> None:
    found = serial_of(sem.fit(robustness.confounded_model(ITEMS, DESIGN, pair, 0.0), data))
    assert found == pytest.approx(serial_of(sem.fit(mediation.model(ITEMS, DESIGN), data)), abs=1e-7)


@pytest.mark.slow
def test_a_planted_common_cause_is_undone_by_its_own_correlation() -> None:
    random = np.random.default_rng(12)
    n, rho = 200_000, 0.4
    neg, like, reply = (random.integers(0, 2, n).astype(float) for _ in range(3))
    errors = random.multivariate_normal([0, 0], [[1, rho], [rho, 1]], n)
    psr = -0.5 * neg + errors[:, 0]
    pk = -0.3 * psr + errors[:, 1]
    pa = -0.6 * pk + random.normal(size=n)
    latent = {"psr": psr, "pk": pk, "pa": pa}
    answers = {
        item: latent[construct] + random.normal(0, 0.5, n) for construct, items in ITEMS.items() for item in items
    }
    frame = pd.DataFrame({"neg": neg, "like": like, "reply": reply, **answers})
    naive = serial_of(sem.fit(mediation.model(ITEMS, DESIGN), frame))["none"]
    mended = serial_of(sem.fit(robustness.confounded_model(ITEMS, DESIGN, ("psr", "pk"), rho), frame))["none"]
    truth = -0.5 * -0.3 * -0.6
    assert mended == pytest.approx(truth, abs=0.01)
    assert abs(naive - truth) > 0.05


def test_the_product_of_the_moderation_has_hc3_errors(data: pd.DataFrame) -> None:
    table = robustness.moderation(data, ITEMS, DESIGN, 0.95).set_index("term")
    means = robustness.with_means(data, ITEMS)
    psr, pk = (means[name] - means[name].mean() for name in ("psr", "pk"))
    conditions = [
        means["neg"],
        means["like"],
        means["reply"],
        means["neg"] * means["like"],
        means["neg"] * means["reply"],
    ]
    x = np.column_stack([np.ones(len(means)), psr, pk, *conditions, psr * pk])
    inverse = np.linalg.inv(x.T @ x)
    beta = inverse @ x.T @ means["pa"].to_numpy()
    leverage = np.einsum("ij,jk,ik->i", x, inverse, x)
    scaled = ((means["pa"].to_numpy() - x @ beta) / (1 - leverage)) ** 2
    covariance = inverse @ (x.T * scaled) @ x @ inverse
    assert table.loc["psr_x_pk", "est"] == pytest.approx(beta[-1])
    assert table.loc["psr_x_pk", "se"] == pytest.approx(np.sqrt(covariance[-1, -1]))


@pytest.mark.slow
def test_equal_paths_are_not_rejected_where_they_are_equal_and_are_where_they_are_not(data: pd.DataFrame) -> None:
    compared, *_ = robustness.equality(data, ITEMS, DESIGN)
    assert compared["df_diff"].iloc[-1] == 6
    # Turning the attitude of one group around makes its b and c the opposite of the others'.
    turned = data.copy()
    items = list(ITEMS["pa"])
    reply = turned["interaction"] == "reply"
    turned.loc[reply, items] = 8 - turned.loc[reply, items]
    different, *_ = robustness.equality(turned, ITEMS, DESIGN)
    assert compared["pvalue"].iloc[-1] > 0.001
    assert different["pvalue"].iloc[-1] < 1e-6


def test_where_hardly_anybody_saw_a_reaction_equal_paths_are_not_tested_and_the_reason_is_said(
    data: pd.DataFrame,
) -> None:
    replied = data["interaction"] == "reply"
    few = data[~replied | (replied.cumsum() <= 10)]
    compared, groups, obstacles = robustness.equality(few, ITEMS, DESIGN)
    assert compared.empty
    assert groups["est"].isna().all()
    assert obstacles[0].startswith("free: n is too small in group 3")


def test_full_information_that_does_not_converge_is_refused_by_name() -> None:
    everybody = shipped.selected().with_missing
    with pytest.raises(sem.ModelError, match="by full information, did not converge: 'psr1' has no variance"):
        robustness.full_information(everybody.assign(psr1=4.0), ITEMS, DESIGN)


def test_a_sample_in_which_the_model_does_not_converge_is_refused_by_name() -> None:
    spoilt = {"without straight lines": shipped.selected().data.assign(psr1=4.0)}
    with pytest.raises(sem.ModelError, match="on the sample 'without straight lines' did not converge: 'psr1' has no"):
        robustness.samples(spoilt, ITEMS, DESIGN, shipped.plan())


@pytest.fixture(scope="module")
def specified() -> pd.DataFrame:
    return robustness.specifications(shipped.selected(), shipped.asked(), shipped.plan(), ITEMS, draws=20)


@pytest.mark.slow
def test_the_specification_curve_holds_sixty_analyses_that_differ_and_one_that_was_planned(
    specified: pd.DataFrame,
) -> None:
    for _, rows in specified.groupby("interaction"):
        assert len(rows) >= 60
        assert rows["est"].nunique() == len(rows)
        assert rows["primary"].sum() == 1


@pytest.mark.slow
def test_a_specification_without_a_solution_is_left_open_and_the_others_are_told() -> None:
    few = shipped.selected()
    data = few.data.assign(pk4=4.0)
    told = robustness.specifications(
        replace(few, data=data, variants={"primary": data}), shipped.asked(), shipped.plan(), ITEMS, draws=20
    )
    open_ones = told[told["est"].isna()]
    # Without its spread the item spoils every latent model with it; means of items can do without.
    assert set(open_ones["scoring"]) == {"latent"}
    assert set(open_ones["items"]) == {name for name, chosen in item_sets().items() if "pk4" in chosen["pk"]}
    assert open_ones[["ci_lower", "ci_upper"]].isna().all(axis=None)
    assert told[~told.index.isin(open_ones.index)][["est", "ci_lower", "ci_upper"]].notna().all(axis=None)


def item_sets() -> dict[str, dict[str, tuple[str, ...]]]:
    return robustness.item_sets(shipped.asked(), ITEMS)


@pytest.mark.slow
def test_the_planned_specification_is_the_studys_own_estimate(specified: pd.DataFrame) -> None:
    planned = specified.query("primary").set_index("interaction")["est"]
    own = shipped.study().mediation.at_interactions("serial").set_index("interaction")["est"]
    assert planned.to_dict() == pytest.approx(own.to_dict())


def test_full_information_uses_everybody_who_passed_the_rules() -> None:
    table = robustness.full_information(shipped.selected().with_missing, ITEMS, DESIGN)
    assert (table["n"] == len(shipped.selected().with_missing)).all()
    assert (table["n"] > len(shipped.selected().data)).all()
