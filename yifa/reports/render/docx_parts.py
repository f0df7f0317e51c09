"""Paragraphs and page set-up of an official document (GB/T 9704-2012) by python-docx.

22 lines of 28 characters: a line pitch of 579 twips and text condensed by a quarter point, because 28 characters of 16 pt
are wider than the 156 mm of the type area. Fonts are named, not embedded: the office's machine has them.
"""

from __future__ import annotations

from typing import Any

from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph

SONG, FANGSONG, KAI, HEI = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体"
PLAIN_SONG, LATIN = "宋体", "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SIZE_5 = 22, 16, 14, 10.5
"""2号, 3号, 4号, 5号 in points."""
PITCH = Pt(28.95)
CHARACTER = 15.75
"""Width of one condensed character of 3号, in points."""


def element(tag: str, **attributes: str) -> Any:
    """A w: element with w: attributes."""
    found = OxmlElement(tag)
    for name, value in attributes.items():
        found.set(qn(f"w:{name}"), value)
    return found


def set_page(document: Document) -> None:
    """A4, margins 37/35/28/26 mm, 22 lines, page numbers outside on both sides."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    properties = section._sectPr
    for old in properties.findall(qn("w:docGrid")):
        properties.remove(old)
    properties.append(element("w:docGrid", type="lines", linePitch="579"))
    document.settings.odd_and_even_pages_header_footer = True
    page_number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    page_number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)


def set_defaults(document: Document) -> None:
    """The Normal style: 3号仿宋, no spacing, no widow control, so that every page takes 22 lines."""
    style = document.styles["Normal"]
    style.font.name, style.font.size = LATIN, Pt(SIZE_3)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), FANGSONG)
    form = style.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    for tag in ("w:autoSpaceDE", "w:autoSpaceDN"):
        before_spacing(style.element.get_or_add_pPr(), element(tag, val="0"))


def before_spacing(properties: Any, new: Any) -> None:
    """Puts an element where Word wants it: before w:spacing in w:pPr."""
    spacing = properties.find(qn("w:spacing"))
    if spacing is None:
        properties.append(new)
    else:
        spacing.addprevious(new)


def small_print(paragraph: Paragraph, line: float) -> None:
    """Takes a paragraph off the line grid: lines of ``line`` points, for tables and notes."""
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    before_spacing(paragraph._p.get_or_add_pPr(), element("w:snapToGrid", val="0"))


def page_number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """4号半角宋体 digits between dashes, one character in from the outer edge."""
    paragraph.alignment = side
    indent = Pt(SIZE_4)
    if side == WD_ALIGN_PARAGRAPH.RIGHT:
        paragraph.paragraph_format.right_indent = indent
    else:
        paragraph.paragraph_format.left_indent = indent
    add_run(paragraph, "— ", PLAIN_SONG, SIZE_4, latin=PLAIN_SONG)
    for kind, text in (("begin", None), (None, "PAGE"), ("end", None)):
        run = add_run(paragraph, "", PLAIN_SONG, SIZE_4, latin=PLAIN_SONG)
        if kind:
            run._r.append(element("w:fldChar", fldCharType=kind))
        else:
            instruction = element("w:instrText")
            instruction.set(qn("xml:space"), "preserve")
            instruction.text = text
            run._r.append(instruction)
    add_run(paragraph, " —", PLAIN_SONG, SIZE_4, latin=PLAIN_SONG)


def add_run(paragraph: Paragraph, text: str, font: str, size: float, *, latin: str = LATIN, condensed: bool = False,
            shaded: bool = False) -> Any:  # fmt: skip
    """A run in an East Asian font; ``condensed`` by 0.25 pt as body text is."""
    run = paragraph.add_run(text)
    run.font.name, run.font.size = latin, Pt(size)
    properties = run._r.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.set(qn("w:eastAsia"), font)
    fonts.set(qn("w:hint"), "eastAsia")
    if condensed:
        size_element = properties.find(qn("w:sz"))
        spacing = element("w:spacing", val="-5")
        if size_element is not None:
            size_element.addprevious(spacing)
        else:
            properties.append(spacing)
    if shaded:
        properties.append(element("w:shd", val="clear", color="auto", fill="E6E6E6"))
    return run


def add_paragraph(document: Document, text: str = "", font: str = FANGSONG, size: float = SIZE_3, *,
                  align: WD_ALIGN_PARAGRAPH | None = None, first: float = 0, left: float = 0, right: float = 0,
                  level: int | None = None, keep: bool = False) -> Paragraph:  # fmt: skip
    """A paragraph on the line grid. ``first``, ``left``, ``right``: indents in characters; ``level``: outline level."""
    paragraph = document.add_paragraph()
    form = paragraph.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, PITCH
    form.space_before = form.space_after = Pt(0)
    form.widow_control = False
    form.keep_with_next = keep or None
    if first:
        form.first_line_indent = Pt(first * CHARACTER)
    if left:
        form.left_indent = Pt(left * CHARACTER)
    if right:
        form.right_indent = Pt(right * CHARACTER)
    if align is not None:
        paragraph.alignment = align
    if level is not None:
        paragraph._p.get_or_add_pPr().append(element("w:outlineLvl", val=str(level)))
    if text:
        add_run(paragraph, text, font, size, condensed=size == SIZE_3)
    return paragraph


def width(text: str) -> float:
    """Width of a text in characters: Latin letters and digits are half."""
    return sum(0.5 if ord(c) < 0x2E80 and c not in "“”‘’…—" else 1 for c in text)
