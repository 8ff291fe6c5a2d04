"""The whole chain for one survey, each step computed once and stored by the digest of everything it depends on."""

from __future__ import annotations

import importlib.metadata
import multiprocessing
import os
import platform
from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd

from companion import sem, store
from companion.analysis import claims, experiment, invariance, measurement, mediation, mistakes, robustness
from companion.analysis.claims import Verdicts
from companion.analysis.experiment import Experiment
from companion.analysis.invariance import Invariance
from companion.analysis.measurement import Measurement
from companion.analysis.mediation import Mediation
from companion.analysis.mistakes import Mistakes
from companion.analysis.robustness import Robustness
from companion.closure import Package
from companion.errors import InputError, Problem
from companion.formats import Language
from companion.peers import confirmation, cross_check, known_results
from companion.peers.confirmation import Confirmation
from companion.peers.cross_check import CrossCheck
from companion.peers.known_results import KnownResults
from companion.root import ROOT
from companion.store import Store, sha256
from companion.survey import imported, mapping, questionnaire, sample
from companion.survey.exports import Export, container
from companion.survey.mapping import Columns
from companion.survey.questionnaire import Analysis, Claims, Questionnaire
from companion.survey.sample import Sample
from companion.threads import one_thread
from companion.truth import drawn_ahead, kept_plans, planning, power, recovery, simulate, truth_file
from companion.truth.kept_plans import KeptPlan
from companion.truth.planning import Planning
from companion.truth.population import Truth
from companion.truth.recovery import Recovery

