from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pandera.errors
import pytest
import shipped
from scipy import stats

from companion import sample
from companion.errors import InputError, NothingLeftError
from companion.exports import Export
from companion.sample import Sample

CELLS = ["positive none", "positive like", "positive reply", "negative none", "negative like", "negative reply"]
MODEL = shipped.asked().items_of(("psr", "pk", "pa"))
ITEMS = list(shipped.asked().items)


def changed(**columns: Any) -> Export:
    return replace(shipped.export(), data=shipped.export().data.assign(**columns))


def without(*columns: str) -> Export:
    return replace(shipped.export(), data=shipped.export().data.drop(columns=list(columns)))


def select(export: Export) -> Sample:
    return sample.select(export, shipped.asked(), shipped.plan())


def step(rule: str, chosen: Sample | None = None) -> pd.Series:
    return (chosen or shipped.selected()).flow.set_index("rule").loc[rule]


# ---------- the flow


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


def test_full_information_gets_the_people_before_the_last_step() -> None:
    assert len(shipped.selected().with_missing) == step("retained")["left"] == 1_236
    assert shipped.selected().with_missing[MODEL].isna().any(axis=1).sum() == 36


def test_cells_are_counted_from_randomisation_on() -> None:
    flow = shipped.selected().flow
    assert flow[CELLS].notna().all(axis=1).tolist() == (flow["step"] >= step("randomised")["step"]).tolist()


def test_no_sample_leaves_with_a_flow_that_was_not_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: pd.DataFrame) -> None:
        raise ValueError("does not add up")

    monkeypatch.setattr(sample, "check_flow", refuse)
    with pytest.raises(ValueError, match="does not add up"):
        select(shipped.export())


@pytest.mark.parametrize("column", ["left", "removed", "negative reply"])
def test_a_flow_that_does_not_add_up_is_refused(column: str) -> None:
    flow = shipped.selected().flow.copy()
    flow.loc[flow["rule"] == "second_answer", column] += 1
    with pytest.raises(ValueError, match="flow, step 11"):
        sample.check_flow(flow)


@pytest.mark.parametrize(
    ("columns", "rule", "removed_later"),
    [
        (("consent",), "no_consent", {"age_missing": 3 + 17}),
        (("follower",), "not_follower", {"never_assigned": 14 + 21}),
        (("attention",), "attention_failed", {"never_assigned": 14 + 33}),
        (("preview",), "preview", {}),
        (("copy",), "copy", {}),
        (("person",), "second_answer", {}),
        (("seconds",), "fast_in_all", {}),
        (("seconds_psr", "seconds_pk", "seconds_pa"), "fast_pages", {}),
    ],
)
def test_a_rule_without_its_column_is_not_applied_and_says_so(
    columns: tuple[str, ...], rule: str, removed_later: dict[str, int]
) -> None:
    chosen = select(without(*columns))
    assert not step(rule, chosen)["applied"]
    assert pd.isna(step(rule, chosen)["removed"])
    assert step(rule, chosen)["words"].endswith("(not applied: no such column)")
    assert {name: step(name, chosen)["removed"] for name in removed_later} == removed_later
    assert rule not in set(chosen.overlap["rule"])


# ---------- what the rules look at


def test_exclusions_never_look_at_what_was_answered_about_the_outcome() -> None:
    rng = np.random.default_rng(1)
    shuffled = {}
    for item in ITEMS:
        answers = shipped.export().data[item].to_numpy().copy()
        answered = ~np.isnan(answers)
        answers[answered] = rng.permutation(answers[answered])
        shuffled[item] = answers
    chosen = select(changed(**shuffled))
    pd.testing.assert_frame_equal(chosen.flow, shipped.selected().flow)
    pd.testing.assert_series_equal(chosen.data["participant"], shipped.selected().data["participant"])


def test_nobody_is_left_out_for_an_answer_to_a_manipulation_check() -> None:
    data = shipped.export().data
    wrong = pd.Categorical(["unsure"] * len(data), data["perceived_interaction"].cat.categories)
    chosen = select(changed(perceived_valence=np.nan, perceived_interaction=wrong))
    pd.testing.assert_frame_equal(chosen.flow, shipped.selected().flow)
    pd.testing.assert_series_equal(chosen.data["participant"], shipped.selected().data["participant"])


def test_the_order_of_the_rules_changes_lines_but_not_the_people(monkeypatch: pytest.MonkeyPatch) -> None:
    ordered = sample._rules(shipped.plan())
    stages = [sample.BEFORE, sample.AFTER, sample.FIT]
    turned = tuple(sorted(ordered, key=lambda rule: (stages.index(rule.stage), -ordered.index(rule))))
    monkeypatch.setattr(sample, "_rules", lambda _: turned)
    chosen = select(shipped.export())
    assert step("fast_in_all", chosen)["removed"] == 14 + 5
    pd.testing.assert_frame_equal(chosen.data, shipped.selected().data)


