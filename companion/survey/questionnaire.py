"""What was asked, how it is analysed and what is claimed: the three YAML files as checked, frozen data classes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Self, TypeAlias

from pydantic import Field, ValidationInfo, field_validator, model_validator

from companion import misfit
from companion.formats import Language
from companion.misfit import Place
from companion.quantities import SETTING, Block, Quantity, Tables, one_row
from companion.survey import checked_yaml
from companion.survey.checked_yaml import Checked
from companion.survey.design import DESIGN, Cell, Design
from companion.words import words

if TYPE_CHECKING:
    import pandas as pd

Code: TypeAlias = int | str

FACTORS = {"valence": DESIGN.valences, "interaction": DESIGN.interactions}
WITH_A_REACTION = [
    FACTORS | {"interaction": (DESIGN.interactions[0], *reactions)}
    for number in range(1, len(DESIGN.interactions))
    for reactions in combinations(DESIGN.reactions, number)
]
"""What a questionnaire may vary: the tone, and no reaction against one reaction or more."""
ALWAYS = "always"
SCREENS = frozenset({"consent", "follower", "attention"})


class Text(Checked):
    """A wording in Dutch, as respondents saw it, and in English."""

    nl: str
    en: str

    def wording(self, language: Language) -> str:
        """Give the wording in a language."""
        return self.nl if language == "nl" else self.en


class Choice(Text):
    """One answer of a closed question: its code in the data and its label."""

    code: Code


class Factor(Checked):
    """What was varied between people; the first level is the reference."""

    column: str
    text: Text
    levels: tuple[Choice, ...] = Field(min_length=2)


class Question(Checked):
    """One question; without a scale its answer is a number."""

    column: str
    text: Text
    scale: str | None = None


class Screen(Question):
    """A question asked before the post, and the answer with which a person goes on."""

    scale: str
    passes: Code


class Item(Checked):
    """One statement of a construct; a reversed one says the opposite of it."""

    column: str
    text: Text
    reversed: bool = False


class Construct(Checked):
    """What a set of items measures."""

    title: Text
    about: Text
    stem: Text
    scale: str
    items: dict[str, Item]


class Page(Checked):
    """A timed page: the column with the seconds until it was submitted, and what was asked on it."""

    column: str
    constructs: tuple[str, ...]


Scales: TypeAlias = Mapping[str, tuple[Choice, ...]]


def _faults_of_questions(questions: Mapping[str, Question], scales: Scales | None) -> Iterator[tuple[Place, str]]:
    """Say which scales and answers of questions there are not; nothing where the scales have a fault themselves."""
    for name, question in questions.items():
        if scales is None or question.scale is None:
            continue
        if question.scale not in scales:
            yield (name, "scale"), f"There is no scale {question.scale!r}"
        elif isinstance(question, Screen) and question.passes not in _codes(scales, question.scale):
            yield (name, "passes"), f"Its scale has no answer {question.passes!r}"


def _faults_of_constructs(constructs: Mapping[str, Construct], scales: Scales | None) -> Iterator[tuple[Place, str]]:
    for name, construct in constructs.items():
        if scales is not None and construct.scale not in scales:
            yield (name, "scale"), f"There is no scale {construct.scale!r}"
        elif scales is not None and not all(isinstance(code, int) for code in _codes(scales, construct.scale)):
            yield (name, "scale"), f"The scale {construct.scale!r} of a construct needs whole numbers as codes"
        expected = [f"{name}{number}" for number in range(1, len(construct.items) + 1)]
        if list(construct.items) != expected:
            yield (name, "items"), f"Its items are to be called {', '.join(expected)}"


def _codes(scales: Scales, scale: str) -> list[Code]:
    return [choice.code for choice in scales[scale]]


class Questionnaire(Checked):
    """What was asked, in which column of the export, and what the answers mean."""

    title: Text
    scales: dict[str, tuple[Choice, ...]]
    factors: dict[str, Factor]
    screening: dict[str, Screen]
    background: dict[str, Question]
    constructs: dict[str, Construct]
    checks: dict[str, Question]
    pages: dict[str, Page]

    @field_validator("factors")
    @classmethod
    def _are_the_design(cls, factors: dict[str, Factor]) -> dict[str, Factor]:
        levels = {name: tuple(level.code for level in factor.levels) for name, factor in factors.items()}
        if levels not in WITH_A_REACTION:
            wanted, found = (
                "; ".join(f"{name}: {', '.join(map(str, codes))}" for name, codes in design.items())
                for design in (FACTORS, levels)
            )
            message = f"the factors and the codes of their levels, in order, are {wanted}, and here {found}"
            raise misfit.fault(
                message,
                "Write them so, whatever the export calls them; the like or the reply may be left out, but not the "
                "level `none`. `companion fit` estimates the model of a study that varied something else.",
            )
        return factors

    @field_validator("screening")
    @classmethod
    def _screens_by_a_rule(cls, screening: dict[str, Screen], info: ValidationInfo) -> dict[str, Screen]:
        no_rule: list[tuple[Place, str]] = [
            ((name,), f"No rule uses {name}, only {', '.join(sorted(SCREENS))}") for name in screening.keys() - SCREENS
        ]
        misfit.faults(sorted(no_rule) + list(_faults_of_questions(screening, info.data.get("scales"))))
        return screening

    @field_validator("background", "checks")
    @classmethod
    def _can_be_answered(cls, questions: dict[str, Question], info: ValidationInfo) -> dict[str, Question]:
        found = list(_faults_of_questions(questions, info.data.get("scales")))
        age = questions.get("age")
        if info.field_name == "background" and (age is None or age.scale is not None):
            found.append((("age",), "The age is needed, as a number (without a scale)"))
        misfit.faults(found)
        return questions

    @field_validator("constructs")
    @classmethod
    def _can_be_measured(cls, constructs: dict[str, Construct], info: ValidationInfo) -> dict[str, Construct]:
        misfit.faults(_faults_of_constructs(constructs, info.data.get("scales")))
        return constructs

    @field_validator("pages")
    @classmethod
    def _ask_what_there_is(cls, pages: dict[str, Page], info: ValidationInfo) -> dict[str, Page]:
        misfit.faults(
            ((name, "constructs", place), f"There is no construct {construct}")
            for name, page in pages.items()
            for place, construct in enumerate(page.constructs)
            if construct not in info.data.get("constructs", page.constructs)
        )
        return pages

    @model_validator(mode="after")
    def _asks_each_once(self) -> Self:
        columns = list(self.columns.values())
        twice = sorted({column for column in columns if columns.count(column) > 1})
        misfit.faults(((), f"The column {column} is used by more than one question") for column in twice)
        return self

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item of every construct, by name."""
        return {name: item for construct in self.constructs.values() for name, item in construct.items.items()}

    @cached_property
    def closed(self) -> dict[str, Question]:
        """Every question with a scale, items included, by name."""
        asked: dict[str, Question] = {
            name: question
            for group in (self.screening, self.background, self.checks)
            for name, question in group.items()
            if question.scale is not None
        }
        for construct in self.constructs.values():
            for name, item in construct.items.items():
                asked[name] = Question(column=item.column, text=item.text, scale=construct.scale)
        return asked

    @cached_property
    def numbers(self) -> dict[str, str]:
        """Columns of the export whose answers are numbers, by name: open numeric questions and page times."""
        background = {name: question.column for name, question in self.background.items() if question.scale is None}
        return background | {name: page.column for name, page in self.pages.items()}

    @cached_property
    def columns(self) -> dict[str, str]:
        """The column of the export behind each name."""
        factors = {name: factor.column for name, factor in self.factors.items()}
        closed = {name: question.column for name, question in self.closed.items()}
        return factors | closed | self.numbers

    @cached_property
    def optional(self) -> frozenset[str]:
        """Names that an export may lack: the rules that need them are then not applied."""
        return frozenset(self.screening) | frozenset(self.pages)

    @cached_property
    def design(self) -> Design:
        """What was varied between people, by the codes of the levels."""
        valences, interactions = (tuple(str(level.code) for level in self.factors[name].levels) for name in FACTORS)
        return Design(valences=(valences[0], valences[1]), interactions=interactions)

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        """The cells of the design, as (valence, interaction), in the order of the questionnaire."""
        return self.design.cells

    def items_of(self, constructs: tuple[str, ...]) -> list[str]:
        """Names of the items of some constructs, in the order of the questionnaire."""
        return [item for name in constructs for item in self.constructs[name].items]

    def codes(self, scale: str) -> list[Code]:
        """The codes of a scale, in its order."""
        return _codes(self.scales, scale)

    def bounds(self, construct: str) -> tuple[int, int]:
        """Lowest and highest code of a construct's items."""
        codes = [int(code) for code in self.codes(self.constructs[construct].scale)]
        return min(codes), max(codes)

    def construct_of(self, item: str) -> str:
        """Name of the construct that an item measures."""
        return next(name for name, construct in self.constructs.items() if item in construct.items)


