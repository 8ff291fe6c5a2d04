"""The answers to the assignment on one survey, and what known mistakes would give on the same survey.

All by the package's own analysis: the rules of the plan, scale means by ordinary least squares, the latent model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from companion import sem
from companion.analysis import measurement, mediation
from companion.analysis.mediation import Items
from companion.rows import row_at
from companion.survey import exclusions, sample
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Questionnaire
from companion.truth.classes.key import ROUNDED, Answer, Mistake

DRAWS = 2000
ASKED_DRAWS = 10_000
"""Bootstrap draws that a student is asked for, at least."""
ERRORS = 3
"""Monte Carlo errors of a bootstrapped bound that count as no mistake."""
SERIAL = "serial_reply"

Values = Mapping[str, tuple[float, ...]]


@dataclass(frozen=True)
class Fitted:
    """The study's model fitted to scale means of some people, and its parameters by their name."""

    means: pd.DataFrame
    fit: sem.Fit
    estimates: pd.DataFrame

    def of(self, name: str, column: str = "est") -> float:
        """Give a labelled or defined parameter."""
        return float(row_at(self.estimates, name)[column])


def answered(raw: pd.DataFrame, questionnaire: Questionnaire, analysis: Analysis, seed: int) -> tuple[Answer, ...]:
    """Answer the assignment on a survey.

    Parameters
    ----------
    raw
        The checked raw table (see `companion.survey.exports.Export`).
    questionnaire
        What was asked.
    analysis
        The rules' thresholds and the model's constructs.
    seed
        Of the bootstrap.
    """
    items, design = mediation.items_of(questionnaire, analysis), questionnaire.design
    names = [name for own in items.values() for name in own]
    scored = sample.scored(raw, questionnaire, analysis)
    whole = scored["valence"].notna().to_numpy() & scored[names].notna().all(axis=1).to_numpy()
    marks = exclusions.marks(raw, questionnaire, analysis)
    kept = exclusions.without(marks, [rule.name for rule in exclusions.RULES], len(raw))
    tables = {
        "right": scored[kept],
        "not_recoded": turned_back(scored[kept], questionnaire),
        "used_all": scored[whole],
    }
    observed = {name: fitted(table, items, design) for name, table in tables.items()}
    # Whether items were turned does not show in a latent model: their loadings take the other sign.
    latent = {
        name: named(sem.fit(mediation.model(items, design), table))
        for name, table in tables.items()
        if name != "not_recoded"
    }
    interval = bootstrapped(observed["right"], seed)
    counts = {"right": (float(kept.sum()),), "used_all": (float(len(raw)), float(whole.sum()))}
    return (
        _answer("n", counts, 0.5),
        _answer("mean", {name: (cell_mean(one.means),) for name, one in observed.items()}),
        _answer("alpha", {name: (alpha(table, items["psr"]),) for name, table in tables.items()}),
        _answer("effect_none", effect(observed, "psr", "none", "psr")),
        _answer("effect_reply", effect(observed, "psr", "reply", "psr")),
        _answer("serial", effect(observed, "serial", "reply", "pa")),
        bound("lower", observed["right"], interval),
        bound("upper", observed["right"], interval),
        _answer("latent", latent_values(latent, observed["right"])),
    )


