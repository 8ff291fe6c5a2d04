"""Run the chapters whose cells are not in the cache yet, side by side, before Sphinx reads them one by one."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor

from companion import chapters

READER = {"name": "myst_nb_md", "type": "plugin"}
TIMEOUT = 300


def execute_new(root: Path, cache_path: Path) -> None:
    """Execute what the cache lacks and keep it there.

    A chapter that fails is not kept: Sphinx executes it again, and the build stops there with the chapter's name.
    """
    cache = get_cache(str(cache_path))
    pages = [str(page) for page in chapters.with_cells(root)]
    for page in pages:
        cache.add_nb_to_project(page, read_data=READER)
    logger = logging.getLogger(__name__)
    logger.setLevel(logging.CRITICAL)
    load_executor("local-parallel", cache, logger).run_and_cache(filter_uris=pages, timeout=TIMEOUT)


if __name__ == "__main__":
    execute_new(Path(sys.argv[1]), Path(sys.argv[2]))
