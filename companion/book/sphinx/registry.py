"""The numbers of this build, as the roles and pages of the book look them up."""

from __future__ import annotations

from functools import lru_cache

from sphinx.errors import ExtensionError

from companion import numbers, study
from companion.numbers import Number, Registry


class UnknownKeyError(ExtensionError):
    """A chapter names a number that the package does not compute."""


@lru_cache(maxsize=1)
def registry() -> Registry:
    """Give the numbers of the current survey; computed at most once for this build."""
    return numbers.collect(study.current())


def look_up(key: str, place: str) -> Number:
    """Give the number of a key.

    Raises
    ------
    UnknownKeyError
        With ``place`` (file and line) and the nearest known keys, so that the build stops where the fault is.
    """
    found = registry().get(key)
    if found is None:
        near = registry().nearest(key)
        raise UnknownKeyError(
            f"{place}: no number {key!r} is computed; nearest: {', '.join(near)}", modname="companion.book"
        )
    return found
