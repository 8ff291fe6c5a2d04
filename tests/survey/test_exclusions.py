from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import shipped
from shipped import changed, select, step

from companion.survey import exclusions
from companion.survey.exports import Export

ITEMS = list(shipped.asked().items)


def without(*columns: str) -> Export:
    return replace(shipped.export(), data=shipped.export().data.drop(columns=list(columns)))


@pytest.mark.slow
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
    ordered = exclusions.RULES
    stages = [exclusions.BEFORE, exclusions.AFTER, exclusions.FIT]
    turned = tuple(sorted(ordered, key=lambda rule: (stages.index(rule.stage), -ordered.index(rule))))
    monkeypatch.setattr(exclusions, "RULES", turned)
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
    marks = exclusions._fast_in_all(raw, outcome, shipped.plan())
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
    marks = exclusions._fast_pages(raw, pd.Series([True]), shipped.asked(), shipped.plan())
    assert marks is not None
    assert marks.tolist() == [hasty]


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
    assert exclusions.straight_blocks(raw, shipped.asked()).tolist() == [blocks]
