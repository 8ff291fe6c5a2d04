"""Settings of the book that cannot stand in `_config.yml`, because they depend on the machine or on the inputs."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx
from sphinx.config import Config

from companion.book.sphinx import subject
from companion.study import Study


def set_execution_cache(app: Sphinx, config: Config) -> None:
    """Give each state of package, data and lock an execution cache of its own.

    jupyter-cache looks at a chapter's cells only, so a changed function or data file would leave stale outputs.
    The path is a setting on which Sphinx's environment depends: a change makes it read every chapter again.
    """
    config["nb_execution_cache_path"] = str(execution_cache(subject.of(config).study))


def execution_cache(study: Study) -> Path:
    """Give the folder of executed cells for the state of package, data and lock that a study knows."""
    return study.store.folder / "executed"


def setup(app: Sphinx) -> None:
    """Connect before MyST-NB reads its settings, and after the study is chosen."""
    app.connect("config-inited", set_execution_cache, priority=100)
