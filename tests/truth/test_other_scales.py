"""A survey is drawn on the questionnaire's own scales: its answers are spread as the truth says in closed form."""

from __future__ import annotations

import csv
import io
import json
from functools import cache
from pathlib import Path

import numpy as np
import other_questionnaires
import pytest
import shipped
import tiny_plans
from scipy.stats import norm

from companion.errors import InputError
from companion.survey import imported
from companion.survey.questionnaire import Questionnaire
from companion.truth import population, recovery, replications, simulate
from companion.truth.population import Planted, Truth
from companion.truth.replications import EFFECTS, Population

SCALES = [(1, 5), (1, 7), (0, 10), (0, 100), (-2, 2)]
PER_CELL = 800
FEWER = 3
CLOSE = 4.5
"""Standard errors between what is drawn and what the truth says, at most; 108 means are compared on each scale."""


@cache
def careful() -> Truth:
    """The shipped truth without a single careless or missing answer."""
    nobody = {name: (0,) * 6 if isinstance(count, tuple) else 0 for name, count in shipped.truth().planted}
    return shipped.truth().model_copy(update={"per_cell": PER_CELL, "planted": Planted.model_validate(nobody)})


@cache
def drawn(lowest: int, highest: int) -> tuple[Questionnaire, list[dict[str, str]]]:
    asked = other_questionnaires.asked(lowest, highest)
    return asked, records(simulate.survey(careful(), asked))


def records(content: bytes) -> list[dict[str, str]]:
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    return [dict(zip(rows[0], row, strict=True)) for row in rows[shipped.HEADER_ROWS :]]


def scored(lowest: int, highest: int, item: str, cell: int) -> np.ndarray:
    """Answers of a cell to an item, a reversed one turned."""
    asked, people = drawn(lowest, highest)
    valence, interaction = (
        factor.levels[[level.code for level in factor.levels].index(code)].nl
        for factor, code in zip(asked.factors.values(), asked.cells[cell], strict=True)
    )
    codes = {choice.nl: choice.code for choice in asked.scales["agreement"]}
    told = asked.items[item]
    answers = np.array(
        [
            int(codes[person[told.column]])
            for person in people
            if (person["valentie"], person["interactie"]) == (valence, interaction)
        ]
    )
    return lowest + highest - answers if told.reversed else answers


def shares(lowest: int, highest: int, item: str, cell: int) -> np.ndarray:
    """What share gives each answer: normal probabilities between thresholds at equal distances."""
    means, covariance = population.implied_moments(careful())
    answers = highest - lowest + 1
    thresholds = [1 + 6 * (step + 0.5) / (answers - 1) for step in range(answers - 1)]
    below = norm.cdf(thresholds, means[item].iloc[cell], np.sqrt(covariance.loc[item, item]))
    return np.diff([0, *below, 1])


@pytest.mark.slow
@pytest.mark.parametrize(("lowest", "highest"), SCALES)
def test_means_are_those_of_the_truth(lowest: int, highest: int) -> None:
    codes = np.arange(lowest, highest + 1)
    apart = []
    for item in careful().items:
        for cell in range(6):
            expected = shares(lowest, highest, item, cell)
            mean = expected @ codes
            error = np.sqrt((expected @ codes**2 - mean**2) / PER_CELL)
            apart.append(abs(scored(lowest, highest, item, cell).mean() - mean) / error)
    assert max(apart) < CLOSE
    assert np.mean(np.square(apart)) == pytest.approx(1, abs=0.6)


@pytest.mark.slow
@pytest.mark.parametrize(("lowest", "highest"), SCALES)
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_as_many_people_are_at_the_ends_as_the_truth_says(lowest: int, highest: int, end: str) -> None:
    place, code = (0, lowest) if end == "lowest" else (-1, highest)
    for item in careful().items:
        for cell in range(6):
            share = shares(lowest, highest, item, cell)[place]
            found = (scored(lowest, highest, item, cell) == code).mean()
            assert abs(found - share) < CLOSE * np.sqrt(share * (1 - share) / PER_CELL) + 1 / PER_CELL


