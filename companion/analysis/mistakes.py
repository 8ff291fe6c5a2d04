"""The study's analysis with one mistake made on purpose: what it does to the whole chain and to the verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from companion import sem
from companion.analysis import claims, mediation, robustness
from companion.analysis.mediation import Items
from companion.survey import exclusions
from companion.survey.design import Design
from companion.survey.questionnaire import Analysis, Claims, Questionnaire
from companion.survey.sample import Sample, scored

AS_PLANNED = "as_planned"
MISTAKES = ("not_turned", "not_turned_means", "everybody", "means", "covariate", "reference")
"""What can be forgotten, in the order in which the book asks.

not_turned: reversed items enter as they were ticked. not_turned_means: the same, and means of items in place of latent
variables. everybody: nobody is left out who agreed, saw a post and answered every item of the model. means: means of
items in place of latent variables. covariate: the last item of the last construct is taken for a background variable
and held constant. reference: the reactions are coded by the alphabet, and the effects read as if nothing came first.
"""

NEVER_USED = ("preview", "copy", "no_consent")
"""Rules that hold here too: a researcher's own tries, rows that came twice, and people who did not agree."""


@dataclass(frozen=True)
class Mistakes:
    """The analysis as planned and with each mistake, by percentile bootstrap intervals.

    Parameters
    ----------
    effects
        The serial effect at each interaction: mistake n interaction est ci_lower ci_upper, in points of the outcome's
        marker item, or of its mean where items are averaged.
    verdicts
        The verdict on each claim: mistake claim verdict.
    everybody
        The answers that are analysed where nobody is left out: first those of the sample, then the others.
    draws
        Draws of each bootstrap here.
    level
        Level of all intervals.
    """

    effects: pd.DataFrame
    verdicts: pd.DataFrame
    everybody: pd.DataFrame
    draws: int
    level: float


@dataclass(frozen=True)
class Mistaken:
    """What one mistake makes of the analysis: the model that is fitted, and the answers that it is fitted to."""

    model: str
    data: pd.DataFrame


def as_ticked(data: pd.DataFrame, questionnaire: Questionnaire) -> pd.DataFrame:
    """Give the answers with the reversed items as people ticked them, not turned."""
    turned = {name: data[name] for name, item in questionnaire.items.items() if item.reversed}
    ends = turning(questionnaire)
    return data.assign(**{name: ends[name] - answers for name, answers in turned.items()})


def turning(questionnaire: Questionnaire) -> dict[str, int]:
    """Give of each reversed item the sum of its scale's ends, from which an answer is taken to turn it.

    Examples
    --------
    >>> from companion.study import of_this_book
    >>> turning(of_this_book().questionnaire)["psr3"]
    8
    """
    return {
        name: sum(questionnaire.bounds(construct))
        for construct, asked in questionnaire.constructs.items()
        for name, item in asked.items.items()
        if item.reversed
    }


def taken_for_covariate(items: Items) -> tuple[dict[str, tuple[str, ...]], str]:
    """Give the items without the last one of the last construct, and that one.

    Examples
    --------
    >>> taken_for_covariate({"pk": ("pk1", "pk2"), "pa": ("pa1", "pa2", "pa3")})
    ({'pk': ('pk1', 'pk2'), 'pa': ('pa1', 'pa2')}, 'pa3')
    """
    *_, last = items
    return {**items, last: items[last][:-1]}, items[last][-1]


def first_by_alphabet(design: Design) -> str:
    """Give the reaction that a program takes for the reference where nobody tells it.

    Examples
    --------
    >>> from companion.survey.design import DESIGN
    >>> first_by_alphabet(DESIGN)
    'like'
    """
    return min(design.interactions)


def possible(design: Design) -> tuple[str, ...]:
    """Give those of `MISTAKES` that can be made of a design: the alphabet may put first what the plan puts first.

    Examples
    --------
    >>> "reference" in possible(Design(("positive", "negative"), ("none", "reply")))
    False
    """
    as_planned = first_by_alphabet(design) == design.interactions[0]
    return tuple(mistake for mistake in MISTAKES if mistake != "reference" or not as_planned)


