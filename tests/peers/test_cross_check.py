"""Other people's programs agree with ours where they are finished, and a difference stops the build."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped
from scipy import stats

from companion.analysis import mediation, robustness
from companion.peers import cross_check
from companion.peers.cross_check import CrossCheck, DisagreementError
from companion.survey.design import DESIGN

REFERENCE = Path(__file__).parents[1] / "reference"
ITEMS = {
    "psr": tuple(f"psr{i}" for i in range(1, 7)),
    "pk": tuple(f"pk{i}" for i in range(1, 6)),
    "pa": tuple(f"pa{i}" for i in range(1, 5)),
}
OBSERVED, FREE, FIXED_X = 20, 48, 5


@pytest.fixture(scope="module")
def quick() -> Iterator[None]:
    """Few draws: the intervals themselves are tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cross_check, "DRAWS", 300)
        yield


@pytest.fixture(scope="module")
def checked(quick: None) -> CrossCheck:
    return cross_check.check(shipped.selected(), shipped.asked(), shipped.plan())


@pytest.fixture(scope="module")
def peer() -> Any:
    text = "\n".join([mediation.measurement_model(ITEMS), mediation.structural_model(DESIGN)])
    data = pd.read_csv(REFERENCE / "data" / "study-360.csv").astype(float)
    return cross_check.semopy_fit(text, data, cross_check.TIGHTENED, DESIGN)


@pytest.mark.slow
def test_semopy_optimised_to_the_end_gives_lavaans_estimates(peer: Any) -> None:
    theirs = pd.read_csv(REFERENCE / "study-360" / "estimates.csv", na_values="NA")
    free = theirs[(theirs["se"] > 0) & (theirs["op"] != ":=")]
    ours = cross_check.peer_estimates(peer, ITEMS)
    assert len(ours) == len(free) == FREE
    for _, row in free.iterrows():
        key = tuple(map(cross_check.semopy_text, row[["lhs", "op", "rhs"]]))
        assert ours[key] == pytest.approx(row["est"], abs=1e-5), key


@pytest.mark.slow
def test_semopy_counts_the_moments_of_the_fixed_predictors_too(peer: Any) -> None:
    printed = cross_check.printed_measures(peer)
    lavaan = pd.read_csv(REFERENCE / "study-360" / "measures.csv").set_index("measure")["value"]
    assert printed["df"] == OBSERVED * (OBSERVED + 1) / 2 - FREE
    assert printed["df"] - lavaan["df"] == FIXED_X * (FIXED_X + 1) / 2
    assert printed["chisq"] == pytest.approx(lavaan["chisq"], abs=1e-4)
    assert printed["pvalue"] == pytest.approx(stats.chi2.sf(printed["chisq"], printed["df"]), rel=1e-6)


@pytest.mark.slow
def test_what_semopy_calls_the_log_likelihood_is_the_discrepancy(peer: Any) -> None:
    printed = cross_check.printed_measures(peer)
    assert printed["logl"] == pytest.approx(printed["chisq"] / 360)
    assert printed["aic"] == pytest.approx(2 * FREE - 2 * printed["logl"])


@pytest.mark.slow
def test_on_the_shipped_survey_the_finished_optimisation_is_ours(checked: CrossCheck) -> None:
    assert checked.finished
    assert len(checked.estimates) == FREE
    assert (checked.estimates["tightened"] - checked.estimates["est"]).abs().max() < cross_check.TOLERANCE


@pytest.mark.slow
def test_as_it_comes_semopy_stops_before_the_end(checked: CrossCheck) -> None:
    runs = checked.runs.set_index("run")
    assert runs.loc["stopped", "gradient"] > cross_check.FINISHED > runs.loc["tightened", "gradient"]
    assert runs.loc["stopped", "difference"] > 100 * runs.loc["tightened", "difference"]
    assert runs.loc["stopped", "chisq"] > runs.loc["tightened", "chisq"]


@pytest.mark.parametrize("wrong", [0.2002, 0.1998, np.nan])
def test_a_wrong_estimate_is_told_with_its_name_and_both_values(wrong: float) -> None:
    estimates = pd.DataFrame(
        {
            "lhs": ["pk", "pa"],
            "op": ["~", "~"],
            "rhs": ["psr", "pk"],
            "est": [0.1, 0.2],
            "tightened": [0.10001, wrong],
        }
    )
    with pytest.raises(DisagreementError, match=r"estimates pa ~ pk as (0\.\d+|nan), the book as 0\.2;"):
        cross_check.demand_agreement(estimates)


