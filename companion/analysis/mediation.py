"""The study's model: comments, the influencer's reaction, and the chain from relationship to product attitude."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from companion import sem
from companion.analysis import convergence, estimands, predictions
from companion.analysis.estimands import EFFECTS, Effect, Estimand
from companion.quantities import FIT, OWN_FIT, SOLUTION, STUDY, Block, Place, Quantity, Tables, estimate, one_row
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

LETTERS = {"psr": ("a", "w"), "pk": ("k", "u"), "pa": ("t", "v")}
"""Of each outcome: the letter of the effects of negative comments, and that of the effects of a reaction."""

Items = Mapping[str, tuple[str, ...]]


def items_of(questionnaire: Questionnaire, analysis: Analysis) -> dict[str, tuple[str, ...]]:
    """Give the items of each construct of the model, in causal order."""
    return {name: tuple(questionnaire.constructs[name].items) for name in analysis.model.constructs}


def measurement_model(items: Items) -> str:
    """Give the measurement part in lavaan's syntax: one latent variable a construct, its first item the marker."""
    return "\n".join(f"{construct} =~ " + " + ".join(names) for construct, names in items.items())


def labels(outcome: str, design: Design) -> dict[str, str]:
    """Give the label of each predictor's effect on an outcome.

    Examples
    --------
    >>> from companion.survey.design import DESIGN
    >>> labels("psr", DESIGN)
    {'neg': 'a1', 'like': 'w1', 'reply': 'w2', 'neg:like': 'a2', 'neg:reply': 'a3'}
    """
    slopes, levels = LETTERS[outcome]
    numbered = enumerate(design.reactions, start=1)
    own = {reaction: (f"{levels}{number}", f"{slopes}{number + 1}") for number, reaction in numbered}
    given = {"neg": f"{slopes}1"} | {reaction: level for reaction, (level, _) in own.items()}
    return given | {f"neg:{reaction}": product for reaction, (_, product) in own.items()}


def structural_model(design: Design, covariates: Sequence[str] = ()) -> str:
    """Give the structural part: each outcome on comments, reaction and their products, and the chain."""
    psr, pk, pa = (outside(outcome, design, covariates) for outcome in LETTERS)
    return "\n".join([f"psr ~ {psr}", f"pk ~ d*psr + {pk}", f"pa ~ b*pk + c*psr + {pa}"])


def outside(outcome: str, design: Design, covariates: Sequence[str] = ()) -> str:
    """Give the predictors of an outcome from outside the chain: the labelled conditions, then the covariates."""
    labelled = [f"{label}*{predictor}" for predictor, label in labels(outcome, design).items()]
    return " + ".join([*labelled, *covariates])


def slope(outcome: str, interaction: str, design: Design) -> str:
    """Give the effect of negative comments on an outcome at an interaction, as a sum of labels."""
    of = labels(outcome, design)
    return of["neg"] if interaction not in design.reactions else f"({of['neg']} + {of[f'neg:{interaction}']})"


def formulas(effect: Effect, design: Design) -> dict[str, str]:
    """Give an effect at each interaction, as a formula of labels."""
    return {
        interaction: effect.formula.format(**{outcome: slope(outcome, interaction, design) for outcome in LETTERS})
        for interaction in design.interactions
    }


def defined_parameters(design: Design) -> str:
    """Give every effect at every interaction, and its contrasts between interactions, as defined parameters."""
    at = {effect.name: formulas(effect, design) for effect in EFFECTS}
    every = estimands.by_parameter(design)
    return "\n".join(f"{name} := {one.formula(at[one.effect])}" for name, one in every.items())


def working(one: Estimand, design: Design) -> str:
    """Give how the book's number of an estimand is made of its other numbers, as a formula of their keys.

    It is the formula by which the model defines the estimand; nothing where the estimand is a path itself.

    Examples
    --------
    >>> from companion.survey.design import DESIGN
    >>> working(Estimand("serial", "reply"), DESIGN)
    'mediation.psr.reply.est*mediation.path.d.est*mediation.path.b.est'
    >>> working(Estimand("direct_pk", "reply"), DESIGN)
    'mediation.path.k1.est + mediation.path.k3.est'
    >>> working(Estimand("direct_pk", "none"), DESIGN)
    ''
    """
    if one.minus is not None:
        return difference(one, "mediation", "est")
    alone = {effect.formula: effect.name for effect in EFFECTS if effect.formula.strip("{}") == effect.outcome}
    formula = next(effect.formula for effect in EFFECTS if effect.name == one.effect)
    if formula in alone:
        if one.at not in design.reactions:
            return ""
        formula = slope(formula.strip("{}"), one.at, design).strip("()")

    def key(part: re.Match[str]) -> str:
        of = Estimand(alone[part[0]], one.at).key if part[0] in alone else f"path.{part[0]}"
        return f"mediation.{of}.est"

    return re.sub(r"\{?\w+\}?", key, formula)


