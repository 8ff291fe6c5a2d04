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
    """Give the version of Numba; empty where it is not installed, cannot be loaded, or may not compile.

    The last bits of a draw depend on whether it is there.

    Examples
    --------
    >>> isinstance(compiler(), str)
    True
    """
    try:
        import numba  # here: it takes longer to load than a small bootstrap to run
    except (ImportError, AttributeError, OSError):
        # It is made for another NumPy, a user's file has the name of what it looks for, or LLVM cannot be loaded.
        return ""
    return "" if numba.config.DISABLE_JIT else str(numba.__version__)  # type: ignore[attr-defined]


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
