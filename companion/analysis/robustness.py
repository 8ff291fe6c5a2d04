"""The same question asked in other ways: other scorings, samples and models, and an unmeasured common cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np
import pandas as pd

from companion import sem
from companion.analysis import convergence, estimands, mediation
from companion.analysis.estimands import EFFECTS, SERIAL
from companion.analysis.mediation import Items, Mediation
from companion.quantities import (
    OTHER,
    OWN_FIT,
    SETTING,
    Block,
    Place,
    Quantity,
    Tables,
    derived,
    each,
    estimate,
    one_row,
    statistic,
    whether,
)
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

SHORT_DRAWS = 1000
PAIRS = (("psr", "pk"), ("pk", "pa"), ("psr", "pa"))
CHAIN_PATHS = ("d", "b", "c")
COMPARED = ("chisq_diff", "df_diff", "pvalue")
"""What the book tells of two models side by side."""
LATER_LINKS = {"d": ("psr", "pk"), "b": ("pk", "pa")}
"""Label of each later link of the chain -> where it begins and ends."""


@dataclass(frozen=True)
class Robustness:
    """How the study's effects fare under other choices. Intervals are percentile bootstrap ones unless said otherwise.

    Parameters
    ----------
    manifest
        Effects of the same model on the means of the items, by ordinary least squares (columns as `Mediation.effects`).
    samples
        The serial effect at each interaction in each variant of the sample: variant n interaction est ci_lower
        ci_upper.
    full_information
        The serial effect at each interaction by full-information maximum likelihood on everybody who passed the
        rules, with intervals by the delta method: interaction n est se ci_lower ci_upper.
    order
        Both orders of the mediators: order chisq df pvalue bic and the effect through both mediators at each
        interaction.
    equality
        Comparison of the three-group model with the chain's paths free and equal (see `companion.sem.compare`); no row
        where one of the two models did not converge.
    obstacles
        Why the two could not be compared, in words; empty where they were.
    groups
        The chain's paths in each group: path interaction est se. All NaN where the model with free paths did not
        converge.
    moderation
        The relationship as moderator of persuasion knowledge's effect on attitude, on scale means, robust errors (HC3):
        term est se t p ci_lower ci_upper.
    confounding
        Effects under fixed residual correlations: pair correlation name est ci_lower ci_upper.
    specifications
        The serial effect under every combination of choices: scoring items sample covariates interaction est
        ci_lower ci_upper primary; estimate and bounds are NaN where the model did not converge.
    draws
        Draws of each bootstrap here.
    """

    manifest: pd.DataFrame
    samples: pd.DataFrame
    full_information: pd.DataFrame
    order: pd.DataFrame
    equality: pd.DataFrame
    obstacles: tuple[str, ...]
    groups: pd.DataFrame
    moderation: pd.DataFrame
    confounding: pd.DataFrame
    specifications: pd.DataFrame
    draws: int

    @property
    def equality_tested(self) -> bool:
        """Whether the chain's paths could be compared over the interactions."""
        return not self.obstacles


def with_means(data: pd.DataFrame, items: Items) -> pd.DataFrame:
    """Give the data with the mean of each construct's items under the construct's name."""
    return data.assign(**{construct: data[list(names)].mean(axis=1) for construct, names in items.items()})


def manifest_model(design: Design, covariates: Sequence[str] = ()) -> str:
    """Give the structural model for observed scale means: three regressions, which PROCESS estimates one by one."""
    return "\n".join([mediation.structural_model(design, covariates), mediation.defined_parameters(design)])