def difference(one: Estimand, room: str, end: str) -> str:
    """Give how the number of a contrast is made of two others of a room, as a formula of keys; nothing of an effect.

    Examples
    --------
    >>> difference(Estimand("serial", "reply", "none"), "mediation", "std.est")
    'mediation.serial.reply.std.est - mediation.serial.none.std.est'
    """
    if one.minus is None:
        return ""
    at, minus = (f"{room}.{Estimand(one.effect, place).key}.{end}" for place in (one.at, one.minus))
    return f"{at} - {minus}"


def model(items: Items, design: Design, covariates: Sequence[str] = ()) -> str:
    """Give the whole model of the study in lavaan's syntax."""
    return "\n".join([measurement_model(items), structural_model(design, covariates), defined_parameters(design)])


def lavaan_script(items: Items, design: Design, file: str) -> str:
    """Give an R script that fits the same model with lavaan, optimised to the end, to a CSV file beside it."""
    text = model(items, design)
    return f"""# The study's model in lavaan, optimised to the end (its default stops earlier).
library(lavaan)

data <- read.csv("{file}")
model <- '
{text}
'
fit <- sem(model, data, optim.method = "BFGS", control = list(reltol = 1e-16, maxit = 5000))
summary(fit, fit.measures = TRUE, standardized = TRUE)
"""


@dataclass(frozen=True)
class Mediation:
    """The study's model fitted to one sample, with bootstrap intervals.

    Parameters
    ----------
    fit
        The fitted model (see `companion.sem`).
    paths
        A row a structural path: label outcome predictor est se ci_lower ci_upper std std_lower std_upper.
    effects
        A row an effect and interaction: name effect interaction est se ci_lower ci_upper std std_lower std_upper,
        and the Monte Carlo errors mc_lower and mc_upper of the bounds. ``est`` is in points of the outcome's marker
        item; ``std`` is partially standardised, divided by the model-implied standard deviation of the outcome.
    contrasts
        The same for differences between interactions; ``interaction`` holds for example ``reply - like``.
    simultaneous
        Simultaneous intervals (max-``|t|``) of the effects on which the claims rest: name est ci_lower ci_upper.
    predictions
        The predicted mean of each construct in each of the six groups (see `companion.analysis.predictions.predict`).
    draws
        The bootstrap draws of effects and contrasts, a column a defined parameter.
    draws_not_converged, draws_inadmissible
        How many draws did not converge, and how many hold a negative variance.
    redrawn
        Whether a deciding bound lay so close to zero that the draws were multiplied.
    design
        The design whose effects these are.
    level
        Level of all intervals.
    """

    fit: sem.Fit
    paths: pd.DataFrame
    effects: pd.DataFrame
    contrasts: pd.DataFrame
    simultaneous: pd.DataFrame
    predictions: pd.DataFrame
    draws: pd.DataFrame
    draws_not_converged: int
    draws_inadmissible: int
    redrawn: bool
    design: Design
    level: float

    def at_interactions(self, effect: str) -> pd.DataFrame:
        """Give one effect at the three interactions."""
        return self.effects[self.effects["effect"] == effect].reset_index(drop=True)

    def draws_of(self, effect: str) -> pd.DataFrame:
        """Give the draws of one effect, a column an interaction."""
        return pd.DataFrame(
            {one.at: self.draws[one.parameter] for one in estimands.at_interactions(effect, self.design)}
        )