def test_estimates_that_differ_by_less_than_the_tolerance_pass() -> None:
    row = {"lhs": ["pk"], "op": ["~"], "rhs": ["psr"], "est": [0.1], "tightened": [0.10009]}
    cross_check.demand_agreement(pd.DataFrame(row))


def test_estimates_may_differ_by_the_tolerance_at_most() -> None:
    row = {"lhs": ["pk"], "op": ["~"], "rhs": ["psr"], "est": [0.0], "tightened": [cross_check.TOLERANCE]}
    cross_check.demand_agreement(pd.DataFrame(row))


@pytest.mark.slow
def test_a_wrong_estimate_stops_the_whole_check(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    right = cross_check.peer_estimates

    def planted(model: Any, items: mediation.Items) -> dict[tuple[str, ...], float]:
        found = right(model, items)
        found["pk", "~", "psr"] += 2e-4
        return found

    monkeypatch.setattr(cross_check, "peer_estimates", planted)
    with pytest.raises(DisagreementError, match="estimates pk ~ psr as"):
        cross_check.check(shipped.selected(), shipped.asked(), shipped.plan())


@pytest.mark.slow
def test_a_missing_parameter_stops_the_whole_check(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    right = cross_check.peer_estimates

    def planted(model: Any, items: mediation.Items) -> dict[tuple[str, ...], float]:
        return {key: value for key, value in right(model, items).items() if key != ("pk", "~", "psr")}

    monkeypatch.setattr(cross_check, "peer_estimates", planted)
    with pytest.raises(DisagreementError, match="do not have the same free parameters"):
        cross_check.check(shipped.selected(), shipped.asked(), shipped.plan())


@pytest.mark.slow
def test_an_optimisation_that_does_not_finish_is_said_not_compared(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_check, "TIGHTENED", {})
    assert not cross_check.check(shipped.selected(), shipped.asked(), shipped.plan()).finished


@pytest.mark.slow
def test_leaving_a_needed_link_out_lowers_semopys_criteria_and_raises_ours(checked: CrossCheck) -> None:
    rivals = checked.rivals.set_index("model")
    change = rivals.loc["without the link"] - rivals.loc["whole"]
    assert change["aic_ours"] == pytest.approx(change["chisq"] - 2)
    assert change["bic_ours"] == pytest.approx(change["chisq"] - np.log(len(shipped.selected().data)))
    assert change["chisq"] > 100
    assert change["aic_semopy"] < -2
    assert change["bic_semopy"] < -2


def test_the_chi_square_that_would_reject_has_the_levels_share_beyond_it(checked: CrossCheck) -> None:
    measures = checked.measures.set_index("measure")
    for who in ("ours", "semopy"):
        beyond = stats.chi2.sf(measures.loc["critical", who], measures.loc["df", who])
        assert beyond == pytest.approx(1 - shipped.plan().interval.level)


def test_what_pingouin_calls_through_knowledge_holds_the_whole_chain(checked: CrossCheck) -> None:
    ours = checked.indirect[checked.indirect["kind"] == "percentile"].set_index("effect")["est"]
    theirs = checked.indirect[checked.indirect["program"] == "pingouin"].set_index("effect")["est"]
    assert ours["pk_in_total"] == pytest.approx(ours["pk_alone"] + ours["serial"])
    assert theirs["pk_in_total"] == pytest.approx(ours["pk_in_total"])
    assert theirs["psr_alone"] == pytest.approx(ours["psr_alone"])


def test_the_chain_is_the_product_of_three_least_squares_slopes(checked: CrossCheck) -> None:
    sample = shipped.selected().data
    data = robustness.with_means(sample[sample["reply"] == 1], ITEMS)

    def slopes(outcome: str, *predictors: str) -> np.ndarray:
        x = np.column_stack([np.ones(len(data)), data[list(predictors)]])
        return np.linalg.lstsq(x, data[outcome].to_numpy(), rcond=None)[0][1:]

    a, d, b = slopes("psr", "neg")[0], slopes("pk", "psr", "neg")[0], slopes("pa", "pk", "psr", "neg")[0]
    serial = checked.indirect.query("effect == 'serial' and kind == 'percentile'")["est"].item()
    assert serial == pytest.approx(a * d * b, rel=1e-7)
    assert checked.people == len(data)
