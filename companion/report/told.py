"""A survey with its numbers, as a section of a paper tells them."""

from __future__ import annotations

from dataclasses import dataclass

from companion.analysis import claims
from companion.formats import Language
from companion.numbers import Registry
from companion.study import Study
from companion.words import Words, words


@dataclass(frozen=True)
class Told:
    """A survey with its numbers, as they are printed.

    Parameters
    ----------
    study
        The study of the survey.
    registry
        Its numbers.
    """

    study: Study
    registry: Registry

    @property
    def say(self) -> Words:
        """The words of the study's language."""
        return words(self.study.language)

    @property
    def simulated(self) -> bool:
        """Whether the survey is simulated."""
        return self.study.sample.simulated

    def number(self, key: str, language: Language | None = None) -> str:
        """Give a number as the book prints it, in the study's language where no other is named."""
        return self.registry[key].printed(language or self.study.language)

    def numbers(self, start: str, *parts: str) -> dict[str, str]:
        """Give numbers whose keys begin alike, by their ends."""
        return {part: self.number(f"{start}.{part}") for part in parts}

    def is_yes(self, key: str) -> bool:
        """Say whether a number that is yes or no is yes."""
        return self.registry[key].value == "yes"

    def construct(self, name: str) -> str:
        """Give the title of a construct."""
        return self.study.questionnaire.constructs[name].title.wording(self.study.language)

    def is_tested(self, claim: str) -> bool:
        """Say whether the study can test a claim: whether it shows people all that the claim is about."""
        return claim not in claims.untestable(self.study.stated_claims, self.study.questionnaire.design)

    def verdict(self, claim: str, kind: str = "") -> str:
        """Give the verdict on a claim, or say why there is none; of a kind such as ``.simultaneous`` where asked."""
        if self.is_tested(claim):
            return self.number(f"verdict.{claim}{kind}")
        unseen = map(self.reaction, self.study.questionnaire.design.left_out)
        return self.say("report.claims.no_verdict", reactions=", ".join(unseen))

    def reaction(self, interaction: str) -> str:
        """Give a reaction as it follows "with"."""
        return self.say.under("design.with")[interaction]