def analyse(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Mediation:
    """Fit the study's model and draw its bootstrap; multiply the draws where a deciding bound is too close to zero.

    Raises
    ------
    companion.sem.ModelError
        If the model cannot be estimated from the sample.
    """
    level, settings = analysis.interval.level, analysis.bootstrap
    items, design = items_of(questionnaire, analysis), questionnaire.design
    deciding = [one.parameter for one in estimands.deciding(design)]
    fit = convergence.demanded(sem.fit(model(items, design), sample.data), "the study's model")
    bootstrap = fit.bootstrap(draws=settings.draws, seed=settings.seed)
    redrawn = too_close(bootstrap.ci(level=level).loc[deciding], settings.redraw.errors)
    if redrawn:
        bootstrap = fit.bootstrap(draws=settings.redraw.draws, seed=settings.seed)
    effects, contrasts = effect_tables(bootstrap, design, level)
    return Mediation(
        fit=fit,
        paths=path_table(bootstrap, design, level),
        effects=effects,
        contrasts=contrasts,
        simultaneous=bootstrap.simultaneous(deciding, level=level).rename_axis("name").reset_index(),
        predictions=predictions.predict(bootstrap, items, design, level),
        draws=bootstrap.estimates[[*effects["name"], *contrasts["name"]]],
        draws_not_converged=bootstrap.not_converged,
        draws_inadmissible=bootstrap.inadmissible,
        redrawn=redrawn,
        design=design,
        level=level,
    )


def too_close(intervals: pd.DataFrame, errors: float) -> bool:
    """Say whether any bound lies within so many Monte Carlo errors of zero."""
    bounds, error = intervals[["ci_lower", "ci_upper"]].to_numpy(), intervals[["mc_lower", "mc_upper"]].to_numpy()
    return bool((np.abs(bounds) < errors * error).any())


def effect_tables(bootstrap: sem.Bootstrap, design: Design, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give all effects at the interactions, and all contrasts, with intervals in points and partially standardised."""
    points, standardised = bootstrap.ci(level=level), bootstrap.ci(level=level, solution="std_nox")
    names = {"est": "std", "ci_lower": "std_lower", "ci_upper": "std_upper"}
    table = pd.concat([points, standardised[list(names)].rename(columns=names)], axis=1)

    def rows(of: Callable[[str, Design], tuple[Estimand, ...]]) -> pd.DataFrame:
        every = [one for effect in EFFECTS for one in of(effect.name, design)]
        keys = pd.DataFrame(
            [(one.parameter, one.effect, one.place) for one in every], columns=["name", "effect", "interaction"]
        )
        return pd.concat([keys, table.loc[keys["name"]].reset_index(drop=True)], axis=1)

    return rows(estimands.at_interactions), rows(estimands.contrasts)


def path_table(bootstrap: sem.Bootstrap, design: Design, level: float) -> pd.DataFrame:
    """Give every structural path with its interval, in points of the markers and partially standardised."""
    keys = [(label, outcome, predictor) for outcome in LETTERS for predictor, label in labels(outcome, design).items()]
    keys += [("d", "pk", "psr"), ("b", "pa", "pk"), ("c", "pa", "psr")]
    named = [label for label, _, _ in keys]
    names = {"est": "std", "ci_lower": "std_lower", "ci_upper": "std_upper"}
    points = bootstrap.ci(level=level).loc[named, ["est", "se", "ci_lower", "ci_upper"]].reset_index(drop=True)
    standardised = (
        bootstrap.ci(level=level, solution="std_nox")
        .loc[named, list(names)]
        .rename(columns=names)
        .reset_index(drop=True)
    )
    return pd.concat([pd.DataFrame(keys, columns=["label", "outcome", "predictor"]), points, standardised], axis=1)


_block = partial(Block, function="analysis.mediation.analyse")
_STD = Place(STUDY, "study", "nox", "{name}")
_PATH = (estimate("", "coefficient", "percentile"),)
_EFFECT = (
    estimate("", "coefficient", "percentile", working="{working}"),
    estimate("std", "coefficient", "percentile", "std", "std", asked=_STD, working="{working_std}"),
)
_DRAWS = (
    Quantity("draws", "count"),
    Quantity("draws.not_converged", "count", "not_converged", words="draws.not_converged"),
    Quantity("draws.inadmissible", "count", "inadmissible", words="draws.inadmissible"),
)
QUANTITIES = (
    _block("mediation.fit", "fit", "fit", FIT, Place(STUDY, "study", "measure", "{part}"), of="study"),
    _block("mediation.fit", "solution", "fit", SOLUTION, OWN_FIT, of="study"),
    _block("mediation.path.{label}", "paths", "path", _PATH, Place(STUDY, "study", "est", "{label}")),
    _block(
        "mediation.{estimand}", "effects", "effect_of", _EFFECT, Place(STUDY, "study", "est", "{name}"), said=("name",)
    ),
    _block("mediation", "draws", "draws", _DRAWS, Place(STUDY, "study", "draws", "{part}")),
)
"""The numbers of the book in `Mediation`."""


def tables(result: Mediation) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    return {
        "fit": one_row(**result.fit.measures),
        "solution": one_row(impossible=convergence.impossible(result.fit)),
        "paths": result.paths,
        "effects": with_workings(
            with_keys(pd.concat([result.effects, result.contrasts], ignore_index=True), result.design), result.design
        ),
        "draws": one_row(
            draws=len(result.draws),
            not_converged=result.draws_not_converged,
            inadmissible=result.draws_inadmissible,
        ),
    }


def with_keys(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give a table by defined parameter (``name``) the part of each row's key in a column ``estimand``."""
    named = estimands.by_parameter(design)
    return table.assign(estimand=[named[name].key for name in table["name"]])


def with_workings(table: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give a table by defined parameter how each estimate, raw and standardised, is made of other numbers."""
    every = estimands.by_parameter(design)
    rows = [every[name] for name in table["name"]]
    return table.assign(
        working=[working(one, design) for one in rows],
        working_std=[difference(one, "mediation", "std.est") for one in rows],
    )
