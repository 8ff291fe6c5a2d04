"""What goes wrong on demand goes wrong in the planted size, and nothing goes wrong where nothing is asked for."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shipped
from scipy.stats import norm

from companion.errors import InputError
from companion.survey import imported, sample
from companion.survey.sample import Sample
from companion.truth import misbehaviour, plan, population, simulate, truth_file
from companion.truth.misbehaviour import Misbehaviour
from companion.truth.population import CELLS, Truth

EXAMPLES = sorted(path.stem.removeprefix("truth-") for path in shipped.DATA.glob("truth-*.yml"))
EXAMPLES.remove("no-reversal")
MANY = 100_000


@cache
def example(name: str) -> Truth:
    return truth_file.load_truth(shipped.DATA / f"truth-{name}.yml")


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Give the sample of the survey of an example; of the shipped truth, where none is named."""

    @cache
    def analysed(name: str) -> Sample:
        file = tmp_path_factory.mktemp("drawn") / f"{name}.csv"
        file.write_bytes(simulate.survey(example(name), shipped.asked()))
        return sample.select(imported.read(file, shipped.asked()).export, shipped.asked(), shipped.plan())

    return analysed


def items(people: pd.DataFrame) -> pd.DataFrame:
    return people[list(shipped.asked().items)]


def in_cell(people: pd.DataFrame, place: int) -> pd.DataFrame:
    valence, interaction = CELLS[place]
    return people[(people["valence"] == valence) & (people["interaction"] == interaction)]


@pytest.mark.parametrize("name", ["truth.yml", "truth-no-reversal.yml"])
def test_nothing_goes_wrong_in_the_surveys_of_the_book(name: str) -> None:
    assert shipped.truth(name).misbehaviour == Misbehaviour()


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_the_first_truth_with_one_thing_that_goes_wrong(name: str) -> None:
    own = example(name)
    assert own.misbehaviour.model_fields_set == {name.replace("-", "_")}
    besides = {"title", "misbehaviour"}
    assert own.model_dump(exclude=besides) == shipped.truth().model_dump(exclude=besides)


def test_there_is_an_example_of_each_thing_that_can_go_wrong() -> None:
    assert {name.replace("-", "_") for name in EXAMPLES} == set(Misbehaviour.model_fields)


@pytest.mark.slow
@pytest.mark.parametrize("item", ["pa1", "pa4"])
def test_with_a_ceiling_the_share_of_the_highest_answer_is_the_normal_area_above_it(item: str, drawn: Any) -> None:
    truth = example("ceiling")
    means, covariance = population.implied_moments(truth)
    above = norm.sf(6.5, means[item] + truth.misbehaviour.ceiling["pa"], np.sqrt(covariance.loc[item, item]))
    careful = 1 - truth.careless  # straight-liners tick a box of the middle
    people = drawn("ceiling").data
    error = np.sqrt(above.mean() * (1 - above.mean()) / len(people))
    assert (people[item] == 7).mean() == pytest.approx(careful * above.mean(), abs=4 * error)


def test_a_ceiling_of_one_construct_leaves_the_others_as_they_are(drawn: Any) -> None:
    others = [item for item in shipped.asked().items if not item.startswith("pa")]
    pd.testing.assert_frame_equal(drawn("ceiling").data[others], shipped.selected().data[others])


@pytest.mark.parametrize(("first", "second", "sign"), [("psr1", "psr2", 1), ("psr1", "psr3", -1), ("psr3", "psr6", 1)])
def test_a_tendency_to_agree_moves_a_covariance_by_its_variance(first: str, second: str, sign: int) -> None:
    rng = np.random.default_rng(7)
    planted = Misbehaviour(acquiescence=0.8)
    spread = rng.standard_normal((MANY, 2))
    answers = pd.DataFrame(spread @ np.array([[1.0, 0.5], [0.0, 1.0]]), columns=[first, second])
    leaning = misbehaviour.leaning(planted, answers, frozenset({"psr3", "psr6"}), rng)
    # A covariance of 0.5; with a tendency of 0.8 it is larger, or smaller where only one of the items is turned.
    expected = 0.5 + sign * 0.8**2
    error = np.sqrt((leaning.var().prod() + expected**2) / MANY)
    assert leaning.cov().loc[first, second] == pytest.approx(expected, abs=4 * error)


@pytest.mark.slow
def test_a_tendency_to_agree_is_seen_between_items_and_their_opposites(drawn: Any) -> None:
    def opposed(people: pd.DataFrame) -> float:
        return float(people["psr1"].corr(people["psr3"]))

    assert opposed(shipped.selected().data) - opposed(drawn("acquiescence").data) > 0.3


@pytest.mark.slow
def test_the_planted_share_of_each_cell_ticks_at_random_and_nobody_else_answers_otherwise(drawn: Any) -> None:
    people, before = drawn("careless").data, shipped.selected().data
    assert people["participant"].equals(before["participant"])
    changed = (items(people) != items(before)).any(axis=1)
    share, per_cell = example("careless").misbehaviour.careless, shipped.truth().per_cell
    assert [changed[in_cell(people, place).index].sum() for place in range(6)] == [round(share * per_cell)] * 6
    ticked = items(people)[changed].to_numpy().ravel()
    shares = np.bincount(ticked.astype(int), minlength=8)[1:] / len(ticked)
    assert shares == pytest.approx(np.full(7, 1 / 7), abs=4 * np.sqrt(6 / 49 / len(ticked)))


