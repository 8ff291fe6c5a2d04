"""What one build is about: a study, the language in which it is told, and the study's numbers."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import cast, get_args

from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ConfigError

from companion import numbers, study
from companion.book.other_folder import in_folder
from companion.book.sphinx.slips import SlipError
from companion.formats import Language
from companion.numbers import Number, Registry
from companion.root import ROOT
from companion.study import Study
from companion.words import Words, words

SETTING = "companion_subject"
"""Sphinx's setting that carries it: every application has its own, so that several books live in one process."""


FOLDER = "companion_folder"
"""Setting that names the folder of the book whose results are kept there; this one when empty."""


class UnknownKeyError(SlipError):
    """A chapter names a number that the package does not compute; the nearest keys are looked for when it is told.

    A paragraph that does not hold in this study names such numbers, and is left out without a word.
    """

    def __init__(self, message: str, key: str, registry: Registry) -> None:
        super().__init__(message)
        self._key, self._registry = key, registry

    def __str__(self) -> str:
        return f"{super().__str__()}; nearest: {', '.join(self._registry.nearest(self._key))}"


class Subject:
    """What one build is about.

    Parameters
    ----------
    study
        The study, which knows its language.
    registry
        Its numbers; collected when first asked for where they are not given.
    """

    def __init__(self, study: Study, registry: Registry | None = None) -> None:
        self.study = study
        if registry is not None:
            self.registry = registry

    def __reduce__(self) -> tuple[type[Subject], tuple[Study]]:
        """Give what makes it again: Sphinx writes its settings down with what it has read."""
        return Subject, (self.study,)

    @cached_property
    def registry(self) -> Registry:
        """The numbers of the study."""
        return numbers.collect(self.study, self.language)

    @property
    def language(self) -> Language:
        """The language of the book."""
        return self.study.language

    @property
    def say(self) -> Words:
        """The words of the book's language."""
        return words(self.language)

    @property
    def simulated(self) -> bool:
        """Whether the survey is simulated."""
        return self.study.sample.simulated

    def look_up(self, key: str) -> Number:
        """Give the number of a key.

        Raises
        ------
        UnknownKeyError
            There is none.
        """
        found = self.registry.get(key)
        if found is None:
            raise UnknownKeyError(f"no number {key!r} is computed", key, self.registry)
        return found


def of(config: Config) -> Subject:
    """Give what the build with these settings is about."""
    return cast(Subject, getattr(config, SETTING))


def choose(app: Sphinx, config: Config) -> None:
    """Take the study of this book where the settings carry none.

    Raises
    ------
    sphinx.errors.ConfigError
        The language of the book is not one that its numbers are printed in.
    """
    if config.language not in get_args(Language):
        raise ConfigError(f"language {config.language!r} is not among {', '.join(get_args(Language))}")
    if getattr(config, SETTING) is None:
        folder = Path(getattr(config, FOLDER, "") or ROOT)
        config[SETTING] = Subject(in_folder(study.of_this_book(), folder, cast(Language, config.language)))


def setup(app: Sphinx) -> None:
    """Connect before everybody who asks for the subject."""
    app.add_config_value(SETTING, None, "", (Subject,))
    app.add_config_value(FOLDER, "", "", (str,))
    app.connect("config-inited", choose, priority=50)
