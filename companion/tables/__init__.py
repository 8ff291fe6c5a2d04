"""How results look as tables: real HTML tables with headers, from already formatted cells."""

from companion.tables.table import Table

__all__ = ["Table"]