def turned_back(scored: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Give a scored table with its reversed items as they were ticked: what forgetting to recode leaves."""
    turned: dict[str, pd.Series] = {}
    for name, construct in questionnaire.constructs.items():
        lowest, highest = questionnaire.bounds(name)
        turned |= {item: lowest + highest - scored[item] for item, own in construct.items.items() if own.reversed}
    return scored.assign(**turned)


def named(fit: sem.Fit) -> pd.DataFrame:
    """Give the labelled and defined parameters of a fit by their name."""
    estimates = fit.estimates
    name = estimates["label"].where(estimates["op"] != ":=", estimates["lhs"])
    return estimates.assign(name=name)[name != ""].set_index("name")


def fitted(table: pd.DataFrame, items: Items, design: Design) -> Fitted:
    """Fit the study's paths to scale means: ordinary least squares, equation by equation."""
    means = table.assign(**{name: table[list(own)].mean(axis=1) for name, own in items.items()})
    model = "\n".join([mediation.structural_model(design), mediation.defined_parameters(design)])
    fit = sem.fit(model, means)
    return Fitted(means, fit, named(fit))


def bootstrapped(one: Fitted, seed: int) -> pd.DataFrame:
    """Give the percentile interval of every parameter, from draws of their own for every survey."""
    return one.fit.bootstrap(draws=DRAWS, seed=seed).ci()


def cell_mean(means: pd.DataFrame) -> float:
    """Give the mean of the parasocial relationship where negative comments were replied to."""
    here = (means["valence"] == "negative") & (means["interaction"] == "reply")
    return float(means.loc[here, "psr"].mean())


def alpha(table: pd.DataFrame, items: tuple[str, ...]) -> float:
    """Give Cronbach's alpha of some items."""
    return measurement.cronbach_alpha(table[list(items)].to_numpy())


def effect(observed: Mapping[str, Fitted], name: str, at: str, outcome: str) -> Values:
    """Give an effect of negative comments at an interaction, and what mistakes make of it."""
    right, parameter = observed["right"], f"{name}_{at}"
    value = right.of(parameter)
    values: dict[str, tuple[float, ...]] = {kind: (one.of(parameter),) for kind, one in observed.items()}
    values["wrong_reference"] = tuple(right.of(f"{name}_{other}") for other in ("none", "like", "reply") if other != at)
    spread = float(right.means[outcome].std(ddof=1))
    values["standardised"] = (right.of(parameter, "std_all"), right.of(parameter, "std_nox"), value / spread)
    values["wrong_sign"] = (-value,)
    if at != "none":
        values["difference"] = (right.of(f"{name}_{at}_minus_none"),)
    return values


def bound(side: str, right: Fitted, interval: pd.DataFrame) -> Answer:
    """Give a bootstrapped bound of the serial effect at the reply, and what mistakes make of it."""
    column, error = f"ci_{side}", float(row_at(interval, SERIAL)[f"mc_{side}"])
    # Another bootstrap has a Monte Carlo error too.
    tolerance = ROUNDED + ERRORS * error * float(np.sqrt(1 + DRAWS / ASKED_DRAWS))

    def of(name: str, bound: str = column) -> float:
        return float(row_at(interval, name)[bound])

    mistakes = {
        "wrong_reference": (of("serial_none"), of("serial_like")),
        "wrong_sign": (-of(SERIAL), -of(SERIAL, "ci_lower" if side == "upper" else "ci_upper")),
    }
    sobel = Mistake(mistake="sobel", numbers=(right.of(SERIAL, column),), tolerance=ROUNDED)
    drawn = [Mistake(mistake=kind, numbers=values, tolerance=tolerance) for kind, values in mistakes.items()]
    return Answer(question=side, value=of(SERIAL), tolerance=tolerance, mistakes=(sobel, *drawn))


def latent_values(latent: Mapping[str, pd.DataFrame], means: Fitted) -> Values:
    """Give the serial effect at the reply in the latent model, and what mistakes make of it."""
    right = row_at(latent["right"], SERIAL)
    values: dict[str, tuple[float, ...]] = {
        kind: (float(row_at(table, SERIAL)["est"]),) for kind, table in latent.items()
    }
    values["means"] = (means.of(SERIAL),)
    values["standardised"] = (float(right["std_all"]), float(right["std_nox"]))
    others = ("serial_none", "serial_like")
    values["wrong_reference"] = tuple(float(row_at(latent["right"], name)["est"]) for name in others)
    values["wrong_sign"] = (-float(right["est"]),)
    return values


def _answer(question: str, values: Values, tolerance: float = ROUNDED) -> Answer:
    mistakes = [
        Mistake(mistake=kind, numbers=found, tolerance=tolerance) for kind, found in values.items() if kind != "right"
    ]
    return Answer(question=question, value=values["right"][0], tolerance=tolerance, mistakes=tuple(mistakes))
