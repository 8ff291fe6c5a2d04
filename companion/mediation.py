"""The study's model: comments, the influencer's reaction, and the chain from relationship to product attitude."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from companion import sem
from companion.questionnaire import Analysis
from companion.sample import Sample

INTERACTIONS = ("none", "like", "reply")
SCALES = {"psr": 6, "pk": 5, "pa": 4}
PREDICTORS = ("neg", "like", "reply", "neg:like", "neg:reply")
SLOPES = {"none": "a1", "like": "(a1 + a2)", "reply": "(a1 + a3)"}
CONTRASTS = {"like - none": ("like", "none"), "reply - none": ("reply", "none"), "reply - like": ("reply", "like")}


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
    Effect("serial", "pa", "{psr}*d*b", "on product attitude through the parasocial relationship and then persuasion knowledge"),
    Effect("pa_via_psr", "pa", "{psr}*c", "on product attitude through the parasocial relationship alone"),
    Effect("pa_via_pk", "pa", "{pk}*b", "on product attitude through persuasion knowledge alone"),
    Effect("direct_pk", "pk", "{pk}", "on persuasion knowledge, directly"),
    Effect("direct_pa", "pa", "{pa}", "on product attitude, directly"),
    Effect("total_pk", "pk", "{pk} + {psr}*d", "on persuasion knowledge, in total"),
    Effect("total_pa", "pa", "{pa} + {pk}*b + {psr}*(c + d*b)", "on product attitude, in total"),
)
CHAIN = ("psr", "pk_via_psr", "serial")


def measurement_model(scales: Mapping[str, int] = SCALES) -> str:
    """Give the measurement part in lavaan's syntax: one latent variable a scale, the first item the marker."""
    return "\n".join(f"{name} =~ " + " + ".join(f"{name}{item}" for item in range(1, size + 1)) for name, size in scales.items())


def structural_model() -> str:
    """Give the structural part: every outcome on negative comments, reaction and their products, and the chain."""
    slopes = {outcome: _labelled(outcome) for outcome in ("psr", "pk", "pa")}
    return "\n".join(
        [f"psr ~ {slopes['psr']}", f"pk ~ d*psr + {slopes['pk']}", f"pa ~ b*pk + c*psr + {slopes['pa']}"]
    )


def _labelled(outcome: str) -> str:
    labels = {
        "psr": ("a1", "w1", "w2", "a2", "a3"),
        "pk": ("k1", "u1", "u2", "k2", "k3"),
        "pa": ("t1", "v1", "v2", "t2", "t3"),
    }[outcome]
    return " + ".join(f"{label}*{predictor}" for label, predictor in zip(labels, PREDICTORS, strict=True))


def slope(outcome: str, interaction: str) -> str:
    """Give the effect of negative comments on an outcome at an interaction, as a sum of labels."""
    first, second, third = {"psr": ("a1", "a2", "a3"), "pk": ("k1", "k2", "k3"), "pa": ("t1", "t2", "t3")}[outcome]
    return {"none": first, "like": f"({first} + {second})", "reply": f"({first} + {third})"}[interaction]


def defined_parameters() -> str:
    """Give every effect at every interaction, and the contrasts between interactions, as defined parameters."""
    lines = []
    for effect in EFFECTS:
        at = {w: effect.formula.format(**{outcome: slope(outcome, w) for outcome in ("psr", "pk", "pa")}) for w in INTERACTIONS}
        lines += [f"{effect.name}_{w} := {formula}" for w, formula in at.items()]
        if effect.name in (*CHAIN, "total_pa"):
            lines += [f"{effect.name}_{w}_minus_{v} := {at[w]} - ({at[v]})" for w, v in CONTRASTS.values()]
    return "\n".join(lines)


def model() -> str:
    """Give the whole model of the study in lavaan's syntax."""
    return "\n".join([measurement_model(), structural_model(), defined_parameters()])


@dataclass(frozen=True)
class Mediation:
    """The study's model fitted to one sample, with bootstrap intervals.

    Parameters
    ----------
    fit
        The fitted model (see `companion.sem`).
    paths
        A row a structural path: lhs op rhs label est se ci_lower ci_upper std_nox (bootstrap intervals).
    effects
        A row an effect and interaction: effect interaction what est se ci_lower ci_upper std std_lower std_upper,
        in points of the marker item and divided by the model-implied standard deviation of the outcome (partially
        standardised).
    contrasts
        The same for the differences between interactions; ``interaction`` holds for example ``reply - like``.
    simultaneous
        95 % simultaneous intervals (max-|t|) of the effects that the claims rest on: name est ci_lower ci_upper.
    draws
        The bootstrap draws of the effects and contrasts (draws x defined parameters).
    draws_asked, draws_not_converged, draws_inadmissible
        How many draws were asked for, did not converge, or have a variance below zero.
    level
        Level of all intervals.
    """

    fit: sem.Fit
    paths: pd.DataFrame
    effects: pd.DataFrame
    contrasts: pd.DataFrame
    simultaneous: pd.DataFrame
    draws: pd.DataFrame
    draws_asked: int
    draws_not_converged: int
    draws_inadmissible: int
    level: float
