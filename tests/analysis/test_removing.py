"""What a common cause leaves of a link is what the model, fitted with the correlation fixed, finds of it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped

from companion import sem
from companion.analysis import common_cause, mediation, robustness
from companion.survey.design import DESIGN

ITEMS = {"psr": ("psr1", "psr2", "psr3"), "pk": ("pk1", "pk2", "pk3"), "pa": ("pa1", "pa2", "pa3")}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    """Four hundred people with uneven loadings, in whom the three constructs hang together."""
    rng = np.random.default_rng(11)
    cells = pd.DataFrame([(v, w) for v in (0, 1) for w in DESIGN.interactions], columns=["neg", "at"])
    frame = pd.concat([cells] * 70, ignore_index=True)
    frame = frame.assign(like=(frame["at"] == "like").astype(int), reply=(frame["at"] == "reply").astype(int))
    psr = 0.5 * frame["neg"] * frame["reply"] + rng.normal(size=len(frame))
    pk = -0.6 * psr + 0.8 * rng.normal(size=len(frame))
    pa = -0.4 * pk + 0.3 * psr + 1.3 * rng.normal(size=len(frame))
    for name, latent in {"psr": psr, "pk": pk, "pa": pa}.items():
        for item, loading in zip(ITEMS[name], (1.0, 1.4, 0.7), strict=True):
            frame[item] = loading * latent + 0.5 * rng.normal(size=len(frame))
    return frame


def result(data: pd.DataFrame) -> Any:
    return SimpleNamespace(fit=sem.fit(mediation.model(ITEMS, DESIGN), data))


@pytest.mark.parametrize("link", ["d", "b"])
def test_a_model_with_the_residual_correlation_fixed_there_has_no_link(data: pd.DataFrame, link: str) -> None:
    rows = robustness.removing(result(data)).set_index("link")
    pair = (rows.loc[link, "before"], rows.loc[link, "after"])
    fixed = sem.fit(robustness.confounded_model(ITEMS, DESIGN, pair, float(rows.loc[link, "correlation"])), data)
    free = sem.fit(robustness.confounded_model(ITEMS, DESIGN, pair, 0.0), data)
    slope = {name: fit.estimates.set_index("label").loc[link, "est"] for name, fit in {"at": fixed, "0": free}.items()}
    assert abs(slope["0"]) > 0.1
    assert slope["at"] == pytest.approx(0, abs=1e-6)
    assert fixed.measures["chisq"] == pytest.approx(free.measures["chisq"], abs=1e-5)


def test_equal_shares_in_both_make_that_correlation(data: pd.DataFrame) -> None:
    rows = robustness.removing(result(data))
    np.testing.assert_allclose((rows["share"] * rows["share"]) ** 0.5, rows["correlation"].abs())
    assert list(np.sign(rows["correlation"])) == [-1, -1]


def test_the_links_are_those_of_the_model() -> None:
    written = mediation.model(mediation.items_of(shipped.asked(), shipped.plan()), DESIGN)
    for link, (before, after) in robustness.LATER_LINKS.items():
        [line] = [line for line in written.splitlines() if line.startswith(f"{after} ~ ")]
        assert f"{link}*{before}" in line


@pytest.mark.slow
@pytest.mark.parametrize("correlation", [-0.6, -0.25, 0.1, 0.5])
@pytest.mark.parametrize("link", ["d", "b"])
def test_a_model_with_a_residual_correlation_fixed_has_the_share_of_the_chain_that_is_said_to_be_left(
    data: pd.DataFrame, link: str, correlation: float
) -> None:
    row = robustness.removing(result(data)).set_index("link").loc[link]
    pair = (row["before"], row["after"])
    serial = {}
    for fixed in (0.0, correlation):
        estimates = sem.fit(robustness.confounded_model(ITEMS, DESIGN, pair, fixed), data).estimates
        serial[fixed] = estimates.set_index("lhs").loc["serial_reply", "est"]
    left = common_cause.left(row["correlation"], correlation)
    assert serial[correlation] / serial[0.0] == pytest.approx(left, abs=1e-6)


CONFOUNDING = pd.DataFrame(
    [
        (pair, correlation, f"serial_{at}", 1 - correlation, 0.9 - correlation, 1.1 - correlation)
        for pair in ("psr-pk", "pk-pa", "psr-pa")
        for correlation in (-0.5, 0.0, 0.5)
        for at in ("like", "reply")
    ],
    columns=["pair", "correlation", "name", "est", "ci_lower", "ci_upper"],
)


def course(correlation: float) -> pd.DataFrame:
    removing = pd.DataFrame({"link": ["d"], "before": ["psr"], "after": ["pk"], "correlation": [correlation]})
    return common_cause.course(removing, CONFOUNDING, "reply")


def test_the_course_of_a_link_holds_what_was_fitted_for_its_pair_and_reaction() -> None:
    fitted = course(-0.3).query("kind == 'fitted'")
    wanted = CONFOUNDING.query("pair == 'psr-pk' and name == 'serial_reply'")
    columns = ["correlation", "est", "ci_lower", "ci_upper"]
    np.testing.assert_array_equal(fitted[columns], wanted[columns])


@pytest.mark.parametrize(("gone", "ends"), [(-0.3, (-0.5, 0.5)), (-0.8, (-0.8, 0.5)), (0.7, (-0.5, 0.7))])
def test_the_course_reaches_as_far_as_the_correlation_at_which_the_link_is_gone(
    gone: float, ends: tuple[float, float]
) -> None:
    rows = course(gone)
    line = rows.query("kind == 'computed'")
    assert (line["correlation"].min(), line["correlation"].max()) == pytest.approx(ends)
    assert rows.query("kind == 'gone'")[["correlation", "est"]].to_numpy().tolist() == [[gone, 0.0]]
    assert line["est"].abs().min() < 0.2 < line["est"].max()
