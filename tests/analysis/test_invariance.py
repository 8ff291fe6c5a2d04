"""Invariance over the cells finds what was planted in an item, and nothing where nothing was planted.

The data have exactly the means and covariances of their population, so a chi-square is that of the population and no
result hangs on a seed.
"""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from companion import sem
from companion.analysis import invariance, mediation
from companion.survey.design import DESIGN

FACTOR = {"f": ("y1", "y2", "y3", "y4")}
CHAIN = {"psr": ("psr1", "psr2", "psr3"), "pk": ("pk1", "pk2", "pk3"), "pa": ("pa1", "pa2", "pa3")}
PEOPLE = 200


def orthonormal(n: int, columns: int, outside: np.ndarray | None = None) -> np.ndarray:
    """Columns with means 0 and covariance matrix 1 (divisor n), uncorrelated with those outside."""
    noise = np.random.default_rng(n + columns).normal(size=(n, columns))
    outside = np.ones((n, 1)) if outside is None else np.column_stack([np.ones(n), outside])
    noise -= outside @ np.linalg.lstsq(outside, noise, rcond=None)[0]
    return np.linalg.qr(noise)[0] * np.sqrt(n)


def six_cells(loading: float = 0.0, intercept: float = 0.0) -> pd.DataFrame:
    """One factor of four items in six cells of other factor means; what is given is added to y3 in the last cell."""
    parts = []
    for cell in range(6):
        random = orthonormal(PEOPLE, 5)
        last = cell == 5
        factor = random[:, [0]] + 0.2 * cell
        answers = 4 + factor * [1, 0.8, 0.9 + loading * last, 0.7] + 0.6 * random[:, 1:]
        answers[:, 2] += intercept * last
        parts.append(pd.DataFrame(answers, columns=list(FACTOR["f"])).assign(cell=f"cell {cell}"))
    return pd.concat(parts, ignore_index=True)


def chain(item: str = "", shift: float = 0.0) -> pd.DataFrame:
    """The study's model in six cells; negative comments with a reply move one item by the shift, past its construct."""
    cells = list(product((0.0, 1.0), ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))))
    x = np.repeat([[neg, *reaction] for neg, reaction in cells], PEOPLE, axis=0)
    neg, like, reply = x.T
    random = orthonormal(len(x), 12, np.column_stack([x, neg * like, neg * reply]))
    psr = -0.4 * neg + 0.8 * neg * like + 1.4 * neg * reply + random[:, 0]
    pk = -0.4 * psr + random[:, 1]
    pa = -0.4 * pk + 0.2 * psr + random[:, 2]
    answers = {
        name: loading * construct + 0.7 * error
        for (names, construct), errors in zip(
            zip(CHAIN.values(), (psr, pk, pa), strict=True), random[:, 3:].T.reshape(3, 3, -1), strict=True
        )
        for name, loading, error in zip(names, (1.0, 0.9, 0.8), errors, strict=True)
    }
    data = pd.DataFrame(answers | {"neg": neg, "like": like, "reply": reply})
    return data.assign(**{item: data[item] + shift * neg * reply}) if item else data


def test_the_configural_chi_square_is_the_sum_of_separate_fits() -> None:
    data = six_cells(loading=0.4, intercept=0.5)
    data["y2"] += 0.3 * data["y1"] * data["y4"]  # some misfit in every cell
    compared, obstacles = invariance.steps(data, FACTOR)
    text = mediation.measurement_model(FACTOR)
    separate = [sem.fit(text, of_cell).measures for _, of_cell in data.groupby("cell")]
    assert not obstacles
    assert sum(fit["chisq"] for fit in separate) > 1
    assert compared.loc["configural", "chisq"] == pytest.approx(sum(fit["chisq"] for fit in separate), rel=1e-6)
    assert compared.loc["configural", "df"] == sum(fit["df"] for fit in separate)


def test_items_that_work_alike_have_no_chi_square_whatever_the_means_of_their_factor() -> None:
    compared, _ = invariance.steps(six_cells(), FACTOR)
    assert compared["chisq"].to_numpy() == pytest.approx(0, abs=1e-6)


def test_each_step_holds_the_loadings_or_intercepts_of_all_but_the_marker_equal() -> None:
    compared, _ = invariance.steps(six_cells(), FACTOR)
    assert compared["df_diff"].to_list()[1:] == [5 * 3, 5 * 3]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("planted", "rejected"),
    [({"loading": 0.6}, {"metric"}), ({"intercept": 0.6}, {"scalar"}), ({}, set())],
)
def test_the_step_that_was_violated_is_the_one_rejected(planted: dict[str, float], rejected: set[str]) -> None:
    # A loading that differs shows at the scalar step too, as far as factor means differ: at the grand mean it does not.
    data = six_cells(**planted)
    if "loading" in planted:
        data[list(FACTOR["f"])] -= data.groupby("cell")[list(FACTOR["f"])].transform("mean")
    compared, _ = invariance.steps(data, FACTOR)
    found = invariance.Invariance(compared, pd.DataFrame(), (), 0.95)
    assert {step for step in ("metric", "scalar") if found.rejected(step)} == rejected


def test_a_cell_too_small_to_fit_is_named_and_gives_no_number() -> None:
    data = six_cells()
    compared, obstacles = invariance.steps(data.drop(data.index[data["cell"] == "cell 2"][3:]), FACTOR)
    assert compared.isna().all(axis=None)
    assert any("n is too small in group 3" in obstacle for obstacle in obstacles)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["psr1", "psr2", "pk3", "pa1"])
def test_the_item_that_a_version_reaches_past_its_construct_is_flagged_and_no_other(item: str) -> None:
    found = invariance.Invariance(pd.DataFrame(), invariance.direct(chain(item, 0.35), CHAIN, DESIGN), (), 0.95)
    assert found.flagged == (item,)


@pytest.mark.slow
def test_without_a_direct_path_no_item_is_flagged() -> None:
    table = invariance.direct(chain(), CHAIN, DESIGN)
    assert table["chisq_diff"].to_numpy() == pytest.approx(0, abs=1e-6)
    assert invariance.Invariance(pd.DataFrame(), table, (), 0.95).flagged == ()


@pytest.mark.slow
def test_five_paths_are_freed_for_each_item() -> None:
    table = invariance.direct(chain(), CHAIN, DESIGN)
    assert list(table["item"]) == [name for names in CHAIN.values() for name in names]
    assert set(table["df_diff"]) == {5}


@pytest.mark.slow
def test_the_likelihood_ratio_does_not_depend_on_the_marker() -> None:
    data = chain("psr1", 0.35)
    turned = CHAIN | {"psr": CHAIN["psr"][::-1]}
    one, two = (invariance.direct(data, items, DESIGN).set_index("item")["chisq_diff"] for items in (CHAIN, turned))
    assert one.to_numpy() == pytest.approx(two[one.index].to_numpy(), rel=1e-5, abs=1e-6)


@pytest.mark.slow
def test_freeing_the_flagged_item_gives_the_planted_chain_back() -> None:
    table = invariance.direct(chain("psr2", 0.35), CHAIN, DESIGN).set_index("item")
    planted = {"none": -0.4, "like": 0.4, "reply": 1.0}
    for interaction, a in planted.items():
        assert table.loc["psr2", f"serial_{interaction}"] == pytest.approx(a * -0.4 * -0.4, abs=1e-4)
    assert abs(table.loc["pk1", "serial_reply"] - 0.16) > 0.001
