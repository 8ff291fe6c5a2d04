"""Every number that the book prints, by key, with its printed form and where it comes from."""

from companion.numbers.collect import collect, collect_side_by_side, collect_starting
from companion.numbers.number import Number, Registry

__all__ = ["Number", "Registry", "collect", "collect_side_by_side", "collect_starting"]
