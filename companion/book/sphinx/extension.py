"""The Sphinx extension: numbers, verdicts and conditions in prose, figures and tables from cells, page furniture."""

from __future__ import annotations

import gc
from typing import Any

from sphinx.application import Sphinx

from companion.book.site import assets
from companion.book.sphinx import (
    citation_style,
    conditional_text,
    downloads,
    drawings,
    every_number,
    explorer,
    figure_data,
    languages,
    outputs,
    pages,
    places,
    publishing,
    roles,
    settings,
    source_pages,
    subject,
    take_along,
    terms,
)
from companion.book.sphinx import (
    numbers_on_page as provenance,
)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    # Documents are trees of many small objects that refer to one another; looking for garbage among them at Python's
    # own pace takes a tenth of a build.
    gc.set_threshold(100_000, 20, 20)
    for part in (
        subject,
        settings,
        roles,
        conditional_text,
        languages,
        outputs,
        downloads,
        drawings,
        places,
        every_number,
        take_along,
        terms,
        explorer,
        provenance,
        figure_data,
        source_pages,
        citation_style,
        assets,
        pages,
        publishing,
    ):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
