"""What a PDF for everybody lacks when Chromium has printed it is added, checked, and only then said to be there."""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, StreamObject

from companion.book.paper import checked_access, pdf
from companion.book.paper.checked_access import Fault
from companion.book.paper.universal_access import FORMULA, elements, kids

pytestmark = [pytest.mark.book, pytest.mark.browser]

PICTURE = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
PAGE = f"""<html lang="en"><meta charset="utf-8"><title>One</title>
<style>
@page {{ size: 90mm 150mm; margin: 10mm; @bottom-left {{ content: "The foot" }} }}
h1 {{ background: #ddd }}
</style>
<h1 id="a">A page</h1>
<p>See <a href="#a">what is said <strong>above</strong>, on the same page, in so many words</a> and
<a href="https://example.org/"><img src="{PICTURE}" alt="a dot"></a>.</p>
<p>Write <span role="img" aria-label="{FORMULA}a_1^2"><span>a<sub>1</sub><sup>2</sup></span></span>.</p>
<h2>A list</h2><ul><li>one</li><li>two <p>and more</p></li></ul>
<table><tr><th scope="col">head</th><th scope="col">other</th></tr>
<tr><th scope="row">row</th><td>cell</td></tr></table>"""
PROGRAM = """
import sys; from pathlib import Path; from companion.book.paper import pdf
from companion.book.paper.manuscript import Manuscript
here, source = Path("."), Path(sys.argv[1])
text = Manuscript("One", "Somebody", "en", "2026", ("1", "2026-01-02"), "", True, (), here, here, "")
sys.stdout.buffer.write(pdf.finish(pdf.print_settled(source, pdf.chromium()), text)[0])
"""


def printed(folder: Path, html: str) -> bytes:
    """A page as `companion pdf` prints and finishes it, in a process of its own: the tests have their browser open."""
    (folder / "page.html").write_text(html, encoding="utf-8")
    run = [sys.executable, "-c", PROGRAM, str(folder / "page.html")]
    return subprocess.run(run, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def content(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    pdf.chromium()
    return printed(tmp_path_factory.mktemp("access"), PAGE)


@pytest.fixture
def writer(content: bytes) -> PdfWriter:
    return PdfWriter(clone_from=PdfReader(io.BytesIO(content)))


def tree(writer: PdfWriter) -> DictionaryObject:
    root = writer.root_object["/StructTreeRoot"].get_object()
    assert isinstance(root, DictionaryObject)
    return root


def first(writer: PdfWriter, kind: str) -> DictionaryObject:
    return next(element for element in elements(tree(writer)) if element["/S"] == kind)


def says_so(content: bytes) -> bool:
    metadata = PdfReader(io.BytesIO(content)).root_object["/Metadata"].get_object()
    assert isinstance(metadata, StreamObject)
    return b"<pdfuaid:part>1</pdfuaid:part>" in metadata.get_data()


def test_a_page_in_which_nothing_is_amiss_says_that_anybody_can_use_it(content: bytes) -> None:
    assert checked_access.faults(PdfReader(io.BytesIO(content))) == []
    assert says_so(content)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        (' alt="a dot"', "", Fault("picture", "/Figure")),
        ("<h2>A list</h2>", "<h3>A list</h3>", Fault("heading", "H1/H3")),
        ("<td>cell</td>", "", Fault("cells")),
    ],
)
def test_a_page_with_a_fault_does_not_say_so(tmp_path: Path, old: str, new: str, fault: Fault) -> None:
    assert old in PAGE
    html = PAGE.replace(old, new) if old != ' alt="a dot"' else PAGE.replace("</a>.", f'</a><img src="{PICTURE}">.')
    content = printed(tmp_path, html)
    assert fault in checked_access.faults(PdfReader(io.BytesIO(content)))
    assert not says_so(content)


def plant(key: str, value: Any = None) -> Callable[[Any], None]:
    """Set an entry of a dictionary, or take it out."""

    def change(found: Any) -> None:
        del found[key]
        if value is not None:
            found[NameObject(key)] = value

    return change


