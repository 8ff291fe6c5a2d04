"""What is kept of the cells of the chapters, and whether it is still what they give.

A chapter's cells run again when their code has changed, or anything that can influence them: the modules that they
import, with all that these import in turn, the data, the survey and the lock. jupyter-cache alone looks at the code.
"""

from __future__ import annotations

from pathlib import Path

from companion import chapters, store
from companion.study import Study


def find(current: Study, page: Path) -> str:
    """Give the notebook that is kept of a page, as JSON; nothing if its cells must run."""
    return current.store.find(_step(current, page), state(current, page)) or ""


def keep(current: Study, page: Path, of: str, notebook: str) -> None:
    """Keep the notebook of a page, executed in some state."""
    current.store.put(_step(current, page), of, notebook)


def state(current: Study, page: Path) -> str:
    """Give the sha256 of everything that can influence what the cells of a page give."""
    text = page.read_text(encoding="utf-8")
    modules = current.state(chapters.imported(text, current.package))
    return store.digest(part.encode() for part in (modules, *chapters.code(text)))


def _step(current: Study, page: Path) -> str:
    return f"cells of {'.'.join(page.relative_to(current.root).with_suffix('').parts)}"
