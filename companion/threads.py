"""One thread for linear algebra wherever numbers are made: two make thousands of small products slower, not faster.

And a sum over two threads may end in another last digit than over one, so the number of threads is the package's own,
whatever the environment of whoever calls it says.
`companion.sem` has its own limit, since it stands alone; what fits no model must not rest on its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy  # noqa: F401  a library that is not loaded yet cannot be limited
import scipy.linalg  # noqa: F401
from threadpoolctl import threadpool_limits

VARIABLES = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
"""What says the same to a process that is yet to start."""


@contextmanager
def one_thread() -> Iterator[None]:
    """Let linear algebra run on one thread.

    Examples
    --------
    >>> from threadpoolctl import threadpool_info
    >>> with one_thread():
    ...     {library["num_threads"] for library in threadpool_info()}
    {1}
    """
    with threadpool_limits(limits=1):
        yield
