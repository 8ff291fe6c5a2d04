"""The self-tests of a page as questions for any learning platform: an IMS content package of QTI 2.1.

1EdTech, "IMS Question and Test Interoperability", version 2.1: a question is an item with its right answer, what it
says to each answer, and the rule by which it is marked; the items of a page make a test, and the manifest names every
file. The package is a zip in which each file has the same time, so that the same page gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from bs4 import BeautifulSoup, Tag
from docutils import nodes
from sphinx.errors import ExtensionError

from companion.book.sphinx.questions import answers, portable
from companion.book.sphinx.self_tests import self_test
from companion.zipped import zipped

QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
PACKAGING = "http://www.imsglobal.org/xsd/imscp_v1p1"
MARKED = {"identifier": "SCORE", "cardinality": "single", "baseType": "float"}
SAID = {"identifier": "SAID", "cardinality": "single", "baseType": "identifier"}
RESPONSE = {"identifier": "RESPONSE", "cardinality": "single", "baseType": "identifier"}
KEPT = {"b", "blockquote", "br", "code", "em", "i", "li", "ol", "p", "pre", "strong", "sub", "sup", "ul"}
"""Elements of HTML that may stand in an item and mean the same there; of others the words stay."""

BLOCKS = {"blockquote", "li", "ol", "p", "pre", "ul"}
"""Those that may not stand in a question, which is one line of words."""


def package(page: nodes.document, title: str, html: Callable[[nodes.Node], str]) -> bytes:
    """Give the self-tests of a page as a zip that learning platforms import.

    Parameters
    ----------
    page
        The page as Sphinx has read it, with every reference resolved.
    title
        Title of the test that they make.
    html
        Gives a block of the page as HTML.

    Raises
    ------
    sphinx.errors.ExtensionError
        A question holds a formula, whose HTML would say it twice.
    """
    items = {str(found["ids"][0]): found for found in page.findall(self_test)}
    written = {
        "imsmanifest.xml": _manifest(list(items)),
        "test.xml": _test(title, list(items)),
        **{_file(name): _item(name, found, html) for name, found in items.items()},
    }
    return zipped({name: _text(root) for name, root in written.items()})


def _text(root: Element) -> bytes:
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _file(name: str) -> str:
    return f"items/{name}.xml"


def _manifest(items: list[str]) -> Element:
    root = Element("manifest", xmlns=PACKAGING, identifier="manifest")
    about = SubElement(root, "metadata")
    SubElement(about, "schema").text = "QTIv2.1 Package"
    SubElement(about, "schemaversion").text = "1.0.0"
    SubElement(root, "organizations")
    resources = SubElement(root, "resources")
    test = SubElement(resources, "resource", identifier="test", type="imsqti_test_xmlv2p1", href="test.xml")
    SubElement(test, "file", href="test.xml")
    for name in items:
        SubElement(test, "dependency", identifierref=f"item-{name}")
        kind = {"type": "imsqti_item_xmlv2p1", "href": _file(name)}
        item = SubElement(resources, "resource", {"identifier": f"item-{name}", **kind})
        SubElement(item, "file", href=_file(name))
    return root


def _test(title: str, items: list[str]) -> Element:
    root = Element("assessmentTest", xmlns=QTI, identifier="test", title=title)
    part = SubElement(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    section = SubElement(part, "assessmentSection", identifier="section", title=title, visible="true")
    for name in items:
        SubElement(section, "assessmentItemRef", identifier=name, href=_file(name))
    return root


def _item(name: str, found: self_test, html: Callable[[nodes.Node], str]) -> Element:
    root = Element("assessmentItem", xmlns=QTI, identifier=name, title=name, adaptive="false", timeDependent="false")
    given = {f"answer-{place}": child for place, child in enumerate(answers(found), start=1)}
    key = SubElement(SubElement(root, "responseDeclaration", RESPONSE), "correctResponse")
    SubElement(key, "value").text = next(place for place, child in given.items() if child["right"])
    SubElement(SubElement(SubElement(root, "outcomeDeclaration", MARKED), "defaultValue"), "value").text = "0"
    SubElement(root, "outcomeDeclaration", SAID)
    asked = {"responseIdentifier": "RESPONSE", "shuffle": "true", "maxChoices": "1"}
    interaction = SubElement(SubElement(root, "itemBody"), "choiceInteraction", asked)
    interaction.append(_content("prompt", {}, html(found.children[0]), KEPT - BLOCKS))
    for place, child in given.items():
        interaction.append(_content("simpleChoice", {"identifier": place}, html(child.children[0]), KEPT))
    _marking(SubElement(root, "responseProcessing"))
    for place, child in given.items():
        shown = {"outcomeIdentifier": "SAID", "identifier": place, "showHide": "show"}
        root.append(_content("modalFeedback", shown, "".join(map(html, child.children[1:])), KEPT))
    return root


def _marking(rules: Element) -> None:
    """Give one point for the right answer, and let what is said be what belongs to the answer that was chosen."""
    right = SubElement(SubElement(rules, "responseCondition"), "responseIf")
    same = SubElement(right, "match")
    SubElement(same, "variable", identifier="RESPONSE")
    SubElement(same, "correct", identifier="RESPONSE")
    one = SubElement(right, "setOutcomeValue", identifier="SCORE")
    SubElement(one, "baseValue", baseType="float").text = "1"
    said = SubElement(rules, "setOutcomeValue", identifier="SAID")
    SubElement(said, "variable", identifier="RESPONSE")


def _is_shown(part: Tag) -> bool:
    """Say whether a part of a page is a formula, before or after it was set, or a picture."""
    return part.name in ("math", "svg", "img") or "math" in part.get_attribute_list("class")


def _content(tag: str, attributes: dict[str, str], fragment: str, kept: set[str]) -> Element:
    if BeautifulSoup(fragment, "html.parser").find(_is_shown) is not None:
        raise ExtensionError(
            "A self-test with a formula or a picture cannot be given to a learning platform yet: write it in words.",
            modname="companion.book",
        )
    page = portable(fragment)
    for part in page.find_all(True):
        if part.name in kept:
            part.attrs = {}
        else:
            part.unwrap()
    content = ElementTree.fromstring(f"<{tag}>{page.decode(formatter='minimal').strip()}</{tag}>")
    content.attrib.update(attributes)
    return content
