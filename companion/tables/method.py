"""Tables of the method chapters: who is analysed, what the items measure, what decides a claim, what was asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from companion.analysis.claims import Verdicts
from companion.analysis.estimands import EFFECTS
from companion.analysis.invariance import Invariance
from companion.analysis.measurement import Measurement
from companion.formats import Kind, Value, printed
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Analysis, Claims, Questionnaire, StatedEstimand, codebook
from companion.survey.sample import BEFORE, Sample
from companion.tables.table import Table, reaction
from companion.truth.population import Truth
from companion.truth.recovery import Recovery

NOTHING = "—"
AS_ASKED = "In Dutch, as asked"
NO_BREAK = "\N{NO-BREAK SPACE}"
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
SHORT: Mapping[str, str] = {
    "left_before_outcome": "Left",
    "second_answer": "Again",
    "fast_pages": "Fast pages",
    "fast_in_all": "Fast in all",
    "missing_item": "Skipped",
}
"""Rule after randomisation -> head of its column."""
CHAIN: Mapping[str, str] = {"psr": "", "pk_via_psr": "·d", "serial": "·d·b"}
"""What an effect on the relationship is multiplied by on its way along the chain."""
FIT_MEASURES: Mapping[str, tuple[str, Kind, str]] = {
    "chisq": ("Chi-square", "statistic", "distance between what was seen and what the model implies"),
    "df": ("Degrees of freedom", "count", "how many statements about the data the model makes that could be wrong"),
    "pvalue": ("p", "p", "how often a right model would lie this far off"),
    "cfi": ("CFI", "bounded", "gain over a model without any common factor; 1 is perfect"),
    "tli": ("TLI", "bounded", "the same with a price for each parameter"),
    "rmsea": ("RMSEA", "bounded", "misfit per degree of freedom; 0 is perfect"),
    "srmr": ("SRMR", "bounded", "typical difference between a correlation that was seen and the one implied"),
}

STEPS: Mapping[str, tuple[str, str]] = {
    "configural": ("Configural", "nothing"),
    "metric": ("Metric", "loadings"),
    "scalar": ("Scalar", "loadings and intercepts"),
}
"""Step of invariance -> how it is called, and what it holds equal over the cells."""


def flow(sample: Sample) -> Table:
    """Every step from the rows of the file to the people analysed: how many were left out and how many remained."""
    rows = [
        {
            "Step": f"**{row.words}**" if row.rule in BOXES else row.words,
            "Left out": NOTHING if row.rule in BOXES or not row.applied else _count(row.removed),
            "Remaining": f"**{_count(row.left)}**" if row.rule in BOXES else _count(row.left),
        }
        for row in sample.flow.itertuples()
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.flow", sample.flow)


def cells(sample: Sample, questionnaire: Questionnaire) -> Table:
    """How many people each cell of the design lost after randomisation, by rule, and how many are analysed."""
    after = sample.flow[(sample.flow["stage"] != BEFORE) | (sample.flow["rule"] == "randomised")].set_index("rule")
    columns = {_cell(*cell): " ".join(cell) for cell in questionnaire.cells} | {"All": "left"}
    rows = []
    for header, column in columns.items():
        left, lost = after[column], -after[column].diff()
        row = {"Cell": header, "Randomised": _count(left["randomised"])}
        row |= {SHORT[rule]: _count(lost[rule]) for rule in after.index if rule not in BOXES}
        rows.append(row | {"Analysed": f"**{_count(left['analysed'])}**"})
    return Table(pd.DataFrame(rows), "companion.tables.method.cells", after.reset_index())


def background(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Table:
    """What the people of each cell brought along: mean and standard deviation, or a share of those who say yes."""
    groups = {_cell(*cell): _of_cell(sample.data, *cell) for cell in questionnaire.cells} | {"All": sample.data}
    rows = [
        {"Cell": header} | {name.capitalize(): _described(group[name]) for name in analysis.covariates}
        for header, group in groups.items()
    ]
    data = pd.concat({header: group[list(analysis.covariates)].describe().T for header, group in groups.items()})
    data = data.rename_axis(["cell", "background"]).reset_index()
    return Table(pd.DataFrame(rows), "companion.tables.method.background", data)


def overlap(sample: Sample) -> Table:
    """How many rows each rule would hit alone: the order of the flow hides overlap, this table does not."""
    rows = [
        {
            "Rule": row.words,
            "Hits": _count(row.hit),
            "Hit by no other": _count(row.alone),
            "Left out in the flow": _count(row.removed),
        }
        for row in sample.overlap.itertuples()
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.overlap", sample.overlap)


def attrition(sample: Sample) -> Table:
    """Whether the six cells lost different shares of their people."""
    rows = [
        {
            "Who": row.what,
            "People": f"{_count(row.removed)} of {_count(row.randomised)}",
            "Largest gap": printed(row.difference, "points"),
            "Chi-square (df)": f"{_printed(row.chisq, 'statistic')} ({_count(row.df)})",
            "p": _p(row.p),
            "By": row.method,
        }
        for row in sample.attrition.itertuples()
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.attrition", sample.attrition)


def planted(truth: Truth, sample: Sample) -> Table:
    """What was planted in a simulated survey beside what the rules left out: the two columns must be equal."""
    found = sample.flow.set_index("rule")
    rows = [
        (found.loc[rule, "words"], _planted(truth, names), int(found.loc[rule, "removed"]))
        for rule, names in PLANTED.items()
    ]
    straight = sample.flags.set_index("flag").loc["straight_lines"]
    flagged = int(straight["flagged"])
    rows.append((f"{straight['words']} (flagged, kept)", _planted(truth, ("straight_liners",)), flagged))
    data = pd.DataFrame(rows, columns=["what", "planted", "found"])
    frame = pd.DataFrame(
        {"What": data["what"], "Planted": data["planted"].map(_count), "Found by the rules": data["found"].map(_count)}
    )
    return Table(frame, "companion.tables.method.planted", data, about="planted")


def items(questionnaire: Questionnaire, constructs: Iterable[str]) -> Table:
    """The statements of some constructs in English and Dutch under their stems, and which of them are turned."""
    rows = []
    for name in constructs:
        construct = questionnaire.constructs[name]
        rows.append((f"`{name}`", f"*{construct.stem.en}*", f"*{construct.stem.nl}*", ""))
        rows += [
            (item, f"… {asked.text.en}", f"… {asked.text.nl}", "yes" if asked.reversed else NOTHING)
            for item, asked in construct.items.items()
        ]
    columns = ["Item", "In English", "As shown, in Dutch", "Turned"]
    frame = pd.DataFrame(rows, columns=columns)
    return Table(frame, "companion.tables.method.items", about="no survey", languages={"As shown, in Dutch": "nl"})


def reliability(measurement: Measurement, questionnaire: Questionnaire) -> Table:
    """How well each scale's items hang together: alpha and omega with intervals, and the average variance extracted."""
    level = _level(measurement)
    validity = measurement.validity.set_index("scale")
    rows = [
        {
            "Scale": _title(questionnaire, row["scale"]),
            "Items": _count(row["items"]),
            "alpha": printed(row["alpha"], "bounded"),
            f"alpha, {level} interval": printed((row["alpha_lower"], row["alpha_upper"]), "bounded"),
            "omega": printed(row["omega"], "bounded"),
            f"omega, {level} interval": printed((row["omega_lower"], row["omega_upper"]), "bounded"),
            "AVE": printed(validity.loc[row["scale"], "ave"], "bounded"),
        }
        for row in measurement.reliability.to_dict("records")
    ]
    data = measurement.reliability.merge(measurement.validity, on="scale")
    return Table(pd.DataFrame(rows), "companion.tables.method.reliability", data)


