"""Set the pages with Sphinx, by the settings of Jupyter Book, in a process of its own.

``python -m companion.book.typesetting FOLDER OUTPUT KEPT``

Jupyter Book's own command ends a build that failed with tracebacks, above which an author's slips are hard to find.
"""

from __future__ import annotations

import gc
import sys
from pathlib import Path

from jupyter_book.sphinx import build_sphinx
from sphinx.util.console import nocolor

from companion.book.sphinx import subject, unchanged_pages

MANY = 200_000
"""New objects after which Python looks for circles of them that nothing needs. By itself it does after hundreds or
thousands, and a book is trees of pages with millions, nearly all of them needed to the end."""


def set_pages(root: Path, output: Path, kept: Path) -> int:
    """Build, beginning with the pages kept; every warning is told, and one is enough to fail. Give the exit code."""
    done = build_sphinx(
        root,
        output,
        noconfig=True,
        path_config=root / "_config.yml",
        confoverrides={
            "external_toc_path": (root / "_toc.yml").as_posix(),
            "latex_individualpages": False,
            "nitpicky": True,
            subject.FOLDER: str(root),
            unchanged_pages.FOLDER: str(kept),
        },
        warningiserror=True,
        keep_going=True,
        quiet=True,
    )
    return done if isinstance(done, int) else 1


if __name__ == "__main__":
    nocolor()
    gc.set_threshold(MANY)
    raise SystemExit(set_pages(*map(Path, sys.argv[1:])))
