"""Facts that hold for any fit: closed forms, and changes of the data or the text that must change nothing else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from companion import sem

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return pd.read_csv(REFERENCE / "data" / "study-360.csv").astype(float)


@pytest.fixture(scope="module")
def model() -> str:
    return (REFERENCE / "study-360" / "model.txt").read_text()


@pytest.fixture(scope="module")
def fit(model: str, data: pd.DataFrame) -> sem.Fit:
    return sem.fit(model, data)


def values(fit: sem.Fit) -> pd.Series:
    frame = fit.estimates
    return frame.set_index(["lhs", "op", "rhs", "group"])["est"]


def test_a_regression_is_least_squares(data: pd.DataFrame) -> None:
    fit = sem.fit("pa1 ~ psr1 + pk1 + neg", data)
    X = np.column_stack([np.ones(len(data)), data[["psr1", "pk1", "neg"]]])
    b, rss, *_ = np.linalg.lstsq(X, data["pa1"])
    variance = rss[0] / len(data)
    np.testing.assert_allclose(fit.estimates["est"][:4], [*b[1:], variance], rtol=1e-9)
    se = np.sqrt(variance * np.diagonal(np.linalg.inv(X.T @ X))[1:])
    np.testing.assert_allclose(fit.estimates["se"][:3], se, rtol=1e-9)
    assert fit.estimates["se"][3] == pytest.approx(variance * np.sqrt(2 / len(data)))
    assert fit.measures["df"] == 0
    assert fit.measures["chisq"] == pytest.approx(0, abs=1e-8)


def test_one_factor_with_three_indicators_has_the_closed_form(data: pd.DataFrame) -> None:
    S = np.cov(data[["psr1", "psr2", "psr3"]].T, bias=True)
    fit = sem.fit("psr =~ psr1 + psr2 + psr3", data)
    variance = S[0, 1] * S[0, 2] / S[1, 2]
    expected = [1, S[1, 2] / S[0, 2], S[1, 2] / S[0, 1], S[0, 0] - variance]
    np.testing.assert_allclose(fit.estimates["est"][:4], expected, rtol=1e-8)


def test_the_log_likelihood_is_that_of_normal_residuals(data: pd.DataFrame) -> None:
    fit = sem.fit("pa1 ~ psr1", data)
    b = fit.estimates["est"]
    y, x = data["pa1"] - data["pa1"].mean(), data["psr1"] - data["psr1"].mean()
    expected = stats.norm.logpdf(y, b[0] * x, np.sqrt(b[1])).sum()
    assert fit.measures["logl"] == pytest.approx(expected, rel=1e-10)
    assert fit.measures["aic"] == pytest.approx(-2 * expected + 4)
    assert fit.measures["bic"] == pytest.approx(-2 * expected + 2 * np.log(360))


def test_the_rmsea_interval_inverts_the_non_central_chi_square() -> None:
    fit = sem.fit(
        (REFERENCE / "study-120" / "model.txt").read_text(), pd.read_csv(REFERENCE / "data" / "study-120.csv")
    )
    m = fit.measures
    for bound, probability in (("rmsea_ci_lower", 0.95), ("rmsea_ci_upper", 0.05)):
        if m[bound] > 0:
            noncentrality = m[bound] ** 2 * m["df"] * m["ntotal"]
            assert stats.ncx2.cdf(m["chisq"], m["df"], noncentrality) == pytest.approx(probability, abs=1e-9)
    assert m["rmsea_ci_upper"] > 0


def test_full_information_without_missing_cells_is_the_ordinary_fit(data: pd.DataFrame, fit: sem.Fit) -> None:
    full = sem.fit(fit.model, data, missing="fiml")
    shared = values(fit).index.intersection(values(full).index)
    np.testing.assert_allclose(values(full)[shared], values(fit)[shared], rtol=1e-7, atol=1e-9)
    assert full.measures["chisq"] == pytest.approx(fit.measures["chisq"], rel=1e-8)


def test_groups_without_equality_are_separate_fits(data: pd.DataFrame) -> None:
    text = "psr =~ psr1 + psr2 + psr3 + psr4\npsr ~ like"
    both = sem.fit(text, data.assign(cell=data["neg"].map({0: "plus", 1: "minus"})), group="cell")
    alone = [sem.fit(text + "\npsr1 ~ 1", data[data["neg"] == neg]) for neg in data["neg"].unique()]
    assert both.measures["chisq"] == pytest.approx(sum(one.measures["chisq"] for one in alone))
    for group, one in enumerate(alone, start=1):
        table = both.estimates[both.estimates["group"] == group].set_index(["lhs", "op", "rhs"])["est"]
        single = one.estimates.set_index(["lhs", "op", "rhs"])["est"]
        np.testing.assert_allclose(table[single.index], single, rtol=1e-7, atol=1e-9)


def test_the_order_of_the_rows_does_not_matter(fit: sem.Fit, data: pd.DataFrame) -> None:
    shuffled = sem.fit(fit.model, data.sample(frac=1, random_state=1))
    np.testing.assert_allclose(shuffled.theta, fit.theta, rtol=1e-9, atol=1e-10)


def test_shifting_every_variable_changes_intercepts_only(fit: sem.Fit, data: pd.DataFrame) -> None:
    moved = data.copy()
    moved[["psr1", "pk3", "pa2"]] += 1000.0
    np.testing.assert_allclose(sem.fit(fit.model, moved).theta, fit.theta, rtol=1e-7, atol=1e-8)
    text = fit.model + "\npsr1 ~ 1"
    before, after = values(sem.fit(text, data)), values(sem.fit(text, moved.assign(like=data["like"])))
    change = (after - before).round(6)
    assert change[change != 0].index.get_level_values("op").unique().tolist() == ["~1"]
    assert change["psr1", "~1", "", 1] == pytest.approx(1000.0)


def test_rescaling_an_item_rescales_its_own_parameters_only(fit: sem.Fit, data: pd.DataFrame) -> None:
    scaled = sem.fit(fit.model, data.assign(psr2=100 * data["psr2"]))
    before, after = values(fit), values(scaled)
    assert after["psr", "=~", "psr2", 1] == pytest.approx(100 * before["psr", "=~", "psr2", 1], rel=1e-8)
    assert after["psr2", "~~", "psr2", 1] == pytest.approx(10_000 * before["psr2", "~~", "psr2", 1], rel=1e-8)
    own = [("psr", "=~", "psr2", 1), ("psr2", "~~", "psr2", 1)]
    np.testing.assert_allclose(after.drop(own), before.drop(own), rtol=1e-7, atol=1e-9)
    assert scaled.measures["chisq"] == pytest.approx(fit.measures["chisq"], rel=1e-9)
    np.testing.assert_allclose(scaled.estimates["std_all"], fit.estimates["std_all"], rtol=1e-7, atol=1e-9)


def test_another_marker_gives_the_same_fit_and_standardised_solution(data: pd.DataFrame) -> None:
    first = sem.fit("f =~ psr1 + psr2 + psr3 + psr4\nf ~ neg", data)
    other = sem.fit("f =~ NA*psr1 + psr2 + 1*psr3 + psr4\nf ~ neg", data)
    unit = sem.fit("f =~ NA*psr1 + psr2 + psr3 + psr4\nf ~ neg\nf ~~ 1*f", data)
    for fit in (other, unit):
        assert fit.measures["chisq"] == pytest.approx(first.measures["chisq"], rel=1e-9)
        keyed = [frame.set_index(["lhs", "op", "rhs"])["std_all"] for frame in (fit.estimates, first.estimates)]
        np.testing.assert_allclose(keyed[0][keyed[1].index], keyed[1], rtol=1e-7)


def test_defined_parameters_change_nothing_else(fit: sem.Fit, data: pd.DataFrame) -> None:
    bare = sem.fit(fit.model.split("serial_none")[0], data)
    np.testing.assert_array_equal(bare.theta, fit.theta)
    assert bare.measures == fit.measures


@pytest.mark.parametrize(("expression", "expected"), [("1/(marker - 1)", np.inf), ("(marker - 2)^0.5", np.nan)])
def test_what_a_fixed_number_makes_impossible_is_infinite_or_nothing_and_stops_no_fit(
    data: pd.DataFrame, expression: str, expected: float
) -> None:
    with np.errstate(all="ignore"):
        estimates = sem.fit(f"psr =~ marker*psr1 + psr2 + psr3\nmade := {expression}", data).estimates
    np.testing.assert_equal(estimates.set_index("lhs").loc["made", "est"], expected)


def test_a_product_in_the_text_is_the_product_of_the_columns(fit: sem.Fit, data: pd.DataFrame) -> None:
    text = fit.model.replace("neg:like", "nl").replace("neg:reply", "nr")
    made = sem.fit(text, data.assign(nl=data["neg"] * data["like"], nr=data["neg"] * data["reply"]))
    np.testing.assert_array_equal(made.theta, fit.theta)


def test_the_mediators_in_the_other_order_fit_equally_well(data: pd.DataFrame) -> None:
    items = "psr =~ psr1 + psr2 + psr3\npk =~ pk1 + pk2 + pk3\npa =~ pa1 + pa2 + pa3\n"
    orders = [
        f"{a} ~ neg + like\n{b} ~ {a} + neg + like\npa ~ pk + psr + neg + like"
        for a, b in (("psr", "pk"), ("pk", "psr"))
    ]
    first, second = (sem.fit(items + order, data).measures for order in orders)
    assert first["chisq"] == pytest.approx(second["chisq"], rel=1e-9)
    assert first["df"] == second["df"]


def test_the_delta_method_of_a_product_is_the_known_formula(data: pd.DataFrame) -> None:
    fit = sem.fit("psr1 ~ a*neg\npa1 ~ b*psr1 + neg\nindirect := a*b", data)
    est = fit.estimates.set_index("label")
    expected = np.sqrt(
        est.loc["a", "est"] ** 2 * est.loc["b", "se"] ** 2 + est.loc["b", "est"] ** 2 * est.loc["a", "se"] ** 2
    )
    assert est.loc["indirect", "se"] == pytest.approx(expected, rel=1e-9)


def test_the_sandwich_of_a_regression_is_hc0(data: pd.DataFrame) -> None:
    fit = sem.fit("pa1 ~ psr1 + neg\npa1 ~ 1", data, se="robust")
    X = np.column_stack([np.ones(len(data)), data[["psr1", "neg"]]])
    b = np.linalg.lstsq(X, data["pa1"])[0]
    bread = np.linalg.inv(X.T @ X)
    meat = (X * ((data["pa1"] - X @ b).to_numpy() ** 2)[:, None]).T @ X
    hc0 = np.sqrt(np.diagonal(bread @ meat @ bread))
    found = fit.estimates.query("op == '~' or op == '~1'")["se"]
    np.testing.assert_allclose(found[found > 0], hc0[[1, 2, 0]], rtol=1e-8)


def test_names_of_latent_variables_take_precedence_over_columns(data: pd.DataFrame) -> None:
    plain = sem.fit("psr =~ psr1 + psr2 + psr3", data)
    np.testing.assert_array_equal(sem.fit("psr =~ psr1 + psr2 + psr3", data.assign(psr=1.0)).theta, plain.theta)


@pytest.mark.parametrize("dtype", ["int64", "Int64", "float32"])
def test_the_type_of_the_columns_does_not_matter(dtype: str, fit: sem.Fit, data: pd.DataFrame) -> None:
    np.testing.assert_allclose(sem.fit(fit.model, data.astype(dtype)).theta, fit.theta, rtol=1e-9)


@pytest.mark.slow
def test_the_layer_imports_nothing_of_the_companion_and_none_of_its_peers() -> None:
    code = (
        "import sys, companion.sem\n"
        "print(sorted(name for name in sys.modules if name.startswith('companion.') and '.sem' not in name))\n"
        "print(sorted({'semopy', 'pingouin', 'statsmodels', 'seaborn', 'matplotlib'} & set(sys.modules)))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.split() == ["[]", "[]"]


@pytest.mark.parametrize("seed", range(5))
def test_a_feedback_loop_does_not_care_whether_scales_differ_a_hundredfold(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x1, x4, e1, e2 = rng.standard_normal((4, 200))
    both = np.linalg.solve(np.array([[1.0, -0.3], [-0.4, 1.0]]), np.stack([0.5 * x1 + e1, 0.5 * x4 + e2]))
    plain = pd.DataFrame({"x1": x1, "x4": x4, "M": both[0], "Y": both[1]})
    units = pd.Series({"x1": 1.0, "x4": 100.0, "M": 0.1, "Y": 10.0})
    ours, theirs = (sem.fit("M ~ Y + x1\nY ~ M + x4", data) for data in (plain, plain * units))
    assert ours.converged
    assert theirs.converged
    paths = theirs.estimates[theirs.estimates["op"] == "~"]
    expected = ours.estimates.loc[paths.index, "est"] * units[paths["lhs"]].to_numpy() / units[paths["rhs"]].to_numpy()
    np.testing.assert_allclose(paths["est"], expected, rtol=1e-6)
