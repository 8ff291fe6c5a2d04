"""Structural equation models in lavaan's syntax, with lavaan's numbers, and a bootstrap of all draws at once.

Read `syntax` (the text), `table` (lavaan's defaults), `matrices` (implied moments), `likelihood` (the discrepancy
and its derivatives), `optimise`, then `estimation`, where they meet. Not supported, use lavaan: ordinal variables,
modification indices, other constraints than equality, several levels.
"""

from .bootstrap import Bootstrap
from .comparison import compare
from .estimation import Fit, fit
from .report import report
from .syntax import ModelError

__all__ = ["Bootstrap", "Fit", "ModelError", "compare", "fit", "report"]
