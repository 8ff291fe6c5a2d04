"""The Sphinx extension: numbers, verdicts and conditions in prose, figures and tables from cells, page furniture."""

from __future__ import annotations

from typing import Any

from sphinx.application import Sphinx

from companion.book import (
    assets,
    citation_style,
    downloads,
    drawings,
    every_number,
    outputs,
    pages,
    provenance,
    roles,
    settings,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    for part in (
        settings,
        roles,
        outputs,
        downloads,
        drawings,
        every_number,
        provenance,
        citation_style,
        assets,
        pages,
    ):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
