"""The report as docx: the formal output, laid out after GB/T 9704-2012, with the annex of all figures."""

from __future__ import annotations

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml.ns import qn
from docx.shared import Mm
from docx.table import _Cell

from yifa.indicators.describe import describe
from yifa.indicators.measure import CodexLike
from yifa.proofread.annex import HEADS, NAME
from yifa.reports.compose import counts_text, figure_text
from yifa.reports.document import Paragraph, ReportDoc, chinese_day, title_lines
from yifa.reports.render.docx_parts import (
    FANGSONG,
    HEI,
    KAI,
    LATIN,
    SIZE_2,
    SIZE_3,
    SIZE_5,
    SONG,
    add_paragraph,
    add_run,
    element,
    set_defaults,
    set_page,
    small_print,
    width,
)

_WIDTHS = (Mm(10), Mm(32), Mm(23), Mm(53), Mm(13), Mm(25))


def render_docx(doc: ReportDoc, codex: CodexLike, frozen: dict[str, Any]) -> bytes:
    """The docx file of a report with its frozen figures."""
    document = docx.Document()
    set_defaults(document)
    set_page(document)
    properties = document.core_properties
    properties.title, properties.author, properties.comments = doc.title, doc.meta.signature or doc.town, ""
    _title(document, doc)
    for p in doc.preface:
        _body(document, p)
    for part in doc.parts:
        add_paragraph(document, part.heading, HEI, first=2, level=0, keep=True)
        for p in part.paragraphs:
            _body(document, p)
        for section in part.sections:
            add_paragraph(document, section.heading, KAI, first=2, level=1, keep=True)
            for p in section.paragraphs:
                _body(document, p)
    _signature(document, doc)
    if doc.figures:
        _annex(document, doc, codex, frozen)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def _title(document: Document, doc: ReportDoc) -> None:
    if doc.meta.number:
        add_paragraph(document, doc.meta.number, left=1)
        add_paragraph(document)
    for line in title_lines(doc.title):
        add_paragraph(document, line, SONG, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER)
    add_paragraph(document)
    if doc.meta.addressee:
        add_paragraph(document, f"{doc.meta.addressee}：")


def _body(document: Document, p: Paragraph) -> None:
    if p.kind == "prompt":
        paragraph = add_paragraph(document, "", first=2)
        add_run(paragraph, f"〔提示〕{p.text}", KAI, SIZE_3, condensed=True, shaded=True)
        return
    paragraph = add_paragraph(document, "", first=2)
    for run in p.runs:
        add_run(paragraph, run.text, FANGSONG, SIZE_3, condensed=True, shaded=p.kind == "todo")


def _signature(document: Document, doc: ReportDoc) -> None:
    """附件说明 one line below the text; then 署名 centred over 成文日期, which stands four characters in (7.3.4, 7.3.5).
    All of it is kept with the last paragraph, so that no page carries a signature without text."""
    if document.paragraphs:
        document.paragraphs[-1].paragraph_format.keep_with_next = True
    add_paragraph(document, keep=True)
    if doc.figures:
        add_paragraph(document, f"附件：{NAME}", first=2, keep=True)
        add_paragraph(document, keep=True)
    name = doc.meta.signature or doc.town
    day = chinese_day(doc.meta.dated) if doc.meta.dated else ""
    right = 4 + (width(day) - width(name)) / 2 if day else 4
    add_paragraph(document, name, align=WD_ALIGN_PARAGRAPH.RIGHT, right=max(right, 2), keep=bool(day))
    if day:
        add_paragraph(document, day, align=WD_ALIGN_PARAGRAPH.RIGHT, right=4)


def _cell(cell: _Cell, text: str, size: float = SIZE_5, font: str = FANGSONG, *, latin: str = LATIN,
          align: WD_ALIGN_PARAGRAPH | None = None) -> None:  # fmt: skip
    paragraph = cell.paragraphs[0]
    small_print(paragraph, size * 1.3)
    if align is not None:
        paragraph.alignment = align
    lines = text.split("\n")
    for i, line in enumerate(lines):
        run = add_run(paragraph, line, font, size, latin=latin)
        if i < len(lines) - 1:
            run.add_break()


def _annex(document: Document, doc: ReportDoc, codex: CodexLike, frozen: dict[str, Any]) -> None:
    """附件: every printed figure with its definition, the number of records behind it and their digest."""
    first = add_paragraph(document)
    first.add_run().add_break(WD_BREAK.PAGE)
    add_run(first, "附件", HEI, SIZE_3, condensed=True)
    add_paragraph(document)
    add_paragraph(document, NAME, SONG, SIZE_2, align=WD_ALIGN_PARAGRAPH.CENTER)
    note = (f"统计期：{chinese_day(doc.period_from)}至{chinese_day(doc.cutoff)}。记录摘要由全部记录及其最近一次办理的校验值"
            "算出；台账此后如有补录、更正，用 yifa report --check 可查出哪些数字已不成立。")  # fmt: skip
    paragraph = document.add_paragraph()
    small_print(paragraph, 16)
    add_run(paragraph, note, FANGSONG, SIZE_5)
    table = document.add_table(rows=1, cols=len(HEADS))
    table.style, table.autofit, table.alignment = "Table Grid", False, WD_TABLE_ALIGNMENT.CENTER
    _grid(table)
    for cell, head in zip(table.rows[0].cells, HEADS, strict=True):
        _cell(cell, head, font=HEI, align=WD_ALIGN_PARAGRAPH.CENTER)
    table.rows[0]._tr.get_or_add_trPr().append(element("w:tblHeader"))
    for n, f in enumerate(frozen["figures"], 1):
        figure = doc.figures[f["key"]]
        row = table.add_row()
        row._tr.get_or_add_trPr().append(element("w:cantSplit"))
        digest = "\n".join(f["digest"][i : i + 16] for i in range(0, 64, 16))
        _cell(row.cells[0], str(n), align=WD_ALIGN_PARAGRAPH.CENTER)
        _cell(row.cells[1], figure.name)
        value = "\n".join(t for t in (figure_text(figure), counts_text(figure)) if t)
        _cell(row.cells[2], value, align=WD_ALIGN_PARAGRAPH.RIGHT)
        _cell(row.cells[3], describe(codex, codex.indicators[f["key"]]), 9)
        _cell(row.cells[4], str(f["records"]), align=WD_ALIGN_PARAGRAPH.RIGHT)
        _cell(row.cells[5], digest, 6.5, latin="Courier New")
    for row in table.rows:
        for cell, w in zip(row.cells, _WIDTHS, strict=True):
            cell.width = w


def _grid(table: Any) -> None:
    """Column widths for Word and LibreOffice, which read the grid; thin rules and narrow cell margins."""
    for column, w in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), _WIDTHS, strict=True):
        column.set(qn("w:w"), str(int(w.pt * 20)))
    margins = element("w:tblCellMar")
    for side, space in (("top", "30"), ("left", "60"), ("bottom", "30"), ("right", "60")):
        margins.append(element(f"w:{side}", w=space, type="dxa"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    if look is not None:
        look.addprevious(margins)
    else:
        table._tbl.tblPr.append(margins)
