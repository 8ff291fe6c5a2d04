"""What speaks of a reaction throughout is only about a study that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.design import DESIGN
from companion.survey.questionnaire import Questionnaire

PLACE = ("factors", "interaction", "levels")


@dataclass(frozen=True)
class Speaker:
    """What speaks of a reaction throughout.

    Parameters
    ----------
    of
        The reactions of which it speaks.
    speaks
        That it speaks, as a sentence about it begins.
    instead
        What whoever has a study without a reaction can do instead.
    """

    of: frozenset[str]
    speaks: str
    instead: str


BOOK = Speaker(
    frozenset({"reply"}),
    "the book speaks",
    "`companion analyse` gives its numbers and verdicts, and `companion report` its Results section; both say which "
    "claims it cannot test.",
)
CLASS = Speaker(
    frozenset(DESIGN.reactions),
    "the sheets of a class speak",
    "Make them from a questionnaire in which every reaction is shown, such as the one that comes with the book.",
)


def missing(asked: Questionnaire, speaker: Speaker) -> list[str]:
    """Give the reactions that nobody in a study sees and of which somebody speaks throughout."""
    return [reaction for reaction in asked.design.left_out if reaction in speaker.of]


def demand(asked: Questionnaire, file: Path, speaker: Speaker) -> None:
    """Refuse a study that leaves out a reaction of which somebody speaks throughout.

    Parameters
    ----------
    asked
        What was asked.
    file
        Where that stands.
    speaker
        What is asked for.

    Raises
    ------
    InputError
        With the line of the reactions, and what can be done instead.
    """
    left_out = missing(asked, speaker)
    if not left_out:
        return
    raise InputError(
        Problem(
            file,
            f"Nobody in this study sees a {' or a '.join(left_out)}, and {speaker.speaks} of it throughout.",
            speaker.instead,
            row=checked_yaml.line_of(file, PLACE),
            column=".".join(PLACE),
            value=", ".join(asked.design.interactions),
        )
    )
