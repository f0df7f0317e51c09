"""Reports come as txt, docx, html and pdf; what cannot be read is refused in plain words."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from pypdf import PdfReader, PdfWriter

from yifa.proofread import Report, Unread, UnreadableFile, proofread_many, proofread_path, read_document

LINE = "青溪镇2023年法治政府建设情况报告\n一、主要举措和成效\n全年调解纠纷53件。\n"


@pytest.mark.parametrize("data", [
    LINE.encode(), b"\xef\xbb\xbf" + LINE.encode(), LINE.encode("gb18030"), LINE.encode("utf-16"), LINE.encode("utf-16-le"),
    LINE.encode("utf-16-be"), LINE.replace("\n", "\r\n").encode(), LINE.replace("\n", "\r").encode("gb18030"),
])
def test_text_in_every_usual_encoding(data: bytes) -> None:
    assert read_document(data, "报告.txt").text == LINE


def test_docx_with_its_tables_in_place() -> None:
    made = docx.Document()
    made.add_paragraph("青溪镇报告")
    table = made.add_table(rows=2, cols=2)
    for cell, words in zip((cell for row in table.rows for cell in row.cells), ["项目", "数量（件）", "调解", "53"], strict=True):
        cell.text = words
    made.add_paragraph("此后。")
    out = io.BytesIO()
    made.save(out)
    assert read_document(out.getvalue(), "报告.docx").text == "青溪镇报告\n项目\t数量（件）\n调解\t53\n此后。"


def test_html_without_script_style_and_navigation() -> None:
    page = ("<!DOCTYPE html><html><head><title>题</title><style>p{color:red}</style></head><body><nav>首页</nav><script>var n=9;</script>"
            "<h1>青溪镇报告</h1><p>调解<b>纠纷</b>53件。<br>成功52件。</p><table><tr><td>项目</td><td>件</td></tr></table></body></html>")
    text = read_document(page.encode(), "a.html").text
    assert [line for line in text.split("\n") if line] == ["青溪镇报告", "调解纠纷53件。", "成功52件。", "项目\t件"]


def test_html_in_the_encoding_that_it_declares() -> None:
    page = '<html><head><meta charset="gb2312"></head><body><p>调解纠纷53件</p></body></html>'
    assert read_document(page.encode("gb18030"), "a.htm").text.strip() == "调解纠纷53件"


def pdf(lines: list[str]) -> bytes:
    """A one-page PDF with a text layer, made by hand: code points as glyph numbers, mapped back by a ToUnicode table."""
    def shown(line: str) -> str:
        return f"<{line.encode('utf-16-be').hex()}> Tj T*"

    content = "BT /F 12 Tf 14 TL 50 780 Td " + " ".join(map(shown, lines)) + " ET"
    cmap = ("/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def 1 begincodespacerange <0000> <FFFF> "
            "endcodespacerange 1 beginbfrange <0000> <FFFF> <0000> endbfrange endcmap end end")
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>",
        f"<< /Length {len(content)} >>\nstream\n{content}\nendstream",
        "<< /Type /Font /Subtype /Type0 /BaseFont /S /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
        "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /S /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 1000 >>",
        f"<< /Length {len(cmap)} >>\nstream\n{cmap}\nendstream",
    ]
    out = b"%PDF-1.4\n"
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode() + b"".join(f"{at:010} 00000 n \n".encode() for at in places)
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode()


def test_pdf_lines_broken_by_the_page_are_joined() -> None:
    long = "全镇认真学习贯彻习近平法治思想，扎实推进法治政府建设，全年共受理信访"
    text = read_document(pdf(["青溪镇报告", long, "案件53宗，办结49宗，办结率92.5%，组织调解调处各类矛盾纠纷案件五十六", "宗。"]), "a.pdf").text
    assert "受理信访案件53宗" in text
    assert "五十六宗" in text
    assert text.startswith("青溪镇报告\n")


def encrypted() -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(["青溪镇报告" * 5]))))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def blank() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(("data", "name", "says"), [
    (b"", "a.txt", "空文件"), (b" \n ", "a.txt", "空文件"), (b"PK\x03\x04broken", "a.docx", "损坏"), (b"plain text", "a.docx", "不是完好的 docx"),
    (workbook(), "a.docx", "xlsx"), (b"%PDF-1.4 broken", "a.pdf", "pdf"), (b"nothing", "a.pdf", "不是完好的 pdf"), (blank(), "a.pdf", "只有图片"),
    (encrypted(), "a.pdf", "密码"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "a.doc", "旧版"), (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "a.png", "图片"),
    (bytes(range(256)) * 4, "a.txt", "文本文件"), (b"\xff" * 300, "a.txt", "编码"), (b"<html><body><script>1</script></body></html>", "a.html", "没有文字"),
])
def test_what_cannot_be_read_is_refused_in_chinese(data: bytes, name: str, says: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_document(data, name)
    assert says in str(refused.value)
    assert name in str(refused.value)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="找不到"):
        read_document(tmp_path / "没有.txt")


def test_folder_is_read_whole_and_bad_files_are_told_apart(tmp_path: Path, codex: Any) -> None:
    (tmp_path / "乙").mkdir()
    (tmp_path / "乙" / "报告.txt").write_text(LINE, encoding="utf-8")
    (tmp_path / "甲.txt").write_text("", encoding="utf-8")
    (tmp_path / "~$锁.docx").write_bytes(b"x")
    (tmp_path / "图.png").write_bytes(b"x")
    found = list(proofread_many([tmp_path], codex))
    assert {type(item) for item in found} == {Report, Unread}
    assert all(item.reason.endswith("传错了文件。") for item in found if isinstance(item, Unread))


def test_one_file(tmp_path: Path, codex: Any) -> None:
    path = tmp_path / "报告.txt"
    path.write_bytes(LINE.encode("gb18030"))
    report = proofread_path(path, codex)
    assert report.file == str(path)
    assert [figure.value for figure in report.figures] == [53]
