"""A preregistration says what the plan says, in the order of a form's questions, and marks the rest."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import get_args

import other_questionnaires
import pandas as pd
import pytest
import shipped
import tiny_plans

from companion import sem
from companion.documents import markdown
from companion.documents.document import Document, Heading
from companion.errors import InputError
from companion.truth import preregistration, replications
from companion.words import words

RUNS = pd.DataFrame({"unconverged": [0.0, 0.02]})
POWER = pd.DataFrame(
    {
        "truth": ["reversal", "none"],
        "claim": ["R2", "all together"],
        "holds": [True, False],
        "rate": [0.8125, 0.024],
        "error": [0.0123, 0.0048],
        "ci_lower": [0.78, 0.016],
        "ci_upper": [0.84, 0.036],
    }
)
# The form "OSF Preregistration", version 3, section by section, as its schema has it.
OSF = {
    "Study Information": ["Hypotheses"],
    "Design Plan": [
        "Study type",
        "Blinding",
        "Is there any additional blinding in this study?",
        "Study design",
        "Randomization",
    ],
    "Sampling Plan": [
        "Existing data",
        "Explanation of existing data",
        "Data collection procedures",
        "Sample size",
        "Sample size rationale",
        "Stopping rule",
    ],
    "Variables": ["Manipulated variables", "Measured variables", "Indices"],
    "Analysis Plan": [
        "Statistical models",
        "Transformations",
        "Inference criteria",
        "Data exclusion",
        "Missing data",
        "Exploratory analysis",
    ],
    "Other": ["Other"],
}
OSF_QUESTIONS = [question for questions in OSF.values() for question in questions]
FILL = "**To fill in:**"
ORDERS = get_args(preregistration.Order)


def form(folder: Path, order: str = "aspredicted", **changes: object) -> Document:
    analysis, asked = changes.pop("analysis", shipped.plan()), changes.pop("asked", shipped.asked())
    read = tiny_plans.planned(folder, asked, **changes)
    about = (asked, analysis, shipped.claims(), RUNS, POWER)
    return preregistration.document(read, "plan.yml", *about, words("en"), order)  # type: ignore[arg-type]


def filled(folder: Path, order: str = "aspredicted", **changes: object) -> str:
    return markdown.written(form(folder, order, **changes))


def answer(text: str, question: int | str) -> str:
    """What stands below a question, by its number or its name, its lines put together again."""
    asked = rf"{question}\..*?" if isinstance(question, int) else rf"\d+\. {re.escape(question)}"
    [below] = re.findall(rf"^##+ {asked}\n(.*?)(?=^##+ |\Z)", text, flags=re.M | re.S)
    return " ".join(below.split())


def test_the_questions_stand_in_the_order_of_the_form(tmp_path: Path) -> None:
    heads = re.findall(r"^## (.*)$", filled(tmp_path), flags=re.M)
    order = ("data", "claimed", "measured", "conditions", "analyses", "left out", "many people", "else", "kind")
    assert [part for part, head in zip(order, heads, strict=True) if part not in head] == []
    assert [head.partition(".")[0] for head in heads] == list("123456789")


def test_every_answer_says_what_is_left_to_the_researcher(tmp_path: Path) -> None:
    text = filled(tmp_path)
    assert [FILL in answer(text, question) for question in range(1, 10)] == [True] * 9


def test_the_sections_and_questions_of_osf_stand_in_the_order_of_its_form(tmp_path: Path) -> None:
    heads = re.findall(r"^(##+) (.*)$", filled(tmp_path, "osf"), flags=re.M)
    number = iter(range(1, len(OSF_QUESTIONS) + 1))
    expected = [
        line
        for section, questions in OSF.items()
        for line in [("##", section), *(("###", f"{next(number)}. {question}") for question in questions)]
    ]
    assert heads == expected


# A question is answered from the plan, left to the researcher, or both.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Hypotheses", "**R2.**"),
        ("Study type", "An experiment"),
        ("Blinding", FILL),
        ("Is there any additional blinding in this study?", FILL),
        ("Study design", "Six conditions, between people"),
        ("Randomization", "Chance alone"),
        ("Existing data", FILL),
        ("Explanation of existing data", FILL),
        ("Data collection procedures", FILL),
        ("Sample size", "72 people begin"),
        ("Sample size rationale", "| reversal | R2 | .812 |"),
        ("Stopping rule", "Collection ends"),
        ("Manipulated variables", "Negative comments and a reply: 12 people begin"),
        ("Measured variables", "answered from 1 to 7"),
        ("Indices", "The mean of the items of each scale"),
        ("Statistical models", "serial_like :="),
        ("Transformations", "`neg` is 1 for negative comments"),
        ("Inference criteria", "**R2**: the whole interval of `psr_like` above 0"),
        ("Data exclusion", "younger than 18 or older than 30"),
        ("Missing data", "answered every item of psr, pk, pa"),
        ("Exploratory analysis", "secondary analyses only"),
        ("Other", "start from the seed 5"),
    ],
)
def test_every_question_of_osf_is_answered_or_left_to_the_researcher(tmp_path: Path, question: str, told: str) -> None:
    assert question in OSF_QUESTIONS
    assert told in answer(filled(tmp_path, "osf"), question)


def test_the_orders_give_the_same_answers_but_for_the_questions_that_they_refer_to(tmp_path: Path) -> None:
    unequal = {"samples": {"one": {"cells": [12, 13, 14, 15, 16, 17]}}}

    def answers(order: str) -> Counter[str]:
        blocks = [block for block in form(tmp_path, order, **unequal) if not isinstance(block, Heading)]
        written = [markdown.written((block,)) for block in blocks]
        assert "The questions are those of" in written[0]
        return Counter(re.sub(r"questions? \d+( to \d+ say| says)", "question # says", one) for one in written[1:])

    assert answers("osf") == answers("aspredicted")


@pytest.mark.parametrize("order", ORDERS)
def test_no_order_forgets_an_answer_or_gives_it_twice(order: preregistration.Order) -> None:
    given = [part for section in preregistration.ORDERS[order].values() for parts in section.values() for part in parts]
    assert sorted(given) == sorted(preregistration.numbers("aspredicted"))


def test_osf_is_referred_to_by_the_numbers_that_its_questions_have(tmp_path: Path) -> None:
    text = filled(tmp_path, "osf", samples={"one": {"cells": [12, 13, 14, 15, 16, 17]}})
    places = {question: str(place) for place, question in enumerate(OSF_QUESTIONS, start=1)}
    assert re.findall(r"as many as question (\d+)", text) == [places["Manipulated variables"]]
    asked = [places["Statistical models"], places["Inference criteria"]]
    assert re.findall(r"analysed as questions (\d+) to (\d+) say", text) == [tuple(asked)]


def test_it_says_that_its_numbers_are_of_simulated_surveys(tmp_path: Path) -> None:
    assert "No number in this file is about real people" in " ".join(filled(tmp_path).split())


@pytest.mark.parametrize(("lowest", "highest"), [(1, 7), (1, 5), (0, 100)])
def test_the_scales_are_those_of_the_questionnaire(tmp_path: Path, lowest: int, highest: int) -> None:
    text = filled(tmp_path, asked=other_questionnaires.asked(lowest, highest))
    assert f"from {lowest} to {highest}" in answer(text, 3)


def test_every_claim_of_the_plan_stands_with_its_words_and_no_other(tmp_path: Path) -> None:
    below = answer(filled(tmp_path, claims=["R1", "R4"]), 2)
    stated = shipped.claims().results
    assert [name for name, claim in stated.items() if " ".join(claim.reported.split()) in below] == ["R1", "R4"]


def test_a_claim_that_requires_others_brings_their_conditions(tmp_path: Path) -> None:
    below = answer(filled(tmp_path, claims=["R5"]), 5)
    assert "R2 found; R3 found" in below
    assert "**R2**: the whole interval of `psr_like` above 0" in below
    assert "**R1**" not in below


def test_an_effect_that_is_no_larger_stands_with_its_limit(tmp_path: Path) -> None:
    small = {"effect": "serial", "at": "reply", "minus": "like", "sign": "both", "limit": 0.1}
    text = filled(tmp_path, claims=[], no_larger={"small": small})
    assert "difference a reply minus a like is smaller than 0.1 points in either direction" in answer(text, 2)
    assert (
        "**small**: the whole interval of `serial_reply_minus_like` below 0.1; the whole interval of "
        "`serial_reply_minus_like` above −0.1" in answer(text, 5)
    )


@pytest.mark.parametrize("model", ["latent", "observed"])
def test_the_model_is_one_that_can_be_fitted_with_the_items_that_are_asked(tmp_path: Path, model: str) -> None:
    text = filled(
        tmp_path,
        analyses={"one": {"model": model, "interval": "delta"}},
        scales={"short": {"items": {"psr": 3, "pk": 3, "pa": 3}}},
    )
    [written] = re.findall(r"```\n(.*?)\n```", text, flags=re.S)
    assert set(re.findall(r"pa\d", written)) == ({"pa1", "pa2", "pa3"} if model == "latent" else set())
    rng = pd.Series(range(60)).sample(frac=1, random_state=3).to_numpy()
    names = [f"{scale}{number}" for scale in ("psr", "pk", "pa") for number in (1, 2, 3)]
    frame = pd.DataFrame({name: (rng * (place + 3)) % 17 for place, name in enumerate([*names, "psr", "pk", "pa"])})
    frame = frame.assign(neg=[0, 1] * 30, like=[0, 0, 1, 1, 0, 0] * 10, reply=[0, 0, 0, 0, 1, 1] * 10)
    assert sem.fit(written, frame).table.definitions


def test_the_model_defines_the_effects_that_decide_and_no_other(tmp_path: Path) -> None:
    small = {"effect": "direct_pa", "at": "like", "sign": "+", "limit": 0.1}
    text = filled(tmp_path, claims=["R4"], no_larger={"small": small})
    assert re.findall(r"^(\w+) :=", text, flags=re.M) == ["serial_reply_minus_like", "direct_pa_like"]


def test_the_cells_stand_with_their_people(tmp_path: Path) -> None:
    text = filled(tmp_path, samples={"one": {"cells": [12, 13, 14, 15, 16, 17]}})
    assert "- Negative comments and a reply: 17 people begin" in answer(text, 4)
    assert "87 people begin, in each condition as many as question 4 says" in answer(text, 7)


def test_the_people_expected_are_those_who_are_not_lost(tmp_path: Path) -> None:
    sample = {"cells": 50, "dropout": 0.1, "excluded": [0.0, 0.2, 0.0, 0.2, 0.0, 0.2]}
    below = answer(filled(tmp_path, samples={"one": sample}), 7)
    # 150 people of whom nine in ten stay, 150 of whom 72 in a hundred do.
    assert "300 people begin, 50 in each condition. 243 of them are expected" in below
    assert "10 % of those" in below
    assert "0 % to 20 % may be left out" in below


def test_a_rate_with_a_decimal_keeps_it(tmp_path: Path) -> None:
    below = answer(filled(tmp_path, samples={"one": {"cells": 50, "dropout": 0.125}}), 7)
    assert "since 12.5 % of those who begin" in below


def test_shares_and_levels_are_printed_one_way_in_the_whole_form(tmp_path: Path) -> None:
    text = filled(tmp_path, samples={"one": {"cells": 50, "dropout": 0.04}}, level=0.9)
    assert set(re.findall(r"\d(.?)%", text)) == {"\u202f"}
    assert {"4\u202f%", "50\u202f%", "90\u202f%"} <= set(re.findall(r"\d+\u202f%", text))


def test_the_rules_follow_the_plan_of_the_analysis(tmp_path: Path) -> None:
    plan = shipped.plan()
    older = plan.model_copy(update={"exclusions": plan.exclusions.model_copy(update={"age": (21, 44)})})
    below = answer(filled(tmp_path, analysis=older), 6)
    assert "younger than 21 or older than 44" in below
    assert below.index("did not consent") < below.index("failed the attention item") < below.index("skipped an item")


def test_power_stands_with_its_monte_carlo_error_and_false_finds_are_called_so(tmp_path: Path) -> None:
    text = filled(tmp_path)
    assert "| reversal | R2 | .812 | .012 | [.780, .840] | power |" in text
    assert "| none | all together | .024 | .005 | [.016, .036] | false finds |" in text
    assert "at most 2.0 % of the surveys" in answer(text, 7)


@pytest.mark.parametrize("part", ["scales", "samples", "analyses"])
def test_a_plan_of_several_studies_is_refused_with_its_line(tmp_path: Path, part: str) -> None:
    one = {"scales": {}, "samples": {"cells": 12}, "analyses": {"model": "observed", "interval": "delta"}}[part]
    path = tiny_plans.written(tmp_path, **{part: {"a": one, "b": one}})
    with pytest.raises(InputError) as refused:
        preregistration.check(path, tiny_plans.loaded(path).plan)
    [problem] = refused.value.problems
    assert f"2 {part}: a, b" in str(problem)
    assert path.read_text(encoding="utf-8").splitlines()[(problem.row or 0) - 1] == f"{part}:"


def test_a_plan_of_one_study_under_several_truths_passes(tmp_path: Path) -> None:
    truth = tiny_plans.TINY["truths"]["reversal"]  # type: ignore[index]
    path = tiny_plans.written(tmp_path, truths={"a": truth, "b": truth})
    preregistration.check(path, tiny_plans.loaded(path).plan)


NO_LIKE = {
    "samples": {},
    "claims": ["R1", "R2", "R3", "R4"],
    "no_larger": {
        "no worse with a like": {"effect": "serial", "at": "like", "sign": "-", "limit": 1.0},
        "no worse with a reply": {"effect": "serial", "at": "reply", "sign": "-", "limit": 1.0},
    },
    "allocations": {
        "claim": "R3",
        "people": 100,
        "dropout": [0.1, 0.9, 0.1, 0.1, 0.9, 0.1],
        "weights": {"no like": {"none": 1, "like": 0, "reply": 1}},
    },
}
"""A study in which nobody sees a like; whoever would have seen one is lost more often."""


@pytest.mark.parametrize(
    ("order", "asks", "decides"), [("aspredicted", 2, 5), ("osf", "Hypotheses", "Inference criteria")]
)
def test_a_claim_about_a_reaction_that_is_dropped_is_not_claimed_and_said_to_be_untestable(
    tmp_path: Path, order: str, asks: int | str, decides: int | str
) -> None:
    text = filled(tmp_path, order, **NO_LIKE)
    claimed, criteria = answer(text, asks), answer(text, decides)
    assert "**Not claimed: R2, R4, no worse with a like.** Nobody in this study sees a reaction" in claimed
    assert re.findall(r"- \*\*([^*]+)\.\*\*", claimed) == ["R1", "R3", "no worse with a reply"]
    assert re.findall(r"- \*\*([^*]+)\*\*: ", criteria) == ["R1", "R3", "no worse with a reply"]


def test_nothing_else_of_a_study_without_a_like_speaks_of_one(tmp_path: Path) -> None:
    text = filled(tmp_path, **NO_LIKE)
    conditions, analyses = answer(text, 4), answer(text, 5)
    assert "Four conditions, between people: positive or negative comments, each without a reaction" in conditions
    assert "influencer or with a reply. Nobody sees the post with a like: it is left out" in conditions
    assert re.findall(r"comments and (.*?): (\d+) people", conditions) == [("no reaction", "25"), ("a reply", "25")] * 2
    assert "`reply` is 1 with a reply and 0 with no reaction." in analyses
    assert not re.search(r"(\b|_)like(\b|_)", analyses)
    assert "100 people begin, 25 in each condition. 90 of them are expected" in answer(text, 7)
    assert "since 10 % of those who begin may leave" in answer(text, 7)


def test_without_a_post_that_has_no_reaction_a_reply_is_coded_against_a_like(tmp_path: Path) -> None:
    weights = {"both": {"none": 0, "like": 1, "reply": 1}}
    allocations = {"claim": "R4", "people": 100, "weights": weights}
    text = filled(tmp_path, samples={}, claims=["R1", "R4"], allocations=allocations)
    assert "`reply` is 1 with a reply and 0 with a like." in answer(text, 5)
    assert "each with a like or with a reply. Nobody sees the post without a reaction" in answer(text, 4)


def test_the_model_of_a_study_without_a_like_is_one_that_its_data_can_fit(tmp_path: Path) -> None:
    [listing] = re.findall(r"```\n(.*?)```", filled(tmp_path, **NO_LIKE), flags=re.S)
    [design] = tiny_plans.planned(tmp_path, **NO_LIKE).designs
    fit = sem.fit(listing, replications.survey(design, 0))
    named = {row.lhs for row in fit.estimates.itertuples() if row.op == ":="}
    assert {"serial_none", "serial_reply"} <= named
    assert not [name for name in named if "like" in name]


def test_a_plan_of_several_allocations_is_refused_with_its_line(tmp_path: Path) -> None:
    weights = {"even": {"none": 1, "like": 1, "reply": 1}, "no like": {"none": 1, "like": 0, "reply": 1}}
    path = tiny_plans.written(tmp_path, samples={}, allocations={"claim": "R2", "people": 120, "weights": weights})
    with pytest.raises(InputError) as refused:
        preregistration.check(path, tiny_plans.loaded(path).plan)
    [problem] = refused.value.problems
    assert "2 allocations: even, no like" in str(problem)
    assert path.read_text(encoding="utf-8").splitlines()[(problem.row or 0) - 1].strip() == "weights:"
