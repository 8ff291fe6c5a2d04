"""A survey is drawn on the questionnaire's own scales: its answers are spread as the truth says in closed form."""

from __future__ import annotations

import csv
import io
from functools import cache

import numpy as np
import other_questionnaires
import pytest
import shipped
from scipy.stats import norm

from companion.errors import InputError
from companion.survey import imported
from companion.survey.questionnaire import Questionnaire
from companion.truth import population, simulate
from companion.truth.population import Planted, Truth

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


@pytest.mark.parametrize(("lowest", "highest"), SCALES)
@pytest.mark.parametrize("end", ["lowest", "highest"])
def test_as_many_people_are_at_the_ends_as_the_truth_says(lowest: int, highest: int, end: str) -> None:
    place, code = (0, lowest) if end == "lowest" else (-1, highest)
    for item in careful().items:
        for cell in range(6):
            share = shares(lowest, highest, item, cell)[place]
            found = (scored(lowest, highest, item, cell) == code).mean()
            assert abs(found - share) < CLOSE * np.sqrt(share * (1 - share) / PER_CELL) + 1 / PER_CELL


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


def test_the_items_that_are_asked_are_answered_alike_whether_others_are_asked_or_not() -> None:
    fewer = records(simulate.survey(shipped.truth(), other_questionnaires.asked(items=FEWER)))
    careless_or_skipped = sum(
        sum(count) for count in shipped.truth().planted.__dict__.values() if isinstance(count, tuple)
    )
    every = records(simulate.survey(shipped.truth(), other_questionnaires.asked()))
    assert "Q10_4" not in fewer[0]
    differ = sum(one["Q10_1"] != other["Q10_1"] for one, other in zip(fewer, every, strict=True))
    assert differ <= careless_or_skipped


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