class Exclusions(Checked):
    """Thresholds of the rules by which answers are left out."""

    age: tuple[int, int]
    outcome_answered: float = Field(gt=0, le=1)
    seconds_per_item: float = Field(gt=0)
    fast_pages: float = Field(gt=0, le=1)
    share_of_median_time: float = Field(gt=0, lt=1)
    straight_blocks: int = Field(ge=1)


class ModelSettings(Checked):
    """The constructs of the study's model, in causal order, and what happens to missing answers."""

    constructs: tuple[str, ...]
    missing: Literal["listwise"]


class Interval(Checked):
    """Level and kind of every interval."""

    level: float = Field(gt=0, lt=1)
    kind: Literal["percentile"]


class Redraw(Checked):
    """When a deciding bound is too close to zero to trust, and how many draws it then gets."""

    errors: float = Field(gt=0)
    draws: int = Field(gt=0)


class BootstrapSettings(Checked):
    """Draws, seed and precision of the bootstrap."""

    draws: int = Field(gt=0)
    seed: int = Field(ge=0)
    gradient: float = Field(gt=0)
    redraw: Redraw


class OpenDataSettings(Checked):
    """Whether what people said about themselves is handed on with the analysed set."""

    background: Literal["if anonymous", "always"] = "if anonymous"


