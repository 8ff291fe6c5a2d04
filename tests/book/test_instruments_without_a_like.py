"""What pages hold besides prose shows four groups where nobody saw a like: explorer, walk, posts, experiments."""

from __future__ import annotations

import json
from pathlib import Path

import other_questionnaires
import other_studies
import pytest
import shipped
from bs4 import BeautifulSoup, Tag
from engine import TESTS, node
from small_pages import Pages, application, build, number

from companion.analysis import mistakes
from companion.book.sphinx import chain_walk, experiments, explorer, laboratory
from companion.book.sphinx.experiments import EXPERIMENTS, Choice
from companion.book.sphinx.subject import Subject
from companion.numbers import Number, Registry
from companion.study import Study
from companion.words import words

ASKED = other_questionnaires.without("like")
WALK = "```{chain-walk}\n" + "".join(f"{place}. Step {place}.\n" for place in range(1, 6)) + "```\n"
PAGE = f"# A page\n\n```{{legend}}\n```\n\n```{{stimuli}} negative\n```\n\n{WALK}"


def planted(key: str) -> Number:
    """A number with its interval; none about a like."""
    if ".like" in key:
        raise KeyError(key)
    return number(key, (0.1, 0.3)) if key.endswith(".ci") else number(key, 0.2)


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    study = Study(shipped.SURVEY)
    study.questionnaire, study.analysis, study.sample = ASKED, shipped.plan(), shipped.selected()
    told = Registry(planted(key) for key in chain_walk.keys(ASKED.design))
    folder = tmp_path_factory.mktemp("without")
    (folder / "_static").mkdir()
    for post in (Path(__file__).parents[2] / "_static").glob("stimulus-negative-*.svg"):
        (folder / "_static" / post.name).write_bytes(post.read_bytes())
    (built,) = build(application(folder, Subject(study, told), {"index": PAGE}))
    return built


@pytest.fixture(scope="module")
def instrument() -> Tag:
    titles = {name: name for name in shipped.plan().model.constructs}
    found = explorer.states(titles, planted, design=ASKED.design)
    part = BeautifulSoup(explorer.html(found, "every-number.html"), "html.parser").div
    assert part is not None
    return part


@pytest.mark.slow
def test_such_pages_are_built_without_complaint(pages: Pages) -> None:
    assert pages.complaints == []


@pytest.mark.slow
def test_the_legend_has_a_column_for_each_reaction_that_is_shown(pages: Pages) -> None:
    heads = pages.article().select_one("table thead")
    assert heads is not None
    assert [head.get_text() for head in heads.select("th")] == ["No reaction", "Reply"]
    assert [len(row.select("td")) for row in pages.article().select("table tbody tr")] == [2, 2]


def test_a_post_is_drawn_for_each_reaction_that_is_shown(pages: Pages) -> None:
    assert [figure.get_text(strip=True) for figure in pages.article().select(".stim p")] == ["No reaction", "Reply"]


@pytest.mark.slow
def test_the_walk_draws_a_first_link_for_each_reaction_that_is_shown(pages: Pages) -> None:
    roads = pages.article().select(".walk-view .walk-road")
    assert len(roads) == len(chain_walk.ROADS) - 1
    assert not [road for road in roads if "v-like" in road["class"]]


def test_the_explorer_has_four_states_and_offers_no_like(instrument: Tag) -> None:
    assert [one["value"] for one in instrument.select("input[name=explorer-interaction]")] == ["none", "reply"]
    assert {button["data-reaction"] for button in instrument.select("button[data-reaction]")} == {"reply"}
    assert "like" not in instrument.get_text().lower()


@pytest.mark.parametrize("name", ["resampling", "hidden-cause", "common-mistakes"])
def test_no_experiment_offers_what_has_no_answers(name: str) -> None:
    one = experiments.of_design(EXPERIMENTS[name], ASKED.design)
    offered = [
        option
        for _, fields in one.controls
        for field in fields
        if isinstance(field, Choice)
        for option in field.options
    ]
    assert not [option for option in offered if "like" in option or option == "reference"]
    assert experiments.html(one, True, words("en")).count("<option") == len(offered)


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_on_the_whole_design_offers_everything(name: str) -> None:
    assert experiments.of_design(EXPERIMENTS[name], shipped.asked().design) == EXPERIMENTS[name]


def test_surveys_of_the_written_truths_offer_everything() -> None:
    another = EXPERIMENTS["another-survey"]
    assert experiments.of_design(another, ASKED.design) == another


def test_the_alphabet_puts_first_what_the_plan_puts_first() -> None:
    assert mistakes.possible(ASKED.design) == tuple(one for one in mistakes.MISTAKES if one != "reference")
    assert mistakes.possible(shipped.asked().design) == mistakes.MISTAKES


@pytest.fixture(scope="module")
def checked(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, list[str]], str]:
    """What the laboratory's engine finds of the numbers of such a study, and the script that it reads."""
    folder, name = tmp_path_factory.mktemp("checked"), "nobody saw a like"
    study = other_studies.study(name, folder)
    told = other_studies.numbers_of(study, name, ("sample", "experiment", "measurement", "mediation", "predicted"))
    script = laboratory.script(Subject(study, told))
    (folder / "book.js").write_text(script, encoding="utf-8")
    done = node(str(TESTS / "recompute.mjs"), str(folder / "book.js"))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout), script


@pytest.mark.slow
def test_the_engine_computes_the_numbers_of_a_study_without_a_like(checked: tuple[dict[str, list[str]], str]) -> None:
    lists, _ = checked
    assert lists["differ"] == []
    assert {"experiment.anova.psr.product.F", "predicted.pa.negative.reply.est"} <= {*lists["agree"]}


@pytest.mark.slow
def test_the_engine_judges_the_claims_that_can_be_tested_and_in_surveys_of_the_truths_all(
    checked: tuple[dict[str, list[str]], str],
) -> None:
    book = json.loads(checked[1].partition(" = ")[2].rstrip(";\n"))
    assert [*book["claims"]] == ["R1", "R3"]
    assert [*book["whole"]["claims"]] == ["R1", "R2", "R3", "R4", "R5"]
    assert "neg:like" in book["whole"]["models"]["study"]
    assert "like" not in book["models"]["study"]
