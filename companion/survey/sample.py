"""Raw table -> the validated analysis sample, and the flow: how many were left out, by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.errors import InputError, NothingLeftError, Problem
from companion.formats import Language
from companion.quantities import SAMPLE, Asked, Block, Cells, Quantity, Tables, each, one_row, statistic, whether
from companion.rows import each_row
from companion.survey import exclusions, flow
from companion.survey.design import Design
from companion.survey.exclusions import AFTER, BEFORE, FIT
from companion.survey.exports import Export
from companion.survey.questionnaire import Analysis, Code, Questionnaire
from companion.words import words

if TYPE_CHECKING:
    import pandera.pandas as pa

__all__ = ["BEFORE", "Sample", "select"]


@dataclass(frozen=True)
class Sample:
    """The analysed people, and how it came to them.

    Parameters
    ----------
    data
        The analysed people, one row each, every item of the model answered: `participant`, `valence`, `interaction`,
        `neg`, `like`, `reply` (0 or 1), the covariates, `gender`, the items (reversed ones turned, so that a high score
        is more of the construct) and the manipulation checks.
    with_missing
        The same before the step that leaves out people who skipped an item of the model; for full information
        estimation.
    variants
        The samples of the robustness strip by name, each complete as `data`: "all randomised with an outcome",
        "primary" and "without straight lines".
    flow
        One row a step: `step`, `stage`, `rule`, `words`, `applied`, `removed`, `left`, and from randomisation on the
        number left in each cell (`positive none`, ...). The rows `recorded`, `randomised`, `retained` and `analysed`
        are boxes: they count and remove nobody. A rule whose column the export lacks has `applied` False and `removed`
        missing.
    overlap
        One row a rule: `rule`, `words`, `hit` (rows that it marks), `alone` (rows that no other rule marks) and
        `removed` (rows that it is the first to mark).
    hits
        How many rows are marked by 0, 1, 2, ... rules.
    attrition
        One row a comparison of the cells (`left before the outcome`, `left out after randomisation`): `what`,
        `removed`, `randomised`, `difference` (the largest between two cells, in percentage points), `chisq`, `df`, `p`,
        `method`.
    flags
        One row a sensitivity flag, never a reason to leave anyone out: `flag`, `words`, `flagged`, and the number per
        cell.
    digest
        sha256 of the survey file.
    simulated
        Whether the survey is simulated.
    """

    data: pd.DataFrame
    with_missing: pd.DataFrame
    variants: dict[str, pd.DataFrame]
    flow: pd.DataFrame
    overlap: pd.DataFrame
    hits: pd.Series
    attrition: pd.DataFrame
    flags: pd.DataFrame
    digest: str
    simulated: bool


def select(export: Export, questionnaire: Questionnaire, analysis: Analysis) -> Sample:
    """Choose the people to analyse by the rules of the analysis plan, and score their answers.

    Parameters
    ----------
    export
        The raw table.
    questionnaire
        What was asked.
    analysis
        The rules' thresholds, the model's constructs and the covariates.

    Returns
    -------
    Sample
        The analysed people and the flow.

    Raises
    ------
    InputError
        If a cell of the design has nobody left in it, or a covariate is unknown.
    NothingLeftError
        If nobody is left at all.
    """
    raw = export.data
    marks = exclusions.marks(raw, questionnaire, analysis)
    steps = flow.steps(marks, raw, questionnaire)
    if not steps["left"].iloc[-1]:
        raise NothingLeftError(_nobody_left(export.file, flow.in_words(steps, analysis, words("en"))))

    def without(*names: str) -> NDArray[np.bool_]:
        return exclusions.without(marks, names, len(raw))

    eligible = without(*(rule.name for rule in exclusions.RULES if rule.stage == BEFORE))
    retained = eligible & without(*(rule.name for rule in exclusions.RULES if rule.stage == AFTER))
    complete = without(*(rule.name for rule in exclusions.RULES if rule.stage == FIT))
    straight = exclusions.straight_blocks(raw, questionnaire) >= analysis.exclusions.straight_blocks
    _check_cells(export.file, raw[retained & complete], questionnaire)
    answers = scored(raw, questionnaire, analysis)
    variants = {
        "all randomised with an outcome": eligible & without("left_before_outcome") & complete,
        "primary": retained & complete,
        "without straight lines": retained & complete & ~straight,
    }
    widest = variants["all randomised with an outcome"]  # the others are parts of it, so it alone is checked
    checked = _validated(answers[widest], questionnaire, analysis, complete=True)
    tables = {name: checked[chosen[widest]].reset_index(drop=True) for name, chosen in variants.items()}
    chosen = Sample(
        data=tables["primary"],
        with_missing=_validated(answers[retained], questionnaire, analysis, complete=False),
        variants=tables,
        flow=steps,
        overlap=flow.overlap(marks, steps),
        hits=flow.hits(marks, len(raw)),
        attrition=flow.attrition(steps, questionnaire, analysis),
        flags=flow.flags(raw[retained & complete], straight[retained & complete], questionnaire),
        digest=export.digest,
        simulated=export.simulated,
    )
    return in_words(chosen, analysis, "en")


def in_words(chosen: Sample, analysis: Analysis, language: Language) -> Sample:
    """Give the same sample with its rules and flags in the words of a language."""
    say = words(language)
    tables = (chosen.flow, chosen.overlap, chosen.flags)
    steps, overlap, flags = (flow.in_words(table, analysis, say) for table in tables)
    return replace(chosen, flow=steps, overlap=overlap, flags=flags)


def _nobody_left(file: str, steps: pd.DataFrame) -> str:
    lines = [f"{row.words}: {row.removed}" for row in each_row(steps) if row.applied and row.removed]
    return f"{file}: of {steps['left'].iloc[0]} rows nobody is left to analyse. Left out, in turn: {'; '.join(lines)}."


def _check_cells(file: str, analysed: pd.DataFrame, questionnaire: Questionnaire) -> None:
    sizes = analysed.groupby(["valence", "interaction"], observed=False).size()
    empty = [cell for cell in questionnaire.cells if not sizes[cell]]
    if not empty:
        return
    labels = {name: {level.code: level for level in factor.levels} for name, factor in questionnaire.factors.items()}
    raise InputError(
        [
            Problem(
                file,
                f"Nobody is left in this cell of the design ({labels['valence'][valence].en} comments, "
                f"{labels['interaction'][interaction].en}), so the study's model cannot be fitted.",
                "Add answers from this condition, or check how the conditions are labelled.",
                column=" and ".join(factor.column for factor in questionnaire.factors.values()),
                value=f"{labels['valence'][valence].nl} and {labels['interaction'][interaction].nl}",
            )
            for valence, interaction in empty
        ]
    )


def scored(raw: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> pd.DataFrame:
    """Give every row of the raw table with its dummies, its covariates and its items, reversed ones turned."""
    digits = len(str(len(raw)))
    scored = pd.DataFrame({"participant": [f"p{number:0{digits}d}" for number in range(1, len(raw) + 1)]})
    scored[["valence", "interaction"]] = raw[["valence", "interaction"]]
    scored["neg"] = (raw["valence"] == "negative").astype(float)
    for reaction in questionnaire.design.reactions:
        scored[reaction] = (raw["interaction"] == reaction).astype(float)
    for name in analysis.covariates:
        scored[name] = _covariate(name, raw, questionnaire)
    for name in questionnaire.background:
        if name not in scored:
            scored[name] = raw[name]
    for construct in questionnaire.constructs:
        lowest, highest = questionnaire.bounds(construct)
        for name, item in questionnaire.constructs[construct].items.items():
            scored[name] = lowest + highest - raw[name] if item.reversed else raw[name]
    for name in questionnaire.checks:
        scored[name] = raw[name]
    return scored


def _covariate(name: str, raw: pd.DataFrame, questionnaire: Questionnaire) -> pd.Series:
    """Give a background question with numbers as answers, or 1 for those who gave the answer of that name."""
    nominal: dict[Code, str] = {}
    for question, asked in questionnaire.background.items():
        codes = [] if asked.scale is None else questionnaire.codes(asked.scale)
        if any(isinstance(code, str) for code in codes):
            nominal |= dict.fromkeys(codes, question)
        elif question == name:
            return raw[name].astype(float)
    if name not in nominal:
        allowed = ", ".join(
            [
                *(question for question in questionnaire.background if question not in nominal.values()),
                *map(str, nominal),
            ]
        )
        raise InputError(
            Problem(
                "analysis.yml",
                "There is no such covariate.",
                f"Name one of {allowed}.",
                column="covariates",
                value=name,
            )
        )
    answers = raw[nominal[name]]
    return (answers == name).astype(float).where(answers.notna())


def _validated(
    scored: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis, *, complete: bool
) -> pd.DataFrame:
    return _schema(questionnaire, analysis, complete=complete).validate(scored.reset_index(drop=True))


def _schema(questionnaire: Questionnaire, analysis: Analysis, *, complete: bool) -> pa.DataFrameSchema:
    """Say what the analysis may rely on; a table that breaks it is a fault of this package, not of the survey."""
    import pandera.pandas as pa

    binary = pa.Check.isin([0.0, 1.0])
    columns = {
        "participant": pa.Column(str, unique=True),
        "neg": pa.Column(float, binary),
        **{reaction: pa.Column(float, binary) for reaction in questionnaire.design.reactions},
    }
    for name, factor in questionnaire.factors.items():
        columns[name] = pa.Column(pd.CategoricalDtype([level.code for level in factor.levels]))
    columns |= {name: pa.Column(float, nullable=True) for name in analysis.covariates}
    columns["age"] = pa.Column(float, pa.Check.in_range(*analysis.exclusions.age))
    for construct in questionnaire.constructs:
        points = [float(code) for code in questionnaire.codes(questionnaire.constructs[construct].scale)]
        may_lack = not complete or construct not in analysis.model.constructs
        for item in questionnaire.constructs[construct].items:
            columns[item] = pa.Column(float, pa.Check.isin(points), nullable=may_lack)
    agrees = pa.Check(
        lambda table: pd.concat(
            [
                (table["valence"] == "negative") == (table["neg"] == 1),
                *((table["interaction"] == shown) == (table[shown] == 1) for shown in questionnaire.design.reactions),
            ],
            axis=1,
        ).all(axis=1),
        error="the dummies agree with the factors",
    )
    return pa.DataFrameSchema(columns, checks=agrees)


FLOW = "counts of the flow: the rules are applied to the raw export by us alone"
PERMUTED = "tests by permutation, from random numbers of their own"
BOXES = ("recorded", "randomised", "retained", "analysed")
"""Rows of the flow that count and remove nobody."""


def _of_flow(row: Cells) -> Asked:
    return statistic(SAMPLE) if row["rule"] == "analysed" else FLOW


def _of_test(row: Cells) -> Asked:
    return statistic(SAMPLE) if row["method"] == "chi-square" else PERMUTED


_block = partial(Block, function="survey.sample.select", asked=FLOW)
_people = partial(_block, "sample", "people", "sample", asked=statistic(SAMPLE))
_ATTRITION = (
    Quantity("n", "count", "removed"),
    Quantity("p", "p", asked=_of_test, optional=True),
    whether("differs", asked=_of_test),
    Quantity("difference", "statistic", asked=statistic(SAMPLE)),
)
_BACKGROUND = (
    Quantity("age.mean", "points", "age_mean"),
    Quantity("age.sd", "points", "age_sd"),
    Quantity("age.min", "count", "age_min"),
    Quantity("age.max", "count", "age_max"),
    Quantity("women", "percent"),
)
_FLOW = (Quantity("", "count", "people", words="flow.{sort}"),)
_STAGE = (Quantity("", "count", "removed", words="flow.stage"),)
QUANTITIES = (
    _block("sample.{place}", "flow", "flow", _FLOW, asked=_of_flow),
    _block("sample.removed.{short}", "stages", "flow", _STAGE),
    _block("sample.attrition.{short}", "attrition", "attrition", _ATTRITION),
    _block("sample.flag.{flag}", "flags", "flag", (Quantity("", "count", "flagged"),)),
    _block("sample.hits.{hits}", "hits", "hits", (Quantity("", "count", "rows"),)),
    _block("sample.hits", "hits_together", "hits", each("count", "several")),
    _people((Quantity("missing.share", "percent", "missing"),)),
    _block("survey", "people", "survey", (whether("simulated"),)),
    _people(_BACKGROUND),
    _block("sample.variant.{short}", "variants", "variant", (Quantity("", "count", "people"),)),
    _people(each("count", "with_missing")),
)
"""The numbers of the book in `Sample`."""


def tables(result: Sample, items: Sequence[str], design: Design, level: float) -> Tables:
    """Give the tables that `QUANTITIES` reads.

    Parameters
    ----------
    result
        The sample.
    items
        The items of the study's model.
    design
        What was varied.
    level
        Level of the comparison of the cells, as a share: 0.95 calls p < 0.05 a difference.
    """
    short = {"left before the outcome": "left", "left out after randomisation": "excluded"}
    stages = {"before": BEFORE, "after": AFTER}
    removed = [(key, stage, _removed(result.flow, stage)) for key, stage in stages.items()]
    return {
        "flow": pd.DataFrame(_flow(result.flow, design), columns=["rule", "place", "sort", "said", "people"]),
        "stages": pd.DataFrame(removed, columns=["short", "stage", "removed"]),
        "attrition": result.attrition.assign(
            short=result.attrition["what"].map(short), differs=result.attrition["p"] < 1 - level
        ),
        "flags": result.flags,
        "hits": result.hits.rename_axis("hits").rename("rows").reset_index(),
        "hits_together": one_row(several=int(result.hits[result.hits.index > 1].sum())),
        "people": one_row(
            missing=result.with_missing[list(items)].isna().to_numpy().mean(),
            simulated=result.simulated,
            age_mean=result.data["age"].mean(),
            age_sd=result.data["age"].std(ddof=1),
            age_min=result.data["age"].min(),
            age_max=result.data["age"].max(),
            women=result.data["woman"].mean(),
            with_missing=len(result.with_missing),
        ),
        "variants": pd.DataFrame(
            [(name, name.replace(" ", "_"), len(people)) for name, people in result.variants.items()],
            columns=["variant", "short", "people"],
        ),
    }


def _removed(steps: pd.DataFrame, stage: str) -> int:
    return int(steps.loc[steps["stage"] == stage, "removed"].sum())


def _flow(steps: pd.DataFrame, design: Design) -> Iterator[tuple[str, str, str, str, int]]:
    """Give every count of the flow: rule, key, sort of its words, what fills them, people."""
    for step in steps.to_dict("records"):
        rule = step["rule"]
        if rule in BOXES:
            yield rule, rule, f"box.{rule}", "", int(step["left"])
        elif step["applied"]:
            yield rule, f"removed.{rule}", "removed", step["words"], int(step["removed"])
            yield rule, f"left.{rule}", "left", step["words"], int(step["left"])
        if rule in ("randomised", "analysed"):
            for cell in design.cells:
                yield rule, ".".join((rule, *cell)), "cell", " ".join(cell), int(step[" ".join(cell)])
