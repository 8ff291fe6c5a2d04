"""All numbers of a study, room by room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pandas as pd

from companion.claims import Verdicts
from companion.experiment import Experiment
from companion.formats import Kind, Value
from companion.measurement import Measurement
from companion.mediation import EFFECTS, Mediation
from companion.numbers.number import Number, Registry
from companion.study import Study

REACTIONS = {"none": "no reaction", "like": "a like", "reply": "a reply"}
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
            key=key, value=value, kind=kind, what=what, function=self.function, digest=self.digest, simulated=self.simulated
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
    return study.store.get("numbers", lambda: Registry(_all(study)))


def _all(study: Study) -> Iterator[Number]:
    titles = {name: construct.title.en.lower() for name, construct in study.questionnaire.constructs.items()}

    def source(function: str) -> Source:
        return Source(function, study.sample.digest, study.sample.simulated, study.analysis.interval.level)

    yield from _measurement(study.measurement, titles, source("companion.measurement.describe"))
    yield from _experiment(study.experiment, titles, source("companion.experiment.describe"))
    yield from _mediation(study.mediation, source("companion.mediation.analyse"))
    yield from _verdicts(study.verdicts, study, source("companion.claims.judge"))


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
            f"measurement.loading.{row['item']}", row, "bounded", what, "percentile bootstrap interval", est="std_all", ends="std"
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


def _fit(key: str, measures: dict[str, float], of: str, source: Source) -> Iterator[Number]:
    for name, (kind, words) in MEASURES.items():
        yield source.number(f"{key}.{name}", measures[name], kind, f"{words} of {of}")
    interval = (measures["rmsea_ci_lower"], measures["rmsea_ci_upper"])
    yield source.number(f"{key}.rmsea.ci", interval, "bounded", f"90 % interval of the RMSEA of {of}")


def _experiment(result: Experiment, titles: dict[str, str], source: Source) -> Iterator[Number]:
    for _, row in result.cells.iterrows():
        key = f"experiment.cell.{row['scale']}.{row['valence']}.{row['interaction']}"
        what = f"{titles[row['scale']]} under {row['valence']} comments with {REACTIONS[row['interaction']]}"
        yield source.number(f"{key}.n", int(row["n"]), "count", f"respondents: {what}")
        yield from source.estimate(f"{key}.mean", row, "points", f"mean {what}", "t interval", est="mean")
        yield source.number(f"{key}.sd", row["sd"], "points", f"standard deviation of {what}")
    words = {"valence": "valence", "interaction": "reaction", "valence x interaction": "the product of valence and reaction"}
    for _, row in result.anova.iterrows():
        short = {"valence x interaction": "product"}.get(row["source"], row["source"])
        key, what = f"experiment.anova.{row['scale']}.{short}", f"{words[row['source']]} in the ANOVA of {titles[row['scale']]}"
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
    yield from _difference("experiment.check.valence.difference", pd.Series(dict(result.valence_difference)), what, source)
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
        what = f"path {row['label']}: {row['lhs']} on {row['rhs']}"
        yield from source.estimate(f"mediation.path.{row['label']}", row, "coefficient", what, boot)
    words = {effect.name: effect.what for effect in EFFECTS}
    for _, row in pd.concat([result.effects, result.contrasts]).iterrows():
        at = row["interaction"]
        where = f"with {REACTIONS[at]}" if at in REACTIONS else f"difference {at.replace('_minus_', ' minus ')}"
        key, what = f"mediation.{row['effect']}.{at}", f"effect of negative instead of positive comments {words[row['effect']]}, {where}"
        yield from source.estimate(key, row, "points", what, boot)
        yield from source.estimate(f"{key}.std", row, "points", f"{what}, in standard deviations of the outcome", boot, "std", "std")
    yield source.number("mediation.draws", result.draws_asked, "count", "bootstrap draws")
    yield source.number("mediation.draws.not_converged", result.draws_not_converged, "count", "bootstrap draws that did not converge")
    yield source.number("mediation.draws.inadmissible", result.draws_inadmissible, "count", "bootstrap draws with a variance below zero")


def _verdicts(verdicts: Verdicts, study: Study, source: Source) -> Iterator[Number]:
    words = {name: (word.simulated if verdicts.simulated else word.observed) for name, word in study.stated_claims.words.items()}
    for claim, judgement in verdicts.judgements.items():
        for key, verdict, rule in (
            (f"verdict.{claim}", judgement.verdict, "by the prespecified intervals"),
            (f"verdict.{claim}.simultaneous", judgement.simultaneous, "by the simultaneous intervals"),
        ):
            word = source.number(key, verdict, "word", f"verdict on {claim}, {rule}")
            yield replace(word, values=tuple(words), label=words[verdict])
        named = source.number(f"verdict.{claim}.named", "yes" if judgement.named else "no", "word", f"whether {claim} may be named")
        yield replace(named, values=("yes", "no"))

