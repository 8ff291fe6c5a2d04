"""The whole chain for one survey, each step computed once and stored by the digest of everything it depends on."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd

from companion import store
from companion.analysis import claims, experiment, invariance, measurement, mediation, robustness
from companion.analysis.claims import Verdicts
from companion.analysis.experiment import Experiment
from companion.analysis.invariance import Invariance
from companion.analysis.measurement import Measurement
from companion.analysis.mediation import Mediation
from companion.analysis.robustness import Robustness
from companion.formats import Language
from companion.peers import confirmation, cross_check, known_results
from companion.peers.confirmation import Confirmation
from companion.peers.cross_check import CrossCheck
from companion.peers.known_results import KnownResults
from companion.root import ROOT
from companion.store import Store
from companion.survey import exports, questionnaire, sample
from companion.survey.questionnaire import Analysis, Claims, Questionnaire
from companion.survey.sample import Sample
from companion.truth import population, power, recovery, simulate
from companion.truth.recovery import Recovery

SURVEY_VARIABLE = "COMPANION_SURVEY"
SHIPPED_SURVEY = "data/survey.csv"
TRUTHS = {"reversal": "data/truth.yml", "no_reversal": "data/truth-no-reversal.yml"}
SETTINGS = (
    "data/*.yml",
    "data/literature/*",
    "results/power.csv",
    "results/lavaan.json",
    "companion/**/*.py",
    "companion/**/*.mplstyle",
    "companion/words/**/*.yml",
    "requirements.lock",
)
KEPT = 3
"""Earlier states whose results stay, so that going back to one of them is quick."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Planted:
    """A survey drawn from a written-down truth, analysed like any other, and how far it lands from that truth."""

    study: Study
    recovery: Recovery