SURVEY_VARIABLE = "COMPANION_SURVEY"
QUESTIONNAIRE_VARIABLE = "COMPANION_QUESTIONNAIRE"
MAPPING_VARIABLE = "COMPANION_MAPPING"
ENVIRONMENT = (SURVEY_VARIABLE, QUESTIONNAIRE_VARIABLE, MAPPING_VARIABLE)
"""By which a book is told what it is about."""
SHIPPED_SURVEY = "data/survey.csv"
TRUTHS = {"reversal": "data/truth.yml", "no_reversal": "data/truth-no-reversal.yml"}
SETTINGS = (
    "data/*.yml",
    "data/literature/*",
    "data/plans/*",
    "results/power.csv",
    "results/surveys.csv",
    "results/plans/*/*.csv",
    "results/lavaan.json",
    "companion/**/*.py",
    "companion/**/*.mplstyle",
    "companion/words/**/*.yml",
    "requirements.lock",
)
DATA: Mapping[str, tuple[str, ...]] = {
    "questionnaire": ("data/questionnaire.yml",),
    "mapping": (),
    "analysis": ("data/analysis.yml",),
    "stated_claims": ("data/claims.yml",),
    "known_results": ("data/literature/*",),
    "power": ("results/power.csv",),
    "false_finds": ("results/plans/false-finds/*.csv",),
    "planning": (
        "results/plans/*/*.csv",
        "data/plans/*.yml",
        "data/truth*.yml",
        "data/questionnaire.yml",
        "data/analysis.yml",
        "data/claims.yml",
    ),
    "confirmation": ("results/lavaan.json",),
    "truth": ("data/truth*.yml",),
}
"""Member of a study -> the files of the book's folder that it reads."""
LOCKS = ("requirements.lock", "package-lock.json")
NO_SOLUTION = (
    "Look for an item to which everybody gave the same answer, for two items with the same answers, and for a group of "
    "very few people; leave such an item out of the questionnaire, or gather more answers."
)
"""What to do about answers in which a model of the study has no solution."""
KEPT = 8
"""Results of each step that stay, the latest of all studies, so that going back to an earlier state is quick."""
ANSWERS = "answers"
KEPT_ANSWERS = 2
"""Surveys that stay whole, with the people whom a rule leaves out: no more than a next build may read again."""
FOLDER = "_build/study"
IMPORTS = "imports"
"""Where the list of what each module imports lies among the results."""

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
    asked
        The file that says what was asked; ``data/questionnaire.yml`` when not given.
    mapped_by
        The file that says which column of the survey answers which question; none where the columns have the
        questionnaire's names.

    Raises
    ------
    companion.errors.InputError
        By the step that meets input it cannot use, or answers in which its model has no solution.
    """

    def __init__(
        self,
        survey: Path,
        root: Path = ROOT,
        language: Language = "en",
        asked: Path | None = None,
        mapped_by: Path | None = None,
    ) -> None:
        self.survey = survey
        self.root = root
        self.language: Language = language
        self.asked = asked
        self.mapped_by = mapped_by
        self._noted: dict[str, str] = {}

    def __reduce__(self) -> tuple[type[Study], tuple[Path, Path, Language, Path | None, Path | None]]:
        """Give what another process needs to make the same study; its results are in the store."""
        return Study, (self.survey, self.root, self.language, self.asked, self.mapped_by)

    @cached_property
    def questionnaire(self) -> Questionnaire:
        """What was asked."""
        return self._held("questionnaire", lambda: questionnaire.load_questionnaire(self.asked_in))

    @property
    def asked_in(self) -> Path:
        """The file that says what was asked."""
        return self.asked or self.root / "data" / "questionnaire.yml"

    @cached_property
    def mapping(self) -> Columns:
        """Which column of the survey answers which question."""
        by = self.mapped_by
        return Columns() if by is None else self._held("mapping", lambda: mapping.load(by, self.questionnaire))

    @cached_property
    def analysis(self) -> Analysis:
        """How it is analysed: rules, thresholds, level, draws, seeds."""
        return self._held("analysis", lambda: questionnaire.load_analysis(self.root / "data" / "analysis.yml"))

    @cached_property
    def stated_claims(self) -> Claims:
        """The thesis's claims, each with its estimand and direction."""
        return self._held("stated_claims", lambda: questionnaire.load_claims(self.root / "data" / "claims.yml"))

    @cached_property
    def store(self) -> Store:
        """Where results lie, those of other studies too."""
        return Store(self.root / FOLDER)

    @cached_property
    def package(self) -> Package:
        """This package, as its files stood when the process first asked; what they import is kept with the results."""
        read = _package()
        sources = [part for module in read.modules for part in (module.encode(), read.source(module))]
        return Package(read.folder, self.store.get(IMPORTS, store.digest(sources), read.imports_of_all))

    def state(self, modules: Iterable[str]) -> str:
        """Give the sha256 of everything that can influence what code with these modules makes of this study."""
        return digest(self.inputs(modules))

    def inputs(self, modules: Iterable[str]) -> dict[str, str]:
        """Give the sha256 of each thing that can influence what code with these modules makes of this study.

        Parameters
        ----------
        modules
            The modules of the package that the code imports. Where the study is not among what they import in turn, the
            survey does not count.
        """
        files = self.package.closure(modules)
        members = {"survey", "language"} if Path(__file__) in files else set[str]()
        return self._inputs(files, [*DATA, *members])

    def inputs_of(self, step: str) -> dict[str, str]:
        """Give the sha256 of everything that can influence one step, a method of this class that computes a result."""
        # What keeps results makes none, but for the threads that it allows.
        reach = self.package.reach(__name__, Study.__name__, step, besides=("_stored", "_read_once", "_held"))
        modules = self.package.closure({*reach.modules, one_thread.__module__})
        return self._inputs({*modules, Path(__file__)}, reach.members)

    def _inputs(self, modules: Iterable[Path], members: Collection[str]) -> dict[str, str]:
        around = self.package.folder.parent
        files = {file.relative_to(around).as_posix(): file for file in modules}
        found = {name: sha256(files[name].read_bytes()) for name in sorted(files)} | self._files(members)
        found |= {"Python": ".".join(platform.python_version_tuple()[:2]), "Numba": _numba()}
        found |= {"survey": self._says()} if "survey" in members else {}
        return found | ({"language": self.language} if "language" in members else {})

    def _files(self, members: Collection[str]) -> dict[str, str]:
        """Give the sha256 of each file that members read, in the book's folder or named by the user."""
        patterns = {*LOCKS, *(pattern for member in members for pattern in DATA.get(member, ()))}
        data = {file for pattern in patterns for file in self.root.glob(pattern) if file.is_file()}
        files = {file.relative_to(self.root).as_posix(): file for file in data}
        own = {"questionnaire": self.asked, "mapping": self.mapped_by}
        # One that is not there is told by whoever reads it.
        files |= {name: file for name, file in own.items() if name in members and file and file.is_file()}
        return {name: sha256(files[name].read_bytes()) for name in sorted(files)}

    def _held(self, member: str, read: Callable[[], Result]) -> Result:
        """Give what a member reads of its files, and note what these said just before."""
        before = self._files({member})
        found = read()
        self._note(before)
        return found

    def _note(self, inputs: Mapping[str, str]) -> None:
        """Note what something that this object holds was made of; what it noted first stays."""
        self._noted = {**inputs, **self._noted}

    @cached_property
    def answers(self) -> Export:
        """The answers in the survey file, checked: everybody's, before any rule."""
        read = self._read_once(lambda: imported.read(self.survey, self.questionnaire, self.mapping).export)
        self._note({"survey": read.digest})
        return read

    def _read_once(self, read: Callable[[], Export]) -> Export:
        """Give what was read of the very bytes of the survey, or read it: in a large file that takes longest."""
        return replace(self.keep(ANSWERS, self._bytes_and_reader, read), file=str(self.survey))

    def _bytes_and_reader(self) -> dict[str, str]:
        found = self._inputs(self.package.closure([imported.__name__]), {"questionnaire", "mapping"})
        return found | {"survey as saved": sha256(container.content(self.survey))}

    def _says(self) -> str:
        """Give the sha256 of what the survey says now, however it was saved; it is known when the answers are read."""
        now = Study(self.survey, self.root, self.language, self.asked, self.mapped_by)
        now.store = self.store
        return now.keep("survey", self._bytes_and_reader, lambda: now.answers.digest)

    @cached_property
    def sample(self) -> Sample:
        """The analysed respondents and the flow that led to them."""
        chosen = self._stored("sample", lambda: sample.select(self.answers, self.questionnaire, self.analysis))
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
    def mistakes(self) -> Mistakes:
        """The study's analysis with one mistake made on purpose, for each that the laboratory has."""
        return self._stored(
            "mistakes",
            lambda: mistakes.make(
                self.answers.data,
                self.sample,
                self.questionnaire,
                self.analysis,
                self.stated_claims,
            ),
        )

    @cached_property
    def verdicts(self) -> Verdicts:
        """The verdict on each claim, by the written rule."""
        return self._stored("verdicts", lambda: claims.judge(self.mediation, self.stated_claims, self.sample.simulated))

    @cached_property
    def confounding(self) -> pd.DataFrame:
        """The verdicts under fixed residual correlations (see `companion.analysis.claims.under_confounding`)."""
        stated = claims.testable(self.stated_claims, self.questionnaire.design)
        return claims.under_confounding(self.robustness.confounding, stated)

    @cached_property
    def common_cause(self) -> pd.DataFrame:
        """How strong a common cause would remove a later link (see `companion.analysis.robustness.removing`)."""
        return robustness.removing(self.mediation)

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
        return self._held("power", lambda: power.committed(self.root))

    @cached_property
    def drawn_ahead(self) -> pd.DataFrame:
        """The committed surveys that were drawn and analysed ahead (see `companion.truth.drawn_ahead.simulate`)."""
        return drawn_ahead.committed(self.root)

    @cached_property
    def false_finds(self) -> KeptPlan:
        """How often the verdict rule finds what is not there: the tables of a plan, which are committed."""
        return self._held("false_finds", lambda: kept_plans.kept(self.root, kept_plans.FALSE_FINDS))

    @cached_property
    def planning(self) -> Planning:
        """What plans for a replication gave, from tables that are committed, and the smallest sizes that follow."""
        return self._stored("planning", lambda: planning.read(self.root, self.language))

    @cached_property
    def confirmation(self) -> Confirmation:
        """What the last comparison with lavaan found, which is committed (see `companion.verification.lavaan`)."""
        return self._held("confirmation", lambda: confirmation.committed(self.root))

    @cached_property
    def planted(self) -> Mapping[str, Planted]:
        """The two surveys whose truth is written down: with the reversal that the thesis reports, and without it."""
        shipped = Study(self.root / SHIPPED_SURVEY, self.root, self.language)
        surveys = {"reversal": shipped.survey, "no_reversal": shipped._drawn_file(TRUTHS["no_reversal"])}
        return {
            name: Study(survey, self.root, self.language).set_beside(TRUTHS[name]) for name, survey in surveys.items()
        }

    def set_beside(self, truth: str) -> Planted:
        """Set the estimates of this study beside the truth that its survey was drawn from."""
        return Planted(study=self, recovery=self.recovery(truth))

    def recovery(self, truth: str) -> Recovery:
        """Tell how far the estimates of this study land from a truth, by the name of its file."""
        items = mediation.items_of(self.questionnaire, self.analysis)
        return self._stored(
            "recovery", lambda: recovery.recover(self.truth(truth), self.mediation, self.questionnaire, items), truth
        )

    def truth(self, file: str) -> Truth:
        """Give a truth that is written down in the book's folder."""
        return truth_file.load_truth(self.root / file)

    def drawn(self, truth: str) -> bytes:
        """Give the survey that a truth and its seed give."""
        return self._stored("drawn", lambda: simulate.survey(self.truth(truth), self.questionnaire), truth)

    def simulated_from(self, truth: str) -> Study:
        """Give the study of the survey that a truth gives under the questionnaire that ships, by the truth's file."""
        shipped = Study(self.root / SHIPPED_SURVEY, self.root, self.language)
        return Study(shipped._drawn_file(truth), self.root, self.language)

    def _drawn_file(self, truth: str) -> Path:
        """The drawn survey as a file, which an analysis begins with."""
        content = self.drawn(truth)
        path = self.store.folder / "surveys" / f"{Path(truth).stem}-{sha256(content)[:16]}.csv"
        if not path.is_file() or path.read_bytes() != content:
            store.write_aside(path, content)
        return path

    def let_go(self) -> None:
        """Delete the results of earlier states of surveys, settings and package, except of the latest few."""
        self.store.let_go(KEPT, {ANSWERS: KEPT_ANSWERS})

    def keep(
        self, step: str, inputs: Callable[[], Mapping[str, str]], compute: Callable[[], Result], of: str = ""
    ) -> Result:
        """Give the stored result of a step, or compute it on one thread and store it.

        Parameters
        ----------
        step
            What is computed.
        inputs
            Tells the sha256 of each thing that can influence it, now.
        compute
            Computes it.
        of
            What tells apart several results of one step.

        Raises
        ------
        InputError
            If one of the things changed while it was computed, or is no longer what this object has read of it.
        """
        before = inputs()

        def unchanged() -> Result:
            with one_thread():
                result = compute()
            now = inputs()
            held = {name: self._noted.get(name, sha) for name, sha in before.items()}
            for earlier in (before, held):
                self.refuse_changed(earlier, now)
            return result

        return self.store.get(step, _state(before, of), unchanged)

    def keeps(self, step: str, inputs: Mapping[str, str], of: str = "") -> bool:
        """Say whether the result of a step is stored for these inputs."""
        return self.store.holds(step, _state(inputs, of))

    def refuse_changed(self, before: Mapping[str, str], now: Mapping[str, str]) -> None:
        """Refuse a result if what it depends on is not what it was.

        Raises
        ------
        InputError
            With the first thing that has changed.
        """
        changed = [name for name in {**before, **now} if before.get(name) != now.get(name)]
        if changed:
            surveys = dict.fromkeys(("survey", "survey as saved"), self.survey)
            own = {**surveys, "questionnaire": self.asked, "mapping": self.mapped_by}
            file = own.get(changed[0]) or changed[0]
            raise InputError(Problem(file, "The file was changed while it was being used.", "Run the command again."))

    def _stored(self, step: str, compute: Callable[[], Result], of: str = "") -> Result:
        try:
            before = self.inputs_of(step)
            result = self.keep(step, lambda: self.inputs_of(step), compute, of)
        except sem.ModelError as error:
            said = f"The step {step!r} of the analysis has no solution in these answers: {error}"
            raise InputError(Problem(self.survey, said, NO_SOLUTION)) from error
        self._note(before)
        return result


