"""Tables of the results: checks, cell means, tests, the model's effects, the claims."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from companion.analysis import estimands
from companion.analysis.claims import Verdicts, on_side
from companion.analysis.experiment import ANOTHER, UNSURE, Experiment
from companion.analysis.mediation import Mediation
from companion.analysis.mistakes import AS_PLANNED, Mistakes
from companion.analysis.robustness import Robustness
from companion.dotted_name import dotted_name
from companion.formats import Language
from companion.rows import row_at
from companion.survey.design import Design, in_order
from companion.survey.questionnaire import Claims, Questionnaire
from companion.tables.table import NO_BREAK, NOTHING, Table, headed, interval, p_value, percent, reaction, yes_or_no
from companion.words import Words, words


def recognition(experiment: Experiment, *, language: Language = "en") -> Table:
    """What people recall that the influencer did, by what was shown to them."""
    say = words(language)
    shares = experiment.recognised.set_index("interaction")
    counts = experiment.interaction_check.rename_axis(index="shown").reset_index()
    recalled = experiment.interaction_check.columns
    answers = {w: reaction(w, say) for w in in_order(recalled)}
    answers |= {code: say(f"tables.results.recognition.{code}") for code in (UNSURE, ANOTHER) if code in recalled}
    said = {f"said {name}": say("tables.results.recognition.said", answer=answer) for name, answer in answers.items()}
    rows = [
        {
            "shown": reaction(shown, say, first=True),
            "share": say.printed(shares["share"][shown], "percent"),
            "interval": interval(row_at(shares, shown), "percent", say),
            **{
                f"said {name}": say.printed(int(count), "count")
                for name, count in row_at(experiment.interaction_check, shown).items()
            },
        }
        for shown in counts["shown"]
    ]
    heads = say.under("tables.results.recognition.heads", level=percent(experiment.level, say))
    return Table(headed(rows, heads | said), dotted_name(recognition), counts)


def cell_means(experiment: Experiment, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """Mean and standard deviation of every scale in each cell."""
    say, shown = words(language), in_order(experiment.cells["interaction"])
    cells = experiment.cells.set_index(["scale", "valence", "interaction"])
    lines = list(dict.fromkeys(zip(experiment.cells["scale"], experiment.cells["valence"], strict=True)))
    rows = [
        {
            "scale": say.under("design.label")[valence],
            **{
                w: f"{say.printed(cells['mean'][scale, valence, w], 'points')} "
                f"({say.printed(cells['sd'][scale, valence, w], 'points')})"
                for w in shown
            },
        }
        for scale, valence in lines
    ]
    heads = say.under("tables.results.cell_means.heads") | _reactions(shown, say)
    groups = [_title(scale, questionnaire, say) for scale, _ in lines]
    return Table(headed(rows, heads), dotted_name(cell_means), experiment.cells, groups)


def anova(experiment: Experiment, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """The analysis of variance of every scale, tone by reaction."""
    say = words(language)
    sources = say.under("tables.results.anova.source")
    rows = [
        {
            "source": sources[row["source"]],
            "f": say.printed(row["F"], "statistic"),
            "df": f"{say.printed(row['df1'], 'count')}, {say.printed(row['df2'], 'count')}",
            "p": p_value(row["p"], say),
            "eta": say.printed(row["partial_eta2"], "bounded", decimals=3),
        }
        for _, row in experiment.anova.iterrows()
    ]
    heads = say.under("tables.results.anova.heads")
    groups = [_title(scale, questionnaire, say) for scale in experiment.anova["scale"]]
    return Table(headed(rows, heads), dotted_name(anova), experiment.anova, groups)


def simple_effects(experiment: Experiment, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """Negative minus positive comments at each reaction, in points and in standard deviations."""
    say = words(language)
    rows = [
        {
            "scale": reaction(row["interaction"], say, first=True),
            "difference": say.printed(row["est"], "points"),
            "interval": interval(row, "points", say),
            "g": say.printed(row["hedges_g"], "points"),
            "g_interval": interval(row, "points", say, "g"),
            "t": f"{say.printed(row['t'], 'statistic')} ({say.printed(row['df'], 'statistic', decimals=0)})",
            "p": p_value(row["p_holm"], say),
        }
        for _, row in experiment.simple_effects.iterrows()
    ]
    heads = say.under("tables.results.simple_effects.heads", level=percent(experiment.level, say))
    groups = [_title(scale, questionnaire, say) for scale in experiment.simple_effects["scale"]]
    return Table(headed(rows, heads), dotted_name(simple_effects), experiment.simple_effects, groups)


def paths(mediation: Mediation, *, language: Language = "en") -> Table:
    """Every structural path of the study's model."""
    say = words(language)
    variables = {name: _capital(variable) for name, variable in _variables(mediation.design, say).items()}
    predictors = variables | _reactions(mediation.design.reactions, say)
    rows = [
        {
            "path": predictors[row["predictor"]],
            "label": row["label"],
            "estimate": say.printed(row["est"], "coefficient"),
            "interval": interval(row, "coefficient", say),
        }
        for _, row in mediation.paths.iterrows()
    ]
    heads = say.under("tables.results.paths.heads", level=percent(mediation.level, say))
    groups = [variables[outcome] for outcome in mediation.paths["outcome"]]
    return Table(headed(rows, heads), dotted_name(paths), mediation.paths, groups)


