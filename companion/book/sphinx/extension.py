"""The Sphinx extension: numbers, verdicts and conditions in prose, figures and tables from cells, page furniture."""

from __future__ import annotations

import gc
from typing import Any

from sphinx.application import Sphinx

from companion.book.site import assets
from companion.book.sphinx import (
    chain_walk,
    citation_style,
    conditional_text,
    downloads,
    drawings,
    drawn_ahead,
    edition,
    every_number,
    exercise_levels,
    explorer,
    figure_data,
    figure_guide,
    laboratory,
    languages,
    listings,
    living_forest,
    living_map,
    margin_notes,
    other_programs,
    outputs,
    pages,
    places,
    publishing,
    reading_paths,
    reading_time,
    roles,
    search,
    self_tests,
    settings,
    slides,
    sources,
    structured_data,
    subject,
    take_along,
    terms,
    unchanged_pages,
)
from companion.book.sphinx import (
    numbers_on_page as provenance,
)


def look_for_garbage_seldom() -> None:
    """Let Python look for garbage after 100,000 new objects: at its own pace that takes a tenth of a build.

    Documents are trees of many small objects that refer to one another, and nearly all of them stay. A test says when
    Python waits as long by itself.
    """
    gc.set_threshold(100_000, 20, 20)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register everything with Sphinx."""
    look_for_garbage_seldom()
    for part in (
        subject,
        settings,
        roles,
        conditional_text,
        edition,
        languages,
        listings,
        outputs,
        downloads,
        drawings,
        places,
        every_number,
        take_along,
        terms,
        exercise_levels,
        margin_notes,
        other_programs,
        explorer,
        chain_walk,
        self_tests,
        figure_guide,
        laboratory,
        living_forest,
        living_map,
        drawn_ahead,
        slides,
        provenance,
        figure_data,
        sources,
        citation_style,
        assets,
        search,
        pages,
        reading_time,
        reading_paths,
        unchanged_pages,
        publishing,
        structured_data,
    ):
        part.setup(app)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