class Study:
    """Everything computed from one survey; each result is computed when first asked for, then read from the store.

    Parameters
    ----------
    survey
        The survey export.
    root
        The book's folder, with ``data/`` and ``_build/``.
    language
        The language in which its results are told.

    Raises
    ------
    companion.errors.InputError
        By the step that meets input it cannot use.
    """

    def __init__(self, survey: Path, root: Path = ROOT, language: Language = "en") -> None:
        self.survey = survey
        self.root = root
        self.language: Language = language

    def __reduce__(self) -> tuple[type[Study], tuple[Path, Path, Language]]:
        """Give what another process needs to make the same study; its results are in the store."""
        return Study, (self.survey, self.root, self.language)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What was asked."""
        return questionnaire.load_questionnaire(self.root / "data" / "questionnaire.yml")

    @cached_property
    def analysis(self) -> Analysis:
        """How it is analysed: rules, thresholds, level, draws, seeds."""
        return questionnaire.load_analysis(self.root / "data" / "analysis.yml")

    @cached_property
    def stated_claims(self) -> Claims:
        """The thesis's claims, each with its estimand and direction."""
        return questionnaire.load_claims(self.root / "data" / "claims.yml")

    @cached_property
    def digest(self) -> str:
        """sha256 of survey, settings, package and lock: the name of this study's folder in the store."""
        files = {file for pattern in SETTINGS for file in self.root.glob(pattern)}
        return store.digest([exports.content(self.survey), store.digest_files(files, self.root).encode()])

    @cached_property
    def store(self) -> Store:
        """Where the results of this study lie."""
        return Store(self.root / "_build" / "study" / self.digest[:16])

    @cached_property
    def sample(self) -> Sample:
        """The analysed respondents and the flow that led to them."""
        chosen = self._stored(
            "sample",
            lambda: sample.select(exports.read(self.survey, self.questionnaire), self.questionnaire, self.analysis),
        )
        return sample.in_words(chosen, self.analysis, self.language)

    @cached_property
    def measurement(self) -> Measurement:
        """How well the items measure what they should."""
        return self._stored("measurement", lambda: measurement.describe(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def experiment(self) -> Experiment:
        """What the randomised groups show without a model."""
        return self._stored("experiment", lambda: experiment.describe(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def mediation(self) -> Mediation:
        """The study's model with its effects and intervals."""
        return self._stored("mediation", lambda: mediation.analyse(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def invariance(self) -> Invariance:
        """Whether the items work alike in all cells."""
        return self._stored("invariance", lambda: invariance.examine(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def robustness(self) -> Robustness:
        """The same question asked in other ways."""
        return self._stored("robustness", lambda: robustness.vary(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def verdicts(self) -> Verdicts:
        """The verdict on each claim, by the written rule."""
        return self._stored("verdicts", lambda: claims.judge(self.mediation, self.stated_claims, self.sample.simulated))

    @cached_property
    def confounding(self) -> pd.DataFrame:
        """The verdicts under fixed residual correlations (see `companion.analysis.claims.under_confounding`)."""
        return claims.under_confounding(self.robustness.confounding, self.stated_claims)

    @cached_property
    def cross_check(self) -> CrossCheck:
        """The study's model in other people's programs."""
        return self._stored("cross_check", lambda: cross_check.check(self.sample, self.questionnaire, self.analysis))

    @cached_property
    def known_results(self) -> KnownResults:
        """Published results on open data, beside what this machinery makes of the same data."""
        folder = self.root / "data" / "literature"
        return self._stored("known_results", lambda: known_results.compare(self.analysis, folder))

    @cached_property
    def power(self) -> pd.DataFrame:
        """The committed table of power by survey size (see `companion.truth.power.simulate`)."""
        return power.committed(self.root)

    @cached_property
    def confirmation(self) -> Confirmation:
        """What the last comparison with lavaan found, which is committed (see `companion.verification.lavaan`)."""
        return confirmation.committed(self.root)

    @cached_property
    def planted(self) -> Mapping[str, Planted]:
        """The two surveys whose truth is written down: with the reversal that the thesis reports, and without it."""
        surveys = {"reversal": self.root / SHIPPED_SURVEY, "no_reversal": self._drawn(TRUTHS["no_reversal"])}
        return {
            name: Study(survey, self.root, self.language).set_beside(TRUTHS[name]) for name, survey in surveys.items()
        }

    def set_beside(self, truth: str) -> Planted:
        """Set the estimates of this study beside the truth that its survey was drawn from."""
        items = mediation.items_of(self.questionnaire, self.analysis)
        written = population.load_truth(self.root / truth)
        recovered = self._stored(
            "recovery", lambda: recovery.recover(written, self.mediation, self.questionnaire, items)
        )
        return Planted(study=self, recovery=recovered)

    def _drawn(self, truth: str) -> Path:
        name = f"survey-of-{Path(truth).stem}"
        content = self._stored(
            name, lambda: simulate.survey(population.load_truth(self.root / truth), self.questionnaire)
        )
        path = self.store.folder / f"{name}.csv"
        if not path.is_file() or path.read_bytes() != content:
            store.write_aside(path, content)
        return path

    def let_go(self) -> None:
        """Delete the results of earlier states of survey, settings and package, except of the latest few."""
        used = {self.store.folder, *(planted.study.store.folder for planted in self.planted.values())}
        store.let_go(self.store.folder.parent, KEPT, used)

    def _stored(self, name: str, compute: Callable[[], Result]) -> Result:
        return self.store.get(name, compute)


def compute(study: Study, workers: int) -> None:
    """Compute what takes long side by side and leave it in the store; each result is the same, however many workers."""
    steps = ("robustness", "planted", "cross_check", "measurement", "invariance", "experiment")
    # Both surveys and the chain's last steps need it: computed first, so that no two workers do the same work.
    _ = study.mediation
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(steps)), mp_context=context) as pool:
        for done in [pool.submit(_compute_one, study, step) for step in steps]:
            done.result()


def _compute_one(study: Study, step: str) -> None:
    getattr(study, step)


def of_this_book(language: Language = "en") -> Study:
    """Give the study that a book is about: of the survey that ``COMPANION_SURVEY`` names, or of the one that ships.

    For those who begin: the command line, the first cell of a chapter, the settings of Sphinx. Everybody else is given
    a study.
    """
    return Study(Path(os.environ.get(SURVEY_VARIABLE, ROOT / SHIPPED_SURVEY)), language=language)
