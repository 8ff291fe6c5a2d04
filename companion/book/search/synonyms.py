"""What people type and the book calls by another name: the table `synonyms.yml`, checked."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from pathlib import Path

from pydantic import field_validator, model_validator

from companion.survey.checked_yaml import Checked, load

PATH = Path(__file__).with_name("synonyms.yml")
WORD = re.compile(r"[^\W_]+")


class Synonym(Checked):
    """Words of the book, and what people type for them.

    Parameters
    ----------
    book
        Words that the book has.
    typed
        What stands for them: small letters without accents, as a query is compared.
    """

    book: str
    typed: tuple[str, ...]

    @field_validator("typed")
    @classmethod
    def _as_queries_are_compared(cls, typed: tuple[str, ...]) -> tuple[str, ...]:
        if odd := [said for said in typed if said != " ".join(plain(said))]:
            raise ValueError(f"write {', '.join(odd)} as {', '.join(' '.join(plain(said)) for said in odd)}")
        return typed

    @model_validator(mode="after")
    def _says_something_else(self) -> Synonym:
        if " ".join(plain(self.book)) in self.typed:
            raise ValueError(f"{self.book!r} stands for itself")
        return self


class Synonyms(Checked):
    """The whole table; nobody can type one thing and mean two."""

    synonyms: tuple[Synonym, ...]

    @model_validator(mode="after")
    def _each_once(self) -> Synonyms:
        counted = Counter(said for synonym in self.synonyms for said in synonym.typed)
        if twice := [said for said, times in counted.items() if times > 1]:
            raise ValueError(f"typed in more than one place: {', '.join(twice)}")
        return self


def plain(text: str) -> list[str]:
    """Give the words of a text as a query is compared: small letters without accents.

    Examples
    --------
    >>> plain("Enquête, p-waarde")
    ['enquete', 'p', 'waarde']
    """
    letters = unicodedata.normalize("NFKD", text.lower())
    return WORD.findall("".join(letter for letter in letters if not unicodedata.combining(letter)))


def read(path: Path = PATH) -> Synonyms:
    """Read the table.

    Raises
    ------
    companion.errors.InputError
        It is not in order, with the line of each fault.
    """
    return load(path, Synonyms)
