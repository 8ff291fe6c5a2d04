"""What lavaan is asked to fit: every model behind a number of the book, with its data and its resamples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from companion.analysis import invariance, measurement, mediation, robustness
from companion.analysis.mediation import Items
from companion.peers import cross_check, known_results
from companion.study import TRUTHS, Study
from companion.truth import population, recovery

Scales = Mapping[str, tuple[str, ...]]
SCRATCH = 200
"""Resamples of the study's model that lavaan fits from nothing, to be compared draw by draw."""


class Resamples(NamedTuple):
    """Resamples of rows: how many, and the seed of their random numbers."""

    draws: int
    seed: int


@dataclass(frozen=True, eq=False)
class Job:
    """One thing that R does.

    Parameters
    ----------
    name
        Its name, such as ``direct-psr1``.
    kind
        ``fit`` a model; fit its resamples from ``scratch``; compute ``statistics`` of the sample without a model.
    model
        The model in lavaan's syntax.
    data
        Who it is fitted to. For `bytes` only the observed variables, whole numbers.
    group, equal, missing
        As in `companion.sem.fit`.
    errors
        Whether standard errors are wanted, and intervals by the delta method with them.
    resamples
        How many resamples lie behind the intervals of the book, and their seed; none without.
    bytes
        Whether the people are so many that their answers are handed over as bytes.
    """

    name: str
    kind: Literal["fit", "scratch", "statistics"] = "fit"
    model: str = ""
    data: pd.DataFrame = field(default_factory=pd.DataFrame)
    group: str = ""
    equal: tuple[str, ...] = ()
    missing: str = ""
    errors: bool = False
    resamples: Resamples | None = None
    bytes: bool = False


def jobs(study: Study) -> Iterator[Job]:
    """Give every job for a study, the longest first."""
    items = mediation.items_of(study.questionnaire, study.analysis)
    text, sample = mediation.model(items, study.questionnaire.design), study.sample
    resamples = _resamples(study)
    yield Job("study", model=text, data=sample.data, resamples=resamples)
    for name, planted in study.planted.items():
        if planted.study.sample.digest != sample.digest:
            other = planted.study
            yield Job(f"planted-{name}", model=text, data=other.sample.data, resamples=_resamples(other))
    yield from _measurement(study)
    first = resamples._replace(draws=min(SCRATCH, resamples.draws))
    yield Job("scratch", "scratch", text, sample.data, resamples=first)
    yield Job("statistics", "statistics")
    yield from _populations(study, items)
    yield from _robustness(study, items)
    yield from _cross_check(study, items)
    yield from _known_results(study)
    yield from _invariance(study, items)


def _resamples(study: Study) -> Resamples:
    settings = study.analysis.bootstrap
    return Resamples(settings.redraw.draws if study.mediation.redrawn else settings.draws, settings.seed)


def scales(study: Study) -> dict[str, tuple[str, ...]]:
    """Give the items of every scale, those outside the model too."""
    return {name: tuple(construct.items) for name, construct in study.questionnaire.constructs.items()}


def complete(study: Study) -> pd.DataFrame:
    """Give the respondents who answered every item of every scale."""
    return study.sample.data.dropna(subset=[item for items in scales(study).values() for item in items])


def _measurement(study: Study) -> Iterator[Job]:
    settings, data = study.analysis.bootstrap, complete(study)
    resamples = Resamples(settings.draws, settings.seed)
    yield Job("cfa-unit", model=measurement.unit_factor_model(scales(study)), data=data, resamples=resamples)
    yield Job("cfa", model=measurement.factor_model(scales(study)), data=data)
    for scale, names in scales(study).items():
        yield Job(
            f"omega-{scale}", model=measurement.omega_model(scale, names), data=data[list(names)], resamples=resamples
        )


def _populations(study: Study, items: Items) -> Iterator[Job]:
    turned, ends = recovery.turned_items(study.questionnaire), population.other_ends(study.questionnaire)
    design = study.questionnaire.design
    text = mediation.model(items, design)
    columns = [*(item for names in items.values() for item in names), *design.dummies]
    for name, file in TRUTHS.items():
        truth = population.load_truth(study.root / file)
        answered = recovery.as_answered(truth, recovery.PEOPLE, truth.seed, turned, ends, design)
        for kind, people in zip(("rounded", "careless"), answered, strict=True):
            yield Job(f"population-{name}-{kind}", model=text, data=people[columns], bytes=True)