def by_alphabet(data: pd.DataFrame, design: Design) -> pd.DataFrame:
    """Give the data coded against the reaction that the alphabet puts first.

    Its column then says that nothing was done, so that whoever reads on as before takes one for the other.
    """
    unread = data["interaction"] == design.interactions[0]
    return data.assign(**{first_by_alphabet(design): unread.astype(float)})


def mistaken(
    data: pd.DataFrame, everybody: pd.DataFrame, questionnaire: Questionnaire, items: Items
) -> dict[str, Mistaken]:
    """Give the analysis as planned, and with each mistake that is possible, ready to be fitted.

    Parameters
    ----------
    data
        The analysed sample.
    everybody
        The answers of everybody, complete in the model's items (see `of_everybody`).
    questionnaire
        What was asked.
    items
        The items of each construct of the model, in causal order.
    """
    design = questionnaire.design
    planned, means = mediation.model(items, design), robustness.manifest_model(design)
    ticked = as_ticked(data, questionnaire)
    fewer, last = taken_for_covariate(items)
    every = {
        AS_PLANNED: Mistaken(planned, data),
        "not_turned": Mistaken(planned, ticked),
        "not_turned_means": Mistaken(means, robustness.with_means(ticked, items)),
        "everybody": Mistaken(planned, everybody),
        "means": Mistaken(means, robustness.with_means(data, items)),
        "covariate": Mistaken(mediation.model(fewer, design, [last]), data),
        "reference": Mistaken(planned, by_alphabet(data, design)),
    }
    return {name: every[name] for name in (AS_PLANNED, *possible(design))}


def of_everybody(raw: pd.DataFrame, sample: Sample, questionnaire: Questionnaire, analysis: Analysis) -> pd.DataFrame:
    """Give the complete answers of all who agreed and were assigned a post: those of the sample, then all others.

    Parameters
    ----------
    raw
        Every row of the export, as `companion.survey.imported.read` gives it.
    sample
        The analysed people.
    questionnaire, analysis
        What was asked, and the constructs of the model.
    """
    items = mediation.items_of(questionnaire, analysis)
    needed = ["valence", "interaction", *(item for names in items.values() for item in names)]
    usable = exclusions.without(exclusions.marks(raw, questionnaire, analysis), NEVER_USED, len(raw))
    answers = scored(raw, questionnaire, analysis)[usable]
    others = answers[~answers["participant"].isin(sample.data["participant"])].dropna(subset=needed)
    return pd.concat([sample.data, others], ignore_index=True)


def make(
    raw: pd.DataFrame,
    sample: Sample,
    questionnaire: Questionnaire,
    analysis: Analysis,
    stated: Claims,
    draws: int = robustness.SHORT_DRAWS,
) -> Mistakes:
    """Make every mistake, and none, of an export as `companion.survey.imported.read` gives it."""
    items, level = mediation.items_of(questionnaire, analysis), analysis.interval.level
    everybody = of_everybody(raw, sample, questionnaire, analysis)
    stated = claims.testable(stated, questionnaire.design)
    effects, verdicts = [], []
    for name, one in mistaken(sample.data, everybody, questionnaire, items).items():
        bootstrap = sem.fit(one.model, one.data).bootstrap(draws=draws, seed=analysis.bootstrap.seed)
        intervals = bootstrap.ci(level=level)
        effects.append(robustness.serial(intervals, questionnaire.design).assign(mistake=name, n=len(one.data)))
        given: Mapping[str, str] = claims.verdicts(intervals, stated)
        verdicts.append(pd.DataFrame({"mistake": name, "claim": given.keys(), "verdict": given.values()}))
    return Mistakes(
        effects=pd.concat(effects, ignore_index=True),
        verdicts=pd.concat(verdicts, ignore_index=True),
        everybody=everybody,
        draws=draws,
        level=level,
    )