def serial(intervals: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give the serial effect at each interaction from a table of intervals by parameter name."""
    names = [one.parameter for one in estimands.at_interactions(SERIAL, design)]
    rows = intervals.loc[names, ["est", "ci_lower", "ci_upper"]].reset_index(drop=True)
    return pd.concat([pd.DataFrame({"interaction": design.interactions}), rows], axis=1)


def manifest(data: pd.DataFrame, items: Items, design: Design, analysis: Analysis) -> pd.DataFrame:
    """Give all effects of the model on scale means."""
    fit = sem.fit(manifest_model(design), with_means(data, items))
    bootstrap = fit.bootstrap(draws=analysis.bootstrap.draws, seed=analysis.bootstrap.seed)
    effects, contrasts = mediation.effect_tables(bootstrap, design, analysis.interval.level)
    return pd.concat([effects, contrasts], ignore_index=True)


def samples(variants: Mapping[str, pd.DataFrame], items: Items, design: Design, analysis: Analysis) -> pd.DataFrame:
    """Give the serial effect in each variant of the sample."""
    tables = []
    for variant, data in variants.items():
        fit = convergence.demanded(
            sem.fit(mediation.model(items, design), data), f"the study's model on the sample {variant!r}"
        )
        bootstrap = fit.bootstrap(draws=SHORT_DRAWS, seed=analysis.bootstrap.seed)
        tables.append(serial(bootstrap.ci(level=analysis.interval.level), design).assign(variant=variant, n=len(data)))
    return pd.concat(tables, ignore_index=True)


def full_information(data: pd.DataFrame, items: Items, design: Design) -> pd.DataFrame:
    """Give the serial effect by full-information maximum likelihood, with delta-method intervals."""
    fit = convergence.demanded(
        sem.fit(mediation.model(items, design), data, missing="fiml"),
        "the study's model on everybody who passed the rules, by full information,",
    )
    table = fit.estimates[fit.estimates["op"] == ":="].set_index("lhs")
    names = [one.parameter for one in estimands.at_interactions(SERIAL, design)]
    return serial(table, design).assign(se=table.loc[names, "se"].to_numpy(), n=len(data))


def reversed_order(items: Items, design: Design) -> str:
    """Give the model with persuasion knowledge before the relationship: it implies the same covariances."""
    psr, pk, pa = (mediation.outside(outcome, design) for outcome in mediation.LETTERS)
    chain = [f"pk ~ {pk}", f"psr ~ e*pk + {psr}", f"pa ~ b*pk + c*psr + {pa}"]
    through_both = [
        f"{one.parameter} := {mediation.slope('pk', one.at, design)}*e*c"
        for one in estimands.at_interactions(SERIAL, design)
    ]
    return "\n".join([mediation.measurement_model(items), *chain, *through_both])


def order(data: pd.DataFrame, items: Items, design: Design, analysis: Analysis) -> pd.DataFrame:
    """Give fit and serial effect of both orders of the mediators."""
    models = {"relationship first": mediation.model(items, design), "knowledge first": reversed_order(items, design)}
    tables = []
    for name, text in models.items():
        fit = convergence.demanded(sem.fit(text, data), f"the study's model with the {name}")
        bootstrap = fit.bootstrap(draws=SHORT_DRAWS, seed=analysis.bootstrap.seed)
        measures = {key: fit.measures[key] for key in ("chisq", "df", "pvalue", "bic")}
        tables.append(serial(bootstrap.ci(level=analysis.interval.level), design).assign(order=name, **measures))
    return pd.concat(tables, ignore_index=True)


def group_model(items: Items, design: Design, equal: bool) -> str:
    """Give the model of a group for each interaction: the chain's paths free, or equal over groups."""

    def path(label: str) -> str:
        names = [label if equal else f"{label}_{w}" for w in design.interactions]
        return f"c({', '.join(names)})"

    chain = ["psr ~ neg", f"pk ~ {path('d')}*psr + neg", f"pa ~ {path('b')}*pk + {path('c')}*psr + neg"]
    return "\n".join([mediation.measurement_model(items), *chain])


def equality(data: pd.DataFrame, items: Items, design: Design) -> tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]:
    """Compare the chain's paths free and equal over interactions, loadings equal in both.

    Returns
    -------
    tuple
        The comparison (see `companion.sem.compare`), without a row where a model did not converge; the free paths (as
        `Robustness.groups`); and what stood in the way of the comparison, in words.
    """
    ordered = data.assign(interaction=pd.Categorical(data["interaction"], design.interactions))
    fits = {
        name: sem.fit(group_model(items, design, equal), ordered, group="interaction", equal=("loadings",))
        for name, equal in (("free", False), ("equal", True))
    }
    obstacles = convergence.obstacles(fits)
    estimates = fits["free"].estimates
    estimates = estimates[estimates["label"].isin([f"{path}_{w}" for path in CHAIN_PATHS for w in design.interactions])]
    paths = estimates["label"].str.split("_", expand=True).set_axis(["path", "interaction"], axis=1)
    groups = pd.concat([paths, estimates[["est", "se"]]], axis=1).reset_index(drop=True)
    return (pd.DataFrame(columns=list(COMPARED)) if obstacles else sem.compare(fits)), groups, obstacles