@pytest.mark.slow
@pytest.mark.parametrize(("lowest", "highest"), SCALES)
def test_the_tone_of_the_comments_is_given_on_its_own_scale(lowest: int, highest: int) -> None:
    asked, people = drawn(lowest, highest)
    codes = {choice.nl: int(choice.code) for choice in asked.scales["tone"]}
    seen = [codes[person["Q13"]] for person in people if person["valentie"] == "positief"]
    answers = highest - lowest + 1
    perceived = careful().checks.perceived_valence
    below = norm.cdf([1 + 6 * (step + 0.5) / (answers - 1) for step in range(answers - 1)], 5.7, perceived.sd)
    assert np.mean(seen) == pytest.approx(
        np.diff([0, *below, 1]) @ np.arange(lowest, highest + 1), abs=0.005 * (highest - lowest)
    )


@pytest.mark.slow
def test_the_items_that_are_asked_are_answered_alike_whether_others_are_asked_or_not() -> None:
    fewer = records(simulate.survey(shipped.truth(), other_questionnaires.asked(items=FEWER)))
    careless_or_skipped = sum(
        sum(count) for count in shipped.truth().planted.__dict__.values() if isinstance(count, tuple)
    )
    every = records(simulate.survey(shipped.truth(), other_questionnaires.asked()))
    assert "Q10_4" not in fewer[0]
    differ = sum(one["Q10_1"] != other["Q10_1"] for one, other in zip(fewer, every, strict=True))
    assert differ <= careless_or_skipped


