"""All numbers of a study: which results give them, in the order of the book."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from companion import store
from companion.analysis import (
    claims,
    estimands,
    experiment,
    invariance,
    measurement,
    mediation,
    predictions,
    robustness,
)
from companion.evidence import counts
from companion.formats import Language
from companion.numbers.declared import Source, numbers_of
from companion.numbers.number import Number, Registry
from companion.peers import cross_check, known_results
from companion.study import Study, compute
from companion.survey import design, questionnaire, sample
from companion.survey.design import DESIGN
from companion.truth import kept_plans, planning, power, recovery
from companion.words import words

STORED = "numbers"
OF_SCALES = ("scale", "construct", "one", "two", "scale_1", "scale_2")
"""Columns that hold the name of a scale."""

Room = Callable[[], Iterator[Number]]


def collect(study: Study, language: Language = "en") -> Registry:
    """Give every number of a study, its words in a language.

    Raises
    ------
    companion.errors.InputError
        By the step that meets input it cannot use.
    """
    return study.keep(STORED, lambda: study.inputs([__name__]), lambda: Registry(_all(study, language)), language)


def collect_side_by_side(study: Study, workers: int, language: Language = "en") -> Registry:
    """Give every number of a study, after computing side by side what takes long; the numbers are the same."""
    if not study.keeps(STORED, study.inputs([__name__]), language):
        compute(study, workers)
    return collect(study, language)


def collect_starting(study: Study, start: str, language: Language = "en") -> Registry:
    """Give the numbers whose keys start so, computing the rooms that make them and no others."""
    rooms = [
        room
        for begins, room in _rooms(study, language)
        if any(f"{word}.".startswith(start) or start.startswith(f"{word}.") for word in begins)
    ]
    return Registry(number for room in rooms for number in room() if number.key.startswith(start))


def _all(study: Study, language: Language) -> Iterator[Number]:
    for _, room in _rooms(study, language):
        yield from room()


def _rooms(study: Study, language: Language = "en") -> list[tuple[list[str], Room]]:
    """Give, in the order of the book, what makes numbers, with the words that their keys begin with."""
    source = _survey(study, language)
    rooms: dict[str, Room] = {
        "sample survey": lambda: _sample(study, source),
        "design": lambda: numbers_of(design.QUANTITIES, design.tables(study.questionnaire.design), source),
        "measurement": lambda: _measurement(study, source),
        "experiment": lambda: numbers_of(experiment.QUANTITIES, experiment.tables(study.experiment), source),
        "mediation": lambda: numbers_of(mediation.QUANTITIES, mediation.tables(study.mediation), source),
        "predicted": lambda: _predictions(study, source),
        "verdict": lambda: numbers_of(
            claims.QUANTITIES, claims.tables(study.verdicts, study.stated_claims), source, prefix="verdict"
        ),
        "robustness": lambda: _robustness(study, source),
        "cross_check": lambda: numbers_of(cross_check.QUANTITIES, cross_check.tables(study.cross_check), source),
        "planted": lambda: _planted(study, source),
        "plan power": lambda: _plan(study, source),
        "false_finds": lambda: _false_finds(study, source),
        "planning": lambda: numbers_of(planning.QUANTITIES, planning.tables(study.planning), source),
        "literature": lambda: _literature(study, source),
        "known": lambda: _known_results(study, source),
    }
    return [(begins.split(), room) for begins, room in rooms.items()]


def _survey(study: Study, language: Language) -> Source:
    """Give what the numbers of the survey share, and the names of scales, reactions and effects in words."""
    asked, say = study.questionnaire, words(language)
    titles = {name: construct.title.wording(language).lower() for name, construct in asked.constructs.items()}
    # Of the whole design: plans and planted surveys, which stand beside this one, show what it may leave out.
    reactions = {interaction: say(f"design.with.{interaction}") for interaction in DESIGN.interactions}
    effects = {name: one.words(language) for name, one in estimands.by_parameter(DESIGN).items()}
    return Source(
        digest=study.sample.digest,
        simulated=study.sample.simulated,
        level=study.analysis.interval.level,
        names={**dict.fromkeys(OF_SCALES, titles), "interaction": reactions, "name": effects},
        language=language,
    )


def _sample(study: Study, source: Source) -> Iterator[Number]:
    asked, plan = study.questionnaire, study.analysis
    items = asked.items_of(plan.model.constructs)
    tables = sample.tables(study.sample, items, asked.design, plan.interval.level)
    return numbers_of(sample.QUANTITIES, tables, source)


def _measurement(study: Study, source: Source) -> Iterator[Number]:
    yield from numbers_of(measurement.QUANTITIES, measurement.tables(study.measurement), source)
    tables = invariance.tables(study.invariance, study.questionnaire.design)
    yield from numbers_of(invariance.QUANTITIES, tables, source)


def _predictions(study: Study, source: Source) -> Iterator[Number]:
    predicted, fit = study.mediation.predictions, study.mediation.fit.estimates
    loadings = fit[fit["op"] == "=~"].groupby("lhs")["est"]
    for construct, rows in predicted.groupby("construct", sort=False):
        tables = predictions.tables(rows, loadings.get_group(construct), source.language)
        groups = words(source.language).count(len(rows))
        yield from numbers_of(predictions.QUANTITIES, tables, source, groups=groups)
    yield from numbers_of(predictions.GAP, predictions.gap(predicted, study.experiment.cells), source)


def _robustness(study: Study, source: Source) -> Iterator[Number]:
    tables = robustness.tables(study.robustness, study.questionnaire.design)
    yield from numbers_of(robustness.QUANTITIES, tables, source)
    yield from numbers_of(claims.CONFOUNDING, claims.confounding_tables(study.confounding), source)
    yield from numbers_of(robustness.REMOVING, {"removing": study.common_cause}, source)


def _planted(study: Study, source: Source) -> Iterator[Number]:
    for truth, planted in study.planted.items():
        drawn = planted.study.sample
        of_truth = replace(source, digest=drawn.digest, simulated=drawn.simulated)
        judged = claims.tables(planted.study.verdicts, study.stated_claims)
        yield from numbers_of(claims.QUANTITIES, judged, of_truth, prefix=f"planted.{truth}.verdict")
        tables = recovery.tables(planted.recovery, planted.study.questionnaire.design)
        said = truth.replace("_", " ")
        yield from numbers_of(recovery.QUANTITIES, tables, of_truth, truth=truth, said=said)


def _plan(study: Study, source: Source) -> Iterator[Number]:
    yield from numbers_of(questionnaire.PLAN, questionnaire.plan_tables(study.analysis), source)
    yield from numbers_of(power.QUANTITIES, power.tables(study.power), source)


def _false_finds(study: Study, source: Source) -> Iterator[Number]:
    return numbers_of(kept_plans.QUANTITIES, kept_plans.tables(study.false_finds), source)


def _literature(study: Study, source: Source) -> Iterator[Number]:
    folder = study.root / "data" / "literature"
    source = _coded(study, source, sorted(folder.glob("*.csv")), "literature")
    tables = counts.tables(folder)
    yield from numbers_of(counts.QUANTITIES, tables, source)
    for claim, of_claim in counts.claims(folder):
        yield from numbers_of(counts.CLAIM, of_claim, source, claim=claim)
    yield from numbers_of(counts.REST, tables, source)


def _known_results(study: Study, source: Source) -> Iterator[Number]:
    file = study.root / "data" / "literature" / known_results.FILE
    source = _coded(study, source, [file], "published")
    return numbers_of(known_results.QUANTITIES, known_results.tables(study.known_results), source)


def _coded(study: Study, source: Source, files: list[Path], origin: str) -> Source:
    """Give what numbers share that come from files and not from the survey."""
    said = words(source.language).under("pages.number.origin")[origin]
    return replace(source, digest=store.digest_files(files, study.root), simulated=False, origin=said)
