"""The Results section says of a survey what its numbers say, and says first that a survey is simulated."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import shipped
from marked import REVIEWED, marked

from companion.documents import markdown
from companion.numbers import Registry
from companion.report import people, results_section
from companion.report.told import Told
from companion.study import Study

TYPED = {"90", "1", "2", "3", "4", "5"}
"""The level of the RMSEA's interval, which is its convention, and the numbers of tables and claims."""


def section(registry: Registry | None = None, study: Study | None = None) -> str:
    return markdown.written(results_section.results(study or shipped.study(), registry or marked()))


def without_column(rule: str) -> Study:
    """The shipped study as if its file had no column for a rule."""
    study = Study(shipped.SURVEY)
    flow = shipped.selected().flow
    study.analysis = shipped.plan()
    study.sample = replace(shipped.selected(), flow=flow.assign(applied=flow["applied"] & (flow["rule"] != rule)))
    return study


def test_every_number_is_one_of_the_registry() -> None:
    text, model = section().split("## Appendix")
    written = re.sub(r"«[^»]*»", "", text.replace(f"SHA-256 digest {shipped.selected().digest}", ""))
    rules = {number for rule in shipped.selected().flow["words"] for number in re.findall(r"\d+", rule)}
    assert set(re.findall(r"\d+", written)) <= TYPED | rules
    assert "«" not in model


@pytest.mark.slow
@pytest.mark.parametrize(
    ("sentence", "keys"),
    [
        ("The file held", ["sample.recorded"]),
        ("Before the groups were drawn,", ["sample.removed.before", "sample.removed.preview", "sample.removed.copy"]),
        ("De analyse berust op", ["sample.analysed", "sample.analysed.positive.none"]),
        (
            "The indirect effect on product attitude through both mediators was",
            [f"mediation.serial.{shown}.{end}" for shown in ("none", "like", "reply") for end in ("est", "ci")],
        ),
        (
            "It differed by",
            [
                f"mediation.serial.{difference}.{end}"
                for difference in ("like_minus_none", "reply_minus_none", "reply_minus_like")
                for end in ("est", "ci")
            ],
        ),
        ("| Product attitude, negative comments |", ["experiment.cell.pa.negative.none.mean.est"]),
        ("| Effect on product attitude, in total |", ["mediation.total_pa.none.est", "mediation.total_pa.none.ci"]),
        ("R4, as the thesis reports it", ["verdict.R4"]),
        ("| R2 |", ["verdict.R2", "verdict.R2.simultaneous"]),
    ],
)
def test_a_sentence_has_its_own_numbers(sentence: str, keys: list[str]) -> None:
    said = section().partition(sentence)[2].partition("\n")[0]
    assert re.findall(r"«([^»]*)»", said.replace("\\", ""))[: len(keys)] == keys


def test_a_simulated_survey_says_so_in_the_first_sentence_and_below_each_table() -> None:
    text = section()
    first = text.split("\n\n")[1].partition(". ")[0]
    assert first.startswith("The answers reported in this section are simulated")
    assert first.endswith("nothing here is evidence for or against a claim")
    notes = re.findall(r"^\*Note\.\*.*$", text, re.MULTILINE)
    assert len(notes) == 4
    assert all(note.startswith("*Note.* Simulated survey.") for note in notes)
    assert "\n\nDe antwoorden zijn gesimuleerd" in text


def test_answers_of_people_are_not_called_simulated() -> None:
    assert not re.search("simulated|gesimuleerd", section(study=shipped.study(simulated=False)), re.IGNORECASE)


def test_the_words_of_a_verdict_are_those_of_the_registry() -> None:
    reviewed = Registry(replace(number, label=REVIEWED[key].printed) for key, number in marked().items())
    assert "Verdict: found in the simulated survey." in section(reviewed)


def test_a_rule_that_was_not_applied_is_named_and_counts_nobody() -> None:
    text = people.account(Told(without_column("copy"), marked()))
    assert text.partition("which were not applied: ")[2].startswith("the same record stands twice.")
    assert "«sample.removed.copy»" not in text
    assert "not applied" not in people.account(Told(shipped.study(), marked()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("registry", "sentence"),
    [
        (marked("sample.attrition.left.p"), "No one who had been assigned left before the outcome."),
        (marked(sample_attrition_left_differs="yes"), "The groups differed in how many people left"),
        (
            marked("robustness.equality.p", robustness_equality_tested="no"),
            "levels of the reaction was not tested, because the model",
        ),
        (marked("measurement.invariance.m", measurement_invariance_tested="no"), "six groups was not tested, because"),
        (
            marked(measurement_cfa_impossible=2),
            "This solution is impossible in «measurement.cfa.impossible» of its estimates (a variance below zero or a "
            "correlation beyond one), so its loadings",
        ),
        (
            marked(mediation_fit_impossible=1),
            "This solution is impossible in «mediation.fit.impossible» of its estimates (a variance below zero or a "
            "correlation beyond one), so its effects",
        ),
        (marked(verdict_R4_named="no"), "It may not be called by this name"),
        (marked(verdict_same="no"), "at least one verdict would be another"),
    ],
)
def test_what_does_not_hold_of_every_survey_is_said_where_it_does(registry: Registry, sentence: str) -> None:
    assert sentence in section(registry)
    assert sentence not in section()


def test_the_appendix_has_the_model_with_the_items_of_the_questionnaire() -> None:
    assert "pa =~ pa1 + pa2 + pa3 + pa4\n" in section().partition("## Appendix")[2]
