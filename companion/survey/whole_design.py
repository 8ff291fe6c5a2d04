"""What speaks of each reaction throughout is only about a study that shows each of them."""

from __future__ import annotations

from pathlib import Path

from companion.errors import InputError, Problem
from companion.survey import checked_yaml
from companion.survey.questionnaire import Questionnaire

PLACE = ("factors", "interaction", "levels")


def demand(asked: Questionnaire, file: Path) -> None:
    """Refuse a study that leaves out a reaction.

    Parameters
    ----------
    asked
        What was asked.
    file
        Where that stands.

    Raises
    ------
    InputError
        With the line of the reactions, and what such a study does have.
    """
    left_out = asked.design.left_out
    if not left_out:
        return
    raise InputError(
        Problem(
            file,
            f"Nobody in this study sees a {' or a '.join(left_out)}, and the book and the sheets of a class speak of "
            "one throughout.",
            "`companion analyse` gives its numbers and verdicts, and `companion report` its Results section; both say "
            "which claims it cannot test.",
            row=checked_yaml.line_of(file, PLACE),
            column=".".join(PLACE),
            value=", ".join(asked.design.interactions),
        )
    )
