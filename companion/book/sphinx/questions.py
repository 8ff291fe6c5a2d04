"""What a question keeps of a page on its way to a learning platform: its words and their emphasis."""

from __future__ import annotations

from collections.abc import Iterator

from bs4 import BeautifulSoup
from docutils import nodes

from companion.book.sphinx.self_tests import answer, self_test


def has_questions(page: nodes.document) -> bool:
    """Whether a page has self-tests."""
    return next(iter(page.findall(self_test)), None) is not None


def answers(found: self_test) -> Iterator[answer]:
    """Give the answers of a self-test in their order."""
    return (child for child in found.children if isinstance(child, answer))


def portable(fragment: str) -> BeautifulSoup:
    """Give HTML without what only the book knows: links to its pages and classes of its style sheet."""
    page = BeautifulSoup(fragment, "html.parser")
    for link in page.select("a"):
        link.unwrap()
    for part in page.select("[class], [title]"):
        del part["class"], part["title"]
    return page
