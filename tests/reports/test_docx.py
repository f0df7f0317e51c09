"""The docx is an official document after GB/T 9704-2012: measured in its XML and on LibreOffice's pages."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdf import PdfReader

from tests.reports.kit import figures, report_codex
from yifa.reports.build import build
from yifa.reports.document import Meta, ReportDoc
from yifa.reports.render.docx import render_docx
from yifa.reports.render.docx_parts import width

META = Meta(addressee="中共清河县委、清河县人民政府", signature="青溪镇人民政府", dated=date(2026, 2, 5))
LONG = "全镇各站所把依法办事贯穿工作全过程坚持先学法后决策凡重大事项一律先经合法性审查再上会讨论" * 30


def report(problems: list[str] | None = None) -> ReportDoc:
    found = figures(accepted=53, closed=49, rate="92.5", amount="3000.5", mediators=8)
    return build(report_codex(), found, "small", "青溪镇人民政府", 2025, "2025-12-31",
                 {"problems": problems or ["一是人手不足。"]}, META)  # fmt: skip


def rendered(doc: ReportDoc) -> bytes:
    proof = [{"key": k, "records": 3, "digest": "0123456789abcdef" * 4} for k in doc.figures]
    return render_docx(doc, report_codex(), {"figures": proof})


@pytest.fixture(scope="module")
def document():  # type: ignore[no-untyped-def]
    return docx.Document(io.BytesIO(rendered(report())))


def test_page_is_a4_with_the_standard_margins_and_line_grid(document) -> None:  # type: ignore[no-untyped-def]
    s = document.sections[0]
    measured = [s.page_width, s.page_height, s.top_margin, s.bottom_margin, s.left_margin, s.right_margin]
    for found, wanted in zip(measured, (210, 297, 37, 35, 28, 26), strict=True):
        assert abs(found - Mm(wanted)) < Mm(0.1)
    grid = s._sectPr.find(qn("w:docGrid"))
    assert (grid.get(qn("w:type")), grid.get(qn("w:linePitch"))) == ("lines", "579")


def font_and_size(paragraph) -> tuple[str, float]:  # type: ignore[no-untyped-def]
    run = paragraph.runs[0]
    return run._r.rPr.rFonts.get(qn("w:eastAsia")), run.font.size.pt


@pytest.mark.parametrize(("start", "font", "size"), [
    ("青溪镇人民政府", "方正小标宋简体", 22), ("关于2025年", "方正小标宋简体", 22), ("中共清河县委", "仿宋_GB2312", 16),
    ("一、2025年", "黑体", 16), ("（一）化解", "楷体_GB2312", 16), ("受理矛盾纠纷53件", "仿宋_GB2312", 16),
    ("附件：报告数据一览表", "仿宋_GB2312", 16),
])  # fmt: skip
def test_every_level_has_its_font(document, start: str, font: str, size: float) -> None:  # type: ignore[no-untyped-def]
    found = next(p for p in document.paragraphs if p.text.startswith(start))
    assert font_and_size(found) == (font, size)


def test_title_has_no_indent_and_body_lines_stand_on_the_grid(document) -> None:  # type: ignore[no-untyped-def]
    body = next(p for p in document.paragraphs if p.text.startswith("受理矛盾纠纷"))
    assert (body.paragraph_format.line_spacing.pt, body.paragraph_format.first_line_indent.pt) == (28.95, 31.5)
    assert body.runs[0]._r.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"
    title = next(p for p in document.paragraphs if p.text == "青溪镇人民政府")
    assert title.paragraph_format.first_line_indent is None


def test_date_without_leading_zeros_stands_four_characters_in_under_the_signature(document) -> None:  # type: ignore[no-untyped-def]
    texts = [p.text for p in document.paragraphs]
    at = texts.index("2026年2月5日")
    assert texts[at - 1] == "青溪镇人民政府"
    day, name = document.paragraphs[at], document.paragraphs[at - 1]
    assert day.paragraph_format.right_indent.pt == 63
    centre = [p.paragraph_format.right_indent.pt / 15.75 + width(p.text) / 2 for p in (day, name)]
    assert abs(centre[0] - centre[1]) < 0.1


def test_document_number_of_an_upward_report_stands_left_above_the_title() -> None:
    doc = report()
    doc.meta = replace(META, number="青政报〔2026〕3号")
    first = docx.Document(io.BytesIO(rendered(doc))).paragraphs[0]
    assert (first.text, first.paragraph_format.left_indent.pt) == ("青政报〔2026〕3号", 15.75)


def test_page_numbers_stand_outside_on_odd_and_even_pages(document) -> None:  # type: ignore[no-untyped-def]
    s = document.sections[0]
    assert document.settings.odd_and_even_pages_header_footer is True
    odd, even = s.footer.paragraphs[0], s.even_page_footer.paragraphs[0]
    assert (odd.alignment, even.alignment) == (2, 0)
    assert "PAGE" in odd._p.xml
    assert odd.text.startswith("— ")


def test_annex_lists_every_figure_with_definition_count_and_whole_digest(document) -> None:  # type: ignore[no-untyped-def]
    table = document.tables[0]
    rows = [[c.text for c in r.cells] for r in table.rows]
    assert [r[1] for r in rows[1:]] == list(report().figures)
    assert rows[1][2:5] == ["53件", "《案件》中“受理日期”在统计期内的条数", "3"]
    assert rows[1][5].replace("\n", "") == "0123456789abcdef" * 4
    assert rows[3][2:4] == ["92.5%\n49÷53", "矛盾纠纷办结 ÷ 受理矛盾纠纷"]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_draft_marks_what_is_left_to_write() -> None:
    doc = build(report_codex(), figures(mediators=8), "small", "青溪镇人民政府", 2025, "2025-12-31")
    texts = [p.text for p in docx.Document(io.BytesIO(rendered(doc))).paragraphs]
    assert "【待撰写】此部分由人撰写。" in texts
    assert "〔提示〕写明原因。" in texts


@pytest.mark.libreoffice
def test_pages_take_22_lines_of_28_characters(tmp_path: Path) -> None:
    (tmp_path / "r.docx").write_bytes(rendered(report([LONG])))
    office = shutil.which("soffice") or shutil.which("libreoffice")
    subprocess.run([str(office), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "pdf",
                    "--outdir", str(tmp_path), str(tmp_path / "r.docx")], check=True, capture_output=True, timeout=180)  # fmt: skip
    pages = [p.extract_text() for p in PdfReader(tmp_path / "r.pdf").pages]
    full = [line.strip() for line in pages[1].splitlines() if line.strip()]
    number = [line for line in full if re.fullmatch(r"—\s*2\s*—", line)]
    lines = [line for line in full if line not in number]
    assert len(number) == 1
    assert len(lines) == 22
    assert {len(line) for line in lines[:-1]} == {28}
    last = next(p for p in pages if "2026年2月5日" in p.replace(" ", ""))
    assert "无。" in last
    assert "附件" in pages[-1]
