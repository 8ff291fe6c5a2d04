"""How a number is made of other numbers: a formula of their keys, such as ``a.est*b.est``, and what it comes to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from companion import sem
from companion.formats import MINUS
from companion.numbers.number import Number
from companion.sem.syntax import Expression

PART = re.compile(r"[A-Za-z_][\w.]*")
"""A key in a formula."""


def parts(working: str) -> list[str]:
    """Give the keys of the numbers that a formula names, in its order.

    Examples
    --------
    >>> parts("a.est*(c.est + b.est*a.est)")
    ['a.est', 'c.est', 'b.est', 'a.est']
    """
    return PART.findall(working)


def value(working: str, values: Mapping[str, float]) -> float:
    """Give what a formula comes to, from values by key.

    Examples
    --------
    >>> value("a.est*b.est - 2*a.est", {"a.est": 3, "b.est": 5})
    9.0
    """
    return float(_expression(working).value(values))


@cache
def _expression(working: str) -> Expression:
    return sem.syntax.parse(f"y ~ x\nit := {working}").definitions[0].expression


def rounded(number: Number) -> float:
    """Give a number as it is printed, as a number."""
    return float(number.printed("en").replace(MINUS, "-").replace(",", ""))