@pytest.mark.slow
@pytest.mark.parametrize("ends", [(1, 5), (0, 100)])
def test_what_is_drawn_is_read_back_as_answers_of_the_scale(
    ends: tuple[int, int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    asked = other_questionnaires.asked(*ends, items=FEWER)
    path = tmp_path_factory.mktemp("drawn") / "survey.csv"
    path.write_bytes(simulate.survey(shipped.truth(), asked))
    items = imported.read(path, asked).export.data[list(asked.items)]
    assert (items.min().min(), items.max().max()) == ends
    assert list(items.columns) == [f"{name}{n}" for name in ("psr", "pk", "pkc", "pa") for n in range(1, FEWER + 1)]


def test_who_ticks_one_box_ticks_one_of_the_middle_of_the_scale() -> None:
    boxes = np.array([3.0, 4.0, 5.0])
    assert population.rounded(boxes, 1, 5).tolist() == [2, 3, 4]
    assert population.rounded(boxes, 0, 10).tolist() == [3, 5, 7]


@pytest.mark.slow
def test_columns_of_other_names_stand_in_the_order_of_the_questionnaire() -> None:
    changed = other_questionnaires.said()
    changed["constructs"]["psr"]["items"]["psr1"]["column"] = "closeness"
    content = simulate.survey(careful(), Questionnaire.model_validate(changed))
    heads = list(records(content)[0])
    assert heads.index("closeness") == heads.index("Q10_2") - 1


def test_nobody_fails_a_question_that_is_not_asked() -> None:
    changed = other_questionnaires.said()
    del changed["screening"]["attention"]
    people = records(simulate.survey(shipped.truth(), Questionnaire.model_validate(changed)))
    assert len(people) == len(shipped.rows()) - shipped.HEADER_ROWS - shipped.truth().planted.attention_failed


@pytest.mark.parametrize(
    ("part", "name", "question"),
    [
        ("background", "income", {"column": "Q50", "text": {"nl": "Inkomen?", "en": "Income?"}}),
        ("checks", "brand", {"column": "Q51", "text": {"nl": "Merk?", "en": "Brand?"}, "scale": "agreement"}),
    ],
)
def test_a_question_that_the_truth_says_nothing_of_is_refused(part: str, name: str, question: object) -> None:
    changed = other_questionnaires.said()
    changed[part][name] = question
    with pytest.raises(InputError, match=f"It does not say how the {part} {name} of the questionnaire are answered"):
        simulate.survey(shipped.truth(), Questionnaire.model_validate(changed))


def test_scales_on_which_no_answers_can_be_drawn_are_all_refused_by_name() -> None:
    changed = other_questionnaires.said()
    changed["scales"]["agreement"] = changed["scales"]["agreement"][1::2] + changed["scales"]["agreement"][4:5]
    changed["scales"]["length"] = changed["scales"]["length"][:4]
    with pytest.raises(InputError) as refused:
        simulate.survey(shipped.truth(), Questionnaire.model_validate(changed))
    assert "scale agreement has the answers 2, 4, 5, 6; answers are drawn on whole numbers without" in str(
        refused.value
    )
    assert "scale length has the answers 1, 2, 3, 4; answers are drawn from 1, 2, 3, 4, 5." in str(refused.value)


# What recovery and plans draw: scored answers, without a file


def answered(lowest: int, highest: int, truth: Truth, people: int = 6 * PER_CELL):  # type: ignore[no-untyped-def]
    asked = other_questionnaires.asked(lowest, highest)
    return recovery.as_answered(truth, people, 3, recovery.turned_items(asked), population.other_ends(asked))


@pytest.mark.slow
@pytest.mark.parametrize(("lowest", "highest"), SCALES)
def test_scored_answers_have_the_means_of_the_truth_on_their_scale(lowest: int, highest: int) -> None:
    clean, _ = answered(lowest, highest, careful())
    codes = np.arange(lowest, highest + 1)
    apart = []
    for item in careful().items:
        for cell, (_, people) in enumerate(clean.groupby(["valence", "interaction"], observed=True)):
            expected = shares(lowest, highest, item, cell)
            mean = expected @ codes
            error = np.sqrt((expected @ codes**2 - mean**2) / PER_CELL)
            apart.append(abs(people[item].mean() - mean) / error)
    assert max(apart) < CLOSE
    assert np.mean(np.square(apart)) == pytest.approx(1, abs=0.6)


@pytest.mark.parametrize(("lowest", "highest"), SCALES)
def test_who_ticks_one_box_mirrors_it_on_reversed_items_of_any_scale(lowest: int, highest: int) -> None:
    asked = other_questionnaires.asked(lowest, highest)
    clean, careless = answered(lowest, highest, shipped.truth())
    items, turned = list(shipped.truth().items), [asked.items[item].reversed for item in shipped.truth().items]
    ticked = careless.loc[(clean[items] != careless[items]).any(axis=1), items].to_numpy()
    boxes = np.where(turned, lowest + highest - ticked, ticked)
    assert len(ticked) > 20
    assert (boxes == boxes[:, :1]).all()
    assert set(boxes[:, 0]) == {*population.rounded(np.array([3.0, 4.0, 5.0]), lowest, highest)}


@pytest.mark.slow
@pytest.mark.parametrize(("lowest", "highest"), [(1, 5), (1, 7), (0, 100)])
def test_what_is_written_down_is_told_in_points_of_the_scale_on_which_it_is_found(lowest: int, highest: int) -> None:
    asked = other_questionnaires.asked(lowest, highest)
    items = {name: tuple(asked.constructs[name].items) for name in ("psr", "pk", "pa")}
    turned, ends = recovery.turned_items(asked), population.other_ends(asked)
    values = recovery.population_values(careful(), items, asked.design, turned, ends, people=60_000)
    psr = values.loc[["psr_none", "psr_like", "psr_reply"]]
    assert psr["rounded"].to_numpy() == pytest.approx(psr["structural"].to_numpy(), rel=0.1)
    in_points = population.implied(careful()).set_index("name")["points"]
    assert values["structural"].to_numpy() == pytest.approx((in_points * (highest - lowest) / 6).to_numpy())


@pytest.mark.slow
def test_a_plan_draws_on_the_scales_of_the_questionnaire(tmp_path: Path) -> None:
    by_scale = {}
    for ends in ((1, 7), (0, 100)):
        [design] = tiny_plans.planned(tmp_path, other_questionnaires.asked(*ends)).designs
        sample = replications.survey(design, 1)[list(design.truth.items)]
        assert (sample.min().min(), sample.max().max()) == ends
        by_scale[ends] = replications.computed(Population(design, 60_000))[EFFECTS.index("psr_like")]
    assert by_scale[0, 100] == pytest.approx(by_scale[1, 7] * 100 / 6, rel=0.1)


@pytest.mark.parametrize(("ends", "named"), [((1, 7), False), ((1, 5), True)])
def test_surveys_on_the_points_of_the_truth_keep_their_streams(
    ends: tuple[int, int], named: bool, tmp_path: Path
) -> None:
    [design] = tiny_plans.planned(tmp_path, other_questionnaires.asked(*ends)).designs
    assert ("ends" in json.loads(replications.drawn(design))) is named
