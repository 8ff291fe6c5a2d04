"""Loads what most chapters import, as a kernel loads it: libraries that ask whether they are in one hear that they are.

pandas asks when it is loaded, and shows other columns of a wide table outside a notebook.
"""

from __future__ import annotations

import builtins
from importlib import import_module
from types import SimpleNamespace

MODULES = ("ipykernel.kernelapp", "companion.study", "companion.figures.results", "companion.tables.results")
"""No more than these, for a chapter may not find what only others asked for."""

builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
for module in MODULES:
    import_module(module)
del builtins.get_ipython  # type: ignore[attr-defined]
