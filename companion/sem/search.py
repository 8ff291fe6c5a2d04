"""Which program searches for the minima of many samples: compiled code where Numba is installed, else NumPy's."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial

from .likelihood import Likelihood
from .matrices import Array
from .moments import Moments
from .optimise import Minima, minimise_many
from .trace import traceable

Search = Callable[[Array, Array, Array, Sequence[Moments]], Minima]


@cache
def compiler() -> str:
    """Give the version of Numba; empty where it is not installed, or cannot be loaded.

    The last bits of a draw depend on whether it is there.

    Examples
    --------
    >>> isinstance(compiler(), str)
    True
    """
    try:
        import numba  # here: it takes longer to load than a small bootstrap to run
    except (ImportError, AttributeError):  # made for another NumPy; or a user's file has the name of what it looks for
        return ""
    return str(numba.__version__)


def search_of(likelihood: Likelihood) -> Search:
    """Give `optimise.minimise_many` for a likelihood, by the quickest program that is here.

    Parameters
    ----------
    likelihood
        The model.
    """
    if traceable(likelihood) and compiler():
        from .compiled import CompiledSearch

        return CompiledSearch(likelihood)
    return partial(minimise_many, likelihood)
