"""A text as a Word document, in Word's own styles, so that whoever goes on writing changes a style and not each place.

The look is that of APA's manual: one font, headings in black and bold, tables of three lines without vertical ones.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from typing import cast

import docx
from docx.document import Document as Word
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.styles.style import CharacterStyle, ParagraphStyle
from docx.text.paragraph import Paragraph as WordParagraph

from companion.documents.document import Block, Document, Heading, Listing, Paragraph, Points, TableOfCells, spans
from companion.formats import Language
from companion.zipped import zipped

FONT, CODE_FONT = "Times New Roman", "Courier New"
LANGUAGES: dict[Language, str] = {"en": "en-GB", "nl": "nl-BE"}
"""What Word checks the spelling of a text by."""
HEADINGS = ("Heading 1", "Heading 2", "Heading 3")
TABLE, LISTING, CODE = "Table of three lines", "Listing", "Code"
"""Styles that Word has not got by itself."""
THREE_LINES = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="TableOfThreeLines">
  <w:name w:val="{TABLE}"/><w:basedOn w:val="TableNormal"/><w:qFormat/>
  <w:tblPr><w:tblBorders>
    <w:top w:val="single" w:sz="8" w:space="0" w:color="auto"/>
    <w:bottom w:val="single" w:sz="8" w:space="0" w:color="auto"/>
  </w:tblBorders></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:tcPr><w:tcBorders>
    <w:bottom w:val="single" w:sz="4" w:space="0" w:color="auto"/>
  </w:tcBorders></w:tcPr></w:tblStylePr>
</w:style>"""
NO_TIME = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The first moment that an archive can name: when a text was written is not known from what stands in it."""


def written(document: Document, language: Language = "en") -> bytes:
    """Give a text as a Word document, the same bytes for the same text.

    Parameters
    ----------
    document
        The text; its first heading is its title, too.
    language
        The text's own.

    Examples
    --------
    >>> made = docx.Document(io.BytesIO(written((Heading("Results", 1), Paragraph("*p* < .05")))))
    >>> [(paragraph.style.name, paragraph.text) for paragraph in made.paragraphs]
    [('Heading 1', 'Results'), ('Normal', 'p < .05')]
    """
    word = docx.Document()
    _describe(word, document)
    _style(word, language)
    for block in document:
        _add(word, block)
    packed = io.BytesIO()
    word.save(packed)
    return _without_time(packed)


def _describe(word: Word, document: Document) -> None:
    """Say what the text is called; the template's author and the moment of writing are nobody's business."""
    about = word.core_properties
    about.title = next((block.text for block in document if isinstance(block, Heading)), "")
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = NO_TIME


def _style(word: Word, language: Language) -> None:
    """Give Word's styles the look of APA's manual, and add those that it lacks."""
    normal = cast(ParagraphStyle, word.styles["Normal"])
    _set_font(normal, FONT, 12)
    normal.paragraph_format.space_after = Pt(8)
    for name in (*HEADINGS, "Caption"):
        style = cast(ParagraphStyle, word.styles[name])
        _set_font(style, FONT, 12)
        style.font.bold, style.font.color.rgb = True, RGBColor(0, 0, 0)
        style.paragraph_format.keep_with_next = True
    cast(ParagraphStyle, word.styles[HEADINGS[0]]).font.size = Pt(16)
    _set_font(cast(CharacterStyle, word.styles.add_style(LISTING, WD_STYLE_TYPE.PARAGRAPH)), CODE_FONT, 9)
    code = cast(CharacterStyle, word.styles.add_style(CODE, WD_STYLE_TYPE.CHARACTER))
    _set_font(code, CODE_FONT, 11)
    word.styles.element.append(parse_xml(THREE_LINES))
    for lang in word.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), LANGUAGES[language])


def _set_font(style: CharacterStyle, name: str, points: float) -> None:
    """Set a font by name; the names of the theme's fonts would win over it."""
    style.font.name, style.font.size = name, Pt(points)
    fonts = style.element.rPr.rFonts
    for theme in [key for key in fonts.attrib if "Theme" in key or "theme" in key]:
        del fonts.attrib[theme]


def _add(word: Word, block: Block) -> None:
    if isinstance(block, Heading):
        word.add_paragraph(block.text, HEADINGS[block.level - 1])
    elif isinstance(block, Paragraph):
        _write(word.add_paragraph(), block.text, block.language)
    elif isinstance(block, Points):
        for point in block.points:
            _write(word.add_paragraph(style="List Bullet"), point)
    elif isinstance(block, Listing):
        word.add_paragraph(block.text.strip(), LISTING)
    else:
        _add_table(word, block)


def _write(paragraph: WordParagraph, text: str, language: Language | None = None) -> None:
    """Set sentences, what is marked in them as it is marked, in a language that is named where it is another."""
    for part, marked in spans(text):
        run = paragraph.add_run(part)
        run.italic, run.bold = marked == "italic" or None, marked == "bold" or None
        if marked == "code":
            run.style = CODE
        if language is not None:
            run._r.get_or_add_rPr().append(_element("w:lang", LANGUAGES[language]))


def _add_table(word: Word, block: TableOfCells) -> None:
    """Add a table: its caption above, its head repeated on each page, its note below."""
    if block.title:
        word.add_paragraph(block.title, "Caption")
    table = word.add_table(rows=0, cols=len(block.head), style=TABLE)
    for cells in (block.head, *block.rows):
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=True):
            _write(cell.paragraphs[0], text)
            cell.paragraphs[0].paragraph_format.space_after = Pt(2)
        row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader"))
    _write(word.add_paragraph(), f"*Note.* {block.note}" if block.note else "")


def _element(name: str, value: str | None = None) -> BaseOxmlElement:
    element = OxmlElement(name)
    if value is not None:
        element.set(qn("w:val"), value)
    return element


def _without_time(packed: io.BytesIO) -> bytes:
    """Pack an archive again, in which no entry says when it was written."""
    with zipfile.ZipFile(packed) as old:
        return zipped({name: old.read(name) for name in old.namelist()})
