"""Tables of the results: checks, cell means, tests, the model's effects, the claims."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from companion.analysis import estimands
from companion.analysis.claims import Verdicts, on_side
from companion.analysis.experiment import Experiment
from companion.analysis.mediation import Mediation
from companion.analysis.robustness import Robustness
from companion.formats import Kind, printed
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Claims, Questionnaire
from companion.tables.table import Table, reaction

HERE = "companion.tables.results"
SAID = {**{interaction: reaction(interaction) for interaction in DESIGN.interactions}, "unsure": "not sure"}
SOURCES = {"valence": "valence", "interaction": "reaction", "valence x interaction": "valence × reaction"}
VARIABLES = {
    "psr": "parasocial relationship",
    "pk": "persuasion knowledge",
    "pa": "product attitude",
    "neg": "negative comments",
    "like": reaction("like"),
    "reply": reaction("reply"),
    "neg:like": f"negative comments × {reaction('like')}",
    "neg:reply": f"negative comments × {reaction('reply')}",
}
STEPS = {
    "psr": "on the relationship",
    "pk_via_psr": "on persuasion knowledge, through it",
    "serial": "on attitude, through both",
}
LINKS = {
    "d": "relationship to persuasion knowledge",
    "b": "persuasion knowledge to attitude",
    "c": "relationship to attitude",
}
TERMS = {
    "psr": "Parasocial relationship",
    "pk": "Persuasion knowledge",
    "psr_x_pk": "Relationship × persuasion knowledge",
}
PAIRS = {
    "psr-pk": "Relationship, knowledge",
    "pk-pa": "Knowledge, attitude",
    "psr-pa": "Relationship, attitude",
}
ROADS = {
    "psr": "Parasocial relationship",
    "pk_via_psr": "Persuasion knowledge, through the relationship",
    "serial": "Attitude, through the whole chain",
    "pa_via_psr": "Attitude, through the relationship alone",
    "pa_via_pk": "Attitude, through persuasion knowledge alone",
    "direct_pk": "Persuasion knowledge, directly",
    "direct_pa": "Attitude, directly",
    "total_pk": "Persuasion knowledge, in total",
    "total_pa": "Attitude, in total",
}
SIDES = {"+": "above zero", "-": "below zero"}
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"


def recognition(experiment: Experiment) -> Table:
    """What people recall that the influencer did, by what was shown to them."""
    shares = experiment.recognised.set_index("interaction")
    rows = [
        {
            "Shown": reaction(shown, first=True),
            "Recalled rightly": printed(shares.loc[shown, "share"], "percent"),
            _interval_name(experiment.level): _interval(shares.loc[shown], "percent"),
            **{
                f"Said: {SAID[said]}": printed(int(count), "count")
                for said, count in experiment.interaction_check.loc[shown].items()
            },
        }
        for shown in DESIGN.interactions
    ]
    counts = experiment.interaction_check.rename_axis(index="shown").reset_index()
    return Table(pd.DataFrame(rows), f"{HERE}.recognition", counts)


def cell_means(experiment: Experiment, questionnaire: Questionnaire) -> Table:
    """Mean and standard deviation of every scale in each of the six cells."""
    cells = experiment.cells.set_index(["scale", "valence", "interaction"])
    rows = [
        {
            "Scale, comments": f"{_title(scale, questionnaire)}, {valence}",
            **{
                reaction(w, first=True): f"{printed(cells.loc[(scale, valence, w), 'mean'], 'points')} "
                f"({printed(cells.loc[(scale, valence, w), 'sd'], 'points')})"
                for w in DESIGN.interactions
            },
        }
        for scale, valence in cells.index.droplevel("interaction").unique()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.cell_means", experiment.cells)


def anova(experiment: Experiment, questionnaire: Questionnaire) -> Table:
    """The 2 x 3 analysis of variance of every scale."""
    rows = [
        {
            "Scale, source": f"{_title(row['scale'], questionnaire)}, {SOURCES[row['source']]}",
            "F": printed(row["F"], "statistic"),
            "df": f"{printed(row['df1'], 'count')}, {printed(row['df2'], 'count')}",
            "p": _p(row["p"]),
            "Partial η²": printed(row["partial_eta2"], "bounded", decimals=3),
        }
        for _, row in experiment.anova.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.anova", experiment.anova)


def simple_effects(experiment: Experiment, questionnaire: Questionnaire) -> Table:
    """Negative minus positive comments at each reaction, in points and in standard deviations."""
    interval = _interval_name(experiment.level)
    rows = [
        {
            "Scale, reaction": f"{_title(row['scale'], questionnaire)}, {reaction(row['interaction'])}",
            "Difference": printed(row["est"], "points"),
            interval: _interval(row, "points"),
            "Hedges’ g": printed(row["hedges_g"], "points"),
            f"{interval} of g": printed((row["g_lower"], row["g_upper"]), "points"),
            "t (df)": f"{printed(row['t'], 'statistic')} ({printed(row['df'], 'statistic', decimals=0)})",
            "p (Holm)": _p(row["p_holm"]),
        }
        for _, row in experiment.simple_effects.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.simple_effects", experiment.simple_effects)


def paths(mediation: Mediation) -> Table:
    """Every structural path of the study's model."""
    interval = _interval_name(mediation.level)
    rows = [
        {
            "Outcome, predictor": f"{_capital(VARIABLES[row['outcome']])}, {VARIABLES[row['predictor']]}",
            "Label": row["label"],
            "Estimate": printed(row["est"], "coefficient"),
            interval: _interval(row, "coefficient"),
        }
        for _, row in mediation.paths.iterrows()
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.paths", mediation.paths)


def effects(mediation: Mediation, names: Sequence[str]) -> Table:
    """Some effects of negative instead of positive comments at each reaction, in points and in standard deviations.

    Parameters
    ----------
    mediation
        The study's model.
    names
        Which effects, as in `companion.analysis.estimands.EFFECTS`.
    """
    chosen = pd.concat([mediation.at_interactions(name) for name in names], ignore_index=True)
    heads = [f"{ROADS[row['effect']]}; {reaction(row['interaction'])}" for _, row in chosen.iterrows()]
    table = _in_both_units(chosen, heads, mediation.level).rename_axis("Effect; reaction").reset_index()
    return Table(table, f"{HERE}.effects", chosen)


def contrasts(mediation: Mediation, effect: str) -> Table:
    """How much an effect differs between two reactions, in points and in standard deviations."""
    pairs = estimands.contrasts(effect, mediation.design)
    chosen = (
        mediation.contrasts.set_index("name", drop=False).loc[[one.parameter for one in pairs]].reset_index(drop=True)
    )
    heads = [f"{reaction(one.at, first=True)} minus {reaction(str(one.minus))}" for one in pairs]
    table = _in_both_units(chosen, heads, mediation.level).rename_axis("Difference").reset_index()
    return Table(table, f"{HERE}.contrasts", chosen)


def claims(verdicts: Verdicts, stated: Claims) -> Table:
    """For each claim, the verdict beside what the thesis reports."""
    data = pd.DataFrame(
        [(name, one.verdict, one.simultaneous) for name, one in verdicts.judgements.items()],
        columns=["claim", "verdict", "simultaneous"],
    )
    rows = [
        {"Claim": claim, "Verdict": f"{{verdict}}`{claim}`", "Reported by the thesis": stated.results[claim].reported}
        for claim in verdicts.judgements
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.claims", data)


def deciding_intervals(verdicts: Verdicts, level: float) -> Table:
    """Every interval that decides a verdict, beside the simultaneous one, and whether each lies on the claimed side."""
    rows = []
    for claim, judgement in verdicts.judgements.items():
        for _, row in judgement.estimands.iterrows():
            where = reaction(row["at"]) + ("" if pd.isna(row["minus"]) else f" minus {reaction(row['minus'])}")
            alone = (float(row["ci_lower"]), float(row["ci_upper"]))
            together = (float(row["simultaneous_lower"]), float(row["simultaneous_upper"]))
            rows.append(
                {
                    "Claim, effect": f"{claim}, {where}: {STEPS[row['effect']]}",
                    "Named side": SIDES[row["sign"]],
                    "Estimate": printed(row["est"], "coefficient"),
                    _interval_name(level): printed(alone, "coefficient"),
                    "on it": _on_side(*alone, row["sign"]),
                    "Simultaneous": printed(together, "coefficient"),
                    "on it too": _on_side(*together, row["sign"]),
                }
            )
    data = pd.concat([one.estimands.assign(claim=claim) for claim, one in verdicts.judgements.items()])
    return Table(pd.DataFrame(rows), f"{HERE}.deciding_intervals", data)


def latent_and_means(mediation: Mediation, robustness: Robustness) -> Table:
    """The effect through the whole chain with latent variables, and with the means of the items."""
    versions = {"Latent": mediation.effects, "Means of items": robustness.manifest}
    serial = [rows[rows["effect"] == "serial"].assign(row=name) for name, rows in versions.items()]
    return _by_reaction(pd.concat(serial), "Version", f"{HERE}.latent_and_means")


def samples(robustness: Robustness) -> Table:
    """The effect through the whole chain in every variant of the sample."""
    full = robustness.full_information.assign(variant="primary, full information")
    rows = pd.concat([robustness.samples, full], ignore_index=True)
    named = rows.assign(row=[_people(row) for _, row in rows.iterrows()])
    return _by_reaction(named, "People", f"{HERE}.samples")


def orders(robustness: Robustness) -> Table:
    """Both orders of the mediators: the same fit, and what runs through both mediators in each."""
    order = robustness.order
    named = order.assign(
        row=[
            f"{_capital(row['order'])}; χ²({printed(row['df'], 'count')}) = {printed(row['chisq'], 'statistic')}"
            for _, row in order.iterrows()
        ]
    )
    return _by_reaction(named, "Order and fit", f"{HERE}.orders")


def chain_by_group(robustness: Robustness) -> Table:
    """The later links of the chain, estimated at each reaction by itself."""
    groups = robustness.groups.set_index(["path", "interaction"])
    rows = [
        {
            "Link": f"{label}: {LINKS[label]}",
            **{
                reaction(w, first=True): f"{printed(groups.loc[(label, w), 'est'], 'coefficient')} "
                f"({printed(groups.loc[(label, w), 'se'], 'coefficient')})"
                for w in DESIGN.interactions
            },
        }
        for label in LINKS
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.chain_by_group", robustness.groups)


def moderation(robustness: Robustness, level: float) -> Table:
    """The relationship as a moderator of what persuasion knowledge does to the attitude."""
    rows = [
        {
            "Term": TERMS[row["term"]],
            "Estimate": printed(row["est"], "coefficient"),
            _interval_name(level): _interval(row, "coefficient"),
            "t": printed(row["t"], "statistic"),
            "p": _p(row["p"]),
        }
        for _, row in robustness.moderation.iterrows()
        if row["term"] in TERMS
    ]
    return Table(pd.DataFrame(rows), f"{HERE}.moderation", robustness.moderation)


def tipping(points: pd.DataFrame, largest: float) -> Table:
    """The smallest fixed residual correlation that changes a verdict (see `companion.analysis.claims.tipping_points`).

    Parameters
    ----------
    points
        A row a pair of constructs and claim: pair claim correlation, not a number where nothing changes.
    largest
        The largest correlation that was tried, without its sign.
    """
    none = f"none up to ±{printed(largest, 'bounded', decimals=1)}"
    rows = []
    for claim, of in points.groupby("claim", sort=False):
        at = of.set_index("pair")["correlation"]
        cells = {
            words: none if pd.isna(at[pair]) else printed(at[pair], "bounded", decimals=1)
            for pair, words in PAIRS.items()
        }
        rows.append({"Claim": str(claim), **cells})
    return Table(pd.DataFrame(rows), f"{HERE}.tipping", points)


def specifications(robustness: Robustness) -> Table:
    """How the effect through the whole chain is spread over all analyses, at each reaction."""
    rows = []
    for w in DESIGN.interactions:
        of = robustness.specifications[robustness.specifications["interaction"] == w]
        low, high = of["ci_lower"] > 0, of["ci_upper"] < 0
        rows.append(
            {
                "Reaction": reaction(w, first=True),
                "Analyses": printed(len(of), "count"),
                "Smallest": printed(of["est"].min(), "coefficient"),
                "Median": printed(of["est"].median(), "coefficient"),
                "Largest": printed(of["est"].max(), "coefficient"),
                "Interval below zero": printed(int(high.sum()), "count"),
                "Interval above zero": printed(int(low.sum()), "count"),
            }
        )
    return Table(pd.DataFrame(rows), f"{HERE}.specifications", robustness.specifications)


def _by_reaction(rows: pd.DataFrame, head: str, function: str) -> Table:
    """A row a version (column ``row``), a column a reaction: estimate and interval."""
    cells = [
        {
            head: name,
            **{reaction(row["interaction"], first=True): _with_interval(row) for _, row in of.iterrows()},
        }
        for name, of in rows[rows["interaction"].isin(DESIGN.interactions)].groupby("row", sort=False)
    ]
    return Table(pd.DataFrame(cells), function, rows.drop(columns="row"))


def _people(row: pd.Series) -> str:
    number = f"(n = {printed(row['n'], 'count')})".replace(" ", NO_BREAK_SPACE)
    return f"{_capital(row['variant'])} {number}"


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _in_both_units(rows: pd.DataFrame, names: Sequence[str], level: float) -> pd.DataFrame:
    """Give a row an effect, in points and in standard deviations of the outcome."""
    interval = _interval_name(level)
    return pd.DataFrame(
        {
            "Estimate": [printed(est, "coefficient") for est in rows["est"]],
            interval: [_interval(row, "coefficient") for _, row in rows.iterrows()],
            "In SD": [printed(std, "coefficient") for std in rows["std"]],
            f"{interval}, in SD": [_interval(row, "coefficient", "std") for _, row in rows.iterrows()],
        },
        index=pd.Index(names),
    )


def _interval_name(level: float) -> str:
    return f"{printed(level, 'percent', decimals=0)} interval"


def _interval(row: pd.Series, kind: Kind, ends: str = "ci") -> str:
    return printed((float(row[f"{ends}_lower"]), float(row[f"{ends}_upper"])), kind)


def _with_interval(row: pd.Series) -> str:
    """Give estimate and interval; a narrow cell breaks before the interval and not inside."""
    return f"{printed(row['est'], 'coefficient')} {_interval(row, 'coefficient').replace(' ', NO_BREAK_SPACE)}"


def _p(p: float) -> str:
    return printed(p, "p").removeprefix("= ")


def _title(scale: str, questionnaire: Questionnaire) -> str:
    return questionnaire.constructs[scale].title.en


def _on_side(low: float, high: float, sign: str) -> str:
    return "yes" if on_side(low, high, sign) else "no"