class Analysis(Checked):
    """How the survey is analysed."""

    exclusions: Exclusions
    model: ModelSettings
    covariates: tuple[str, ...]
    interval: Interval
    bootstrap: BootstrapSettings
    confounding: tuple[float, ...]
    open_data: OpenDataSettings = OpenDataSettings()


class StatedEstimand(Checked):
    """An effect of negative minus positive comments at one interaction (less that at another), and its claimed side."""

    effect: Literal["psr", "pk_via_psr", "serial"]
    at: str
    minus: str | None = None
    sign: Literal["+", "-"]


class Claim(Checked):
    """A result that the thesis reports, and what has to hold for it to be found."""

    reported: str
    estimands: tuple[StatedEstimand, ...] = Field(min_length=1)
    requires: tuple[str, ...] = ()
    named_if: tuple[str, ...] = ()


class VerdictWords(Checked):
    """How a verdict reads while the survey is simulated, and on answers of real people."""

    simulated: str
    observed: str


class Claims(Checked):
    """The thesis's claims, the rule of the verdicts and their words."""

    rule: str
    words: dict[Literal["found", "undecided", "reversed"], VerdictWords]
    results: dict[str, Claim]
    explained: dict[str, str]

    @model_validator(mode="after")
    def _refers_to_what_exists(self) -> Self:
        found: list[tuple[Place, str]] = [
            (("results", name, key, place), f"There is no result {other}")
            for name, claim in self.results.items()
            for key in ("requires", "named_if")
            for place, other in enumerate(getattr(claim, key))
            if other not in self.results
        ]
        if len(self.words) != 3:
            found.append((("words",), "The words of all three verdicts are needed: found, undecided, reversed"))
        misfit.faults(found)
        return self


