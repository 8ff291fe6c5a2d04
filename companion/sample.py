"""Raw table -> the validated analysis sample, and the flow: how many were left out, by which rule.

Every rule first marks rows; rows are left out in one place, and the first rule that hits a person counts.
Rules read only what a person did before the answers, how fast, and whether questions were answered: never an answer
about the outcome, and never a manipulation check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from companion.errors import InputError, NothingLeftError, Problem
from companion.exports import Export
from companion.questionnaire import Analysis, Code, Questionnaire

if TYPE_CHECKING:
    import pandera.pandas as pa

Marks: TypeAlias = dict[str, NDArray[np.bool_] | None]

BEFORE = "before randomisation"
AFTER = "after randomisation"
FIT = "fit"
FEW_EXPECTED = 5
SMALLEST_BLOCK = 3


@dataclass(frozen=True)
class Rule:
    """A reason to leave a row out: its short name, the stage at which it works, and how it reads."""

    name: str
    stage: str
    words: str


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
    rules = _rules(analysis)
    marks = _marks(raw, questionnaire, analysis)
    flow = _flow(rules, marks, raw, questionnaire)
    check_flow(flow)
    if not flow["left"].iloc[-1]:
        raise NothingLeftError(_told(export.file, flow))

    kept = _without(marks, [rule.name for rule in rules if rule.stage != FIT], len(raw))
    complete = _without(marks, ["missing_item"], len(raw))
    outcome = _without(marks, [rule.name for rule in rules if rule.stage == BEFORE] + ["left_before_outcome"], len(raw))
    straight = _straight_blocks(raw, questionnaire) >= analysis.exclusions.straight_blocks
    _check_cells(export.file, raw[kept & complete], questionnaire)
    scored = _scored(raw, questionnaire, analysis)
    variants = {
        "all randomised with an outcome": outcome & complete,
        "primary": kept & complete,
        "without straight lines": kept & complete & ~straight,
    }
    tables = {
        name: _validated(scored[chosen], questionnaire, analysis, complete=True) for name, chosen in variants.items()
    }
    return Sample(
        data=tables["primary"],
        with_missing=_validated(scored[kept], questionnaire, analysis, complete=False),
        variants=tables,
        flow=flow,
        overlap=_overlap(rules, marks, flow),
        hits=_hits(marks, len(raw)),
        attrition=_attrition(flow, questionnaire, analysis),
        flags=_flags(raw[kept & complete], straight[kept & complete], questionnaire, analysis),
        digest=export.digest,
        simulated=export.simulated,
    )


def check_flow(flow: pd.DataFrame) -> None:
    """Check that a flow adds up: each step leaves what was left less what it removed, and the cells add up to all.

    Parameters
    ----------
    flow
        As in `Sample`.

    Raises
    ------
    ValueError
        At the first step that does not add up.
    """
    cells = flow.columns[flow.columns.get_loc("left") + 1 :]
    removed, left = flow["removed"].fillna(0), flow["left"]
    for step in range(1, len(flow)):
        before, less, now = left.iloc[step - 1], removed.iloc[step], left.iloc[step]
        if now != before - less:
            raise ValueError(f"flow, step {step}: {before} less {less} is not {now}")
    for step, (now, per_cell) in enumerate(zip(left, flow[cells].to_numpy(), strict=True)):
        if not pd.isna(per_cell).any() and sum(per_cell) != now:
            raise ValueError(f"flow, step {step}: the cells add up to {sum(per_cell)}, not to {now}")


def _rules(analysis: Analysis) -> tuple[Rule, ...]:
    limits = analysis.exclusions
    youngest, oldest = limits.age
    return (
        Rule("preview", BEFORE, "preview or test, not a response"),
        Rule("copy", BEFORE, "the same record stands twice"),
        Rule("no_consent", BEFORE, "did not consent"),
        Rule("age_missing", BEFORE, "gave no age"),
        Rule("age_outside", BEFORE, f"younger than {youngest} or older than {oldest}"),
        Rule("not_follower", BEFORE, "does not follow the influencer"),
        Rule("attention_failed", BEFORE, "failed the attention item before the post"),
        Rule("never_assigned", BEFORE, "left before the post was shown"),
        Rule("left_before_outcome", AFTER, f"left before answering {limits.outcome_answered:.0%} of the model's items"),
        Rule("second_answer", AFTER, "had answered before"),
        Rule(
            "fast_pages",
            AFTER,
            f"under {limits.seconds_per_item:g} s an item on at least {limits.fast_pages:.0%} of the timed pages",
        ),
        Rule("fast_in_all", AFTER, f"in less than {limits.share_of_median_time:.0%} of the median time"),
        Rule("missing_item", FIT, f"skipped an item of the model ({', '.join(analysis.model.constructs)})"),
    )


def _marks(raw: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> Marks:
    limits = analysis.exclusions
    youngest, oldest = limits.age
    assigned = raw["valence"].notna()
    consented = _passes(raw, questionnaire, "consent")
    may_go_on = pd.Series(True, index=raw.index) if consented is None else consented
    follower = _passes(raw, questionnaire, "follower")
    attention = _passes(raw, questionnaire, "attention")
    marks: dict[str, pd.Series | None] = {
        "preview": raw.get("preview"),
        "copy": raw.get("copy"),
        "no_consent": None if consented is None else ~consented,
        "age_missing": may_go_on & raw["age"].isna(),
        "age_outside": may_go_on & ((raw["age"] < youngest) | (raw["age"] > oldest)),
        "not_follower": None if follower is None else may_go_on & ~follower,
        "attention_failed": None if attention is None else ~attention & (raw["attention"].notna() | assigned),
    }
    ineligible = _any(marks, raw)
    marks["never_assigned"] = ~assigned & ~ineligible

    randomised = assigned & ~ineligible
    items = raw[questionnaire.items_of(analysis.model.constructs)]
    left = randomised & (items.notna().mean(axis=1) < limits.outcome_answered)
    outcome = randomised & ~left
    marks["left_before_outcome"] = left
    marks["second_answer"] = _second_answers(raw, outcome)
    marks["fast_pages"] = _fast_pages(raw, outcome, questionnaire, analysis)
    marks["fast_in_all"] = _fast_in_all(raw, outcome, analysis)
    marks["missing_item"] = outcome & items.isna().any(axis=1)
    return {name: None if mark is None else mark.to_numpy(dtype=bool) for name, mark in marks.items()}


def _passes(raw: pd.DataFrame, questionnaire: Questionnaire, name: str) -> pd.Series | None:
    if name not in raw:
        return None
    return raw[name] == questionnaire.screening[name].passes


def _any(marks: dict[str, pd.Series | None], raw: pd.DataFrame) -> pd.Series:
    marked = pd.Series(False, index=raw.index)
    for mark in marks.values():
        if mark is not None:
            marked |= mark
    return marked


def _second_answers(raw: pd.DataFrame, outcome: pd.Series) -> pd.Series | None:
    """Mark every answer of a person after the first that reached the outcome; rows stand in order of their start."""
    if "person" not in raw:
        return None
    known = outcome & raw["person"].notna()
    return known & raw["person"].where(known).duplicated()


def _fast_pages(
    raw: pd.DataFrame, outcome: pd.Series, questionnaire: Questionnaire, analysis: Analysis
) -> pd.Series | None:
    limits = analysis.exclusions
    timed = {name: page for name, page in questionnaire.pages.items() if name in raw}
    if not timed:
        return None
    pace = pd.DataFrame(
        {name: raw[name] / len(questionnaire.items_of(page.constructs)) for name, page in timed.items()}
    )
    fast = (pace < limits.seconds_per_item).sum(axis=1)
    return outcome & (fast > 0) & (fast >= limits.fast_pages * pace.notna().sum(axis=1))


def _fast_in_all(raw: pd.DataFrame, outcome: pd.Series, analysis: Analysis) -> pd.Series | None:
    """Mark the hasty by the median of all who completed: taken once, before any rule of quality."""
    if "seconds" not in raw:
        return None
    completed = outcome & raw["finished"] if "finished" in raw else outcome
    return outcome & (
        raw["seconds"] < analysis.exclusions.share_of_median_time * raw.loc[completed, "seconds"].median()
    )


def _without(marks: Marks, names: list[str], rows: int) -> NDArray[np.bool_]:
    kept = np.ones(rows, dtype=bool)
    for name in names:
        mark = marks[name]
        if mark is not None:
            kept &= ~mark
    return kept


def _flow(rules: tuple[Rule, ...], marks: Marks, raw: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    names = {cell: " ".join(cell) for cell in questionnaire.cells}
    left = np.ones(len(raw), dtype=bool)
    rows: list[dict[str, object]] = []

    def step(stage: str, rule: str, words: str, removed: int | None, *, per_cell: bool) -> None:
        row = {"stage": stage, "rule": rule, "words": words, "applied": removed is not None}
        row |= {"removed": removed, "left": int(left.sum())}
        cells = raw.loc[left].groupby(["valence", "interaction"], observed=False).size()
        rows.append(row | {name: int(cells[cell]) if per_cell else None for cell, name in names.items()})

    boxes = {
        BEFORE: ("randomised", "randomised"),
        AFTER: ("retained", "retained"),
        FIT: ("analysed", "analysed: the people that the model is fitted to"),
    }
    step(BEFORE, "recorded", "rows in the file", 0, per_cell=False)
    for number, rule in enumerate(rules):
        mark = marks[rule.name]
        removed = None if mark is None else int((left & mark).sum())
        left = left if mark is None else left & ~mark
        words = rule.words if mark is not None else f"{rule.words} (not applied: no such column)"
        step(rule.stage, rule.name, words, removed, per_cell=rule.stage != BEFORE)
        if number + 1 == len(rules) or rules[number + 1].stage != rule.stage:
            box, said = boxes[rule.stage]
            step(rule.stage, box, said, 0, per_cell=True)
    flow = pd.DataFrame(rows)
    counts = ["removed", "left", *names.values()]
    flow[counts] = flow[counts].astype("Int64")
    flow.insert(0, "step", range(len(flow)))
    return flow


def _told(file: str, flow: pd.DataFrame) -> str:
    lines = [f"{row.words}: {row.removed}" for row in flow.itertuples() if row.applied and row.removed]
    return f"{file}: of {flow['left'].iloc[0]} rows nobody is left to analyse. Left out, in turn: {'; '.join(lines)}."


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


def _scored(raw: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> pd.DataFrame:
    digits = len(str(len(raw)))
    scored = pd.DataFrame({"participant": [f"p{number:0{digits}d}" for number in range(1, len(raw) + 1)]})
    scored[["valence", "interaction"]] = raw[["valence", "interaction"]]
    scored["neg"] = (raw["valence"] == "negative").astype(float)
    for reaction in ("like", "reply"):
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
        "like": pa.Column(float, binary),
        "reply": pa.Column(float, binary),
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
        lambda table: (
            ((table["valence"] == "negative") == (table["neg"] == 1))
            & ((table["interaction"] == "like") == (table["like"] == 1))
            & ((table["interaction"] == "reply") == (table["reply"] == 1))
        ),
        error="the dummies agree with the factors",
    )
    return pa.DataFrameSchema(columns, checks=agrees)


def _overlap(rules: tuple[Rule, ...], marks: Marks, flow: pd.DataFrame) -> pd.DataFrame:
    applied = {rule.name: mark for rule in rules if (mark := marks[rule.name]) is not None}
    hits = sum(mark.astype(int) for mark in applied.values())
    removed = flow.set_index("rule")["removed"]
    rows = [
        (
            rule.name,
            rule.words,
            int(applied[rule.name].sum()),
            int((applied[rule.name] & (hits == 1)).sum()),
            removed[rule.name],
        )
        for rule in rules
        if rule.name in applied
    ]
    return pd.DataFrame(rows, columns=["rule", "words", "hit", "alone", "removed"])


def _hits(marks: Marks, rows: int) -> pd.Series:
    number = sum((mark.astype(int) for mark in marks.values() if mark is not None), start=np.zeros(rows, dtype=int))
    return pd.Series(number, name="rows").value_counts(sort=False).sort_index().rename_axis("rules")


def _attrition(flow: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis) -> pd.DataFrame:
    cells = [" ".join(cell) for cell in questionnaire.cells]
    at = flow.set_index("rule")[cells].astype(float)
    randomised = at.loc["randomised"]
    comparisons = {
        "left before the outcome": randomised - at.loc["left_before_outcome"],
        "left out after randomisation": randomised - at.loc["analysed"],
    }
    rows = [
        {"what": what} | _compared(removed, randomised, analysis.bootstrap.seed)
        for what, removed in comparisons.items()
    ]
    return pd.DataFrame(rows)


def _compared(removed: pd.Series, randomised: pd.Series, seed: int) -> dict[str, object]:
    """Test whether the share removed differs over the cells: chi-square, by permutation where counts are small."""
    counts = {"removed": int(removed.sum()), "randomised": int(randomised.sum())}
    share = removed / randomised
    counts_and_size = counts | {"difference": 100 * float(share.max() - share.min())}
    if not removed.sum() or removed.sum() == randomised.sum():
        return counts_and_size | {
            "chisq": np.nan,
            "df": len(removed) - 1,
            "p": np.nan,
            "method": "not needed: the same in every cell",
        }
    from scipy import stats  # here, because reading a stored sample should not take the second that this import does

    table = np.array([removed, randomised - removed], dtype=int)
    test = stats.chi2_contingency(table, correction=False)
    method = "chi-square"
    p = test.pvalue
    if test.expected_freq.min() < FEW_EXPECTED:
        resampling = stats.PermutationMethod(n_resamples=9_999, rng=np.random.default_rng(seed))
        p, method = (
            stats.chi2_contingency(table, correction=False, method=resampling).pvalue,
            "chi-square by permutation",
        )
    return counts_and_size | {"chisq": float(test.statistic), "df": int(test.dof), "p": float(p), "method": method}


def _straight_blocks(raw: pd.DataFrame, questionnaire: Questionnaire) -> NDArray[np.int_]:
    """Count the blocks with reversed items, before turning, in which a person ticked one box all the way down."""
    blocks = np.zeros(len(raw), dtype=int)
    for construct in questionnaire.constructs.values():
        if any(item.reversed for item in construct.items.values()):
            answers = raw[list(construct.items)]
            one_box = answers.max(axis=1) == answers.min(axis=1)
            blocks += (one_box & (answers.notna().sum(axis=1) >= SMALLEST_BLOCK)).to_numpy()
    return blocks


def _flags(
    analysed: pd.DataFrame, straight: NDArray[np.bool_], questionnaire: Questionnaire, analysis: Analysis
) -> pd.DataFrame:
    sizes = analysed[straight].groupby(["valence", "interaction"], observed=False).size()
    least = analysis.exclusions.straight_blocks
    row = {
        "flag": "straight_lines",
        "words": f"one box all the way down in {least} or more blocks with reversed items",
        "flagged": int(straight.sum()),
    }
    return pd.DataFrame([row | {" ".join(cell): int(sizes[cell]) for cell in questionnaire.cells}])
