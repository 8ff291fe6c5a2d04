"""Structural equation models in lavaan's syntax, with lavaan's numbers, and a bootstrap that takes all draws at once."""

from companion.sem.bootstrap import Bootstrap
from companion.sem.estimation import Fit, fit
from companion.sem.syntax import ModelError

__all__ = ["Bootstrap", "Fit", "ModelError", "fit"]