@pytest.mark.slow
def test_the_planted_share_of_each_cell_leaves_after_the_first_page(drawn: Any) -> None:
    lost = shipped.step("left_before_outcome"), shipped.step("left_before_outcome", drawn("dropout"))
    stay = shipped.step("analysed"), shipped.step("analysed", drawn("dropout"))
    planted = example("dropout").misbehaviour.dropout
    for cell, share in zip(shipped.asked().cells, planted, strict=True):
        name = " ".join(cell)
        assert stay[0][name] - stay[1][name] == round(share * shipped.truth().per_cell)
        assert lost[0][name] - lost[1][name] == stay[0][name] - stay[1][name]


@pytest.mark.slow
def test_those_who_stay_are_the_upper_part_of_a_normal_distribution(drawn: Any) -> None:
    scale = [item for item in shipped.asked().items if item.startswith("psr")]
    loading = np.mean([shipped.truth().items[item].loading for item in scale])
    place, share = 3, example("dropout").misbehaviour.dropout[3]
    rise = loading * norm.pdf(norm.ppf(share)) / (1 - share)
    before, now = (in_cell(one.data, place)[scale].mean(axis=1) for one in (shipped.selected(), drawn("dropout")))
    error = before.std() / np.sqrt(len(now))
    assert now.mean() - before.mean() == pytest.approx(rise, abs=2 * error)


@pytest.mark.slow
def test_those_who_see_a_reaction_follow_longer_by_the_planted_standard_deviations(drawn: Any) -> None:
    truth, people = example("confounded-moderator"), drawn("confounded-moderator").data
    codes, shares = (np.array(list(part)) for part in zip(*truth.background.following.items(), strict=True))
    thresholds = norm.ppf(np.cumsum(shares)[:-1])
    for interaction, shift in {"none": 0.0, **truth.misbehaviour.confounded_moderator}.items():
        area = np.diff(np.concatenate([[0.0], norm.cdf(thresholds - shift), [1.0]]))
        mean, spread = area @ codes, np.sqrt(area @ codes**2 - (area @ codes) ** 2)
        seen = people.loc[people["interaction"] == interaction, "following"]
        assert seen.mean() == pytest.approx(mean, abs=4 * spread / np.sqrt(len(seen)))


@pytest.mark.parametrize(
    ("changes", "column", "remedy"),
    [
        ("{careles: 0.2}", "changes.misbehaviour.careles", "Remove the key or correct its spelling."),
        ("{careless: 1.2}", "changes.misbehaviour.careless", "Write a smaller number."),
        ("{acquiescence: -1}", "changes.misbehaviour.acquiescence", "Write a larger number."),
        ("{dropout: [0, 0, 0]}", "changes.misbehaviour.dropout", "Add the entry."),
        ("{ceiling: {attitude: 2}}", "changes.misbehaviour.ceiling", "Remove the key or correct its spelling."),
        (
            "{confounded_moderator: {none: 1}}",
            "changes.misbehaviour.confounded_moderator",
            "Remove the key or correct its spelling.",
        ),
    ],
)
def test_a_slip_in_an_option_is_told_with_its_line_and_remedy(
    changes: str, column: str, remedy: str, tmp_path: Path
) -> None:
    (tmp_path / "truth.yml").write_bytes((shipped.DATA / "truth.yml").read_bytes())
    file = tmp_path / "mine.yml"
    file.write_text(f"file: truth.yml\nchanges:\n  title: Mine\n  misbehaviour: {changes}\n")
    with pytest.raises(InputError) as refused:
        truth_file.load_truth(file)
    assert {(problem.row, problem.remedy) for problem in refused.value.problems} == {(4, remedy)}
    assert all(str(problem.column).startswith(column) for problem in refused.value.problems)


def test_more_careless_people_than_there_are_beside_straight_liners_are_refused(tmp_path: Path) -> None:
    (tmp_path / "truth.yml").write_bytes((shipped.DATA / "truth.yml").read_bytes())
    file = tmp_path / "mine.yml"
    file.write_text("file: truth.yml\nchanges:\n  misbehaviour: {careless: 0.99}\n")
    with pytest.raises(InputError, match="more than there are people in a cell"):
        truth_file.load_truth(file)


def test_a_plan_refuses_a_truth_whose_misbehaviour_it_would_pass_over(tmp_path: Path) -> None:
    for name in ("truth.yml", "truth-no-reversal.yml"):
        (tmp_path / name).write_bytes((shipped.DATA / name).read_bytes())
    text = (shipped.DATA / "plans" / "false-finds.yml").read_text().replace("../truth", "truth")
    file = tmp_path / "plan.yml"
    file.write_text(text.replace("changes: {paths: {pa", "changes: {misbehaviour: {careless: 0.2}, paths: {pa", 1))
    assert file.read_text() != text
    everything = {name: tuple(one.items) for name, one in shipped.asked().constructs.items()}
    with pytest.raises(InputError, match="plants misbehaviour"):
        plan.load_plan(file, shipped.asked(), everything, shipped.claims())
