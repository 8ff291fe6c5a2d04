"""Every sentence that code prints, by language: a folder a language, a YAML file a room, looked up by key.

A key is the name of the file and the path inside it: ``formats.no_value`` is ``no_value`` in ``en/formats.yml``.
What is filled in stands in braces, as in `str.format`. A second language is a second folder with the same keys.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import yaml

from companion.formats import Language

FOLDER = Path(__file__).resolve().parent


class UnknownWordsError(LookupError):
    """Code asks for words that no file of the language holds."""


class Words(Mapping[str, str]):
    """The sentences of one language by key.

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
    """Give the sentences of a folder by key."""
    sentences: dict[str, str] = {}
    for file in sorted(folder.glob("*.yml")):
        sentences.update(_flat(file.stem, yaml.safe_load(file.read_text(encoding="utf-8"))))
    return sentences


def _flat(prefix: str, entry: object) -> Iterator[tuple[str, str]]:
    if isinstance(entry, dict):
        for key, value in entry.items():
            yield from _flat(f"{prefix}.{key}", value)
    elif isinstance(entry, str):
        yield prefix, entry
    else:
        raise TypeError(f"{prefix} is {entry!r}, and not a sentence: set it in quotation marks")
