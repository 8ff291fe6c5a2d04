"""One number of the book, and the registry of all."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from companion.formats import MINUS, Kind, Language, Value, printed
from companion.quantities import Asked

SIGNIFICANT_DIGITS = 10

SHORT_DIGEST = 12
"""How many digits of a digest are printed: enough to tell any two data sets of a book apart."""


@dataclass(frozen=True)
class Number:
    """One number of the book.

    Parameters
    ----------
    key
        Dotted and stable, such as ``mediation.serial.reply.est``.
    value
        The value at full precision, a word, or an interval as (lower, upper).
    kind
        How it is printed (see `companion.formats.printed`).
    what
        What it is, in words that need no context.
    function
        Dotted name of the function that made it.
    digest
        sha256 of the data that it was made from.
    interval
        Its interval (lower, upper), where it has one.
    interval_kind
        What the interval is, such as "95 % percentile bootstrap interval".
    values
        For a word: the words that it could have been.
    label
        For a word: how it is printed.
    decimals
        For a number that is printed with other decimals than its kind: how many.
    simulated
        Whether the data are simulated.
    origin
        What the data are, where they are not simulated.
    asked
        Where R has the number, or why it says nothing about it.
    working
        How it is made of other numbers: a formula of their keys (see `companion.numbers.working`).
    """

    key: str
    value: Value
    kind: Kind
    what: str
    function: str
    digest: str
    interval: tuple[float, float] | None = None
    interval_kind: str = ""
    values: tuple[str, ...] = ()
    label: str = ""
    decimals: int | None = None
    simulated: bool = True
    origin: str = ""
    asked: Asked = ""
    working: str = ""

    @classmethod
    def plain(cls, key: str, value: Value, kind: Kind = "coefficient") -> Number:
        """Give a number without provenance, for examples and tests."""
        return cls(key=key, value=value, kind=kind, what=key, function="", digest="")

    def printed(self, language: Language = "en") -> str:
        """Give the number as the book prints it in a language."""
        return self.label or printed(self.value, self.kind, language, self.decimals)

    @property
    def precise(self) -> str:
        """The value to ten significant digits at most, with the minus sign that it is printed with."""
        if isinstance(self.value, str):
            return self.value
        bounds = self.value if isinstance(self.value, tuple) else (self.value,)
        return " to ".join(f"{bound:.{SIGNIFICANT_DIGITS}g}" for bound in bounds).replace("-", MINUS)

    @property
    def short_digest(self) -> str:
        """The first digits of the digest of its data, as pages and files print them."""
        return self.digest[:SHORT_DIGEST]

    def interval_printed(self, language: Language = "en") -> str:
        """Give the interval with its kind as the book prints it in a language, or nothing."""
        return f"{self.interval_kind} {printed(self.interval, self.kind, language)}" if self.interval else ""


class Registry(Mapping[str, Number]):
    """The numbers of one build by key; no key twice."""

    def __init__(self, numbers: Iterable[Number]) -> None:
        self._numbers: dict[str, Number] = {}
        for number in numbers:
            if number.key in self._numbers:
                raise ValueError(f"two numbers have the key {number.key}")
            self._numbers[number.key] = number

    def __getitem__(self, key: str) -> Number:
        return self._numbers[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def nearest(self, key: str) -> list[str]:
        """Give the known keys most like an unknown one."""
        return difflib.get_close_matches(key, self._numbers, n=3, cutoff=0.0)
