"""The name by which a reader imports a function: figures, tables and numbers say with it what made them."""

from __future__ import annotations

from collections.abc import Callable


def dotted_name(function: Callable[..., object]) -> str:
    """Give the module and the name of a function.

    Examples
    --------
    >>> from companion.formats import printed
    >>> dotted_name(printed)
    'companion.formats.printed'
    """
    return f"{function.__module__}.{function.__qualname__}"
