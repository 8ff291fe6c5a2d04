"""Every experiment of the laboratory is a form whose fields have names and labels, with the buttons that it needs."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import shipped
from bs4 import BeautifulSoup, Tag
from small_pages import application, build
from sphinx.errors import ExtensionError

from companion.book.sphinx import experiments
from companion.book.sphinx.experiments import EXPERIMENTS, Slider
from companion.book.sphinx.subject import Subject
from companion.numbers import Registry
from companion.words import words

NAMES = sorted(EXPERIMENTS)


def place(name: str, of_simulated: bool = True) -> Tag:
    written = experiments.html(EXPERIMENTS[name], of_simulated, words("en"))
    found = BeautifulSoup(written, "html.parser").find(id=name)
    assert isinstance(found, Tag)
    return found


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_a_name_and_a_label(name: str) -> None:
    fields = place(name).select("form :is(input, select)")
    assert fields
    for field in fields:
        assert field["name"]
        assert place(name).find("label", attrs={"for": field["id"]})


@pytest.mark.parametrize("name", NAMES)
def test_its_first_button_is_the_main_one_and_it_can_be_stopped(name: str) -> None:
    buttons = place(name).select(".laboratory-buttons button")
    assert buttons[0]["class"] == ["laboratory-start"]
    assert buttons[-1]["name"] == "stop"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("of_simulated", [True, False])
def test_it_says_simulated_where_the_survey_is_or_where_it_draws_its_own(name: str, of_simulated: bool) -> None:
    said = place(name, of_simulated).select_one(".simtag") is not None
    assert said == (of_simulated or name == "another-survey")


@pytest.mark.parametrize("name", [name for name in NAMES if name != "another-survey"])
def test_no_sentence_of_a_survey_that_was_held_says_simulated(name: str) -> None:
    assert "simulated" not in str(place(name, of_simulated=False)["data-words"])


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_one_misses_without_a_script(name: str) -> None:
    assert len(str(place(name).select_one("noscript p"))) > 40


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_handed_over_with_the_places_that_the_page_fills(name: str) -> None:
    told = json.loads(str(place(name)["data-words"]))
    assert "{why}" in told["failed"]


@pytest.mark.parametrize(("step", "decimals"), [(1, 0), (10, 0), (0.1, 1), (0.05, 2)])
def test_a_slider_shows_as_many_decimals_as_its_steps_have(step: float, decimals: int) -> None:
    assert Slider("x", 0, 10, step, 0).decimals == decimals


def test_an_experiment_that_is_not_there_stops_the_build(tmp_path: Path) -> None:
    app = application(
        tmp_path, Subject(shipped.study(), Registry(())), {"index": "# Page\n\n```{laboratory} another-servey\n```\n"}
    )
    with pytest.raises(ExtensionError, match=re.escape("no experiment 'another-servey'; there are: another-survey")):
        build(app)
