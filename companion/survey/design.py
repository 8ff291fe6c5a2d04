"""What was varied between people: the tone of the comments, and what the influencer does with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product

from companion.quantities import Block, Tables, whether

Cell = tuple[str, str]


@dataclass(frozen=True)
class Design:
    """The levels of both factors, by their codes; the first level of each is the reference.

    Parameters
    ----------
    valences
        Tone of the comments: the reference, and the one that effects are about.
    interactions
        What the influencer does with them: nothing first, then every reaction.

    Examples
    --------
    >>> design = Design(("positive", "negative"), ("none", "reply"))
    >>> design.predictors
    ('neg', 'reply', 'neg:reply')
    >>> design.contrasts
    (('reply', 'none'),)
    """

    valences: tuple[str, str]
    interactions: tuple[str, ...]

    @property
    def reactions(self) -> tuple[str, ...]:
        """What the influencer does but for nothing; each is a 0/1 variable of its own."""
        return self.interactions[1:]

    @property
    def left_out(self) -> tuple[str, ...]:
        """The interactions of the whole design that nobody sees in this one.

        Examples
        --------
        >>> Design(("positive", "negative"), ("none", "reply")).left_out
        ('like',)
        """
        return tuple(interaction for interaction in DESIGN.interactions if interaction not in self.interactions)

    @property
    def cells(self) -> tuple[Cell, ...]:
        """Every combination of tone and reaction."""
        return tuple((valence, interaction) for valence, interaction in product(self.valences, self.interactions))

    @property
    def contrasts(self) -> tuple[tuple[str, str], ...]:
        """Every pair of interactions, the later one first: its effect minus that of the other."""
        return tuple((later, earlier) for earlier, later in combinations(self.interactions, 2))

    @property
    def dummies(self) -> tuple[str, ...]:
        """The 0/1 variables of the sample: negative comments and each reaction."""
        return ("neg", *self.reactions)

    @property
    def predictors(self) -> tuple[str, ...]:
        """The 0/1 variables of the model, negative comments and each reaction, and their products."""
        return (*self.dummies, *(f"neg:{reaction}" for reaction in self.reactions))


DESIGN = Design(valences=("positive", "negative"), interactions=("none", "like", "reply"))
"""The whole design, for which the marks and words of this package are written; a study may leave out a reaction."""


def in_order(interactions: Iterable[str]) -> tuple[str, ...]:
    """Give the interactions of the whole design that are among these, once each and in its order.

    Examples
    --------
    >>> in_order(["reply", "none", "reply", "reply - none"])
    ('none', 'reply')
    """
    among = frozenset(interactions)
    return tuple(interaction for interaction in DESIGN.interactions if interaction in among)


DESIGNED = "what the questionnaire says was shown: nothing is computed of it"
QUANTITIES = (
    Block(
        "design.{interaction}",
        "reactions",
        "design",
        (whether("", "shown"),),
        DESIGNED,
        "survey.sample.select",
        said=("interaction",),
    ),
)
"""The numbers of the book about `Design`."""


def tables(design: Design) -> Tables:
    """Give the table that `QUANTITIES` reads: of the whole design's reactions, which somebody sees.

    Examples
    --------
    >>> tables(Design(("positive", "negative"), ("none", "reply")))["reactions"]["shown"].tolist()
    [False, True]
    """
    import pandas as pd

    shown = [reaction in design.reactions for reaction in DESIGN.reactions]
    return {"reactions": pd.DataFrame({"interaction": DESIGN.reactions, "shown": shown})}