def moderation(data: pd.DataFrame, items: Items, design: Design, level: float) -> pd.DataFrame:
    """Regress attitude on knowledge, relationship and their product, scale means centred; robust errors HC3.

    Heteroskedasticity-consistent errors by MacKinnon and White (1985). The product is associational: neither
    variable was assigned.
    """
    # Here and not above: chapters that only read the result need not pay for the import.
    import statsmodels.api as sm

    means = with_means(data, items)
    centred = means[["psr", "pk"]] - means[["psr", "pk"]].mean()
    products = {f"neg_{reaction}": means["neg"] * means[reaction] for reaction in design.reactions}
    conditions = means[["neg", *design.reactions]].assign(**products)
    x = sm.add_constant(pd.concat([centred, conditions], axis=1).assign(psr_x_pk=centred["psr"] * centred["pk"]))
    fit = sm.OLS(means["pa"], x).fit(cov_type="HC3", use_t=True)
    bounds = fit.conf_int(1 - level).to_numpy()
    columns = {
        "est": fit.params,
        "se": fit.bse,
        "t": fit.tvalues,
        "p": fit.pvalues,
        "ci_lower": bounds[:, 0],
        "ci_upper": bounds[:, 1],
    }
    return pd.DataFrame(columns).rename_axis("term").reset_index()


def confounded_model(items: Items, design: Design, pair: tuple[str, str], correlation: float) -> str:
    """Give the study's model with the residual correlation of two constructs fixed.

    Disturbance variances are fixed to one and loadings free, so that a fixed covariance is a fixed correlation;
    effects are then multiplied by the loading of the outcome's first item, which puts them back into its points.
    """
    measured = [
        f"{construct} =~ NA*{names[0]} + m_{construct}*{names[0]} + " + " + ".join(names[1:])
        for construct, names in items.items()
    ]
    unit = [f"{construct} ~~ 1*{construct}" for construct in items]
    at = {effect.name: mediation.formulas(effect, design) for effect in EFFECTS}
    outcomes = {effect.name: effect.outcome for effect in EFFECTS}
    defined = [
        f"{one.parameter} := ({one.formula(at[one.effect])})*m_{outcomes[one.effect]}"
        for one in estimands.deciding(design)
    ]
    one, two = pair
    return "\n".join([*measured, *unit, f"{one} ~~ {correlation}*{two}", mediation.structural_model(design), *defined])


def confounding(data: pd.DataFrame, items: Items, design: Design, analysis: Analysis) -> pd.DataFrame:
    """Give the deciding effects under each fixed residual correlation of each pair of constructs."""
    tables = []
    names = [one.parameter for one in estimands.deciding(design)]
    for pair, correlation in product(PAIRS, analysis.confounding):
        fit = convergence.demanded(
            sem.fit(confounded_model(items, design, pair, correlation), data),
            f"the study's model with a residual correlation of {correlation} between {' and '.join(pair)}",
        )
        intervals = fit.bootstrap(draws=SHORT_DRAWS, seed=analysis.bootstrap.seed).ci(level=analysis.interval.level)
        rows = intervals.loc[names, ["est", "ci_lower", "ci_upper"]].rename_axis("name").reset_index()
        tables.append(rows.assign(pair="-".join(pair), correlation=correlation))
    return pd.concat(tables, ignore_index=True)


def removing(result: Mediation) -> pd.DataFrame:
    """Give the residual correlation at which the estimate of each later link is zero.

    With an arrow between any two constructs the model implies the same covariances for every residual correlation of
    two of them, so that the link and the correlation share out what they have in common: the link is zero where the
    correlation is the partial correlation of both, given all that stands before them. A common cause of both that
    accounts for shares R₁ and R₂ of their unexplained variances makes a correlation of √(R₁R₂).

    Parameters
    ----------
    result
        The study's model.

    Returns
    -------
    DataFrame
        A row a link: link before after correlation share. ``share`` is that of unexplained variance which a cause that
        is equally strong in both has to account for.

    Notes
    -----
    Imai, K., Keele, L. & Yamamoto, T. (2010). *Statistical Science*, 25(1), 51-71, whose sensitivity parameters are
    the correlation of the residuals and the product of the two shares.
    """
    estimates = result.fit.estimates
    slopes = estimates[estimates["label"].isin(LATER_LINKS)].set_index("label")["est"]
    own = estimates[(estimates["op"] == "~~") & (estimates["lhs"] == estimates["rhs"])].set_index("lhs")["est"]
    rows = []
    for link, (before, after) in LATER_LINKS.items():
        passed_on = slopes[link] * own[before] ** 0.5
        correlation = float(passed_on / (passed_on**2 + own[after]) ** 0.5)
        rows.append({"link": link, "before": before, "after": after, "correlation": correlation})
    return pd.DataFrame(rows).assign(share=lambda table: table["correlation"].abs())


