"""A number that is made of others is what its formula comes to, and the formula is that of the model."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
import shipped
from planted import SOURCE

from companion.analysis import experiment, mediation, robustness
from companion.numbers import Registry, working
from companion.numbers.declared import numbers_of
from companion.survey.design import DESIGN

KEY = "mediation.serial.reply.est"


@cache
def made() -> Registry:
    """The numbers of the shipped survey in the rooms that say how they are made."""
    study = shipped.study()
    titles = dict.fromkeys(study.questionnaire.constructs, "scale")
    source = replace(SOURCE, names={**SOURCE.names, "scale": titles})
    items = mediation.items_of(study.questionnaire, study.analysis)
    means = robustness.manifest(study.sample.data, items, DESIGN, study.analysis)
    of_means = {"manifest": robustness.with_differences(mediation.with_keys(means, DESIGN), DESIGN)}
    blocks = [block for block in robustness.QUANTITIES if block.table in of_means]
    return Registry(
        [
            *numbers_of(experiment.QUANTITIES, experiment.tables(study.experiment), source),
            *numbers_of(mediation.QUANTITIES, mediation.tables(study.mediation), source),
            *numbers_of(blocks, of_means, source),
        ]
    )


def wrong(registry: Registry) -> list[str]:
    """The numbers that are not what their formulas come to."""
    values = {key: number.value for key, number in registry.items()}
    return [
        key
        for key, number in registry.items()
        if number.working and working.value(number.working, values) != pytest.approx(number.value, abs=1e-12)  # type: ignore[arg-type]
    ]


@pytest.mark.slow
def test_every_number_is_what_its_formula_comes_to() -> None:
    assert wrong(made()) == []


def test_a_formula_with_the_parts_of_another_number_is_seen() -> None:
    registry = made()
    planted = replace(registry[KEY], working=registry["mediation.serial.like.est"].working)
    assert wrong(Registry({**registry, KEY: planted}.values())) == [KEY]


@pytest.mark.slow
@pytest.mark.parametrize(
    "key",
    [
        KEY,
        "mediation.total_pa.none.est",
        "mediation.psr.like.est",
        "mediation.serial.reply_minus_like.est",
        "mediation.serial.reply_minus_like.std.est",
        "robustness.manifest.serial.reply_minus_none.est",
        "experiment.simple.psr.reply.est",
        "experiment.check.valence.difference.est",
    ],
)
def test_products_sums_and_contrasts_say_how_they_are_made(key: str) -> None:
    assert len(working.parts(made()[key].working)) > 1


def test_an_interval_is_made_of_no_other_numbers() -> None:
    assert [key for key, number in made().items() if key.endswith(".ci") and number.working] == []
