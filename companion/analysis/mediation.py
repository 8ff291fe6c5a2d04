"""The study's model: comments, the influencer's reaction, and the chain from relationship to product attitude."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from companion import sem
from companion.analysis import predictions
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.survey.sample import Sample

INTERACTIONS = ("none", "like", "reply")
PREDICTORS = ("neg", "like", "reply", "neg:like", "neg:reply")
LABELS = {
    "psr": ("a1", "w1", "w2", "a2", "a3"),
    "pk": ("k1", "u1", "u2", "k2", "k3"),
    "pa": ("t1", "v1", "v2", "t2", "t3"),
}
"""Labels of the effects of `PREDICTORS` on each outcome."""

CONTRASTS = (("like", "none"), ("reply", "none"), ("reply", "like"))
Items = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Effect:
    """A kind of effect of negative instead of positive comments, at each interaction.

    Parameters
    ----------
    name
        Short name, the first part of the defined parameters (``serial`` gives ``serial_none``, ``serial_like``, ...).
    outcome
        The latent variable that the effect reaches.
    formula
        The effect as a product of labels, with ``{psr}``, ``{pk}`` and ``{pa}`` for the slopes of negative comments.
    what
        The effect in words.
    """

    name: str
    outcome: str
    formula: str
    what: str


EFFECTS = (
    Effect("psr", "psr", "{psr}", "on the parasocial relationship"),
    Effect("pk_via_psr", "pk", "{psr}*d", "on persuasion knowledge through the parasocial relationship"),
    Effect(
        "serial",
        "pa",
        "{psr}*d*b",
        "on product attitude through the parasocial relationship and then persuasion knowledge",
    ),
    Effect("pa_via_psr", "pa", "{psr}*c", "on product attitude through the parasocial relationship alone"),
    Effect("pa_via_pk", "pa", "{pk}*b", "on product attitude through persuasion knowledge alone"),
    Effect("direct_pk", "pk", "{pk}", "on persuasion knowledge, directly"),
    Effect("direct_pa", "pa", "{pa}", "on product attitude, directly"),
    Effect("total_pk", "pk", "{pk} + {psr}*d", "on persuasion knowledge, in total"),
    Effect("total_pa", "pa", "{pa} + {pk}*b + {psr}*(c + d*b)", "on product attitude, in total"),
)
DECISIVE = ("psr", "pk_via_psr", "serial")
"""The effects on which a claim about one interaction rests."""


def items_of(questionnaire: Questionnaire, analysis: Analysis) -> dict[str, tuple[str, ...]]:
    """Give the items of each construct of the model, in causal order."""
    return {name: tuple(questionnaire.constructs[name].items) for name in analysis.model.constructs}


def measurement_model(items: Items) -> str:
    """Give the measurement part in lavaan's syntax: one latent variable a construct, its first item the marker."""
    return "\n".join(f"{construct} =~ " + " + ".join(names) for construct, names in items.items())


def structural_model(covariates: Sequence[str] = ()) -> str:
    """Give the structural part: each outcome on comments, reaction and their products, and the chain."""
    psr, pk, pa = (outside(outcome, covariates) for outcome in ("psr", "pk", "pa"))
    return "\n".join([f"psr ~ {psr}", f"pk ~ d*psr + {pk}", f"pa ~ b*pk + c*psr + {pa}"])


def outside(outcome: str, covariates: Sequence[str] = ()) -> str:
    """Give the predictors of an outcome from outside the chain: the labelled conditions, then the covariates."""
    labelled = [f"{label}*{predictor}" for label, predictor in zip(LABELS[outcome], PREDICTORS, strict=True)]
    return " + ".join([*labelled, *covariates])


def slope(outcome: str, interaction: str) -> str:
    """Give the effect of negative comments on an outcome at an interaction, as a sum of labels."""
    reference, _, _, like, reply = LABELS[outcome]
    return {"none": reference, "like": f"({reference} + {like})", "reply": f"({reference} + {reply})"}[interaction]


def defined_parameters() -> str:
    """Give every effect at every interaction, and its contrasts between interactions, as defined parameters."""
    lines = []
    for effect in EFFECTS:
        at = {w: effect.formula.format(**{outcome: slope(outcome, w) for outcome in LABELS}) for w in INTERACTIONS}
        lines += [f"{effect.name}_{w} := {formula}" for w, formula in at.items()]
        lines += [f"{effect.name}_{w}_minus_{v} := {at[w]} - ({at[v]})" for w, v in CONTRASTS]
    return "\n".join(lines)


def model(items: Items, covariates: Sequence[str] = ()) -> str:
    """Give the whole model of the study in lavaan's syntax."""
    return "\n".join([measurement_model(items), structural_model(covariates), defined_parameters()])