def test_the_first_answer_of_a_person_is_kept() -> None:
    data = shipped.export().data
    asked = data[data["person"].duplicated(keep=False) & ~data["copy"]]
    twice = asked[asked["person"].duplicated(keep=False)]
    firsts, seconds = (twice[twice["person"].duplicated() == second] for second in (False, True))
    kept = set(shipped.selected().data["participant"])
    names = [f"p{number + 1:04d}" for number in range(len(data))]
    assert len(firsts) == len(seconds) == 8
    assert {names[row] for row in firsts.index} <= kept
    assert not {names[row] for row in seconds.index} & kept


def test_a_first_attempt_that_broke_off_does_not_count_as_an_answer() -> None:
    data = shipped.export().data
    once = ~data["person"].duplicated(keep=False)
    broken = data.index[once & data["valence"].notna() & data["psr1"].isna()][0]
    analysed = [int(name[1:]) - 1 for name in shipped.selected().data["participant"]]
    later = data.index[once & data.index.isin(analysed) & (data.index > broken)][0]
    person = data["person"].copy()
    person[later] = person[broken]
    pd.testing.assert_frame_equal(select(changed(person=person)).data, shipped.selected().data)


@pytest.mark.parametrize(("own", "hasty"), [(79.0, True), (81.0, False)])
def test_haste_is_measured_by_the_median_of_those_who_completed(own: float, hasty: bool) -> None:
    seconds = [own, 240.0, 300.0, 9_000.0, 9_000.0, 9_000.0]  # median of the first three: 240, a third of it: 80
    raw = pd.DataFrame({"seconds": seconds, "finished": [True, True, True, False, True, False]})
    outcome = pd.Series([True, True, True, True, False, False])
    marks = sample._fast_in_all(raw, outcome, shipped.plan())
    assert marks is not None
    assert marks.tolist() == [hasty] + [False] * 5


@pytest.mark.parametrize(
    ("seconds", "hasty"),
    [
        ((5.9, 60, 60), False),
        ((5.9, 7.9, 60), True),
        ((6.0, 8.0, 4.0), False),
        ((5.9, np.nan, np.nan), True),
        ((5.9, 60, np.nan), True),
        ((np.nan,) * 3, False),
    ],
)
def test_a_person_is_hasty_below_a_second_an_item_on_half_of_the_timed_pages(
    seconds: tuple[float, float, float], hasty: bool
) -> None:
    raw = pd.DataFrame([seconds], columns=["seconds_psr", "seconds_pk", "seconds_pa"])
    marks = sample._fast_pages(raw, pd.Series([True]), shipped.asked(), shipped.plan())
    assert marks is not None
    assert marks.tolist() == [hasty]


# ---------- accounts beside the flow


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


@pytest.mark.parametrize(
    ("answers", "blocks"),
    [
        ({"psr": [4] * 6, "pk": [4] * 5, "pa": [4] * 4, "pkc": [4] * 3}, 3),
        ({"psr": [4] * 6, "pk": [5] * 5, "pa": [4, 4, 4, 3], "pkc": [4] * 3}, 2),
        ({"psr": [4, 4, 4, np.nan, 4, 4], "pk": [1, 2, 3, 4, 5], "pa": [1, 2, 1, 2], "pkc": [4] * 3}, 1),
        ({"psr": [4, 4, *[np.nan] * 4], "pk": [np.nan] * 5, "pa": [np.nan] * 4, "pkc": [4] * 3}, 0),
    ],
)
def test_straight_lines_are_counted_in_blocks_with_reversed_items(answers: dict[str, list[float]], blocks: int) -> None:
    raw = pd.DataFrame([{f"{name}{n}": value for name, values in answers.items() for n, value in enumerate(values, 1)}])
    assert sample._straight_blocks(raw, shipped.asked()).tolist() == [blocks]


def test_the_robustness_samples_are_nested_as_the_plan_says() -> None:
    everyone, primary, careful = (set(table["participant"]) for table in shipped.selected().variants.values())
    assert list(shipped.selected().variants) == ["all randomised with an outcome", "primary", "without straight lines"]
    assert careful < primary < everyone
    assert (len(everyone), len(primary), len(careful)) == (1_200 + 8 + 19 + 14, 1_200, 1_200 - 24)


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