def load_questionnaire(path: str | Path) -> Questionnaire:
    """Read `questionnaire.yml`.

    Raises
    ------
    InputError
        If the file does not fit; with the line of each fault.
    """
    return checked_yaml.load(path, Questionnaire)


def load_analysis(path: str | Path) -> Analysis:
    """Read `analysis.yml`.

    Raises
    ------
    InputError
        If the file does not fit; with the line of each fault.
    """
    return checked_yaml.load(path, Analysis)


def load_claims(path: str | Path) -> Claims:
    """Read `claims.yml`.

    Raises
    ------
    InputError
        If the file does not fit; with the line of each fault.
    """
    return checked_yaml.load(path, Claims)


def codebook(questionnaire: Questionnaire, language: Language = "en") -> pd.DataFrame:
    """Every variable of the analysis, one row each: what was asked and what its values mean.

    Parameters
    ----------
    questionnaire
        What was asked.
    language
        Language of wordings and labels.

    Returns
    -------
    pandas.DataFrame
        Columns `name`, `column` (of the export), `group`, `text`, `values`, `reversed`.
    """
    import pandas as pd

    say, asked = words(language), wordings(questionnaire, language)

    def values(choices: tuple[Choice, ...]) -> str:
        return "; ".join(f"{choice.code} = {choice.wording(language)}" for choice in choices)

    rows = []
    for name, factor in questionnaire.factors.items():
        rows.append((name, factor.column, "factor", asked[name], values(factor.levels), False))
    groups: dict[str, Mapping[str, Question]] = {
        "screening": questionnaire.screening,
        "background": questionnaire.background,
        "check": questionnaire.checks,
    }
    for group, questions in groups.items():
        for name, question in questions.items():
            number = say("survey.codebook.number")
            meaning = number if question.scale is None else values(questionnaire.scales[question.scale])
            rows.append((name, question.column, group, asked[name], meaning, False))
    for construct in questionnaire.constructs.values():
        for name, item in construct.items.items():
            meaning = values(questionnaire.scales[construct.scale])
            rows.append((name, item.column, construct.title.wording(language), asked[name], meaning, item.reversed))
    for name, page in questionnaire.pages.items():
        rows.append((name, page.column, "page time", asked[name], say("survey.codebook.seconds"), False))
    return pd.DataFrame(rows, columns=["name", "column", "group", "text", "values", "reversed"])


def wordings(questionnaire: Questionnaire, language: Language) -> dict[str, str]:
    """Give what was asked for every variable of the analysis, by its name, in the order of the questionnaire."""
    asked = {name: factor.text.wording(language) for name, factor in questionnaire.factors.items()}
    for questions in (questionnaire.screening, questionnaire.background, questionnaire.checks):
        asked |= {name: question.text.wording(language) for name, question in questions.items()}
    for construct in questionnaire.constructs.values():
        stem = construct.stem.wording(language)
        asked |= {name: f"{stem} {item.text.wording(language)}" for name, item in construct.items.items()}
    for name, page in questionnaire.pages.items():
        titles = (questionnaire.constructs[construct].title for construct in page.constructs)
        asked[name] = ", ".join(title.wording(language) for title in titles)
    return asked


_SETTINGS = (
    Quantity("draws", "count"),
    Quantity("seed", "word"),
    Quantity("redraw.draws", "count", "redraw_draws"),
    Quantity("redraw.errors", "count", "redraw_errors"),
    Quantity("level", "percent", decimals=0),
)
PLAN = (Block("plan", "plan", "plan", _SETTINGS, SETTING, "survey.questionnaire.load_analysis"),)
"""The numbers of the book in the analysis plan."""


def plan_tables(analysis: Analysis) -> Tables:
    """Give the table that `PLAN` reads."""
    settings = analysis.bootstrap
    return {
        "plan": one_row(
            draws=settings.draws,
            seed=str(settings.seed),
            redraw_draws=settings.redraw.draws,
            redraw_errors=settings.redraw.errors,
            level=analysis.interval.level,
        )
    }
