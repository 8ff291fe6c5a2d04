"""The study's model in other people's programs: where they agree with ours, and what they print that misleads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import chdtri

from companion import sem
from companion.analysis import convergence, mediation, robustness
from companion.analysis.mediation import Items
from companion.errors import EngineError
from companion.quantities import (
    MEASURES,
    PEERS,
    SETTING,
    Asked,
    Block,
    Cells,
    Place,
    Quantity,
    Tables,
    derived,
    each,
    estimate,
    one_row,
    whether,
)
from companion.rows import row_at
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

TOLERANCE = 1e-4
"""Largest difference between two finished optimisations of the same likelihood that counts as the same estimate."""

FINISHED = 1e-6
"""Largest gradient at which an optimisation counts as finished."""

TIGHTENED: Mapping[str, float] = {"ftol": 1e-15}
"""Options under which semopy's optimiser goes on to the end."""

SEMOPY = {
    "chisq": "chi2",
    "df": "DoF",
    "pvalue": "chi2 p-value",
    "cfi": "CFI",
    "tli": "TLI",
    "rmsea": "RMSEA",
    "logl": "LogLik",
    "aic": "AIC",
    "bic": "BIC",
    "baseline_chisq": "chi2 Baseline",
    "baseline_df": "DoF Baseline",
}
"""Our name of each fit measure, and semopy's."""

CUT = "d*psr + "
"""The link from the relationship to persuasion knowledge, as the model's text has it."""

DRAWS = 5000
ONE_REACTION = """
psr ~ a*neg
pk ~ k*neg + d*psr
pa ~ t*neg + c*psr + b*pk
psr_alone := a*c
pk_alone := k*b
serial := a*d*b
pk_in_total := (k + a*d)*b
"""
"""The study's model on scale means among people who saw the same reaction: three regressions and their products."""


def one_reaction(design: Design) -> str:
    """Give the reaction whose viewers the regressions are about: the last one of the design.

    Examples
    --------
    >>> one_reaction(Design(("positive", "negative"), ("none", "like")))
    'like'
    """
    return design.reactions[-1]


class DisagreementError(EngineError):
    """Two programs finished the same optimisation in different places."""


@dataclass(frozen=True)
class CrossCheck:
    """The study's model as other programs fit it and print it.

    Parameters
    ----------
    measures
        Every fit measure that both print: measure ours semopy. The row ``critical`` holds the chi-square beyond
        which each program would reject the model at the level of the analysis.
    estimates
        Every free parameter: lhs op rhs est, and semopy's estimate as it comes (``stopped``) and with the
        optimiser tightened (``tightened``).
    runs
        A row a run of semopy, stopped and tightened: run gradient difference chisq; the largest gradient without its
        sign, and the largest difference from our estimates.
    rivals
        The study's model and the one without the link from relationship to persuasion knowledge: model chisq,
        then aic and bic by each program (``aic_ours``, ``aic_semopy``, ...).
    indirect
        Effects of negative comments on attitude among people who saw one reaction, on scale means: effect program kind
        est p ci_lower ci_upper. Only pingouin gives a p.
    interaction
        That reaction.
    people, draws
        Respondents and bootstrap draws behind ``indirect``.
    finished
        Whether semopy's tightened optimisation reached a gradient of zero. If not, nothing was compared.
    """

    measures: pd.DataFrame
    estimates: pd.DataFrame
    runs: pd.DataFrame
    rivals: pd.DataFrame
    indirect: pd.DataFrame
    interaction: str
    people: int
    draws: int
    finished: bool