def lavaan_script(items: Items, file: str) -> str:
    """Give an R script that fits the same model with lavaan, optimised to the end, to a CSV file beside it."""
    text = model(items)
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
        Simultaneous intervals (max-|t|) of the effects on which the claims rest: name est ci_lower ci_upper.
    predictions
        The predicted mean of each construct in each of the six groups (see `companion.analysis.predictions.predict`).
    draws
        The bootstrap draws of effects and contrasts, a column a defined parameter.
    draws_not_converged, draws_inadmissible
        How many draws did not converge, and how many hold a negative variance.
    redrawn
        Whether a deciding bound lay so close to zero that the draws were multiplied.
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
    level: float

    def at_interactions(self, effect: str) -> pd.DataFrame:
        """Give one effect at the three interactions."""
        return self.effects[self.effects["effect"] == effect].reset_index(drop=True)

    def draws_of(self, effect: str) -> pd.DataFrame:
        """Give the draws of one effect, a column an interaction."""
        return pd.DataFrame({w: self.draws[f"{effect}_{w}"] for w in INTERACTIONS})


def analyse(sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> Mediation:
    """Fit the study's model and draw its bootstrap; multiply the draws where a deciding bound is too close to zero.

    Raises
    ------
    companion.sem.ModelError
        If the model cannot be estimated from the sample.
    """
    level, settings = analysis.interval.level, analysis.bootstrap
    items = items_of(questionnaire, analysis)
    fit = sem.fit(model(items), sample.data)
    bootstrap = fit.bootstrap(draws=settings.draws, seed=settings.seed)
    redrawn = too_close(bootstrap.ci(level=level).loc[deciding()], settings.redraw.errors)
    if redrawn:
        bootstrap = fit.bootstrap(draws=settings.redraw.draws, seed=settings.seed)
    effects, contrasts = effect_tables(bootstrap, level)
    return Mediation(
        fit=fit,
        paths=path_table(bootstrap, level),
        effects=effects,
        contrasts=contrasts,
        simultaneous=bootstrap.simultaneous(deciding(), level=level).rename_axis("name").reset_index(),
        predictions=predictions.predict(bootstrap, items, level),
        draws=bootstrap.estimates[[*effects["name"], *contrasts["name"]]],
        draws_not_converged=bootstrap.not_converged,
        draws_inadmissible=bootstrap.inadmissible,
        redrawn=redrawn,
        level=level,
    )


def deciding() -> list[str]:
    """Give the defined parameters that decide the claims: the chain at each interaction, and its contrasts."""
    at_interactions = [f"{effect}_{w}" for effect in DECISIVE for w in INTERACTIONS]
    return [*at_interactions, *(f"serial_{w}_minus_{v}" for w, v in CONTRASTS)]


def too_close(intervals: pd.DataFrame, errors: float) -> bool:
    """Say whether any bound lies within so many Monte Carlo errors of zero."""
    bounds, error = intervals[["ci_lower", "ci_upper"]].to_numpy(), intervals[["mc_lower", "mc_upper"]].to_numpy()
    return bool((np.abs(bounds) < errors * error).any())


def effect_tables(bootstrap: sem.Bootstrap, level: float) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give all effects at the interactions, and all contrasts, with intervals in points and partially standardised."""
    points, standardised = bootstrap.ci(level=level), bootstrap.ci(level=level, solution="std_nox")
    names = {"est": "std", "ci_lower": "std_lower", "ci_upper": "std_upper"}
    table = pd.concat([points, standardised[list(names)].rename(columns=names)], axis=1)

    def rows(at: Mapping[str, str]) -> pd.DataFrame:
        keys = [(f"{effect.name}_{suffix}", effect.name, shown) for effect in EFFECTS for suffix, shown in at.items()]
        chosen = table.loc[[name for name, _, _ in keys]].reset_index(drop=True)
        return pd.concat([pd.DataFrame(keys, columns=["name", "effect", "interaction"]), chosen], axis=1)

    return rows({w: w for w in INTERACTIONS}), rows({f"{w}_minus_{v}": f"{w} - {v}" for w, v in CONTRASTS})


def path_table(bootstrap: sem.Bootstrap, level: float) -> pd.DataFrame:
    """Give every structural path with its interval, in points of the markers and partially standardised."""
    keys = [
        (label, outcome, name)
        for outcome, labels in LABELS.items()
        for label, name in zip(labels, PREDICTORS, strict=True)
    ]
    keys += [("d", "pk", "psr"), ("b", "pa", "pk"), ("c", "pa", "psr")]
    labels = [label for label, _, _ in keys]
    names = {"est": "std", "ci_lower": "std_lower", "ci_upper": "std_upper"}
    points = bootstrap.ci(level=level).loc[labels, ["est", "se", "ci_lower", "ci_upper"]].reset_index(drop=True)
    standardised = (
        bootstrap.ci(level=level, solution="std_nox")
        .loc[labels, list(names)]
        .rename(columns=names)
        .reset_index(drop=True)
    )
    return pd.concat([pd.DataFrame(keys, columns=["label", "outcome", "predictor"]), points, standardised], axis=1)
