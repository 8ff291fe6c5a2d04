from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shipped
from scipy import stats
from shipped import changed, select, step

from companion.numbers import Registry
from companion.numbers.declared import Source, numbers_of
from companion.survey import flow, sample
from companion.survey.design import DESIGN

CELLS = ["positive none", "positive like", "positive reply", "negative none", "negative like", "negative reply"]
ITEMS = list(shipped.asked().items)


@pytest.mark.parametrize(
    ("rule", "planted"),
    [
        ("preview", 6 + 3),
        ("copy", 4),
        ("no_consent", 17),
        ("age_missing", 3),
        ("age_outside", 11 + 13 + 4),
        ("not_follower", 21),
        ("attention_failed", 33),
        ("never_assigned", 14),
        ("left_before_outcome", 29 + 16),
        ("second_answer", 8),
        ("fast_pages", 14 + 5),
        ("fast_in_all", 14),
        ("missing_item", 36),
    ],
)
def test_a_rule_removes_exactly_those_who_were_planted(rule: str, planted: int) -> None:
    assert step(rule)["removed"] == planted


@pytest.mark.parametrize(
    ("before", "rule", "planted"),
    [
        ("randomised", "left_before_outcome", [8, 6, 8, 8, 8, 7]),
        ("left_before_outcome", "second_answer", [1, 2, 1, 2, 1, 1]),
        ("second_answer", "fast_pages", [4, 3, 2, 4, 3, 3]),
        ("fast_pages", "fast_in_all", [2, 3, 3, 2, 2, 2]),
        ("retained", "missing_item", [6, 6, 6, 6, 6, 6]),
    ],
)
def test_a_rule_removes_from_each_cell_those_who_were_planted_there(before: str, rule: str, planted: list[int]) -> None:
    assert (step(before)[CELLS] - step(rule)[CELLS]).tolist() == planted


def test_the_flow_ends_at_the_people_that_the_model_is_fitted_to() -> None:
    assert step("recorded")["left"] == len(shipped.rows()) - shipped.HEADER_ROWS
    assert step("analysed")["left"] == len(shipped.selected().data) == 1_200
    assert step("analysed")[CELLS].tolist() == [200] * 6


def test_cells_are_counted_from_randomisation_on() -> None:
    steps = shipped.selected().flow
    assert steps[CELLS].notna().all(axis=1).tolist() == (steps["step"] >= step("randomised")["step"]).tolist()


def test_no_sample_leaves_with_a_flow_that_was_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: pd.DataFrame) -> None:
        raise ValueError("does not add up")

    monkeypatch.setattr(flow, "check", refuse)
    with pytest.raises(ValueError, match="does not add up"):
        select(shipped.export())


@pytest.mark.parametrize("column", ["left", "removed", "negative reply"])
def test_a_flow_that_does_not_add_up_is_refused(column: str) -> None:
    broken = shipped.selected().flow.copy()
    broken.loc[broken["rule"] == "second_answer", column] += 1
    with pytest.raises(ValueError, match="flow, step 11"):
        flow.check(broken)


def test_the_overlap_shows_what_the_first_rule_hides() -> None:
    overlap = shipped.selected().overlap.set_index("rule")
    assert overlap.loc["not_follower", ["hit", "alone", "removed"]].tolist() == [25, 21, 21]
    assert overlap.loc["age_outside", ["hit", "alone", "removed"]].tolist() == [28, 24, 28]
    assert overlap.loc["fast_pages", ["hit", "alone", "removed"]].tolist() == [19, 14, 19]
    assert overlap.loc["fast_in_all", ["hit", "alone", "removed"]].tolist() == [19, 14, 14]


def test_those_whom_no_rule_hits_are_those_analysed() -> None:
    assert shipped.selected().hits.to_dict() == {0: 1_200, 1: 242, 2: 4 + 5}


def test_straight_liners_are_flagged_and_kept() -> None:
    flagged = shipped.selected().flags.set_index("flag").loc["straight_lines"]
    assert flagged["flagged"] == 24
    assert flagged[CELLS].tolist() == [4] * 6


def test_attrition_is_pearsons_chi_square_over_the_cells() -> None:
    row = shipped.selected().attrition.set_index("what").loc["left before the outcome"]
    randomised = step("randomised")[CELLS].to_numpy(float)
    left = np.array([8, 6, 8, 8, 8, 7])
    expected = randomised * left.sum() / randomised.sum()
    chisq = ((left - expected) ** 2 / expected).sum() + ((left - expected) ** 2 / (randomised - expected)).sum()
    assert row["chisq"] == pytest.approx(chisq)
    assert row["p"] == pytest.approx(stats.chi2.sf(chisq, 5))
    assert row["difference"] == pytest.approx(100 * np.ptp(left / randomised))


def test_attrition_from_one_cell_is_seen() -> None:
    data = shipped.export().data
    cell = (data["valence"] == "negative") & (data["interaction"] == "none")
    lost = cell & (cell.cumsum() % 3 == 0)
    chosen = select(changed(**{item: data[item].mask(lost) for item in ITEMS}))
    assert chosen.attrition.set_index("what").loc["left before the outcome", "p"] < 1e-6


def test_where_nobody_left_there_is_no_p_and_no_difference() -> None:
    nobody, everybody = pd.Series([0] * 6), pd.Series([10] * 6)
    rows = [{"what": what} | flow.compared(nobody, everybody, 1) for what in shipped.selected().attrition["what"]]
    chosen = replace(shipped.selected(), attrition=pd.DataFrame(rows))
    tables = sample.tables(chosen, ITEMS, DESIGN, 0.95)
    told = Registry(numbers_of(sample.QUANTITIES, tables, Source(digest="", simulated=True, level=0.95, names={})))
    assert "sample.attrition.left.p" not in told
    assert told["sample.attrition.left.differs"].value == "no"


@pytest.mark.slow
def test_few_who_left_are_compared_by_permutation() -> None:
    lost, all_of_them = pd.Series([3.0, 0, 0, 0, 0, 0]), pd.Series([20.0] * 6)
    row = flow.compared(lost, all_of_them, seed=1)
    assert row["method"] == "chi-square by permutation"
    exact = 6 * stats.hypergeom.pmf(3, 120, 20, 3)  # all three from one cell, whichever
    assert row["p"] == pytest.approx(exact, abs=0.01)


def test_where_nobody_left_there_is_nothing_to_compare() -> None:
    row = flow.compared(pd.Series([0.0] * 6), pd.Series([20.0] * 6), seed=1)
    assert row["method"].startswith("not needed")
    assert np.isnan(row["p"])