def test_few_who_left_are_compared_by_permutation() -> None:
    lost, all_of_them = pd.Series([3.0, 0, 0, 0, 0, 0]), pd.Series([20.0] * 6)
    row = sample._compared(lost, all_of_them, seed=1)
    assert row["method"] == "chi-square by permutation"
    exact = 6 * stats.hypergeom.pmf(3, 120, 20, 3)  # all three from one cell, whichever
    assert row["p"] == pytest.approx(exact, abs=0.01)


def test_where_nobody_left_there_is_nothing_to_compare() -> None:
    row = sample._compared(pd.Series([0.0] * 6), pd.Series([20.0] * 6), seed=1)
    assert row["method"].startswith("not needed")
    assert np.isnan(row["p"])


# ---------- the scored data


def test_reversed_items_are_turned_and_the_others_kept() -> None:
    data, raw = shipped.selected().data, shipped.export().data
    raw = raw.iloc[[int(name[1:]) - 1 for name in data["participant"]]].reset_index(drop=True)
    for name, item in shipped.asked().items.items():
        expected = 8 - raw[name] if item.reversed else raw[name]
        pd.testing.assert_series_equal(data[name], expected, check_names=False)


@pytest.mark.parametrize("construct", ["psr", "pk", "pkc", "pa"])
def test_all_items_of_a_construct_point_one_way(construct: str) -> None:
    items = shipped.asked().items_of((construct,))
    assert (shipped.selected().data[items].corr().to_numpy() > 0.3).all()


def test_dummies_code_the_design() -> None:
    data = shipped.selected().data
    coded = data.groupby(["valence", "interaction"], observed=True)[["neg", "like", "reply"]].agg(["min", "max"])
    assert coded.loc[("negative", "reply")].tolist() == [1, 1, 0, 0, 1, 1]
    assert coded.loc[("negative", "like")].tolist() == [1, 1, 1, 1, 0, 0]
    assert coded.loc[("positive", "none")].tolist() == [0] * 6


def test_covariates_are_numbers() -> None:
    data = shipped.selected().data[list(shipped.plan().covariates)]
    assert set(data.dtypes.astype(str)) == {"float64"}
    assert not data.isna().any(axis=None)
    assert set(data["woman"]) == {0.0, 1.0}


def test_the_design_columns_come_first_and_nothing_identifies_a_person() -> None:
    columns = list(shipped.selected().data)
    assert columns[:6] == ["participant", "valence", "interaction", "neg", "like", "reply"]
    checks = ["perceived_valence", "perceived_interaction"]
    assert columns[6:] == [*shipped.plan().covariates, "gender", *ITEMS, *checks]


def test_the_sample_knows_its_file_and_that_it_is_simulated() -> None:
    assert shipped.selected().digest == shipped.export().digest
    assert shipped.selected().simulated
    assert not select(replace(shipped.export(), simulated=False)).simulated


@pytest.mark.parametrize(
    ("column", "value"), [("psr1", 8.0), ("psr1", 4.5), ("pk2", np.nan), ("age", 17.0), ("neg", 0.5), ("like", 1.0)]
)
def test_a_table_that_breaks_the_contract_never_gets_out(column: str, value: float) -> None:
    data = shipped.selected().data.copy()
    data.loc[data["interaction"] == "none", column] = value
    with pytest.raises(pandera.errors.SchemaError):
        sample._schema(shipped.asked(), shipped.plan(), complete=True).validate(data)


# ---------- input that cannot be analysed


def test_an_empty_cell_of_the_design_is_refused() -> None:
    data = shipped.export().data
    gone = (data["valence"] == "negative") & (data["interaction"] == "reply")
    with pytest.raises(InputError) as caught:
        select(replace(shipped.export(), data=data[~gone].reset_index(drop=True)))
    (problem,) = caught.value.problems
    assert problem.file == str(shipped.SURVEY)
    assert (problem.column, problem.value) == ("valentie and interactie", "negatief and reactie")
    assert "Nobody is left in this cell of the design (negative comments, reply)" in problem.message
    assert "Add answers" in problem.remedy


def test_when_nobody_is_left_the_rules_that_took_them_are_named() -> None:
    with pytest.raises(NothingLeftError, match=r"of 1451 rows nobody is left.*preview or test, not a response: 1451"):
        select(changed(preview=True))


def test_an_unknown_covariate_is_refused_with_those_that_exist() -> None:
    plan = shipped.plan().model_copy(update={"covariates": ("age", "income")})
    with pytest.raises(InputError, match=r"value 'income'.*Name one of age, instagram, .*woman, man, other"):
        sample.select(shipped.export(), shipped.asked(), plan)
