"""How many people of a survey could be known again by what they said about themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

ENOUGH = 5
"""People that a group should have; fewer are told."""


@dataclass(frozen=True)
class Anonymity:
    """The groups of people who gave the same answers about themselves.

    Parameters
    ----------
    background
        The questions by which the groups were made.
    k
        People in the smallest group: the table is k-anonymous; 0 without people.
    exposed
        People in groups smaller than `ENOUGH`.
    people
        People in all.
    """

    background: tuple[str, ...]
    k: int
    exposed: int
    people: int


def measured(people: pd.DataFrame, background: Sequence[str]) -> Anonymity:
    """Group people by all their answers about themselves, and find the smallest group.

    A table is k-anonymous where everybody shares all these answers with at least k - 1 others (L. Sweeney, 2002,
    k-anonymity: a model for protecting privacy, https://doi.org/10.1142/S0218488502001648). No answer counts as an
    answer of its own.

    Parameters
    ----------
    people
        One row a person.
    background
        Columns that others may know of a person, such as age and gender; those that the table lacks do not count.

    Examples
    --------
    >>> table = pd.DataFrame({"age": [20, 20, 21], "gender": ["woman", "woman", "man"]})
    >>> found = measured(table, ["age", "gender"])
    >>> found.k, found.exposed, found.people
    (1, 3, 3)
    """
    known = tuple(name for name in background if name in people)
    if not known or people.empty:
        return Anonymity(known, len(people), len(people) if len(people) < ENOUGH else 0, len(people))
    sizes = people.groupby(list(known), observed=True, dropna=False).size()
    return Anonymity(known, int(sizes.min()), int(sizes[sizes < ENOUGH].sum()), len(people))


def told(found: Anonymity) -> str:
    """Say in a sentence who could be known again.

    Examples
    --------
    >>> told(Anonymity(("age", "gender"), 5, 0, 90))
    'Anonymity: everybody shares age, gender with at least 4 others (k = 5)'
    """
    asked = ", ".join(found.background)
    if not found.exposed:
        return f"Anonymity: everybody shares {asked} with at least {found.k - 1} others (k = {found.k})"
    return (
        f"Anonymity: {found.exposed:,} of {found.people:,} people share {asked} with fewer than {ENOUGH - 1} others "
        f"(k = {found.k}) and could be known again: do not publish the answers of each person with these columns"
    )