def effects(mediation: Mediation, names: Sequence[str], *, language: Language = "en") -> Table:
    """Some effects of negative instead of positive comments at each reaction, in points and in standard deviations.

    Parameters
    ----------
    mediation
        The study's model.
    names
        Which effects, as in `companion.analysis.estimands.EFFECTS`.
    language
        Of words and numbers.
    """
    say = words(language)
    called = say.under("tables.results.effects.effect")
    chosen = pd.concat([mediation.at_interactions(name) for name in names], ignore_index=True)
    rows = [
        {"effect": reaction(row["interaction"], say, first=True), **_in_both_units(row, say)}
        for _, row in chosen.iterrows()
    ]
    heads = say.under("tables.results.effects.heads", level=percent(mediation.level, say))
    return Table(headed(rows, heads), dotted_name(effects), chosen, [called[effect] for effect in chosen["effect"]])


def contrasts(mediation: Mediation, effect: str, *, language: Language = "en") -> Table:
    """How much an effect differs between two reactions, in points and in standard deviations."""
    say = words(language)
    pairs = estimands.contrasts(effect, mediation.design)
    chosen = (
        mediation.contrasts.set_index("name", drop=False).loc[[one.parameter for one in pairs]].reset_index(drop=True)
    )
    rows = []
    for pair, (_, row) in zip(pairs, chosen.iterrows(), strict=True):
        one, other = reaction(pair.at, say, first=True), reaction(str(pair.minus), say)
        difference = say("tables.results.minus", one=one, other=other)
        rows.append({"effect": difference, **_in_both_units(row, say)})
    heads = say.under("tables.results.contrasts.heads", level=percent(mediation.level, say))
    return Table(headed(rows, heads), dotted_name(contrasts), chosen)


def claims(verdicts: Verdicts, stated: Claims, *, language: Language = "en") -> Table:
    """For each claim, the verdict beside what the thesis reports; of one that the study cannot test, that it cannot."""
    say = words(language)
    untested = say("tables.results.claims.untested")
    data = pd.DataFrame(
        [(name, one.verdict, one.simultaneous) for name, one in verdicts.judgements.items()],
        columns=["claim", "verdict", "simultaneous"],
    )
    rows = [
        {
            "claim": claim,
            "verdict": f"{{verdict}}`{claim}`" if claim in verdicts.judgements else untested,
            "reported": of.reported,
        }
        for claim, of in stated.results.items()
    ]
    labels = {name: word.simulated if verdicts.simulated else word.observed for name, word in stated.words.items()}
    spelt = {f"{{verdict}}`{claim}`": labels[one.verdict] for claim, one in verdicts.judgements.items()}
    heads = say.under("tables.results.claims.heads")
    return Table(headed(rows, heads), dotted_name(claims), data, spelt=spelt)


def deciding_intervals(verdicts: Verdicts, level: float, *, language: Language = "en") -> Table:
    """Every interval that decides a verdict, beside the simultaneous one, and whether each lies on the claimed side."""
    say = words(language)
    steps = say.under("tables.results.deciding_intervals.step")
    sides = say.under("tables.results.deciding_intervals.side")
    rows = []
    for judgement in verdicts.judgements.values():
        for _, row in judgement.estimands.iterrows():
            where = reaction(row["at"], say, first=True)
            if not pd.isna(row["minus"]):
                where = say("tables.results.minus", one=where, other=reaction(row["minus"], say))
            alone = (float(row["ci_lower"]), float(row["ci_upper"]))
            together = (float(row["simultaneous_lower"]), float(row["simultaneous_upper"]))
            rows.append(
                {
                    "effect": say("tables.results.deciding_intervals.effect", where=where, step=steps[row["effect"]]),
                    "side": sides[row["sign"]],
                    "estimate": say.printed(row["est"], "coefficient"),
                    "interval": say.printed(alone, "coefficient"),
                    "on_it": yes_or_no(on_side(*alone, row["sign"]), say),
                    "simultaneous": say.printed(together, "coefficient"),
                    "on_it_too": yes_or_no(on_side(*together, row["sign"]), say),
                }
            )
    data = pd.concat([one.estimands.assign(claim=claim) for claim, one in verdicts.judgements.items()])
    heads = say.under("tables.results.deciding_intervals.heads", level=percent(level, say))
    return Table(headed(rows, heads), dotted_name(deciding_intervals), data, list(data["claim"]))


