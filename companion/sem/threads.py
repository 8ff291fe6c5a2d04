"""One thread for the linear algebra of a fit: two make thousands of small products slower, not faster.

And a sum over two threads may end in another last digit than over one.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import cache

import numpy  # noqa: F401  a library that is not loaded yet cannot be limited
import scipy.linalg  # noqa: F401
from threadpoolctl import ThreadpoolController


def one_thread() -> AbstractContextManager[object]:
    """Let linear algebra run on one thread.

    Examples
    --------
    >>> from threadpoolctl import threadpool_info
    >>> with one_thread():
    ...     {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"}
    {1}
    """
    limited: AbstractContextManager[object] = _libraries().limit(limits=1)
    return limited


@cache
def _libraries() -> ThreadpoolController:
    """Find the libraries once: looking through all that is loaded takes longer than many a fit."""
    return ThreadpoolController()
