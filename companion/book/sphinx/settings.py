"""Settings of the book that cannot stand in `_config.yml`, because they depend on the machine or on the inputs."""

from __future__ import annotations

from sphinx.application import Sphinx
from sphinx.config import Config

from companion.book import execution
from companion.book.sphinx import subject


def set_execution_cache(app: Sphinx, config: Config) -> None:
    """Let MyST-NB find the cells that need not run, where it looks for any."""
    if getattr(config, "nb_execution_mode", "") != "cache":
        return
    current = subject.of(config).study
    folder = current.root / execution.FOLDER
    execution.lay_out(current, folder)
    config["nb_execution_cache_path"] = str(folder)


def setup(app: Sphinx) -> None:
    """Connect before MyST-NB reads its settings, and after the study is chosen."""
    app.connect("config-inited", set_execution_cache, priority=100)
