"""Every number that the book prints, by key, with its printed form and where it comes from."""

from companion.numbers.collect import collect, collect_side_by_side, collect_starting
from companion.numbers.files import as_csv, as_json
from companion.numbers.number import Number, Registry

__all__ = ["Number", "Registry", "as_csv", "as_json", "collect", "collect_side_by_side", "collect_starting"]
