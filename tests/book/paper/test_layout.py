"""The page numbers that the text names are the pages of the print that names them."""

from __future__ import annotations

import io
from collections.abc import Mapping

import pytest
from pypdf import PdfWriter

from companion.book.paper.manuscript import PaperError
from companion.book.paper.pdf import Layout, pages_of_anchors, settle


def printed(pages: Mapping[str, int]) -> bytes:
    """A PDF with an anchor on each of these pages."""
    writer = PdfWriter()
    for _ in range(max(pages.values())):
        writer.add_blank_page(width=100, height=100)
    for name, page in pages.items():
        writer.add_named_destination(name, page - 1)
    content = io.BytesIO()
    writer.write(content)
    return content.getvalue()


def with_blanks(layout: Layout, pages: Mapping[str, int]) -> dict[str, int]:
    """Where anchors stand when empty pages stand before some parts."""
    return {name: page + sum(1 for part in layout.blanks if pages[part] <= page) for name, page in pages.items()}


def test_pages_are_read_from_the_anchors_of_a_pdf() -> None:
    assert pages_of_anchors(printed({"one": 2, "two": 7})) == {"one": 2, "two": 7}


def test_a_book_whose_pages_stay_where_they_were_is_printed_twice() -> None:
    layouts: list[Layout] = []

    def press(layout: Layout) -> bytes:
        layouts.append(layout)
        return printed({"one": 2, "two": 7})

    settle(press, named={"one", "two"})
    assert [dict(layout.numbers) for layout in layouts] == [{}, {"one": 2, "two": 7}]


def test_a_book_whose_contents_grow_with_their_numbers_is_printed_until_it_is_right() -> None:
    last: list[Layout] = []

    def press(layout: Layout) -> bytes:
        last.append(layout)
        return printed({"one": 3 if layout.numbers else 2})

    assert pages_of_anchors(settle(press, named={"one"})) == {"one": 3} == last[-1].numbers


def test_a_book_whose_pages_never_come_to_rest_is_refused() -> None:
    def press(layout: Layout) -> bytes:
        return printed({"one": layout.numbers.get("one", 1) + 1})

    with pytest.raises(PaperError, match=r'do not settle: \{"one": '):
        settle(press, named={"one"})


def test_an_anchor_that_the_text_does_not_name_may_stand_on_either_side_of_a_page_s_end() -> None:
    ends = iter([6, 7, 6, 7])

    def press(layout: Layout) -> bytes:
        return printed({"one": 2, "two": next(ends)})

    assert pages_of_anchors(settle(press, named={"one"}))["one"] == 2


@pytest.mark.parametrize(
    ("pages", "blanks"),
    [
        ({"part-1": 9, "part-2": 21}, set()),
        ({"part-1": 8, "part-2": 21}, {"part-1", "part-2"}),
        ({"part-1": 8, "part-2": 20}, {"part-1"}),
        ({"part-1": 9, "part-2": 20, "part-3": 31}, {"part-2", "part-3"}),
    ],
)
def test_every_part_begins_on_a_right_hand_page(pages: dict[str, int], blanks: set[str]) -> None:
    pages = {"first": 5, **pages, "last": 40}
    layouts: list[Layout] = []

    def press(layout: Layout) -> bytes:
        layouts.append(layout)
        return printed(with_blanks(layout, pages))

    found = pages_of_anchors(settle(press, named=set(pages)))
    assert [found[part] % 2 for part in found if part.startswith("part-")] == [1] * (len(pages) - 2)
    assert layouts[-1].blanks == blanks
    assert len(layouts) == 2, "the empty pages are foreseen, not found by trying"
