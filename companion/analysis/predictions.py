"""What the study's model predicts for each of the six groups, on the scale that people answered on.

The estimand is the model-implied mean of a construct's scale score, the mean of its items, among people who saw one
version of the post. With the items y₁ … y_k of a construct, their loadings λ (the first is 1), the latent variable η,
and x the five condition variables of a version (comments, reaction, and their products),

    E(score | x) = ȳ + λ̄ · [E(η | x) − E(η | x̄)],   E(η | x) = (I − B)⁻¹ Γ x,

where ȳ is the mean score in the sample, x̄ the mean of the condition variables, and λ̄ the mean of the loadings. The item
intercepts are free and the same in all groups, so the model meets the mean of every item over all people; the groups
differ only by what the paths carry to the latent variable.

Why the scale score and not the latent variable: it has the 1-to-7 scale that people saw, it does not hang on which item
is the marker, and it can be set beside the observed mean of each group. The price is a factor: a difference between two
predicted means is λ̄ times the difference that the paths give, since paths are in points of the first item.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from companion import sem
from companion.formats import Language
from companion.quantities import STUDY, Block, Place, Tables, derived, each, estimate, one_row
from companion.rows import row_at
from companion.survey.design import Design
from companion.words import words


def conditions(design: Design) -> pd.DataFrame:
    """Give the six versions of the post: valence interaction, and the observed x of the model, neg like reply."""
    table = pd.DataFrame(design.cells, columns=["valence", "interaction"])
    shown = {reaction: (table["interaction"] == reaction).astype(float) for reaction in design.reactions}
    return table.assign(neg=(table["valence"] == "negative").astype(float), **shown)


def predict(
    bootstrap: sem.Bootstrap, items: Mapping[str, tuple[str, ...]], design: Design, level: float
) -> pd.DataFrame:
    """Give the predicted mean of each construct's scale score in each of the six groups.

    Parameters
    ----------
    bootstrap
        Draws of the study's model; each draw has its own paths, loadings and sample means.
    items
        Construct -> its items, the marker first.
    design
        Whose groups they are.
    level
        Level of the intervals.

    Returns
    -------
    DataFrame
        A row a construct and group: construct valence interaction est se ci_lower ci_upper (percentile bootstrap).
    """
    at = conditions(design)
    estimates, draws = bootstrap.fit.implied_means(at), bootstrap.implied_means(at)
    tables = []
    for construct, names in items.items():
        scores = draws[:, :, [bootstrap.fit.table.y.index(name) for name in names]].mean(axis=2)
        lower, upper = np.quantile(scores, [(1 - level) / 2, (1 + level) / 2], axis=0)
        table = at[["valence", "interaction"]].assign(
            construct=construct,
            est=estimates[list(names)].mean(axis=1),
            se=scores.std(axis=0, ddof=1),
            ci_lower=lower,
            ci_upper=upper,
        )
        tables.append(table[["construct", "valence", "interaction", "est", "se", "ci_lower", "ci_upper"]])
    return pd.concat(tables, ignore_index=True)


_FUNCTION = "analysis.predictions.predict"
_GROUP = Place(STUDY, "study", "predicted", "{construct}.{valence}.{interaction}")
_MEAN = (estimate("", "points", "percentile"),)
_RANGE = (*each("word", "highest", "lowest"), *each("points", "range", "loading"))
_BOTH = ("construct", "interaction")
QUANTITIES = (
    Block("predicted.{construct}.{valence}.{interaction}", "groups", "predicted", _MEAN, _GROUP, _FUNCTION, said=_BOTH),
    Block("predicted.{construct}", "range", "predicted", _RANGE, derived(STUDY), _FUNCTION, said=("construct",)),
)
"""The numbers of the book in the predictions of one construct."""

GAP = (Block("predicted", "gap", "predicted", each("points", "largest_gap"), derived(STUDY), _FUNCTION),)
"""How far the predicted means lie from the observed ones."""


def tables(predicted: pd.DataFrame, loadings: pd.Series, language: Language = "en") -> Tables:
    """Give the tables that `QUANTITIES` reads, for one construct.

    Parameters
    ----------
    predicted
        The rows of the construct, as `predict` gives them.
    loadings
        Loadings of the construct's items, the first item's being 1.
    language
        Language of the words for a group.
    """
    highest, lowest = (row_at(predicted, place) for place in (predicted["est"].idxmax(), predicted["est"].idxmin()))
    say = words(language)

    def group(row: pd.Series) -> str:
        reaction = say(f"design.with.{row['interaction']}")
        return say("design.group", valence=row["valence"], interaction=reaction)

    between = one_row(
        construct=highest["construct"],
        highest=group(highest),
        lowest=group(lowest),
        range=highest["est"] - lowest["est"],
        loading=loadings.mean(),
    )
    return {"groups": predicted, "range": between}


def gap(predicted: pd.DataFrame, observed: pd.DataFrame) -> Tables:
    """Give the table that `GAP` reads, from all predicted means and from the observed ones of the cells."""
    groups = ["construct", "valence", "interaction"]
    both = predicted.merge(observed.rename(columns={"scale": "construct"}), on=groups)
    return {"gap": one_row(largest_gap=(both["est"] - both["mean"]).abs().max())}