def check(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> CrossCheck:
    """Fit the study's model with semopy, and its regressions with pingouin, beside ours.

    Raises
    ------
    DisagreementError
        If semopy's finished optimisation gives other estimates than ours.
    companion.sem.ModelError
        If the model cannot be estimated from the sample.
    """
    items, level = mediation.items_of(questionnaire, analysis), analysis.interval.level
    design = questionnaire.design
    text = "\n".join([mediation.measurement_model(items), mediation.structural_model(design)])
    ours, cut = convergence.demanded(sem.fit(text, sample.data), "the study's model"), text.replace(CUT, "")
    peers = {
        "stopped": semopy_fit(text, sample.data, {}, design),
        "tightened": semopy_fit(text, sample.data, TIGHTENED, design),
    }
    estimates = side_by_side(ours, peers, items)
    runs = pd.DataFrame(
        {
            "run": list(peers),
            "gradient": [largest_gradient(peer) for peer in peers.values()],
            "difference": [(estimates[run] - estimates["est"]).abs().max() for run in peers],
            "chisq": [printed_measures(peer)["chisq"] for peer in peers.values()],
        }
    )
    finished = bool(runs["gradient"].iloc[-1] <= FINISHED)
    if finished:
        demand_agreement(estimates)
    theirs = printed_measures(peers["stopped"])
    without = semopy_fit(cut, sample.data, {}, design)
    alone = convergence.demanded(sem.fit(cut, sample.data), "the study's model without its first link")
    rival = {"ours": alone.measures, "semopy": printed_measures(without)}
    data = robustness.with_means(sample.data, items)
    data = data[data[one_reaction(design)] == 1]
    return CrossCheck(
        measures=measure_table(ours.measures, theirs, level),
        estimates=estimates,
        runs=runs,
        rivals=rival_table({"ours": ours.measures, "semopy": theirs}, rival),
        indirect=indirect_effects(data, level, analysis.bootstrap.seed),
        interaction=one_reaction(design),
        people=len(data),
        draws=DRAWS,
        finished=finished,
    )


def semopy_text(text: str) -> str:
    """Write a model so that semopy can read it: products as columns of their own, ``neg_like`` for ``neg:like``."""
    return text.replace(":", "_")


def semopy_fit(text: str, data: pd.DataFrame, options: Mapping[str, float], design: Design) -> Any:
    """Fit a model with semopy and give its model object."""
    # Here and not above: the import takes seconds, and chapters that only read the result need not pay for it.
    import semopy

    products = {f"neg_{reaction}": data["neg"] * data[reaction] for reaction in design.reactions}
    model = semopy.Model(semopy_text(text))
    model.fit(data.assign(**products).select_dtypes("number"), options=dict(options))
    return model


def largest_gradient(model: Any) -> float:
    """Give the largest element of semopy's gradient, without its sign: zero where an optimisation is finished."""
    return float(abs(model.grad_mlw(model.param_vals)).max())


def printed_measures(model: Any) -> dict[str, float]:
    """Give the fit measures that semopy prints, under our names."""
    import semopy

    printed = semopy.calc_stats(model).loc["Value"]
    return {ours: float(printed[theirs]) for ours, theirs in SEMOPY.items()}


def side_by_side(ours: sem.Fit, peers: Mapping[str, Any], items: Items) -> pd.DataFrame:
    """Set the estimates of every free parameter side by side.

    Raises
    ------
    DisagreementError
        If the programs do not have the same free parameters.
    """
    table = ours.estimates
    table = table.loc[table["se"] > 0, ["lhs", "op", "rhs", "est"]].reset_index(drop=True)
    keys = [tuple(map(semopy_text, key)) for key in table[["lhs", "op", "rhs"]].itertuples(index=False)]
    for run, peer in peers.items():
        estimates = peer_estimates(peer, items)
        if estimates.keys() != set(keys):
            raise DisagreementError(
                f"semopy and the book do not have the same free parameters; in one only: {estimates.keys() ^ set(keys)}"
            )
        table[run] = [estimates[key] for key in keys]
    return table


def peer_estimates(model: Any, items: Items) -> dict[tuple[str, ...], float]:
    """Give semopy's free estimates by lhs, op and rhs as lavaan writes them; semopy writes a loading as a path."""
    table = model.inspect()
    free = table[table["Std. Err"] != "-"]
    return {
        (row["rval"], "=~", row["lval"])
        if row["op"] == "~" and row["lval"] not in items
        else (row["lval"], row["op"], row["rval"]): float(row["Estimate"])
        for _, row in free.iterrows()
    }


def demand_agreement(estimates: pd.DataFrame) -> None:
    """Stop unless every estimate of the tightened run is ours.

    Raises
    ------
    DisagreementError
        Naming the parameter that differs most, and both estimates.
    """
    # What is not a number agrees with nothing.
    gaps = (estimates["tightened"] - estimates["est"]).abs().fillna(np.inf)
    if gaps.max() > TOLERANCE:
        worst = row_at(estimates, gaps.idxmax())
        raise DisagreementError(
            f"semopy, optimised to the end, estimates {worst['lhs']} {worst['op']} {worst['rhs']} as "
            f"{worst['tightened']:.6g}, the book as {worst['est']:.6g}; they may differ by {TOLERANCE:g} at most."
        )


def measure_table(ours: Mapping[str, float], theirs: Mapping[str, float], level: float) -> pd.DataFrame:
    """Set the fit measures side by side, with the chi-square that would lead to rejection."""
    both = {"ours": ours, "semopy": theirs}
    rows = [{"measure": name, **{who: float(values[name]) for who, values in both.items()}} for name in SEMOPY]
    critical = {who: float(chdtri(values["df"], 1 - level)) for who, values in both.items()}
    return pd.DataFrame([*rows, {"measure": "critical", **critical}])


def rival_table(whole: Mapping[str, Mapping[str, float]], without: Mapping[str, Mapping[str, float]]) -> pd.DataFrame:
    """Set the information criteria of a model and of one without a path side by side."""
    return pd.DataFrame(
        {
            "model": name,
            "chisq": fits["ours"]["chisq"],
            **{f"{measure}_{who}": float(fits[who][measure]) for measure in ("aic", "bic") for who in fits},
        }
        for name, fits in {"whole": whole, "without the link": without}.items()
    )


def indirect_effects(data: pd.DataFrame, level: float, seed: int) -> pd.DataFrame:
    """Give the indirect effects that pingouin prints, and all that the chain has, on the same people.

    Vallat (2018) documents pingouin; its mediators stand side by side, so what it calls the effect through persuasion
    knowledge is ours through it alone and through the whole chain together.
    """
    import pingouin

    printed: pd.DataFrame = pingouin.mediation_analysis(
        data, x="neg", m=["psr", "pk"], y="pa", alpha=1 - level, n_boot=DRAWS, seed=seed
    )
    low, high = (f"CI{100 * share:g}" for share in ((1 - level) / 2, (1 + level) / 2))
    names = {"coef": "est", "pval": "p", low: "ci_lower", high: "ci_upper"}
    theirs = printed.set_index("path").loc[["Indirect psr", "Indirect pk"], list(names)].rename(columns=names)
    theirs = theirs.assign(effect=["psr_alone", "pk_in_total"], program="pingouin", kind="bias-corrected")
    bootstrap = sem.fit(ONE_REACTION, data).bootstrap(draws=DRAWS, seed=seed)
    tables = [theirs]
    for kind in ("bias-corrected", "percentile"):
        rows = bootstrap.ci(level=level, kind=kind).loc[["psr_alone", "pk_alone", "serial", "pk_in_total"]]
        tables.append(rows.rename_axis("effect").reset_index().assign(program="ours", kind=kind))
    columns = ["effect", "program", "kind", "est", "p", "ci_lower", "ci_upper"]
    return pd.concat(tables, ignore_index=True).reindex(columns=columns)


BY_SEMOPY = "made by semopy"
BY_PINGOUIN = "printed by pingouin, from random numbers of its own"


def _of_program(row: Cells) -> Asked:
    return derived(PEERS) if row["program"] == "ours" else BY_SEMOPY


def _of_interval(row: Cells) -> Asked:
    return BY_PINGOUIN if row["program"] == "pingouin" else Place(PEERS, "reply", "est", "{effect}")


_block = partial(Block, function="peers.cross_check.check")
_PRINTED = tuple(measure for measure in MEASURES if measure.part in SEMOPY)
_CRITICAL = (Quantity("", "statistic", "critical"),)
_CHANGE = (Quantity("", "statistic", "change"),)
_INDIRECT = (estimate("", "coefficient", "{kind}", asked_interval=_of_interval),)
_BASES = (Quantity("people", "count"), Quantity("draws", "count", asked=SETTING))
_OURS, _PEOPLE = Place(PEERS, "reply", "est", "{effect}"), Place(PEERS, "reply", "measure", "ntotal")
QUANTITIES = (
    _block("cross_check.semopy", "semopy", "fit", _PRINTED, BY_SEMOPY, of="semopy"),
    _block("cross_check.critical.{program}", "critical", "critical", _CRITICAL, _of_program, said=("program",)),
    _block("cross_check", "same_side", "cross_check", (whether("same_side"),), BY_SEMOPY),
    _block("cross_check.{run}", "runs", "run", each("scientific", "gradient", "difference"), BY_SEMOPY),
    _block("cross_check", "finished", "cross_check", (whether("finished"),), BY_SEMOPY),
    _block("cross_check.rival.{program}.{measure}", "changes", "rival", _CHANGE, _of_program),
    _block("cross_check.rival.{short}", "rivals", "rival", each("statistic", "chisq"), derived(PEERS), said=("short",)),
    _block("cross_check.{made_by}.{effect}", "indirect", "indirect", _INDIRECT, _OURS, said=("effect", "interaction")),
    _block("cross_check", "zero_p", "cross_check", (whether("zero_p"),), BY_PINGOUIN),
    _block("cross_check", "bases", "cross_check", _BASES, _PEOPLE, said=("interaction",)),
)
"""The numbers of the book in `CrossCheck`."""


def tables(result: CrossCheck) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    measures, rivals = result.measures.set_index("measure"), result.rivals.set_index("model")
    rejected = measures.loc["chisq"] > measures.loc["critical"]
    change = rivals.loc["without the link"] - rivals.loc["whole"]
    indirect = result.indirect[(result.indirect["program"] == "pingouin") | (result.indirect["kind"] == "percentile")]
    return {
        "semopy": one_row(**measures["semopy"]),
        "critical": measures.loc["critical"].rename_axis("program").reset_index(),
        "same_side": one_row(same_side=bool(rejected["ours"] == rejected["semopy"])),
        "runs": result.runs,
        "finished": one_row(finished=result.finished),
        "changes": pd.DataFrame(
            [(*name.split("_"), name.split("_")[0].upper(), change[name]) for name in rivals.columns.drop("chisq")],
            columns=["measure", "program", "criterion", "change"],
        ),
        "rivals": result.rivals.assign(short=result.rivals["model"].str.split().str[0]),
        "indirect": indirect.assign(
            made_by=indirect["program"].replace("ours", result.interaction), interaction=result.interaction
        ),
        "zero_p": one_row(zero_p=bool((result.indirect["p"] == 0).any())),
        "bases": one_row(people=result.people, draws=result.draws, interaction=result.interaction),
    }
