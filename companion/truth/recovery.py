"""Does the analysis find a truth that is written down? Estimates beside population values."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd

from companion import sem
from companion.analysis import mediation
from companion.analysis.mediation import Items, Mediation
from companion.quantities import TRUTHS, Block, Place, Quantity, Tables, each, estimate, one_row
from companion.survey.design import DESIGN, Design
from companion.survey.questionnaire import Questionnaire
from companion.truth import population
from companion.truth.population import IN_POINTS, Ends, Truth

PEOPLE = 1_000_000
SHOWN = ("psr", "pk_via_psr", "serial", "total_pa")


@dataclass(frozen=True)
class Recovery:
    """What was planted, what the analysis has for its population value, and what it found.

    Parameters
    ----------
    effects
        A row an effect and interaction (or contrast): name effect interaction structural rounded careless est ci_lower
        ci_upper covered. ``structural`` is the written-down value in points of the outcome's scale before rounding;
        ``rounded`` is what the analysis gives in a very large sample of careful respondents whose answers are rounded
        to those of the scale; ``careless`` the same with the planted share of respondents who tick one box all the way
        down. The interval is ``covered`` when it holds the value ``careless``, the population value of the analysis as
        it is done.
    people
        Size of the very large samples.
    """

    effects: pd.DataFrame
    people: int


def as_answered(
    truth: Truth,
    people: int,
    seed: int,
    turned: frozenset[str],
    ends: Ends = IN_POINTS,
    design: Design = DESIGN,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw careful respondents, and the same with the planted share of them ticking one box all the way down.

    Parameters
    ----------
    truth
        The truth.
    people
        How many.
    seed
        Seed of both draws.
    turned
        Reversed items, on which such a box means the opposite.
    ends
        Of the items on other scales than the truth's.
    design
        Whose cells there are; the truth's own when not given.
    """
    clean = population.clean_responses(truth, people, seed, ends=ends, design=design)
    return clean, population.with_straight_lines(clean, truth.careless, turned, seed, ends)


def turned_items(questionnaire: Questionnaire) -> frozenset[str]:
    """Give the names of the reversed items."""
    return frozenset(name for name, item in questionnaire.items.items() if item.reversed)


def population_values(
    truth: Truth, items: Items, design: Design, turned: frozenset[str], ends: Ends, people: int = PEOPLE
) -> pd.DataFrame:
    """Give every effect's written-down value, and its value in the population of the analysis, by parameter name."""
    clean, careless = as_answered(truth, people, truth.seed, turned, ends, design)
    written = population.implied(truth, ends).set_index("name")
    table = pd.DataFrame({"structural": written["points"]})
    for name, responses in (("rounded", clean), ("careless", careless)):
        estimates = sem.fit(mediation.model(items, design), responses).estimates
        table[name] = estimates[estimates["op"] == ":="].set_index("lhs")["est"]
    return table


def recover(truth: Truth, fitted: Mediation, questionnaire: Questionnaire, items: Items) -> Recovery:
    """Set the estimates of one survey beside the truth that it was drawn from."""
    turned, ends = turned_items(questionnaire), population.other_ends(questionnaire)
    planted = population_values(truth, items, questionnaire.design, turned, ends)
    found = pd.concat([fitted.effects, fitted.contrasts], ignore_index=True)
    found = found.loc[found["effect"].isin(SHOWN), ["name", "effect", "interaction", "est", "ci_lower", "ci_upper"]]
    values = found.merge(planted, left_on="name", right_index=True, validate="one_to_one").reset_index(drop=True)
    covered = (values["ci_lower"] <= values["careless"]) & (values["careless"] <= values["ci_upper"])
    return Recovery(effects=values.assign(covered=covered), people=PEOPLE)


_block = partial(Block, function="truth.recovery.recover", words="planted")
_WRITTEN = "effects as the truth has them: written down, not estimated"
_COUNTS = "counts of intervals and effects in our tables"
_FOUND, _POPULATION = (Place(TRUTHS, job, "est", "{name}") for job in ("planted-{truth}", "population-{truth}-{part}"))
_EFFECT = (
    estimate("", "coefficient", "percentile", asked=_FOUND),
    Quantity("structural", "coefficient", asked=_WRITTEN),
    *each("coefficient", "rounded", "careless", asked=_POPULATION),
)
QUANTITIES = (
    _block("planted.{truth}.{estimand}", "effects", quantities=_EFFECT, asked=_FOUND, of="planted"),
    _block("planted.{truth}", "together", quantities=each("count", "covered", "effects", "people"), asked=_COUNTS),
)
"""The numbers of the book in `Recovery`."""


def tables(result: Recovery, design: Design) -> Tables:
    """Give the tables that `QUANTITIES` reads."""
    return {
        "effects": mediation.with_keys(result.effects, design),
        "together": one_row(
            covered=int(result.effects["covered"].sum()), effects=len(result.effects), people=result.people
        ),
    }