def correlations(measurement: Measurement, questionnaire: Questionnaire) -> Table:
    """Means, standard deviations, reliabilities and correlations of the scales, as a journal would print them."""
    scales = list(measurement.correlations)
    described = measurement.reliability.set_index("scale")
    rows = []
    for place, scale in enumerate(scales):
        row = {"Scale": f"{place + 1}. {_title(questionnaire, scale)}"}
        row |= {name: printed(described.loc[scale, column], "points") for name, column in (("M", "mean"), ("SD", "sd"))}
        row |= {name: printed(described.loc[scale, name], "bounded") for name in ("alpha", "omega")}
        for other, column in enumerate(scales[:-1]):
            below = other < place
            row[str(other + 1)] = printed(measurement.correlations.loc[scale, column], "bounded") if below else NOTHING
        rows.append(row)
    data = measurement.correlations.rename_axis("scale").reset_index()
    return Table(pd.DataFrame(rows), "companion.tables.method.correlations", data)


def loadings(measurement: Measurement) -> Table:
    """Every item with its mean, its spread, its correlation with the rest of its scale, and its loading."""
    level = _level(measurement)
    data = measurement.items.merge(measurement.loadings.drop(columns="scale"), on="item")
    rows = [
        {
            "Item": row["item"],
            "M": printed(row["mean"], "points"),
            "SD": printed(row["sd"], "points"),
            "Skewness": printed(row["skewness"], "points"),
            "Item-rest r": printed(row["rest"], "bounded"),
            "Loading": printed(row["est"], "coefficient"),
            "Standardised": printed(row["std_all"], "bounded"),
            f"{level} interval": printed((row["std_lower"], row["std_upper"]), "bounded"),
        }
        for row in data.to_dict("records")
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.loadings", data)


def fit_measures(measurement: Measurement) -> Table:
    """How far the factor model lies from the data, by the usual measures, each with what it compares."""
    measures = measurement.cfa.measures
    interval = (measures["rmsea_ci_lower"], measures["rmsea_ci_upper"])
    rows = []
    for name, (title, kind, what) in FIT_MEASURES.items():
        value = _p(measures[name]) if kind == "p" else printed(measures[name], kind)
        beside = f"{NO_BREAK}{printed(interval, 'bounded').replace(' ', NO_BREAK)}" if name == "rmsea" else ""
        rows.append({"Measure": title, "Value": value + beside, "What it says": what})
    data = pd.DataFrame({"measure": list(FIT_MEASURES), "value": [measures[name] for name in FIT_MEASURES]})
    return Table(pd.DataFrame(rows), "companion.tables.method.fit_measures", data)


def distinctness(measurement: Measurement, questionnaire: Questionnaire) -> Table:
    """Whether two scales measure different things: their correlation, and the HTMT ratio with its interval."""
    level = _level(measurement)
    rows = [
        {
            "Scales": f"{_title(questionnaire, row['scale_1'])} and {_title(questionnaire, row['scale_2']).lower()}",
            "r of the scale means": printed(measurement.correlations.loc[row["scale_1"], row["scale_2"]], "bounded"),
            "HTMT": printed(row["htmt"], "bounded"),
            f"HTMT, {level} interval": printed((row["ci_lower"], row["ci_upper"]), "bounded"),
        }
        for row in measurement.htmt.to_dict("records")
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.distinctness", measurement.htmt)


def invariance(result: Invariance) -> Table:
    """Whether the items work alike in all cells: each step's fit, and what it loses against the step before."""
    rows = []
    for step, (name, equal) in STEPS.items():
        row = result.steps.loc[step]
        rows.append(
            {
                "Step": name,
                "Equal in all groups": equal,
                "Chi-square (df)": _chi_square(row["chisq"], row["df"]),
                "Difference (df)": _chi_square(row["chisq_diff"], row["df_diff"]),
                "p": _p(row["pvalue"]),
                "CFI": _printed(row["cfi"], "bounded", 3),
                "Change in CFI": _printed(row["delta_cfi"], "bounded", 3),
                "RMSEA": _printed(row["rmsea"], "bounded", 3),
                "Change in RMSEA": _printed(row["delta_rmsea"], "bounded", 3),
            }
        )
    data = result.steps.rename_axis("step").reset_index()
    return Table(pd.DataFrame(rows), "companion.tables.method.invariance", data)


def direct_paths(result: Invariance) -> Table:
    """Whether a version moves an item past its construct: each item's paths from the conditions freed in turn."""
    rows = [
        {
            "Item freed": row["item"],
            "Chi-square (df)": _chi_square(row["chisq_diff"], row["df_diff"]),
            "p": _p(row["p"]),
            "p, Holm": _p(row["p_holm"]),
        }
        | {f"Chain, {reaction(w)}": _printed(row[f"serial_{w}"], "coefficient") for w in DESIGN.interactions}
        for row in result.direct.to_dict("records")
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.direct_paths", result.direct)


def effects() -> Table:
    """The effects that the analysis estimates at each reaction, in words."""
    rows = [
        {"Effect of negative instead of positive comments": effect.words(), "Name in the tables": f"`{effect.name}`"}
        for effect in EFFECTS
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.effects", about="no survey")


def claims(stated: Claims) -> Table:
    """What the thesis reports, claim by claim, and the intervals that have to lie on one side for it to be found."""
    rows = [
        {
            "Claim": name,
            "Reported by the thesis": " ".join(claim.reported.split()),
            "Found when": "; ".join(
                [*(f"{other} is found" for other in claim.requires), *map(_condition, claim.estimands)]
            ),
        }
        for name, claim in stated.results.items()
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.claims", about="no survey")


def power(rates: pd.DataFrame) -> Table:
    """How often simulated surveys of each size find each claim.

    Parameters
    ----------
    rates
        A row a size and claim: n (analysed respondents), claim, power (a share).
    """
    rows = [
        {"Analysed respondents": _count(n)}
        | {row["claim"]: printed(row["power"], "share") for row in of_size.to_dict("records")}
        for n, of_size in rates.groupby("n")
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.power", rates, about="planted")


def recovery(recovered: Recovery, names: Mapping[str, str], level: float) -> Table:
    """What was written down at each reaction, what the analysis gives in the population, and what it found.

    Parameters
    ----------
    recovered
        The comparison with the truth.
    names
        Which effects, as in `companion.analysis.estimands.EFFECTS`, and how the table calls them.
    level
        Level of the intervals, as a share.
    """
    interval = f"{printed(level, 'percent', decimals=0)} interval"
    values = recovered.effects
    chosen = values[values["effect"].isin(list(names)) & values["interaction"].isin(DESIGN.interactions)]
    rows = [
        {
            "Effect": f"{names[row['effect']]}; {reaction(row['interaction'])}",
            "Written down": printed(row["structural"], "coefficient"),
            "Rounded": printed(row["rounded"], "coefficient"),
            "Some careless": printed(row["careless"], "coefficient"),
            "Estimate": printed(row["est"], "coefficient"),
            interval: printed((row["ci_lower"], row["ci_upper"]), "coefficient"),
            "Holds it": "yes" if row["covered"] else "no",
        }
        for row in chosen.to_dict("records")
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.recovery", chosen, about="planted")


def verdicts_beside(first: Verdicts, second: Verdicts, stated: Claims, headers: tuple[str, str]) -> Table:
    """The verdicts of two surveys beside each other, in the words of the analysis plan."""
    columns = dict(zip(headers, (first, second), strict=True))
    rows = [
        {"Claim": name} | {header: _words(stated, verdicts, name) for header, verdicts in columns.items()}
        for name in stated.results
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.verdicts_beside", about="planted")


def questions(questionnaire: Questionnaire, groups: Iterable[str]) -> Table:
    """Some variables: the name in the analysis, the column in the export, the wording in two languages, the scale.

    Parameters
    ----------
    questionnaire
        What was asked.
    groups
        Groups of the codebook: ``factor``, ``screening``, ``background``, ``check``, ``page time``, or a construct's
        English title.
    """
    english, dutch = codebook(questionnaire, "en"), codebook(questionnaire, "nl")
    scales = {name: f"{question.scale}" for name, question in questionnaire.closed.items()}
    frame = pd.DataFrame(
        {
            "Name": english["name"].map("`{}`".format) + english["reversed"].map({True: " (turned)", False: ""}),
            "Column": english["column"].map("`{}`".format),
            "In English": english["text"],
            AS_ASKED: dutch["text"],
            "Answers": english["name"].map(scales).fillna(english["values"]),
        }
    )
    chosen = english["group"].isin(list(groups))
    shown = frame[chosen].reset_index(drop=True)
    return Table(
        shown, "companion.tables.method.questions", english[chosen], about="no survey", languages={AS_ASKED: "nl"}
    )


def scales(questionnaire: Questionnaire) -> Table:
    """The scales behind the questions: each code with its label in two languages."""
    rows = [
        {"Scale": name, "Code": str(choice.code), "In English": choice.en, AS_ASKED: choice.nl}
        for name, choices in questionnaire.scales.items()
        for choice in choices
    ]
    return Table(pd.DataFrame(rows), "companion.tables.method.scales", about="no survey", languages={AS_ASKED: "nl"})


def rules(analysis: Analysis) -> Table:
    """The thresholds by which answers are left out, as they stand in `analysis.yml`."""
    limits = analysis.exclusions
    rows = [
        ("age", f"{limits.age[0]} to {limits.age[1]}", "the population of the thesis"),
        (
            "outcome_answered",
            _share(limits.outcome_answered),
            "of the model's items; who answered less left before",
        ),
        ("seconds_per_item", f"{limits.seconds_per_item:g} s", "an item; a page read faster is not read"),
        ("fast_pages", _share(limits.fast_pages), "of the timed pages at that pace"),
        ("share_of_median_time", _share(limits.share_of_median_time), "of the median time of those who completed"),
        ("straight_blocks", _count(limits.straight_blocks), "blocks with one box all the way down: flagged, kept"),
    ]
    return Table(
        pd.DataFrame(rows, columns=["Setting", "Value", "Meaning"]), "companion.tables.method.rules", about="no survey"
    )


def _of_cell(data: pd.DataFrame, valence: str, interaction: str) -> pd.DataFrame:
    return data[(data["valence"] == valence) & (data["interaction"] == interaction)]


def _described(values: pd.Series) -> str:
    if values.dropna().isin([0.0, 1.0]).all():
        return printed(values.mean(), "percent", decimals=0)
    return f"{printed(values.mean(), 'points', decimals=1)} ({printed(values.std(), 'points', decimals=1)})"


def _planted(truth: Truth, names: Iterable[str]) -> int:
    values = (getattr(truth.planted, name) for name in names)
    return sum(sum(value) if isinstance(value, tuple) else value for value in values)


def _condition(estimand: StatedEstimand) -> str:
    slope = f"a({estimand.at})" if estimand.minus is None else f"(a({estimand.at}) − a({estimand.minus}))"
    return f"{slope}{CHAIN[estimand.effect]} {'>' if estimand.sign == '+' else '<'} 0"


def _words(stated: Claims, verdicts: Verdicts, claim: str) -> str:
    words = stated.words[verdicts[claim].verdict]
    return words.simulated if verdicts.simulated else words.observed


def _cell(valence: str, interaction: str) -> str:
    return f"{valence.capitalize()} {{reaction}}`{interaction}`"


def _title(questionnaire: Questionnaire, scale: str) -> str:
    return questionnaire.constructs[scale].title.en


def _level(measurement: Measurement) -> str:
    return printed(measurement.level, "percent", decimals=0)


def _count(value: Value) -> str:
    return NOTHING if pd.isna(value) else printed(int(value), "count")  # type: ignore[arg-type]


def _printed(value: float, kind: Kind, decimals: int | None = None) -> str:
    return NOTHING if pd.isna(value) else printed(value, kind, decimals=decimals)


def _chi_square(value: float, df: float) -> str:
    return NOTHING if pd.isna(value) else f"{printed(value, 'statistic')}{NO_BREAK}({_count(df)})"


def _p(value: float) -> str:
    return NOTHING if pd.isna(value) else printed(value, "p").removeprefix("= ")


def _share(value: float) -> str:
    return printed(value, "percent", decimals=0)