def _state(inputs: Mapping[str, str], of: str) -> str:
    return store.digest([digest(inputs).encode(), of.encode()])


def digest(inputs: Mapping[str, str]) -> str:
    """Give one sha256 for things by their name and their own sha256."""
    return store.digest(part.encode() for name, sha in inputs.items() for part in (name, sha))


def _numba() -> str:
    """Give the version of Numba, on which the last bits of a draw depend, without the time that loading it takes."""
    return next((found.version for found in importlib.metadata.distributions(name="numba")), "")


@cache
def _package() -> Package:
    return Package(Path(__file__).parent)


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
    """Give the study that a book is about: of the files that the environment names, or of those that ship.

    ``COMPANION_SURVEY`` names a survey, ``COMPANION_QUESTIONNAIRE`` what it asked, ``COMPANION_MAPPING`` which of its
    columns answers what. For those who begin: the command line, the first cell of a chapter, the settings of Sphinx.
    Everybody else is given a study.
    """
    survey, asked, mapped_by = (os.environ.get(name) or None for name in ENVIRONMENT)
    return Study(
        Path(survey) if survey else ROOT / SHIPPED_SURVEY,
        language=language,
        asked=Path(asked) if asked else None,
        mapped_by=Path(mapped_by) if mapped_by else None,
    )


def named_in_environment(study: Study) -> dict[str, str]:
    """Give the variables by which the processes that a build starts find the same study."""
    named = dict(zip(ENVIRONMENT, (study.survey, study.asked, study.mapped_by), strict=True))
    return {name: "" if file is None else str(file.resolve()) for name, file in named.items()}
