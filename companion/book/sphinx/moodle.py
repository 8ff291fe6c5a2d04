"""The self-tests of a page as questions for Moodle, in the XML that its question bank imports.

Moodle's documentation, "Moodle XML format": a category, then multiple-choice questions of which each answer has its
share of the grade and its feedback. Other learning platforms read the format, too.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

from docutils import nodes

from companion.book.sphinx.questions import answers, portable
from companion.book.sphinx.self_tests import self_test

RIGHT, WRONG = "100", "0"
"""Percent of the grade."""
PENALTY = "0.3333333"
"""Share of the grade that another try costs where a quiz allows one; Moodle's own."""


def quiz(page: nodes.document, category: str, html: Callable[[nodes.Node], str]) -> str:
    """Give the self-tests of a page as the text of a file for Moodle.

    Parameters
    ----------
    page
        The page as Sphinx has read it, with every reference resolved.
    category
        Name of the part of the question bank in which they come.
    html
        Gives a block of the page as HTML.
    """
    root = ElementTree.Element("quiz")
    place = ElementTree.SubElement(root, "question", type="category")
    # A stroke parts a category from the one inside it; doubled, it is a letter.
    _text(ElementTree.SubElement(place, "category"), f"$course$/top/{category.replace('/', '//')}")
    root.extend(_question(found, html) for found in page.findall(self_test))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _question(found: self_test, html: Callable[[nodes.Node], str]) -> ElementTree.Element:
    question = ElementTree.Element("question", type="multichoice")
    _text(ElementTree.SubElement(question, "name"), found["ids"][0])
    _html(ElementTree.SubElement(question, "questiontext"), html(found.children[0]))
    settings = {
        "defaultgrade": "1",
        "penalty": PENALTY,
        "hidden": "0",
        "single": "true",
        "shuffleanswers": "true",
        "answernumbering": "abc",
    }
    for name, value in settings.items():
        ElementTree.SubElement(question, name).text = value
    for child in answers(found):
        words, *said = child.children
        one = ElementTree.SubElement(question, "answer", fraction=RIGHT if child["right"] else WRONG)
        _html(one, html(words))
        _html(ElementTree.SubElement(one, "feedback"), "".join(map(html, said)))
    return question


def _text(element: ElementTree.Element, words: str) -> None:
    ElementTree.SubElement(element, "text").text = words


def _html(element: ElementTree.Element, fragment: str) -> None:
    element.set("format", "html")
    _text(element, str(portable(fragment)).strip())
