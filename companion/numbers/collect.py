"""All numbers of a study, room by room."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from typing import cast

import pandas as pd

from companion import evidence, store
from companion.analysis import estimands
from companion.analysis.claims import Verdict, Verdicts, tipping_points
from companion.analysis.experiment import Experiment
from companion.analysis.invariance import EQUAL, Invariance
from companion.analysis.measurement import Measurement
from companion.analysis.mediation import Mediation
from companion.analysis.robustness import Robustness
from companion.formats import Kind, Value
from companion.numbers.number import Number, Registry
from companion.peers.cross_check import CrossCheck
from companion.peers.known_results import KnownResults
from companion.study import Study, compute
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Claims
from companion.survey.sample import Sample
from companion.words import words as words_of

STORED = "numbers"
BOXES = {
    "recorded": "rows in the file",
    "randomised": "randomised",
    "retained": "retained after all rules but the listwise one",
    "analysed": "analysed: respondents that the model is fitted to",
}
PLANTED = {
    "structural": "written-down value",
    "rounded": "population value of the analysis with careful respondents",
    "careless": "population value of the analysis with careless respondents too",
}
THROUGH = {
    "psr_alone": "through the relationship alone",
    "pk_alone": "through persuasion knowledge alone",
    "serial": "through the relationship and then persuasion knowledge",
    "pk_in_total": "through persuasion knowledge, alone and at the end of the chain together",
}
REACTIONS = {interaction: words_of("en")(f"design.with.{interaction}") for interaction in DESIGN.interactions}
MEASURES: dict[str, tuple[Kind, str]] = {
    "chisq": ("statistic", "chi-square"),
    "df": ("count", "degrees of freedom"),
    "pvalue": ("p", "p of the chi-square"),
    "cfi": ("bounded", "comparative fit index (CFI)"),
    "tli": ("bounded", "Tucker-Lewis index (TLI)"),
    "rmsea": ("bounded", "root mean square error of approximation (RMSEA)"),
    "srmr": ("bounded", "standardised root mean square residual (SRMR)"),
    "logl": ("statistic", "log-likelihood"),
    "aic": ("statistic", "Akaike information criterion (AIC)"),
    "bic": ("statistic", "Bayesian information criterion (BIC)"),
    "ntotal": ("count", "respondents in the fit"),
    "npar": ("count", "free parameters"),
}


@dataclass(frozen=True)
class Source:
    """What all numbers of one room share: the function and the data that they come from."""

    function: str
    digest: str
    simulated: bool
    level: float

    def number(self, key: str, value: Value, kind: Kind, what: str) -> Number:
        """Give a number without an interval."""
        return Number(
            key=key,
            value=value,
            kind=kind,
            what=what,
            function=self.function,
            digest=self.digest,
            simulated=self.simulated,
        )

    def estimate(
        self, key: str, row: pd.Series, kind: Kind, what: str, interval_kind: str, est: str = "est", ends: str = "ci"
    ) -> list[Number]:
        """Give an estimate with its interval, under ``key.est``, and the interval itself, under ``key.ci``."""
        interval = (float(row[f"{ends}_lower"]), float(row[f"{ends}_upper"]))
        named = f"{100 * self.level:g} % {interval_kind}"
        point = self.number(f"{key}.est", float(row[est]), kind, what)
        return [
            replace(point, interval=interval, interval_kind=named),
            self.number(f"{key}.ci", interval, kind, f"{named} of: {what}"),
        ]


def collect(study: Study) -> Registry:
    """Give every number of a study.

    Raises
    ------
    companion.errors.InputError
        By the step that meets input it cannot use.
    """
    return study.store.get(STORED, lambda: Registry(_all(study)))


def collect_side_by_side(study: Study, workers: int) -> Registry:
    """Give every number of a study, after computing side by side what takes long; the numbers are the same."""
    if not study.store.holds(STORED):
        compute(study, workers)
    return collect(study)


def collect_starting(study: Study, start: str) -> Registry:
    """Give the numbers whose keys start so, computing the rooms that make them and no others."""
    rooms = [
        room
        for words, room in _rooms(study)
        if any(f"{word}.".startswith(start) or start.startswith(f"{word}.") for word in words)
    ]
    return Registry(number for room in rooms for number in room() if number.key.startswith(start))


def _all(study: Study) -> Iterator[Number]:
    for _, room in _rooms(study):
        yield from room()


def _rooms(study: Study) -> list[tuple[list[str], Callable[[], Iterator[Number]]]]:
    """Give, in the order of the book, what makes numbers, with the words that their keys begin with."""
    asked, plan = study.questionnaire, study.analysis
    titles = {name: construct.title.en.lower() for name, construct in asked.constructs.items()}

    def source(function: str) -> Source:
        return Source(f"companion.{function}", study.sample.digest, study.sample.simulated, plan.interval.level)

    rooms: dict[str, Callable[[], Iterator[Number]]] = {
        "sample survey": lambda: _sample(
            study.sample, asked.items_of(plan.model.constructs), source("survey.sample.select")
        ),
        "measurement": lambda: chain(
            _measurement(study.measurement, titles, source("analysis.measurement.describe")),
            _invariance(study.invariance, source("analysis.invariance.examine")),
        ),
        "experiment": lambda: _experiment(study.experiment, titles, source("analysis.experiment.describe")),
        "mediation": lambda: _mediation(study.mediation, source("analysis.mediation.analyse")),
        "predicted": lambda: _predictions(
            study.mediation, study.experiment, titles, source("analysis.predictions.predict")
        ),
        "verdict": lambda: _verdicts("verdict", study.verdicts, study.stated_claims, source("analysis.claims.judge")),
        "robustness": lambda: chain(
            _robustness(study.robustness, source("analysis.robustness.vary")),
            _confounding(study.confounding, source("analysis.claims.under_confounding")),
        ),
        "cross_check": lambda: _cross_check(study.cross_check, source("peers.cross_check.check")),
        "planted": lambda: _planted(study),
        "plan power": lambda: _plan(study, source("survey.questionnaire.load_analysis")),
        "literature": lambda: _literature(study),
        "known": lambda: _known_results(study),
    }
    return [(words.split(), room) for words, room in rooms.items()]


def _measurement(result: Measurement, titles: dict[str, str], source: Source) -> Iterator[Number]:
    for _, row in result.reliability.iterrows():
        scale, key = titles[row["scale"]], f"measurement.reliability.{row['scale']}"
        yield source.number(f"{key}.items", int(row["items"]), "count", f"items of {scale}")
        for name, kind in (("alpha", "Feldt interval"), ("omega", "percentile bootstrap interval")):
            yield from source.estimate(f"{key}.{name}", row, "bounded", f"{name} of {scale}", kind, est=name, ends=name)
        yield source.number(f"{key}.mean", row["mean"], "points", f"mean of {scale}")
        yield source.number(f"{key}.sd", row["sd"], "points", f"standard deviation of {scale}")
    names = list(result.correlations)
    for index, one in enumerate(names):
        for two in names[index + 1 :]:
            key, what = f"measurement.correlation.{one}.{two}", f"correlation of {titles[one]} with {titles[two]}"
            yield source.number(f"{key}.r", result.correlations.loc[one, two], "bounded", what)
            yield source.number(f"{key}.p", result.correlation_p.loc[one, two], "p", f"p of the {what}")
    yield from _fit("measurement.cfa", result.cfa.measures, "the confirmatory factor analysis", source)
    for _, row in result.loadings.iterrows():
        what = f"standardised loading of {row['item']}"
        yield from source.estimate(
            f"measurement.loading.{row['item']}",
            row,
            "bounded",
            what,
            "percentile bootstrap interval",
            est="std_all",
            ends="std",
        )
    for word, value in (("smallest", result.loadings["std_all"].min()), ("largest", result.loadings["std_all"].max())):
        yield source.number(f"measurement.loading.{word}", value, "bounded", f"{word} standardised loading")
    for _, row in result.validity.iterrows():
        what = f"average variance extracted of {titles[row['scale']]}"
        yield source.number(f"measurement.ave.{row['scale']}", row["ave"], "bounded", what)
    for _, row in result.htmt.iterrows():
        key = f"measurement.htmt.{row['scale_1']}.{row['scale_2']}"
        what = f"HTMT ratio of {titles[row['scale_1']]} and {titles[row['scale_2']]}"
        renamed = row.rename({"htmt": "est"})
        yield from source.estimate(key, renamed, "bounded", what, "percentile bootstrap interval")


def _invariance(result: Invariance, source: Source) -> Iterator[Number]:
    key = "measurement.invariance"
    yield _yes_or_no(f"{key}.tested", result.tested, "whether the factor model of all cells could be fitted", source)
    if result.tested:
        for step in EQUAL:
            yield from _invariance_step(f"{key}.{step}", result, step, source)
    key = "measurement.direct"
    yield source.number(f"{key}.items", len(result.direct), "count", "items whose direct paths are freed in turn")
    for _, row in result.direct.iterrows():
        what = f"freeing the conditions' paths to {row['item']}"
        yield source.number(f"{key}.{row['item']}.chisq_diff", row["chisq_diff"], "statistic", f"chi-square of {what}")
        yield source.number(f"{key}.{row['item']}.df_diff", int(row["df_diff"]), "count", f"paths added by {what}")
        yield source.number(f"{key}.{row['item']}.p", row["p"], "p", f"p of {what}")
        yield source.number(f"{key}.{row['item']}.p_holm", row["p_holm"], "p", f"p, Holm-adjusted, of {what}")
    smallest, any_flagged = result.direct["p_holm"].min(), bool(result.flagged)
    yield source.number(f"{key}.smallest", smallest, "p", "smallest Holm-adjusted p of the direct paths to an item")
    yield _yes_or_no(f"{key}.any", any_flagged, "whether the conditions reach any item past its construct", source)
    if any_flagged:
        names = ", ".join(result.flagged)
        yield source.number(f"{key}.flagged", names, "word", "items that the conditions reach past their construct")
    for interaction in DESIGN.interactions:
        values, what = (
            result.direct[f"serial_{interaction}"],
            f"serial effect with {REACTIONS[interaction]}, any one item's paths freed",
        )
        yield source.number(f"{key}.serial.{interaction}.lowest", values.min(), "coefficient", f"lowest {what}")
        yield source.number(f"{key}.serial.{interaction}.highest", values.max(), "coefficient", f"highest {what}")


def _invariance_step(key: str, result: Invariance, step: str, source: Source) -> Iterator[Number]:
    row, of = result.steps.loc[step], f"the {step} model of all cells"
    for name in ("chisq", "df", "cfi", "rmsea"):
        kind, words = MEASURES[name]
        yield source.number(f"{key}.{name}", row[name], kind, f"{words} of {of}")
    if not EQUAL[step]:
        return
    of = f"{of} against the step before"
    yield source.number(f"{key}.chisq_diff", row["chisq_diff"], "statistic", f"chi-square difference of {of}")
    yield source.number(f"{key}.df_diff", row["df_diff"], "count", f"degrees of freedom of {of}")
    yield source.number(f"{key}.p", row["pvalue"], "p", f"p of {of}")
    for name in ("cfi", "rmsea"):
        value, words = row[f"delta_{name}"], f"change in {name.upper()} of {of}"
        yield source.number(f"{key}.delta_{name}", value, "coefficient", words)
    yield _yes_or_no(f"{key}.rejected", result.rejected(step), f"whether the test rejects {of}", source)


def _fit(key: str, measures: dict[str, float], of: str, source: Source) -> Iterator[Number]:
    for name, (kind, words) in MEASURES.items():
        number = source.number(f"{key}.{name}", measures[name], kind, f"{words} of {of}")
        yield replace(number, decimals=3) if kind == "bounded" else number
    interval = (measures["rmsea_ci_lower"], measures["rmsea_ci_upper"])
    number = source.number(f"{key}.rmsea.ci", interval, "bounded", f"90 % interval of the RMSEA of {of}")
    yield replace(number, decimals=3)


def _experiment(result: Experiment, titles: dict[str, str], source: Source) -> Iterator[Number]:
    for _, row in result.cells.iterrows():
        key = f"experiment.cell.{row['scale']}.{row['valence']}.{row['interaction']}"
        what = f"{titles[row['scale']]} under {row['valence']} comments with {REACTIONS[row['interaction']]}"
        yield source.number(f"{key}.n", int(row["n"]), "count", f"respondents: {what}")
        yield from source.estimate(f"{key}.mean", row, "points", f"mean {what}", "t interval", est="mean")
        yield source.number(f"{key}.sd", row["sd"], "points", f"standard deviation of {what}")
    words = {
        "valence": "valence",
        "interaction": "reaction",
        "valence x interaction": "the product of valence and reaction",
    }
    for _, row in result.anova.iterrows():
        short = {"valence x interaction": "product"}.get(row["source"], row["source"])
        key, what = (
            f"experiment.anova.{row['scale']}.{short}",
            f"{words[row['source']]} in the ANOVA of {titles[row['scale']]}",
        )
        yield source.number(f"{key}.F", row["F"], "statistic", f"F of {what}")
        yield source.number(f"{key}.df1", row["df1"], "count", f"numerator degrees of freedom of {what}")
        yield source.number(f"{key}.df2", row["df2"], "count", f"residual degrees of freedom of {what}")
        yield source.number(f"{key}.p", row["p"], "p", f"p of {what}")
        yield source.number(f"{key}.eta2", row["partial_eta2"], "bounded", f"partial eta squared of {what}")
    for _, row in result.simple_effects.iterrows():
        key = f"experiment.simple.{row['scale']}.{row['interaction']}"
        what = f"{titles[row['scale']]}, negative minus positive comments, with {REACTIONS[row['interaction']]}"
        yield from _difference(key, row, what, source)
        yield source.number(f"{key}.p_holm", row["p_holm"], "p", f"p, Holm-adjusted, of: {what}")
    for _, row in result.valence_check.iterrows():
        key, what = f"experiment.check.valence.{row['valence']}", f"perceived valence under {row['valence']} comments"
        yield source.number(f"{key}.mean", row["mean"], "points", f"mean {what}")
        yield source.number(f"{key}.sd", row["sd"], "points", f"standard deviation of {what}")
    what = "perceived valence, negative minus positive comments"
    yield from _difference(
        "experiment.check.valence.difference", pd.Series(dict(result.valence_difference)), what, source
    )
    for _, row in result.recognised.iterrows():
        key = f"experiment.check.interaction.{row['interaction']}"
        what = f"share who recall rightly what the influencer did: {REACTIONS[row['interaction']]}"
        yield from source.estimate(key, row, "percent", what, "Wilson interval", est="share")


def _difference(key: str, row: pd.Series, what: str, source: Source) -> Iterator[Number]:
    yield from source.estimate(key, row, "points", what, "Welch interval")
    yield from source.estimate(f"{key}.g", row, "points", f"Hedges' g of: {what}", "interval", est="hedges_g", ends="g")
    yield source.number(f"{key}.t", row["t"], "statistic", f"Welch's t of: {what}")
    yield source.number(f"{key}.df", row["df"], "statistic", f"degrees of freedom of: {what}")
    yield source.number(f"{key}.p", row["p"], "p", f"p of: {what}")


def _mediation(result: Mediation, source: Source) -> Iterator[Number]:
    yield from _fit("mediation.fit", result.fit.measures, "the study's model", source)
    boot = "percentile bootstrap interval"
    for _, row in result.paths.iterrows():
        what = f"path {row['label']}: {row['outcome']} on {row['predictor']}"
        yield from source.estimate(f"mediation.path.{row['label']}", row, "coefficient", what, boot)
    named = estimands.by_parameter(result.design)
    for _, row in pd.concat([result.effects, result.contrasts]).iterrows():
        key, what = f"mediation.{named[row['name']].key}", named[row["name"]].words()
        yield from source.estimate(key, row, "coefficient", what, boot)
        yield from source.estimate(
            f"{key}.std", row, "coefficient", f"{what}, in standard deviations of the outcome", boot, "std", "std"
        )
    yield source.number("mediation.draws", len(result.draws), "count", "bootstrap draws")
    yield source.number(
        "mediation.draws.not_converged", result.draws_not_converged, "count", "bootstrap draws that did not converge"
    )
    yield source.number(
        "mediation.draws.inadmissible", result.draws_inadmissible, "count", "bootstrap draws with a variance below zero"
    )


def _predictions(result: Mediation, observed: Experiment, titles: dict[str, str], source: Source) -> Iterator[Number]:
    loadings = result.fit.estimates[result.fit.estimates["op"] == "=~"].groupby("lhs")["est"].mean()
    for construct, rows in result.predictions.groupby("construct", sort=False):
        title, key = titles[construct], f"predicted.{construct}"
        for _, row in rows.iterrows():
            what = f"predicted mean {title}, 1 to 7, under {_version(row)}"
            cell = f"{key}.{row['valence']}.{row['interaction']}"
            yield from source.estimate(cell, row, "points", what, "percentile bootstrap interval")
        highest, lowest = (rows.loc[place] for place in (rows["est"].idxmax(), rows["est"].idxmin()))
        yield source.number(f"{key}.highest", _version(highest), "word", f"where the predicted mean {title} is highest")
        yield source.number(f"{key}.lowest", _version(lowest), "word", f"where the predicted mean {title} is lowest")
        what = f"highest minus lowest predicted mean {title} of the six groups"
        yield source.number(f"{key}.range", highest["est"] - lowest["est"], "points", what)
        what = f"mean loading of the items of {title}, the first item's being 1"
        yield source.number(f"{key}.loading", loadings[construct], "points", what)
    groups = ["construct", "valence", "interaction"]
    both = result.predictions.merge(observed.cells.rename(columns={"scale": "construct"}), on=groups)
    gap = (both["est"] - both["mean"]).abs().max()
    what = "largest difference between a predicted mean and the mean of the group's own answers"
    yield source.number("predicted.largest_gap", gap, "points", what)


def _version(row: pd.Series) -> str:
    return f"{row['valence']} comments and {REACTIONS[row['interaction']]}"


def _verdicts(prefix: str, verdicts: Verdicts, stated: Claims, source: Source) -> Iterator[Number]:
    for claim, judgement in verdicts.judgements.items():
        yield _verdict(f"{prefix}.{claim}", judgement.verdict, f"verdict on {claim}", stated, source)
        what = f"verdict on {claim} by simultaneous intervals"
        yield _verdict(f"{prefix}.{claim}.simultaneous", judgement.simultaneous, what, stated, source)
        yield _yes_or_no(
            f"{prefix}.{claim}.named", judgement.named, f"whether {claim} may be called by its name", source
        )
        same = judgement.simultaneous == judgement.verdict
        yield _yes_or_no(
            f"{prefix}.{claim}.same", same, f"whether both kinds of interval give {claim} the same verdict", source
        )
    every = all(judgement.simultaneous == judgement.verdict for judgement in verdicts.judgements.values())
    yield _yes_or_no(f"{prefix}.same", every, "whether simultaneous intervals leave every verdict as it is", source)


def _verdict(key: str, verdict: Verdict, what: str, stated: Claims, source: Source) -> Number:
    words = {name: (word.simulated if source.simulated else word.observed) for name, word in stated.words.items()}
    return replace(source.number(key, verdict, "word", what), values=tuple(words), label=words[verdict])


def _yes_or_no(key: str, holds: bool, what: str, source: Source) -> Number:
    return replace(source.number(key, "yes" if holds else "no", "word", what), values=("yes", "no"))


def _sample(result: Sample, items: list[str], source: Source) -> Iterator[Number]:
    cells = [" ".join(cell) for cell in DESIGN.cells]
    for _, row in result.flow.iterrows():
        if row["rule"] in BOXES:
            yield source.number(f"sample.{row['rule']}", int(row["left"]), "count", BOXES[row["rule"]])
        elif row["applied"]:
            yield source.number(
                f"sample.removed.{row['rule']}", int(row["removed"]), "count", f"left out: {row['words']}"
            )
            yield source.number(
                f"sample.left.{row['rule']}", int(row["left"]), "count", f"left after the rule: {row['words']}"
            )
        if row["rule"] in ("randomised", "analysed"):
            for cell in cells:
                key = f"sample.{row['rule']}.{cell.replace(' ', '.')}"
                yield source.number(key, int(row[cell]), "count", f"{row['rule']}, cell {cell}")
    for name, key in (("before randomisation", "before"), ("after randomisation", "after")):
        total = result.flow.loc[result.flow["stage"] == name, "removed"].sum()
        yield source.number(f"sample.removed.{key}", int(total), "count", f"left out {name}")
    for _, row in result.attrition.iterrows():
        key = f"sample.attrition.{'left' if row['what'].startswith('left before') else 'excluded'}"
        yield source.number(f"{key}.n", int(row["removed"]), "count", row["what"])
        yield source.number(
            f"{key}.p", row["p"], "p", f"p of the comparison of the cells: {row['what']} ({row['method']})"
        )
        differs = row["p"] < 1 - source.level
        yield _yes_or_no(f"{key}.differs", differs, f"whether the cells differ beyond chance: {row['what']}", source)
        what = f"largest difference between two cells in percentage points: {row['what']}"
        yield source.number(f"{key}.difference", row["difference"], "statistic", what)
    for _, row in result.flags.iterrows():
        yield source.number(
            f"sample.flag.{row['flag']}", int(row["flagged"]), "count", f"flagged, not left out: {row['words']}"
        )
    for hits, count in result.hits.items():
        yield source.number(f"sample.hits.{hits}", int(count), "count", f"rows that {hits} rules mark")
    several = int(result.hits[result.hits.index > 1].sum())
    yield source.number("sample.hits.several", several, "count", "rows that more than one rule marks")
    answers = result.with_missing[items]
    yield source.number(
        "sample.missing.share",
        answers.isna().to_numpy().mean(),
        "percent",
        "share of the model's answers that are missing",
    )
    yield _yes_or_no("survey.simulated", result.simulated, "whether the survey is simulated", source)
    data = result.data
    yield source.number("sample.age.mean", data["age"].mean(), "points", "mean age in years")
    yield source.number("sample.age.sd", data["age"].std(ddof=1), "points", "standard deviation of age in years")
    yield source.number("sample.age.min", data["age"].min(), "count", "lowest age")
    yield source.number("sample.age.max", data["age"].max(), "count", "highest age")
    yield source.number("sample.women", data["woman"].mean(), "percent", "share of women")
    for variant, table in result.variants.items():
        key = f"sample.variant.{variant.replace(' ', '_')}"
        yield source.number(key, len(table), "count", f"respondents in the variant: {variant}")
    yield source.number(
        "sample.with_missing", len(result.with_missing), "count", "respondents before the listwise step"
    )


def _robustness(result: Robustness, source: Source) -> Iterator[Number]:
    boot, serial = "percentile bootstrap interval", "effect on attitude through relationship and knowledge"
    for _, row in result.manifest.iterrows():
        key = f"robustness.manifest.{estimands.by_parameter(DESIGN)[row['name']].key}"
        what = f"{row['effect']} on scale means, {row['interaction']}"
        yield from source.estimate(key, row, "coefficient", what, boot)
    for _, row in result.samples.iterrows():
        key = f"robustness.samples.{row['variant'].replace(' ', '_')}.{row['interaction']}"
        yield from source.estimate(
            key, row, "coefficient", f"{serial}, {row['interaction']}, sample: {row['variant']}", boot
        )
    for _, row in result.full_information.iterrows():
        key = f"robustness.fiml.{row['interaction']}"
        what = f"{serial}, {row['interaction']}, full-information maximum likelihood"
        yield from source.estimate(key, row, "coefficient", what, "delta-method interval")
    for _, row in result.order.iterrows():
        short = row["order"].split()[0]
        what = f"effect through both mediators, {row['order']}, {row['interaction']}"
        yield from source.estimate(f"robustness.order.{short}.{row['interaction']}", row, "coefficient", what, boot)
    for name, rows in result.order.groupby("order", sort=False):
        short = name.split()[0]
        yield source.number(
            f"robustness.order.{short}.chisq", rows["chisq"].iloc[0], "statistic", f"chi-square, {name}"
        )
        yield source.number(f"robustness.order.{short}.df", rows["df"].iloc[0], "count", f"degrees of freedom, {name}")
    for _, row in result.groups.iterrows():
        what = f"path {row['path']} among respondents in: {row['interaction']}"
        yield source.number(f"robustness.groups.{row['path']}.{row['interaction']}", row["est"], "coefficient", what)
    equal = result.equality.iloc[-1]
    yield source.number(
        "robustness.equality.chisq_diff", equal["chisq_diff"], "statistic", "chi-square difference of equal chain paths"
    )
    yield source.number("robustness.equality.df_diff", equal["df_diff"], "count", "its degrees of freedom")
    yield source.number("robustness.equality.p", equal["pvalue"], "p", "p of equal chain paths over the reactions")
    product = result.moderation.set_index("term").loc["psr_x_pk"]
    what = "relationship by knowledge on attitude (scale means, HC3)"
    yield from source.estimate(
        "robustness.moderation.product", product, "coefficient", what, "t interval with HC3 errors"
    )
    yield source.number("robustness.moderation.product.p", product["p"], "p", f"p of: {what}")
    for interaction, rows in result.specifications.groupby("interaction"):
        key, what = f"robustness.specifications.{interaction}", f"specifications, {serial}, {interaction}"
        yield source.number(f"{key}.n", len(rows), "count", f"number of {what}")
        yield source.number(f"{key}.lowest", rows["est"].min(), "coefficient", f"lowest estimate of {what}")
        yield source.number(f"{key}.highest", rows["est"].max(), "coefficient", f"highest estimate of {what}")
        yield source.number(
            f"{key}.positive", (rows["ci_lower"] > 0).mean(), "percent", f"share of intervals above zero, {what}"
        )
        yield source.number(
            f"{key}.negative", (rows["ci_upper"] < 0).mean(), "percent", f"share of intervals below zero, {what}"
        )
    yield source.number("robustness.draws", result.draws, "count", "bootstrap draws of each robustness check")


def _confounding(table: pd.DataFrame, source: Source) -> Iterator[Number]:
    for _, row in tipping_points(table).iterrows():
        key = f"robustness.confounding.{row['pair'].replace('-', '_')}.{row['claim']}"
        what = f"residual correlation {row['pair']} at which the verdict on {row['claim']} first changes"
        changes = not pd.isna(row["correlation"])
        yield _yes_or_no(
            f"{key}.changes", changes, f"whether any fixed {what.replace('first changes', 'changes')}", source
        )
        if changes:
            yield source.number(f"{key}.at", row["correlation"], "bounded", what)


def _cross_check(result: CrossCheck, source: Source) -> Iterator[Number]:
    measures = result.measures.set_index("measure")
    for name in measures.index.intersection(list(MEASURES)):
        kind, words = MEASURES[name]
        what = f"{words} of the study's model as semopy prints it"
        number = source.number(f"cross_check.semopy.{name}", measures.loc[name, "semopy"], kind, what)
        yield replace(number, decimals=3) if kind == "bounded" else number
    for who, words in (("ours", "here"), ("semopy", "by semopy")):
        what = f"chi-square beyond which the study's model would be rejected {words}"
        yield source.number(f"cross_check.critical.{who}", measures.loc["critical", who], "statistic", what)
    rejected = measures.loc["chisq"] > measures.loc["critical"]
    what = "whether both p of the chi-square lie on the same side of the level"
    yield _yes_or_no("cross_check.same_side", bool(rejected["ours"] == rejected["semopy"]), what, source)
    for _, row in result.runs.iterrows():
        for name, words in (("gradient", "largest gradient"), ("difference", "largest difference from our estimates")):
            what = f"{words}, semopy's optimiser {row['run']}"
            yield source.number(f"cross_check.{row['run']}.{name}", row[name], "scientific", what)
    what = "whether semopy's tightened optimisation reached its end"
    yield _yes_or_no("cross_check.finished", result.finished, what, source)
    rivals = result.rivals.set_index("model")
    for name in rivals.columns.drop("chisq"):
        measure, who = name.split("_")
        change = rivals.loc["without the link", name] - rivals.loc["whole", name]
        what = f"change of the {measure.upper()} ({who}) when the link from relationship to knowledge is left out"
        yield source.number(f"cross_check.rival.{who}.{measure}", change, "statistic", what)
    for name, words in (("whole", "the whole model"), ("without the link", "the model without that link")):
        key = f"cross_check.rival.{name.split()[0]}.chisq"
        yield source.number(key, rivals.loc[name, "chisq"], "statistic", f"chi-square of {words}")
    for _, row in result.indirect.iterrows():
        if row["program"] == "pingouin" or row["kind"] == "percentile":
            key = f"cross_check.{'pingouin' if row['program'] == 'pingouin' else 'reply'}.{row['effect']}"
            what = f"effect on attitude {THROUGH[row['effect']]}, scale means, with a reply, by {row['program']}"
            yield from source.estimate(key, row, "coefficient", what, f"{row['kind']} bootstrap interval")
    zero = bool((result.indirect["p"] == 0).any())
    yield _yes_or_no("cross_check.zero_p", zero, "whether pingouin prints a p of exactly zero", source)
    yield source.number("cross_check.people", result.people, "count", "respondents who saw a reply")
    yield source.number("cross_check.draws", result.draws, "count", "bootstrap draws of each program there")


def _planted(study: Study) -> Iterator[Number]:
    for name, planted in study.planted.items():
        sample = planted.study.sample
        source = Source(
            "companion.truth.recovery.recover", sample.digest, sample.simulated, study.analysis.interval.level
        )
        judged = replace(source, function="companion.analysis.claims.judge")
        yield from _verdicts(f"planted.{name}.verdict", planted.study.verdicts, study.stated_claims, judged)
        values = planted.recovery.effects
        for _, row in values.iterrows():
            key = f"planted.{name}.{estimands.by_parameter(DESIGN)[row['name']].key}"
            what = f"{row['effect']}, {row['interaction']}, survey drawn from the truth: {name.replace('_', ' ')}"
            yield from source.estimate(key, row, "coefficient", what, "percentile bootstrap interval")
            for kind, words in PLANTED.items():
                yield source.number(f"{key}.{kind}", row[kind], "coefficient", f"{words}: {what}")
        yield source.number(
            f"planted.{name}.covered",
            int(values["covered"].sum()),
            "count",
            f"intervals that hold the population value, {name}",
        )
        yield source.number(f"planted.{name}.effects", len(values), "count", f"effects compared with the truth, {name}")
        yield source.number(
            f"planted.{name}.people", planted.recovery.people, "count", "respondents in the very large samples"
        )


def _plan(study: Study, source: Source) -> Iterator[Number]:
    settings = study.analysis
    yield source.number("plan.draws", settings.bootstrap.draws, "count", "bootstrap draws that the plan asks for")
    yield source.number("plan.seed", str(settings.bootstrap.seed), "word", "seed of the bootstrap")
    yield source.number(
        "plan.redraw.draws",
        settings.bootstrap.redraw.draws,
        "count",
        "draws where a deciding bound is too close to zero",
    )
    yield source.number(
        "plan.redraw.errors", settings.bootstrap.redraw.errors, "count", "Monte Carlo errors that count as too close"
    )
    level = source.number("plan.level", settings.interval.level, "percent", "level of the intervals")
    yield replace(level, decimals=0)
    for _, row in study.power.iterrows():
        key, what = (
            f"power.{row['claim']}.{row['n']}",
            f"power to find {row['claim']} with {row['n']} analysed respondents",
        )
        yield from replace(source, function="companion.truth.power.simulate").estimate(
            key, row, "share", what, "Wilson interval", est="power"
        )
    yield source.number(
        "power.samples",
        int(study.power["samples"].iloc[0]),
        "count",
        "simulated surveys of each size in the power study",
    )
    yield source.number(
        "power.draws", int(study.power["draws"].iloc[0]), "count", "bootstrap draws of each survey in the power study"
    )


def _literature(study: Study) -> Iterator[Number]:
    folder = study.root / "data" / "literature"
    digest = store.digest_files(sorted(folder.glob("*.csv")), study.root)
    for key, value, kind, what, function in evidence.numbers(folder):
        yield Number(key, value, cast(Kind, kind), what, function, digest, simulated=False, origin="Coded literature")


def _known_results(study: Study) -> Iterator[Number]:
    result: KnownResults = study.known_results
    file = study.root / "data" / "literature" / "published.csv"
    digest = store.digest_files([file], study.root)

    def number(key: str, value: Value, kind: Kind, what: str, decimals: int | None = None) -> Number:
        made_by = "companion.peers.known_results.compare"
        return Number(
            key,
            value,
            kind,
            what,
            made_by,
            digest,
            decimals=decimals,
            simulated=False,
            origin="Open data, published results",
        )

    for _, row in result.comparison.iterrows():
        for name, words in (("published", "published"), ("here", "recomputed here")):
            value = float(row["value"] if name == "published" else row["ours"])
            what = f"{row['quantity']} ({row['analysis'].replace('_', ' ')}), {words}"
            yield number(
                f"known.{row['analysis']}.{row['key']}.{name}", value, "coefficient", what, int(row["decimals"])
            )
    bounds = result.comparison["draws"] > 0
    agrees = result.comparison["agrees"]
    yield number("known.values", len(agrees), "count", "published numbers that are recomputed")
    yield number("known.exact", int((~bounds).sum()), "count", "published numbers without chance in them")
    yield number("known.exact.agreeing", int(agrees[~bounds].sum()), "count", "of these, the same to the last digit")
    yield number("known.bounds", int(bounds.sum()), "count", "published bounds of bootstrap intervals")
    yield number("known.bounds.agreeing", int(agrees[bounds].sum()), "count", "of these, within Monte Carlo error")
    every = number("known.agree", "yes" if agrees.all() else "no", "word", "whether all published numbers are met")
    yield replace(every, values=("yes", "no"))
