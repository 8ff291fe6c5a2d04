"""Tables of the method chapters: who is analysed, what the items measure, what decides a claim, what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from companion.analysis.claims import Verdicts
from companion.analysis.estimands import EFFECTS
from companion.analysis.invariance import Invariance
from companion.analysis.measurement import Measurement
from companion.dotted_name import dotted_name
from companion.formats import Kind, Language, Value
from companion.rows import each_row, row_at
from companion.survey.design import DESIGN, Cell
from companion.survey.questionnaire import Analysis, Claims, Questionnaire, StatedEstimand, codebook, wordings
from companion.survey.sample import BEFORE, Sample
from companion.tables.table import NO_BREAK, NOTHING, Table, headed, interval, p_value, percent, reaction, yes_or_no
from companion.truth.population import Truth
from companion.truth.recovery import Recovery
from companion.words import Words, words

BOXES = ("recorded", "randomised", "retained", "analysed")
"""Rows of the flow that count and remove nobody."""
PLANTED: Mapping[str, tuple[str, ...]] = {
    "preview": ("previews", "tests"),
    "copy": ("copies",),
    "no_consent": ("no_consent",),
    "age_missing": ("age_missing",),
    "age_outside": ("under_18", "over_30", "outside_age_and_not_follower"),
    "not_follower": ("not_follower",),
    "attention_failed": ("attention_failed",),
    "never_assigned": ("never_assigned",),
    "left_before_outcome": ("left_at_post", "left_after_first_page"),
    "second_answer": ("second_answers",),
    "fast_pages": ("fast_pages", "fast_both"),
    "fast_in_all": ("fast_in_all",),
    "missing_item": ("missing_item",),
}
"""Rule of the flow -> what was planted for it; a row hit by two rules counts for the first."""
CHAIN: Mapping[str, str] = {"psr": "", "pk_via_psr": "·d", "serial": "·d·b"}
"""What an effect on the relationship is multiplied by on its way along the chain."""
FIT_MEASURES: Mapping[str, Kind] = {
    "chisq": "statistic",
    "df": "count",
    "pvalue": "p",
    "cfi": "bounded",
    "tli": "bounded",
    "rmsea": "bounded",
    "srmr": "bounded",
}
FINE = 3
"""Decimals of shares that are nearly zero."""
STEPS = ("configural", "metric", "scalar")
"""Steps of invariance, each holding more equal over the cells than the one before."""


def flow(sample: Sample, *, language: Language = "en") -> Table:
    """Every step from the rows of the file to the people analysed: how many were left out and how many remained."""
    say = words(language)
    rows = [
        {
            "step": f"**{row.words}**" if row.rule in BOXES else row.words,
            "removed": NOTHING if row.rule in BOXES or not row.applied else _count(row.removed, say),
            "left": f"**{_count(row.left, say)}**" if row.rule in BOXES else _count(row.left, say),
        }
        for row in each_row(sample.flow)
    ]
    return Table(headed(rows, say.under("tables.method.flow.heads")), dotted_name(flow), sample.flow)


def cells(sample: Sample, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """How many people each cell of the design lost after randomisation, by rule, and how many are analysed."""
    say = words(language)
    after = sample.flow[(sample.flow["stage"] != BEFORE) | (sample.flow["rule"] == "randomised")].set_index("rule")
    columns = {_cell(cell, say): " ".join(cell) for cell in questionnaire.cells} | {say("tables.method.all"): "left"}
    rows = []
    for header, column in columns.items():
        left, lost = after[column], -after[column].diff()
        row = {"cell": header, "randomised": _count(left["randomised"], say)}
        row |= {rule: _count(lost[rule], say) for rule in after.index if rule not in BOXES}
        rows.append(row | {"analysed": f"**{_count(left['analysed'], say)}**"})
    heads = say.under("tables.method.cells.heads") | say.under("tables.method.cells.lost")
    return Table(headed(rows, heads), dotted_name(cells), after.reset_index())


def background(sample: Sample, questionnaire: Questionnaire, analysis: Analysis, *, language: Language = "en") -> Table:
    """What the people of each cell brought along: mean and standard deviation, or a share of those who say yes."""
    say = words(language)
    groups = {_cell(cell, say): _of_cell(sample.data, *cell) for cell in questionnaire.cells}
    groups |= {say("tables.method.all"): sample.data}
    rows = [
        {"cell": header} | {name: _described(group[name], say) for name in analysis.covariates}
        for header, group in groups.items()
    ]
    data = pd.concat({header: group[list(analysis.covariates)].describe().T for header, group in groups.items()})
    data = data.rename_axis(["cell", "background"]).reset_index()
    heads = say.under("tables.method.background.heads") | {name: name.capitalize() for name in analysis.covariates}
    return Table(headed(rows, heads), dotted_name(background), data)


def overlap(sample: Sample, *, language: Language = "en") -> Table:
    """How many rows each rule would hit alone: the order of the flow hides overlap, this table does not."""
    say = words(language)
    rows = [
        {
            "rule": row.words,
            "hit": _count(row.hit, say),
            "alone": _count(row.alone, say),
            "removed": _count(row.removed, say),
        }
        for row in each_row(sample.overlap)
    ]
    return Table(headed(rows, say.under("tables.method.overlap.heads")), dotted_name(overlap), sample.overlap)


def attrition(sample: Sample, *, language: Language = "en") -> Table:
    """Whether the six cells lost different shares of their people."""
    say = words(language)
    who, methods = say.under("tables.method.attrition.who"), say.under("tables.method.attrition.methods")
    rows = [
        {
            "who": who[row.what],
            "people": say(
                "tables.method.attrition.people",
                removed=_count(row.removed, say),
                randomised=_count(row.randomised, say),
            ),
            "gap": say.printed(row.difference, "points"),
            "chi_square": f"{_printed(row.chisq, 'statistic', say)} ({_count(row.df, say)})",
            "p": p_value(row.p, say),
            "method": methods[row.method],
        }
        for row in each_row(sample.attrition)
    ]
    return Table(headed(rows, say.under("tables.method.attrition.heads")), dotted_name(attrition), sample.attrition)


def planted(truth: Truth, sample: Sample, *, language: Language = "en") -> Table:
    """What was planted in a simulated survey beside what the rules left out: the two columns must be equal."""
    say = words(language)
    found = sample.flow.set_index("rule")
    rows = [
        (found["words"][rule], _planted(truth, names), int(found["removed"][rule])) for rule, names in PLANTED.items()
    ]
    straight = row_at(sample.flags.set_index("flag"), "straight_lines")
    flag = say("tables.method.planted.flagged", flag=straight["words"])
    rows.append((flag, _planted(truth, ("straight_liners",)), int(straight["flagged"])))
    data = pd.DataFrame(rows, columns=["what", "planted", "found"])
    cells = [{"what": what, "planted": _count(meant, say), "found": _count(left, say)} for what, meant, left in rows]
    heads = say.under("tables.method.planted.heads")
    return Table(headed(cells, heads), dotted_name(planted), data, about="planted")


def items(questionnaire: Questionnaire, constructs: Iterable[str], *, language: Language = "en") -> Table:
    """The statements of some constructs in English and Dutch under their stems, and which of them are turned."""
    say = words(language)
    columns = ("item", "in_english", "as_shown", "turned")
    rows = []
    for name in constructs:
        construct = questionnaire.constructs[name]
        rows.append((f"`{name}`", f"*{construct.stem.en}*", f"*{construct.stem.nl}*", ""))
        rows += [
            (item, f"… {asked.text.en}", f"… {asked.text.nl}", say("tables.yes") if asked.reversed else NOTHING)
            for item, asked in construct.items.items()
        ]
    heads = say.under("tables.method.items.heads")
    frame = headed([dict(zip(columns, row, strict=True)) for row in rows], heads)
    return Table(frame, dotted_name(items), about="no survey", languages=_other(heads, say, nl="as_shown"))


def reliability(measurement: Measurement, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """How well each scale's items hang together: alpha and omega with intervals, and the average variance extracted."""
    say = words(language)
    validity = measurement.validity.set_index("scale")
    rows = [
        {
            "scale": _title(questionnaire, row["scale"], say),
            "items": _count(row["items"], say),
            "alpha": say.printed(row["alpha"], "bounded"),
            "alpha_interval": interval(row, "bounded", say, "alpha"),
            "omega": say.printed(row["omega"], "bounded"),
            "omega_interval": interval(row, "bounded", say, "omega"),
            "ave": say.printed(validity["ave"][row["scale"]], "bounded"),
        }
        for row in measurement.reliability.to_dict("records")
    ]
    data = measurement.reliability.merge(measurement.validity, on="scale")
    heads = say.under("tables.method.reliability.heads", level=percent(measurement.level, say))
    return Table(headed(rows, heads), dotted_name(reliability), data)