def latent_and_means(mediation: Mediation, robustness: Robustness, *, language: Language = "en") -> Table:
    """The effect through the whole chain with latent variables, and with the means of the items."""
    say = words(language)
    called = say.under("tables.results.latent_and_means.version")
    versions = {"latent": mediation.effects, "means": robustness.manifest}
    serial = [rows[rows["effect"] == "serial"].assign(row=called[name]) for name, rows in versions.items()]
    head = say("tables.results.latent_and_means.head")
    return _by_reaction(pd.concat(serial), head, dotted_name(latent_and_means), say)


def samples(robustness: Robustness, *, language: Language = "en") -> Table:
    """The effect through the whole chain in every variant of the sample."""
    say = words(language)
    called = say.under("tables.results.samples.who")
    full = robustness.full_information.assign(variant="primary, full information")
    rows = pd.concat([robustness.samples, full], ignore_index=True)
    people = []
    for _, row in rows.iterrows():
        number = say("tables.results.samples.n", n=say.printed(row["n"], "count")).replace(" ", NO_BREAK)
        people.append(say("tables.results.samples.people", who=called[row["variant"]], n=number))
    return _by_reaction(rows.assign(row=people), say("tables.results.samples.head"), dotted_name(samples), say)


def mistakes(made: Mistakes, *, language: Language = "en") -> Table:
    """The effect through the whole chain as planned and with each mistake, and the claims whose verdict it changes."""
    say = words(language)
    called = say.under("tables.results.mistakes.analysis")
    given = {
        str(name): dict(zip(of["claim"], of["verdict"], strict=True)) for name, of in made.verdicts.groupby("mistake")
    }
    rows = []
    for name, of in made.effects.groupby("mistake", sort=False):
        changed = [claim for claim, verdict in given[AS_PLANNED].items() if given[str(name)][claim] != verdict]
        rows.append(
            {
                "analysis": called[str(name)],
                **{row["interaction"]: _with_interval(row, say) for _, row in of.iterrows()},
                "changed": ", ".join(changed) or NOTHING,
            }
        )
    shown = in_order(made.effects["interaction"])
    heads = say.under("tables.results.mistakes.heads") | _reactions(shown, say)
    order = ["analysis", *shown, "changed"]
    return Table(headed(rows, heads)[[heads[name] for name in order]], dotted_name(mistakes), made.effects)


def orders(robustness: Robustness, *, language: Language = "en") -> Table:
    """Both orders of the mediators: the same fit, and what runs through both mediators in each."""
    say = words(language)
    called = say.under("tables.results.orders.order")
    order = robustness.order
    named = order.assign(
        row=[
            say(
                "tables.results.orders.fit",
                order=called[row["order"]],
                df=say.printed(row["df"], "count"),
                chisq=say.printed(row["chisq"], "statistic"),
            )
            for _, row in order.iterrows()
        ]
    )
    return _by_reaction(named, say("tables.results.orders.head"), dotted_name(orders), say)


def chain_by_group(robustness: Robustness, *, language: Language = "en") -> Table:
    """The later links of the chain, estimated at each reaction by itself."""
    say = words(language)
    called = say.under("tables.results.chain_by_group.link")
    groups, shown = robustness.groups.set_index(["path", "interaction"]), in_order(robustness.groups["interaction"])
    rows = [
        {
            "link": called[label],
            **{
                w: NOTHING
                if pd.isna(groups["est"][label, w])
                else f"{say.printed(groups['est'][label, w], 'coefficient')} "
                f"({say.printed(groups['se'][label, w], 'coefficient')})"
                for w in shown
            },
        }
        for label in ("d", "b", "c")
    ]
    heads = say.under("tables.results.chain_by_group.heads") | _reactions(shown, say)
    return Table(headed(rows, heads), dotted_name(chain_by_group), robustness.groups)


