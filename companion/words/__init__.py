"""Every sentence that code prints for readers of the book, by language: a folder a language, a YAML file a room.

A key is the name of the file and the path inside it: ``formats.no_value`` is ``no_value`` in ``en/formats.yml``.
What is filled in stands in braces, as in `str.format`. A second language is a second folder with the same keys.

Messages of errors, the help of the command line and what a run says about its progress stay in code, in English: they
are for those who build the book, and a decision about its language does not touch them.
"""

from __future__ import annotations

import difflib
from collections.abc import Hashable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from companion.formats import Kind, Language, Value, printed

FOLDER = Path(__file__).resolve().parent


class UnknownWordsError(LookupError):
    """Code asks for words that no file of the language holds."""


class Words(Mapping[str, str]):
    """The sentences of one language by key, and how it prints numbers.

    Parameters
    ----------
    language
        Whose sentences they are.
    sentences
        Key -> sentence, with what is to be filled in between braces.

    Examples
    --------
    >>> say = Words("en", {"pages.left": "{count} of {whole} are left"})
    >>> say("pages.left", count=2, whole=3)
    '2 of 3 are left'
    """

    def __init__(self, language: Language, sentences: Mapping[str, str]) -> None:
        self.language: Language = language
        self._sentences = sentences

    def __call__(self, key: str, /, **filled: object) -> str:
        """Give a sentence, filled in.

        Raises
        ------
        UnknownWordsError
            If the language has no such key; with the nearest keys.
        KeyError
            If something that the sentence names is not given.
        """
        return self[key].format(**filled)

    def under(self, key: str, /, **filled: object) -> dict[str, str]:
        """Give all sentences right below a key by the last part of theirs, filled in: the heads of a table, say.

        Raises
        ------
        UnknownWordsError
            If the language has nothing below this key.
        KeyError
            If something that a sentence names is not given.

        Examples
        --------
        >>> Words("en", {"sides.for": "as expected", "sides.null": "no effect"}).under("sides")
        {'for': 'as expected', 'null': 'no effect'}
        """
        start = f"{key}."
        below = {
            name.removeprefix(start): sentence.format(**filled)
            for name, sentence in self._sentences.items()
            if name.startswith(start) and "." not in name.removeprefix(start)
        }
        if not below:
            raise UnknownWordsError(f"no words right below {key!r} in {self.language}")
        return below

    def printed(self, value: Value, kind: Kind, decimals: int | None = None) -> str:
        """Print a number as this language prints it (see `companion.formats.printed`).

        Examples
        --------
        >>> Words("nl", {}).printed(0.5, "points")
        '0,50'
        """
        return printed(value, kind, self.language, decimals)

    def count(self, number: int) -> str:
        """Give a small whole number in words, a larger one in digits.

        Examples
        --------
        >>> words("en").count(7), words("en").count(101), words("en").count(-2)
        ('seven', '101', '−2')
        """
        in_words = self.under("numerals")
        return in_words.get(str(number)) or self.printed(number, "count")

    def __getitem__(self, key: str) -> str:
        if key not in self._sentences:
            near = ", ".join(difflib.get_close_matches(key, self._sentences, n=3, cutoff=0))
            raise UnknownWordsError(f"no words {key!r} in {self.language}; nearest: {near}")
        return self._sentences[key]

    def __contains__(self, key: object) -> bool:
        return key in self._sentences

    def __iter__(self) -> Iterator[str]:
        return iter(self._sentences)

    def __len__(self) -> int:
        return len(self._sentences)


@cache
def words(language: Language = "en") -> Words:
    """Give the sentences of a language, read once.

    Examples
    --------
    >>> words("en").language
    'en'
    """
    return Words(language, read(FOLDER / language))


def read(folder: Path) -> dict[str, str]:
    """Give the sentences of a folder by key.

    Raises
    ------
    TypeError
        If an entry or a key is no text to YAML, such as an unquoted ``yes`` or ``1``.
    ValueError
        If a key stands twice in a file.
    """
    sentences: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        sentences.update(_flat(file.stem, yaml.load(file.read_text(encoding="utf-8"), _OnceOnly)))
    return sentences


class _OnceOnly(yaml.CSafeLoader):
    """YAML in which a second entry of the same key is a fault: PyYAML would drop the first without a word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"line {node.start_mark.line + 1}: {', '.join(twice)} stands twice")
        return super().construct_mapping(node, deep)


def _flat(prefix: str, entry: object) -> Iterator[tuple[str, str]]:
    if isinstance(entry, dict):
        for key, value in entry.items():
            if not isinstance(key, str):
                raise TypeError(f"below {prefix} the key {key!r} is not a text: set it in quotation marks")
            yield from _flat(f"{prefix}.{key}", value)
    elif isinstance(entry, str):
        yield prefix, entry
    else:
        raise TypeError(f"{prefix} is {entry!r}, and not a sentence: set it in quotation marks")