def correlations(measurement: Measurement, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """Means, standard deviations, reliabilities and correlations of the scales, as a journal would print them."""
    say = words(language)
    scales = list(map(str, measurement.correlations))
    described = measurement.reliability.set_index("scale")
    rows = []
    for place, scale in enumerate(scales):
        row = {"scale": f"{place + 1}. {_title(questionnaire, scale, say)}"}
        row |= {name: say.printed(described[name][scale], "points") for name in ("mean", "sd")}
        row |= {name: say.printed(described[name][scale], "bounded") for name in ("alpha", "omega")}
        for other, column in enumerate(scales[:-1]):
            r = measurement.correlations[column][scale]
            row[str(other + 1)] = say.printed(r, "bounded") if other < place else NOTHING
        rows.append(row)
    data = measurement.correlations.rename_axis("scale").reset_index()
    numbered = {str(place): str(place) for place in range(1, len(scales))}
    heads = say.under("tables.method.correlations.heads") | numbered
    return Table(headed(rows, heads), dotted_name(correlations), data)


def loadings(measurement: Measurement, *, language: Language = "en") -> Table:
    """Every item with its mean, its spread, its correlation with the rest of its scale, and its loading."""
    say = words(language)
    data = measurement.items.merge(measurement.loadings.drop(columns="scale"), on="item")
    rows = [
        {
            "item": row["item"],
            "mean": say.printed(row["mean"], "points"),
            "sd": say.printed(row["sd"], "points"),
            "skewness": say.printed(row["skewness"], "points"),
            "rest": say.printed(row["rest"], "bounded"),
            "loading": say.printed(row["est"], "coefficient"),
            "standardised": say.printed(row["std_all"], "bounded"),
            "interval": interval(row, "bounded", say, "std"),
        }
        for row in data.to_dict("records")
    ]
    heads = say.under("tables.method.loadings.heads", level=percent(measurement.level, say))
    return Table(headed(rows, heads), dotted_name(loadings), data)


def fit_measures(measurement: Measurement, *, language: Language = "en") -> Table:
    """How far the factor model lies from the data, by the usual measures, each with what it compares."""
    say = words(language)
    called, what = say.under("tables.method.fit_measures.measure"), say.under("tables.method.fit_measures.what")
    measures = measurement.cfa.measures
    around = say.printed((measures["rmsea_ci_lower"], measures["rmsea_ci_upper"]), "bounded").replace(" ", NO_BREAK)
    rows = []
    for name, kind in FIT_MEASURES.items():
        value = p_value(measures[name], say) if kind == "p" else say.printed(measures[name], kind)
        beside = f"{NO_BREAK}{around}" if name == "rmsea" else ""
        rows.append({"measure": called[name], "value": value + beside, "what": what[name]})
    data = pd.DataFrame({"measure": list(FIT_MEASURES), "value": [measures[name] for name in FIT_MEASURES]})
    return Table(headed(rows, say.under("tables.method.fit_measures.heads")), dotted_name(fit_measures), data)


def distinctness(measurement: Measurement, questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """Whether two scales measure different things: their correlation, and the HTMT ratio with its interval."""
    say = words(language)
    rows = [
        {
            "scales": say(
                "tables.method.distinctness.scales",
                one=_title(questionnaire, row["scale_1"], say),
                other=_title(questionnaire, row["scale_2"], say).lower(),
            ),
            "r": say.printed(measurement.correlations[row["scale_2"]][row["scale_1"]], "bounded"),
            "htmt": say.printed(row["htmt"], "bounded"),
            "interval": interval(row, "bounded", say),
        }
        for row in measurement.htmt.to_dict("records")
    ]
    heads = say.under("tables.method.distinctness.heads", level=percent(measurement.level, say))
    return Table(headed(rows, heads), dotted_name(distinctness), measurement.htmt)


def invariance(result: Invariance, *, language: Language = "en") -> Table:
    """Whether the items work alike in all cells: each step's fit, and what it loses against the step before."""
    say = words(language)
    called, equal = say.under("tables.method.invariance.step"), say.under("tables.method.invariance.equal")
    rows = []
    for step in STEPS:
        row = row_at(result.steps, step)
        rows.append(
            {
                "step": called[step],
                "equal": equal[step],
                "chi_square": _chi_square(row["chisq"], row["df"], say),
                "difference": _chi_square(row["chisq_diff"], row["df_diff"], say),
                "p": p_value(row["pvalue"], say),
                **{
                    name: _printed(row[name], "bounded", say, decimals=3)
                    for name in ("cfi", "delta_cfi", "rmsea", "delta_rmsea")
                },
            }
        )
    data = result.steps.rename_axis("step").reset_index()
    return Table(headed(rows, say.under("tables.method.invariance.heads")), dotted_name(invariance), data)


def direct_paths(result: Invariance, *, language: Language = "en") -> Table:
    """Whether a version moves an item past its construct: each item's paths from the conditions freed in turn."""
    say = words(language)
    shown = [w for w in DESIGN.interactions if f"serial_{w}" in result.direct]
    rows = [
        {
            "item": row["item"],
            "chi_square": _chi_square(row["chisq_diff"], row["df_diff"], say),
            "p": p_value(row["p"], say),
            "p_holm": p_value(row["p_holm"], say),
        }
        | {w: _printed(row[f"serial_{w}"], "coefficient", say) for w in shown}
        for row in result.direct.to_dict("records")
    ]
    chains = {w: say("tables.method.direct_paths.chain", reaction=reaction(w, say)) for w in shown}
    heads = say.under("tables.method.direct_paths.heads") | chains
    return Table(headed(rows, heads), dotted_name(direct_paths), result.direct)


def effects(*, language: Language = "en") -> Table:
    """The effects that the analysis estimates at each reaction, in words."""
    say = words(language)
    rows = [{"effect": effect.words(language), "name": f"`{effect.name}`"} for effect in EFFECTS]
    return Table(headed(rows, say.under("tables.method.effects.heads")), dotted_name(effects), about="no survey")


def claims(stated: Claims, *, language: Language = "en") -> Table:
    """What the thesis reports, claim by claim, and the intervals that have to lie on one side for it to be found."""
    say = words(language)
    rows = [
        {
            "claim": name,
            "reported": " ".join(claim.reported.split()),
            "found": "; ".join(
                [
                    *(say("tables.method.claims.requires", claim=other) for other in claim.requires),
                    *map(_condition, claim.estimands),
                ]
            ),
        }
        for name, claim in stated.results.items()
    ]
    return Table(headed(rows, say.under("tables.method.claims.heads")), dotted_name(claims), about="no survey")


def power(rates: pd.DataFrame, *, language: Language = "en") -> Table:
    """How often simulated surveys of each size find each claim.

    Parameters
    ----------
    rates
        A row a size and claim: n (analysed respondents), claim, power (a share).
    language
        Of words and numbers.
    """
    say = words(language)
    rows = [
        {"people": _count(n, say)}
        | {row["claim"]: say.printed(row["power"], "share") for row in rates[rates["n"] == n].to_dict("records")}
        for n in sorted(set(rates["n"]))
    ]
    heads = say.under("tables.method.power.heads") | {claim: claim for claim in rates["claim"].unique()}
    return Table(headed(rows, heads), dotted_name(power), rates, about="planted")


def false_finds(rates: pd.DataFrame, *, language: Language = "en") -> Table:
    """How often surveys from each truth find each claim, and which claims are true there.

    Parameters
    ----------
    rates
        A row a truth and claim: truth claim holds rate ci_lower ci_upper.
    language
        Of words and numbers.
    """
    say = words(language)
    heads = say.under("tables.method.false_finds.heads") | {claim: claim for claim in rates["claim"].unique()}
    called = say.under("tables.method.false_finds.truths")

    def cell(row: Mapping[Any, Any]) -> str:
        bounds = (float(row["ci_lower"]), float(row["ci_upper"]))
        share = f"{say.printed(row['rate'], 'share', FINE)} {say.printed(bounds, 'share', FINE)}"
        return say("tables.method.false_finds.true", share=share) if row["holds"] else share

    rows = [
        {"truth": called[str(truth).replace(" ", "_")]}
        | {str(row["claim"]): cell(row) for row in group.to_dict("records")}
        for truth, group in rates.groupby("truth", sort=False)
    ]
    return Table(headed(rows, heads), dotted_name(false_finds), rates, about="planted")


def recovery(recovered: Recovery, names: Mapping[str, str], level: float, *, language: Language = "en") -> Table:
    """What was written down at each reaction, what the analysis gives in the population, and what it found.

    Parameters
    ----------
    recovered
        The comparison with the truth.
    names
        Which effects, as in `companion.analysis.estimands.EFFECTS`, and how the table calls them.
    level
        Level of the intervals, as a share.
    language
        Of words and numbers.
    """
    say = words(language)
    values = recovered.effects
    chosen = values[values["effect"].isin(list(names)) & values["interaction"].isin(DESIGN.interactions)]
    rows = [
        {
            "effect": reaction(row["interaction"], say, first=True),
            "structural": say.printed(row["structural"], "coefficient"),
            "rounded": say.printed(row["rounded"], "coefficient"),
            "careless": say.printed(row["careless"], "coefficient"),
            "estimate": say.printed(row["est"], "coefficient"),
            "interval": interval(row, "coefficient", say),
            "holds": yes_or_no(row["covered"], say),
        }
        for row in chosen.to_dict("records")
    ]
    heads = say.under("tables.method.recovery.heads", level=percent(level, say))
    groups = [names[effect] for effect in chosen["effect"]]
    return Table(headed(rows, heads), dotted_name(recovery), chosen, groups, about="planted")


def verdicts_beside(
    first: Verdicts, second: Verdicts, stated: Claims, headers: tuple[str, str], *, language: Language = "en"
) -> Table:
    """The verdicts of two surveys beside each other, in the words of the analysis plan."""
    say = words(language)
    columns = dict(zip(headers, (first, second), strict=True))
    rows = [
        {"claim": name} | {header: _verdict(stated, verdicts, name) for header, verdicts in columns.items()}
        for name in stated.results
    ]
    heads = say.under("tables.method.verdicts_beside.heads") | {header: header for header in headers}
    return Table(headed(rows, heads), dotted_name(verdicts_beside), about="planted")


def questions(questionnaire: Questionnaire, groups: Iterable[str], *, language: Language = "en") -> Table:
    """Some variables: the name in the analysis, the column in the export, the wording in two languages, the scale.

    Parameters
    ----------
    questionnaire
        What was asked.
    groups
        Groups of the codebook: ``factor``, ``screening``, ``background``, ``check``, ``page time``, or a construct's
        English title.
    language
        Of words and numbers.
    """
    say = words(language)
    book, chosen = codebook(questionnaire, language), codebook(questionnaire)["group"].isin(list(groups))
    english, dutch = wordings(questionnaire, "en"), wordings(questionnaire, "nl")
    rows = []
    for row in book[chosen].to_dict("records"):
        name, question = f"`{row['name']}`", questionnaire.closed.get(row["name"])
        rows.append(
            {
                "name": say("tables.method.questions.turned", name=name) if row["reversed"] else name,
                "column": f"`{row['column']}`",
                "in_english": english[row["name"]],
                "as_asked": dutch[row["name"]],
                "answers": row["values"] if question is None else f"{question.scale}",
            }
        )
    heads = say.under("tables.method.questions.heads")
    return Table(
        headed(rows, heads),
        dotted_name(questions),
        book[chosen],
        about="no survey",
        languages=_other(heads, say, nl="as_asked"),
    )


def scales(questionnaire: Questionnaire, *, language: Language = "en") -> Table:
    """The scales behind the questions: each code with its label in two languages."""
    say = words(language)
    choices = [(name, choice) for name, of in questionnaire.scales.items() for choice in of]
    rows = [{"code": str(choice.code), "in_english": choice.en, "as_asked": choice.nl} for _, choice in choices]
    heads = say.under("tables.method.scales.heads")
    groups = [name for name, _ in choices]
    frame = headed(rows, heads)
    return Table(
        frame,
        dotted_name(scales),
        frame.assign(scale=groups),
        groups,
        about="no survey",
        languages=_other(heads, say, nl="as_asked"),
    )


def rules(analysis: Analysis, *, language: Language = "en") -> Table:
    """The thresholds by which answers are left out, as they stand in `analysis.yml`."""
    say = words(language)
    meaning = say.under("tables.method.rules.meaning")
    limits = analysis.exclusions
    youngest, oldest = limits.age
    values = {
        "age": say("tables.method.rules.ages", youngest=youngest, oldest=oldest),
        "outcome_answered": percent(limits.outcome_answered, say),
        "seconds_per_item": say("tables.method.rules.seconds", seconds=f"{limits.seconds_per_item:g}"),
        "fast_pages": percent(limits.fast_pages, say),
        "share_of_median_time": percent(limits.share_of_median_time, say),
        "straight_blocks": _count(limits.straight_blocks, say),
    }
    rows = [{"setting": name, "value": value, "meaning": meaning[name]} for name, value in values.items()]
    return Table(headed(rows, say.under("tables.method.rules.heads")), dotted_name(rules), about="no survey")


def _of_cell(data: pd.DataFrame, valence: str, interaction: str) -> pd.DataFrame:
    return data[(data["valence"] == valence) & (data["interaction"] == interaction)]


def _described(values: pd.Series, say: Words) -> str:
    if values.dropna().isin([0.0, 1.0]).all():
        return percent(values.mean(), say)
    return f"{say.printed(values.mean(), 'points', decimals=1)} ({say.printed(values.std(), 'points', decimals=1)})"


def _planted(truth: Truth, names: Iterable[str]) -> int:
    values = (getattr(truth.planted, name) for name in names)
    return sum(sum(value) if isinstance(value, tuple) else value for value in values)


def _condition(estimand: StatedEstimand) -> str:
    slope = f"a({estimand.at})" if estimand.minus is None else f"(a({estimand.at}) − a({estimand.minus}))"
    return f"{slope}{CHAIN[estimand.effect]} {'>' if estimand.sign == '+' else '<'} 0"


def _verdict(stated: Claims, verdicts: Verdicts, claim: str) -> str:
    called = stated.words[verdicts[claim].verdict]
    return called.simulated if verdicts.simulated else called.observed


def _cell(cell: Cell, say: Words) -> str:
    valence, interaction = cell
    return f"{say.under('design.label')[valence]} {{reaction}}`{interaction}`"


def _title(questionnaire: Questionnaire, scale: str, say: Words) -> str:
    return questionnaire.constructs[scale].title.wording(say.language)


def _other(heads: Mapping[str, str], say: Words, nl: str) -> dict[str, str]:
    """Say which columns of wordings are not in the table's own language: column as it is headed -> its language."""
    wordings = {"in_english": "en", nl: "nl"}
    return {heads[column]: spoken for column, spoken in wordings.items() if spoken != say.language}


def _count(value: Value, say: Words) -> str:
    return NOTHING if pd.isna(value) else say.printed(int(value), "count")  # type: ignore[arg-type]


def _printed(value: float, kind: Kind, say: Words, decimals: int | None = None) -> str:
    return NOTHING if pd.isna(value) else say.printed(value, kind, decimals=decimals)


def _chi_square(value: float, df: float, say: Words) -> str:
    return NOTHING if pd.isna(value) else f"{say.printed(value, 'statistic')}{NO_BREAK}({_count(df, say)})"