def moderation(robustness: Robustness, level: float, *, language: Language = "en") -> Table:
    """The relationship as a moderator of what persuasion knowledge does to the attitude."""
    say = words(language)
    terms = say.under("tables.results.moderation.term")
    rows = [
        {
            "term": terms[row["term"]],
            "estimate": say.printed(row["est"], "coefficient"),
            "interval": interval(row, "coefficient", say),
            "t": say.printed(row["t"], "statistic"),
            "p": p_value(row["p"], say),
        }
        for _, row in robustness.moderation.iterrows()
        if row["term"] in terms
    ]
    heads = say.under("tables.results.moderation.heads", level=percent(level, say))
    return Table(headed(rows, heads), dotted_name(moderation), robustness.moderation)


def tipping(points: pd.DataFrame, largest: float, *, language: Language = "en") -> Table:
    """The smallest fixed residual correlation that changes a verdict (see `companion.analysis.claims.tipping_points`).

    Parameters
    ----------
    points
        A row a pair of constructs and claim: pair claim correlation, not a number where nothing changes.
    largest
        The largest correlation that was tried, without its sign.
    language
        Of words and numbers.
    """
    say = words(language)
    nowhere = say("tables.results.tipping.nowhere", largest=say.printed(largest, "bounded", decimals=1))
    rows = []
    for claim, of in points.groupby("claim", sort=False):
        at = of.set_index("pair")["correlation"]
        cells = {
            pair: nowhere if pd.isna(at[pair]) else say.printed(at[pair], "bounded", decimals=1)
            for pair in ("psr-pk", "pk-pa", "psr-pa")
        }
        rows.append({"claim": str(claim), **cells})
    return Table(headed(rows, say.under("tables.results.tipping.heads")), dotted_name(tipping), points)


def specifications(robustness: Robustness, *, language: Language = "en") -> Table:
    """How the effect through the whole chain is spread over all analyses with a solution, at each reaction."""
    say, solved = words(language), robustness.specifications.dropna(subset="est")
    rows = []
    for w in in_order(robustness.specifications["interaction"]):
        of = solved[solved["interaction"] == w]
        low, high = of["ci_lower"] > 0, of["ci_upper"] < 0
        rows.append(
            {
                "reaction": reaction(w, say, first=True),
                "analyses": say.printed(len(of), "count"),
                "smallest": say.printed(of["est"].min(), "coefficient"),
                "median": say.printed(of["est"].median(), "coefficient"),
                "largest": say.printed(of["est"].max(), "coefficient"),
                "below": say.printed(int(high.sum()), "count"),
                "above": say.printed(int(low.sum()), "count"),
            }
        )
    heads = say.under("tables.results.specifications.heads")
    return Table(headed(rows, heads), dotted_name(specifications), robustness.specifications)


def _by_reaction(rows: pd.DataFrame, head: str, function: str, say: Words) -> Table:
    """A row a version (column ``row``), a column a reaction: estimate and interval."""
    shown = in_order(rows["interaction"])
    cells = [
        {"row": str(name), **{row["interaction"]: _with_interval(row, say) for _, row in of.iterrows()}}
        for name, of in rows[rows["interaction"].isin(shown)].groupby("row", sort=False)
    ]
    return Table(headed(cells, {"row": head} | _reactions(shown, say)), function, rows.drop(columns="row"))


def _reactions(shown: Sequence[str], say: Words) -> dict[str, str]:
    """Give the heads of a column a reaction."""
    return {w: reaction(w, say, first=True) for w in shown}


def _variables(design: Design, say: Words) -> dict[str, str]:
    """Give the variables of the model in words: constructs, comments, reactions, and comments by reaction."""
    named = say.under("tables.results.paths.variable")
    for w in design.reactions:
        named[w] = reaction(w, say)
        named[f"neg:{w}"] = say("tables.results.paths.product", one=named["neg"], other=named[w])
    return named


def _capital(words: str) -> str:
    return words[0].upper() + words[1:]


def _in_both_units(row: pd.Series, say: Words) -> dict[str, str]:
    """Give the cells of an effect, in points and in standard deviations of the outcome."""
    return {
        "estimate": say.printed(row["est"], "coefficient"),
        "interval": interval(row, "coefficient", say),
        "std": say.printed(row["std"], "coefficient"),
        "std_interval": interval(row, "coefficient", say, "std"),
    }


def _with_interval(row: pd.Series, say: Words) -> str:
    """Give estimate and interval; a narrow cell breaks before the interval and not inside."""
    return f"{say.printed(row['est'], 'coefficient')} {interval(row, 'coefficient', say).replace(' ', NO_BREAK)}"


def _title(scale: str, questionnaire: Questionnaire, say: Words) -> str:
    return questionnaire.constructs[scale].title.wording(say.language)
