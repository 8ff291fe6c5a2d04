"""What a cell prints is the same however the kernel cuts it on its way."""

from __future__ import annotations

import pytest
from myst_nb.core.utils import coalesce_streams
from nbformat import NotebookNode
from nbformat.v4 import new_output

from companion.book.execution import whole_streams

LINES = "with the link  169.54\nwithout it     340.04\n"


def said(name: str, text: str) -> NotebookNode:
    return new_output("stream", name=name, text=text)  # type: ignore[no-untyped-call]


def on_the_page(outputs: list[NotebookNode]) -> list[tuple[str, str]]:
    return [(output["output_type"], output.get("text", "")) for output in coalesce_streams(outputs)]


@pytest.mark.parametrize("cut", range(1, len(LINES)))
def test_a_page_shows_the_same_lines_wherever_they_were_cut(cut: int) -> None:
    pieces = [said("stdout", LINES[:cut]), said("stdout", LINES[cut:])]
    assert on_the_page(whole_streams(pieces)) == [("stream", LINES)]


def test_without_it_a_line_that_was_cut_would_be_two() -> None:
    assert on_the_page([said("stdout", LINES[:14]), said("stdout", LINES[14:])]) != [("stream", LINES)]


def test_a_stream_is_joined_across_what_was_shown_between_and_never_with_another_one() -> None:
    shown = new_output("display_data", {"text/plain": "a table"})  # type: ignore[no-untyped-call]
    outputs = [said("stdout", "one "), shown, said("stderr", "beware"), said("stdout", "line\n")]
    assert whole_streams(outputs) == [said("stdout", "one line\n"), shown, said("stderr", "beware")]
