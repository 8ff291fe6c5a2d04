"""Sentences that hold only under a result: which conditions a chapter may state, and whether they hold."""

from __future__ import annotations

from collections.abc import Callable

from companion.book.sphinx.slips import SlipError
from companion.numbers import Number

SIGNS = ("positive", "negative", "undecided")


class ConditionError(SlipError):
    """A chapter states a condition that cannot be read."""


def direction(number: Number) -> str:
    """Give ``positive``, ``negative`` or ``undecided``, by the number's interval, or by its sign where it has none."""
    if not isinstance(number.value, (int, float)):
        raise ConditionError(f"{number.key} is {number.value!r}: only a number has a direction")
    low, high = number.interval or (number.value, number.value)
    if low > 0:
        return "positive"
    return "negative" if high < 0 else "undecided"


def holds(condition: str, look_up: Callable[[str], Number]) -> bool:
    """Say whether a condition holds in this build.

    Parameters
    ----------
    condition
        ``KEY STATE`` or ``KEY not STATE``, several joined by `` and ``. A key is a number's key, or a claim such as
        ``R2``. A state is ``positive``, ``negative`` or ``undecided`` for a number (by its interval), else the value
        of a word (``found``, ``undecided`` or ``reversed`` for a claim; ``yes`` or ``no``).
    look_up
        Gives the number of a key.

    Raises
    ------
    ConditionError
        The condition cannot be read, or can never hold.

    Examples
    --------
    >>> holds("d.est negative", lambda key: Number.plain(key, -0.3))
    True
    """
    # Every term is read, whatever the others say: a slip in the last one must not wait for another survey.
    held = [_term_holds(term.split(), look_up) for term in condition.split(" and ")]
    return all(held)


def _term_holds(words: list[str], look_up: Callable[[str], Number]) -> bool:
    negated = len(words) == 3 and words[1] == "not"
    if len(words) != 2 and not negated:
        raise ConditionError(f"cannot read the condition {' '.join(words)!r}")
    number = look_up(claim_key(words[0]))
    state = words[-1]
    if isinstance(number.value, str):
        if number.values and state not in number.values:
            raise ConditionError(f"{number.key} is never {state!r}; it is one of {', '.join(number.values)}")
        found = number.value == state
    elif state in SIGNS:
        found = direction(number) == state
    else:
        raise ConditionError(f"a number is {', '.join(SIGNS)}, not {state!r}")
    return found != negated


def claim_key(name: str) -> str:
    """Give the key of a claim's verdict for a bare claim such as ``R2``; leave other keys as they are."""
    return name if "." in name else f"verdict.{name}"
