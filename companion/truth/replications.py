"""The replications of a plan: each a survey that is drawn and analysed, kept in parts, the same however it is run.

Replication i of a design has its own streams, spawned from the plan's seed, from what is drawn and from i. A part holds
the replications that are fitted together; which ones these are depends on their numbers alone. So neither the number of
workers nor their order nor an interruption changes a digit.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

import companion
from companion import sem, store
from companion.analysis import mediation
from companion.analysis.estimands import by_parameter
from companion.closure import Package
from companion.sem.many import fit_many
from companion.sem.search import compiler
from companion.store import Store
from companion.survey.design import DESIGN
from companion.threads import one_thread
from companion.truth import population
from companion.truth.plan import Planned, PlannedDesign
from companion.truth.population import Array

TOGETHER = 50
"""Replications that are fitted together; another number would change last digits."""
EFFECTS = tuple(by_parameter(DESIGN))
SURVEY, ANALYSIS = 0, 1
"""The streams of a replication."""


@dataclass(frozen=True)
class Job:
    """What one process computes at a time: some replications of a design, or its population values.

    Parameters
    ----------
    design
        The design.
    numbers
        The replications.
    """

    design: PlannedDesign
    numbers: range | tuple[int, ...]

    @property
    def state(self) -> str:
        """Digest of everything that can influence the result: the design, the numbers, the code and its libraries."""
        return store.digest(
            [
                described(self.design),
                repr(self.numbers).encode(),
                *(part.encode() for part in (code(), np.__version__, compiler())),
            ]
        )


@dataclass(frozen=True)
class Population:
    """The values that the analysis of a design has in a very large sample of it, all of whose people stay.

    Parameters
    ----------
    design
        The design.
    people
        Size of the sample, but for rounding in each cell.
    """

    design: PlannedDesign
    people: int

    @property
    def state(self) -> str:
        """Digest of everything that can influence the result."""
        share = np.array(self.design.cells) / self.design.people
        parts = [drawn(self.design), self.design.analysis.model.encode(), share.tobytes(), str(self.people).encode()]
        return store.digest([*parts, json.dumps(dict(self.design.items)).encode(), code().encode()])


@dataclass(frozen=True)
class Part:
    """What some replications found, a row each.

    Parameters
    ----------
    people
        People analysed.
    converged, admissible
        How the fit went; the numbers of one that did not converge are NaN.
    est, lower, upper
        Estimate and interval of each of `EFFECTS`, shape (replications, effects); NaN where the design has it not.
    """

    people: NDArray[np.int64]
    converged: NDArray[np.bool_]
    admissible: NDArray[np.bool_]
    est: Array
    lower: Array
    upper: Array


@cache
def code() -> str:
    """Digest of the files of the package that can influence a replication."""
    package = Package(Path(companion.__file__).parent)
    return store.digest_files(package.closure([__name__]), package.folder)


def drawn(design: PlannedDesign) -> bytes:
    """Say what a survey of a design is drawn from: not its size, and not how it is analysed."""
    said = {
        "truth": design.truth.model_dump(exclude={"title", "misbehaviour"}),
        "turned": sorted(design.turned),
        "seed": design.seed,
    }
    # Only where there are any, so that surveys in the truth's points keep the streams that they have always had.
    return json.dumps(said | ({"ends": dict(design.ends)} if design.ends else {})).encode()


def described(design: PlannedDesign) -> bytes:
    """Say all that the replications of a design depend on; names are not part of it."""
    rest = {
        "items": dict(design.items),
        "cells": design.cells,
        "kept": design.kept,
        "analysis": design.analysis.model_dump(),
        "level": design.level,
    }
    return drawn(design) + json.dumps(rest).encode()


def streams_of(design: PlannedDesign, numbers: Sequence[int], purpose: int) -> list[np.random.Generator]:
    """Give a stream of each replication; surveys of the same truth and cells are the same, however analysed."""
    source = int(store.digest([drawn(design), repr((design.cells, design.kept)).encode()]), 16)
    return [np.random.default_rng(np.random.SeedSequence(source, spawn_key=(number, purpose))) for number in numbers]


def survey(design: PlannedDesign, number: int) -> pd.DataFrame:
    """Draw one survey: of the people who begin, those who are analysed, some of whom answer without reading."""
    [rng] = streams_of(design, [number], SURVEY)
    return responses(design, _those_who_stay(design, rng), rng)


def _those_who_stay(design: PlannedDesign, rng: np.random.Generator) -> NDArray[np.intp]:
    staying = rng.binomial(design.cells, design.kept)
    return np.repeat(np.arange(len(staying)), staying)


def responses(design: PlannedDesign, cell: NDArray[np.intp], rng: np.random.Generator) -> pd.DataFrame:
    """Draw the answers of people in given cells, with their scale means where these are analysed."""
    return population.labelled(_analysed(design, cell, rng), cell)


def _analysed(design: PlannedDesign, cell: NDArray[np.intp], rng: np.random.Generator) -> pd.DataFrame:
    """Draw what of `responses` an analysis reads: all but the names of the cells, which take as long as the rest."""
    truth, items = design.truth, list(design.truth.items)
    answers = population.clean_answers(truth, cell, rng, ends=design.ends)
    population.tick_straight_lines(answers, items, cell, truth.careless, design.turned, rng, design.ends)
    table = population.in_columns(items, cell, answers)
    if design.analysis.model == "latent":
        return table
    return table.assign(**{name: table[list(items)].mean(axis=1) for name, items in design.items.items()})


def model(design: PlannedDesign) -> str:
    """Give the model of a design's analysis, in lavaan's syntax."""
    if design.analysis.model == "latent":
        return mediation.model(design.items, design.shown)
    return "\n".join([mediation.structural_model(design.shown), mediation.defined_parameters(design.shown)])


def effects(design: PlannedDesign) -> list[str]:
    """Give those of `EFFECTS` that a design has: those at reactions that somebody sees in it."""
    return list(by_parameter(design.shown))


def in_place(design: PlannedDesign, values: Array) -> Array:
    """Put values of the effects of a design where `EFFECTS` has them, and NaN where it has others."""
    whole = np.full((*values.shape[:-1], len(EFFECTS)), np.nan)
    whole[..., [EFFECTS.index(name) for name in effects(design)]] = values
    return whole


def part(job: Job) -> Part:
    """Draw and analyse some replications."""
    design = job.design
    surveys = streams_of(design, job.numbers, SURVEY)
    samples = [_analysed(design, _those_who_stay(design, rng), rng) for rng in surveys]
    many = fit_many(model(design), samples)
    streams = streams_of(design, job.numbers, ANALYSIS)
    if design.analysis.interval == "percentile":
        lower, upper = _percentile(design, samples, streams, many.converged)
    else:
        lower, upper = many.intervals(design.analysis.interval, streams, design.analysis.draws, design.level)
    return Part(
        people=np.array([len(sample) for sample in samples]),
        converged=many.converged,
        admissible=many.admissible,
        est=in_place(design, many.estimates),
        lower=in_place(design, lower),
        upper=in_place(design, upper),
    )


def _percentile(
    design: PlannedDesign,
    samples: Sequence[pd.DataFrame],
    streams: Sequence[np.random.Generator],
    converged: NDArray[np.bool_],
) -> tuple[Array, Array]:
    names = effects(design)
    bounds = np.full((2, len(samples), len(names)), np.nan)
    for place in np.flatnonzero(converged).tolist():
        fit = sem.fit(model(design), samples[place])
        if not fit.converged:  # without the others to begin from; its bounds stay open, so nothing is found
            continue
        draws = fit.bootstrap(design.analysis.draws, seed=int(streams[place].integers(2**63)))
        intervals = draws.ci(design.level).loc[names, ["ci_lower", "ci_upper"]]
        bounds[:, place] = intervals.to_numpy().T
    return bounds[0], bounds[1]


def population_fit(job: Population) -> sem.Fit:
    """Fit the analysis of a design to a very large sample of it."""
    design = job.design
    sizes = np.rint(np.array(design.cells) / design.people * job.people).astype(int)
    seed = np.random.SeedSequence(int(store.digest([drawn(design), b"population"]), 16))
    everybody = responses(design, np.repeat(np.arange(len(sizes)), sizes), np.random.default_rng(seed))
    return sem.fit(model(design), everybody)


def values_of(design: PlannedDesign, fit: sem.Fit) -> Array:
    """Give the value of each of `EFFECTS` that a design has in a fit of its analysis."""
    estimates = fit.estimates
    values: Array = estimates[estimates["op"] == ":="].set_index("lhs")["est"].loc[effects(design)].to_numpy()
    return in_place(design, values)


def computed(job: Job | Population) -> Part | Array:
    """Compute a job on one thread."""
    with one_thread():
        return part(job) if isinstance(job, Job) else values_of(job.design, population_fit(job))


def parts_of(design: PlannedDesign, replications: int) -> list[Job]:
    """Give the parts of a design."""
    return [
        Job(design, range(first, min(first + TOGETHER, replications))) for first in range(0, replications, TOGETHER)
    ]


def jobs_of(planned: Planned) -> list[Job | Population]:
    """Give everything that a plan asks for, each once."""
    jobs: list[Job | Population] = []
    for design in planned.designs:
        jobs += [Population(design, planned.plan.population), *parts_of(design, planned.plan.replications)]
    return list({job.state: job for job in jobs}.values())


def step(job: Job | Population) -> str:
    """Give the folder of the store in which the result of a job lies."""
    return "replications" if isinstance(job, Job) else "population"


Computed: TypeAlias = Generator[tuple[Job | Population, Part | Array], None, None]
"""Jobs, each with its result."""
Engine: TypeAlias = Callable[[Sequence[Job | Population]], Computed]
"""What computes jobs: it gives each with its result as soon as that is there, in any order."""


def serially(jobs: Sequence[Job | Population]) -> Computed:
    """Compute jobs one after the other, in this process."""
    for job in jobs:
        yield job, computed(job)


def in_processes(workers: int) -> Engine:
    """Give the engine that computes jobs side by side in so many processes of this machine, this one among them.

    So the others' start, which takes as long as many a survey, is waited for by nobody.
    """

    def engine(jobs: Sequence[Job | Population]) -> Computed:
        others = min(workers, len(jobs)) - 1
        if others < 1:
            yield from serially(jobs)
            return
        waiting = deque(jobs)
        own, theirs = dict[Future[Part | Array], Job | Population](), dict[Future[Part | Array], Job | Population]()
        here = ThreadPoolExecutor(1)  # a thread, so that what the others give is taken while this process computes
        beside = ProcessPoolExecutor(
            others, mp_context=multiprocessing.get_context("spawn"), initializer=end_with_parent
        )
        try:
            while waiting or own or theirs:
                if waiting and not own:
                    job = waiting.popleft()
                    own[here.submit(computed, job)] = job
                # Each has its next job at hand, but for the last ones, which go to whoever is free first.
                while waiting and len(theirs) < others * (2 if len(waiting) > workers else 1):
                    job = waiting.popleft()
                    theirs[beside.submit(computed, job)] = job
                done, _ = wait([*own, *theirs], return_when=FIRST_COMPLETED)
                for future in sorted(done, key=lambda one: one.exception() is not None):  # what is there comes first
                    yield (own if future in own else theirs).pop(future), future.result()
        finally:
            # Nobody asks for what they are still at; Python waits for it before it ends.
            for pool in (here, beside):
                pool.shutdown(wait=False, cancel_futures=True)

    return engine


def run(jobs: Sequence[Job | Population], kept: Store, engine: Engine = serially) -> Iterator[Job | Population]:
    """Compute what is not in the store yet and put it there; give each job as soon as its result is there.

    Parameters
    ----------
    jobs
        What is asked for.
    kept
        Where results lie: written aside and moved, so that none is there by half. This process alone writes there,
        whoever computes, so that what has arrived stays when the engine fails.
    engine
        What computes.
    """
    missing = []
    for job in jobs:
        if kept.holds(step(job), job.state):
            yield job
        else:
            missing.append(job)
    # Closed at once where a result cannot be kept, so that no engine goes on with work that nobody takes.
    with closing(engine(missing)) as done:
        for job, result in done:
            kept.put(step(job), job.state, result)
            yield job


def end_with_parent() -> None:
    """End this process when the one that started it has ended, however that was; without it, it would wait for ever."""
    parent = multiprocessing.parent_process()

    def watch() -> None:
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def results(design: PlannedDesign, replications: int, kept: Store) -> Part:
    """Give what all replications of a design found, in their order.

    Raises
    ------
    LookupError
        If a part is not there.
    """
    parts: list[Part] = []
    for job in parts_of(design, replications):
        found = kept.find(step(job), job.state)
        if found is None:
            raise LookupError(f"{design.name}: replications {job.numbers} are not there.")
        parts.append(found)
    fields = ("people", "converged", "admissible", "est", "lower", "upper")
    return Part(**{field: np.concatenate([getattr(one, field) for one in parts]) for field in fields})