def item_sets(questionnaire: Questionnaire, items: Items) -> dict[str, dict[str, tuple[str, ...]]]:
    """Give the sets of items by which the constructs can defensibly be scored."""
    turned = {name for name, item in questionnaire.items.items() if item.reversed}
    straight = {construct: tuple(name for name in names if name not in turned) for construct, names in items.items()}
    conceptual = tuple(questionnaire.constructs["pkc"].items)
    return {
        "all": dict(items),
        "without reversed": straight,
        "first three": {construct: tuple(names[:3]) for construct, names in items.items()},
        "last three": {construct: tuple(names[-3:]) for construct, names in items.items()},
        "with conceptual": {**items, "pk": (*items["pk"], *conceptual)},
    }


def specifications(
    sample: Sample, questionnaire: Questionnaire, analysis: Analysis, items: Items, draws: int = SHORT_DRAWS
) -> pd.DataFrame:
    """Give the serial effect under every combination of scoring, items, sample and covariates."""
    covariates, design = {"none": (), "background": tuple(analysis.covariates)}, questionnaire.design
    tables = []
    for (set_name, chosen), (variant, data), (adjusted, names), scoring in product(
        item_sets(questionnaire, items).items(), sample.variants.items(), covariates.items(), ("latent", "mean")
    ):
        needed = [*(item for construct in chosen.values() for item in construct), *names]
        complete = data.dropna(subset=needed)
        text = mediation.model(chosen, design, names) if scoring == "latent" else manifest_model(design, names)
        fit = sem.fit(text, complete if scoring == "latent" else with_means(complete, chosen))
        table = intervals_or_nothing(fit, design, analysis, draws)
        primary = (scoring, set_name, variant, adjusted) == ("latent", "all", "primary", "none")
        tables.append(
            table.assign(
                scoring=scoring, items=set_name, sample=variant, covariates=adjusted, n=len(complete), primary=primary
            )
        )
    return pd.concat(tables, ignore_index=True)


def intervals_or_nothing(fit: sem.Fit, design: Design, analysis: Analysis, draws: int) -> pd.DataFrame:
    """Give the serial effect at each interaction with its interval, all NaN where the model did not converge.

    Among dozens of models one on few items and few people may have no solution; the others are worth telling all the
    same.
    """
    if fit.converged:
        bootstrap = fit.bootstrap(draws=draws, seed=analysis.bootstrap.seed)
        return serial(bootstrap.ci(level=analysis.interval.level), design)
    nothing = dict.fromkeys(("est", "ci_lower", "ci_upper"), np.nan)
    return pd.DataFrame({"interaction": design.interactions}).assign(**nothing)


