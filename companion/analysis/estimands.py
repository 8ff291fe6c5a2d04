"""What the study estimates: an effect of negative instead of positive comments, at one interaction or between two."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from companion.formats import Language
from companion.survey.design import Design
from companion.words import words


@dataclass(frozen=True)
class Effect:
    """A kind of effect of negative instead of positive comments.

    Parameters
    ----------
    name
        Its short name; its words stand in the catalogue under ``estimands.effect``.
    outcome
        The latent variable that the effect reaches.
    formula
        The effect as a product of labels, with ``{psr}``, ``{pk}`` and ``{pa}`` for the slopes of negative comments.
    """

    name: str
    outcome: str
    formula: str

    def words(self, language: Language = "en") -> str:
        """Give the effect in words, as they follow "effect of negative instead of positive comments"."""
        return words(language)(f"estimands.effect.{self.name}")


EFFECTS = (
    Effect("psr", "psr", "{psr}"),
    Effect("pk_via_psr", "pk", "{psr}*d"),
    Effect("serial", "pa", "{psr}*d*b"),
    Effect("pa_via_psr", "pa", "{psr}*c"),
    Effect("pa_via_pk", "pa", "{pk}*b"),
    Effect("direct_pk", "pk", "{pk}"),
    Effect("direct_pa", "pa", "{pa}"),
    Effect("total_pk", "pk", "{pk} + {psr}*d"),
    Effect("total_pa", "pa", "{pa} + {pk}*b + {psr}*(c + d*b)"),
)
SERIAL = "serial"
DECISIVE = ("psr", "pk_via_psr", SERIAL)
"""The effects on which a claim about one interaction rests."""


@dataclass(frozen=True)
class Estimand:
    """An effect at one interaction, or what it is there less what it is at another.

    Parameters
    ----------
    effect
        Name of the effect (see `EFFECTS`).
    at
        The interaction.
    minus
        The interaction that it is compared with; None for the effect itself.

    Examples
    --------
    >>> difference = Estimand("serial", "reply", minus="none")
    >>> difference.parameter, difference.key, difference.place
    ('serial_reply_minus_none', 'serial.reply_minus_none', 'reply - none')
    >>> Estimand("psr", "like").words()
    'effect of negative instead of positive comments on the parasocial relationship, with a like'
    """

    effect: str
    at: str
    minus: str | None = None

    @property
    def parameter(self) -> str:
        """Name of the defined parameter of the model that it is."""
        return f"{self.effect}_{self._at}"

    @property
    def key(self) -> str:
        """Its part of the key of a number."""
        return f"{self.effect}.{self._at}"

    @property
    def place(self) -> str:
        """Where it is, as the column ``interaction`` of a table has it: ``reply``, or ``reply - none``."""
        return self.at if self.minus is None else f"{self.at} - {self.minus}"

    @property
    def _at(self) -> str:
        return self.at if self.minus is None else f"{self.at}_minus_{self.minus}"

    def formula(self, values: Mapping[str, str]) -> str:
        """Give the estimand as a formula, from that of its effect at each interaction."""
        return values[self.at] if self.minus is None else f"{values[self.at]} - ({values[self.minus]})"

    def words(self, language: Language = "en") -> str:
        """Give what it is, in words that need no context."""
        say = words(language)
        effect = say(f"estimands.effect.{self.effect}")
        if self.minus is None:
            return say("estimands.at", effect=effect, interaction=say(f"design.with.{self.at}"))
        return say("estimands.contrast", effect=effect, at=self.at, minus=self.minus)


def at_interactions(effect: str, design: Design) -> tuple[Estimand, ...]:
    """Give an effect at every interaction."""
    return tuple(Estimand(effect, interaction) for interaction in design.interactions)


def contrasts(effect: str, design: Design) -> tuple[Estimand, ...]:
    """Give the differences of an effect between every two interactions."""
    return tuple(Estimand(effect, at, minus) for at, minus in design.contrasts)


def deciding(design: Design) -> tuple[Estimand, ...]:
    """Give what decides the claims: the chain at each interaction, and the contrasts of the whole of it."""
    chain = [one for effect in DECISIVE for one in at_interactions(effect, design)]
    return (*chain, *contrasts(SERIAL, design))


def by_parameter(design: Design) -> dict[str, Estimand]:
    """Give every estimand of the model by the name of its defined parameter.

    Examples
    --------
    >>> by_parameter(Design(("positive", "negative"), ("none", "reply")))["psr_reply_minus_none"]
    Estimand(effect='psr', at='reply', minus='none')
    """
    every = (one for effect in EFFECTS for of in (at_interactions, contrasts) for one in of(effect.name, design))
    return {one.parameter: one for one in every}