def _robustness(study: Study, items: Items) -> Iterator[Job]:
    sample, analysis, design = study.sample, study.analysis, study.questionnaire.design
    text = mediation.model(items, design)
    data, settings = sample.data, analysis.bootstrap
    short, whole = (Resamples(draws, settings.seed) for draws in (robustness.SHORT_DRAWS, settings.draws))
    means = robustness.with_means(data, items)
    yield Job("manifest", model=robustness.manifest_model(design), data=means, resamples=whole)
    for variant, rows in sample.variants.items():
        yield Job(f"sample-{variant.replace(' ', '_')}", model=text, data=rows, resamples=short)
    yield Job("fiml", model=text, data=sample.with_missing, missing="fiml", errors=True)
    yield Job("order-relationship", model=text, data=data, resamples=short)
    yield Job("order-knowledge", model=robustness.reversed_order(items, design), data=data, resamples=short)
    for name, equal in (("free", False), ("equal", True)):
        model = robustness.group_model(items, design, equal)
        ordered = data.assign(interaction=pd.Categorical(data["interaction"], design.interactions))
        ordered = ordered.sort_values("interaction")
        yield Job(f"equality-{name}", model=model, data=ordered, group="interaction", equal=("loadings",))
    for pair, correlation in product(robustness.PAIRS, analysis.confounding):
        model = robustness.confounded_model(items, design, pair, correlation)
        yield Job(confounded(pair, correlation), model=model, data=data, resamples=short)
    for index, (model, rows) in enumerate(_specified(study, items)):
        yield Job(f"specification-{index}", model=model, data=rows, resamples=short)


def confounded(pair: tuple[str, str], correlation: float) -> str:
    """Name the job with the residual correlation of a pair fixed."""
    return f"confounded-{'_'.join(pair)}-{correlation:g}"


def _specified(study: Study, items: Items) -> Iterator[tuple[str, pd.DataFrame]]:
    covariates, design = ((), tuple(study.analysis.covariates)), study.questionnaire.design
    sets = robustness.item_sets(study.questionnaire, items).values()
    for chosen, data, names in product(sets, study.sample.variants.values(), covariates):
        rows = data.dropna(subset=[*(item for construct in chosen.values() for item in construct), *names])
        yield mediation.model(chosen, design, names), rows
        yield robustness.manifest_model(design, names), robustness.with_means(rows, chosen)


def _cross_check(study: Study, items: Items) -> Iterator[Job]:
    text = "\n".join([mediation.measurement_model(items), mediation.structural_model(study.questionnaire.design)])
    yield Job("rival", model=text.replace(cross_check.CUT, ""), data=study.sample.data)
    data = robustness.with_means(study.sample.data, items)
    saw = data[data[cross_check.one_reaction(study.questionnaire.design)] == 1]
    resamples = Resamples(cross_check.DRAWS, study.analysis.bootstrap.seed)
    yield Job("reply", model=cross_check.ONE_REACTION, data=saw, resamples=resamples)


def _known_results(study: Study) -> Iterator[Job]:
    settings, table = study.analysis.bootstrap, study.known_results.comparison
    bootstrapped = set(table.loc[table["draws"] > 0, "analysis"])
    for name, known in known_results.KNOWN.items():
        data = known.data()
        yield Job(f"known-{name}", model=known.model, data=data, errors=True)
        if name in bootstrapped:
            resamples = Resamples(settings.draws, settings.seed)
            yield Job(f"resampled-{name}", model=known.model, data=data, resamples=resamples)


def _invariance(study: Study, items: Items) -> Iterator[Job]:
    data, text = study.sample.data, mediation.model(items, study.questionnaire.design)
    if study.invariance.tested:
        cells = data.assign(**{invariance.CELL: data["valence"].astype(str) + " " + data["interaction"].astype(str)})
        model = mediation.measurement_model(items)
        for step, equal in invariance.EQUAL.items():
            yield Job(f"invariance-{step}", model=model, data=cells, group=invariance.CELL, equal=equal)
    for names in items.values():
        for item in names:
            freed = f"{text}\n{item} ~ {' + '.join(study.questionnaire.design.predictors)}"
            yield Job(f"direct-{item}", model=freed, data=data)


def observed(job: Job) -> pd.DataFrame:
    """Give the columns of a job's data that its model names; rows with a missing cell are left out unless it says."""
    words = set(_words(job.model)) | {job.group}
    chosen = job.data[[name for name in job.data if name in words]]
    return chosen if job.missing else chosen.dropna()


def _words(model: str) -> Iterator[str]:
    return (word for word in "".join(c if c.isalnum() or c in "_." else " " for c in model).split())


def counts_of_htmt(study: Study) -> np.ndarray:
    """Give how often each row is drawn in each resample behind the HTMT intervals, draws x rows."""
    n = len(complete(study))
    rows = measurement.htmt_rows(n, study.analysis)
    return np.array([np.bincount(drawn, minlength=n) for drawn in rows], dtype=np.uint8)