def vary(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Robustness:
    """Ask the study's question in every other way that a careful reader would."""
    items, design = mediation.items_of(questionnaire, analysis), questionnaire.design
    compared, groups, obstacles = equality(sample.data, items, design)
    return Robustness(
        manifest=manifest(sample.data, items, design, analysis),
        samples=samples(sample.variants, items, design, analysis),
        full_information=full_information(sample.with_missing, items, design),
        order=order(sample.data, items, design, analysis),
        equality=compared,
        obstacles=obstacles,
        groups=groups,
        moderation=moderation(sample.data, items, design, analysis.interval.level),
        confounding=confounding(sample.data, items, design, analysis),
        specifications=specifications(sample, questionnaire, analysis, items),
        draws=SHORT_DRAWS,
    )


_block = partial(Block, function="analysis.robustness.vary")
_r = partial(Place, OTHER)
_SERIAL = "serial_{interaction}"
_EFFECT = (estimate("", "coefficient", "percentile"),)
_MEANS = "robustness.manifest"
_MADE = (estimate("", "coefficient", "percentile", working="{working}"),)
_DELTA = (estimate("", "coefficient", "delta", asked=_r("fiml", "est", _SERIAL)),)
_FIT = (Quantity("chisq", "statistic"), Quantity("df", "count"))
_PATH = (Quantity("", "coefficient", "est", asked=_r("equality-free", "est", "{path}_{interaction}")),)
_TESTED = (whether("tested", asked=OWN_FIT),)
_EQUAL = (Quantity("chisq_diff", "statistic"), Quantity("df_diff", "count"), Quantity("p", "p", "pvalue"))
_PRODUCT = (estimate("", "coefficient", "hc3"), Quantity("p", "p"))
_SPREAD = (Quantity("n", "count"), *each("coefficient", "lowest", "highest"), *each("percent", "positive", "negative"))
_MANIFEST, _SAMPLE = _r("manifest", "est", "{name}"), _r("sample-{short}", "est", _SERIAL)
_ORDER, _ORDER_FIT = _r("order-{short}", "est", _SERIAL), _r("order-{short}", "measure", "{part}")
_other = partial(_block, asked=derived(OTHER))
QUANTITIES = (
    _block(f"{_MEANS}.{{estimand}}", "manifest", "manifest", _MADE, _MANIFEST),
    _block("robustness.samples.{short}.{interaction}", "samples", "samples", _EFFECT, _SAMPLE, of="serial"),
    _other("robustness.fiml.{interaction}", "full_information", "fiml", _DELTA, of="serial"),
    _block("robustness.order.{short}.{interaction}", "order", "order", _EFFECT, _ORDER),
    _block("robustness.order.{short}", "order_fit", "order", _FIT, _ORDER_FIT),
    _other("robustness.groups.{path}.{interaction}", "groups", "groups", _PATH),
    _other("robustness.equality", "equality_tested", "equality", _TESTED),
    _other("robustness.equality", "equality", "equality", _EQUAL),
    _block("robustness.moderation.product", "product", "moderation", _PRODUCT, statistic(OTHER)),
    _other("robustness.specifications.{interaction}", "specifications", "specifications", _SPREAD, of="serial"),
    _block("robustness.specifications", "unsolved", "specifications", each("count", "unsolved"), OWN_FIT),
    _block("robustness", "draws", "robustness", each("count", "draws"), SETTING),
)
"""The numbers of the book in `Robustness`."""
_REMOVED = (Quantity("correlation", "bounded"), Quantity("share", "percent"))
REMOVING = (
    Block(
        "robustness.removing.{link}",
        "removing",
        "removing",
        _REMOVED,
        "arithmetic on estimates of the study's model",
        "analysis.robustness.removing",
    ),
)
"""The numbers of the book in `removing`."""


def tables(result: Robustness, design: Design) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    solved = result.specifications.dropna(subset="est")
    unsolved = len(result.specifications) - len(solved)
    orders = result.order.assign(short=result.order["order"].str.split().str[0])
    return {
        "manifest": with_differences(mediation.with_keys(result.manifest, design), design),
        "samples": result.samples.assign(short=result.samples["variant"].str.replace(" ", "_")),
        "full_information": result.full_information,
        "order": orders,
        "order_fit": orders.drop_duplicates("order"),
        "groups": result.groups.dropna(subset="est"),
        "equality_tested": one_row(tested=result.equality_tested),
        "equality": result.equality.tail(1),
        "product": result.moderation[result.moderation["term"] == "psr_x_pk"],
        "specifications": pd.DataFrame(
            {
                "interaction": interaction,
                "n": len(rows),
                "lowest": rows["est"].min(),
                "highest": rows["est"].max(),
                "positive": (rows["ci_lower"] > 0).mean(),
                "negative": (rows["ci_upper"] < 0).mean(),
            }
            for interaction, rows in solved.groupby("interaction")
        ),
        "unsolved": one_row(unsolved=unsolved // len(design.interactions)),
        "draws": one_row(draws=result.draws),
    }


def with_differences(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give a table by defined parameter, on scale means, how each contrast is made of two other numbers."""
    named = estimands.by_parameter(design)
    return table.assign(working=[mediation.difference(named[name], _MEANS, "est") for name in table["name"]])