FAULTS: dict[Fault, tuple[Callable[[PdfWriter], Any], Callable[[Any], None]]] = {
    Fault("tags"): (lambda writer: writer.root_object, plant("/StructTreeRoot")),
    Fault("tagged"): (lambda writer: writer.root_object, plant("/MarkInfo")),
    Fault("language"): (lambda writer: writer.root_object, plant("/Lang")),
    Fault("title-in-window"): (
        lambda writer: writer.root_object,
        plant("/ViewerPreferences"),
    ),
    Fault("title"): (lambda writer: writer.root_object, plant("/Metadata")),
    Fault("kind", "/Strong"): (tree, plant("/RoleMap")),
    Fault("picture", "/Figure"): (lambda writer: first(writer, "/Figure"), plant("/Alt")),
    Fault("picture", "/Formula"): (lambda writer: first(writer, "/Formula"), plant("/Alt")),
    Fault("head"): (lambda writer: first(writer, "/TH"), plant("/A")),
    Fault("heading", "H1/H4"): (
        lambda writer: first(writer, "/H2"),
        plant("/S", NameObject("/H4")),
    ),
    Fault("place", "/LI/P"): (lambda writer: first(writer, "/LBody"), plant("/S", NameObject("/P"))),
    Fault("order", "1"): (lambda writer: writer.pages[0], plant("/Tabs")),
    Fault("name", "1"): (
        lambda writer: writer.pages[0]["/Annots"][0].get_object(),  # type: ignore[index]
        plant("/Contents"),
    ),
    Fault("link", "1"): (lambda writer: first(writer, "/Link"), plant("/K", ArrayObject())),
}


@pytest.mark.parametrize("fault", [pytest.param(fault, id=f"{fault.rule}{fault.place}") for fault in FAULTS])
def test_each_fault_is_seen(writer: PdfWriter, fault: Fault) -> None:
    find, change = FAULTS[fault]
    change(find(writer))
    assert fault in checked_access.faults(writer)


@pytest.mark.parametrize(("key", "rule"), [("/ToUnicode", "letters"), ("/DescendantFonts", "embedded")])
def test_a_typeface_without_letters_or_drawings_is_seen(writer: PdfWriter, key: str, rule: str) -> None:
    fonts = writer.pages[0]["/Resources"]["/Font"]  # type: ignore[index]
    del next(iter(fonts.values())).get_object()[key]
    assert rule in {fault.rule for fault in checked_access.faults(writer)}


def test_something_drawn_without_a_tag_is_seen(writer: PdfWriter) -> None:
    page = writer.pages[0]
    drawn = StreamObject()
    drawn.set_data(page.get_contents().get_data() + b"\n0 0 9 9 re f\n")  # type: ignore[union-attr]
    page[NameObject("/Contents")] = writer._add_object(drawn)
    assert checked_access.faults(writer) == [Fault("drawn", "1")]


def test_a_link_is_called_what_it_says_over_lines_and_by_its_picture(content: bytes) -> None:
    page = PdfReader(io.BytesIO(content)).pages[0]
    names = [str(annotation.get_object()["/Contents"]) for annotation in page["/Annots"]]  # type: ignore[attr-defined]
    assert len(names) > len(set(names))
    assert set(names) == {"what is said above, on the same page, in so many words", "a dot"}


def test_a_formula_is_tagged_as_one_and_read_as_it_was_typed(writer: PdfWriter) -> None:
    assert [element["/Alt"] for element in elements(tree(writer)) if element["/S"] == "/Formula"] == ["a_1^2"]


def test_an_item_of_a_list_has_its_bullet_and_a_body(writer: PdfWriter) -> None:
    items = [element for element in elements(tree(writer)) if element["/S"] == "/LI"]
    assert [[str(kid["/S"]) for kid in kids(item)] for item in items] == [["/Lbl", "/LBody"]] * 2


def test_the_same_is_read_on_the_page_as_before(content: bytes) -> None:
    words = PdfReader(io.BytesIO(content)).pages[0].extract_text().split()
    assert {"The", "foot", "page", "above,", "cell", "more"} <= set(words)
